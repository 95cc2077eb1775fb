//! What plain Kubernetes runs, against what KServe makes of the same spec.

use std::collections::{BTreeMap, BTreeSet};

use mlship_kubernetes::objects;
use mlship_spec::target::Document;
use mlship_spec::workload::{Scale, Workload};
use serde_json::{Map, Value, json};

/// One place where the two differ.
#[derive(Debug)]
pub struct Difference {
    /// The names of the fields from the object down.
    pub path: Vec<String>,
    /// What plain Kubernetes has.
    pub plain: Option<Value>,
    /// What KServe makes.
    pub made: Option<Value>,
}

/// Every place where two values differ. Lists whose order means nothing are compared as sets: by name, port, mount
/// path, or by the whole item.
pub fn differences(plain: &Value, made: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk(&mut Vec::new(), Some(&keyed("", plain)), Some(&keyed("", made)), &mut found);
    found
}

fn walk(path: &mut Vec<String>, plain: Option<&Value>, made: Option<&Value>, found: &mut Vec<Difference>) {
    let empty = Map::new();
    let is_map = |value: Option<&Value>| value.is_none_or(Value::is_object);
    if plain == made {
        return;
    }
    if is_map(plain) && is_map(made) && !(is_empty(plain) && is_empty(made)) {
        let of = |value: Option<&Value>| value.and_then(Value::as_object).unwrap_or(&empty).clone();
        let (plain, made) = (of(plain), of(made));
        let keys: BTreeSet<&String> = plain.keys().chain(made.keys()).collect();
        for key in keys {
            path.push(key.clone());
            walk(path, plain.get(key), made.get(key), found);
            path.pop();
        }
        return;
    }
    if is_empty(plain) && is_empty(made) {
        return;
    }
    found.push(Difference { path: path.clone(), plain: plain.cloned(), made: made.cloned() });
}

fn is_empty(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.as_object().is_some_and(Map::is_empty))
}

/// The value with its unordered lists as maps.
fn keyed(field: &str, value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            // Go leaves the value of a variable out that has nothing in it.
            let is_there =
                |(key, value): &(&String, &Value)| !(field == "variable" && *key == "value" && *value == "");
            let sorted: BTreeMap<&String, &Value> = map.iter().filter(is_there).collect();
            sorted.into_iter().map(|(key, value)| (key.clone(), keyed(key, value))).collect()
        }
        Value::Array(items) if matches!(field, "args" | "command") => json!(items),
        Value::Array(items) => {
            let item_of = if field == "env" { "variable" } else { "" };
            let items = items.iter().map(|item| keyed(item_of, item));
            Value::Object(items.map(|item| (key(field, &item), item)).collect())
        }
        other => other.clone(),
    }
}

fn key(field: &str, item: &Value) -> String {
    let by = match field {
        "volumeMounts" => "mountPath",
        "ports" if item.get("containerPort").is_some() => "containerPort",
        "containers" | "initContainers" | "env" | "volumes" | "imagePullSecrets" => "name",
        _ => return item.to_string(),
    };
    item[by].as_str().map_or_else(|| item[by].to_string(), str::to_owned)
}

/// How new versions are rolled out, how many replicas run, and what changes their number, on both sides.
pub fn rollouts(workload: &Workload, made: &[Value]) -> Vec<Difference> {
    let plain = objects(workload);
    let is_server = |it: &&Value| it["metadata"]["labels"]["component"] == "predictor";
    let of =
        |kind: &str| made.iter().filter(is_server).find(|it| it["kind"] == kind).map(|it| it["spec"].clone());
    let deployment = of("Deployment").unwrap_or_default();
    let written = serde_json::to_value(&plain.deployment).expect("it is an object");
    let written = &written["spec"];
    let mut found = Vec::new();
    for field in ["strategy", "progressDeadlineSeconds", "revisionHistoryLimit", "minReadySeconds"] {
        let part = differences(&json!({ field: written[field] }), &json!({ field: deployment[field] }));
        found.extend(part.into_iter().map(|difference| under("deployment", difference)));
    }
    // KServe's controller writes the number only where nothing scales.
    if let Scale::Fixed { replicas } = workload.scale
        && deployment["replicas"] != replicas
        && made
            .iter()
            .filter(is_server)
            .all(|it| it["kind"] != "HorizontalPodAutoscaler" && it["kind"] != "ScaledObject")
    {
        found.push(Difference {
            path: vec!["deployment".to_owned(), "replicas".to_owned()],
            plain: Some(json!(replicas)),
            made: Some(deployment["replicas"].clone()),
        });
    }
    let pairs = [
        ("HorizontalPodAutoscaler", serde_json::to_value(&plain.autoscaler)),
        (
            "ScaledObject",
            serde_json::to_value(
                plain.scaled_object.as_ref().map(|it| json!({"spec": Document::of(it).value()["spec"]})),
            ),
        ),
    ];
    for (kind, written) in pairs {
        let (Some(made), Ok(written)) = (of(kind), written) else { continue };
        if written.is_object() {
            // Pods are called like their Deployment.
            let pods = format!("{}-predictor-[", workload.name);
            let made = made.to_string().replace(&pods, &format!("{}-[", workload.name));
            let made = serde_json::from_str(&made).expect("it is JSON still");
            let part = differences(&comparable(&written["spec"]), &comparable(&made));
            found.extend(part.into_iter().map(|difference| under(kind, difference)));
        }
    }
    found
}

/// What is scaled is called otherwise, and the server is alone in what is metered.
fn comparable(spec: &Value) -> Value {
    if spec.get("triggers").is_some() {
        return followed(spec);
    }
    let mut spec = spec.clone();
    for metric in spec.get_mut("metrics").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(resource) = metric.as_object_mut().and_then(|metric| metric.remove("containerResource")) {
            *metric = json!({"type": "Resource", "resource": {"name": resource["name"], "target": resource["target"]}});
        }
    }
    if let Some(target) = spec.get_mut("scaleTargetRef") {
        target["name"] = Value::Null;
    }
    spec
}

/// What a ScaledObject follows, with KEDA's defaults and those of the HPA that it makes.
fn followed(spec: &Value) -> Value {
    let or = |value: &Value, default: Value| if value.is_null() { default } else { value.clone() };
    let behavior = &spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"];
    let trigger = |trigger: &Value| {
        let mut metadata = trigger["metadata"].clone();
        if let Some(fields) = metadata.as_object_mut() {
            // KEDA's defaults: none wakes a service up, and a pod is metered whole.
            fields.retain(|name, value| {
                name != "containerName" && !(name == "activationThreshold" && value == "0")
            });
        }
        json!({"type": trigger["type"], "metadata": metadata, "metric": or(&trigger["metricType"], json!("AverageValue"))})
    };
    json!({
        "min": spec["minReplicaCount"],
        "max": spec["maxReplicaCount"],
        "idle": spec["idleReplicaCount"],
        "cooldown": or(&spec["cooldownPeriod"], json!(300)),
        "up": or(&behavior["scaleUp"]["stabilizationWindowSeconds"], json!(0)),
        "down": or(&behavior["scaleDown"]["stabilizationWindowSeconds"], json!(300)),
        "triggers": spec["triggers"].as_array().into_iter().flatten().map(trigger).collect::<Vec<_>>(),
    })
}

fn under(kind: &str, difference: Difference) -> Difference {
    let path = std::iter::once(kind.to_owned()).chain(difference.path).collect();
    Difference { path, ..difference }
}
