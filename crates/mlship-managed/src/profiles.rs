//! What is said of the managed targets, for `mlship decide`.

use mlship_spec::choices::Cloud;
use mlship_spec::profile::{Claim, Kind, Measure, Mirror, Mode, Need, Profile, Support, read, remembered};

const OBJECTS: Claim = read(
    "the objects of Kubernetes, as on any cluster",
    "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",
    "2026-11",
);

const NO_MIRROR: Mirror = Mirror::No(read(
    "copies of requests take a mesh or a gateway that mirrors, which you set up yourself",
    "https://gateway-api.sigs.k8s.io/guides/http-request-mirroring/",
    "2026-11",
));

const fn needs(says: &'static str, link: &'static str) -> Need {
    Need { part: None, claim: read(says, link, "2026-11") }
}

/// GKE Autopilot.
pub static GKE_AUTOPILOT: Profile = Profile {
    title: "GKE Autopilot",
    kind: Kind::ServerlessPods,
    cloud: Some(Cloud::Gcp),
    runs_on: read(
        "Google Cloud",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-overview",
        "2026-11",
    ),
    needs: &[needs(
        "an Autopilot cluster, whose nodes Google keeps",
        "https://cloud.google.com/kubernetes-engine/docs/how-to/creating-an-autopilot-cluster",
    )],
    learn: &[OBJECTS],
    cold_start: Measure {
        value: 90,
        claim: remembered(
            "a node comes with the pod where none has room",
            "https://docs.cloud.google.com/kubernetes-engine/docs/concepts/startup-latency-reduction-strategies",
        ),
    },
    lock_in: read(
        "the cluster is Google's, the objects run elsewhere with small changes",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-overview",
        "2026-11",
    ),
    largest_body: None,
    mesh: Support::Yes(read(
        "a mesh's sidecar is allowed where the cluster was made with NET_ADMIN allowed",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-security",
        "2026-11",
    )),
    mirror: NO_MIRROR,
    assumes: "",
    modes: &[],
};

/// EKS on Fargate.
pub static EKS_FARGATE: Profile = Profile {
    title: "EKS on Fargate",
    kind: Kind::ServerlessPods,
    cloud: Some(Cloud::Aws),
    runs_on: read("AWS", "https://docs.aws.amazon.com/eks/latest/userguide/fargate.html", "2026-11"),
    needs: &[needs(
        "an EKS cluster with a Fargate profile, and the AWS load balancer controller to be reached from outside",
        "https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html",
    )],
    learn: &[OBJECTS],
    cold_start: Measure {
        value: 60,
        claim: remembered(
            "each pod gets a machine of its own, which takes about a minute, and no image is cached",
            "https://github.com/aws/containers-roadmap/issues/649",
        ),
    },
    lock_in: read(
        "the profile is AWS's, the objects run elsewhere with small changes",
        "https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html",
        "2026-11",
    ),
    largest_body: None,
    mesh: Support::No(read(
        "a sidecar that needs NET_ADMIN is not allowed on Fargate",
        "https://docs.aws.amazon.com/eks/latest/userguide/fargate.html",
        "2026-11",
    )),
    mirror: NO_MIRROR,
    assumes: "targets: {eks-fargate: {cluster: your-cluster, region: us-east-1}}",
    modes: &[],
};

/// AKS virtual nodes.
pub static AKS_VIRTUAL_NODES: Profile = Profile {
    title: "AKS virtual nodes",
    kind: Kind::ServerlessPods,
    cloud: Some(Cloud::Azure),
    runs_on: read("Azure", "https://learn.microsoft.com/azure/aks/virtual-nodes", "2026-11"),
    needs: &[needs(
        "an AKS cluster with virtual nodes on Container Instances",
        "https://learn.microsoft.com/azure/container-instances/container-instances-virtual-nodes",
    )],
    learn: &[OBJECTS],
    cold_start: Measure {
        value: 45,
        claim: remembered(
            "a container group starts without a node, and pulls its image anew",
            "https://learn.microsoft.com/azure/aks/virtual-nodes",
        ),
    },
    lock_in: read(
        "the virtual nodes are Azure's, the objects run elsewhere with small changes",
        "https://learn.microsoft.com/azure/aks/virtual-nodes",
        "2026-11",
    ),
    largest_body: None,
    mesh: Support::No(remembered(
        "a sidecar that needs NET_ADMIN does not run on Container Instances",
        "https://learn.microsoft.com/azure/aks/virtual-nodes#limitations",
    )),
    mirror: NO_MIRROR,
    assumes: "",
    modes: &[],
};

/// SageMaker.
pub static SAGEMAKER: Profile = Profile {
    title: "an Amazon SageMaker endpoint",
    kind: Kind::Endpoint,
    cloud: Some(Cloud::Aws),
    runs_on: read(
        "AWS",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints.html",
        "2026-11",
    ),
    needs: &[
        needs("an AWS account", "https://docs.aws.amazon.com/sagemaker/latest/dg/gs-set-up.html"),
        needs(
            "the image in ECR, answering /ping and /invocations at port 8080",
            "https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html",
        ),
    ],
    learn: &[read(
        "endpoints, their configurations and IAM roles",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-deployment.html",
        "2026-11",
    )],
    cold_start: Measure {
        value: 300,
        claim: read(
            "an instance starts with the replica, which takes minutes",
            "https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-deployment.html",
            "2026-11",
        ),
    },
    lock_in: read(
        "the endpoint, its API and its signature are AWS's",
        "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html",
        "2026-11",
    ),
    largest_body: Some(Measure {
        value: 6 * 1024 * 1024,
        claim: read(
            "a body is 6 MiB at the most; an asynchronous endpoint takes larger ones from S3",
            "https://github.com/boto/botocore/blob/develop/botocore/data/sagemaker-runtime/2017-05-13/service-2.json",
            "2026-10",
        ),
    }),
    mesh: Support::No(read(
        "an endpoint's instances are no pods",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints.html",
        "2026-11",
    )),
    mirror: Mirror::No(read(
        "a shadow variant can get copies of requests, and the template has none: you add it yourself",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/shadow-tests.html",
        "2026-11",
    )),
    assumes: "server: {image: \"123456789012.dkr.ecr.us-east-1.amazonaws.com/your-model:1.0.0\", port: 8080}",
    modes: &[Mode {
        set: "targets.sagemaker.mode=serverless",
        fields: "targets: {sagemaker: {mode: serverless}}",
        cold_start: Some(Measure {
            value: 30,
            claim: remembered(
                "a serverless endpoint starts a container when requests come after a pause",
                "https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html",
            ),
        }),
    }],
};

/// Azure Machine Learning.
pub static AZUREML: Profile = Profile {
    title: "an Azure Machine Learning online endpoint",
    kind: Kind::Endpoint,
    cloud: Some(Cloud::Azure),
    runs_on: read(
        "Azure",
        "https://learn.microsoft.com/azure/machine-learning/concept-endpoints-online",
        "2026-11",
    ),
    needs: &[
        needs(
            "a workspace of Azure Machine Learning",
            "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-online-endpoints",
        ),
        needs(
            "the image in Azure Container Registry",
            "https://learn.microsoft.com/azure/machine-learning/how-to-deploy-custom-container",
        ),
    ],
    learn: &[read(
        "endpoints, deployments and their traffic",
        "https://learn.microsoft.com/azure/machine-learning/concept-endpoints-online",
        "2026-11",
    )],
    cold_start: Measure {
        value: 420,
        claim: remembered(
            "a machine starts with the replica, which takes minutes",
            "https://learn.microsoft.com/azure/machine-learning/how-to-autoscale-endpoints",
        ),
    },
    lock_in: read(
        "the endpoint, its YAML and its keys are Azure's",
        "https://learn.microsoft.com/azure/machine-learning/reference-yaml-endpoint-online",
        "2026-11",
    ),
    largest_body: None,
    mesh: Support::No(read(
        "an endpoint's machines are no pods",
        "https://learn.microsoft.com/azure/machine-learning/concept-endpoints-online",
        "2026-11",
    )),
    mirror: Mirror::Field(
        "targets.azureml.mirror=10",
        read(
            "a share of the traffic can be mirrored to another deployment",
            "https://learn.microsoft.com/azure/machine-learning/how-to-safely-rollout-online-endpoints",
            "2026-11",
        ),
    ),
    assumes: "{server: {image: \"yourregistry.azurecr.io/your-model:1.0.0\"}, health: {live: /healthz, ready: /readyz}}",
    modes: &[],
};

/// Vertex AI.
pub static VERTEX: Profile = Profile {
    title: "a Vertex AI endpoint",
    kind: Kind::Endpoint,
    cloud: Some(Cloud::Gcp),
    runs_on: read("Google Cloud", "https://cloud.google.com/vertex-ai/docs/predictions/overview", "2026-11"),
    needs: &[
        needs(
            "a project with Vertex AI switched on",
            "https://cloud.google.com/vertex-ai/docs/start/cloud-environment",
        ),
        needs(
            "the image in Artifact Registry",
            "https://cloud.google.com/vertex-ai/docs/predictions/use-custom-container",
        ),
    ],
    learn: &[read(
        "models, endpoints and how traffic is split between versions",
        "https://cloud.google.com/vertex-ai/docs/general/deployment",
        "2026-11",
    )],
    cold_start: Measure {
        value: 300,
        claim: remembered(
            "a machine starts with the replica, which takes minutes",
            "https://cloud.google.com/vertex-ai/docs/predictions/autoscaling",
        ),
    },
    lock_in: read(
        "the endpoint, its API and its credentials are Google's",
        "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/predict",
        "2026-11",
    ),
    largest_body: Some(Measure {
        value: 10 * 1024 * 1024,
        claim: remembered(
            "a body is 10 MiB at the most on a dedicated endpoint, and 1.5 MB on a shared one",
            "https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type",
        ),
    }),
    mesh: Support::No(read(
        "an endpoint's machines are no pods",
        "https://cloud.google.com/vertex-ai/docs/predictions/overview",
        "2026-11",
    )),
    mirror: Mirror::No(read(
        "an endpoint splits traffic and does not copy it",
        "https://cloud.google.com/vertex-ai/docs/general/deployment",
        "2026-11",
    )),
    assumes: "server: {image: \"us-docker.pkg.dev/your-project/models/your-model:1.0.0\"}",
    modes: &[],
};
