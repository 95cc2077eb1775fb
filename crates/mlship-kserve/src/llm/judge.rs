//! What an LLMInferenceService has no way to do, and what its webhook refuses.
//!
//! The rules are those of `pkg/apis/serving/v1alpha2/llm_inference_service_validation.go` and of the controller, v0.20.0.

use mlship_spec::choices::{KserveMode, KserveStorage, KserveVersion, Protocol};
use mlship_spec::codes::{CONFLICT, MISSING_FIELD, NAME_TOO_LONG, NOT_ON_TARGET, REQUEST_ABOVE_LIMIT};
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::kserve::{Llm, LlmRoute, LlmScheduler};
use mlship_spec::workload::{Check, Exposure};

use super::{arguments, is_vllm};
use crate::names::names;
use crate::remarks::Remarks;
use crate::version;

const FIELD: &str = "targets.kserve.llm";
const LONGEST_LABEL: usize = 63;
/// What KServe's Service, pool and route lead to (`reconcileWorkloadService`).
const PORT: u16 = 8000;

/// Refuses what KServe would refuse, fail on or ignore.
pub(crate) fn judge(remarks: &mut Remarks<'_>, llm: &Llm) {
    settings(remarks);
    server(remarks);
    model(remarks);
    parallelism(remarks, llm);
    way_in(remarks, llm);
    annotations(remarks);
}

fn settings(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let target = &workload.targets.kserve;
    if target.version < KserveVersion::V0_17 {
        let message = format!("{} has no LLMInferenceService", remarks.kserve());
        let help = format!(
            "{} has; or take `llm` away: an InferenceService runs it too",
            version::name(KserveVersion::V0_17)
        );
        remarks.refuse(&NOT_ON_TARGET, FIELD, message, help);
    }
    if target.mode == KserveMode::Knative {
        let message = "an LLMInferenceService runs as a Deployment, whatever the mode";
        remarks.refuse(&CONFLICT, "targets.kserve.mode", message, "take one of the two away");
    }
    if target.runtime.is_some() {
        let message = "an LLMInferenceService has no runtime: its pods run the image of the spec";
        remarks.refuse(&CONFLICT, "targets.kserve.runtime", message, "take one of the two away");
    }
    // Names that are longer end in a hash, which what is pointed at them would have to know.
    if names(workload).service.len() > LONGEST_LABEL {
        let message = format!("KServe shortens `{}`, the name of its Service", names(workload).service);
        let fits = LONGEST_LABEL - "-kserve-workload-svc".len();
        remarks.refuse(
            &NAME_TOO_LONG,
            "name",
            message,
            format!("shorten the name to at most {fits} characters"),
        );
    }
}

fn server(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let server = &workload.server;
    if server.protocol != Protocol::OpenAi {
        let message = format!("an LLMInferenceService speaks the OpenAI protocol, not `{}`", server.protocol);
        let help = "write `server.protocol: openai`, or take `targets.kserve.llm` away";
        remarks.refuse(&CONFLICT, "server.protocol", message, help);
    }
    if server.port.get() != PORT {
        let message =
            format!("KServe's Service leads to port {PORT} of an LLM, whatever the server listens at");
        let help = format!("let the server listen at {PORT} (`--port={PORT}`), and write `port: {PORT}`");
        remarks.refuse(&NOT_ON_TARGET, "server.port", message, help);
    }
    for name in server.extra_ports.keys() {
        let message = format!("KServe's Service of an LLM has port {PORT} alone");
        remarks.refuse(&NOT_ON_TARGET, &format!("server.ports.{name}"), message, "take it away");
    }
    if server.command.is_empty() && !is_vllm(workload) {
        let message = "KServe starts `vllm serve` by a script of its own unless a command is written, and what \
                       starts this image is not known";
        let help = "write the image's entry point into `server.command`";
        remarks.refuse(&MISSING_FIELD, "server.image", message, help);
    }
    let probes = &workload.probes;
    let clash = [&probes.startup, &probes.liveness, &probes.readiness]
        .iter()
        .any(|probe| !matches!(probe.check, Check::Http { .. }));
    if clash {
        let message = "the probes of KServe's preset ask over HTTP, and the two kinds can't be mixed";
        remarks.refuse(&CONFLICT, "health", message, "write `health: {ready: /health}`");
    }
    braces(remarks);
}

/// The spec is a Go template once it is laid over the preset (`ReplaceVariables`).
fn braces(remarks: &mut Remarks<'_>) {
    let annotations = remarks.workload.annotations.iter().filter(|(_, text)| text.contains("{{"));
    let annotations = annotations.map(|(key, _)| format!("annotations.{key}"));
    let fields = crate::admission::fields_with_braces(remarks.workload).into_iter().chain(annotations);
    for field in fields {
        let message = "KServe reads `{{` as the start of a placeholder of its own, and fails on any other";
        remarks.refuse(&NOT_ON_TARGET, &field, message, "put it into a file (`config`)");
    }
}

fn model(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let Some(source) = &workload.model.source else {
        let message = "an LLMInferenceService is about weights, and `model.uri` is missing";
        let help =
            "name where they lie, or take `targets.kserve.llm` away: an InferenceService runs the image";
        remarks.refuse(&MISSING_FIELD, FIELD, message, help);
        return;
    };
    let Some(uri) = source.places.one() else {
        let message = "an LLMInferenceService has one place of weights";
        let help = "write `model.uri`, or take `targets.kserve.llm` away: an InferenceService takes several";
        remarks.refuse(&NOT_ON_TARGET, source.places.field(), message, help);
        return;
    };
    let is_kserves = workload.targets.kserve.storage == KserveStorage::Kserve;
    let is_known = matches!(
        uri,
        ModelUri::Pvc { .. } | ModelUri::Oci(_) | ModelUri::HuggingFace { .. } | ModelUri::S3 { .. }
    );
    if is_kserves && !is_known {
        let message = format!("KServe brings no weights of an LLM from `{uri}`");
        let help = "write `targets.kserve.storage: pod`";
        remarks.refuse(&NOT_ON_TARGET, "model.uri", message, help);
    }
}

fn parallelism(remarks: &mut Remarks<'_>, llm: &Llm) {
    let workload = remarks.workload;
    let arguments = arguments(workload, llm);
    for (field, argument) in &arguments.conflicts {
        let message = format!("the server's arguments say `{argument}`");
        remarks.refuse(&CONFLICT, field, message, "write it in one place, or the same in both");
    }
    let many = |count: Option<u32>| count.is_some_and(|count| count > 1);
    if arguments.pipeline.is_some() && arguments.data.is_some() {
        let message = "KServe takes pipeline or data parallelism, not both";
        let field = ["targets.kserve.llm.parallelism.data", "targets.kserve.llm.parallelism", "server.args"]
            .into_iter()
            .find(|field| remarks.is_written(field))
            .unwrap_or(FIELD);
        remarks.refuse(&CONFLICT, field, message, "take one of the two away");
        return;
    }
    let parts = [arguments.tensor, arguments.pipeline, arguments.data];
    let needed: u64 = parts.into_iter().flatten().map(u64::from).product();
    let devices = workload.resources.gpu.as_ref().map_or(0, |gpu| u64::from(gpu.count));
    let is_said = parts.into_iter().any(many);
    // vLLM runs on processors too, and then each process is its own.
    if !is_said || devices == 0 || needed == devices {
        return;
    }
    let field = if remarks.is_written("targets.kserve.llm.parallelism") {
        "targets.kserve.llm.parallelism"
    } else {
        "server.args"
    };
    if needed > devices {
        let message = format!(
            "it needs {needed} accelerators, and a replica has {devices}: the rest would be on other nodes, where \
             KServe runs scripts of its own in place of the image's arguments, for pipelines none at all \
             (`kserve-config-llm-worker-pipeline-parallel` is not shipped)"
        );
        let help = format!("write `resources.gpu: {needed}` for one node that has them, or less parallelism");
        remarks.refuse(&NOT_ON_TARGET, field, message, help);
    } else {
        let message = format!("it uses {needed} accelerators, and a replica asks for {devices}");
        remarks.refuse(
            &REQUEST_ABOVE_LIMIT,
            "resources.gpu",
            message,
            format!("write `resources.gpu: {needed}`"),
        );
    }
}

fn way_in(remarks: &mut Remarks<'_>, llm: &Llm) {
    if llm.scheduler == LlmScheduler::None {
        return;
    }
    let field = "targets.kserve.llm.scheduler";
    let has_route = llm.route == LlmRoute::Kserve;
    match &remarks.workload.exposure {
        Exposure::Gateway { .. } => {}
        Exposure::Internal if has_route => {}
        Exposure::Internal => {
            let message = "only a Gateway asks the scheduler: without a route nobody does";
            let help =
                "write `route: true` for KServe's own Gateway, or `expose: {host: …, gateway: {name: …}}`";
            remarks.refuse(&NOT_ON_TARGET, field, message, help);
        }
        Exposure::Ingress { .. } => {
            let message = "an Ingress leads past the scheduler, which only a Gateway asks";
            let help = "write `expose.gateway` in place of `expose.class`";
            remarks.refuse(&NOT_ON_TARGET, field, message, help);
        }
    }
}

/// Annotations by which KServe asks for devices go together (`validateManagedDRAAnnotations`).
fn annotations(remarks: &mut Remarks<'_>) {
    const CLASS: &str = "serving.kserve.io/exp-dra-device-class";
    let keys: Vec<String> = remarks.workload.annotations.keys().map(ToString::to_string).collect();
    if keys.iter().any(|key| key == CLASS) {
        return;
    }
    for key in keys.iter().filter(|key| key.starts_with("serving.kserve.io/exp-dra-")) {
        let message = format!("`{key}` says more of a device class that is not named");
        remarks.refuse(&MISSING_FIELD, &format!("annotations.{key}"), message, format!("add `{CLASS}`"));
    }
}
