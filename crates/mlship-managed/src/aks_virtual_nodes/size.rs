//! What Azure Container Instances makes of requests, as pure functions.
//!
//! The provider rounds CPU up to 10m and memory up to 0.1 GB
//! (<https://github.com/virtual-kubelet/azure-aci/blob/382bbaa/pkg/provider/aci.go>, 2026-02); a GB is 10⁹ bytes there.

use crate::limits::{self, Limit};

/// A tenth of a GB, in bytes.
const STEP: u64 = 100_000_000;

/// Millicores as they are billed.
pub fn cpu(millis: u64) -> u64 {
    millis.max(10).next_multiple_of(10)
}

/// Bytes as they are billed.
pub fn memory(bytes: u64) -> u64 {
    bytes.max(STEP).next_multiple_of(STEP)
}

/// The limit that a container group of this size exceeds.
pub fn above(millis: u64, bytes: u64) -> Option<&'static Limit> {
    if cpu(millis) > limits::ACI_CPU.value {
        Some(&limits::ACI_CPU)
    } else if memory(bytes) > limits::ACI_MEMORY.value << 20 {
        Some(&limits::ACI_MEMORY)
    } else {
        None
    }
}
