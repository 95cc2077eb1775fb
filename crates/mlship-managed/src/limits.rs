//! What the platforms allow, as dated data: each number with its page, how sure it is, and until when to believe it.

use mlship_spec::catalogue::accelerators::{Source, Sure};

/// One limit of a platform.
#[derive(Debug, PartialEq, Eq)]
pub struct Limit {
    /// A stable name, such as `gke-autopilot/general-purpose/cpu`.
    pub id: &'static str,
    /// The number.
    pub value: u64,
    /// What it counts.
    pub unit: Unit,
    /// The rule in words.
    pub rule: &'static str,
    /// Where it was read.
    pub source: Source,
    /// The month from which it has to be read again.
    pub review: &'static str,
}

/// What a limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Thousandths of a core.
    MilliCpu,
    /// Mebibytes.
    MiB,
    /// Things.
    Count,
    /// Seconds.
    Seconds,
    /// Characters.
    Characters,
    /// Hundreds of kilobytes, of 1000 bytes each.
    HundredKb,
}

impl Limit {
    /// The number, in words: `30 vCPU`.
    pub fn amount(&self) -> String {
        let value = self.value;
        match self.unit {
            Unit::MilliCpu if value.is_multiple_of(1000) => format!("{} vCPU", value / 1000),
            Unit::MilliCpu => format!("{value}m"),
            Unit::MiB => mebibytes(value),
            Unit::Count => value.to_string(),
            Unit::HundredKb if value.is_multiple_of(10) => format!("{} MB", value / 10),
            Unit::HundredKb => format!("{}.{} MB", value / 10, value % 10),
            Unit::Seconds => format!("{value} s"),
            Unit::Characters => format!("{value} characters"),
        }
    }

    /// The rule with its page, for the help of a refusal.
    pub fn cited(&self) -> String {
        let Source { link, dated, sure } = self.source;
        format!("{} ({link}, {dated}{})", self.rule, doubt(sure))
    }

    /// Whether it has to be read again by now; `month` as `2026-11`.
    pub fn is_past_review(&self, month: &str) -> bool {
        self.review <= month
    }
}

/// What is said of a number that was not read at its source.
pub fn doubt(sure: Sure) -> &'static str {
    match sure {
        Sure::Read => "",
        Sure::Repeated => ", as others repeat it",
        Sure::Remembered => ", from memory",
    }
}

/// An amount of memory in words, exactly: `110 GiB`, `119.75 GiB`, `52 MiB`.
pub fn mebibytes(mib: u64) -> String {
    let quarter = mib % 1024;
    match quarter {
        0 => format!("{} GiB", mib / 1024),
        256 | 512 | 768 if mib > 1024 => {
            let fraction = ["", "25", "5", "75"][usize::try_from(quarter / 256).unwrap_or_default()];
            format!("{}.{fraction} GiB", mib / 1024)
        }
        _ => format!("{mib} MiB"),
    }
}

/// The limits that have to be read again by a month such as `2027-06`.
pub fn past_review(month: &str) -> Vec<&'static Limit> {
    all().iter().copied().filter(|limit| limit.is_past_review(month)).collect()
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident $id:literal = $value:literal $unit:ident, $rule:literal, $source:ident;)+) => {
        $(
            $(#[doc = $doc])+
            pub static $name: Limit = Limit {
                id: $id,
                value: $value,
                unit: Unit::$unit,
                rule: $rule,
                source: $source,
                review: REVIEW,
            };
        )+

        /// Every limit, by platform.
        pub fn all() -> &'static [&'static Limit] {
            static ALL: &[&Limit] = &[$(&$name,)+];
            ALL
        }
    };
}

/// Cloud limits change a few times a year: half a year after they were gathered.
const REVIEW: &str = "2027-05";

const fn source(link: &'static str, dated: &'static str, sure: Sure) -> Source {
    Source { link, dated, sure }
}

const CALCULATOR: Source = source(
    "https://github.com/GoogleCloudPlatform/autopilot-cost-calculator/blob/4fd775d/config.ini",
    "2025-07",
    Sure::Read,
);
const AUTOPILOT: Source = source(
    "https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests",
    "2026-11",
    Sure::Read,
);
const AUTOPILOT_REPEATED: Source = Source { sure: Sure::Repeated, ..AUTOPILOT };
const AUTOPILOT_REMEMBERED: Source = Source { sure: Sure::Remembered, ..AUTOPILOT };
const FARGATE: Source = source(
    "https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html",
    "2024-12",
    Sure::Read,
);
const FARGATE_LOGS: Source =
    source("https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html", "2024-12", Sure::Read);
const ACI: Source = source(
    "https://learn.microsoft.com/azure/container-instances/container-instances-resource-and-quota-limits",
    "2025-11",
    Sure::Read,
);
const SAGEMAKER: Source = source(
    "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html",
    "2026-11",
    Sure::Read,
);
const VIRTUAL_NODE: Source =
    source("https://github.com/microsoft/virtualnodesOnAzureContainerInstances", "2026-08", Sure::Read);
const SAGEMAKER_RUNTIME: Source = source(
    "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html",
    "2026-11",
    Sure::Read,
);
const SAGEMAKER_SERVERLESS: Source = source(
    "https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints.html",
    "2026-11",
    Sure::Read,
);
const SAGEMAKER_DEPLOY: Source = source(
    "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CapacitySize.html",
    "2026-11",
    Sure::Read,
);
const SAGEMAKER_MODEL: Source = source(
    "https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ContainerDefinition.html",
    "2026-11",
    Sure::Read,
);
const AWS_TAGGING: Source = source(
    "https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    "2026-11",
    Sure::Remembered,
);
const VERTEX_DEDICATED: Source = source(
    "https://cloud.google.com/vertex-ai/docs/predictions/using-dedicated-endpoints",
    "2026-11",
    Sure::Read,
);
const VERTEX_SHARED: Source = source(
    "https://cloud.google.com/vertex-ai/docs/predictions/choose-endpoint-type",
    "2026-11",
    Sure::Remembered,
);
const VERTEX_CONTAINER: Source = source(
    "https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec",
    "2026-11",
    Sure::Read,
);
const AZURE_TAGGING: Source = source(
    "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources",
    "2026-11",
    Sure::Remembered,
);
const AZUREML: Source =
    source("https://learn.microsoft.com/azure/machine-learning/how-to-manage-quotas", "2026-01", Sure::Read);

limits! {
    /// The most CPU of a general-purpose pod.
    GENERAL_PURPOSE_CPU "gke-autopilot/general-purpose/cpu" = 30000 MilliCpu, "a general-purpose pod has at most 30 vCPU", CALCULATOR;
    /// The most memory of a general-purpose pod.
    GENERAL_PURPOSE_MEMORY "gke-autopilot/general-purpose/memory" = 112_640 MiB, "a general-purpose pod has at most 110 GiB of memory", CALCULATOR;
    /// The most CPU of a Balanced pod.
    BALANCED_CPU "gke-autopilot/balanced/cpu" = 222_000 MilliCpu, "a Balanced pod has at most 222 vCPU", CALCULATOR;
    /// The most memory of a Balanced pod.
    BALANCED_MEMORY "gke-autopilot/balanced/memory" = 871_424 MiB, "a Balanced pod has at most 851 GiB of memory", CALCULATOR;
    /// The most CPU of a Scale-Out pod.
    SCALE_OUT_CPU "gke-autopilot/scale-out/cpu" = 54_000 MilliCpu, "a Scale-Out pod has at most 54 vCPU", CALCULATOR;
    /// The most memory of a Scale-Out pod.
    SCALE_OUT_MEMORY "gke-autopilot/scale-out/memory" = 221_184 MiB, "a Scale-Out pod has at most 216 GiB of memory", CALCULATOR;
    /// The most CPU of a Performance pod.
    PERFORMANCE_CPU "gke-autopilot/performance/cpu" = 358_000 MilliCpu, "a Performance pod has at most 358 vCPU", CALCULATOR;
    /// The most memory of a Performance pod.
    PERFORMANCE_MEMORY "gke-autopilot/performance/memory" = 2_816_000 MiB, "a Performance pod has at most 2750 GiB of memory", CALCULATOR;
    /// The least CPU of a pod on a cluster with bursting.
    BURST_CPU "gke-autopilot/general-purpose/least-cpu" = 50 MilliCpu, "a general-purpose pod has at least 50m of CPU", CALCULATOR;
    /// The least memory of a pod on a cluster with bursting.
    BURST_MEMORY "gke-autopilot/general-purpose/least-memory" = 52 MiB, "a general-purpose pod has at least 52 MiB of memory", CALCULATOR;
    /// The least CPU of a pod on a cluster without bursting.
    NO_BURST_CPU "gke-autopilot/without-bursting/least-cpu" = 250 MilliCpu, "without bursting, a pod has at least 250m of CPU", AUTOPILOT_REPEATED;
    /// The least memory of a pod on a cluster without bursting.
    NO_BURST_MEMORY "gke-autopilot/without-bursting/least-memory" = 512 MiB, "without bursting, a pod has at least 512 MiB of memory", AUTOPILOT_REPEATED;
    /// The least memory of a Balanced pod.
    BALANCED_LEAST_MEMORY "gke-autopilot/balanced/least-memory" = 512 MiB, "a Balanced pod has at least 512 MiB of memory", AUTOPILOT_REMEMBERED;
    /// The least memory of a Scale-Out pod.
    SCALE_OUT_LEAST_MEMORY "gke-autopilot/scale-out/least-memory" = 1024 MiB, "a Scale-Out pod has at least 1 GiB of memory", CALCULATOR;
    /// The most disk of a pod without GPU.
    AUTOPILOT_DISK "gke-autopilot/ephemeral-storage" = 10_240 MiB, "a pod without GPU has at most 10 GiB of ephemeral storage", AUTOPILOT_REMEMBERED;
    /// The disk of a GPU node without local SSD.
    AUTOPILOT_GPU_DISK "gke-autopilot/gpu/ephemeral-storage" = 122_880 MiB, "a GPU node without local SSD has about 120 GiB of ephemeral storage", AUTOPILOT_REMEMBERED;

    /// The most memory of a Fargate pod, what Fargate adds taken off.
    FARGATE_MEMORY "eks-fargate/memory" = 122_624 MiB, "a pod has at most 120 GB, of which Fargate takes 256 MiB", FARGATE;
    /// The most CPU of a Fargate pod.
    FARGATE_CPU "eks-fargate/cpu" = 16_000 MilliCpu, "a pod has at most 16 vCPU", FARGATE;
    /// What Fargate adds to the memory of each pod.
    FARGATE_OVERHEAD "eks-fargate/overhead" = 256 MiB, "Fargate adds 256 MB to each pod for Kubernetes' own components", FARGATE;
    /// The disk that every Fargate pod has.
    FARGATE_FREE_DISK "eks-fargate/included-storage" = 20_480 MiB, "a pod has 20 GiB of ephemeral storage unless it asks for more", FARGATE;
    /// The most disk of a Fargate pod.
    FARGATE_DISK "eks-fargate/ephemeral-storage" = 179_200 MiB, "a pod has at most 175 GiB of ephemeral storage", FARGATE;
    /// The longest logging ConfigMap.
    FARGATE_LOG_CONFIG "eks-fargate/log-config" = 5300 Characters, "the logging ConfigMap has at most 5300 characters", FARGATE_LOGS;

    /// The most CPU of a container group.
    ACI_CPU "aks-virtual-nodes/cpu" = 31_000 MilliCpu, "a container group has at most 31 vCPU", ACI;
    /// The most memory of a container group.
    ACI_MEMORY "aks-virtual-nodes/memory" = 228_864 MiB, "a container group has at most 240 GB of memory, which are 223.5 GiB", ACI;
    /// The CPU above which a subscription may need more quota.
    ACI_QUOTA_CPU "aks-virtual-nodes/quota-cpu" = 4000 MilliCpu, "above 4 vCPU a region may need a quota of its own", ACI;
    /// The memory above which a subscription may need more quota.
    ACI_QUOTA_MEMORY "aks-virtual-nodes/quota-memory" = 15_104 MiB, "above 16 GB a region may need a quota of its own", ACI;
    /// The most disk of a container group.
    ACI_DISK "aks-virtual-nodes/storage" = 47_616 MiB, "a container group has at most 50 GB of storage, which are 46.5 GiB", ACI;
    /// The cores of a region, unless the quota was raised.
    ACI_CORES "aks-virtual-nodes/cores-per-region" = 100 Count, "a subscription has 100 cores in a region unless its quota was raised", ACI;
    /// The container groups of a region, unless the quota was raised.
    ACI_GROUPS "aks-virtual-nodes/groups-per-region" = 100 Count, "a subscription has 100 container groups in a region unless its quota was raised", ACI;
    /// The pods of a virtual node of the second generation.
    VIRTUAL_NODE_PODS "aks-virtual-nodes/pods-per-node" = 200 Count, "a virtual node carries at most 200 pods", VIRTUAL_NODE;
    /// The ports of a container group.
    ACI_PORTS "aks-virtual-nodes/ports" = 5 Count, "a container group has at most 5 ports", ACI;

    /// The longest answer of a real-time endpoint.
    SAGEMAKER_SECONDS "sagemaker/real-time/seconds" = 60 Seconds, "a real-time endpoint answers within 60 seconds", SAGEMAKER_RUNTIME;
    /// The longest start of a container.
    SAGEMAKER_START "sagemaker/start" = 3600 Seconds, "a container and its model have at most 3600 seconds to start", SAGEMAKER;
    /// The shortest time-out of a start that can be set.
    SAGEMAKER_LEAST_START "sagemaker/least-start" = 60 Seconds, "a start's time-out is at least 60 seconds", SAGEMAKER;
    /// The largest volume of an instance.
    SAGEMAKER_VOLUME "sagemaker/volume" = 524_288 MiB, "an instance's volume is at most 512 GB", SAGEMAKER;
    /// The longest image reference.
    SAGEMAKER_IMAGE "sagemaker/image" = 255 Characters, "an image's reference has at most 255 characters", SAGEMAKER_MODEL;
    /// The most environment variables.
    SAGEMAKER_VARIABLES "sagemaker/variables" = 100 Count, "a container has at most 100 environment variables", SAGEMAKER_MODEL;
    /// The longest value of an environment variable.
    SAGEMAKER_VALUE "sagemaker/variable-length" = 1024 Characters, "a variable's value has at most 1024 characters", SAGEMAKER_MODEL;
    /// The largest share of a canary.
    SAGEMAKER_CANARY "sagemaker/canary" = 50 Count, "a canary takes at most 50 percent of the capacity", SAGEMAKER_DEPLOY;
    /// The most memory of a serverless endpoint.
    SERVERLESS_MEMORY "sagemaker/serverless/memory" = 6144 MiB, "a serverless endpoint has at most 6144 MB of memory", SAGEMAKER_SERVERLESS;
    /// The most concurrent invocations of a serverless endpoint.
    SERVERLESS_CONCURRENCY "sagemaker/serverless/concurrency" = 200 Count, "a serverless endpoint works on at most 200 requests at once", SAGEMAKER_SERVERLESS;
    /// The longest start of a serverless endpoint.
    SERVERLESS_START "sagemaker/serverless/start" = 180 Seconds, "a serverless container answers /ping within 3 minutes", SAGEMAKER_SERVERLESS;
    /// The longest answer of an asynchronous endpoint.
    ASYNC_SECONDS "sagemaker/async/seconds" = 3600 Seconds, "an asynchronous endpoint answers within an hour", SAGEMAKER_RUNTIME;

    /// The most tags of a resource of AWS.
    AWS_TAGS "sagemaker/tags" = 50 Count, "a resource of AWS has at most 50 tags", AWS_TAGGING;

    /// The longest answer of a dedicated endpoint.
    VERTEX_SECONDS "vertex/dedicated/seconds" = 3600 Seconds, "a dedicated endpoint answers within an hour", VERTEX_DEDICATED;
    /// The largest request of a dedicated endpoint.
    VERTEX_BODY "vertex/dedicated/body" = 100 HundredKb, "a dedicated endpoint takes requests of at most 10 MB", VERTEX_DEDICATED;
    /// The longest answer of a shared endpoint.
    VERTEX_SHARED_SECONDS "vertex/shared/seconds" = 60 Seconds, "a shared endpoint answers within 60 seconds", VERTEX_SHARED;
    /// The largest request of a shared endpoint.
    VERTEX_SHARED_BODY "vertex/shared/body" = 15 HundredKb, "a shared endpoint takes requests of at most 1.5 MB", VERTEX_SHARED;
    /// The longest deployment.
    VERTEX_DEPLOYMENT "vertex/deployment" = 7200 Seconds, "a deployment has at most two hours until the server can answer", VERTEX_CONTAINER;

    /// The longest answer of an online endpoint.
    AZUREML_SECONDS "azureml/seconds" = 180 Seconds, "an online endpoint answers within 180 seconds", AZUREML;
    /// The most instances of a deployment.
    AZUREML_INSTANCES "azureml/instances" = 50 Count, "a deployment has at most 50 instances", AZUREML;
    /// The most tags of a resource of Azure.
    AZURE_TAGS "azureml/tags" = 50 Count, "a resource of Azure has at most 50 tags", AZURE_TAGGING;
}
