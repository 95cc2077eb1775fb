//! The HPA or the ScaledObject.

use serde_json::{Value, json};

use super::{Component, list, objects, text};
use crate::service::CLASS;

/// The autoscaler of a component, when its class has one.
pub(super) fn autoscaler(component: &Component) -> Option<Value> {
    match component.annotations.get(CLASS).and_then(Value::as_str) {
        None | Some("hpa") => Some(hpa(component)),
        Some("keda") => scaled_object(component),
        Some(_) => None,
    }
}

fn hpa(component: &Component) -> Value {
    let extension = &component.extension;
    let min = extension["minReplicas"].as_i64().unwrap_or(1).max(1);
    let max = extension["maxReplicas"].as_i64().unwrap_or(0).max(min);
    let policy = |kind: &str, value: i32| json!({"type": kind, "value": value, "periodSeconds": 15});
    json!({
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": objects::metadata(component),
        "spec": {
            "scaleTargetRef": { "kind": "Deployment", "name": component.name, "apiVersion": "apps/v1" },
            "minReplicas": min,
            "maxReplicas": max,
            "metrics": metrics(extension),
            // KServe drops what is written, and the API server fills in its own.
            "behavior": {
                "scaleUp": {
                    "stabilizationWindowSeconds": 0,
                    "selectPolicy": "Max",
                    "policies": [policy("Pods", 4), policy("Percent", 100)],
                },
                "scaleDown": { "selectPolicy": "Max", "policies": [policy("Percent", 100)] },
            },
        },
    })
}

/// Metrics of an HPA; where KServe writes none, the API server fills in CPU at 80 %.
fn metrics(extension: &Value) -> Vec<Value> {
    let utilization = |name: &str, percent: i64| {
        json!({
            "type": "Resource",
            "resource": { "name": name, "target": { "type": "Utilization", "averageUtilization": percent } },
        })
    };
    let written: Vec<Value> = if let Some(scaling) = extension.get("autoScaling") {
        list(&scaling["metrics"]).iter().filter(|it| it["type"] == "Resource").cloned().collect()
    } else {
        match (extension["scaleMetric"].as_str(), extension["scaleTarget"].as_i64()) {
            (None | Some("cpu"), target) => vec![utilization("cpu", target.unwrap_or(80))],
            (Some("memory"), Some(target)) => vec![utilization("memory", target)],
            (Some(_), _) => Vec::new(),
        }
    };
    if written.is_empty() { vec![utilization("cpu", 80)] } else { written }
}

fn scaled_object(component: &Component) -> Option<Value> {
    let extension = &component.extension;
    let scaling = extension.get("autoScaling")?;
    let min = extension["minReplicas"].as_i64().unwrap_or(1);
    let max = extension["maxReplicas"].as_i64().filter(|max| *max > 0)?;
    let window = |direction: &str, default: i64| {
        let written = scaling["behavior"][direction]["stabilizationWindowSeconds"].as_i64();
        json!({ "stabilizationWindowSeconds": written.unwrap_or(default) })
    };
    Some(json!({
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": objects::metadata(component),
        "spec": {
            "advanced": {
                "horizontalPodAutoscalerConfig": {
                    "behavior": { "scaleDown": window("scaleDown", 300), "scaleUp": window("scaleUp", 0) },
                },
                "scalingModifiers": {},
            },
            "maxReplicaCount": max.max(min),
            "minReplicaCount": min,
            "scaleTargetRef": { "name": component.name },
            "triggers": list(&scaling["metrics"]).iter().filter_map(trigger).collect::<Vec<_>>(),
        },
    }))
}

fn trigger(metric: &Value) -> Option<Value> {
    match metric["type"].as_str()? {
        "Resource" => {
            let resource = &metric["resource"];
            let target = &resource["target"];
            let value = match target["averageUtilization"].as_i64() {
                Some(percent) => percent.to_string(),
                None => text(&target["averageValue"]),
            };
            Some(json!({
                "type": resource["name"], "metricType": target["type"], "metadata": { "value": value },
            }))
        }
        "External" => {
            let external = &metric["external"];
            let query = &external["metric"];
            let mut metadata = json!({
                "query": query["query"],
                "serverAddress": query["serverAddress"],
                "threshold": external["target"]["value"],
            });
            if query.get("namespace").is_some() {
                metadata["namespace"] = query["namespace"].clone();
            }
            let mut trigger = json!({ "type": query["backend"] });
            if let Some(reference) = external.get("authenticationRef") {
                trigger["authenticationRef"] = reference["authenticationRef"].clone();
                if let Some(modes) = reference.get("authModes") {
                    metadata["authModes"] = modes.clone();
                }
            }
            trigger["metadata"] = metadata;
            Some(trigger)
        }
        _ => None,
    }
}
