//! Deployment, Service and Ingress.

use serde_json::{Map, Value, json};

use super::{Component, Settings, agent, default, list, map, text};
use crate::service::{CLASS, VISIBILITY};

/// The Deployment.
pub(super) fn deployment(component: &Component) -> Value {
    let selector = json!({ "app": component.labels["app"] });
    let mut template = metadata(component);
    if let Some(fields) = template.as_object_mut() {
        fields.shift_remove("ownerReferences");
    }
    let mut strategy = component.extension.get("deploymentStrategy").cloned();
    let strategy = strategy.get_or_insert_with(|| json!({ "type": "RollingUpdate" }));
    default(strategy, "type", json!("RollingUpdate"));
    if strategy["type"] == "RollingUpdate" {
        default(strategy, "rollingUpdate", json!({}));
        for field in ["maxUnavailable", "maxSurge"] {
            default(&mut strategy["rollingUpdate"], field, json!("25%"));
        }
    }
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(component),
        "spec": {
            "replicas": replicas(component),
            "selector": { "matchLabels": selector },
            "template": { "metadata": template, "spec": component.pod },
            "strategy": strategy,
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
        },
    })
}

/// The number of replicas at first: that of class `none`; an HPA moves it to its minimum at once.
fn replicas(component: &Component) -> Value {
    let written = component.extension["minReplicas"].as_i64();
    match component.annotations.get(CLASS).and_then(Value::as_str) {
        Some("none") => json!(written.unwrap_or(1)),
        None | Some("hpa") => json!(written.unwrap_or(1).max(1)),
        Some(_) => json!(1),
    }
}

/// The Service: port 80 leads to the first port of the container, further ports keep their numbers.
pub(super) fn service(component: &Component) -> Value {
    let container = list(&component.pod["containers"]).first().cloned().unwrap_or_default();
    let mut ports: Vec<Value> = list(&container["ports"]).iter().enumerate().map(port).collect();
    if ports.is_empty() {
        let port = json!({"name": component.name, "protocol": "TCP", "port": 80, "targetPort": 8080});
        ports.push(port);
    }
    if agent::is_there(component)
        && let Some(first) = ports.first_mut()
    {
        first["targetPort"] = agent::service_port();
    }
    json!({
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": metadata(component),
        "spec": {
            "ports": ports,
            "selector": { "app": component.labels["app"] },
            "type": "ClusterIP",
            "sessionAffinity": "None",
            "ipFamilies": ["IPv4"],
            "ipFamilyPolicy": "SingleStack",
            "internalTrafficPolicy": "Cluster",
        },
    })
}

fn port((index, port): (usize, &Value)) -> Value {
    let number = if index == 0 { json!(80) } else { port["containerPort"].clone() };
    let mut made = json!({"protocol": port["protocol"], "port": number, "targetPort": port["containerPort"]});
    let name = text(&port["name"]);
    if name.contains("grpc") || name.contains("h2c") {
        made["appProtocol"] = json!("kubernetes.io/h2c");
    }
    if !name.is_empty() {
        made["name"] = json!(name);
    }
    made
}

/// The Ingress, unless the service is kept inside the cluster.
///
/// Faults of 0.20 are here as well: the transformer's host leads to the predictor, and where there are both, to the
/// explainer before.
pub(super) fn ingress(components: &[Component], metadata: &Value, settings: &Settings) -> Option<Value> {
    if metadata["labels"][VISIBILITY] == "cluster-local" {
        return None;
    }
    let Component { service, namespace, .. } = components.first()?;
    let has = |role: &str| components.iter().any(|component| component.role == role);
    let host = |name: String| format!("{name}-{namespace}.{}", settings.domain);
    let rule = |host: String, role: &str| {
        let backend = json!({ "service": { "name": format!("{service}-{role}"), "port": { "number": 80 } } });
        json!({
            "host": host,
            "http": { "paths": [{ "path": "/", "pathType": "Prefix", "backend": backend }] },
        })
    };
    let front = if has("transformer") { "transformer" } else { "predictor" };
    let mut rules = Vec::new();
    if has("transformer") {
        let transformer = host(format!("{service}-transformer"));
        if has("explainer") {
            rules.push(rule(transformer.clone(), "explainer"));
        }
        rules.push(rule(host(service.clone()), front));
        rules.push(rule(transformer, "predictor"));
    } else {
        rules.push(rule(host(service.clone()), front));
        if has("explainer") {
            rules.push(rule(host(format!("{service}-explainer")), "explainer"));
        }
    }
    rules.push(rule(host(format!("{service}-predictor")), "predictor"));
    let mut made = json!({
        "name": service,
        "annotations": map(&metadata["annotations"]),
        "ownerReferences": [owner(service)],
    });
    with_namespace(&mut made, namespace);
    Some(json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": made,
        "spec": {
            "ingressClassName": settings.ingress_class,
            "rules": rules,
        },
    }))
}

/// The metadata of what belongs to a component.
pub(super) fn metadata(component: &Component) -> Value {
    let mut metadata = json!({
        "name": component.name,
        "labels": component.labels,
        "annotations": component.annotations,
        "ownerReferences": [owner(&component.service)],
    });
    with_namespace(&mut metadata, &component.namespace);
    metadata
}

pub(super) fn with_namespace(metadata: &mut Value, namespace: &str) {
    if !namespace.is_empty() {
        metadata["namespace"] = json!(namespace);
    }
}

fn owner(service: &str) -> Value {
    let fields: Map<String, Value> = [
        ("apiVersion", json!("serving.kserve.io/v1beta1")),
        ("kind", json!("InferenceService")),
        ("name", json!(service)),
        ("controller", json!(true)),
        ("blockOwnerDeletion", json!(true)),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into_iter()
    .collect();
    Value::Object(fields)
}
