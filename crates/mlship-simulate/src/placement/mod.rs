//! Will these pods be scheduled, and where? The verdict of the default profile of kube-scheduler 1.37, offline.

pub mod capacity;
pub(crate) mod change;
pub mod drain;
pub(crate) mod engine;
pub mod manifest;
pub mod objects;
pub mod report;
pub mod rollout;
pub mod selector;
pub mod shapes;
pub mod suggest;
pub mod symbols;
