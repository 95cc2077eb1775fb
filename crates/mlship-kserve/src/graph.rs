//! Several services behind one address: an InferenceGraph, whose router is a Deployment of its own.
//!
//! The router's image, resources and rights are those of KServe's settings (`raw_ig.go` of v0.20.0); a graph has no
//! fields for them.

use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use mlship_kubernetes::custom::Custom;
use mlship_kubernetes::{availability, labels, network, pod};
use mlship_spec::choices::{GraphDependency, GraphRouter, KserveMode, Protocol};
use mlship_spec::codes::{CONFLICT, MISSING_FIELD, NAME_TOO_LONG, NOT_ON_TARGET};
use mlship_spec::values::names::ServiceName;
use mlship_spec::values::numbers::Port;
use mlship_spec::values::path::HttpPath;
use mlship_spec::workload::kserve::{Graph, GraphStep, GraphTarget};
use mlship_spec::workload::{ModelSource, Places, Scale, Workload};

use crate::names::{self, names};
use crate::objects::graph::{InferenceGraphSpec, InferenceRouter, InferenceStep};
use crate::remarks::Remarks;
use crate::scaling::int;
use crate::service::{CLASS, MODE, VISIBILITY};
use crate::{knative, version};

const FIELD: &str = "targets.kserve.graph";
/// Where the router listens.
const PORT: u16 = 8080;
/// The share of CPU that KServe follows where nothing is said.
const PERCENT: i32 = 80;
/// The longest label of a host name.
const LONGEST_LABEL: usize = 63;

/// A graph, and what guards its router.
pub(crate) struct GraphObjects {
    pub(crate) graph: Custom<InferenceGraphSpec>,
    pub(crate) network_policy: NetworkPolicy,
    pub(crate) disruption_budget: PodDisruptionBudget,
}

/// The name of a workload's graph, and of what KServe makes of it.
pub(crate) fn name(workload: &Workload) -> String {
    format!("{}-graph", workload.name)
}

/// The objects of a workload's graph.
pub(crate) fn objects(workload: &Workload) -> Option<GraphObjects> {
    let graph = workload.targets.kserve.graph.as_ref()?;
    let router = router(workload, graph);
    let mut network_policy = network::policy(&router);
    if workload.targets.kserve.mode == KserveMode::Knative {
        knative::open_proxy_ports(&mut network_policy);
    }
    Some(GraphObjects {
        graph: object(workload, graph, &router),
        network_policy,
        disruption_budget: availability::budget(&router),
    })
}

/// The router as a workload, for what plain Kubernetes writes of it.
pub(crate) fn router(workload: &Workload, graph: &Graph) -> Workload {
    let mut router = names::under(workload, &name(workload));
    router.server.port = Port::new(PORT).unwrap_or(workload.server.port);
    router.server.protocol = Protocol::Http;
    router.server.extra_ports.clear();
    router.server.metrics = None;
    router.server.request_seconds = graph.timeout_seconds;
    router.scale = Scale::Fixed { replicas: graph.min };
    router.resources.gpu = None;
    router
}

fn object(workload: &Workload, graph: &Graph, router: &Workload) -> Custom<InferenceGraphSpec> {
    let settings = &workload.targets.kserve;
    let is_standard = settings.mode == KserveMode::Standard;
    let mut metadata = labels::metadata(router);
    metadata.labels.get_or_insert_default().insert(VISIBILITY.to_owned(), "cluster-local".to_owned());
    let annotations = metadata.annotations.get_or_insert_default();
    annotations.insert(MODE.to_owned(), version::mode_word(settings.version, settings.mode).to_owned());
    if is_standard {
        annotations.insert(CLASS.to_owned(), "hpa".to_owned());
    }
    let pod = pod::spec(router);
    let nodes = graph.nodes.iter().map(|(name, node)| {
        let steps = node.steps.iter().map(|step| self::step(workload, step)).collect();
        (name.clone(), InferenceRouter { router_type: router_type(node.router), steps })
    });
    let spec = InferenceGraphSpec {
        nodes: nodes.collect(),
        timeout: i64::from(graph.timeout_seconds),
        min_replicas: int(graph.min),
        max_replicas: int(graph.max),
        scale_metric: is_standard.then_some("cpu"),
        scale_target: is_standard.then_some(PERCENT),
        node_selector: pod.node_selector,
        affinity: pod.affinity,
        tolerations: pod.tolerations,
    };
    Custom { metadata, spec }
}

fn router_type(router: GraphRouter) -> &'static str {
    match router {
        GraphRouter::Sequence => "Sequence",
        GraphRouter::Ensemble => "Ensemble",
        GraphRouter::Splitter => "Splitter",
        GraphRouter::Switch => "Switch",
    }
}

fn step(workload: &Workload, step: &GraphStep) -> InferenceStep {
    let (node_name, service_url) = match &step.target {
        GraphTarget::Node(node) => (Some(node.clone()), None),
        GraphTarget::Url(url) => (None, Some(url.to_string())),
        GraphTarget::Service(service, path) => (None, Some(address(workload, service, path.as_ref()))),
    };
    InferenceStep {
        name: step.name.clone(),
        node_name,
        service_url,
        data: step.data.clone(),
        weight: step.weight.map(i64::from),
        condition: step.condition.clone(),
        dependency: step.dependency.map(|dependency| match dependency {
            GraphDependency::Hard => "Hard",
            GraphDependency::Soft => "Soft",
        }),
    }
}

/// Where a service of the namespace answers predictions.
fn address(workload: &Workload, service: &ServiceName, path: Option<&HttpPath>) -> String {
    let is_own = *service == workload.name;
    let component =
        if is_own && workload.targets.kserve.transformer.is_some() { "transformer" } else { "predictor" };
    let namespace = workload.namespace.as_ref().map(|namespace| format!(".{namespace}")).unwrap_or_default();
    let path = path.map_or_else(
        || if is_own { default_path(workload, service.as_str()) } else { v1_path(service.as_str()) },
        ToString::to_string,
    );
    format!("http://{service}-{component}{namespace}{path}")
}

/// The path of predictions of this service's model, by its protocol.
fn default_path(workload: &Workload, model: &str) -> String {
    if workload.server.protocol == Protocol::OpenInference {
        format!("/v2/models/{model}/infer")
    } else {
        v1_path(model)
    }
}

/// The path of predictions in the protocol v1, which is taken for that of other services.
fn v1_path(model: &str) -> String {
    format!("/v1/models/{model}:predict")
}

/// Refuses what KServe would refuse, fail on or ignore.
pub(crate) fn judge(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let Some(graph) = &workload.targets.kserve.graph else { return };
    let name = name(workload);
    if name.len() > LONGEST_LABEL {
        let message = format!("`{name}`, the name of the graph, has more than {LONGEST_LABEL} characters");
        remarks.refuse(&NAME_TOO_LONG, "name", message, "shorten the name");
    }
    if workload.targets.kserve.llm.is_some() {
        let message = "a graph leads to InferenceServices, and an LLM has a route of its own";
        remarks.refuse(&CONFLICT, FIELD, message, "take one of the two away");
    }
    if workload.rollout.canary.is_some() {
        let message = "the trial of a new version is split by the route, which leads to the graph";
        remarks.refuse(&CONFLICT, "rollout.canary", message, "split it by a node with `router: splitter`");
    }
    let leads_here =
        |step: &GraphStep| matches!(&step.target, GraphTarget::Service(name, _) if *name == workload.name);
    let mut steps = graph.nodes.values().flat_map(|node| &node.steps);
    if steps.any(leads_here)
        && workload.server.protocol == Protocol::Grpc
        && workload.targets.kserve.transformer.is_none()
    {
        let message = "the router of a graph speaks HTTP, and this service gRPC";
        remarks.refuse(&NOT_ON_TARGET, "server.protocol", message, "write `server.protocol: open-inference`");
    }
    if workload.targets.kserve.transformer.is_none() {
        of_several(remarks, graph);
    }
    if workload.targets.kserve.mode == KserveMode::Knative && graph.min != graph.max {
        let message = "Knative scales the router on requests, not on the use of its processors";
        remarks.refuse(&NOT_ON_TARGET, &format!("{FIELD}.replicas"), message, "write a number");
    }
}

/// The address of a prediction names the model, which is called like the service where it has one alone.
fn of_several(remarks: &mut Remarks<'_>, graph: &Graph) {
    let workload = remarks.workload;
    let Some(ModelSource { places: Places::Several(uris), .. }) = &workload.model.source else { return };
    let is_open =
        |step: &GraphStep| matches!(&step.target, GraphTarget::Service(name, None) if *name == workload.name);
    if let Some(name) = uris.keys().next()
        && graph.nodes.values().flat_map(|node| &node.steps).any(is_open)
    {
        let message =
            format!("a step leads to `{}`, which has several models, and names none", workload.name);
        let help = format!("write the address of one: `path: {}`", default_path(workload, name.as_str()));
        remarks.refuse(&MISSING_FIELD, &format!("{FIELD}.nodes"), message, help);
    }
}

/// Says what was decided.
pub(crate) fn note(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let Some(graph) = &workload.targets.kserve.graph else { return };
    let reason = "KServe's router, with the image, resources and rights of its settings";
    remarks.decide(FIELD, format!("{}, port {}", name(workload), names(workload).port), reason);
    for step in graph.nodes.values().flat_map(|node| &node.steps) {
        if let GraphTarget::Service(service, None) = &step.target {
            let value = address(workload, service, None);
            remarks.decide(
                &format!("{FIELD}.nodes"),
                value,
                "where runtimes of KServe answer; `path` names another",
            );
        }
    }
    if !remarks.is_written("targets.kserve.graph.replicas") {
        remarks.decide(&format!("{FIELD}.replicas"), "2", "a single replica is away with its node");
    }
}
