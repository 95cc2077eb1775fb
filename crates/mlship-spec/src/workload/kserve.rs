//! What only KServe knows.

use std::collections::BTreeMap;

use crate::choices::{
    GraphDependency, GraphRouter, KserveMode, KserveStorage, KserveVersion, LogMode, SignalKind,
};
use crate::values::names::{AnnotationKey, DnsSubdomain, HeaderName, SecretKey, ServiceName};
use crate::values::path::HttpPath;
use crate::values::url::HttpUrl;
use crate::workload::Workload;

/// What only KServe knows.
#[derive(Clone, Debug)]
pub struct KserveTarget {
    /// The version that the cluster runs.
    pub version: KserveVersion,
    /// How KServe runs it.
    pub mode: KserveMode,
    /// The runtime that was asked for.
    pub runtime: Option<DnsSubdomain>,
    /// Who brings the weights into the pod.
    pub storage: KserveStorage,
    /// The key under which KServe finds the storage's endpoint and credentials.
    pub storage_key: Option<SecretKey>,
    /// What `autoscale.on` says: Knative measures some signals itself.
    pub signal: Option<SignalKind>,
    /// A server before the model's: a workload of its own, called `<name>-transformer`.
    pub transformer: Option<Box<Workload>>,
    /// A server that explains answers: a workload of its own, called `<name>-explainer`.
    pub explainer: Option<Box<Workload>>,
    /// Where requests are logged.
    pub logger: Option<Logger>,
    /// How requests are put together.
    pub batcher: Option<Batcher>,
    /// Several services behind one address.
    pub graph: Option<Graph>,
    /// An LLMInferenceService was asked for.
    pub llm: Option<Llm>,
}

/// Several services behind one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The nodes by name, `root` among them; they hold no circle.
    pub nodes: BTreeMap<String, GraphNode>,
    /// Seconds that a request may take.
    pub timeout_seconds: u32,
    /// The fewest replicas of the router.
    pub min: u32,
    /// The most.
    pub max: u32,
}

/// A node of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// How it passes requests to its steps.
    pub router: GraphRouter,
    /// Where it passes them.
    pub steps: Vec<GraphStep>,
}

/// A step of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphStep {
    /// What its answers are called.
    pub name: Option<String>,
    /// Where it leads.
    pub target: GraphTarget,
    /// What it is sent.
    pub data: Option<String>,
    /// Its share of the requests.
    pub weight: Option<u32>,
    /// What has to hold.
    pub condition: Option<String>,
    /// What it means for the rest.
    pub dependency: Option<GraphDependency>,
}

/// Where a step of a graph leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphTarget {
    /// An mlship service of the namespace, and the path there, where it was written.
    Service(ServiceName, Option<HttpPath>),
    /// Any address.
    Url(HttpUrl),
    /// Another node.
    Node(String),
}

/// A log of requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logger {
    /// Where events are sent.
    pub url: HttpUrl,
    /// What is sent.
    pub mode: LogMode,
    /// Headers that are sent along.
    pub headers: Vec<HeaderName>,
    /// Annotations that are sent along.
    pub annotations: Vec<AnnotationKey>,
}

/// How requests are put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batcher {
    /// The most instances of a batch.
    pub max_batch_size: Option<u32>,
    /// The most milliseconds that an instance waits.
    pub max_latency: Option<u32>,
}

/// An LLM on KServe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Llm {
    /// How the model is laid over the accelerators of one replica.
    pub parallelism: Parallelism,
    /// Who makes the way in.
    pub route: LlmRoute,
    /// Who chooses the replica for a request.
    pub scheduler: LlmScheduler,
}

/// How an LLM is laid over the accelerators of one replica, as far as it was written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parallelism {
    /// Parts of each layer.
    pub tensor: Option<u32>,
    /// Groups of layers.
    pub pipeline: Option<u32>,
    /// Copies of the model.
    pub data: Option<u32>,
    /// Whether experts are laid over the accelerators.
    pub expert: Option<bool>,
}

/// Who makes the way in to an LLM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LlmRoute {
    /// `expose` alone.
    #[default]
    Exposed,
    /// KServe too, at its own Gateway.
    Kserve,
}

/// Who chooses the replica of an LLM for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LlmScheduler {
    /// Nobody: replicas take turns.
    #[default]
    None,
    /// An endpoint picker, asked by the Gateway.
    EndpointPicker,
}
