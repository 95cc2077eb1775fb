//! Which nodes may run a replica: node selector, node affinity, tolerations.
//!
//! Labels and taints of the clouds (all 2026-11):
//! GKE <https://cloud.google.com/kubernetes-engine/docs/how-to/gpus>, <https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms>;
//! EKS <https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html>, <https://docs.aws.amazon.com/eks/latest/userguide/auto-networking.html>;
//! Karpenter <https://karpenter.sh/docs/concepts/scheduling/>;
//! AKS <https://learn.microsoft.com/azure/aks/use-nvidia-gpu>, <https://learn.microsoft.com/azure/aks/spot-node-pool>.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Affinity, NodeAffinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PreferredSchedulingTerm,
    Toleration,
};
use mlship_spec::catalogue::accelerators;
use mlship_spec::choices::Cloud;
use mlship_spec::workload::{Gpu, Spot, Workload};

use crate::convert::unless_empty;
use crate::notes::Notes;

const ZONE: &str = "topology.kubernetes.io/zone";
const GKE_SPOT: &str = "cloud.google.com/gke-spot";
const AKS_SPOT: &str = "kubernetes.azure.com/scalesetpriority";
const EKS_CAPACITY: &str = "eks.amazonaws.com/capacityType";
const KARPENTER_CAPACITY: &str = "karpenter.sh/capacity-type";

/// A label, and the values of it that will do.
struct Label {
    /// The cloud that sets it; `None` where a component of any cluster does.
    cloud: Option<Cloud>,
    key: &'static str,
    values: Vec<String>,
}

/// Labels that a node must carry, as they were written.
pub fn node_selector(workload: &Workload) -> Option<BTreeMap<String, String>> {
    let labels =
        workload.placement.node_selector.iter().map(|(key, value)| (key.to_string(), value.to_string()));
    Some(labels.collect::<BTreeMap<_, _>>()).filter(|labels| !labels.is_empty())
}

/// The affinity to nodes: the accelerator's model and the zones must be, spot capacity is preferred.
pub fn affinity(workload: &Workload) -> Option<Affinity> {
    let terms = unless_empty(required(workload));
    let node = NodeAffinity {
        required_during_scheduling_ignored_during_execution: terms
            .map(|node_selector_terms| NodeSelector { node_selector_terms }),
        preferred_during_scheduling_ignored_during_execution: unless_empty(preferred(workload)),
    };
    (node != NodeAffinity::default()).then(|| Affinity { node_affinity: Some(node), ..Default::default() })
}

/// Taints that are put up with: those of the accelerator and of spot capacity, and those written.
pub fn tolerations(workload: &Workload) -> Vec<Toleration> {
    let mut tolerations = Vec::new();
    if let Some(gpu) = &workload.resources.gpu {
        tolerations.push(exists(device_taint(gpu)));
        // Azure's own guide taints GPU pools so; elsewhere it would only raise questions.
        if workload.targets.kubernetes.cloud == Some(Cloud::Azure) {
            tolerations.push(equal("sku", "gpu"));
        }
    }
    if workload.placement.spot == Spot::Preferred {
        if is_on(workload, Some(Cloud::Gcp)) {
            tolerations.push(equal(GKE_SPOT, "true"));
        }
        if is_on(workload, Some(Cloud::Azure)) {
            tolerations.push(equal(AKS_SPOT, "spot"));
        }
    }
    for written in &workload.placement.tolerations {
        let toleration = Toleration {
            key: written.key().map(ToString::to_string),
            operator: Some(written.operator().as_str().to_owned()),
            value: written.value().map(ToString::to_string),
            effect: written.effect().map(|effect| effect.as_str().to_owned()),
            toleration_seconds: written.seconds(),
        };
        if !tolerations.contains(&toleration) {
            tolerations.push(toleration);
        }
    }
    tolerations
}

/// Says which labels and taints were chosen.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    if let Some(gpu) = &workload.resources.gpu {
        let taint = device_taint(gpu);
        notes.decide(
            "placement.tolerations",
            taint,
            "GPU nodes are tainted with it, so that other pods stay away",
        );
        if gpu.accelerator.is_some() {
            let keys: Vec<_> = accelerator_labels(workload).iter().map(|label| label.key).collect();
            let reason = match workload.targets.kubernetes.cloud {
                None => "any of these labels will do; `targets.kubernetes.cloud` leaves those of one cloud",
                Some(_) => "any of these labels will do",
            };
            notes.decide("resources.gpu.type", keys.join(", "), reason);
        }
    }
}

/// The terms of which a node must match one: each accelerator label, together with what holds for all.
fn required(workload: &Workload) -> Vec<NodeSelectorTerm> {
    let term = |requirements: Vec<NodeSelectorRequirement>| NodeSelectorTerm {
        match_expressions: Some(requirements),
        ..Default::default()
    };
    let common = required_of_all(workload);
    let accelerators = accelerator_labels(workload);
    if accelerators.is_empty() {
        return unless_empty(common).map(term).into_iter().collect();
    }
    // Terms are alternatives: a zone in a term of its own would let any accelerator of that zone in.
    let with_common =
        |label: Label| term(std::iter::once(is_in(label.key, label.values)).chain(common.clone()).collect());
    accelerators.into_iter().map(with_common).collect()
}

/// What every node must be: in one of the zones, and no spot capacity where that was written.
///
/// GKE and AKS taint spot nodes. AWS does not, so a written `spot: false` needs a word there; as a mere
/// default it has none, since the labels mean nothing on most clusters.
fn required_of_all(workload: &Workload) -> Vec<NodeSelectorRequirement> {
    let zones = workload.placement.zones.iter().map(ToString::to_string).collect();
    let mut requirements: Vec<_> = unless_empty(zones).map(|zones| is_in(ZONE, zones)).into_iter().collect();
    let is_refused =
        workload.placement.spot == Spot::Never && workload.provenance.is_written("placement.spot");
    if is_refused && is_on(workload, Some(Cloud::Aws)) {
        let refused = |key: &str, value: &str| NodeSelectorRequirement {
            operator: "NotIn".to_owned(),
            ..is_in(key, vec![value.to_owned()])
        };
        requirements.extend([refused(EKS_CAPACITY, "SPOT"), refused(KARPENTER_CAPACITY, "spot")]);
    }
    requirements
}

fn preferred(workload: &Workload) -> Vec<PreferredSchedulingTerm> {
    let term = |(_, key, value): (Cloud, &str, &str)| PreferredSchedulingTerm {
        weight: 100,
        preference: NodeSelectorTerm {
            match_expressions: Some(vec![is_in(key, vec![value.to_owned()])]),
            ..Default::default()
        },
    };
    match workload.placement.spot {
        Spot::Never => Vec::new(),
        Spot::Preferred => [
            (Cloud::Gcp, GKE_SPOT, "true"),
            (Cloud::Aws, EKS_CAPACITY, "SPOT"),
            (Cloud::Aws, KARPENTER_CAPACITY, "spot"),
            (Cloud::Azure, AKS_SPOT, "spot"),
        ]
        .into_iter()
        .filter(|(cloud, ..)| is_on(workload, Some(*cloud)))
        .map(term)
        .collect(),
    }
}

/// The labels that nodes with the accelerator carry, one for each party that labels them.
fn accelerator_labels(workload: &Workload) -> Vec<Label> {
    let Some(Gpu { count, accelerator: Some(accelerator), .. }) = &workload.resources.gpu else {
        return Vec::new();
    };
    let owned = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    // Karpenter calls the A100 of 40 GB and that of 80 GB alike; machine types tell them apart.
    let is_shared = |name: &&str| {
        accelerators::all().iter().filter(|other| other.labels.karpenter == Some(*name)).count() > 1
    };
    let karpenter = accelerator.labels.karpenter.filter(|name| !is_shared(name));
    // Nodes of EKS and AKS may have the machine's type as their only label; one with too few devices would never do.
    let types = [(Cloud::Aws, accelerator.ec2_types), (Cloud::Azure, accelerator.azure_sizes)]
        .into_iter()
        .filter(|(cloud, _)| is_on(workload, Some(*cloud)))
        .flat_map(|(_, types)| types)
        .filter(|machine| u32::from(machine.count) >= *count)
        .map(|machine| machine.name.to_owned())
        .collect();
    let mut labels = vec![
        Label {
            cloud: None,
            key: accelerator.vendor.product_label(),
            values: owned(accelerator.labels.products),
        },
        Label {
            cloud: Some(Cloud::Gcp),
            key: "cloud.google.com/gke-accelerator",
            values: owned(accelerator.labels.gke),
        },
        Label {
            cloud: Some(Cloud::Aws),
            key: "karpenter.k8s.aws/instance-gpu-name",
            values: owned(karpenter.as_slice()),
        },
        Label {
            cloud: Some(Cloud::Aws),
            key: "eks.amazonaws.com/instance-gpu-name",
            values: owned(karpenter.as_slice()),
        },
        Label { cloud: None, key: "node.kubernetes.io/instance-type", values: types },
    ];
    labels.retain(|label| is_on(workload, label.cloud) && !label.values.is_empty());
    labels
}

/// Whether something of a cloud is written: no cloud is named, or this one.
fn is_on(workload: &Workload, cloud: Option<Cloud>) -> bool {
    match (workload.targets.kubernetes.cloud, cloud) {
        (None, _) | (_, None) => true,
        (Some(named), Some(cloud)) => named == cloud,
    }
}

/// The taint of nodes with such a device: its resource, except for NVIDIA's, whose nodes carry one
/// taint for whole and shared devices alike.
fn device_taint(gpu: &Gpu) -> &str {
    match gpu.resource.vendor() {
        "nvidia.com" => "nvidia.com/gpu",
        _ => gpu.resource.as_str(),
    }
}

fn exists(key: &str) -> Toleration {
    Toleration {
        key: Some(key.to_owned()),
        operator: Some("Exists".to_owned()),
        effect: Some("NoSchedule".to_owned()),
        ..Default::default()
    }
}

fn equal(key: &str, value: &str) -> Toleration {
    Toleration {
        key: Some(key.to_owned()),
        operator: Some("Equal".to_owned()),
        value: Some(value.to_owned()),
        effect: Some("NoSchedule".to_owned()),
        ..Default::default()
    }
}

fn is_in(key: &str, values: Vec<String>) -> NodeSelectorRequirement {
    NodeSelectorRequirement { key: key.to_owned(), operator: "In".to_owned(), values: Some(values) }
}
