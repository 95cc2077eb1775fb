//! The raw Kubernetes target.
