//! What keeps the service up when nodes come and go: spreading, and the disruption budget.

use k8s_openapi::api::core::v1::TopologySpreadConstraint;
use k8s_openapi::api::policy::v1::{PodDisruptionBudget, PodDisruptionBudgetSpec};
use mlship_spec::workload::{DisruptionBudget, SpreadDomain, SpreadStrictness, Workload};

use crate::notes::Notes;
use crate::{convert, labels};

/// How replicas are spread.
pub fn spread(workload: &Workload) -> Vec<TopologySpreadConstraint> {
    let constraint = |spread: &mlship_spec::workload::Spread| TopologySpreadConstraint {
        max_skew: 1,
        topology_key: match spread.over {
            SpreadDomain::Node => "kubernetes.io/hostname",
            SpreadDomain::Zone => "topology.kubernetes.io/zone",
        }
        .to_owned(),
        when_unsatisfiable: match spread.required {
            SpreadStrictness::Preferred => "ScheduleAnyway",
            SpreadStrictness::Required => "DoNotSchedule",
        }
        .to_owned(),
        label_selector: Some(labels::label_selector(workload)),
        // Only pods of one version count, else those that leave push the new ones to the wrong nodes.
        // A StatefulSet replaces pods one by one under the same name: all of them count.
        match_label_keys: workload.state.is_none().then(|| vec!["pod-template-hash".to_owned()]),
        // Nodes that the pod could not run on must not count as empty ones.
        node_taints_policy: Some("Honor".to_owned()),
        ..Default::default()
    };
    workload.availability.spread.iter().map(constraint).collect()
}

/// What a drain must leave standing.
pub fn budget(workload: &Workload) -> PodDisruptionBudget {
    let mut spec = PodDisruptionBudgetSpec {
        selector: Some(labels::label_selector(workload)),
        // A replica that serves nobody does not hold a drain up; without it a model that crashes while
        // loading blocks the node for ever.
        unhealthy_pod_eviction_policy: Some("AlwaysAllow".to_owned()),
        ..Default::default()
    };
    match workload.availability.budget {
        DisruptionBudget::MaxUnavailable(amount) => {
            spec.max_unavailable = Some(convert::int_or_string(amount));
        }
        DisruptionBudget::MinAvailable(amount) => spec.min_available = Some(convert::int_or_string(amount)),
    }
    PodDisruptionBudget { metadata: labels::metadata(workload), spec: Some(spec), ..Default::default() }
}

/// Says what was decided beside what `lower` did.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    let reason = "a replica that is not ready serves nobody, and must not hold up a drain";
    notes.decide("unhealthyPodEvictionPolicy", "AlwaysAllow", reason);
    if !workload.availability.spread.is_empty() {
        let reason = "a node whose taints keep the pods away must not count as an empty one";
        notes.decide("nodeTaintsPolicy", "Honor", reason);
    }
}
