//! Who changes the number of replicas, and by what.

use k8s_openapi::api::autoscaling::v2::{HPAScalingPolicy, HPAScalingRules, HorizontalPodAutoscalerBehavior};
use mlship_spec::choices::Autoscaler;
use mlship_spec::codes;
use mlship_spec::workload::{AutoScale, Scale, Signal, Workload};

use crate::convert;
use crate::notes::Notes;
use mlship_spec::codes::UNSCOPED_QUERY;

pub mod adapter;
pub mod hpa;
pub mod keda;
pub mod promql;

/// How fast an HPA moves, ours or the one that KEDA makes.
///
/// The policies are those that the API server would fill in
/// (<https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#default-behavior>, 2026-11), written
/// out so that what runs can be read: up by four or double, down by any number, every 15 seconds.
pub fn behavior(auto: &AutoScale) -> HorizontalPodAutoscalerBehavior {
    let policy = |type_: &str, value| HPAScalingPolicy { type_: type_.to_owned(), value, period_seconds: 15 };
    let rules = |window, policies| HPAScalingRules {
        stabilization_window_seconds: Some(convert::int(window)),
        select_policy: Some("Max".to_owned()),
        policies: Some(policies),
        ..Default::default()
    };
    HorizontalPodAutoscalerBehavior {
        scale_up: Some(rules(auto.up_window_seconds, vec![policy("Pods", 4), policy("Percent", 100)])),
        scale_down: Some(rules(auto.down_window_seconds, vec![policy("Percent", 100)])),
    }
}

/// The autoscaling of a workload, when this autoscaler does it.
pub(crate) fn by(workload: &Workload, autoscaler: Autoscaler) -> Option<&AutoScale> {
    match &workload.scale {
        Scale::Auto(auto) if auto.autoscaler == autoscaler => Some(auto),
        Scale::Auto(_) | Scale::Fixed { .. } => None,
    }
}

/// Refuses a service that would never wake up, and says where its numbers come from.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    let Scale::Auto(auto) = &workload.scale else { return };
    match auto.autoscaler {
        Autoscaler::Hpa => {
            if adapter::values(workload).is_some() {
                let reason = "it serves Prometheus' numbers to the HPA; its rules for this service are in a second file";
                notes.decide("metrics", "through the Prometheus Adapter", reason);
            }
        }
        Autoscaler::Keda => keda_notes(workload, auto, notes),
    }
}

fn keda_notes(workload: &Workload, auto: &AutoScale, notes: &mut Notes) {
    let polling = format!("{}s", keda::POLLING_SECONDS);
    notes.decide("pollingInterval", polling, "half of KEDA's own; a sleeping service wakes that much sooner");
    let cooldown = format!("{}s", auto.down_window_seconds);
    notes.decide(
        "cooldownPeriod",
        cooldown,
        "the last replica goes after `autoscale.downWindow`, like the others",
    );
    if auto.min == 0 {
        asleep(workload, auto, notes);
    }
    let asks_for_pods = matches!(auto.signal, Signal::PerReplica { .. } | Signal::Latency { .. });
    if asks_for_pods && workload.namespace.is_none() {
        let message = "the query selects the pods by name alone, since the namespace is not known";
        notes.warn(workload, &UNSCOPED_QUERY, "autoscale", message, "write `namespace`");
    }
}

/// What wakes a service must exist while no replica does.
fn asleep(workload: &Workload, auto: &AutoScale, notes: &mut Notes) {
    let of_replicas = match &auto.signal {
        Signal::PerReplica { series, .. } => series,
        Signal::Latency { buckets, .. } => buckets,
        // `lower` refuses the first; the second is the user's own.
        Signal::Resource { .. } | Signal::Query { .. } => return,
    };
    let message = format!("with no replica there is no `{of_replicas}`, so nothing would wake the service");
    let help = "write `on: query` with what stands in front of it, such as requests at the ingress or a queue's \
                length; or keep `replicas.min: 1`";
    notes.refuse(workload, &codes::NOT_ON_TARGET, "replicas.min", message, help);
}
