//! Will these pods be scheduled, and where? The verdict of the default profile of kube-scheduler 1.37, offline.

pub(crate) mod engine;
pub mod manifest;
pub mod objects;
pub mod report;
pub mod selector;
pub mod symbols;
