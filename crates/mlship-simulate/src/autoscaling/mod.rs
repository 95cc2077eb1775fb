//! Can autoscaling keep up? Replicas over a load, second by second.
//!
//! ```text
//! manifests or Workload --> Autoscaler ---.
//! CSV or generator      --> Load ----------+--> advice::simulate --> Report --> chart, SVG, HTML
//! service model         --> Service ------'
//! scripted metrics      --> Steps --> replay::replay --> Report
//! ```
//!
//! [`hpa`] is the arithmetic of Kubernetes' own controller at 1.37. Everything else leads up to it or
//! shows what came of it.

pub mod advice;
pub mod autoscaler;
pub mod codes;
mod driver;
mod findings;
pub mod hpa;
pub mod keda;
pub mod knative;
pub mod load;
pub mod manifest;
mod number;
pub mod picture;
pub mod pods;
pub mod replay;
pub mod report;
pub mod run;
pub mod service;
pub mod signals;
pub mod template;
pub mod time;
pub mod trace;
pub mod workload;
