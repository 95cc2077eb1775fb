//! An LLM as an LLMInferenceService.
//!
//! KServe lays what is written over a preset of its own (`kserve-config-llm-template`), part by part as kubectl does.
//! The preset starts `vllm serve` by a script that evaluates its arguments once more. So the command is always
//! written: the image then runs with the arguments of the spec, to the letter. What the preset holds beside that (a
//! second scratch volume, certificates) does no harm.
//!
//! <https://github.com/kserve/kserve/blob/v0.20.0/config/llmisvcconfig/config-llm-template.yaml>,
//! <https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha2/llmisvc/workload_single_node.go> (2026-11)

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, ExecAction, LifecycleHandler, PodSpec};
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicyIngressRule, NetworkPolicyPeer};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use mlship_kubernetes::custom::Custom;
use mlship_kubernetes::{labels, pod};
use mlship_spec::choices::KserveStorage;
use mlship_spec::workload::kserve::{Llm, LlmRoute, LlmScheduler};
use mlship_spec::workload::{Scale, Workload};

use crate::names::names;
use crate::objects::PodFields;
use crate::objects::llm::{
    LlmInferenceServiceSpec, LlmModel, LlmParallelism, Managed, Router, StorageInitializer,
};
use crate::scaling::int;
use crate::storage;

mod arguments;
mod judge;
mod notes;

pub(crate) use arguments::{Arguments, arguments};
pub(crate) use judge::judge;
pub(crate) use notes::note;

/// How vLLM is started, in every version; images that hold it have entry points of several kinds.
const START: [&str; 3] = ["python3", "-m", "vllm.entrypoints.openai.api_server"];

/// Images that hold vLLM, by the end of their repositories.
const IMAGES: [&str; 4] = ["vllm/vllm-openai", "vllm/vllm-openai-cpu", "llm-d/llm-d-cuda", "llm-d/llm-d-cpu"];

/// The LLMInferenceService of a workload.
pub(crate) fn service(workload: &Workload, llm: &Llm) -> Custom<LlmInferenceServiceSpec> {
    let template = pod::template(workload);
    let mut pod = template.spec.unwrap_or_default();
    let metadata = template.metadata.unwrap_or_default();
    let uri = uri(workload, &mut pod);
    let arguments = arguments(workload, llm);
    let name = arguments.served_name.clone().unwrap_or_else(|| workload.name.to_string());
    for container in &mut pod.containers {
        fit(workload, container, &arguments);
    }
    let is_ours = workload.targets.kserve.storage == KserveStorage::Pod;
    let spec = LlmInferenceServiceSpec {
        model: LlmModel { uri, name },
        storage_initializer: is_ours.then_some(StorageInitializer { enabled: false }),
        replicas: match &workload.scale {
            Scale::Fixed { replicas } => Some(int(*replicas)),
            Scale::Auto(_) => None,
        },
        parallelism: parallelism(&arguments),
        router: router(llm),
        labels: pod_labels(workload, &metadata.labels.unwrap_or_default()),
        annotations: metadata.annotations.unwrap_or_default(),
        template: PodFields(pod),
    };
    Custom { metadata: labels::metadata(workload), spec }
}

/// Where the weights lie; the pod is made to fit.
fn uri(workload: &Workload, pod: &mut PodSpec) -> String {
    if workload.targets.kserve.storage == KserveStorage::Kserve {
        storage::remove_delivery(pod);
    }
    let uri = workload.model.source.as_ref().and_then(|source| source.places.one());
    uri.map(|uri| storage::kserve_uri(uri, None)).unwrap_or_default()
}

/// Lays the container over the preset's, so that nothing of the preset's changes what was said.
fn fit(workload: &Workload, container: &mut Container, arguments: &Arguments) {
    names(workload).container.clone_into(&mut container.name);
    if container.command.is_none() && is_vllm(workload) {
        container.command = Some(START.map(str::to_owned).to_vec());
    }
    container.args = Some(arguments.args.clone()).filter(|args| !args.is_empty());
    // The preset waits by a command, and a hook of two kinds is refused.
    let hook = container.lifecycle.as_mut().and_then(|lifecycle| lifecycle.pre_stop.as_mut());
    if let Some(hook) = hook
        && let Some(sleep) = hook.sleep.take()
    {
        let command = Some(vec!["/bin/sleep".to_owned(), sleep.seconds.to_string()]);
        *hook = LifecycleHandler { exec: Some(ExecAction { command }), ..Default::default() };
    }
    let probes =
        [&mut container.startup_probe, &mut container.liveness_probe, &mut container.readiness_probe];
    for request in probes.into_iter().flatten().filter_map(|probe| probe.http_get.as_mut()) {
        // The preset asks by HTTPS where the cluster's settings say so; the server speaks HTTP.
        request.scheme = Some("HTTP".to_owned());
    }
}

/// Whether the image is known to hold vLLM.
pub(crate) fn is_vllm(workload: &Workload) -> bool {
    let repository = workload.server.image.repository();
    IMAGES.iter().any(|image| repository.ends_with(image))
}

/// KServe puts these into the selector of its Deployment, which can't be changed: those that stay.
fn pod_labels(workload: &Workload, all: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    const CLOUD: &str = "azure.workload.identity/use";
    let mut stay = labels::selector(workload);
    stay.insert(labels::MANAGED_BY.to_owned(), "mlship".to_owned());
    stay.extend(all.get(CLOUD).map(|value| (CLOUD.to_owned(), value.clone())));
    stay
}

fn parallelism(arguments: &Arguments) -> Option<LlmParallelism> {
    let count = |count: Option<u32>| count.map(int);
    let parallelism = LlmParallelism {
        tensor: count(arguments.tensor),
        pipeline: count(arguments.pipeline),
        data: count(arguments.data),
        // All of them are in the one pod.
        data_local: count(arguments.data),
        expert: arguments.expert.then_some(true),
    };
    (parallelism != LlmParallelism::default()).then_some(parallelism)
}

fn router(llm: &Llm) -> Option<Router> {
    let has_route = llm.route == LlmRoute::Kserve;
    let router = Router {
        route: has_route.then(Managed::default),
        gateway: has_route.then(Managed::default),
        scheduler: (llm.scheduler == LlmScheduler::EndpointPicker).then(Managed::default),
    };
    (router != Router::default()).then_some(router)
}

/// The InferencePool that the scheduler's Gateway leads to.
pub(crate) fn pool(workload: &Workload) -> Option<String> {
    let llm = workload.targets.kserve.llm.as_ref()?;
    (llm.scheduler == LlmScheduler::EndpointPicker).then(|| format!("{}-inference-pool", workload.name))
}

/// Lets the scheduler ask the replicas for their numbers, whoever else may call.
pub(crate) fn open_to_scheduler(workload: &Workload, policy: &mut NetworkPolicy) {
    // The labels of the pods of a service that KServe makes, the scheduler's among them.
    let labels = [
        ("app.kubernetes.io/name", workload.name.as_str()),
        ("app.kubernetes.io/part-of", "llminferenceservice"),
    ];
    let labels = labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let selector = LabelSelector { match_labels: Some(labels), ..Default::default() };
    let peer = NetworkPolicyPeer { pod_selector: Some(selector), ..Default::default() };
    let rule = NetworkPolicyIngressRule { from: Some(vec![peer]), ports: None };
    if let Some(spec) = &mut policy.spec {
        spec.ingress.get_or_insert_default().push(rule);
    }
}
