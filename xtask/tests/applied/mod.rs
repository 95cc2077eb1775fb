//! What tests of applied objects share.

use serde_json::{Value, json};

/// The pod that a controller would make: Pod Security is enforced on pods, not on what makes them.
pub fn pod_of(object: &Value) -> Option<Value> {
    let template = object["spec"].get("template")?;
    let mut pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": template["metadata"], "spec": template["spec"]});
    pod["metadata"]["name"] = object["metadata"]["name"].clone();
    pod["metadata"]["namespace"] = object["metadata"]["namespace"].clone();
    // The controller that makes service accounts does not run here.
    pod["spec"]["serviceAccountName"] = Value::Null;
    if pod["spec"]["priorityClassName"].is_string() {
        // Admission wants the class to be there; the templates name one of the reader's cluster.
        pod["spec"]["priorityClassName"] = Value::Null;
    }
    // A StatefulSet's controller adds the volumes of its claims.
    for claim in object["spec"]["volumeClaimTemplates"].as_array().into_iter().flatten() {
        let name = claim["metadata"]["name"].clone();
        let volume = json!({"name": name, "persistentVolumeClaim": {"claimName": name}});
        match pod["spec"]["volumes"].as_array_mut() {
            Some(volumes) => volumes.push(volume),
            None => pod["spec"]["volumes"] = json!([volume]),
        }
    }
    Some(pod)
}

/// Whether an object's kind is defined by something that a cluster may not have.
pub fn is_custom(object: &Value) -> bool {
    let group = object["apiVersion"].as_str().unwrap_or_default();
    ["keda.sh/", "gateway.networking.k8s.io/", "monitoring.coreos.com/"]
        .iter()
        .any(|custom| group.starts_with(custom))
}
