//! The raw Kubernetes target, the typed objects that other targets start from, and the YAML printer.
//!
//! ```text
//! Workload --objects--> Objects --into_documents--> Vec<Document> --print_documents--> YAML
//!     `-----notes-----> Notes (refusals, warnings, adaptations, decisions)
//! ```
//!
//! One module per concern makes its part of the objects, and says beside it what there is to say. What
//! a workload means is decided before it comes here; what this crate decides is how Kubernetes says it.

mod answers;
pub mod autoscale;
pub mod availability;
mod check;
pub mod config;
pub mod container;
pub mod controller;
mod convert;
pub mod custom;
pub mod download;
pub mod exposure;
mod hash;
pub mod identity;
pub mod labels;
pub mod metrics;
pub mod network;
mod notes;
mod objects;
pub mod placement;
pub mod pod;
pub mod ports;
pub mod probes;
pub mod profile;
pub mod resources;
pub mod security;
pub mod service;
mod target;
pub mod volumes;
pub mod yaml;

pub use answers::ANSWERS;
pub use notes::{Notes, notes};
pub use objects::{Objects, objects};
pub use target::KubernetesTarget;
