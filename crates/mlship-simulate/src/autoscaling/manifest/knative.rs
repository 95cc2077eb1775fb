//! Knative's Service and KServe's InferenceService, which becomes one or an HPA.

use mlship_spec::diagnostic::Diagnostic;

use super::fields::Fields;
use super::hpa;
use crate::autoscaling::autoscaler::Autoscaler;
use crate::autoscaling::hpa::{Hpa, Metric, Source, Target};
use crate::autoscaling::knative::Knative;
use crate::autoscaling::number::truncated;
use crate::autoscaling::time::Time;

const PREFIX: &str = "autoscaling.knative.dev/";

pub(super) fn service(object: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Autoscaler> {
    let Some(template) = object.at(&["spec", "template"]) else {
        object.lacks("spec.template", "write the revision's template", diagnostics);
        return None;
    };
    let annotations = template.at(&["metadata", "annotations"]);
    let concurrency =
        template.get("spec").and_then(|spec| spec.integer("containerConcurrency", 0, diagnostics));
    let knative = annotated(annotations.as_ref(), Knative::with_concurrency(concurrency), diagnostics);
    if let Some(class) = annotations.as_ref().and_then(|all| all.get(&format!("{PREFIX}class")))
        && class.text() == Some("hpa.autoscaling.knative.dev")
    {
        return Some(Autoscaler::Hpa(Hpa {
            min: knative.min.max(1),
            max: if knative.max == 0 { i32::MAX } else { knative.max },
            metrics: vec![hpa::cpu(annotations.as_ref().and_then(cpu_target).unwrap_or(80))],
            behavior: None,
        }));
    }
    Some(Autoscaler::Knative(knative))
}

fn cpu_target(annotations: &Fields<'_>) -> Option<i32> {
    annotations.text_of(&format!("{PREFIX}target")).parse().ok()
}

/// Takes over what annotations say:
/// <https://knative.dev/docs/serving/autoscaling/autoscaling-concepts/>.
fn annotated(
    annotations: Option<&Fields<'_>>,
    mut knative: Knative,
    diagnostics: &mut Vec<Diagnostic>,
) -> Knative {
    let Some(annotations) = annotations else { return knative };
    // Both spellings are read: `min-scale` and the older `minScale`.
    let field = |name: &str| {
        let mut camel = String::new();
        for (index, part) in name.split('-').enumerate() {
            let mut part = part.to_owned();
            if index > 0 {
                part[..1].make_ascii_uppercase();
            }
            camel.push_str(&part);
        }
        annotations.get(&format!("{PREFIX}{name}")).or_else(|| annotations.get(&format!("{PREFIX}{camel}")))
    };
    let mut number = |name: &str| {
        let field = field(name)?;
        let value = field.text().and_then(|text| text.parse::<f64>().ok()).filter(|value| *value >= 0.0);
        if value.is_none() {
            field.refuse("wants a number from zero on", "write a number in quotes", diagnostics);
        }
        value
    };
    let count = |value: Option<f64>, default: i32| value.map_or(default, truncated);
    knative.min = count(number("min-scale"), knative.min);
    knative.max = count(number("max-scale"), knative.max);
    knative.initial = count(number("initial-scale"), knative.initial);
    knative.activation = count(number("activation-scale"), knative.activation);
    knative.panic_window_percent = number("panic-window-percentage").unwrap_or(knative.panic_window_percent);
    knative.panic_threshold_percent =
        number("panic-threshold-percentage").unwrap_or(knative.panic_threshold_percent);
    let target = number("target");
    let utilization = number("target-utilization-percentage");
    let mut seconds = |name: &str, default: Time| {
        let Some(field) = field(name) else { return default };
        let read = field.text().and_then(duration);
        if read.is_none() {
            field.refuse("wants a length of time", "write it as `60s`", diagnostics);
        }
        read.unwrap_or(default)
    };
    knative.window = seconds("window", knative.window);
    knative.down_delay = seconds("scale-down-delay", knative.down_delay);
    knative.retention = seconds("scale-to-zero-pod-retention-period", knative.retention);
    if field("metric").and_then(|field| field.text()) == Some("rps") {
        knative = knative.with_rate();
    }
    knative.with_target(target, utilization)
}

fn duration(text: &str) -> Option<Time> {
    let seconds = text.parse::<mlship_spec::values::duration::Seconds>().ok()?;
    Some(Time::from_seconds(i64::from(seconds.as_i32())))
}

pub(super) fn inference_service(
    object: &Fields<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Autoscaler> {
    let Some(predictor) = object.at(&["spec", "predictor"]) else {
        object.lacks("spec.predictor", "write the model", diagnostics);
        return None;
    };
    let annotations = object.at(&["metadata", "annotations"]);
    let annotation = |key: &str| annotations.as_ref().map(|all| all.text_of(key)).unwrap_or_default();
    let min = predictor.integer("minReplicas", 0, diagnostics).unwrap_or(1);
    let max = predictor.integer("maxReplicas", 0, diagnostics).unwrap_or(0);
    let target = predictor.integer("scaleTarget", 1, diagnostics);
    let metric = predictor.text_of("scaleMetric");
    if matches!(annotation("serving.kserve.io/deploymentMode"), "Standard" | "RawDeployment") {
        let class = annotation("serving.kserve.io/autoscalerClass");
        if !matches!(class, "" | "hpa") {
            let words = format!("is scaled by the class `{class}`, which is not followed here");
            annotations?.refuse(&words, "give the manifests that KServe makes of it", diagnostics);
            return None;
        }
        let min = min.max(1);
        let hpa =
            Hpa { min, max: max.max(min), metrics: vec![standard_metric(metric, target)], behavior: None };
        return Some(Autoscaler::Hpa(hpa));
    }
    let concurrency = predictor.integer("containerConcurrency", 0, diagnostics);
    let mut knative = annotated(annotations.as_ref(), Knative::with_concurrency(concurrency), diagnostics);
    (knative.min, knative.max) = (min, if max == 0 { 0 } else { max.max(min) });
    if metric == "rps" {
        knative = knative.with_rate();
    }
    Some(Autoscaler::Knative(knative.with_target(target.map(f64::from), None)))
}

/// KServe writes no metric without a target, and the API server then takes the CPU at 80 %.
fn standard_metric(metric: &str, target: Option<i32>) -> Metric {
    match (metric, target) {
        ("memory", Some(percent)) => Metric {
            source: Source::Resource { name: "memory".to_owned() },
            target: Target::Utilization(percent),
        },
        (_, percent) => hpa::cpu(percent.unwrap_or(80)),
    }
}
