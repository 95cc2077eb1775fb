//! The Deployment, or the StatefulSet of a service with a volume for each replica.

use k8s_openapi::api::apps::v1::{
    Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment,
    RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetPersistentVolumeClaimRetentionPolicy,
    StatefulSetSpec, StatefulSetUpdateStrategy,
};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_spec::codes;
use mlship_spec::workload::{Scale, Workload};

use crate::notes::Notes;
use crate::{convert, labels, pod, service, volumes};

/// Old versions that are kept for a rollback.
const REVISIONS: i32 = 5;

/// What makes the pods, as autoscalers refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControllerRef {
    /// Its API version.
    pub api_version: &'static str,
    /// Its kind.
    pub kind: &'static str,
}

/// What makes the pods of a workload.
pub fn controller(workload: &Workload) -> ControllerRef {
    let kind = if workload.state.is_some() { "StatefulSet" } else { "Deployment" };
    ControllerRef { api_version: "apps/v1", kind }
}

/// The Deployment of a service without state.
pub fn deployment(workload: &Workload) -> Option<Deployment> {
    if workload.state.is_some() {
        return None;
    }
    let rolling_update = RollingUpdateDeployment {
        max_surge: Some(convert::int_or_string(workload.rollout.surge)),
        max_unavailable: Some(convert::int_or_string(workload.rollout.unavailable)),
    };
    Some(Deployment {
        metadata: labels::controller_metadata(workload),
        spec: DeploymentSpec {
            replicas: replicas(workload),
            selector: labels::label_selector(workload),
            strategy: Some(DeploymentStrategy {
                type_: Some("RollingUpdate".to_owned()),
                rolling_update: Some(rolling_update),
            }),
            progress_deadline_seconds: Some(convert::int(workload.rollout.progress_deadline_seconds)),
            revision_history_limit: Some(REVISIONS),
            template: pod::template(workload),
            ..Default::default()
        },
        ..Default::default()
    })
}

/// The StatefulSet of a service whose replicas keep something.
pub fn stateful_set(workload: &Workload) -> Option<StatefulSet> {
    workload.state.as_ref()?;
    Some(StatefulSet {
        metadata: labels::controller_metadata(workload),
        spec: StatefulSetSpec {
            replicas: replicas(workload),
            selector: labels::label_selector(workload),
            service_name: Some(service::headless_name(workload)),
            // One model after the other would make a start last as many load times as there are replicas.
            pod_management_policy: Some("Parallel".to_owned()),
            update_strategy: Some(StatefulSetUpdateStrategy {
                type_: Some("RollingUpdate".to_owned()),
                rolling_update: Some(RollingUpdateStatefulSetStrategy {
                    max_unavailable: Some(max_unavailable(workload)),
                    ..Default::default()
                }),
            }),
            persistent_volume_claim_retention_policy: Some(StatefulSetPersistentVolumeClaimRetentionPolicy {
                when_deleted: Some("Retain".to_owned()),
                when_scaled: Some("Retain".to_owned()),
            }),
            revision_history_limit: Some(REVISIONS),
            template: pod::template(workload),
            volume_claim_templates: Some(volumes::claim_templates(workload)),
            ..Default::default()
        },
        ..Default::default()
    })
}

/// Refuses a canary, and says what a StatefulSet does otherwise.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    let rollout = &workload.rollout;
    notes.decide(
        "revisionHistoryLimit",
        REVISIONS.to_string(),
        "enough to roll back to; each is an object more",
    );
    if rollout.canary.is_some() {
        let message = "plain Kubernetes objects can't send a share of the traffic to a new version";
        let help = "ship it with `--target kserve`, which can, or take `rollout.canary` away";
        notes.refuse(workload, &codes::NOT_ON_TARGET, "rollout.canary", message, help);
    }
    if workload.state.is_some() {
        stateful(workload, notes);
    }
}

fn stateful(workload: &Workload, notes: &mut Notes) {
    let is_written = |field| workload.provenance.is_written(field);
    if workload.rollout.unavailable.is_zero() && is_written("rollout.unavailable") {
        notes.adapt(
            "rollout.unavailable",
            "1: a StatefulSet takes a replica away before it makes the new one",
        );
    }
    if is_written("rollout.deadline") {
        notes.adapt("rollout.deadline", "left out: a StatefulSet has no deadline; `mlship apply` keeps it");
    }
    notes.decide("podManagementPolicy", "Parallel", "replicas load their models at the same time");
    notes.decide("persistentVolumeClaimRetentionPolicy", "Retain", "data outlives a mistake");
}

/// The number of replicas; left to the autoscaler when there is one, since two owners undo each
/// other's work.
fn replicas(workload: &Workload) -> Option<i32> {
    match &workload.scale {
        Scale::Fixed { replicas } => Some(convert::int(*replicas)),
        Scale::Auto(_) => None,
    }
}

/// How many replicas a StatefulSet takes away at once; it refuses 0. Served since 1.37
/// (`MaxUnavailableStatefulSet`); an older API server drops the field and takes one at a time.
fn max_unavailable(workload: &Workload) -> IntOrString {
    let unavailable = workload.rollout.unavailable;
    if unavailable.is_zero() { IntOrString::Int(1) } else { convert::int_or_string(unavailable) }
}
