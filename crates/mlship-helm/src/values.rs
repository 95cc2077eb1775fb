//! The values of the chart `model-server`, typed: the fields of `charts/model-server/values.yaml`, in its order.

use std::collections::BTreeMap;

use k8s_openapi::api::autoscaling::v2::MetricSpec;
use k8s_openapi::api::core::v1::{
    Affinity, EnvVar, LocalObjectReference, PodSecurityContext, ResourceRequirements, SecurityContext,
    Toleration,
};
use k8s_openapi::api::networking::v1::IngressTLS;
use mlship_kubernetes::custom::gateway::ParentReference;
use mlship_kubernetes::custom::keda::Trigger;
use serde::Serialize;

mod defaults;
mod delivery;
mod of;
mod pod;
mod scaling;
mod traffic;

pub use of::of;

/// Text by text, as labels and annotations are.
pub type Strings = BTreeMap<String, String>;

/// All values of the chart; the default is what its `values.yaml` holds. Each field is described there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "values.yaml describes each value, and its schema repeats it; a test holds them equal"
)]
pub struct Values {
    pub fullname_override: String,
    pub name_override: String,
    pub common_labels: Strings,
    pub common_annotations: Strings,
    pub image: Image,
    pub image_pull_secrets: Vec<LocalObjectReference>,
    pub command: Vec<String>,
    pub args: Vec<String>,
    pub env: Vec<EnvVar>,
    pub env_from: Vec<serde_json::Value>,
    pub port: u16,
    pub protocol: &'static str,
    pub extra_ports: BTreeMap<String, u16>,
    pub request_timeout_seconds: u32,
    pub load_seconds: u32,
    pub model: Model,
    pub gpu: Gpu,
    pub resources: ResourceRequirements,
    pub shared_memory: String,
    pub probes: Probes,
    pub drain_seconds: u32,
    pub termination_grace_period_seconds: u32,
    pub replica_count: u32,
    pub autoscaling: Autoscaling,
    pub rollout: Rollout,
    pub pod_disruption_budget: PodDisruptionBudget,
    pub topology_spread: Vec<TopologySpread>,
    pub service: Service,
    pub ingress: Ingress,
    pub route: Route,
    pub network_policy: NetworkPolicy,
    pub metrics: Metrics,
    pub config: Config,
    pub persistence: Persistence,
    pub service_account: ServiceAccount,
    pub pod_labels: Strings,
    pub pod_annotations: Strings,
    pub pod_security_context: PodSecurityContext,
    pub security_context: SecurityContext,
    pub writable_paths: Vec<String>,
    pub node_selector: Strings,
    pub tolerations: Vec<Toleration>,
    pub affinity: Affinity,
    pub priority_class_name: String,
    pub runtime_class_name: String,
    pub extra_init_containers: Vec<serde_json::Value>,
    pub extra_containers: Vec<serde_json::Value>,
    pub extra_volumes: Vec<serde_json::Value>,
    pub extra_volume_mounts: Vec<serde_json::Value>,
    pub test: Test,
}

macro_rules! groups {
    ($($(#[doc = $doc:literal])+ $name:ident { $($(#[$meta:meta])* $field:ident: $kind:ty,)+ })+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Clone, Debug, PartialEq, Serialize)]
            #[serde(rename_all = "camelCase")]
            #[expect(missing_docs, reason = "values.yaml describes each value")]
            pub struct $name {
                $($(#[$meta])* pub $field: $kind,)+
            }
        )+
    };
}

groups! {
    /// The image of the server.
    Image { repository: String, tag: String, digest: String, pull_policy: String, }
    /// How the weights reach the server.
    Model { uri: String, mount_path: String, pull_policy: String, download: Download, cache: Cache, }
    /// The download of the weights.
    Download {
        image: String,
        credentials_secret: String,
        google_credentials_secret: String,
        env: Vec<EnvVar>,
        resources: ResourceRequirements,
        size_limit: String,
    }
    /// A volume that keeps downloaded weights.
    Cache { enabled: bool, size: String, storage_class: String, access_mode: String, folder: String, }
    /// GPUs of one replica.
    Gpu { count: u32, resource: String, }
    /// How Kubernetes knows that a replica lives and can serve.
    Probes { startup: Probe, liveness: Probe, readiness: Probe, }
    /// One repeated question to a replica.
    Probe {
        check: &'static str,
        path: String,
        port: u16,
        period_seconds: u32,
        timeout_seconds: u32,
        failure_threshold: u32,
    }
    /// Who decides the number of replicas.
    Autoscaling {
        enabled: bool,
        kind: &'static str,
        min_replicas: u32,
        max_replicas: u32,
        #[serde(rename = "targetCPUUtilization")]
        target_cpu_utilization: i32,
        metrics: Vec<MetricSpec>,
        triggers: Vec<Trigger>,
        scale_up_window_seconds: u32,
        scale_down_window_seconds: u32,
        polling_interval: i32,
    }
    /// How a new version replaces the old one.
    Rollout {
        max_surge: Amount,
        max_unavailable: Amount,
        progress_deadline_seconds: u32,
        revision_history_limit: i32,
    }
    /// What a drain must leave standing.
    PodDisruptionBudget { enabled: bool, max_unavailable: Amount, min_available: Amount, }
    /// One rule of spreading.
    TopologySpread { topology_key: String, when_unsatisfiable: String, }
    /// What clients call.
    Service { #[serde(rename = "type")] kind: &'static str, port: u16, annotations: Strings, }
    /// The way in through an ingress controller.
    Ingress {
        enabled: bool,
        class_name: String,
        annotations: Strings,
        hosts: Vec<IngressHost>,
        tls: Vec<IngressTLS>,
    }
    /// A host name of an Ingress.
    IngressHost { host: String, paths: Vec<IngressPath>, }
    /// A path of a host name.
    IngressPath { path: String, }
    /// The way in through a Gateway.
    Route {
        enabled: bool,
        annotations: Strings,
        parent_refs: Vec<ParentReference>,
        hostnames: Vec<String>,
        path: String,
    }
    /// Who may connect to the pods.
    NetworkPolicy { enabled: bool, allow: &'static str, namespaces: Vec<String>, metrics: bool, }
    /// How Prometheus learns of the server.
    Metrics { enabled: bool, path: String, port: u16, scrape: &'static str, }
    /// Files that are mounted into the server.
    Config { mount_path: String, files: Strings, }
    /// A volume of its own for each replica.
    Persistence {
        enabled: bool,
        size: String,
        storage_class: String,
        mount_path: String,
        access_modes: Vec<String>,
    }
    /// Whom the pods are.
    ServiceAccount { create: bool, name: String, annotations: Strings, }
    /// What `helm test` runs.
    Test { image: String, }
}

/// A number of replicas, a share of them, or nothing said.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Amount {
    /// A number.
    Count(i32),
    /// A share with `%`; empty is nothing said.
    Text(String),
}
