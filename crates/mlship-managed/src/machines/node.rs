//! What a machine leaves to pods once it is a node, and how many replicas it holds.

use super::choose::has_gpus;
use super::{Machine, Wanted};

/// What the pods of a node can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocatable {
    /// Processor time, in thousandths of a core.
    pub cpu_millis: u64,
    /// Memory, in MiB.
    pub memory_mib: u64,
}

/// The most pods of a node: the default of all three clouds, <https://kubernetes.io/docs/setup/best-practices/cluster-large/>.
const PODS: u64 = 110;

/// Below which memory free the kubelet evicts, in MiB:
/// <https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/#hard-eviction-thresholds>.
const EVICTION_MIB: u64 = 100;

/// What the hypervisor and the kernel keep of a machine's memory, in ten thousandths: an n1-standard-4 of GKE has a
/// capacity of 15370808Ki.
const BELOW: u64 = 250;

/// Shares, in ten thousandths, that are reserved of the next so many cores or MiB: AKS's of processors and GKE's of
/// memory, each the most careful of the three clouds' formulas (2026-11, from memory):
/// <https://learn.microsoft.com/azure/aks/node-resource-reservations>,
/// <https://cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes>.
const CPU: [(u64, u64); 4] = [(1, 600), (1, 400), (2, 200), (u64::MAX, 100)];
const MEMORY: [(u64, u64); 5] = [(4096, 2500), (4096, 2000), (8192, 1000), (114_688, 600), (u64::MAX, 200)];

/// What a machine leaves to pods as a node of Kubernetes, before anything that runs on every node.
pub fn allocatable(machine: &Machine) -> Allocatable {
    let (vcpus, memory) = (u64::from(machine.vcpus), u64::from(machine.memory_mib));
    let capacity = memory - (memory * BELOW).div_ceil(10_000);
    let cpu_millis = vcpus * 1000 - reserved(vcpus, &CPU) / 10;
    let memory_mib = capacity.saturating_sub(reserved(capacity, &MEMORY).div_ceil(10_000) + EVICTION_MIB);
    Allocatable { cpu_millis, memory_mib }
}

/// Shares of the parts of an amount, in ten thousandths.
fn reserved(amount: u64, shares: &[(u64, u64)]) -> u64 {
    let mut left = amount;
    shares
        .iter()
        .map(|(next, share)| {
            let part = left.min(*next);
            left -= part;
            part * share
        })
        .sum()
}

/// How many replicas a node holds beside nothing else; 0 where not even one fits.
pub fn packed(machine: &Machine, wanted: &Wanted<'_>) -> u32 {
    if !has_gpus(machine, wanted) {
        return 0;
    }
    let Allocatable { cpu_millis, memory_mib } = allocatable(machine);
    let times = |there: u64, each: u64| there.checked_div(each).unwrap_or(PODS);
    let by_gpu = machine.gpu.map_or(PODS, |gpus| times(u64::from(gpus.count), u64::from(wanted.gpus)));
    let holds = times(cpu_millis, wanted.cpu_millis).min(times(memory_mib, wanted.memory_mib)).min(by_gpu);
    u32::try_from(holds.min(PODS)).unwrap_or(u32::MAX)
}
