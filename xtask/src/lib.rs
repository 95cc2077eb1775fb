//! Work on mlship itself: the real tools its output is checked with, a real control plane to check it
//! against, and the whole test run.
//!
//! Everything here is for Linux on x86-64, the one platform the pinned binaries of [`tools`] run on.

pub mod bench;
pub mod chart;
pub mod cluster;
mod error;
pub mod golden;
mod process;
pub mod test;
pub mod tools;
mod wait;

pub use error::{Error, Result};
pub use process::{Outcome, run, run_with_input};
pub use wait::{Look, wait_until};
