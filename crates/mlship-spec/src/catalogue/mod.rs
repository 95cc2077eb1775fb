//! What is for hire: devices, with where each number comes from.

pub mod accelerators;
