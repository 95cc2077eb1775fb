//! Publishing a chart to an OCI registry, as `helm push` would (<https://helm.sh/docs/topics/registries/>, 2026-11).
//!
//! Everything here is pure but for a [`transport::Transport`], which sends one request and waits.

pub mod auth;
pub mod client;
pub mod credentials;
pub mod digest;
pub mod manifest;
pub mod publish;
pub mod reference;
pub mod transport;
