//! The helm target: values for the chart `model-server`, the chart itself, and what GitOps tools need.
//!
//! ```text
//! Workload --values::of--> Values --minimal--> what differs from the chart's defaults
//! ```
//!
//! The chart stands in `charts/model-server`. Rendered with these values it gives, field by field, the objects of
//! [`mlship_kubernetes::objects`], but for what Helm's conventions ask for otherwise ([`differences`]).

pub mod chart;
pub mod differences;
pub mod gitops;
mod minimal;
pub mod readme;
mod target;
pub mod values;

pub use minimal::minimal;
pub use target::HelmTarget;
