//! Numbers and columns of numbers that the command line names.

use std::path::Path;

use mlship_simulate::autoscaling::load::{self, Load};
use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::trace::{self, Kind, Steps};
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::source::Sources;
use mlship_spec::values::duration::Seconds;

use crate::commands::simulate::texts::Flag;
use crate::diagnostics::Report;
use crate::failure::Failure;
use crate::ship::Findings;

/// A month in seconds: a load in steps of a second is simulated up to this.
const MOST_SECONDS: f64 = 31.0 * 86_400.0;

/// The load that a file or a few words describe, for another length of time if one is given.
pub fn load(text: &str, duration: Option<Time>, findings: &mut Findings) -> Option<Load> {
    let load = if is_file(text) {
        Load::from_trace(steps("--load", Path::new(text), Kind::Load, findings)?)
    } else {
        let mut sources = Sources::default();
        let source = sources.add("--load", text);
        let mut diagnostics = Vec::new();
        let load = load::parse(source, text, &mut diagnostics);
        findings.keep(Report { name: "--load".to_owned(), sources, diagnostics });
        load?
    };
    let load = duration.map_or_else(|| load.clone(), |duration| load.clone().lasting(duration));
    let seconds = load.duration().seconds();
    if (1.0..=MOST_SECONDS).contains(&seconds) {
        return Some(load);
    }
    let message = format!("the load lasts {seconds} s, and from 1 s to 31 days can be simulated");
    let help =
        "times count in seconds from the start, which is 0; `--duration` simulates another length of time";
    findings.failures.push(Failure::refused(message).help(help));
    None
}

/// The values of a file.
pub fn steps(flag: &'static str, path: &Path, kind: Kind, findings: &mut Findings) -> Option<Steps> {
    let flag =
        Flag { name: flag, takes: "a CSV file of `seconds,value`", most_bytes: trace::MAX_BYTES as u64 };
    let text = flag.read(path).map_err(|failure| findings.failures.push(failure)).ok()?;
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    let steps = trace::parse(0, &text.text, kind, &mut diagnostics);
    if !diagnostics.is_empty() {
        let mut sources = Sources::default();
        sources.add(&*text.name, text.text);
        findings.keep(Report { name: text.name, sources, diagnostics });
    }
    steps
}

/// Whether a file is meant: shapes have a colon, and no path that exists is taken for one.
fn is_file(text: &str) -> bool {
    let path = Path::new(text);
    let is_csv = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    text == "-" || is_csv || path.exists() || !text.contains(':') && text.contains(['.', '/'])
}

/// A length of time: seconds, with a fraction if need be, or with units as in `5m`.
pub fn length(text: &str) -> Result<Time, &'static str> {
    let plain = text.strip_suffix('s').unwrap_or(text);
    let seconds = plain
        .parse()
        .ok()
        .filter(|seconds: &f64| plain.starts_with(|c: char| c.is_ascii_digit()) && *seconds <= 1e12);
    let seconds = seconds.map(Time::from_seconds_f64);
    let with_units =
        || text.parse::<Seconds>().ok().map(|seconds| Time::from_seconds(i64::from(seconds.as_i32())));
    seconds.or_else(with_units).ok_or("it is no length of time such as `90`, `0.5`, `90s`, `5m` or `1h30m`")
}

/// The time from one look of the controller to the next.
pub fn period(text: &str) -> Result<Time, &'static str> {
    length(text).and_then(|time| {
        if time < Time::from_millis(100) { Err("it is shorter than 0.1 s") } else { Ok(time) }
    })
}

/// A number of seconds.
pub fn seconds(text: &str) -> Result<f64, &'static str> {
    length(text).map(Time::seconds)
}

/// A number of seconds above zero.
pub fn some_seconds(text: &str) -> Result<f64, &'static str> {
    seconds(text).and_then(|seconds| if seconds > 0.0 { Ok(seconds) } else { Err("it is not above zero") })
}

/// A number from zero on.
pub fn amount(text: &str) -> Result<f64, &'static str> {
    let amount = text.parse().ok().filter(|amount: &f64| (0.0..=1e12).contains(amount));
    amount.ok_or("it is no number from zero on")
}

/// A number above zero.
pub fn some(text: &str) -> Result<f64, &'static str> {
    amount(text).and_then(|amount| if amount > 0.0 { Ok(amount) } else { Err("it is not above zero") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_with_and_without_units() {
        for (text, millis) in
            [("15", 15_000), ("0.5", 500), ("15s", 15_000), ("5m", 300_000), ("1h30m", 5_400_000), ("0", 0)]
        {
            assert_eq!(length(text), Ok(Time::from_millis(millis)), "{text}");
        }
        for text in ["", "-1", "x", "inf", "nan", "1w", "1e99"] {
            assert!(length(text).is_err(), "{text}");
        }
    }
}
