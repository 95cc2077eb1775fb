//! Where each field of the spec goes on the managed targets.
//!
//! Those that are Kubernetes add to the answers of plain Kubernetes; the endpoints have a table of their own.

use mlship_spec::fidelity::{Answer, elsewhere, honoured};

/// GKE Autopilot, beside what Kubernetes answers.
pub(crate) const GKE_AUTOPILOT: &[Answer] = &[
    elsewhere("targets.kubernetes.cloud", "it is Google Cloud here"),
    honoured("targets.gke-autopilot.computeClass", "a node selector of the pods"),
    honoured("targets.gke-autopilot.burst", "limits above the requests"),
    honoured("targets.gke-autopilot.extendedDuration", "an annotation of the pods"),
    honoured("targets.gke-autopilot.ownComputeClass", "a ComputeClass, which the pods name"),
];

/// EKS on Fargate, beside what Kubernetes answers.
pub(crate) const EKS_FARGATE: &[Answer] = &[
    elsewhere("targets.kubernetes.cloud", "it is AWS here"),
    honoured("targets.eks-fargate", "the Fargate profile"),
];

/// AKS virtual nodes, beside what Kubernetes answers.
pub(crate) const AKS_VIRTUAL_NODES: &[Answer] = &[
    elsewhere("targets.kubernetes.cloud", "it is Azure here"),
    honoured("targets.aks-virtual-nodes.generation", "the selector and the tolerations of the pods"),
];

const CONTAINER: &str = "the container of the model";
const ELSEWHERE: &str = "another target's";

/// What the managed endpoints answer alike.
pub(crate) const ENDPOINTS: &[Answer] = &[
    elsewhere("apiVersion", "it says how the file is read"),
    honoured("name", "the names of the model, the endpoint and its parts"),
    honoured("labels", "tags"),
    honoured("server", CONTAINER),
    honoured("model", "the model"),
    elsewhere("model.uris", "Kubernetes': a model has one place, and several are refused"),
    honoured("resources", "the instance type"),
    honoured("health", CONTAINER),
    honoured("replicas", "the number of instances, or its bounds"),
    honoured("autoscale", "the scaling policy"),
    honoured("rollout", "the way in which a new deployment takes over"),
    honoured("identity", "the identity of the endpoint"),
    // What an endpoint has not, a check refuses or says where it went; these answer for those that were not written.
    elsewhere("namespace", "Kubernetes': names are of the account and region"),
    elsewhere("annotations", "Kubernetes'"),
    elsewhere("availability", "the platform's, which spreads replicas over zones"),
    elsewhere("config", "the image's: no files are mounted"),
    elsewhere("expose", "the platform's: an endpoint has its own address"),
    elsewhere("network", "the platform's: who may call is a matter of its permissions"),
    elsewhere("placement", "the platform's: there are no nodes"),
    honoured("placement.spot", "the kind of capacity"),
    elsewhere("security", "the platform's, and the image's"),
    elsewhere("state", "Kubernetes': an endpoint keeps nothing"),
    elsewhere("requirements", "`mlship decide` reads it"),
    elsewhere("targets", ELSEWHERE),
    elsewhere("environments", "they were laid over the spec before it was read"),
];

/// SageMaker, beside what endpoints answer alike.
pub(crate) const SAGEMAKER: &[Answer] = &[
    honoured("targets.sagemaker.mode", "which kind of endpoint it is"),
    honoured("targets.sagemaker.instanceType", "the instance type"),
    honoured("targets.sagemaker.region", "the region of the images and prices"),
    honoured("targets.sagemaker.output", "where asynchronous answers go"),
    honoured("targets.sagemaker.subnets", "the VPC of the model"),
    honoured("targets.sagemaker.securityGroups", "the VPC of the model"),
];

/// Vertex AI, beside what endpoints answer alike.
pub(crate) const VERTEX: &[Answer] = &[
    honoured("labels", "labels of the model and the endpoint"),
    honoured("targets.vertex.project", "the names of the model and the endpoint"),
    honoured("targets.vertex.region", "the names of the model and the endpoint"),
    honoured("targets.vertex.machineType", "the machine of the version"),
    honoured("targets.vertex.dedicatedEndpoint", "the kind of endpoint"),
    honoured("targets.vertex.predictRoute", "the path that `predict` calls"),
];

/// Azure Machine Learning, beside what endpoints answer alike.
pub(crate) const AZUREML: &[Answer] = &[
    honoured("targets.azureml.instanceType", "instance_type"),
    honoured("targets.azureml.mirror", "the mirrored share of the traffic, by the script"),
];
