//! HorizontalPodAutoscaler, `autoscaling/v2` and `v1`, with what the API server fills in:
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/autoscaling/v2/defaults.go>.

use mlship_spec::diagnostic::Diagnostic;

use super::fields::Fields;
use crate::autoscaling::hpa::{Behavior, Change, Hpa, Metric, Policy, Rules, Select, Source, Target};
use crate::autoscaling::time::Time;

/// What the API server takes when no metric is written, in percent.
const DEFAULT_CPU_UTILIZATION: i32 = 80;

/// The longest window and policy period that the API server allows, in seconds.
const LONGEST: [(&str, i32); 2] = [("stabilizationWindowSeconds", 3600), ("periodSeconds", 1800)];

pub(super) fn read(object: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Hpa> {
    let Some(spec) = object.get("spec") else {
        object.lacks("spec", "write what is scaled, and between which bounds", diagnostics);
        return None;
    };
    if spec.get("scaleTargetRef").is_none() {
        spec.lacks(
            "scaleTargetRef",
            "write the kind and name of what is scaled, such as a Deployment",
            diagnostics,
        );
    }
    let min = spec.integer("minReplicas", 0, diagnostics).unwrap_or(1);
    let Some(max) = spec.integer("maxReplicas", 1, diagnostics) else {
        if spec.get("maxReplicas").is_none() {
            spec.lacks("maxReplicas", "write the most replicas that there may be", diagnostics);
        }
        return None;
    };
    if max < min {
        let field = spec.get("maxReplicas")?;
        field.refuse(
            &format!("is below `minReplicas: {min}`"),
            "raise the one or lower the other",
            diagnostics,
        );
    }
    let metrics = metrics(&spec, diagnostics);
    let behavior = spec.get("behavior").map(|behavior| self::behavior(&behavior, diagnostics));
    if min == 0 && metrics.iter().all(|metric| metric.source.is_per_pod()) {
        let words = "needs at least one Object or External metric: without pods there is no other";
        spec.get("minReplicas")?.refuse(words, "write 1, or follow a metric from outside", diagnostics);
    }
    Some(Hpa { min, max, metrics, behavior })
}

fn metrics(spec: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Metric> {
    // The only metric that v1 has.
    let percent = spec.integer("targetCPUUtilizationPercentage", 1, diagnostics);
    let written = spec.get("metrics").map(|metrics| metrics.items()).unwrap_or_default();
    if written.is_empty() {
        return vec![cpu(percent.unwrap_or(DEFAULT_CPU_UTILIZATION))];
    }
    written.iter().filter_map(|metric| self::metric(metric, diagnostics)).collect()
}

pub(super) fn cpu(percent: i32) -> Metric {
    Metric { source: Source::Resource { name: "cpu".to_owned() }, target: Target::Utilization(percent) }
}

fn metric(metric: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Metric> {
    let kinds = ["Resource", "ContainerResource", "Pods", "Object", "External"];
    let keys = ["resource", "containerResource", "pods", "object", "external"];
    let kind = metric.text_of("type");
    let Some(index) = kinds.iter().position(|known| *known == kind) else {
        let help = "the types are Resource, ContainerResource, Pods, Object and External";
        match metric.get("type") {
            Some(field) => field.refuse("is no type of metric", help, diagnostics),
            None => metric.lacks("type", help, diagnostics),
        }
        return None;
    };
    let Some(body) = metric.get(keys[index]) else {
        metric.lacks(keys[index], &format!("a metric of type {kind} has it"), diagnostics);
        return None;
    };
    let source = source(kind, &body, diagnostics)?;
    let target = target(kind, &body, diagnostics)?;
    Some(Metric { source, target })
}

fn source(kind: &str, body: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Source> {
    let mut named = |fields: Option<Fields<'_>>, group: &Fields<'_>, key: &str| {
        let name = fields.and_then(|fields| fields.text().map(str::to_owned));
        if name.is_none() {
            group.lacks(key, "write its name", diagnostics);
        }
        name
    };
    if kind.ends_with("Resource") {
        let name = named(body.get("name"), body, "name")?;
        if kind == "Resource" {
            return Some(Source::Resource { name });
        }
        let container = named(body.get("container"), body, "container")?;
        return Some(Source::ContainerResource { name, container });
    }
    let metric = named(body.at(&["metric", "name"]), body, "metric.name")?;
    let selector = selector(body.at(&["metric", "selector"]).as_ref());
    Some(match kind {
        "Pods" => Source::Pods { metric },
        "Object" => {
            let kind = named(body.at(&["describedObject", "kind"]), body, "describedObject.kind")?;
            Source::Object { metric, kind, selector }
        }
        _ => Source::External { metric, selector },
    })
}

fn target(kind: &str, body: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Target> {
    let Some(target) = body.get("target") else {
        body.lacks("target", "write what the metric is held to", diagnostics);
        return None;
    };
    let word = target.text_of("type");
    let allowed: &[&str] = match kind {
        "Resource" | "ContainerResource" => &["Utilization", "AverageValue"],
        "Pods" => &["AverageValue"],
        _ => &["Value", "AverageValue"],
    };
    if !allowed.contains(&word) {
        let help = format!("a metric of type {kind} takes {}", allowed.join(" or "));
        match target.get("type") {
            Some(field) => {
                field.refuse(&format!("does not go with a metric of type {kind}"), &help, diagnostics);
            }
            None => target.lacks("type", &help, diagnostics),
        }
        return None;
    }
    let (key, read) = match word {
        "Utilization" => {
            let percent = target.integer("averageUtilization", 1, diagnostics);
            ("averageUtilization", percent.map(Target::Utilization))
        }
        "Value" => ("value", target.amount("value", diagnostics).map(Target::Value)),
        _ => ("averageValue", target.amount("averageValue", diagnostics).map(Target::AverageValue)),
    };
    if read.is_none() && target.get(key).is_none() {
        target.lacks(key, &format!("a target of type {word} has it"), diagnostics);
    }
    read
}

/// A label selector as Go prints it, which is how it gets into event texts.
pub(super) fn selector(selector: Option<&Fields<'_>>) -> String {
    let Some(selector) = selector else { return "nil".to_owned() };
    let mut labels = selector.get("matchLabels").map(|labels| labels.entries()).unwrap_or_default();
    labels.sort_unstable();
    let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}: {value},")).collect();
    let expressions = selector.get("matchExpressions").map(|list| list.items()).unwrap_or_default();
    let expressions: Vec<String> = expressions.iter().map(requirement).collect();
    let (labels, expressions) = (labels.concat(), expressions.concat());
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
}

fn requirement(expression: &Fields<'_>) -> String {
    let values = expression.get("values").map(|values| values.items()).unwrap_or_default();
    let values: Vec<&str> = values.iter().filter_map(Fields::text).collect();
    let (key, operator) = (expression.text_of("key"), expression.text_of("operator"));
    format!("LabelSelectorRequirement{{Key:{key},Operator:{operator},Values:[{}],}},", values.join(" "))
}

pub(super) fn behavior(behavior: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Behavior {
    let mut side = |key: &str, defaults: Rules| match behavior.get(key) {
        Some(rules) => self::rules(&rules, defaults, diagnostics),
        None => defaults,
    };
    Behavior { up: side("scaleUp", Rules::default_up()), down: side("scaleDown", Rules::default_down()) }
}

fn rules(rules: &Fields<'_>, defaults: Rules, diagnostics: &mut Vec<Diagnostic>) -> Rules {
    let window = bounded(rules, "stabilizationWindowSeconds", 0, diagnostics);
    let select = match rules.get("selectPolicy") {
        None => defaults.select,
        Some(field) => match field.text() {
            Some("Max") => Select::Max,
            Some("Min") => Select::Min,
            Some("Disabled") => Select::Disabled,
            Some(_) | None => {
                let help = "the words are Max, Min and Disabled";
                field.refuse("is no way to choose", help, diagnostics);
                defaults.select
            }
        },
    };
    let policies = match rules.get("policies").map(|policies| policies.items()) {
        Some(written) if !written.is_empty() => {
            written.iter().filter_map(|policy| self::policy(policy, diagnostics)).collect()
        }
        Some(_) | None => defaults.policies,
    };
    let tolerance = rules.fraction("tolerance", diagnostics).or(defaults.tolerance);
    Rules { window: window.or(defaults.window), select, policies, tolerance }
}

fn policy(policy: &Fields<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Policy> {
    let value = policy.integer("value", 1, diagnostics);
    let period = bounded(policy, "periodSeconds", 1, diagnostics);
    for key in ["type", "value", "periodSeconds"] {
        if policy.get(key).is_none() {
            policy.lacks(key, "a policy has type, value and periodSeconds", diagnostics);
        }
    }
    let change = match policy.text_of("type") {
        "Pods" => Change::Pods(value?),
        "Percent" => Change::Percent(value?),
        _ => {
            if let Some(field) = policy.get("type") {
                field.refuse("is no type of policy", "the types are Pods and Percent", diagnostics);
            }
            return None;
        }
    };
    Some(Policy { change, period: period? })
}

fn bounded(group: &Fields<'_>, key: &str, least: i32, diagnostics: &mut Vec<Diagnostic>) -> Option<Time> {
    let seconds = group.integer(key, least, diagnostics)?;
    let most = LONGEST.iter().find(|(known, _)| *known == key).map_or(i32::MAX, |(_, most)| *most);
    if seconds > most {
        let words = format!("is more than the API server allows, {most}");
        group.get(key)?.refuse(&words, "write fewer seconds", diagnostics);
        return None;
    }
    Some(Time::from_seconds(i64::from(seconds)))
}
