//! How a new version takes over, and the alarms that take it back.
//!
//! <https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html> (2026-11)

use mlship_spec::values::numbers::IntOrPercent;
use mlship_spec::workload::Workload;

use super::properties::{
    Alarm, AlarmName, AutoRollbackConfig, BlueGreenUpdatePolicy, CapacitySize, DeploymentConfig, Dimension,
    RollingUpdatePolicy, TrafficRoutingConfig,
};
use super::variant::{Capacity, VARIANT};
use crate::cloudformation::{Text, tags};
use crate::findings::Findings;
use crate::limits;

/// Seconds in which a share of the traffic shows whether a version is sound.
const BAKE: u32 = 300;
/// The bounds of a whole deployment's time, in seconds (API_BlueGreenUpdatePolicy).
const TIMEOUT: (u32, u32) = (600, 28_800);

/// How a new version takes over; serverless endpoints have no such settings.
pub(crate) fn config(
    workload: &Workload,
    capacity: &Capacity,
    findings: &mut Findings<'_>,
) -> Option<DeploymentConfig> {
    if let Capacity::Serverless { .. } = capacity {
        return None;
    }
    let auto_rollback_configuration = AutoRollbackConfig {
        alarms: vec![
            AlarmName { alarm_name: Text::reference("ErrorAlarm") },
            AlarmName { alarm_name: Text::reference("LatencyAlarm") },
        ],
    };
    let rollout = &workload.rollout;
    let timeout = rollout.progress_deadline_seconds.clamp(TIMEOUT.0, TIMEOUT.1);
    if timeout != rollout.progress_deadline_seconds && findings.is_written("rollout.deadline") {
        let how = format!(
            "{} s → {timeout} s: a deployment has from 600 to 28800 seconds",
            rollout.progress_deadline_seconds
        );
        findings.adapt("rollout.deadline", how);
    }
    let mut config = DeploymentConfig {
        blue_green_update_policy: None,
        rolling_update_policy: None,
        auto_rollback_configuration,
    };
    if rollout.canary.is_none() && rollout.surge.is_zero() && workload.min_replicas() > 1 {
        let batch = percent(rollout.unavailable, workload.min_replicas()).clamp(5, 50);
        let reason = "no spare machines are counted on, as `rollout.surge: 0` says";
        findings.decide("RollingUpdatePolicy", format!("{batch} percent at a time"), reason);
        config.rolling_update_policy = Some(RollingUpdatePolicy {
            maximum_batch_size: share(batch),
            wait_interval_in_seconds: BAKE,
            maximum_execution_timeout_in_seconds: timeout,
        });
        return Some(config);
    }
    if findings.is_written("rollout.unavailable") {
        let how = "left out: a whole new fleet takes over, and none of the old is missed; `surge: 0` replaces in place";
        findings.adapt("rollout.unavailable", how);
    }
    config.blue_green_update_policy = Some(BlueGreenUpdatePolicy {
        traffic_routing_configuration: routing(workload, findings),
        termination_wait_in_seconds: BAKE,
        maximum_execution_timeout_in_seconds: timeout.max(3 * BAKE),
    });
    Some(config)
}

fn routing(workload: &Workload, findings: &mut Findings<'_>) -> TrafficRoutingConfig {
    let all = TrafficRoutingConfig {
        kind: "ALL_AT_ONCE",
        // The API wants it for every type, though CloudFormation's schema does not.
        wait_interval_in_seconds: BAKE,
        canary_size: None,
        linear_step_size: None,
    };
    // A share of one machine is that machine.
    if workload.min_replicas() < 2 {
        let reason = "one instance can't take a share of the traffic";
        findings.decide("TrafficRoutingConfiguration", "ALL_AT_ONCE", reason);
        if workload.rollout.canary.is_some() {
            let how = format!("all at once: {reason}, and two replicas could; the alarms take it back");
            findings.adapt("rollout.canary", how);
        }
        return all;
    }
    if let Some(canary) = workload.rollout.canary {
        let asked = u32::from(canary.get());
        let size = asked.min(u32::try_from(limits::SAGEMAKER_CANARY.value).unwrap_or(50)).max(1);
        if size != asked {
            findings.adapt(
                "rollout.canary",
                format!("{asked} → {size} percent: {}", limits::SAGEMAKER_CANARY.rule),
            );
        }
        return TrafficRoutingConfig { kind: "CANARY", canary_size: Some(share(size)), ..all };
    }
    let step = percent(workload.rollout.surge, workload.min_replicas()).clamp(10, 50);
    findings.decide(
        "TrafficRoutingConfiguration",
        format!("LINEAR, {step} percent at a time"),
        "the share that `rollout.surge` adds",
    );
    TrafficRoutingConfig { kind: "LINEAR", linear_step_size: Some(share(step)), ..all }
}

fn share(value: u32) -> CapacitySize {
    CapacitySize { kind: "CAPACITY_PERCENT", value }
}

/// An amount of replicas as a share of them.
fn percent(amount: IntOrPercent, of: u32) -> u32 {
    match amount {
        IntOrPercent::Count(count) => count.saturating_mul(100).div_ceil(of.max(1)),
        IntOrPercent::Percent(percent) => percent,
    }
}

/// The alarms that take a version back: errors of the server, and answers that are too slow.
pub(crate) fn alarms(workload: &Workload) -> (Alarm, Alarm) {
    let base = Alarm {
        description: format!("{}: more than a few answers are errors", workload.name),
        namespace: "AWS/SageMaker",
        metric_name: "Invocation5XXErrors",
        dimensions: dimensions(workload),
        statistic: Some("Sum"),
        extended_statistic: None,
        period: 60,
        evaluation_periods: 2,
        threshold: 5.0,
        comparison_operator: "GreaterThanThreshold",
        treat_missing_data: "notBreaching",
        actions: Vec::new(),
        tags: tags(workload),
    };
    let seconds = f64::from(workload.server.request_seconds);
    let latency = Alarm {
        description: format!("{}: answers take longer than `server.requestTimeout`", workload.name),
        metric_name: "ModelLatency",
        statistic: None,
        extended_statistic: Some("p95"),
        // Microseconds.
        threshold: seconds * 1_000_000.0,
        ..base.clone()
    };
    (base, latency)
}

pub(crate) fn dimensions(workload: &Workload) -> Vec<Dimension> {
    vec![
        Dimension { name: "EndpointName", value: workload.name.to_string() },
        Dimension { name: "VariantName", value: VARIANT.to_owned() },
    ]
}
