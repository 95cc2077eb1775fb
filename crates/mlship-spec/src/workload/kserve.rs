//! What only KServe knows.

use crate::choices::{KserveMode, KserveStorage, KserveVersion, SignalKind};
use crate::values::names::DnsSubdomain;

/// What only KServe knows.
#[derive(Clone, Debug)]
pub struct KserveTarget {
    /// The version that the cluster runs.
    pub version: KserveVersion,
    /// How KServe runs it.
    pub mode: KserveMode,
    /// The runtime that was asked for.
    pub runtime: Option<DnsSubdomain>,
    /// Who brings the weights into the pod.
    pub storage: KserveStorage,
    /// What `autoscale.on` says: Knative measures some signals itself.
    pub signal: Option<SignalKind>,
}
