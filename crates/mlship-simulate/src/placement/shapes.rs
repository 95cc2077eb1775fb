//! Machine shapes of the clouds: what a node of each would offer, and what it costs.

use crate::placement::objects::{Node, World};
use crate::placement::selector::Labels;
use std::collections::{BTreeMap, BTreeSet};

mod table;

/// A kind of machine, as a node of a managed cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// The cloud's name for it, which its nodes bear as `node.kubernetes.io/instance-type`.
    pub name: &'static str,
    /// Whose it is.
    pub cloud: Cloud,
    /// CPU for pods, in thousandths.
    pub cpu_millis: i64,
    /// Memory for pods, in MiB.
    pub memory_mib: i64,
    /// The resource of its accelerators; empty if it has none.
    pub resource: &'static str,
    /// How many accelerators it has.
    pub accelerators: i64,
    /// What the cloud's label calls them.
    pub model: &'static str,
    /// How many pods it takes.
    pub pods: i64,
    /// Millionths of a dollar for an hour.
    pub micro_dollars: u32,
    /// The architecture, as in `kubernetes.io/arch`.
    pub architecture: &'static str,
}

/// A cloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cloud {
    /// Amazon, with nodes as Karpenter makes them on EKS.
    Aws,
    /// Google, with nodes of GKE.
    Gcp,
    /// Microsoft, with nodes of AKS.
    Azure,
}

/// All shapes of the catalogue.
pub fn all() -> &'static [Shape] {
    table::TABLE
}

/// The shape of a name, in any case of its letters, with or without Azure's `Standard_`.
pub fn find(name: &str) -> Option<&'static Shape> {
    let plain = |name: &str| name.to_ascii_lowercase().trim_start_matches("standard_").to_owned();
    all().iter().find(|shape| plain(shape.name) == plain(name))
}

/// The zones over which new nodes are spread, in turn.
const ZONES: [&str; 3] = ["zone-a", "zone-b", "zone-c"];

/// Adds nodes of a shape to a world, spread over three zones.
///
/// They bear no taint: GKE taints nodes with GPUs, but gives pods that ask for GPUs the toleration; on EKS and AKS a
/// taint is the owner's choice.
pub fn add_nodes(world: &mut World, shape: &Shape, count: usize) {
    let taken: BTreeSet<String> =
        world.nodes.iter().map(|node| world.symbols.text(node.name).to_owned()).collect();
    let names = (1..).map(|number| format!("{}-{number}", shape.name)).filter(|name| !taken.contains(name));
    for (number, name) in names.take(count).enumerate() {
        let node = node(world, shape, &name, ZONES[number % ZONES.len()]);
        world.nodes.push(node);
    }
}

fn node(world: &mut World, shape: &Shape, name: &str, zone: &str) -> Node {
    let symbols = &mut world.symbols;
    let mut labels = Labels::default();
    let own = [
        ("kubernetes.io/hostname", name),
        ("kubernetes.io/os", "linux"),
        ("kubernetes.io/arch", shape.architecture),
        ("node.kubernetes.io/instance-type", shape.name),
        ("topology.kubernetes.io/zone", zone),
    ];
    let of_cloud: &[&str] = match (shape.cloud, shape.accelerators) {
        (_, 0) | (Cloud::Azure, _) => &[],
        (Cloud::Aws, _) => &["karpenter.k8s.aws/instance-gpu-name"],
        (Cloud::Gcp, _) => &["cloud.google.com/gke-accelerator"],
    };
    for (key, value) in own.into_iter().chain(of_cloud.iter().map(|key| (*key, shape.model))) {
        labels.set(symbols.intern(key), symbols.intern(value));
    }
    let mut allocatable = BTreeMap::new();
    let amounts = [
        ("cpu", shape.cpu_millis),
        ("memory", shape.memory_mib << 20),
        // Disks are chosen with the node group; this is what the clouds give unless told otherwise.
        ("ephemeral-storage", 47 << 30),
        ("pods", shape.pods),
        (shape.resource, shape.accelerators),
    ];
    for (resource, amount) in amounts {
        if !resource.is_empty() {
            allocatable.insert(symbols.intern(resource), amount);
        }
    }
    Node {
        name: symbols.intern(name),
        labels,
        taints: Vec::new(),
        unschedulable: false,
        allocatable,
        images: BTreeMap::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_found_by_any_spelling_and_are_unique() {
        assert_eq!(find("nc24ads_a100_v4").unwrap().name, "Standard_NC24ads_A100_v4");
        let names: BTreeSet<_> = all().iter().map(|shape| shape.name).collect();
        assert_eq!(names.len(), all().len());
    }

    #[test]
    fn estimates_are_near_nodes_that_were_seen() {
        // Allocatable of real nodes, 2026-11; memory within 6 %.
        let seen = [
            ("g2-standard-8", 7_910, 28_930_572),
            ("g2-standard-48", 47_810, 185_176_784),
            ("a2-highgpu-1g", 11_900, 79_864_627),
            ("g6.xlarge", 3_920, 15_173_181),
            ("g6.12xlarge", 47_810, 191_280_865),
            ("Standard_NC24ads_A100_v4", 23_660, 222_513_152),
        ];
        for (name, cpu, kib) in seen {
            let shape = find(name).unwrap();
            assert_eq!(shape.cpu_millis, cpu, "{name}");
            let difference = (shape.memory_mib * 1024 - kib).abs();
            assert!(difference * 100 < kib * 6, "{name}: {} against {kib} KiB", shape.memory_mib * 1024);
        }
    }
}
