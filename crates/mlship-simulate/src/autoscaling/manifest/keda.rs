//! KEDA's ScaledObject: <https://keda.sh/docs/2.21/reference/scaledobject-spec/>.

use mlship_spec::diagnostic::Diagnostic;

use super::fields::Fields;
use super::hpa;
use crate::autoscaling::hpa::{Hpa, Metric, Source, Target};
use crate::autoscaling::keda::{Fallback, FallbackBehavior, Keda};
use crate::autoscaling::time::Time;

pub(super) fn read(name: &str, object: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Keda> {
    let Some(spec) = object.get("spec") else {
        object.lacks("spec", "write what is scaled, and by which triggers", diagnostics);
        return None;
    };
    if spec.get("scaleTargetRef").is_none() {
        spec.lacks("scaleTargetRef", "write the name of what is scaled", diagnostics);
    }
    let min = spec.integer("minReplicaCount", 0, diagnostics).unwrap_or(0);
    let max = spec.integer("maxReplicaCount", 1, diagnostics).unwrap_or(100);
    if max < min {
        spec.get("minReplicaCount")?.refuse(
            &format!("is above `maxReplicaCount: {max}`"),
            "lower the one or raise the other",
            diagnostics,
        );
    }
    let triggers = spec.get("triggers").map(|triggers| triggers.items()).unwrap_or_default();
    if triggers.is_empty() {
        spec.lacks("triggers", "write at least one", diagnostics);
    }
    let read: Vec<(Metric, i64)> = triggers
        .iter()
        .enumerate()
        .filter_map(|(index, trigger)| self::trigger(name, index, trigger, diagnostics))
        .collect();
    let behavior = spec.at(&["advanced", "horizontalPodAutoscalerConfig", "behavior"]);
    let behavior = behavior.map(|behavior| hpa::behavior(&behavior, diagnostics));
    let mut seconds = |key: &str, default: i64| {
        Time::from_seconds(spec.integer(key, 0, diagnostics).map_or(default, i64::from))
    };
    let (polling, cooldown) = (seconds("pollingInterval", 30), seconds("cooldownPeriod", 300));
    let initial_cooldown = seconds("initialCooldownPeriod", 0);
    let (metrics, activation) = read.into_iter().unzip();
    Some(Keda {
        hpa: Hpa { min: min.max(1), max, metrics, behavior },
        min,
        idle: spec.integer("idleReplicaCount", 0, diagnostics),
        polling: polling.max(Time::from_seconds(1)),
        cooldown,
        initial_cooldown,
        activation,
        fallback: spec.get("fallback").and_then(|fallback| self::fallback(&fallback, diagnostics)),
    })
}

/// Fields that hold a trigger's threshold, by the names that KEDA's scalers give them.
const THRESHOLDS: [&str; 12] = [
    "threshold",
    "lagThreshold",
    "queueLength",
    "value",
    "targetValue",
    "targetQueryValue",
    "listLength",
    "messageCount",
    "targetLength",
    "pendingEntriesCount",
    "subscriptionSize",
    "metricThreshold",
];

fn trigger(
    object: &str,
    index: usize,
    trigger: &Fields<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Metric, i64)> {
    let kind = trigger.text_of("type");
    let Some(metadata) = trigger.get("metadata") else {
        trigger.lacks("metadata", "write what is asked, and the threshold", diagnostics);
        return None;
    };
    let Some(threshold) = THRESHOLDS.iter().find(|key| metadata.get(key).is_some()) else {
        metadata.lacks("threshold", "write the value that each replica takes", diagnostics);
        return None;
    };
    let metric_type = trigger.text_of("metricType");
    if matches!(kind, "cpu" | "memory") {
        let container = metadata.text_of("containerName");
        let name = kind.to_owned();
        let source = if container.is_empty() {
            Source::Resource { name }
        } else {
            Source::ContainerResource { name, container: container.to_owned() }
        };
        let target = if metric_type == "AverageValue" {
            Target::AverageValue(metadata.amount(threshold, diagnostics)?)
        } else {
            let percent = metadata.amount(threshold, diagnostics)? / 1000;
            Target::Utilization(i32::try_from(percent).unwrap_or(i32::MAX))
        };
        // Neither can wake anything.
        return Some((Metric { source, target }, i64::MAX));
    }
    let value = metadata.amount(threshold, diagnostics)?;
    let target = if metric_type == "Value" { Target::Value(value) } else { Target::AverageValue(value) };
    let selector = format!(
        "&LabelSelector{{MatchLabels:map[string]string{{scaledobject.keda.sh/name: {object},}},MatchExpressions:[]LabelSelectorRequirement{{}},}}"
    );
    let source = Source::External { metric: format!("s{index}-{kind}"), selector };
    Some((Metric { source, target }, activation(&metadata, threshold)))
}

/// What a trigger's value must exceed to wake the service, in thousandths; 0 where nothing is written.
fn activation(metadata: &Fields<'_>, threshold: &str) -> i64 {
    let mut name = threshold.to_owned();
    name[..1].make_ascii_uppercase();
    let quantity = metadata.get(&format!("activation{name}")).and_then(|field| field.text());
    let quantity = quantity.and_then(|text| text.parse::<mlship_spec::values::quantity::Quantity>().ok());
    quantity.map_or(0, |quantity| i64::try_from(quantity.millis()).unwrap_or(i64::MAX))
}

fn fallback(fallback: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Fallback> {
    let behavior = match fallback.text_of("behavior") {
        "" | "static" => FallbackBehavior::Static,
        "currentReplicas" => FallbackBehavior::Current,
        "currentReplicasIfHigher" => FallbackBehavior::CurrentIfHigher,
        "currentReplicasIfLower" => FallbackBehavior::CurrentIfLower,
        _ => {
            let help =
                "the words are static, currentReplicas, currentReplicasIfHigher and currentReplicasIfLower";
            fallback.get("behavior")?.refuse("is not followed here", help, diagnostics);
            return None;
        }
    };
    Some(Fallback {
        failure_threshold: fallback.integer("failureThreshold", 0, diagnostics)?,
        replicas: fallback.integer("replicas", 0, diagnostics)?,
        behavior,
    })
}
