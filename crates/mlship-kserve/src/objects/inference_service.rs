//! InferenceService, `serving.kserve.io/v1beta1`.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::DeploymentStrategy;
use mlship_kubernetes::custom::CustomSpec;
use serde::Serialize;

use crate::objects::{ContainerFields, PodFields};

/// The spec of an InferenceService.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InferenceServiceSpec {
    /// What answers requests.
    pub predictor: Component,
    /// What changes requests before, and answers after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transformer: Option<Component>,
    /// What explains answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explainer: Option<Component>,
}

/// A server: the predictor, or one beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// The fewest replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<i32>,
    /// The most replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_replicas: Option<i32>,
    /// What the autoscaler follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_metric: Option<&'static str>,
    /// What it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_target: Option<i32>,
    /// What KEDA follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto_scaling: Option<AutoScaling>,
    /// Requests that one replica works on at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container_concurrency: Option<i64>,
    /// Share of the traffic for the newest version, in Knative mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canary_traffic_percent: Option<i64>,
    /// Seconds that a request may take.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<i64>,
    /// How a new version replaces the old one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_strategy: Option<DeploymentStrategy>,
    /// Labels of the pods, over those of the InferenceService.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Annotations of the pods, over those of the InferenceService.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Where requests are logged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logger: Option<Logger>,
    /// How requests are put together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batcher: Option<Batcher>,
    /// Several places of weights, of a runtime's model or of the pod's own server.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub storage_uris: Vec<StorageUri>,
    /// A model for a runtime; without it, the pod's containers serve it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<Model>,
    /// The pod.
    #[serde(flatten)]
    pub pod: PodFields,
}

/// One of several places of weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StorageUri {
    /// Where they lie.
    pub uri: String,
    /// The folder in which the server finds them.
    pub mount_path: String,
}

/// Where requests are logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Logger {
    /// Where events are sent.
    pub url: String,
    /// What is sent.
    pub mode: &'static str,
    /// Headers that are sent along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata_headers: Vec<String>,
    /// Annotations that are sent along.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub metadata_annotations: Vec<String>,
}

/// How requests are put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Batcher {
    /// The most instances of a batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_batch_size: Option<i32>,
    /// The most milliseconds that an instance waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_latency: Option<i32>,
}

/// A model for a runtime.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Model {
    /// Its format.
    pub model_format: ModelFormat,
    /// The runtime.
    pub runtime: String,
    /// What is spoken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol_version: Option<&'static str>,
    /// Where the weights lie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_uri: Option<String>,
    /// The same in a storage that the cluster knows by a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<Storage>,
    /// What is laid over the runtime's container.
    #[serde(flatten)]
    pub container: ContainerFields,
}

/// Weights in a storage that the cluster knows by a key of the Secret `storage-config`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Storage {
    /// The key.
    pub key: String,
    /// The folder in the bucket.
    pub path: String,
    /// What is laid over the key's settings.
    pub parameters: BTreeMap<String, String>,
}

/// A model's format, as a runtime lists it: both are compared letter by letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelFormat {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<&'static str>,
}

/// What KEDA follows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AutoScaling {
    /// The signals.
    pub metrics: Vec<Metric>,
    /// How fast it moves: of it, KServe passes the windows on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behavior: Option<Behavior>,
}

/// One signal.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type")]
pub enum Metric {
    /// Use of processor time or memory.
    Resource {
        /// Which, and how much of it.
        resource: ResourceMetric,
    },
    /// A Prometheus query.
    External {
        /// Which, and what it is compared with.
        external: ExternalMetric,
    },
}

/// Use of a resource.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResourceMetric {
    /// `cpu` or `memory`.
    pub name: &'static str,
    /// What is held.
    pub target: UtilizationTarget,
}

/// A share of the request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UtilizationTarget {
    /// `Utilization`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// In percent.
    pub average_utilization: i32,
}

/// A Prometheus query and its target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExternalMetric {
    /// The query.
    pub metric: PrometheusQuery,
    /// What it is compared with.
    pub target: ValueTarget,
}

/// A Prometheus query.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PrometheusQuery {
    /// `prometheus`.
    pub backend: &'static str,
    /// Where it is asked.
    pub server_address: String,
    /// The query.
    pub query: String,
}

/// A threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ValueTarget {
    /// `Value`, the only one with a threshold; KEDA still divides it by the replicas.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The threshold.
    pub value: String,
}

/// How fast an autoscaler moves.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Behavior {
    /// Upwards.
    pub scale_up: Window,
    /// Downwards.
    pub scale_down: Window,
}

/// How long a demand must hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Window {
    /// In seconds.
    pub stabilization_window_seconds: i32,
}

impl CustomSpec for InferenceServiceSpec {
    const API_VERSION: &'static str = "serving.kserve.io/v1beta1";
    const KIND: &'static str = "InferenceService";
}
