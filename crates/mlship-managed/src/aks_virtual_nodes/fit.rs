//! From a workload to one that a virtual node takes, and the last touches on its objects.

use k8s_openapi::api::core::v1::{PodTemplateSpec, Toleration};
use mlship_kubernetes::Objects;
use mlship_spec::choices::{Cloud, VirtualNodes};
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{Amount, Spot, Workload};

use super::{first_generation, size};
use crate::findings::Findings;
use crate::limits::{self, mebibytes};
use crate::pods;

/// A workload as a virtual node takes it.
pub(crate) struct Fitted {
    pub(crate) workload: Workload,
    /// What is billed, in thousandths of a core.
    pub(crate) millis: u64,
    /// What is billed, in bytes of memory.
    pub(crate) bytes: u64,
}

/// The workload with the requests that are billed.
pub(crate) fn fit(workload: &Workload, findings: &mut Findings<'_>) -> Fitted {
    let mut fitted = workload.clone();
    fitted.placement.spot = Spot::Never;
    fitted.placement.zones.clear();
    fitted.targets.kubernetes.cloud = Some(Cloud::Azure);
    if !fitted.availability.spread.is_empty() {
        fitted.availability.spread.clear();
        let how = "left out: all pods are on one virtual node, behind which Azure chooses the machines";
        let fields = ["availability.spread", "availability.spreadStrength"];
        let written: Vec<_> = fields.into_iter().filter(|field| findings.is_written(field)).collect();
        if written.is_empty() {
            findings.decide("availability.spread", "none", how);
        }
        for field in written {
            findings.adapt(field, how);
        }
    }
    let (asked, memory) = (workload.resources.cpu.request.millis(), pods::memory_bytes(workload));
    let (millis, bytes) = (size::cpu(asked), size::memory(memory));
    let equal = |request: Quantity| Amount { limit: Some(request.clone()), request };
    fitted.resources.cpu = equal(Quantity::from_millis(millis));
    fitted.resources.memory = equal(megabytes(bytes));
    report(workload, millis, bytes, findings);
    check_disk(&fitted, findings);
    Fitted { workload: fitted, millis, bytes }
}

/// The pods' last touches: they are pods of a virtual node, with limits equal to their requests.
pub(crate) fn finish(workload: &Workload, objects: &mut Objects, findings: &mut Findings<'_>) {
    let generation = workload.targets.managed.aks_virtual_nodes.generation;
    let Some(template) = pods::template(objects) else { return };
    zone(workload, template, findings);
    let Some(pod) = &mut template.spec else { return };
    pods::containers(pod).for_each(pods::equalize);
    let labels: &[(&str, &str)] = match generation {
        VirtualNodes::V1 => {
            &[("kubernetes.io/os", "linux"), ("kubernetes.io/role", "agent"), ("type", "virtual-kubelet")]
        }
        VirtualNodes::V2 => &[("kubernetes.io/os", "linux"), ("virtualization", "virtualnode2")],
    };
    let selector = pod.node_selector.get_or_insert_default();
    selector.extend(labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())));
    pod.tolerations.get_or_insert_default().extend(tolerations(generation));
    if generation == VirtualNodes::V1 {
        pod.containers
            .iter_mut()
            .for_each(|container| first_generation::finish(workload, container, findings));
    }
    let reason = match generation {
        VirtualNodes::V1 => "the virtual node of AKS' add-on",
        VirtualNodes::V2 => "the virtual nodes of the Helm chart; `generation: v1` is the add-on",
    };
    findings.decide(
        "targets.aks-virtual-nodes.generation",
        mlship_spec::choices::Choice::as_str(generation),
        reason,
    );
}

fn tolerations(generation: VirtualNodes) -> Vec<Toleration> {
    let exists = |key: &str, operator: Option<&str>, effect: Option<&str>| Toleration {
        key: Some(key.to_owned()),
        operator: operator.map(str::to_owned),
        effect: effect.map(str::to_owned),
        ..Default::default()
    };
    match generation {
        VirtualNodes::V1 => vec![
            exists("virtual-kubelet.io/provider", Some("Exists"), None),
            exists("azure.com/aci", Some("Exists"), Some("NoSchedule")),
        ],
        VirtualNodes::V2 => vec![exists("virtual-kubelet.io/provider", Some("Exists"), Some("NoSchedule"))],
    }
}

fn zone(workload: &Workload, template: &mut PodTemplateSpec, findings: &mut Findings<'_>) {
    if let [zone] = workload.placement.zones.as_slice() {
        let key = "microsoft.containerinstance.virtualnode.zones";
        // Azure's own zones are 1, 2 and 3; nodes are labelled with the region before it: `westeurope-1`.
        let number = zone.as_str().rsplit('-').next().unwrap_or(zone.as_str());
        pods::annotate(template.metadata.get_or_insert_default(), key, number);
        findings.adapt("placement.zones", format!("the annotation {key}: {number}"));
    }
}

/// Bytes as a number of MB, which the provider's steps are multiples of.
fn megabytes(bytes: u64) -> Quantity {
    format!("{}M", bytes / 1_000_000).parse().unwrap_or_else(|_| Quantity::from_bytes(bytes))
}

fn report(workload: &Workload, millis: u64, bytes: u64, findings: &mut Findings<'_>) {
    let cpu = &workload.resources.cpu;
    if millis != cpu.request.millis() {
        let how = format!("{} → {millis}m: rounded up to 10m, as it is billed", cpu.request);
        findings.adapt("resources.cpu.request", how);
    }
    if let Some(limit) = cpu.limit.as_ref().filter(|limit| limit.millis() > millis) {
        let how = format!("{limit} → {millis}m: limits equal requests, which is what is billed");
        findings.adapt("resources.cpu.limit", how);
    }
    let request = &workload.resources.memory.request;
    if bytes != request.bytes() {
        let raised =
            if pods::memory_bytes(workload) > request.bytes() { "raised to its limit and then " } else { "" };
        let how = format!("{request} → {}: {raised}rounded up to 0.1 GB, as it is billed", megabytes(bytes));
        findings.adapt("resources.memory.request", how);
    }
}

fn check_disk(workload: &Workload, findings: &mut Findings<'_>) {
    let mut objects = mlship_kubernetes::objects(workload);
    let Some(pod) = pods::pod(&mut objects) else { return };
    pods::containers(pod).for_each(pods::equalize);
    let asked = pods::mib(pods::disk_bytes(pod));
    if asked > limits::ACI_DISK.value {
        let field = if findings.is_written("resources.disk") { "resources.disk" } else { "model.size" };
        let rule = format!("{} of disk are too much: {}", mebibytes(asked), limits::ACI_DISK.cited());
        findings.refuse(
            field,
            rule,
            "keep the weights on a claim of Azure Files: `pvc://NAME`, or in `model.cache`",
        );
    }
}
