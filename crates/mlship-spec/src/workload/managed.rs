//! What only one of the managed targets knows, with every default decided.

use crate::choices::{ComputeClass, FargateIac, SagemakerMode, VirtualNodes};
use crate::values::cloud::{AwsResourceId, CloudRegion, EksClusterName, GcpProject, MachineName};
use crate::values::identity::AwsRoleArn;
use crate::values::path::HttpPath;
use crate::values::uri::ModelUri;

/// What only one of the managed targets knows.
#[derive(Clone, Debug)]
pub struct ManagedTargets {
    /// GKE Autopilot.
    pub gke_autopilot: GkeAutopilotTarget,
    /// EKS on Fargate.
    pub eks_fargate: EksFargateTarget,
    /// Virtual nodes of AKS.
    pub aks_virtual_nodes: AksVirtualNodesTarget,
    /// SageMaker.
    pub sagemaker: SagemakerTarget,
    /// Vertex AI.
    pub vertex: VertexTarget,
    /// Azure Machine Learning.
    pub azureml: AzuremlTarget,
}

/// What only GKE Autopilot knows.
#[derive(Clone, Debug)]
pub struct GkeAutopilotTarget {
    /// The class of pods without GPU; `None` takes the smallest that fits.
    pub compute_class: Option<ComputeClass>,
    /// Whether limits may be above requests.
    pub burst: bool,
    /// Whether replicas are kept from upgrades and scale-down.
    pub extended_duration: bool,
    /// Whether a ComputeClass of its own is written.
    pub own_compute_class: bool,
}

/// What only EKS on Fargate knows.
#[derive(Clone, Debug)]
pub struct EksFargateTarget {
    /// The cluster of the profile.
    pub cluster: Option<EksClusterName>,
    /// The cluster's region.
    pub region: Option<CloudRegion>,
    /// What the profile is written as.
    pub iac: FargateIac,
    /// Private subnets; empty is those of the cluster.
    pub subnets: Vec<AwsResourceId>,
    /// The role with which Fargate pulls images; `None` makes one.
    pub execution_role: Option<AwsRoleArn>,
    /// The file system that keeps downloaded weights.
    pub file_system: Option<AwsResourceId>,
    /// Whether logs are sent to CloudWatch.
    pub logs: bool,
}

/// What only virtual nodes of AKS know.
#[derive(Clone, Debug)]
pub struct AksVirtualNodesTarget {
    /// Which virtual nodes the cluster has.
    pub generation: VirtualNodes,
}

/// What only SageMaker knows.
#[derive(Clone, Debug)]
pub struct SagemakerTarget {
    /// How requests are answered.
    pub mode: SagemakerMode,
    /// The type of instance; `None` takes the cheapest that fits.
    pub instance_type: Option<MachineName>,
    /// The region, for prices.
    pub region: Option<CloudRegion>,
    /// Where asynchronous answers are put.
    pub output: Option<ModelUri>,
    /// Subnets of the containers.
    pub subnets: Vec<AwsResourceId>,
    /// Security groups of the containers.
    pub security_groups: Vec<AwsResourceId>,
}

/// What only Vertex AI knows.
#[derive(Clone, Debug)]
pub struct VertexTarget {
    /// The project; `None` is asked for by the script.
    pub project: Option<GcpProject>,
    /// The region; `None` is asked for by the script.
    pub region: Option<CloudRegion>,
    /// The type of machine; `None` takes the cheapest that fits.
    pub machine_type: Option<MachineName>,
    /// Whether the endpoint has an address and a network path of its own.
    pub dedicated_endpoint: bool,
    /// The path that `predict` calls; `None` lets every path be invoked.
    pub predict_route: Option<HttpPath>,
}

/// What only Azure Machine Learning knows.
#[derive(Clone, Debug)]
pub struct AzuremlTarget {
    /// The size of the machines; `None` takes the cheapest that fits.
    pub instance_type: Option<MachineName>,
    /// The share of the requests, in percent, that the new version gets as copies.
    pub mirror: Option<u32>,
}
