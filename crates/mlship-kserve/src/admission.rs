//! What KServe refuses when it is applied, fails on later, or takes and then ignores: refused here, before
//! anything is written.
//!
//! The rules are those of the webhooks and of the controller of v0.20.0
//! (`pkg/apis/serving/v1beta1/inference_service_validation.go`, `component.go`,
//! `pkg/controller/v1beta1/inferenceservice/`), as far as a spec can break them. Rules on fields that are never
//! written, or never in that way, need no check: what is written can't break them.

use mlship_spec::choices::KserveMode;
use mlship_spec::codes::{CONFLICT, NAME_TOO_LONG, NOT_ON_TARGET};
use mlship_spec::workload::{EnvValue, EnvVar, Workload};

use crate::beside::Service;
use crate::form::Form;
use crate::remarks::Remarks;
use crate::service::{CLASS, FORMAT, MODE, VISIBILITY};
use crate::{canary, components, graph};

mod knative;
mod runtime;
mod storage;

/// The longest label of a host name; KServe puts service, component and namespace into one.
const LONGEST_LABEL: usize = 63;

/// Refuses what KServe would refuse, fail on or ignore.
pub(crate) fn judge(remarks: &mut Remarks<'_>, form: &Form, service: &Service) {
    kinds(remarks);
    annotations(remarks);
    storage::judge(remarks, form);
    components::judge(remarks);
    graph::judge(remarks);
    if remarks.workload.targets.kserve.llm.is_some() {
        return;
    }
    name(remarks);
    labels(remarks, form);
    environment(remarks, form);
    ports(remarks);
    runtime::judge(remarks, form);
    if remarks.workload.targets.kserve.mode == KserveMode::Knative {
        knative::judge(remarks, service);
    }
}

fn kinds(remarks: &mut Remarks<'_>) {
    if remarks.workload.state.is_some() {
        let message = "KServe runs Deployments only: replicas have no volumes of their own";
        let help = "ship it with `--target kubernetes`, which makes a StatefulSet";
        remarks.refuse(&NOT_ON_TARGET, "state", message, help);
    }
    if canary::share(remarks.workload).is_some() {
        tried(remarks);
    }
}

/// KServe's own canary list starts pods and sends them nothing, and `canaryTrafficPercent` is ignored in Standard mode.
fn tried(remarks: &mut Remarks<'_>) {
    if !canary::is_routed(remarks.workload) {
        let message = "KServe splits no traffic in Standard mode, and without a Gateway there is no route of ours that does";
        let help = "write `expose: {host: …, gateway: {name: …}}`, or `targets.kserve.mode: knative`, or take `rollout.canary` away";
        remarks.refuse(&NOT_ON_TARGET, "rollout.canary", message, help);
    }
    if remarks.workload.rollout.canary.is_some_and(|percent| percent.get() >= 100) {
        let message = "all traffic for the new version is no trial";
        remarks.refuse(&NOT_ON_TARGET, "rollout.canary", message, "take it away to promote the new version");
    }
}

/// Where it is longer, KServe makes nothing and the service never becomes ready
/// (`failed creating host name: invalid domain name`).
fn name(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let Workload { name, namespace, .. } = workload;
    let namespace = namespace.as_ref().map_or(0, |namespace| namespace.as_str().len());
    let word = if workload.targets.kserve.transformer.is_some() { "transformer" } else { "predictor" };
    let component = word.len();
    let label = name.as_str().len() + 1 + component + 1 + namespace;
    if label > LONGEST_LABEL || (namespace == 0 && label >= LONGEST_LABEL) {
        let message = format!(
            "KServe puts `{name}`, `{word}` and the namespace into one label of a host name, which has \
             more than {LONGEST_LABEL} characters then"
        );
        let fits = LONGEST_LABEL - 2 - component - namespace.max(1);
        let help = format!("shorten the name to at most {fits} characters, or the namespace");
        remarks.refuse(&NAME_TOO_LONG, "name", message, help);
    } else if namespace == 0 {
        let fits = LONGEST_LABEL - label;
        let reason = "KServe puts it into one label of a host name with the service's name";
        remarks.decide("namespace", format!("at most {fits} characters"), reason);
        if fits < "default".len() {
            let message = format!(
                "in a namespace of more than {fits} characters, such as `default`, KServe makes nothing of it: it puts \
                 `{name}`, `{word}` and the namespace into one label of a host name"
            );
            remarks.warn(&NAME_TOO_LONG, "name", message, "shorten the name, or write `namespace`");
        }
    }
}

/// Labels that KServe writes over.
fn labels(remarks: &mut Remarks<'_>, form: &Form) {
    for key in remarks.workload.labels.keys().map(ToString::to_string) {
        let is_kserves = matches!(key.as_str(), "app" | "component")
            || key.starts_with("serving.kserve.io/")
            || form.writes_over(&key);
        if is_kserves || key == VISIBILITY {
            let message = format!("KServe writes the label `{key}` itself, over any other value");
            remarks.refuse(&CONFLICT, &field("labels", &key), message, "take it away");
        }
    }
}

/// Annotations that say what fields of the spec say, and those that the mode does not read.
fn annotations(remarks: &mut Remarks<'_>) {
    let is_standard = remarks.workload.targets.kserve.mode == KserveMode::Standard;
    let gpu = remarks.workload.resources.gpu.as_ref();
    let has_gpu = gpu.is_some_and(|gpu| gpu.resource.as_str() == "nvidia.com/gpu");
    for key in remarks.workload.annotations.keys().map(ToString::to_string) {
        let (message, help) = match key.as_str() {
            MODE => ("the mode is `targets.kserve.mode`", "write it there"),
            CLASS => ("the class follows from `replicas` and `autoscale`", "take it away"),
            FORMAT => ("the format is `model.format`", "write it there"),
            "serving.kserve.io/stop" => ("it stops the service", "write `replicas: 0`"),
            "serving.kserve.io/targetUtilizationPercentage" => {
                ("no controller of KServe reads it", "write `autoscale: {on: cpu, target: 70}`")
            }
            "serving.kserve.io/enable-prometheus-scraping"
            | "serving.kserve.io/enable-metric-aggregation"
                if is_standard =>
            {
                ("by it KServe tells Prometheus of a port of its own", "write `server.metrics`")
            }
            "serving.kserve.io/gke-accelerator" if !has_gpu => (
                "KServe reads it where the server asks for `nvidia.com/gpu`",
                "write `placement.nodeSelector`",
            ),
            key if key.starts_with("internal.serving.kserve.io/") => {
                ("KServe's webhook takes it for a word of its controller", "take it away")
            }
            "serving.kserve.io/enable-tag-routing" if is_standard => {
                ("KServe reads it in Knative mode only", "take it away, or write `mode: knative`")
            }
            key if key.starts_with("autoscaling.knative.dev/") && is_standard => {
                ("KServe reads it in Knative mode only", "write `replicas` and `autoscale`")
            }
            "autoscaling.knative.dev/min-scale" | "autoscaling.knative.dev/max-scale" => {
                ("KServe drops it and writes its own", "write `replicas: {min: 0, max: 5}`")
            }
            "autoscaling.knative.dev/target"
            | "autoscaling.knative.dev/metric"
            | "autoscaling.knative.dev/class" => {
                ("it would contradict `autoscale`", "write `autoscale: {on: concurrency, target: 4}`")
            }
            _ => continue,
        };
        remarks.refuse(&CONFLICT, &field("annotations", &key), format!("`{key}`: {message}"), help);
    }
}

fn environment(remarks: &mut Remarks<'_>, form: &Form) {
    let is_runtime = matches!(form, Form::Runtime(_));
    let is_modelcar = storage::is_modelcar(remarks.workload);
    for variable in &remarks.workload.server.env {
        let EnvVar { name, value } = variable;
        let literal = match value {
            EnvValue::Literal(text) => Some(text.as_str()),
            EnvValue::Secret(_) => None,
        };
        let (message, help) = match (name.as_str(), literal) {
            ("PROTOCOL", Some("v1" | "v2")) => continue,
            ("PROTOCOL", _) if !is_runtime => {
                ("KServe takes it for the protocol, which must be `v1` or `v2`", "choose another name for it")
            }
            (name, _) if form.writes_over(name) => {
                ("KServe writes it for this runtime, over any other value", "take it away")
            }
            ("MODEL_INIT_MODE", _) if is_modelcar => (
                "KServe writes it for weights in an image",
                "take it away, or write `targets.kserve.storage: pod`",
            ),
            _ => match variable_fault(variable) {
                Some(fault) => fault,
                None => continue,
            },
        };
        let field = variable_field(value, name.as_str());
        remarks.refuse(&NOT_ON_TARGET, &field, format!("`{name}`: {message}"), help);
    }
}

/// Variables that KServe refuses or writes over in any component, with what to do.
pub(crate) fn variable_fault(variable: &EnvVar) -> Option<(&'static str, &'static str)> {
    match variable.name.as_str() {
        "PYTHONPATH" => {
            Some(("KServe refuses it in any container, since it could slip code in", "set it in the image"))
        }
        "STORAGE_URI" => {
            Some(("KServe takes it for the place of the weights and writes over it", "write `model.uri`"))
        }
        "INFERENCE_SERVICE_NAME" => {
            Some(("KServe writes the service's name into it", "take it away, or choose another name for it"))
        }
        _ => None,
    }
}

/// Port 80 of the Service leads to the first port of the container.
fn ports(remarks: &mut Remarks<'_>) {
    let server = &remarks.workload.server;
    for (name, port) in &server.extra_ports {
        if port.get() == 80 && server.protocol == mlship_spec::choices::Protocol::Grpc {
            let message = "port 80 of KServe's Service leads to `server.port`";
            let help = "let the further port listen elsewhere";
            remarks.refuse(&CONFLICT, &format!("server.ports.{name}"), message, help);
        }
    }
}

/// Fields that hold what KServe takes for the start of a placeholder.
pub(crate) fn fields_with_braces(workload: &Workload) -> Vec<String> {
    let server = &workload.server;
    let mut braced = Vec::new();
    let has_braces = |text: &String| text.contains("{{");
    if server.args.iter().any(has_braces) {
        braced.push("server.args".to_owned());
    }
    if server.command.iter().any(has_braces) {
        braced.push("server.command".to_owned());
    }
    for variable in &server.env {
        if let EnvValue::Literal(text) = &variable.value
            && has_braces(text)
        {
            braced.push(format!("server.env.{}", variable.name));
        }
    }
    braced
}

/// The field of an entry of a map.
fn field(map: &str, key: &str) -> String {
    format!("{map}.{key}")
}

pub(crate) fn variable_field(value: &EnvValue, name: &str) -> String {
    match value {
        EnvValue::Literal(_) => format!("server.env.{name}"),
        EnvValue::Secret(_) => format!("server.secretEnv.{name}"),
    }
}
