//! `targets.gke-autopilot` and the other managed targets: what only one of them knows.

use crate::choices::{ComputeClass, FargateIac, SagemakerMode, VirtualNodes};
use crate::field::{Count, Spanned, Word};
use crate::spec_struct;
use crate::values::cloud::{AwsResourceId, CloudRegion, EksClusterName, GcpProject, MachineName};
use crate::values::identity::AwsRoleArn;
use crate::values::path::HttpPath;
use crate::values::uri::ModelUri;

spec_struct! {
    /// What only GKE Autopilot knows.
    GkeAutopilotTarget {
        /// The compute class of pods without GPU.
        "computeClass" compute_class: Word<ComputeClass> {
            default: "the smallest that takes the requests",
            becomes: "the node selector cloud.google.com/compute-class"
        }
        /// Whether limits may be above requests.
        "burst" burst: bool {
            default: "`false`: limits equal requests, which every cluster leaves alone",
            becomes: "the limits as written; needs a cluster that allows bursting"
        }
        /// Whether replicas are kept from upgrades and scale-down for up to seven days.
        "extendedDuration" extended_duration: bool {
            default: "`false`",
            becomes: "the annotation cluster-autoscaler.kubernetes.io/safe-to-evict"
        }
        /// Whether a ComputeClass of its own is written, which falls back to other capacity.
        "ownComputeClass" own_compute_class: bool {
            default: "`false`: the classes that come with Autopilot",
            becomes: "a ComputeClass, and the node selector that asks for it"
        }
    }
}

spec_struct! {
    /// What only EKS on Fargate knows.
    EksFargateTarget {
        /// The cluster that the profile belongs to.
        "cluster" cluster: EksClusterName {
            default: "required, for the profile",
            becomes: "metadata.name of the ClusterConfig, or ClusterName of the template"
        }
        /// The cluster's region.
        "region" region: CloudRegion {
            default: "required with eksctl",
            becomes: "metadata.region of the ClusterConfig, and the region of logs"
        }
        /// What the profile is written as.
        "iac" iac: Word<FargateIac> {
            default: "`eksctl`",
            becomes: "a ClusterConfig or a CloudFormation template beside the objects"
        }
        /// Private subnets for the pods.
        "subnets" subnets: Vec<Spanned<AwsResourceId>> {
            default: "with eksctl the private subnets of the cluster; required with CloudFormation",
            becomes: "the profile's subnets"
        }
        /// The role with which Fargate pulls images and writes logs.
        "executionRole" execution_role: AwsRoleArn {
            default: "made with the profile",
            becomes: "the profile's pod execution role"
        }
        /// The EFS file system that keeps downloaded weights.
        "fileSystem" file_system: AwsResourceId {
            default: "none; required with `model.cache`",
            becomes: "a PersistentVolume on it"
        }
        /// Whether logs are sent to CloudWatch.
        "logs" logs: bool {
            default: "`false`: the namespace aws-observability belongs to the whole cluster",
            becomes: "the namespace aws-observability and its ConfigMap aws-logging"
        }
    }
}

spec_struct! {
    /// What only virtual nodes of AKS know.
    AksVirtualNodesTarget {
        /// Which virtual nodes the cluster has.
        "generation" generation: Word<VirtualNodes> {
            default: "`v2`, which takes init containers, volumes and workload identity",
            becomes: "node selector, tolerations and what is refused"
        }
    }
}

spec_struct! {
    /// What only SageMaker knows.
    SagemakerTarget {
        /// How requests are answered.
        "mode" mode: Word<SagemakerMode> {
            default: "`real-time`",
            becomes: "instances, ServerlessConfig or AsyncInferenceConfig"
        }
        /// The type of instance.
        "instanceType" instance_type: MachineName {
            default: "the cheapest that holds one replica",
            becomes: "ProductionVariants.InstanceType"
        }
        /// The region, for prices.
        "region" region: CloudRegion {
            default: "that of whoever deploys the stack; prices are of us-east-1",
            becomes: "no property: a stack lives where it is deployed"
        }
        /// Where asynchronous answers are put.
        "output" output: ModelUri {
            default: "required with `mode: async`",
            becomes: "AsyncInferenceConfig.OutputConfig"
        }
        /// Subnets that the containers are in.
        "subnets" subnets: Vec<Spanned<AwsResourceId>> {
            default: "none: no VPC of yours",
            becomes: "Model.VpcConfig.Subnets"
        }
        /// Security groups of the containers.
        "securityGroups" security_groups: Vec<Spanned<AwsResourceId>> {
            default: "none; required with `subnets`",
            becomes: "Model.VpcConfig.SecurityGroupIds"
        }
    }
}

spec_struct! {
    /// What only Vertex AI knows.
    VertexTarget {
        /// The project that everything is made in.
        "project" project: GcpProject {
            default: "the script asks for it: `PROJECT`",
            becomes: "the names of the model and the endpoint"
        }
        /// The region that everything is made in.
        "region" region: CloudRegion {
            default: "the script asks for it: `REGION`; prices are of us-central1",
            becomes: "the names of the model and the endpoint, and the API that is called"
        }
        /// The type of machine.
        "machineType" machine_type: MachineName {
            default: "the cheapest that holds one replica",
            becomes: "dedicatedResources.machineSpec.machineType"
        }
        /// Whether the endpoint has an address and a network path of its own.
        "dedicatedEndpoint" dedicated_endpoint: bool {
            default: "`true`: shared ones take requests of 1.5 MB and 60 seconds, and no gRPC",
            becomes: "dedicatedEndpointEnabled of the endpoint"
        }
        /// The path that `predict` calls.
        "predictRoute" predict_route: HttpPath {
            default: "none: every path of the server can be invoked; required with a shared endpoint",
            becomes: "containerSpec.predictRoute instead of invokeRoutePrefix"
        }
    }
}

spec_struct! {
    /// What only Azure Machine Learning knows.
    AzuremlTarget {
        /// The size of the machines.
        "instanceType" instance_type: MachineName {
            default: "the cheapest that holds one replica",
            becomes: "instance_type of the deployment"
        }
        /// The share of the requests, in percent, that the new version gets as copies while the old one answers.
        "mirror" mirror: Count<1, 50> {
            default: "none: the new version answers",
            becomes: "mirror_traffic of the endpoint; without it the script ends the mirroring"
        }
    }
}
