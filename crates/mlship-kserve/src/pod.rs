//! The pod of a predictor: that of plain Kubernetes, as KServe wants it.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Container, PodSecurityContext, PodSpec, ResourceRequirements, SecurityContext,
};
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

/// Says of the server what the pod's security context says: the container of a runtime has a user of its own, which
/// would win over the pod's (`runAsUser: 1000` of Triton, TorchServe and TensorFlow Serving;
/// <https://github.com/kserve/kserve/tree/v0.20.0/config/runtimes>, 2026-11).
pub(crate) fn own_rights(pod: &PodSpec, server: &mut Container) {
    let Some(PodSecurityContext { run_as_non_root, run_as_user, run_as_group, seccomp_profile, .. }) =
        &pod.security_context
    else {
        return;
    };
    let own = server.security_context.take().unwrap_or_default();
    server.security_context = Some(SecurityContext {
        run_as_non_root: own.run_as_non_root.or(*run_as_non_root),
        run_as_user: own.run_as_user.or(*run_as_user),
        run_as_group: own.run_as_group.or(*run_as_group),
        seccomp_profile: own.seccomp_profile.clone().or_else(|| seccomp_profile.clone()),
        ..own
    });
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
