//! What moves the number of instances.
//!
//! <https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-policy.html>,
//! <https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html> (2026-11)

use mlship_spec::choices::SignalKind;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{AutoScale, MeteredResource, QueryTarget, Scale, Signal, Workload};

use super::deployment::dimensions;
use super::is_async;
use super::properties::{
    Alarm, CustomizedMetric, Dimension, PredefinedMetric, ScalableTarget, ScalingPolicy, StepAdjustment,
    StepScaling, TargetTracking,
};
use super::variant::{Capacity, VARIANT};
use crate::cloudformation::{Text, tags};
use crate::findings::Findings;

/// The metrics of instances.
const INSTANCES: &str = "/aws/sagemaker/Endpoints";

/// What moves the number of instances within its range.
pub(crate) struct Scaling {
    /// The range.
    pub(crate) target: ScalableTarget,
    /// What follows the load.
    pub(crate) policy: ScalingPolicy,
    /// What wakes an endpoint that sleeps, and the alarm that calls it.
    pub(crate) wake: Option<(ScalingPolicy, Alarm)>,
}

/// The target and the policies of a range of replicas.
pub(crate) fn scaling(
    workload: &Workload,
    capacity: &Capacity,
    findings: &mut Findings<'_>,
) -> Option<Scaling> {
    let (Scale::Auto(auto), Capacity::Instances { shape, .. }) = (&workload.scale, capacity) else {
        return None;
    };
    let target = ScalableTarget {
        service_namespace: "sagemaker",
        resource_id: format!("endpoint/{}/variant/{VARIANT}", workload.name),
        scalable_dimension: "sagemaker:variant:DesiredInstanceCount",
        min_capacity: auto.min,
        max_capacity: auto.max,
    };
    let vcpus = shape.map_or(1, |shape| shape.vcpus);
    let gpus = shape.and_then(|shape| shape.gpu).map_or(1, |gpus| gpus.count);
    let (target_value, metric) = metric(workload, auto, (vcpus, gpus), findings)?;
    let (predefined, customized) = match metric {
        Metric::Predefined(predefined_metric_type) => {
            (Some(PredefinedMetric { predefined_metric_type }), None)
        }
        Metric::Customized(customized) => (None, Some(customized)),
    };
    let policy = ScalingPolicy {
        policy_name: format!("{}-target", workload.name),
        policy_type: "TargetTrackingScaling",
        scaling_target_id: Text::reference("ScalableTarget"),
        step_scaling_policy_configuration: None,
        target_tracking_scaling_policy_configuration: Some(TargetTracking {
            target_value,
            predefined_metric_specification: predefined,
            customized_metric_specification: customized,
            scale_in_cooldown: auto.down_window_seconds,
            scale_out_cooldown: auto.up_window_seconds,
        }),
    };
    let sleeps = auto.min == 0 && is_async(workload);
    if sleeps {
        let reason =
            "without instances nothing measures the backlog for each of them, and a short queue would wait";
        findings.decide("WakePolicy", "one instance as soon as something waits", reason);
    }
    Some(Scaling { target, policy, wake: sleeps.then(|| wake(workload, auto)) })
}

/// The first instance for a queue that nobody works on.
///
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html> (2026-11)
fn wake(workload: &Workload, auto: &AutoScale) -> (ScalingPolicy, Alarm) {
    let policy = ScalingPolicy {
        policy_name: format!("{}-wake", workload.name),
        policy_type: "StepScaling",
        scaling_target_id: Text::reference("ScalableTarget"),
        target_tracking_scaling_policy_configuration: None,
        step_scaling_policy_configuration: Some(StepScaling {
            adjustment_type: "ChangeInCapacity",
            metric_aggregation_type: "Average",
            // An instance takes minutes to come; a second one for the same queue would be too many.
            cooldown: auto.up_window_seconds.max(300),
            step_adjustments: vec![StepAdjustment {
                metric_interval_lower_bound: 0.0,
                scaling_adjustment: 1,
            }],
        }),
    };
    let alarm = Alarm {
        description: format!("{}: something waits, and no instance runs", workload.name),
        namespace: "AWS/SageMaker",
        metric_name: "HasBacklogWithoutCapacity",
        dimensions: vec![of_endpoint(workload)],
        statistic: Some("Average"),
        extended_statistic: None,
        period: 60,
        evaluation_periods: 2,
        threshold: 1.0,
        comparison_operator: "GreaterThanOrEqualToThreshold",
        treat_missing_data: "missing",
        actions: vec![Text::reference("WakePolicy")],
        tags: tags(workload),
    };
    (policy, alarm)
}

fn of_endpoint(workload: &Workload) -> Dimension {
    Dimension { name: "EndpointName", value: workload.name.to_string() }
}

enum Metric {
    Predefined(&'static str),
    Customized(CustomizedMetric),
}

/// The metric that says what the spec's signal says, and its value.
fn metric(
    workload: &Workload,
    auto: &AutoScale,
    (vcpus, gpus): (u32, u32),
    findings: &mut Findings<'_>,
) -> Option<(f64, Metric)> {
    let customized = |namespace, metric_name, dimensions| {
        Metric::Customized(CustomizedMetric { namespace, metric_name, dimensions, statistic: "Average" })
    };
    let mut adapt = |metric: &str, why: &str| findings.adapt("autoscale", format!("{metric}: {why}"));
    if is_async(workload) {
        adapt("ApproximateBacklogSizePerInstance", "what waits in the queue for each instance");
        let value = per_replica(&auto.signal).unwrap_or(1.0);
        return Some((
            value,
            customized("AWS/SageMaker", "ApproximateBacklogSizePerInstance", vec![of_endpoint(workload)]),
        ));
    }
    let written = workload.targets.kserve.signal;
    Some(match (&auto.signal, written) {
        (Signal::Resource { resource: MeteredResource::Cpu, utilization }, _) => {
            adapt("CPUUtilization", "in percent of one core, so that the value is that of all cores");
            (f64::from(utilization * vcpus), customized(INSTANCES, "CPUUtilization", dimensions(workload)))
        }
        (Signal::Resource { resource: MeteredResource::Memory, utilization }, _) => {
            adapt("MemoryUtilization", "in percent of the instance");
            (f64::from(*utilization), customized(INSTANCES, "MemoryUtilization", dimensions(workload)))
        }
        (Signal::PerReplica { target, .. }, Some(SignalKind::Concurrency)) => {
            adapt(
                "SageMakerVariantConcurrentRequestsPerModelHighResolution",
                "SageMaker counts requests itself, `autoscale.metric` is not read",
            );
            (number(target), Metric::Predefined("SageMakerVariantConcurrentRequestsPerModelHighResolution"))
        }
        (Signal::PerReplica { target, .. }, Some(SignalKind::Rps)) => {
            adapt("SageMakerVariantInvocationsPerInstance", "counted a minute: sixty times the value");
            (number(target) * 60.0, Metric::Predefined("SageMakerVariantInvocationsPerInstance"))
        }
        (Signal::PerReplica { target, .. }, Some(SignalKind::Gpu)) => {
            adapt("GPUUtilization", "in percent of one GPU, so that the value is that of all of them");
            (number(target) * f64::from(gpus), customized(INSTANCES, "GPUUtilization", dimensions(workload)))
        }
        (Signal::PerReplica { .. } | Signal::Latency { .. } | Signal::Query { .. }, _) => {
            let rule = "Application Auto Scaling reads CloudWatch, and what this signal reads is in Prometheus alone";
            findings.refuse(
                "autoscale",
                rule,
                "write `on: concurrency`, which SageMaker counts itself; or `mode: async` for a queue",
            );
            return None;
        }
    })
}

fn per_replica(signal: &Signal) -> Option<f64> {
    match signal {
        Signal::PerReplica { target, .. } | Signal::Query { target: QueryTarget::PerReplica(target), .. } => {
            Some(number(target))
        }
        Signal::Resource { .. }
        | Signal::Latency { .. }
        | Signal::Query { target: QueryTarget::Total(_), .. } => None,
    }
}

/// An amount as CloudWatch wants it; targets have few digits.
fn number(quantity: &Quantity) -> f64 {
    f64::from(u32::try_from(quantity.millis()).unwrap_or(u32::MAX)) / 1000.0
}
