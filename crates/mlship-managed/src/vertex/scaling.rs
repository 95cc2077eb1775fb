//! What moves the number of replicas.
//!
//! <https://cloud.google.com/vertex-ai/docs/predictions/autoscaling> (2026-11)

use mlship_spec::choices::SignalKind;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{MeteredResource, Scale, Signal, Workload};
use serde::Serialize;

use super::capacity::Capacity;
use crate::findings::Findings;

/// A metric and the value that is held.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MetricSpec {
    metric_name: &'static str,
    target: u64,
}

const CPU: &str = "aiplatform.googleapis.com/prediction/online/cpu/utilization";
const GPU: &str = "aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle";
const REQUESTS: &str = "aiplatform.googleapis.com/prediction/online/request_count";
const PAGE: &str = "https://cloud.google.com/vertex-ai/docs/predictions/autoscaling";

/// The metric that says what the spec's signal says; none for a fixed number of replicas.
pub(crate) fn metrics(
    workload: &Workload,
    capacity: &Capacity,
    findings: &mut Findings<'_>,
) -> Vec<MetricSpec> {
    let Scale::Auto(auto) = &workload.scale else { return Vec::new() };
    for field in ["autoscale.scaleDown", "autoscale.scaleUp", "targets.kubernetes.autoscaler"] {
        if findings.is_written(field) {
            findings.adapt(field, "left to Vertex AI, which looks at the last five minutes");
        }
    }
    let metric = match (&auto.signal, workload.targets.kserve.signal) {
        (Signal::Resource { resource: MeteredResource::Cpu, utilization }, _) => {
            findings.adapt("autoscale", "cpu/utilization, in percent of all cores of the machine");
            MetricSpec { metric_name: CPU, target: u64::from((*utilization).clamp(1, 100)) }
        }
        (Signal::PerReplica { target, .. }, Some(SignalKind::Rps)) => {
            findings.adapt("autoscale", "request_count, counted a minute: sixty times the value");
            let target = whole(target, 60).clamp(1, u64::from(u32::MAX >> 1));
            MetricSpec { metric_name: REQUESTS, target }
        }
        (Signal::PerReplica { target, .. }, Some(SignalKind::Gpu)) if workload.resources.gpu.is_some() => {
            findings.adapt("autoscale", "accelerator/duty_cycle, in percent of all GPUs of the machine");
            MetricSpec { metric_name: GPU, target: whole(target, 1).clamp(1, 100) }
        }
        (signal, _) => {
            let rule = format!(
                "Vertex AI scales on its own metrics, and has none of {}: {PAGE}",
                match signal {
                    Signal::Resource { .. } => "memory",
                    Signal::PerReplica { .. } => "requests that are worked on at once",
                    Signal::Latency { .. } => "latency",
                    Signal::Query { .. } => "what Prometheus knows",
                }
            );
            let nearest = if workload.resources.gpu.is_some() {
                "write `autoscale: {on: rps, target: …}`, `{on: gpu, target: 60}`, or `replicas` as a number"
            } else {
                "write `autoscale: {on: rps, target: …}`, `{on: cpu, target: 60}`, or `replicas` as a number"
            };
            findings.refuse("autoscale", rule, nearest);
            return Vec::new();
        }
    };
    if capacity.accelerator.is_some() && metric.metric_name != CPU {
        let reason =
            "a machine with GPUs also gets a replica more where its CPU is above 60 percent: Vertex AI's own";
        findings.decide("autoscalingMetricSpecs", "CPU at 60 percent too", reason);
    }
    vec![metric]
}

/// So many times an amount, rounded up to a whole number.
fn whole(amount: &Quantity, times: u64) -> u64 {
    (amount.millis().saturating_mul(times)).div_ceil(1000)
}
