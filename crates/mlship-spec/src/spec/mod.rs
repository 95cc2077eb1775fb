//! What was written: every field optional, each with its place.
//!
//! The declarations below are the whole vocabulary. Reader, JSON Schema and `mlship explain` come
//! from them, so a field can't be in one and not in another.

pub mod forms;
pub mod kserve;
pub mod managed;
pub mod pod;
pub mod requirements;
pub mod resources;
pub mod running;
pub mod server;
pub mod traffic;

use crate::choices::{Autoscaler, Cloud, MetricScope};
use crate::field::{Pairs, StructInfo, Word};
use crate::spec::forms::Overlay;
use crate::spec::kserve::KserveTarget;
use crate::spec::managed::{
    AksVirtualNodesTarget, AzuremlTarget, EksFargateTarget, GkeAutopilotTarget, SagemakerTarget, VertexTarget,
};
use crate::spec::pod::{Config, Identity, Placement, Security, State};
use crate::spec::requirements::Requirements;
use crate::spec::resources::Resources;
use crate::spec::running::{Autoscale, Availability, Health, Replicas, Rollout};
use crate::spec::server::{Model, Server};
use crate::spec::traffic::{Expose, Network};
use crate::spec_struct;
use crate::values::names::{AnnotationKey, DnsLabel, LabelKey, LabelValue, ServiceName};

/// The version of the spec that this mlship reads, the value of `apiVersion`.
pub const API_VERSION: &str = "mlship.dev/v1";

/// What can be said of the spec as a whole.
pub fn root() -> &'static StructInfo {
    Spec::INFO
}

spec_struct! {
    /// A model server, in one short file.
    Spec {
        /// The version of this format: `mlship.dev/v1`.
        "apiVersion" api_version: String {
            default: "required",
            becomes: "nothing; it tells an mlship of the future how to read the file"
        }
        /// The service's name.
        "name" name: ServiceName {
            default: "required",
            becomes: "the name of every object and the host name inside the cluster"
        }
        /// The namespace it lives in.
        "namespace" namespace: DnsLabel {
            default: "left to whoever applies the output",
            becomes: "metadata.namespace of every object"
        }
        /// Labels for every object, beside mlship's own.
        "labels" labels: Pairs<LabelKey, LabelValue> {
            default: "none",
            becomes: "metadata.labels everywhere; never part of a selector, so they can change at any time"
        }
        /// Annotations for every object.
        "annotations" annotations: Pairs<AnnotationKey, String> {
            default: "none",
            becomes: "metadata.annotations everywhere"
        }
        /// The container that answers requests.
        "server" server: Server {
            default: "required: at least `image`",
            becomes: "the container `server` of the pods, and the Service in front of them"
        }
        /// The weights, and how they reach the server. Leave it out when the image holds them and loads fast.
        "model" model: Model {
            default: "the image holds the weights",
            becomes: "a download before start or a mounted volume, and the timing of probes and rollouts"
        }
        /// What one replica asks of its node.
        "resources" resources: Resources {
            default: "1 CPU and 2Gi of memory, or more where the model's size is known",
            becomes: "resources.requests and limits, GPU tolerations and node affinity"
        }
        /// How the platform asks a replica whether it lives and can serve.
        "health" health: Health {
            default: "by `server.protocol`",
            becomes: "startup, liveness and readiness probes"
        }
        /// How many replicas run: a number, or a range for an autoscaler.
        "replicas" replicas: Replicas {
            default: "2; a single replica is away with its node",
            becomes: "spec.replicas, or the bounds of the autoscaler; never both, since each would undo the other"
        }
        /// What moves the number of replicas within its range.
        "autoscale" autoscale: Autoscale {
            default: "CPU at 70 % for a CPU server with a range; a GPU server has to say",
            becomes: "a HorizontalPodAutoscaler or a KEDA ScaledObject"
        }
        /// How a new version replaces the old one.
        "rollout" rollout: Rollout {
            default: "one more at a time on CPUs; one less at a time on GPUs, where no spare one can be counted on",
            becomes: "the Deployment's strategy and progress deadline"
        }
        /// What keeps the service up when nodes come and go.
        "availability" availability: Availability {
            default: "spread over nodes and zones, one replica away at a time",
            becomes: "topology spread constraints and a PodDisruptionBudget"
        }
        /// How clients outside the cluster reach it.
        "expose" expose: Expose {
            default: "internal only",
            becomes: "an Ingress, or an HTTPRoute or GRPCRoute of a Gateway"
        }
        /// Who may reach it inside the cluster.
        "network" network: Network {
            default: "its own namespace; every namespace when exposed",
            becomes: "a NetworkPolicy"
        }
        /// Which nodes may run it.
        "placement" placement: Placement {
            default: "any that has the resources",
            becomes: "node selector, affinity and tolerations"
        }
        /// What its processes may do. Pod Security \"restricted\" holds in any case.
        "security" security: Security {
            default: "user and group 65532, read-only root file system",
            becomes: "the pod's and the containers' security context"
        }
        /// Whom it is towards the platform and the cloud.
        "identity" identity: Identity {
            default: "a service account of its own, without a token",
            becomes: "a ServiceAccount with the cloud's annotation"
        }
        /// Files that are mounted into the server.
        "config" config: Config {
            default: "none",
            becomes: "a ConfigMap; a changed file rolls the pods"
        }
        /// A volume of its own for each replica, for servers that keep data, such as vector databases.
        "state" state: State {
            default: "none: the server is stateless",
            becomes: "a StatefulSet with a volume claim template, and a headless Service"
        }
        /// What the team needs, for `mlship decide`.
        "requirements" requirements: Requirements {
            default: "nothing is said",
            becomes: "no object; it decides which target is recommended"
        }
        /// What only one target knows.
        "targets" targets: Targets {
            default: "each target's own",
            becomes: "see each field"
        }
        /// Parts of a spec that are laid over this one with `--env NAME`.
        "environments" environments: Pairs<DnsLabel, Overlay> {
            default: "none",
            becomes: "fields of the chosen one replace or complete those above; `null` takes one away"
        }
    }
}

spec_struct! {
    /// What only one target knows.
    Targets {
        /// Kubernetes, and what is built on it.
        "kubernetes" kubernetes: KubernetesTarget {
            default: "see each field",
            becomes: "see each field"
        }
        /// KServe.
        "kserve" kserve: KserveTarget {
            default: "see each field",
            becomes: "see each field"
        }
        /// GKE Autopilot.
        "gke-autopilot" gke_autopilot: GkeAutopilotTarget {
            default: "see each field",
            becomes: "see each field"
        }
        /// EKS on Fargate.
        "eks-fargate" eks_fargate: EksFargateTarget {
            default: "see each field",
            becomes: "see each field"
        }
        /// Virtual nodes of AKS.
        "aks-virtual-nodes" aks_virtual_nodes: AksVirtualNodesTarget {
            default: "see each field",
            becomes: "see each field"
        }
        /// Amazon SageMaker.
        "sagemaker" sagemaker: SagemakerTarget {
            default: "see each field",
            becomes: "see each field"
        }
        /// Vertex AI.
        "vertex" vertex: VertexTarget {
            default: "see each field",
            becomes: "see each field"
        }
        /// Azure Machine Learning.
        "azureml" azureml: AzuremlTarget {
            default: "see each field",
            becomes: "see each field"
        }
    }
}

spec_struct! {
    /// What only Kubernetes knows.
    KubernetesTarget {
        /// Who changes the number of replicas.
        "autoscaler" autoscaler: Word<Autoscaler> {
            default: "`keda` when `replicas.min` is 0, else `hpa`, which every cluster has",
            becomes: "a HorizontalPodAutoscaler or a KEDA ScaledObject"
        }
        /// Whose use of processor time or memory is metered.
        "metricScope" metric_scope: Word<MetricScope> {
            default: "`container`: a sidecar that a mesh puts in can't blur the signal",
            becomes: "a ContainerResource or a Resource metric"
        }
        /// Whose node labels name accelerators and spot capacity.
        "cloud" cloud: Word<Cloud> {
            default: "the labels of all known clouds, any of which may match",
            becomes: "the terms of the node affinity"
        }
    }
}
