//! Simulated time.

use std::ops::{Add, Sub};

use serde::{Serialize, Serializer};

use crate::autoscaling::number;

/// A point of simulated time or a length of it, in whole milliseconds; points count from the autoscaler's
/// creation. Written as seconds.
///
/// Integers, because the autoscaler compares ages for "exactly as old".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// The start, and the empty length.
    pub const ZERO: Self = Self(0);

    /// Before everything: what was there when the simulation began has been there for ever.
    pub const LONG_AGO: Self = Self(i64::MIN / 4);

    /// After everything.
    pub const NEVER: Self = Self(i64::MAX / 4);

    /// So many thousandths of a second.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// So many whole seconds.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// So many seconds, to the nearest millisecond.
    pub fn from_seconds_f64(seconds: f64) -> Self {
        Self(number::nearest(seconds * 1000.0).clamp(Self::LONG_AGO.0, Self::NEVER.0))
    }

    /// In thousandths of a second.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// In seconds.
    pub fn seconds(self) -> f64 {
        number::float(self.0) / 1000.0
    }
}

impl Add for Time {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Time {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Whole seconds without a fraction: `15`, not `15.0`.
        if self.0 % 1000 == 0 {
            serializer.serialize_i64(self.0 / 1000)
        } else {
            serializer.serialize_f64(self.seconds())
        }
    }
}
