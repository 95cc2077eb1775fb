//! KEDA, which asks Prometheus itself and can scale to zero.

use std::collections::BTreeMap;

use mlship_spec::choices::{Autoscaler, MetricScope};
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{AutoScale, QueryTarget, Signal, Workload};

use crate::autoscale::{self, behavior, hpa, promql};
use crate::controller::{self, ControllerRef};
use crate::custom::Custom;
use crate::custom::keda::{Advanced, HpaConfig, ScaleTarget, ScaledObjectSpec, Trigger};
use crate::{container, convert, labels};

/// Seconds between two looks at a sleeping service; KEDA's own 30 would be half a minute more for the
/// first caller.
pub(crate) const POLLING_SECONDS: i32 = 15;

/// The ScaledObject of a service that KEDA scales.
pub fn scaled_object(workload: &Workload) -> Option<Custom<ScaledObjectSpec>> {
    let auto = autoscale::by(workload, Autoscaler::Keda)?;
    let ControllerRef { api_version, kind } = controller::controller(workload);
    let spec = ScaledObjectSpec {
        scale_target_ref: ScaleTarget { api_version, kind, name: workload.name.to_string() },
        polling_interval: POLLING_SECONDS,
        cooldown_period: convert::int(auto.down_window_seconds),
        min_replica_count: convert::int(auto.min),
        max_replica_count: convert::int(auto.max),
        advanced: Advanced { horizontal_pod_autoscaler_config: HpaConfig { behavior: behavior(auto) } },
        triggers: vec![trigger(workload, auto)],
    };
    Some(Custom { metadata: labels::metadata(workload), spec })
}

fn trigger(workload: &Workload, auto: &AutoScale) -> Trigger {
    match &auto.signal {
        Signal::Resource { resource, utilization } => {
            let mut metadata = BTreeMap::from([("value", utilization.to_string())]);
            match workload.targets.kubernetes.metric_scope {
                MetricScope::Container => {
                    drop(metadata.insert("containerName", container::SERVER.to_owned()));
                }
                MetricScope::Pod => {}
            }
            Trigger { kind: hpa::resource_name(*resource), metric_type: "Utilization", metadata }
        }
        Signal::PerReplica { series, reading, target, .. } => {
            prometheus(auto, promql::total(workload, series, *reading), "AverageValue", target)
        }
        Signal::Latency { buckets, target, .. } => whole(auto, promql::latency(workload, buckets), target),
        Signal::Query { query, target, .. } => whole(auto, query.clone(), target),
    }
}

fn whole(auto: &AutoScale, query: String, target: &QueryTarget) -> Trigger {
    match target {
        QueryTarget::PerReplica(target) => prometheus(auto, query, "AverageValue", target),
        QueryTarget::Total(target) => prometheus(auto, query, "Value", target),
    }
}

fn prometheus(auto: &AutoScale, query: String, metric_type: &'static str, target: &Quantity) -> Trigger {
    let mut metadata = BTreeMap::from([("query", query), ("threshold", decimal(target))]);
    metadata.extend(auto.prometheus.clone().map(|address| ("serverAddress", address)));
    if auto.min == 0 {
        // Anything above it wakes the service.
        metadata.insert("activationThreshold", "0".to_owned());
    }
    Trigger { kind: "prometheus", metric_type, metadata }
}

/// A quantity as KEDA reads it: a decimal number without a unit.
fn decimal(quantity: &Quantity) -> String {
    let millis = quantity.millis();
    let text = format!("{}.{:03}", millis / 1000, millis % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn thresholds_are_decimal_numbers() {
        for (quantity, expected) in
            [("4", "4"), ("500m", "0.5"), ("1250m", "1.25"), ("2k", "2000"), ("10", "10")]
        {
            assert_eq!(decimal(&quantity.parse().expect("a quantity")), expected);
        }
    }
}
