//! What virtual nodes can't do, with what can.
//!
//! <https://learn.microsoft.com/azure/aks/virtual-nodes> (2026-08; its text of the add-on is of 2023-11),
//! <https://github.com/microsoft/virtualnodesOnAzureContainerInstances> (2026-08)

use mlship_kubernetes::download::{self, Delivery};
use mlship_kubernetes::{pod, ports};
use mlship_spec::choices::VirtualNodes;
use mlship_spec::workload::{CloudIdentity, EnvValue, Spot, Workload};

use super::size;
use crate::findings::Findings;
use crate::limits::{self, mebibytes};
use crate::pods;

const PAGE: &str = "https://learn.microsoft.com/azure/aks/virtual-nodes";
const ON_NODES: &str = "ship it with `--target kubernetes` to a node pool";

/// Refuses what no generation can do, and what the one asked for can't.
pub(crate) fn check(workload: &Workload, findings: &mut Findings<'_>) {
    if workload.resources.gpu.is_some() {
        let rule = "Container Instances have no GPUs since 2025-07-14: https://learn.microsoft.com/azure/container-instances/container-instances-gpu";
        let nearest = "ship it with `--target kubernetes` and `targets.kubernetes.cloud: azure` to a GPU node pool, or with `--target azureml`";
        findings.refuse("resources.gpu", rule, nearest);
    }
    if workload.placement.spot == Spot::Preferred {
        let rule =
            "Container Instances on Spot capacity can't join a virtual network, which a virtual node is";
        findings.refuse("placement.spot", rule, format!("take it away, or {ON_NODES} of Spot capacity"));
    }
    if let Some(class) = &workload.placement.runtime_class {
        let rule = format!("Container Instances know no runtime class such as `{class}`");
        findings.refuse("placement.runtimeClass", rule, "take it away");
    }
    identity(workload, findings);
    network(workload, findings);
    nodes(workload, findings);
    amounts(workload, findings);
    if workload.targets.managed.aks_virtual_nodes.generation == VirtualNodes::V1 {
        super::first_generation::check(workload, findings);
    } else {
        second_generation(workload, findings);
    }
    for variable in &workload.server.env {
        if variable.value == EnvValue::Literal(String::new()) {
            let message =
                format!("`{}` is empty, and Container Instances drop empty variables", variable.name);
            findings.warn(
                &format!("server.env.{}", variable.name),
                message,
                "give it a value, or let the server do without",
            );
        }
    }
}

fn identity(workload: &Workload, findings: &mut Findings<'_>) {
    let field = match &workload.identity.cloud {
        None | Some(CloudIdentity::Azure(_)) => return,
        Some(CloudIdentity::Gcp(_)) => "identity.gcpServiceAccount",
        Some(CloudIdentity::Aws(_)) => "identity.awsRole",
    };
    findings.refuse(field, "AKS knows identities of Microsoft Entra alone", "write `identity.azureClientId`");
}

fn network(workload: &Workload, findings: &mut Findings<'_>) {
    if findings.is_written("network.allowFrom") {
        let rule =
            format!("nothing enforces a NetworkPolicy on virtual nodes, so everybody could call: {PAGE}");
        let nearest = format!(
            "take it away and keep callers out with a network security group of the subnet, or {ON_NODES}"
        );
        findings.refuse("network.allowFrom", rule, nearest);
    } else {
        findings.decide("NetworkPolicy", "left out", "nothing enforces one on virtual nodes");
    }
    let ports = u64::try_from(ports::ports(workload).len()).unwrap_or(u64::MAX);
    if ports > limits::ACI_PORTS.value {
        let rule = format!("{ports} ports are too many: {}", limits::ACI_PORTS.cited());
        findings.refuse("server.ports", rule, "leave ports away that no client calls");
    }
}

fn nodes(workload: &Workload, findings: &mut Findings<'_>) {
    for (key, value) in &workload.placement.node_selector {
        let known = matches!(
            (key.as_str(), value.as_str()),
            ("kubernetes.io/os", "linux")
                | ("kubernetes.io/arch", "amd64")
                | ("type", "virtual-kubelet")
                | ("virtualization", "virtualnode2")
        );
        if !known {
            let rule = format!("a virtual node does not have the label `{key}: {value}`");
            let nearest = "take it away: the target writes the labels of virtual nodes";
            findings.refuse(&format!("placement.nodeSelector.{key}"), rule, nearest);
        }
    }
    let first = workload.targets.managed.aks_virtual_nodes.generation == VirtualNodes::V1;
    match workload.placement.zones.as_slice() {
        [] => {}
        [_] if !first => {}
        zones => {
            let rule = format!(
                "a pod of a virtual node is put into one zone at most, and {} are listed",
                zones.len()
            );
            let rule =
                if first { "the add-on puts pods into no zone of one's choice".to_owned() } else { rule };
            findings.refuse("placement.zones", rule, "leave one zone with `generation: v2`, or none");
        }
    }
}

fn amounts(workload: &Workload, findings: &mut Findings<'_>) {
    let millis = workload.resources.cpu.request.millis();
    let bytes = pods::memory_bytes(workload);
    if let Some(limit) = size::above(millis, bytes) {
        let field = if limit.unit == limits::Unit::MilliCpu { "resources.cpu" } else { "resources.memory" };
        let rule = format!(
            "{millis}m of CPU and {} of memory are too much: {}",
            mebibytes(pods::mib(bytes)),
            limit.cited()
        );
        findings.refuse(field, rule, format!("ask for at most {}, or {ON_NODES}", limit.amount()));
    } else if millis > limits::ACI_QUOTA_CPU.value || pods::mib(bytes) > limits::ACI_QUOTA_MEMORY.value {
        let message = "a region may not have container groups of this size without a quota of your own";
        findings.warn("resources", message, limits::ACI_QUOTA_CPU.cited());
    }
    let pods = pod::most_at_once(workload);
    let second = workload.targets.managed.aks_virtual_nodes.generation == VirtualNodes::V2;
    for (limit, counts) in [(&limits::ACI_GROUPS, true), (&limits::VIRTUAL_NODE_PODS, second)] {
        if counts && pods > limit.value {
            let message = format!("at the most replicas, {pods} pods run, each a container group of its own");
            findings.warn("replicas", message, limit.cited());
        }
    }
    let most = pods.saturating_mul(size::cpu(millis)).div_ceil(1000);
    if most > limits::ACI_CORES.value {
        let message = format!("at the most replicas, {most} cores are used");
        findings.warn("replicas", message, limits::ACI_CORES.cited());
    }
}

/// Of the second generation the documents say little; what they don't say is a warning.
fn second_generation(workload: &Workload, findings: &mut Findings<'_>) {
    if let Delivery::Image(_) = download::delivery(workload) {
        let message = "whether virtual nodes mount images as volumes is not written anywhere";
        findings.warn("model.uri", message, "an image that holds the weights itself runs in any case");
    }
    let message = "how virtual nodes of the second generation treat startup probes is not written anywhere";
    let help = "see that a replica is not restarted while it loads: https://github.com/microsoft/virtualnodesOnAzureContainerInstances";
    findings.warn("health", message, help);
}
