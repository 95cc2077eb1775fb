//! What was predicted against what KServe's controller made.

use serde_json::Value;

/// The first difference between an object that was predicted and the one that is there, beside what only a live
/// object has.
pub fn difference(predicted: &Value, real: &Value) -> Option<String> {
    let (predicted, real) = (bare(predicted), bare(real));
    first("", &predicted, &real)
}

/// An object without what the API server and controllers write of its life.
fn bare(object: &Value) -> Value {
    // The token's volume ends with five random characters.
    let text = object.to_string();
    let mut object: Value = serde_json::from_str(&without_suffix(&text)).unwrap();
    let remove = |value: Option<&mut Value>, names: &[&str]| {
        let Some(fields) = value.and_then(Value::as_object_mut) else { return };
        for name in names {
            fields.shift_remove(*name);
        }
    };
    remove(Some(&mut object), &["status"]);
    let of_life =
        ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "finalizers"];
    remove(object.get_mut("metadata"), &of_life);
    for owner in
        object.pointer_mut("/metadata/ownerReferences").and_then(Value::as_array_mut).into_iter().flatten()
    {
        remove(Some(owner), &["uid"]);
    }
    remove(object.pointer_mut("/metadata/annotations"), &["deployment.kubernetes.io/revision"]);
    // A controller moves the number, and addresses come from a pool.
    match object["kind"].as_str() {
        Some("Deployment") => remove(object.get_mut("spec"), &["replicas"]),
        Some("Service") => remove(object.get_mut("spec"), &["clusterIP", "clusterIPs"]),
        Some("Pod") => pod(&mut object, remove),
        _ => {}
    }
    object
}

fn pod(pod: &mut Value, remove: impl Fn(Option<&mut Value>, &[&str])) {
    remove(pod.get_mut("metadata"), &["name", "generateName", "ownerReferences"]);
    remove(pod.pointer_mut("/metadata/labels"), &["pod-template-hash"]);
    // The number of a class is the cluster's.
    remove(pod.get_mut("spec"), &["nodeName", "priority"]);
    let spread = pod.pointer_mut("/spec/topologySpreadConstraints").and_then(Value::as_array_mut);
    for constraint in spread.into_iter().flatten() {
        // What `matchLabelKeys` comes to, which holds the hash of the template.
        remove(constraint.get_mut("labelSelector"), &["matchExpressions"]);
    }
}

fn without_suffix(text: &str) -> String {
    const NAME: &str = "kube-api-access-";
    let mut parts = text.split(NAME);
    let mut bare = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        bare.push_str("kube-api-access");
        bare.push_str(part.trim_start_matches(|character: char| character.is_ascii_alphanumeric()));
    }
    bare
}

fn first(path: &str, predicted: &Value, real: &Value) -> Option<String> {
    match (predicted, real) {
        (Value::Object(left), Value::Object(right)) => {
            let keys = left.keys().chain(right.keys().filter(|key| !left.contains_key(*key)));
            let part = |map: &serde_json::Map<String, Value>, key: &String| {
                map.get(key).cloned().unwrap_or_default()
            };
            keys.into_iter()
                .find_map(|key| first(&format!("{path}/{key}"), &part(left, key), &part(right, key)))
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            pairs.find_map(|(index, (left, right))| first(&format!("{path}/{index}"), left, right))
        }
        _ => (predicted != real).then(|| format!("{path}: predicted {predicted}, made {real}")),
    }
}
