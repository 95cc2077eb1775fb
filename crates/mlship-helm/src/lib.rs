//! The helm target: values for the chart `model-server`, the chart itself, and what GitOps tools need.
//!
//! ```text
//! Workload --values::of--> Values --minimal--> what differs from the chart's defaults
//! ```
//!
//! The chart stands in `charts/model-server`. Rendered with these values it gives, field by field, the objects of
//! [`mlship_kubernetes::objects()`], but for what Helm's conventions ask for otherwise ([`differences`]).
//!
//! The feature `publish` adds what turns any chart into a package and brings it into a registry:
//!
//! ```text
//! Files --package--> Package --oci::publish--> a registry
//!                       `-----index::merged--> index.yaml
//! ```

pub mod chart;
pub mod differences;
pub mod gitops;
#[cfg(feature = "publish")]
pub mod index;
#[cfg(feature = "publish")]
pub mod lint;
#[cfg(feature = "publish")]
pub mod metadata;
mod minimal;
pub mod oci;
#[cfg(feature = "publish")]
pub mod package;
mod profile;
#[cfg(feature = "publish")]
pub mod provenance;
pub mod readme;
mod target;
#[cfg(feature = "publish")]
mod time;
pub mod values;

pub use minimal::minimal;
pub use target::HelmTarget;
