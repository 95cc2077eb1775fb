//! The KServe target: an InferenceService, and what it needs beside it.
//!
//! ```text
//! Workload --pod, scaling, exposure--> InferenceService and objects beside it --> files
//!     `----------------notes----------> refusals, warnings, adaptations, decisions
//! InferenceService --predict--> what KServe's controller makes of it
//! ```
//!
//! KServe accepts much that it then ignores, and fills in much that nobody asked for. So a field is written
//! only where the chosen mode acts on it, and everything that KServe would fill in is written out. What
//! KServe has no word for (a host name, a network policy, a disruption budget, custom metrics) is an object
//! of our own beside the InferenceService.

mod admission;
mod agent;
mod answers;
mod beside;
mod canary;
mod components;
pub mod explain;
mod exposure;
pub mod faults;
mod form;
mod graph;
mod knative;
mod llm;
mod names;
pub mod objects;
pub mod own_runtimes;
mod pod;
pub mod predict;
mod profile;
mod remarks;
pub mod runtimes;
mod scaling;
mod service;
mod storage;
mod target;
mod version;

pub use target::KserveTarget;
