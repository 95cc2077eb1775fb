//! Spans of time.

use std::{fmt, str::FromStr};

use crate::values::{Invalid, TextValue, expected, numbers::whole, quoted};

/// A span of whole seconds that fits the `int32` fields of the Kubernetes API.
///
/// Written as a number of seconds or with units, largest first: `90`, `90s`, `5m`, `1h30m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds(u32);

impl Seconds {
    /// The longest span: `i32::MAX` seconds.
    pub const MAX: Self = Self(i32::MAX.unsigned_abs());

    /// A span of `seconds`, or nothing if it is longer than [`Seconds::MAX`].
    pub const fn new(seconds: u32) -> Option<Self> {
        if seconds <= Self::MAX.0 { Some(Self(seconds)) } else { None }
    }

    /// The number of seconds.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The number of seconds, as Kubernetes types it.
    pub const fn as_i32(self) -> i32 {
        self.0.cast_signed()
    }
}

impl FromStr for Seconds {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let seconds =
            if text.bytes().all(|byte| byte.is_ascii_digit()) { whole(text) } else { with_units(text) };
        seconds.and_then(Self::new).ok_or_else(|| {
            Invalid::malformed(format!("{} is not a span of whole seconds", quoted(text)), help(text))
        })
    }
}

/// Prints the largest units first: 5400 seconds are `1h30m`.
impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        for (unit, length) in UNITS {
            let count = self.0 / length % if unit == 'h' { u32::MAX } else { 60 };
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        Ok(())
    }
}

impl TextValue for Seconds {
    const EXPECTS: &'static str = "whole seconds, or hours, minutes and seconds with their units";
    const PATTERN: Option<&'static str> = Some("^([0-9]+|([0-9]+h)?([0-9]+m)?([0-9]+s)?)$");
    const EXAMPLE: &'static str = "1h30m";
}

serialize_as_text!(Seconds);

const UNITS: [(char, u32); 3] = [('h', 3600), ('m', 60), ('s', 1)];

fn with_units(text: &str) -> Option<u32> {
    let mut rest = text;
    let mut total: u32 = 0;
    for (unit, length) in UNITS {
        if let Some((number, after)) = rest.split_once(unit) {
            total = total.checked_add(whole(number)?.checked_mul(length)?)?;
            rest = after;
        }
    }
    (rest.is_empty() && !text.is_empty()).then_some(total)
}

fn help(text: &str) -> String {
    let seconds = in_one_unit(text).filter(|seconds| *seconds >= 1.0 && *seconds <= f64::from(i32::MAX));
    match seconds {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 1 and i32::MAX by the filter above"
        )]
        Some(seconds) => format!("write `{}`", Seconds(seconds.ceil() as u32)),
        None if text.ends_with("ms") => "write `1s`: a second is the shortest".to_owned(),
        None => expected::<Seconds>(),
    }
}

/// What people write for other tools: `1.5h`, `2 minutes`, `1d`, `5000ms`.
fn in_one_unit(text: &str) -> Option<f64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(split);
    let length = match unit.trim().to_ascii_lowercase().as_str() {
        "ms" => 0.001,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "m" | "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        "d" | "day" | "days" => 86400.0,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * length)
}

#[cfg(test)]
mod tests;
