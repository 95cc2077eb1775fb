//! The container that answers requests: one of the spec's own, or one laid over a runtime's.

use serde_json::{Map, Value, json};

use super::{Merged, default, list, text};

/// Fields of a predictor that are not the pod's.
const EXTENSION: [&str; 16] = [
    "minReplicas",
    "maxReplicas",
    "scaleMetric",
    "scaleTarget",
    "scaleMetricType",
    "autoScaling",
    "containerConcurrency",
    "timeout",
    "canaryTrafficPercent",
    "labels",
    "annotations",
    "deploymentStrategy",
    "model",
    "logger",
    "batcher",
    "storageUris",
];

/// The fields of a predictor that are the pod's.
pub(super) fn pod_fields(predictor: &Value) -> Value {
    let mut pod = super::map(predictor);
    for field in EXTENSION {
        pod.remove(field);
    }
    Value::Object(pod)
}

/// A pod of containers that the InferenceService describes itself.
///
/// The defaulter calls a single container `kserve-container` and fills in what it asks for; the first one is the
/// server where none is called so.
pub(super) fn custom(predictor: &Value) -> Merged {
    let mut pod = pod_fields(predictor);
    let mut source = None;
    if let Some(containers) = pod.get_mut("containers").and_then(Value::as_array_mut) {
        let single = containers.len() == 1;
        let position = containers.iter().position(|it| it["name"] == crate::pod::SERVER).unwrap_or(0);
        if let Some(server) = containers.get_mut(position) {
            if single {
                server["name"] = json!(crate::pod::SERVER);
            }
            fill_resources(server);
            let uri = list(&server["env"]).iter().find(|it| it["name"] == "STORAGE_URI");
            source = uri.map(|uri| text(&uri["value"]));
        }
        // GetContainer hands out the server, and the predictor puts it first.
        let server = containers.get(position).cloned();
        if let (Some(server), Some(first)) = (server, containers.first_mut()) {
            *first = server;
        }
    }
    Merged { pod, labels: Map::new(), annotations: Map::new(), own_labels: Map::new(), source, storage: None }
}

/// 1 CPU and 2Gi wherever a request or limit of them is missing (`setDefaultResourceRequirements`).
fn fill_resources(container: &mut Value) {
    default(container, "resources", json!({}));
    for part in ["requests", "limits"] {
        default(&mut container["resources"], part, json!({}));
        for (name, amount) in [("cpu", "1"), ("memory", "2Gi")] {
            default(&mut container["resources"][part], name, json!(amount));
        }
    }
}

/// Writes a variable, over one of the same name.
pub(super) fn set_variable(container: &mut Value, name: &str, value: &str) {
    if let Some(variable) = super::items_mut(container, "env").find(|variable| variable["name"] == name) {
        variable["value"] = json!(value);
        return;
    }
    super::push(container, "env", json!({"name": name, "value": value}));
}

/// One container laid over another: maps field by field, lists by their keys, others replaced; arguments are
/// added (`MergeRuntimeContainers`).
pub(super) fn laid_over(base: &Value, over: &Value) -> Value {
    let mut merged = merge(base, over, None);
    let args: Vec<Value> = list(&base["args"]).iter().chain(list(&over["args"])).cloned().collect();
    if !args.is_empty() {
        merged["args"] = Value::Array(args);
    }
    merged
}

/// A strategic merge: what is written last stands first in lists that have a key.
pub(super) fn merge(base: &Value, over: &Value, field: Option<&str>) -> Value {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            let mut merged = base.clone();
            for (key, value) in over {
                let value = match merged.get(key) {
                    Some(known) => merge(known, value, Some(key)),
                    None => value.clone(),
                };
                merged.insert(key.clone(), value);
            }
            Value::Object(merged)
        }
        (Value::Array(base), Value::Array(over)) => match field.and_then(merge_key) {
            Some(key) => Value::Array(merge_items(base, over, key)),
            None => Value::Array(over.clone()),
        },
        (_, over) => over.clone(),
    }
}

/// Items of the base that are not in `over` go in before the first of `over` that stands behind them in the base
/// (`mergeSortedSlice` of apimachinery's strategicpatch).
fn merge_items(base: &[Value], over: &[Value], key: &str) -> Vec<Value> {
    let position = |item: &Value| base.iter().position(|known| known[key] == item[key]);
    let is_over = |item: &Value| over.iter().any(|other| other[key] == item[key]);
    let mut rest = base.iter().enumerate().filter(|(_, item)| !is_over(item)).peekable();
    let mut merged = Vec::new();
    for item in over {
        let place = position(item);
        while let Some((_, before)) = rest.next_if(|(index, _)| place.is_some_and(|place| *index < place)) {
            merged.push(before.clone());
        }
        merged.push(place.map_or_else(|| item.clone(), |place| merge(&base[place], item, None)));
    }
    merged.extend(rest.map(|(_, item)| item.clone()));
    merged
}

/// The key by which the items of a list are the same one (`patchMergeKey` of Kubernetes' types).
fn merge_key(field: &str) -> Option<&'static str> {
    match field {
        "env" | "volumes" | "imagePullSecrets" | "containers" | "initContainers" | "volumeDevices" => {
            Some("name")
        }
        "volumeMounts" => Some("mountPath"),
        "ports" => Some("containerPort"),
        "topologySpreadConstraints" => Some("topologyKey"),
        "hostAliases" => Some("ip"),
        _ => None,
    }
}
