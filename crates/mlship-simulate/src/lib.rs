//! The simulators of mlship: predictions that need no cluster.
//!
//! Pure: the same input gives the same output, byte for byte, on every machine. Nothing here reads a clock, a
//! file or a random number.

pub mod autoscaling;
pub mod placement;
