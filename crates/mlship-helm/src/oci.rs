//! Publishing a chart to an OCI registry, as `helm push` would (<https://helm.sh/docs/topics/registries/>, 2026-11).
//!
//! Everything here is pure but for a [`transport::Transport`], which sends one request and waits. Without the feature `publish`, places alone
//! are known.

#[cfg(feature = "publish")]
pub mod auth;
#[cfg(feature = "publish")]
pub mod client;
#[cfg(feature = "publish")]
pub mod credentials;
#[cfg(feature = "publish")]
pub mod digest;
#[cfg(feature = "publish")]
pub mod manifest;
#[cfg(feature = "publish")]
pub mod publish;
pub mod reference;
#[cfg(feature = "publish")]
pub mod transport;
