//! Ports and shares.

use std::{fmt, num::NonZeroU16, str::FromStr};

use serde::{Serialize, Serializer};

use crate::values::{Invalid, TextValue, expected, quoted};

/// A TCP or UDP port: 1 to 65535 (`IsValidPortNum`, <https://www.rfc-editor.org/rfc/rfc6335#section-6>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Port(NonZeroU16);

impl Port {
    /// The port `number`, or nothing for 0.
    pub const fn new(number: u16) -> Option<Self> {
        match NonZeroU16::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number.
    pub const fn get(self) -> u16 {
        self.0.get()
    }

    /// Whether binding it takes a privilege that a restricted pod lacks: below 1024
    /// (<https://man7.org/linux/man-pages/man7/ip.7.html>).
    pub const fn is_privileged(self) -> bool {
        self.get() < 1024
    }
}

impl FromStr for Port {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let port = whole(text).and_then(|number| u16::try_from(number).ok()).and_then(Self::new);
        port.ok_or_else(|| Invalid::malformed(format!("{} is not a port", quoted(text)), expected::<Self>()))
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl TextValue for Port {
    const EXPECTS: &'static str = "a whole number from 1 to 65535";
    const PATTERN: Option<&'static str> = Some("^[1-9][0-9]{0,4}$");
    const EXAMPLE: &'static str = "8000";
}

/// A share from 0 to 100 percent, written `10` or `10%`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u8);

impl Percent {
    /// The share of `number` percent, or nothing above 100.
    pub const fn new(number: u8) -> Option<Self> {
        if number <= 100 { Some(Self(number)) } else { None }
    }

    /// The number of percent.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// What is left to 100 percent.
    #[must_use]
    pub const fn rest(self) -> Self {
        Self(100 - self.0)
    }
}

impl FromStr for Percent {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let number = whole(text.strip_suffix('%').unwrap_or(text));
        let percent = number.and_then(|number| u8::try_from(number).ok()).and_then(Self::new);
        percent.ok_or_else(|| {
            Invalid::malformed(format!("{} is not a percentage", quoted(text)), expected::<Self>())
        })
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0)
    }
}

impl TextValue for Percent {
    const EXPECTS: &'static str = "a whole number from 0 to 100, with or without `%`";
    const PATTERN: Option<&'static str> = Some("^(100|[1-9]?[0-9])%?$");
    const EXAMPLE: &'static str = "10%";
}

serialize_as_text!(Percent);

/// A number of replicas, or a share of them: Kubernetes' `IntOrString` where it means an amount.
///
/// Shares above 100 percent are left to the field: `maxSurge` takes them, `maxUnavailable` does not
/// (`ValidateRollingUpdateDeployment`,
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/apps/validation/validation.go>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntOrPercent {
    /// A number of replicas, at most `i32::MAX`.
    Count(u32),
    /// A share of the replicas, in percent.
    Percent(u32),
}

impl IntOrPercent {
    /// How many of `total` this is, a share rounded up, as `maxSurge` is.
    pub fn of_rounded_up(self, total: u32) -> u64 {
        match self {
            Self::Count(count) => u64::from(count),
            Self::Percent(percent) => (u64::from(total) * u64::from(percent)).div_ceil(100),
        }
    }

    /// How many of `total` this is, a share rounded down, as `maxUnavailable` is.
    pub fn of_rounded_down(self, total: u32) -> u64 {
        match self {
            Self::Count(count) => u64::from(count),
            Self::Percent(percent) => u64::from(total) * u64::from(percent) / 100,
        }
    }

    /// Whether this is `0` or `0%`.
    pub const fn is_zero(self) -> bool {
        matches!(self, Self::Count(0) | Self::Percent(0))
    }
}

impl FromStr for IntOrPercent {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let parsed = match text.strip_suffix('%') {
            Some(number) => whole(number).map(Self::Percent),
            None => whole(text).map(Self::Count),
        };
        parsed.ok_or_else(|| {
            let message = format!("{} is neither a whole number nor a percentage", quoted(text));
            Invalid::malformed(message, expected::<Self>())
        })
    }
}

impl fmt::Display for IntOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

impl TextValue for IntOrPercent {
    const EXPECTS: &'static str = "a whole number, or a percentage with `%`";
    const PATTERN: Option<&'static str> = Some("^[0-9]+%?$");
    const EXAMPLE: &'static str = "25%";
}

impl Serialize for IntOrPercent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_u32(*count),
            Self::Percent(_) => serializer.collect_str(self),
        }
    }
}

/// `text` as a number that fits an `i32`, written in digits only and without leading zeros.
pub(crate) fn whole(text: &str) -> Option<u32> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let plain = plain && (text == "0" || !text.starts_with('0'));
    let number: u32 = plain.then(|| text.parse().ok()).flatten()?;
    i32::try_from(number).is_ok().then_some(number)
}

#[cfg(test)]
mod tests;
