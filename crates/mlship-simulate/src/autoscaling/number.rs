//! Changes between kinds of numbers, each where its loss is known and harmless.

/// An integer as a double, as Go's `float64(n)`. Above 2⁵³ the nearest double is taken, as there.
#[expect(clippy::cast_precision_loss, reason = "the controller that is imitated rounds in the same way")]
pub(crate) fn float(value: i64) -> f64 {
    value as f64
}

/// The integer part of a double, bounded by the type. Not a number counts as 0.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is what is wanted")]
pub(crate) fn truncated(value: f64) -> i32 {
    value as i32
}

/// The smallest integer that is not below the double, bounded by the type. Not a number counts as 0.
pub(crate) fn ceiling(value: f64) -> i32 {
    truncated(value.ceil())
}

/// The nearest 64-bit integer, bounded by the type. Not a number counts as 0.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is what is wanted")]
pub(crate) fn nearest(value: f64) -> i64 {
    value.round() as i64
}

/// A count of pods as the Kubernetes API types it.
pub(crate) fn replicas(value: usize) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// A count of pods as a length; below zero counts as none.
pub(crate) fn length(value: i32) -> usize {
    usize::try_from(value).unwrap_or(0)
}

/// A length as a 64-bit integer.
pub(crate) fn long(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// A count as a double. Counts here are of pods, seconds or rows: far below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) fn count(value: usize) -> f64 {
    value as f64
}

/// The integer part of a double as an index; below zero and not a number count as 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, which is what is wanted"
)]
pub(crate) fn place(value: f64) -> usize {
    value as usize
}
