//! Transformer and explainer (`components/transformer.go`, `components/explainer.go`, `transformer_custom.go`).

use serde_json::{Map, Value, json};

use super::{Component, DISALLOWED, SOURCE, agent, container, defaults, items_mut, list, map, push, text};

/// A component beside the predictor.
pub(super) fn component(metadata: &Value, role: &'static str, part: &Value) -> Component {
    let service = text(&metadata["name"]);
    let namespace = text(&metadata["namespace"]);
    let name = format!("{service}-{role}");
    let custom = container::custom(part);
    let mut pod = custom.pod;
    if let Some(server) = items_mut(&mut pod, "containers").next() {
        arguments(server, role, &service, &namespace, part);
        if role == "transformer" {
            container::set_variable(server, "INFERENCE_SERVICE_NAME", &service);
        }
    }
    defaults::template(&mut pod);
    let mut labels = map(&metadata["labels"]);
    labels.extend(map(&part["labels"]));
    labels.insert("serving.kserve.io/inferenceservice".to_owned(), json!(service));
    labels.insert("component".to_owned(), json!(role));
    labels.insert("app".to_owned(), json!(format!("isvc.{name}")));
    let mut annotations = map(&metadata["annotations"]);
    let without_disallowed = |annotations: &mut Map<String, Value>| {
        for key in DISALLOWED {
            annotations.remove(key);
        }
    };
    without_disallowed(&mut annotations);
    if let Some(source) = &custom.source {
        annotations.insert(SOURCE.to_owned(), json!(source));
    }
    agent::annotate(part, &mut annotations);
    let mut own = map(&part["annotations"]);
    without_disallowed(&mut own);
    annotations.extend(own);
    Component {
        role,
        extension: part.clone(),
        source: custom.source,
        storage: None,
        service,
        namespace,
        name,
        labels,
        annotations,
        pod,
    }
}

/// What KServe tells a component: of what is told by its own arguments, only the explainer's port again.
fn arguments(server: &mut Value, role: &str, service: &str, namespace: &str, part: &Value) {
    let told = [
        ("--model_name", service.to_owned()),
        ("--predictor_host", format!("{service}-predictor.{namespace}")),
        ("--http_port", "8080".to_owned()),
    ];
    let workers = part["containerConcurrency"].as_i64().map(|count| ("--workers", count.to_string()));
    for (flag, value) in told.into_iter().chain(workers) {
        let is_known = list(&server["args"]).iter().any(|arg| is_of(&text(arg), flag));
        if !is_known || (role == "explainer" && flag == "--http_port") {
            push(server, "args", json!(flag));
            push(server, "args", json!(value));
        }
    }
}

/// `IncludesArg` of `pkg/utils/utils.go`.
fn is_of(arg: &str, flag: &str) -> bool {
    arg.trim() == flag || arg.trim().starts_with(&format!("{flag}="))
}
