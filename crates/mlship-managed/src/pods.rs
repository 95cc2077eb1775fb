//! What the three Kubernetes-shaped targets do alike with typed objects.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::api::resource;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mlship_kubernetes::Objects;
use mlship_kubernetes::autoscale::adapter;
use mlship_spec::target::{Document, File};
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::Workload;

/// The template of the pods, whoever makes them.
pub(crate) fn template(objects: &mut Objects) -> Option<&mut PodTemplateSpec> {
    let deployment = objects.deployment.as_mut().map(|it| &mut it.spec.template);
    deployment.or_else(|| objects.stateful_set.as_mut().map(|it| &mut it.spec.template))
}

/// The pods' own spec.
pub(crate) fn pod(objects: &mut Objects) -> Option<&mut PodSpec> {
    template(objects).and_then(|template| template.spec.as_mut())
}

/// Every container of a pod, those that run first first.
pub(crate) fn containers(pod: &mut PodSpec) -> impl Iterator<Item = &mut Container> {
    pod.init_containers.iter_mut().flatten().chain(&mut pod.containers)
}

/// Lets each limit equal its request, the larger of the two: what a platform without overcommitment does itself.
pub(crate) fn equalize(container: &mut Container) {
    let Some(resources) = &mut container.resources else { return };
    let requests = resources.requests.get_or_insert_default();
    let limits = resources.limits.get_or_insert_default();
    for (name, limit) in limits.clone() {
        requests.entry(name).and_modify(|request| *request = larger(request, &limit)).or_insert(limit);
    }
    limits.clone_from(requests);
}

/// The bytes of disk that a pod asks for: its containers together, or the hungriest init container.
pub(crate) fn disk_bytes(pod: &PodSpec) -> u64 {
    let of = |container: &Container| amount_of(container, "ephemeral-storage").map_or(0, |it| it.bytes());
    let init = pod.init_containers.iter().flatten().map(of).max().unwrap_or(0);
    init.max(pod.containers.iter().map(of).sum())
}

/// What a container asks for of a resource: its limit, else its request.
pub(crate) fn amount_of(container: &Container, resource: &str) -> Option<Quantity> {
    let resources = container.resources.as_ref()?;
    let find = |amounts: &Option<BTreeMap<String, resource::Quantity>>| {
        amounts.as_ref().and_then(|amounts| amounts.get(resource)?.0.parse().ok())
    };
    find(&resources.limits).or_else(|| find(&resources.requests))
}

/// Adds an annotation.
pub(crate) fn annotate(metadata: &mut ObjectMeta, key: &str, value: impl Into<String>) {
    metadata.annotations.get_or_insert_default().insert(key.to_owned(), value.into());
}

/// Whole mebibytes that hold so many bytes.
pub(crate) fn mib(bytes: u64) -> u64 {
    bytes.div_ceil(1 << 20)
}

/// An amount of whole mebibytes.
pub(crate) fn quantity_of_mib(mib: u64) -> Quantity {
    Quantity::from_bytes(mib << 20)
}

/// The memory that a replica may use: its limit where it has one, since a platform that reserves only the request would
/// end the process above it.
pub(crate) fn memory_bytes(workload: &Workload) -> u64 {
    let memory = &workload.resources.memory;
    memory.limit.as_ref().map_or(0, Quantity::bytes).max(memory.request.bytes())
}

fn larger(left: &resource::Quantity, right: &resource::Quantity) -> resource::Quantity {
    let parsed = |text: &resource::Quantity| text.0.parse::<Quantity>().ok();
    if parsed(left) >= parsed(right) { left.clone() } else { right.clone() }
}

/// The rules of the Prometheus Adapter, as the raw target writes them beside the objects.
pub(crate) fn adapter_settings(workload: &Workload) -> Option<(String, File)> {
    let values = adapter::values(workload)?;
    Some((adapter::file_name(workload), File::Settings(Document::of(&values))))
}
