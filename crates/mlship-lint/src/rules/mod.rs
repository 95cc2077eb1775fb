//! The rules, one file a family.

pub mod devices;
pub mod memory;
pub mod rollout;
pub mod scaling;
pub mod startup;
pub mod supply;
