//! Requests a second over time: from a file, or from a few words.
//!
//! ```text
//! load     = shape [ "/" length ]
//! shape    = "constant:" rate
//!          | "step:"  rate ".." rate "@" time             jumps at a time
//!          | "ramp:"  rate ".." rate "@" time "+" length   climbs in a straight line from a time on, for a length
//!          | "spike:" rate ".." rate "@" time "+" length   jumps at a time and falls back after a length
//!          | "sine:"  rate ".." rate "@" length            between the two, this long from low to low
//!          | "day:"   rate ".." rate                       low at 4 in the morning, high at 4 in the afternoon
//! rate     = number from 0 on, requests a second
//! time, length = "90", "90s", "5m", "1h30m"
//! ```

use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::source::Span;
use mlship_spec::values::duration::Seconds;

use crate::autoscaling::codes;
use crate::autoscaling::number::float;
use crate::autoscaling::time::Time;
use crate::autoscaling::trace::{LONGEST, Steps};

/// Requests a second over time.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    shape: Shape,
    duration: Time,
}

#[derive(Clone, Debug, PartialEq)]
enum Shape {
    Constant(f64),
    Step { from: f64, to: f64, at: Time },
    Ramp { from: f64, to: f64, at: Time, length: Time },
    Spike { base: f64, peak: f64, at: Time, length: Time },
    Wave { low: f64, high: f64, period: Time, lowest: Time },
    Trace(Steps),
}

const DAY: Time = Time::from_seconds(86_400);

/// The highest rate that is taken, in requests a second.
const MOST: f64 = 1e9;

/// How long is simulated after the last thing that happens, where no length is given.
const AFTERMATH: Time = Time::from_seconds(900);

impl Load {
    /// The load of a trace; the last row holds for as long as the one before it did.
    pub fn from_trace(steps: Steps) -> Self {
        let rows = steps.rows();
        let last = match rows {
            [.., before, last] => last.at - before.at,
            _ => AFTERMATH,
        };
        let duration = steps.end() + last;
        Self { shape: Shape::Trace(steps), duration }
    }

    /// The same for another length of time.
    #[must_use]
    pub fn lasting(self, duration: Time) -> Self {
        Self { duration, ..self }
    }

    /// How long it lasts.
    pub fn duration(&self) -> Time {
        self.duration
    }

    /// Requests a second at a time.
    pub fn rate(&self, time: Time) -> f64 {
        match &self.shape {
            Shape::Constant(rate) => *rate,
            Shape::Step { from, to, at } => {
                if time < *at {
                    *from
                } else {
                    *to
                }
            }
            Shape::Ramp { from, to, at, length } => {
                let share = (time - *at).seconds() / length.seconds().max(0.001);
                from + (to - from) * share.clamp(0.0, 1.0)
            }
            Shape::Spike { base, peak, at, length } => {
                let is_peak = *at <= time && time < *at + *length;
                if is_peak { *peak } else { *base }
            }
            Shape::Wave { low, high, period, lowest } => {
                let turns = (time - *lowest).seconds() / period.seconds().max(0.001);
                low + (high - low) * (1.0 - cosine(turns)) / 2.0
            }
            Shape::Trace(steps) => steps.at(time).map_or(0.0, |value| float(value) / 1000.0),
        }
    }
}

/// The cosine of so many whole turns. Written out, since the platform's own may differ in the last digit and the
/// output may not.
fn cosine(turns: f64) -> f64 {
    // The distance from the nearest whole turn, then mirrored into the first quarter.
    let distance = (turns - turns.round()).abs();
    let (distance, sign) = if distance > 0.25 { (0.5 - distance, -1.0) } else { (distance, 1.0) };
    let square = (distance * std::f64::consts::TAU) * (distance * std::f64::consts::TAU);
    // Taylor's series up to the tenth power: exact to 1e-6 within a quarter turn.
    let series = [-1.0 / 90.0, -1.0 / 56.0, -1.0 / 30.0, -1.0 / 12.0, -1.0 / 2.0];
    sign * series.iter().fold(1.0, |sum, factor| 1.0 + square * factor * sum)
}

/// Reads a load's few words, which are source number `source`.
pub fn parse(source: u32, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Load> {
    match read(text) {
        Ok(load) => Some(load),
        Err(Wrong { start, end, message, help }) => {
            let offset = |bytes: usize| u32::try_from(bytes).unwrap_or(u32::MAX);
            let span = Span { source, start: offset(start), end: offset(end) };
            diagnostics.push(Diagnostic::error(&codes::GENERATOR, span, message).help(help));
            None
        }
    }
}

struct Wrong {
    start: usize,
    end: usize,
    message: String,
    help: String,
}

/// A part of the text, and where it starts.
#[derive(Clone, Copy)]
struct Part<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> Part<'a> {
    fn wrong(self, message: String, help: &str) -> Wrong {
        let end = self.start + self.text.len().max(1);
        Wrong { start: self.start, end, message, help: help.to_owned() }
    }

    fn split(self, separator: &str) -> Option<(Part<'a>, Part<'a>)> {
        let (before, after) = self.text.split_once(separator)?;
        let start = self.start + before.len() + separator.len();
        Some((Part { text: before, start: self.start }, Part { text: after, start }))
    }

    fn needs(self, separator: &str, example: &str) -> Result<(Part<'a>, Part<'a>), Wrong> {
        self.split(separator).ok_or_else(|| {
            let message = format!("`{}` lacks `{separator}`", self.text);
            self.wrong(message, &format!("write it as `{example}`"))
        })
    }

    fn rate(self) -> Result<f64, Wrong> {
        let rate = self.text.parse::<f64>().ok().filter(|rate| (0.0..=MOST).contains(rate));
        rate.ok_or_else(|| {
            let message = format!("`{}` is not a rate", self.text);
            self.wrong(message, "write requests a second, such as `10` or `0.5`, a thousand million at most")
        })
    }

    fn time(self) -> Result<Time, Wrong> {
        if let Ok(seconds) = self.text.parse::<Seconds>() {
            let time = Time::from_seconds(i64::from(seconds.as_i32()));
            let is_long = time > LONGEST;
            let message = || format!("`{}` is longer than a month", self.text);
            return if is_long { Err(self.wrong(message(), "simulate a day or a week")) } else { Ok(time) };
        }
        let message = format!("`{}` is not a length of time", self.text);
        Err(self.wrong(message, "write it as `90`, `90s`, `5m` or `1h30m`"))
    }

    fn length(self) -> Result<Time, Wrong> {
        let time = self.time()?;
        if time == Time::ZERO {
            return Err(self.wrong("a length of zero is none".to_owned(), "write a length above zero"));
        }
        Ok(time)
    }
}

const SHAPES: [(&str, &str); 6] = [
    ("constant", "constant:50"),
    ("step", "step:10..200@60s"),
    ("ramp", "ramp:10..200@60s+5m"),
    ("spike", "spike:10..200@60s+30s"),
    ("sine", "sine:10..200@10m"),
    ("day", "day:10..200"),
];

fn read(text: &str) -> Result<Load, Wrong> {
    let whole = Part { text, start: 0 };
    let (shape, length) = whole.split("/").map_or((whole, None), |(shape, length)| (shape, Some(length)));
    let (name, rest) = shape.split(":").unwrap_or((shape, Part { text: "", start: text.len() }));
    let Some((_, example)) = SHAPES.iter().find(|(known, _)| *known == name.text) else {
        let known: Vec<&str> = SHAPES.iter().map(|(_, example)| *example).collect();
        let message = format!("`{}` is no shape of a load", name.text);
        return Err(
            name.wrong(message, &format!("write a CSV file's path, or one such as {}", known.join(", ")))
        );
    };
    let (shape, end) = self::shape(name.text, rest, example)?;
    let duration = length.map(Part::length).transpose()?.unwrap_or(end);
    Ok(Load { shape, duration })
}

/// The shape, and how long it is worth looking at.
fn shape(name: &str, rest: Part<'_>, example: &str) -> Result<(Shape, Time), Wrong> {
    if name == "constant" {
        return Ok((Shape::Constant(rest.rate()?), AFTERMATH));
    }
    let (from, rest) = rest.needs("..", example)?;
    let from = from.rate()?;
    if name == "day" {
        let lowest = Time::from_seconds(4 * 3600);
        return Ok((Shape::Wave { low: from, high: rest.rate()?, period: DAY, lowest }, DAY));
    }
    let (to, rest) = rest.needs("@", example)?;
    let to = to.rate()?;
    match name {
        "step" => {
            let at = rest.time()?;
            Ok((Shape::Step { from, to, at }, at + AFTERMATH))
        }
        "sine" => {
            let period = rest.length()?;
            let three = period + period + period;
            Ok((Shape::Wave { low: from, high: to, period, lowest: Time::ZERO }, three))
        }
        _ => {
            let (at, length) = rest.needs("+", example)?;
            let (at, length) = (at.time()?, length.length()?);
            let end = at + length + AFTERMATH;
            let shape = if name == "ramp" {
                Shape::Ramp { from, to, at, length }
            } else {
                Shape::Spike { base: from, peak: to, at, length }
            };
            Ok((shape, end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_have_their_rates() {
        for (text, time, rate) in [
            ("constant:7", 100, 7.0),
            ("step:10..200@60s", 59, 10.0),
            ("step:10..200@60s", 60, 200.0),
            ("ramp:10..110@60+100", 110, 60.0),
            ("ramp:10..110@60+100", 500, 110.0),
            ("spike:1..9@1m+30s", 60, 9.0),
            ("spike:1..9@1m+30s", 90, 1.0),
            ("sine:10..30@100", 0, 10.0),
            ("sine:10..30@100", 50, 30.0),
            ("sine:10..30@100", 25, 20.0),
            ("day:10..30", 16 * 3600, 30.0),
            ("day:10..30", 4 * 3600, 10.0),
        ] {
            let load = parse(0, text, &mut Vec::new()).expect(text);
            let found = load.rate(Time::from_seconds(time));
            assert!((found - rate).abs() < 1e-4, "{text} at {time}: {found}");
        }
    }

    #[test]
    fn mistakes_are_pointed_at() {
        for (text, start, end, message) in [
            ("stop:1..2@3", 0, 4, "`stop` is no shape of a load"),
            ("step:10.200@60", 5, 14, "`10.200@60` lacks `..`"),
            ("step:10..x@60", 9, 10, "`x` is not a rate"),
            ("step:10..20@1w", 12, 14, "`1w` is not a length of time"),
            ("ramp:1..2@60", 10, 12, "`60` lacks `+`"),
            ("sine:1..2@0", 10, 11, "a length of zero is none"),
            ("step:1..1e10@5", 8, 12, "`1e10` is not a rate"),
            ("day:1..2/1000h", 9, 14, "`1000h` is longer than a month"),
            ("day:1..-2", 7, 9, "`-2` is not a rate"),
            ("constant:1/0s", 11, 13, "a length of zero is none"),
        ] {
            let mut diagnostics = Vec::new();
            assert_eq!(parse(0, text, &mut diagnostics), None, "{text}");
            let span = Span { source: 0, start, end };
            assert_eq!(
                (diagnostics[0].message.as_str(), diagnostics[0].span),
                (message, Some(span)),
                "{text}"
            );
        }
    }
}
