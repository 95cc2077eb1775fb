//! What the defaulter, the reconcilers and the API server fill in.

use serde_json::{Value, json};

use super::{default, drop_empty, items_mut, list, map, text};
use crate::service::{FORMAT, MODE};

/// The InferenceService's metadata behind KServe's defaulter.
pub(super) fn service_metadata(service: &Value) -> Value {
    let mut metadata = service["metadata"].clone();
    default(&mut metadata, "annotations", json!({}));
    let annotations = &mut metadata["annotations"];
    let mode = match annotations[MODE].as_str() {
        None | Some("RawDeployment") => "Standard".to_owned(),
        Some("Serverless") => "Knative".to_owned(),
        Some(mode) => mode.to_owned(),
    };
    annotations[MODE] = json!(mode);
    if let Some(format) = service["spec"]["predictor"]["model"]["modelFormat"]["name"].as_str() {
        annotations[FORMAT] = json!(format);
    }
    metadata
}

/// A pod template: first what KServe writes (`setDefaultPodSpec`), then what the API server does.
pub(super) fn template(pod: &mut Value) {
    for (field, value) in [
        ("restartPolicy", json!("Always")),
        ("terminationGracePeriodSeconds", json!(30)),
        ("dnsPolicy", json!("ClusterFirst")),
        ("securityContext", json!({})),
        ("schedulerName", json!("default-scheduler")),
    ] {
        default(pod, field, value);
    }
    if pod.get("serviceAccountName").is_some() {
        let account = pod["serviceAccountName"].clone();
        default(pod, "serviceAccount", account);
    }
    for server in items_mut(pod, "containers") {
        let name = text(&server["name"]);
        if matches!(name.as_str(), "kserve-container" | "transformer-container") {
            readiness(server);
        }
        default(server, "imagePullPolicy", json!("IfNotPresent"));
    }
    for field in ["containers", "initContainers"] {
        items_mut(pod, field).for_each(container);
        drop_empty(pod, field);
    }
    items_mut(pod, "volumes").for_each(volume);
    drop_empty(pod, "volumes");
    drop_empty(pod, "nodeSelector");
}

/// A probe that the server's first port is open, where there is none.
fn readiness(server: &mut Value) {
    let port = list(&server["ports"]).first().map_or(json!(8080), |port| port["containerPort"].clone());
    default(server, "readinessProbe", json!({ "tcpSocket": { "port": port } }));
}

/// A container as the API server stores it.
pub(super) fn container(container: &mut Value) {
    let policy = if is_moving(&text(&container["image"])) { "Always" } else { "IfNotPresent" };
    for (field, value) in [
        ("terminationMessagePath", json!("/dev/termination-log")),
        ("terminationMessagePolicy", json!("File")),
        ("imagePullPolicy", json!(policy)),
        ("resources", json!({})),
    ] {
        default(container, field, value);
    }
    for port in items_mut(container, "ports") {
        default(port, "protocol", json!("TCP"));
    }
    for variable in items_mut(container, "env") {
        if let Some(field) = variable.pointer_mut("/valueFrom/fieldRef") {
            default(field, "apiVersion", json!("v1"));
        }
        // Nothing is what a variable without a value holds, and Go leaves it out.
        if variable["value"] == ""
            && let Some(fields) = variable.as_object_mut()
        {
            fields.remove("value");
        }
    }
    for name in ["startupProbe", "livenessProbe", "readinessProbe"] {
        if container.get(name).is_some() {
            probe(&mut container[name]);
        }
    }
    for field in ["args", "command", "env", "envFrom", "ports", "volumeMounts"] {
        drop_empty(container, field);
    }
    for amount in ["requests", "limits"] {
        quantities(&mut container["resources"], amount);
    }
}

fn is_moving(image: &str) -> bool {
    let name = image.rsplit('/').next().unwrap_or_default();
    image.ends_with(":latest") || (!name.contains(':') && !image.contains('@'))
}

fn probe(probe: &mut Value) {
    for (field, value) in
        [("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)]
    {
        default(probe, field, json!(value));
    }
    if probe.get("httpGet").is_some() {
        default(&mut probe["httpGet"], "scheme", json!("HTTP"));
        default(&mut probe["httpGet"], "path", json!("/"));
    }
    if probe.get("grpc").is_some() {
        default(&mut probe["grpc"], "service", json!(""));
    }
}

/// Requests of what has a limit alone, which pods get and templates don't.
pub(super) fn requests_from_limits(container: &mut Value) {
    let limits = map(&container["resources"]["limits"]);
    if limits.is_empty() {
        return;
    }
    default(&mut container["resources"], "requests", json!({}));
    for (name, amount) in limits {
        default(&mut container["resources"]["requests"], &name, amount);
    }
}

/// Amounts are text, however they were written.
fn quantities(resources: &mut Value, part: &str) {
    let amounts = resources.get_mut(part).and_then(Value::as_object_mut);
    for amount in amounts.into_iter().flat_map(serde_json::Map::values_mut) {
        if let Value::Number(number) = amount {
            *amount = json!(number.to_string());
        }
    }
    drop_empty(resources, part);
}

fn volume(volume: &mut Value) {
    for source in ["configMap", "secret", "projected", "downwardAPI"] {
        if volume.get(source).is_some() {
            default(&mut volume[source], "defaultMode", json!(420));
        }
    }
    if volume.get("image").is_some() {
        default(&mut volume["image"], "pullPolicy", json!("IfNotPresent"));
    }
}
