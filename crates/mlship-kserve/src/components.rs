//! Transformer, explainer, logger and batcher: what KServe would refuse or ignore, and what there is to say.

use mlship_spec::choices::{KserveMode, Protocol};
use mlship_spec::codes::{CONFLICT, NOT_ON_TARGET};
use mlship_spec::workload::{Exposure, Scale, Workload};

use crate::admission::variable_fault;
use crate::remarks::Remarks;
use crate::{agent, version};

/// Where KServe tells a component to listen.
const PORT: u16 = 8080;

/// The components of a workload beside the server, by the field that describes each.
pub(crate) fn parts(workload: &Workload) -> impl Iterator<Item = (&'static str, &Workload)> {
    let settings = &workload.targets.kserve;
    [("transformer", &settings.transformer), ("explainer", &settings.explainer)]
        .into_iter()
        .filter_map(|(role, part)| Some((role, part.as_deref()?)))
}

/// Refuses what KServe would refuse or ignore.
pub(crate) fn judge(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    for (role, part) in parts(workload) {
        let field = format!("targets.kserve.{role}");
        port(remarks, role, part);
        variables(remarks, role, part);
        scale(remarks, role, part);
        if workload.targets.kserve.llm.is_some() {
            let message = format!("an LLMInferenceService has no {role}");
            remarks.refuse(
                &CONFLICT,
                &field,
                message,
                "take `targets.kserve.llm` away: an InferenceService has one",
            );
        }
    }
    explainer(remarks);
    sidecar(remarks);
}

/// KServe tells it `--http_port 8080`, and its Service leads to the first port of the container.
fn port(remarks: &mut Remarks<'_>, role: &str, part: &Workload) {
    // The explainer is told in any case (`explainer_custom.go`), a transformer unless it knows (`transformer_custom.go`).
    let is_known = role == "transformer" && part.server.args.iter().any(|arg| arg.starts_with("--http_port"));
    if part.server.port.get() != PORT && !is_known {
        let message = format!("KServe tells the {role} to listen at {PORT}");
        let help = match role {
            "transformer" => {
                format!("take the port away, or add `--http_port={}` to `args`", part.server.port)
            }
            _ => "take the port away".to_owned(),
        };
        remarks.refuse(&NOT_ON_TARGET, &format!("targets.kserve.{role}.port"), message, help);
    }
}

fn variables(remarks: &mut Remarks<'_>, role: &str, part: &Workload) {
    for variable in &part.server.env {
        if let Some((message, help)) = variable_fault(variable) {
            let field = crate::admission::variable_field(&variable.value, variable.name.as_str());
            let field = field.replace("server.", &format!("targets.kserve.{role}."));
            remarks.refuse(&NOT_ON_TARGET, &field, format!("`{}`: {message}", variable.name), help);
        }
    }
}

fn scale(remarks: &mut Remarks<'_>, role: &str, part: &Workload) {
    let workload = remarks.workload;
    let field = format!("targets.kserve.{role}.replicas");
    let is_knative = workload.targets.kserve.mode == KserveMode::Knative;
    match (&part.scale, &workload.scale) {
        (Scale::Auto(_), _) if is_knative => {
            let message = format!("Knative scales the {role} on requests, not on the use of its processors");
            remarks.refuse(&NOT_ON_TARGET, &field, message, "write a number");
        }
        (Scale::Fixed { replicas: 0 }, _) if is_knative => {
            let message = "Knative takes 0 for no bound at all";
            remarks.refuse(&NOT_ON_TARGET, &field, message, "write a number from 1");
        }
        (Scale::Fixed { replicas: 0 }, Scale::Auto(_)) => {
            let message =
                format!("KServe's autoscaler keeps one {role} at least, and its class is one for all");
            remarks.refuse(&NOT_ON_TARGET, &field, message, "write a number from 1");
        }
        (Scale::Auto(_), Scale::Fixed { replicas: 0 }) => {
            let message =
                format!("KServe's autoscaler of the {role} would keep one replica of the model too");
            remarks.refuse(&NOT_ON_TARGET, "replicas", message, "give both a number, or both a range");
        }
        (Scale::Auto(_) | Scale::Fixed { .. }, _) => {}
    }
}

fn explainer(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    if workload.targets.kserve.explainer.is_none() {
        return;
    }
    if workload.rollout.canary.is_some() && workload.targets.kserve.mode == KserveMode::Standard {
        let message = "the route that splits the traffic leads to no explainer";
        remarks.refuse(&CONFLICT, "rollout.canary", message, "take one of the two away");
    }
    let name = &workload.name;
    match &workload.exposure {
        Exposure::Internal | Exposure::Gateway { .. } => {}
        Exposure::Ingress { .. } => {
            let how = format!(
                "reached inside the cluster alone, at `{name}-explainer`: an Ingress knows no paths that end in \
                 `:explain`, and KServe's own has no host for it"
            );
            remarks.adapt("targets.kserve.explainer", how);
        }
    }
}

/// What KServe's agent can't do.
fn sidecar(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    if !agent::is_there(workload) {
        return;
    }
    let settings = &workload.targets.kserve;
    let server = &workload.server;
    let fields = [
        (settings.logger.is_some(), "targets.kserve.logger"),
        (settings.batcher.is_some(), "targets.kserve.batcher"),
    ];
    for (_, field) in fields.into_iter().filter(|(is_there, _)| *is_there) {
        if settings.llm.is_some() {
            let message = "an LLMInferenceService has no agent";
            remarks.refuse(&CONFLICT, field, message, "take it away, or `targets.kserve.llm`");
        }
        if server.protocol == Protocol::Grpc {
            let message = "KServe's agent passes HTTP/1.1 on, not gRPC";
            remarks.refuse(&NOT_ON_TARGET, field, message, "take it away");
        }
        let ports = std::iter::once(("server.port".to_owned(), server.port))
            .chain(server.extra_ports.iter().map(|(name, port)| (format!("server.ports.{name}"), *port)));
        for (port_field, _) in ports.filter(|(_, port)| port.get() == 9081) {
            let message = "KServe's agent listens at port 9081 of the pod";
            remarks.refuse(&CONFLICT, &port_field, message, "let the server listen elsewhere");
        }
    }
    if settings.batcher.is_some() && matches!(server.protocol, Protocol::OpenInference | Protocol::OpenAi) {
        // `pkg/batcher/handler.go`: paths that end in `:predict`, with `instances`.
        let message =
            format!("KServe's batcher knows the protocol v1 alone, and passes `{}` by", server.protocol);
        let help = "take it away, or serve `/v1/models/<model>:predict` and write `server.protocol: http`";
        remarks.refuse(&NOT_ON_TARGET, "targets.kserve.batcher", message, help);
    }
    for key in settings.logger.iter().flat_map(|logger| &logger.annotations) {
        if !workload.annotations.contains_key(key) {
            let message = format!("KServe leaves `{key}` out: the service has no annotation of that name");
            let help = format!("add it: `annotations: {{{key}: …}}`");
            remarks.refuse(&NOT_ON_TARGET, "targets.kserve.logger.annotations", message, help);
        }
    }
}

/// Says what is decided for them.
pub(crate) fn note(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let namespace = workload.namespace.as_ref().map_or("<namespace>", |namespace| namespace.as_str());
    for (role, part) in parts(workload) {
        let name = &workload.name;
        let mut args = vec![
            format!("--model_name {name}"),
            format!("--predictor_host {name}-predictor.{namespace}"),
            format!("--http_port {PORT}"),
        ];
        if role == "transformer" {
            args.retain(|arg| {
                let flag = arg.split(' ').next().unwrap_or_default();
                !part.server.args.iter().any(|written| written.starts_with(flag))
            });
        }
        let value = args.join(" ");
        remarks.decide(
            &format!("targets.kserve.{role}.args"),
            value,
            "KServe adds them behind those written",
        );
    }
    if agent::is_there(workload) {
        let reason =
            "KServe's agent stands before the server and takes its security context; its Service leads there";
        remarks.decide("agent", "port 9081", reason);
    }
    if workload.targets.kserve.batcher.is_some() {
        let reason = format!(
            "{} batches requests whose path ends so, with `instances`",
            version::name(workload.targets.kserve.version)
        );
        remarks.decide("targets.kserve.batcher", ":predict", reason);
    }
}
