//! The pod of one replica.

use k8s_openapi::api::core::v1::{LocalObjectReference, PodSpec, PodTemplateSpec};
use mlship_spec::workload::Workload;

use crate::convert::unless_empty;
use crate::notes::Notes;
use crate::{availability, container, download, identity, labels, placement, security, volumes};

/// The template of which a controller makes its pods.
pub fn template(workload: &Workload) -> PodTemplateSpec {
    PodTemplateSpec { metadata: Some(labels::pod_metadata(workload)), spec: Some(spec(workload)) }
}

/// What one pod is.
pub fn spec(workload: &Workload) -> PodSpec {
    let placement = &workload.placement;
    PodSpec {
        service_account_name: Some(identity::account_name(workload)),
        // The server talks to no API of Kubernetes; identities of clouds come in volumes of their own.
        automount_service_account_token: Some(false),
        // Variables of every Service in the namespace: slow to start with, and `VLLM_PORT` of a Service
        // called `vllm` is read by the server of that name.
        enable_service_links: Some(false),
        image_pull_secrets: unless_empty(pull_secrets(workload)),
        security_context: Some(security::pod(workload)),
        init_containers: download::init_container(workload).map(|container| vec![container]),
        containers: vec![container::server(workload)],
        volumes: unless_empty(volumes::volumes(workload)),
        termination_grace_period_seconds: Some(i64::from(workload.shutdown.grace_seconds)),
        node_selector: placement::node_selector(workload),
        affinity: placement::affinity(workload),
        tolerations: unless_empty(placement::tolerations(workload)),
        topology_spread_constraints: unless_empty(availability::spread(workload)),
        priority_class_name: placement.priority_class.as_ref().map(ToString::to_string),
        runtime_class_name: placement.runtime_class.as_ref().map(ToString::to_string),
        ..Default::default()
    }
}

/// The most pods that exist at once: the replicas, and those that a rollout adds.
pub fn most_at_once(workload: &Workload) -> u64 {
    let replicas = workload.max_replicas();
    let surge = match workload.state {
        None => workload.rollout.surge.of_rounded_up(replicas),
        // A StatefulSet takes a pod away before it makes the next.
        Some(_) => 0,
    };
    u64::from(replicas) + surge
}

/// Says what was decided for the container.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    if container::home_is_decided(workload) {
        let reason = "libraries keep caches in the home folder, and the root file system is read-only";
        notes.decide("server.env.HOME", "/tmp", reason);
    }
    if let Some(sysctl) = security::pod(workload).sysctls.and_then(|sysctls| sysctls.into_iter().next()) {
        let reason = "only root may listen below 1024 otherwise";
        notes.decide("server.port", format!("{}={}", sysctl.name, sysctl.value), reason);
    }
    let reason = "a crash shows its last words in the pod's status";
    notes.decide("terminationMessagePolicy", container::MESSAGE_POLICY, reason);
    let reason =
        "variables of every Service in the namespace slow the start, and some servers read them as settings";
    notes.decide("enableServiceLinks", "false", reason);
}

fn pull_secrets(workload: &Workload) -> Vec<LocalObjectReference> {
    workload.server.pull_secrets.iter().map(|name| LocalObjectReference { name: name.to_string() }).collect()
}
