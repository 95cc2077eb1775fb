//! The container as Vertex AI runs it: one port, routes, probes, and the variables that it sets itself.
//!
//! <https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements>,
//! <https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec> (2026-11)

use mlship_spec::choices::Protocol;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{Check, EnvValue, Probe as Asked, Workload};
use serde::Serialize;

use crate::findings::Findings;
use crate::limits;

/// The container.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContainerSpec {
    pub(crate) image_uri: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    command: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    args: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    env: Vec<EnvVar>,
    ports: Vec<Port>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    grpc_ports: Vec<Port>,
    #[serde(skip_serializing_if = "Option::is_none")]
    predict_route: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoke_route_prefix: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    health_route: Option<String>,
    deployment_timeout: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_memory_size_mb: Option<String>,
    startup_probe: Probe,
    health_probe: Probe,
    liveness_probe: Probe,
}

#[derive(Clone, Debug, Serialize)]
struct EnvVar {
    name: String,
    value: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Port {
    container_port: u16,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Probe {
    #[serde(skip_serializing_if = "Option::is_none")]
    http_get: Option<HttpGet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    grpc: Option<OnPort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tcp_socket: Option<OnPort>,
    period_seconds: u32,
    timeout_seconds: u32,
    failure_threshold: u32,
}

#[derive(Clone, Debug, Serialize)]
struct HttpGet {
    path: String,
    port: u16,
}

#[derive(Clone, Debug, Serialize)]
struct OnPort {
    port: u16,
}

/// What Vertex AI calls the variable that holds where its copy of the weights lies.
const STORAGE: &str = "AIP_STORAGE_URI";
const CONTAINER: &str = "https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements";

/// The container of a workload.
pub(crate) fn container(workload: &Workload, findings: &mut Findings<'_>) -> ContainerSpec {
    let server = &workload.server;
    let port = server.port.get();
    let is_grpc = server.protocol == Protocol::Grpc;
    if !is_in_artifact_registry(workload) {
        let how = format!(
            "`{}` → the variable IMAGE of the script, which asks for the copy in Artifact Registry: Vertex AI pulls from nowhere else",
            server.image
        );
        findings.adapt("server.image", how);
    }
    let place =
        |words: &[String]| -> Vec<String> { words.iter().map(|word| located(workload, word)).collect() };
    let predict_route = workload.targets.managed.vertex.predict_route.as_ref().map(ToString::to_string);
    let invokes = predict_route.is_none() && !is_grpc && workload.targets.managed.vertex.dedicated_endpoint;
    if invokes {
        let reason =
            "every path of the server can be called; `targets.vertex.predictRoute` names one for `predict`";
        findings.decide("invokeRoutePrefix", "/*", reason);
    }
    let probes = &workload.probes;
    ContainerSpec {
        image_uri: server.image.to_string(),
        command: place(&server.command),
        args: place(&server.args),
        env: variables(workload, findings),
        ports: vec![Port { container_port: port }],
        grpc_ports: if is_grpc { vec![Port { container_port: port }] } else { Vec::new() },
        predict_route,
        invoke_route_prefix: invokes.then_some("/*"),
        health_route: match &probes.readiness.check {
            Check::Http { path, port: asked } if asked.get() == port => Some(path.to_string()),
            Check::Http { .. } | Check::Grpc { .. } | Check::Tcp { .. } => None,
        },
        deployment_timeout: format!("{}s", deployment_seconds(workload)),
        shared_memory_size_mb: workload.resources.shared_memory.as_ref().map(megabytes),
        startup_probe: probe(&probes.startup),
        health_probe: probe(&probes.readiness),
        liveness_probe: probe(&probes.liveness),
    }
}

/// Whether an image is in Artifact Registry, or in the registry that it took over.
pub(crate) fn is_in_artifact_registry(workload: &Workload) -> bool {
    let image = workload.server.image.to_string();
    let registry = image.split('/').next().unwrap_or_default();
    registry.ends_with("-docker.pkg.dev") || registry == "gcr.io" || registry.ends_with(".gcr.io")
}

/// How long a deployment may take: the start of the container, and twenty minutes to find machines and pull the image.
fn deployment_seconds(workload: &Workload) -> u64 {
    let startup = &workload.probes.startup;
    let start = u64::from(startup.period_seconds) * u64::from(startup.failure_threshold);
    (start + 1200).clamp(1800, limits::VERTEX_DEPLOYMENT.value)
}

/// What an int64 is in JSON: text.
fn megabytes(size: &Quantity) -> String {
    size.bytes().div_ceil(1 << 20).to_string()
}

fn probe(asked: &Asked) -> Probe {
    let on = |port: u16| Some(OnPort { port });
    let (http_get, grpc, tcp_socket) = match &asked.check {
        Check::Http { path, port } => {
            (Some(HttpGet { path: path.to_string(), port: port.get() }), None, None)
        }
        Check::Grpc { port } => (None, on(port.get()), None),
        Check::Tcp { port } => (None, None, on(port.get())),
    };
    Probe {
        http_get,
        grpc,
        tcp_socket,
        period_seconds: asked.period_seconds,
        timeout_seconds: asked.timeout_seconds,
        failure_threshold: asked.failure_threshold,
    }
}

/// A word with the folder of the weights replaced by where they lie.
fn located(workload: &Workload, word: &str) -> String {
    match &workload.model.source {
        Some(source) => replaced(word, source.mount_path.as_str(), &format!("$({STORAGE})")),
        None => word.to_owned(),
    }
}

/// Whether any word of the container names the folder of the weights.
pub(crate) fn names_the_folder(workload: &Workload) -> bool {
    let words = workload.server.command.iter().chain(&workload.server.args).map(String::as_str);
    let values = workload.server.env.iter().filter_map(|variable| match &variable.value {
        EnvValue::Literal(value) => Some(value.as_str()),
        EnvValue::Secret(_) => None,
    });
    words.chain(values).any(|word| located(workload, word) != *word)
}

/// A folder replaced wherever it stands as a whole: `/models` in `/models/x`, not in `/models2` or `/a/models`.
fn replaced(text: &str, folder: &str, by: &str) -> String {
    let within = |c: char| c.is_alphanumeric() || "-_./".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(folder) {
        let (before, after) = (&rest[..at], &rest[at + folder.len()..]);
        let is_whole = !out.chars().chain(before.chars()).next_back().is_some_and(within)
            && after.chars().next().is_none_or(|c| c == '/' || !within(c));
        out.push_str(before);
        out.push_str(if is_whole { by } else { folder });
        rest = after;
    }
    out.push_str(rest);
    out
}

fn variables(workload: &Workload, findings: &mut Findings<'_>) -> Vec<EnvVar> {
    let mut variables = Vec::new();
    for variable in &workload.server.env {
        let name = variable.name.to_string();
        if name.starts_with("AIP_") {
            let field = format!("server.env.{name}");
            let rule = format!("`{name}` is one of the variables that Vertex AI sets itself: {CONTAINER}");
            findings.refuse(
                &field,
                rule,
                "give it another name, or take it away: Vertex AI gives it a value",
            );
        }
        match &variable.value {
            EnvValue::Literal(value) if value.is_empty() => {
                let rule = format!("`{name}` is empty, and a variable of Vertex AI has a value: {CONTAINER}");
                findings.refuse(&format!("server.env.{name}"), rule, "take it away, or give it a value");
            }
            EnvValue::Literal(value) => variables.push(EnvVar { name, value: located(workload, value) }),
            EnvValue::Secret(_) => {
                let rule = format!("`{name}` would be readable in the model: variables are plain text");
                let nearest = "let the server read it from Secret Manager with its service account";
                findings.refuse(&format!("server.secretEnv.{name}"), rule, nearest);
            }
        }
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_folder_itself_is_replaced() {
        for (text, expected) in [
            ("/models", "@"),
            ("--model=/models/llama", "--model=@/llama"),
            ("/models2 /a/models x/models", "/models2 /a/models x/models"),
            ("/models,/models:/models", "@,@:@"),
            ("/models.bak", "/models.bak"),
            ("", ""),
        ] {
            assert_eq!(replaced(text, "/models", "@"), expected, "{text}");
        }
    }
}
