//! The agent that logs requests or puts them together (`components/predictor.go`, `agent_injector.go`).

use serde_json::{Map, Value, json};

use super::{Component, Settings, defaults, list, push, text};

const LOGGER: &str = "internal.serving.kserve.io/logger";
const BATCHER: &str = "internal.serving.kserve.io/batcher";
const PORT: u16 = 9081;

/// The annotations by which the pod webhook learns of the agent's work.
pub(super) fn annotate(part: &Value, annotations: &mut Map<String, Value>) {
    let mut write = |key: String, value: String| annotations.insert(key, json!(value));
    let joined = |values: &Value| list(values).iter().map(text).collect::<Vec<_>>().join(",");
    if let Some(logger) = part.get("logger") {
        write(LOGGER.to_owned(), "true".to_owned());
        for (field, key) in [("url", "sink-url"), ("mode", "mode")] {
            if let Some(value) = logger[field].as_str() {
                write(format!("{LOGGER}-{key}"), value.to_owned());
            }
        }
        for (field, key) in
            [("metadataHeaders", "metadata-headers"), ("metadataAnnotations", "metadata-annotations")]
        {
            if logger.get(field).is_some() {
                write(format!("{LOGGER}-{key}"), joined(&logger[field]));
            }
        }
    }
    if let Some(batcher) = part.get("batcher") {
        write(BATCHER.to_owned(), "true".to_owned());
        for (field, key) in [("maxBatchSize", "max-batchsize"), ("maxLatency", "max-latency")] {
            if let Some(value) = batcher[field].as_i64() {
                write(format!("{BATCHER}-{key}"), value.to_string());
            }
        }
    }
}

/// Whether the component has one.
pub(super) fn is_there(component: &Component) -> bool {
    [LOGGER, BATCHER].iter().any(|key| component.annotations.contains_key(*key))
}

/// The port to which the Service leads in place of the first one.
pub(super) fn service_port() -> Value {
    json!(PORT)
}

/// Puts the agent into a pod.
pub(super) fn inject(component: &Component, spec: &mut Value, settings: &Settings) {
    if !is_there(component) {
        return;
    }
    let first = list(&component.pod["containers"]).first().cloned().unwrap_or_default();
    let port = list(&first["ports"]).first().map_or(json!(8080), |port| port["containerPort"].clone());
    let mut args = batcher_args(component);
    args.extend(logger_args(component));
    args.extend(["--component-port".to_owned(), port.to_string()]);
    let probe = &first["readinessProbe"];
    let path = probe["httpGet"]["path"].as_str().unwrap_or("/");
    let mut agent = json!({
        "name": "agent",
        "image": settings.agent,
        "args": args,
        "ports": [{"name": "agent-port", "containerPort": PORT}],
        "resources": {
            "limits": { "cpu": "1", "memory": "1Gi" },
            "requests": { "cpu": "100m", "memory": "100Mi" },
        },
        "readinessProbe": { "httpGet": {
            "path": path,
            "port": PORT,
            "scheme": "HTTP",
            "httpHeaders": [{"name": "K-Network-Probe", "value": "queue"}],
        } },
    });
    if let Some(asked) = asked(probe) {
        push(&mut agent, "env", json!({"name": "SERVING_READINESS_PROBE", "value": asked}));
    }
    if let Some(context) = first.get("securityContext") {
        agent["securityContext"] = context.clone();
    }
    defaults::container(&mut agent);
    // Its token comes with the admission that follows the webhook.
    if let Some(token) = super::mutate::token_mount(spec) {
        push(&mut agent, "volumeMounts", token);
    }
    push(spec, "containers", agent);
}

/// The server's readiness probe as Go writes it: its handler first, in the order of the fields of its type.
fn asked(probe: &Value) -> Option<String> {
    let handler = ["httpGet", "tcpSocket"].into_iter().find(|handler| probe.get(handler).is_some())?;
    let ordered = |value: &Value, fields: &[&str]| {
        let fields =
            fields.iter().filter_map(|field| Some(((*field).to_owned(), value.get(*field)?.clone())));
        Value::Object(fields.collect())
    };
    let mut written = Map::new();
    written.insert(
        handler.to_owned(),
        ordered(&probe[handler], &["path", "port", "host", "scheme", "httpHeaders"]),
    );
    let numbers = [
        "initialDelaySeconds",
        "timeoutSeconds",
        "periodSeconds",
        "successThreshold",
        "failureThreshold",
        "terminationGracePeriodSeconds",
    ];
    for field in numbers {
        if let Some(number) = probe.get(field) {
            written.insert(field.to_owned(), number.clone());
        }
    }
    Some(Value::Object(written).to_string())
}

fn annotation<'a>(component: &'a Component, key: &str) -> Option<&'a str> {
    component.annotations.get(key).and_then(Value::as_str)
}

fn batcher_args(component: &Component) -> Vec<String> {
    if annotation(component, BATCHER).is_none() {
        return Vec::new();
    }
    let mut args = vec!["--enable-batcher".to_owned()];
    for key in ["max-batchsize", "max-latency"] {
        if let Some(value) = annotation(component, &format!("{BATCHER}-{key}")) {
            args.extend([format!("--{key}"), value.to_owned()]);
        }
    }
    args
}

fn logger_args(component: &Component) -> Vec<String> {
    if annotation(component, LOGGER).is_none() {
        return Vec::new();
    }
    let of = |key: &str| annotation(component, &format!("{LOGGER}-{key}"));
    let mut args: Vec<String> = [
        // The address of the shipped settings.
        ("--log-url", of("sink-url").unwrap_or("http://default-broker")),
        ("--source-uri", ""),
        ("--log-mode", of("mode").unwrap_or("all")),
        ("--inference-service", &component.service),
        ("--namespace", &component.namespace),
        ("--endpoint", ""),
        ("--component", component.role),
    ]
    .into_iter()
    .flat_map(|(flag, value)| [flag.to_owned(), value.to_owned()])
    .collect();
    if let Some(headers) = of("metadata-headers") {
        args.extend(["--metadata-headers".to_owned(), headers.to_owned()]);
    }
    if let Some(keys) = of("metadata-annotations") {
        let pairs = keys.split(',').filter_map(|key| Some(format!("{key}={}", annotation(component, key)?)));
        args.extend(["--metadata-annotations".to_owned(), pairs.collect::<Vec<_>>().join(",")]);
    }
    args.extend(["--logger-tls-skip-verify".to_owned(), "false".to_owned()]);
    args
}
