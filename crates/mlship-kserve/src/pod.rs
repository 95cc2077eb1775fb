//! The pod of a predictor: that of plain Kubernetes, as KServe wants it.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mlship_kubernetes::pod;
use mlship_spec::workload::Workload;

/// The name by which KServe knows the container that answers requests.
pub(crate) const SERVER: &str = "kserve-container";

/// A predictor's pod, and what its template carries beside the labels of the InferenceService.
pub(crate) struct PredictorPod {
    /// The pod.
    pub(crate) spec: PodSpec,
    /// Labels and annotations of the pods.
    pub(crate) metadata: ObjectMeta,
}

/// The pod of a workload.
pub(crate) fn pod(workload: &Workload) -> PredictorPod {
    let template = pod::template(workload);
    let mut spec = template.spec.unwrap_or_default();
    for container in &mut spec.containers {
        SERVER.clone_into(&mut container.name);
        complete_limits(container);
    }
    PredictorPod { spec, metadata: template.metadata.unwrap_or_default() }
}

/// Limits of processor time and memory, where none is written: KServe fills each gap with 1 CPU and 2Gi
/// (`config/configmap/inferenceservice.yaml`, `inferenceService.resource`), which may be less than the request,
/// and the pod is then refused.
fn complete_limits(container: &mut Container) {
    let ResourceRequirements { requests: Some(requests), limits, .. } =
        container.resources.get_or_insert_default()
    else {
        return;
    };
    let limits: &mut BTreeMap<String, Quantity> = limits.get_or_insert_default();
    for name in ["cpu", "memory"] {
        if let Some(request) = requests.get(name) {
            limits.entry(name.to_owned()).or_insert_with(|| request.clone());
        }
    }
}
