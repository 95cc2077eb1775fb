//! How many replicas there are, who changes that, and how a new version replaces the old one.

use k8s_openapi::api::autoscaling::v2::MetricSpec;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_kubernetes::autoscale::{hpa, keda};
use mlship_kubernetes::controller;
use mlship_kubernetes::custom::keda::Trigger;
use mlship_spec::values::numbers::IntOrPercent;
use mlship_spec::workload::{Scale, Workload};

use super::{Amount, Autoscaling, Rollout, Values};

pub(super) fn replica_count(workload: &Workload) -> u32 {
    match &workload.scale {
        Scale::Fixed { replicas } => *replicas,
        Scale::Auto(_) => Values::default().replica_count,
    }
}

pub(super) fn autoscaling(workload: &Workload) -> Autoscaling {
    let default = Values::default().autoscaling;
    let Scale::Auto(auto) = &workload.scale else { return default };
    let base = Autoscaling {
        enabled: true,
        min_replicas: auto.min,
        max_replicas: auto.max,
        scale_up_window_seconds: auto.up_window_seconds,
        scale_down_window_seconds: auto.down_window_seconds,
        ..default
    };
    if let Some(object) = hpa::autoscaler(workload) {
        let metrics = object.spec.metrics.unwrap_or_default();
        return match cpu_alone(&metrics) {
            Some(utilization) => Autoscaling { target_cpu_utilization: utilization, ..base },
            None => Autoscaling { metrics, ..base },
        };
    }
    let Some(object) = keda::scaled_object(workload) else { return base };
    let spec = object.spec;
    let base = Autoscaling { kind: "keda", polling_interval: spec.polling_interval, ..base };
    match trigger_of_cpu_alone(&spec.triggers) {
        Some(utilization) => Autoscaling { target_cpu_utilization: utilization, ..base },
        None => Autoscaling { triggers: spec.triggers, ..base },
    }
}

/// The utilization, where nothing but the CPU of the server's container is followed: the chart's own default.
fn cpu_alone(metrics: &[MetricSpec]) -> Option<i32> {
    let [metric] = metrics else { return None };
    let source = metric.container_resource.as_ref().filter(|source| source.name == "cpu")?;
    source.target.average_utilization
}

fn trigger_of_cpu_alone(triggers: &[Trigger]) -> Option<i32> {
    let [trigger] = triggers else { return None };
    let of_container = trigger.metadata.contains_key("containerName");
    let value = trigger.metadata.get("value").filter(|_| trigger.kind == "cpu" && of_container)?;
    value.parse().ok()
}

/// The rollout, each amount where the chart would decide otherwise.
pub(super) fn rollout(workload: &Workload) -> Rollout {
    let default = Values::default().rollout;
    let scarce = workload.resources.gpu.is_some() || workload.state.is_some();
    let default_surge = if scarce { IntOrPercent::Count(0) } else { IntOrPercent::Percent(25) };
    let surge = workload.rollout.surge;
    // A StatefulSet has neither surge nor deadline, and is never told to take none away.
    if let Some(object) = controller::stateful_set(workload) {
        let rolling = object.spec.update_strategy.and_then(|strategy| strategy.rolling_update);
        let unavailable = rolling.and_then(|rolling| rolling.max_unavailable);
        let max_unavailable = match unavailable {
            Some(IntOrString::Int(1)) | None => Amount::nothing(),
            Some(IntOrString::Int(count)) => Amount::Count(count),
            Some(IntOrString::String(share)) => Amount::Text(share),
        };
        return Rollout { max_unavailable, ..default };
    }
    let unavailable = workload.rollout.unavailable;
    let default_unavailable = IntOrPercent::Count(u32::from(surge.is_zero()));
    Rollout {
        max_surge: unless(default_surge, surge),
        max_unavailable: unless(default_unavailable, unavailable),
        progress_deadline_seconds: progress_deadline(workload),
        ..default
    }
}

fn unless(default: IntOrPercent, amount: IntOrPercent) -> Amount {
    if amount == default { Amount::nothing() } else { Amount::from(amount) }
}

/// The deadline, or 0 where the chart's `model-server.progressDeadline` works it out alike.
fn progress_deadline(workload: &Workload) -> u32 {
    let startup = &workload.probes.startup;
    let worked_out = (startup.period_seconds * startup.failure_threshold + 300).max(600);
    let deadline = workload.rollout.progress_deadline_seconds;
    if deadline == worked_out { 0 } else { deadline }
}

impl From<IntOrPercent> for Amount {
    fn from(amount: IntOrPercent) -> Self {
        match amount {
            IntOrPercent::Count(count) => Self::Count(i32::try_from(count).unwrap_or(i32::MAX)),
            IntOrPercent::Percent(_) => Self::Text(amount.to_string()),
        }
    }
}
