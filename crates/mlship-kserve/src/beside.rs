//! The objects beside the InferenceService, for what KServe has no word for.

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, PodSpec, ServiceAccount};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use mlship_kubernetes::custom::Custom;
use mlship_kubernetes::custom::keda::ScaledObjectSpec;
use mlship_kubernetes::custom::monitoring::{PodMonitorSpec, ServiceMonitorSpec};
use mlship_kubernetes::{autoscale, availability, config, download, identity, labels, metrics, network};
use mlship_spec::choices::KserveMode;
use mlship_spec::target::Document;
use mlship_spec::workload::Workload;

use crate::exposure::{self, Exposed};
use crate::form::Form;
use crate::graph::{self, GraphObjects};
use crate::names::{self, names};
use crate::objects::inference_service::InferenceServiceSpec;
use crate::objects::llm::LlmInferenceServiceSpec;
use crate::scaling::Scaling;
use crate::service;
use crate::{agent, knative, llm, scaling, storage};

/// All objects of one service, typed.
pub(crate) struct Service {
    /// What KServe reads.
    pub(crate) object: Object,
    /// Who changes the number of replicas.
    pub(crate) scaling: Scaling,
    plain: Plain,
    /// The same for transformer and explainer.
    parts: Vec<Plain>,
    graph: Option<GraphObjects>,
    exposed: Exposed,
}

/// The object that KServe reads.
pub(crate) enum Object {
    /// An InferenceService.
    Inference(Box<Custom<InferenceServiceSpec>>),
    /// An LLMInferenceService.
    Llm(Box<Custom<LlmInferenceServiceSpec>>),
}

impl Object {
    /// Its pod.
    pub(crate) fn pod(&self) -> &PodSpec {
        match self {
            Self::Inference(object) => &object.spec.predictor.pod.0,
            Self::Llm(object) => &object.spec.template.0,
        }
    }

    /// As it is printed.
    pub(crate) fn document(&self) -> Document {
        match self {
            Self::Inference(object) => Document::of(object.as_ref()),
            Self::Llm(object) => Document::of(object.as_ref()),
        }
    }
}

impl Service {
    /// The folders that KServe is told of several places of weights in, where it is.
    pub(crate) fn storage_uris(&self) -> Option<String> {
        let Object::Inference(object) = &self.object else { return None };
        let places = &object.spec.predictor.storage_uris;
        let folders: Vec<_> = places.iter().map(|place| place.mount_path.as_str()).collect();
        (!folders.is_empty()).then(|| folders.join(", "))
    }
}

/// Objects as plain Kubernetes has them.
struct Plain {
    service_account: Option<ServiceAccount>,
    config_map: Option<ConfigMap>,
    cache_claim: Option<PersistentVolumeClaim>,
    network_policy: NetworkPolicy,
    disruption_budget: PodDisruptionBudget,
    autoscaler: Option<HorizontalPodAutoscaler>,
    scaled_object: Option<Custom<ScaledObjectSpec>>,
    pod_monitor: Option<Custom<PodMonitorSpec>>,
    service_monitor: Option<Custom<ServiceMonitorSpec>>,
}

/// The objects of a workload.
pub(crate) fn service(workload: &Workload, form: &Form) -> Service {
    let scaled = names::under(workload, &names(workload).deployment);
    let scalings = scaling::scalings(workload, &scaled);
    let object = match &workload.targets.kserve.llm {
        Some(llm) => Object::Llm(Box::new(llm::service(workload, llm))),
        None => Object::Inference(Box::new(service::inference_service(workload, form, &scalings))),
    };
    let plain = plain(workload, &scaled, &scalings.predictor);
    let settings = &workload.targets.kserve;
    let parts = [(&settings.transformer, &scalings.transformer), (&settings.explainer, &scalings.explainer)];
    let parts = parts
        .into_iter()
        .filter_map(|(part, scaling)| Some(of_component(part.as_deref()?, scaling.as_ref()?)));
    let parts = parts.collect();
    let graph = graph::objects(workload);
    Service { object, scaling: scalings.predictor, plain, parts, graph, exposed: exposure::exposed(workload) }
}

/// The parts of plain Kubernetes that KServe has no word for; `scaled` is the workload under the name of KServe's
/// Deployment.
fn plain(workload: &Workload, scaled: &Workload, scaling: &Scaling) -> Plain {
    let mut service_account = identity::service_account(workload);
    storage::hang_credentials(workload, &mut service_account);
    let mut network_policy = network_policy(workload);
    if agent::is_there(workload) {
        agent::open_port(&mut network_policy);
    }
    let is_external = *scaling == Scaling::External;
    let scaled = &scaling::ranged(scaled);
    let mut autoscaler = autoscale::hpa::autoscaler(scaled).filter(|_| is_external);
    let mut scaled_object = autoscale::keda::scaled_object(scaled).filter(|_| is_external);
    let container = names(workload).container;
    if let Some(autoscaler) = &mut autoscaler {
        scaling::meter(autoscaler, container);
    }
    if let Some(scaled_object) = &mut scaled_object {
        scaling::meter_object(scaled_object, container);
    }
    if llm::pool(workload).is_some() {
        llm::open_to_scheduler(workload, &mut network_policy);
    }
    let metadata =
        [autoscaler.as_mut().map(|it| &mut it.metadata), scaled_object.as_mut().map(|it| &mut it.metadata)];
    for metadata in metadata.into_iter().flatten() {
        *metadata = labels::metadata(workload);
    }
    Plain {
        service_account,
        config_map: config::config_map(workload),
        cache_claim: download::cache_claim(workload),
        network_policy,
        disruption_budget: availability::budget(workload),
        autoscaler,
        scaled_object,
        pod_monitor: metrics::pod_monitor(workload),
        service_monitor: metrics::service_monitor(workload),
    }
}

fn network_policy(workload: &Workload) -> NetworkPolicy {
    let mut network_policy = network::policy(workload);
    if workload.targets.kserve.mode == KserveMode::Knative {
        knative::open_proxy_ports(&mut network_policy);
    }
    network_policy
}

/// The parts of plain Kubernetes for a transformer or explainer.
fn of_component(part: &Workload, scaling: &Scaling) -> Plain {
    let is_external = *scaling == Scaling::External;
    let mut autoscaler = autoscale::hpa::autoscaler(&scaling::ranged(part)).filter(|_| is_external);
    if let Some(autoscaler) = &mut autoscaler {
        scaling::meter(autoscaler, crate::pod::SERVER);
    }
    Plain {
        service_account: None,
        config_map: None,
        cache_claim: None,
        network_policy: network_policy(part),
        disruption_budget: availability::budget(part),
        autoscaler,
        scaled_object: None,
        pod_monitor: None,
        service_monitor: None,
    }
}

impl Service {
    /// The objects as documents, in the order in which they are installed: what pods refer to, what guards
    /// them, the InferenceService, and what leads to it: `split` where it leads to two versions.
    pub(crate) fn into_documents(self, split: Option<Document>) -> Vec<Document> {
        let Self { object, plain, parts, graph, exposed, .. } = self;
        let of_graph = graph.iter().flat_map(|graph| {
            let GraphObjects { graph, network_policy, disruption_budget } = graph;
            [Document::of(network_policy), Document::of(disruption_budget), Document::of(graph)]
        });
        let guards = parts
            .iter()
            .flat_map(|part| [Document::of(&part.network_policy), Document::of(&part.disruption_budget)]);
        let scalers = parts.iter().filter_map(|part| part.autoscaler.as_ref().map(Document::of));
        // The route to both versions takes the place of the one to this version alone.
        let is_alone = split.is_none();
        [
            plain.service_account.as_ref().map(Document::of),
            plain.config_map.as_ref().map(Document::of),
            plain.cache_claim.as_ref().map(Document::of),
            Some(Document::of(&plain.network_policy)),
            Some(Document::of(&plain.disruption_budget)),
        ]
        .into_iter()
        .flatten()
        .chain(guards)
        .chain([object.document()])
        .chain(plain.autoscaler.as_ref().map(Document::of))
        .chain(scalers)
        .chain(of_graph)
        .chain(
            [
                plain.scaled_object.as_ref().map(Document::of),
                exposed.ingress.as_ref().map(Document::of),
                split,
                exposed.http_route.as_ref().filter(|_| is_alone).map(Document::of),
                exposed.grpc_route.as_ref().filter(|_| is_alone).map(Document::of),
                exposed.domain_mapping.as_ref().map(Document::of),
                plain.pod_monitor.as_ref().map(Document::of),
                plain.service_monitor.as_ref().map(Document::of),
            ]
            .into_iter()
            .flatten(),
        )
        .collect()
    }
}
