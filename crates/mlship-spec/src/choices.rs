//! The closed word lists of the spec: each word with what it means, said once.

/// A closed list of words, as the spec writes them.
pub trait Choice: Copy + Sized + 'static {
    /// Every word with what it means, in the order in which help shows them.
    const WORDS: &'static [(&'static str, &'static str)];

    /// The choices, in the order of [`Choice::WORDS`].
    const ALL: &'static [Self];

    /// The word of this choice.
    fn as_str(self) -> &'static str;

    /// The choice that a word stands for.
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|choice| choice.as_str() == word)
    }
}

macro_rules! choice {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])+ $word:literal $variant:ident,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Choice for $name {
            const WORDS: &'static [(&'static str, &'static str)] = &[$(($word, concat!($($doc),+)),)+];
            const ALL: &'static [Self] = &[$(Self::$variant,)+];

            fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }
    };
}

choice! {
    /// What a server speaks at its port.
    Protocol {
        /// Plain HTTP with paths of the server's own
        "http" Http,
        /// gRPC
        "grpc" Grpc,
        /// The Open Inference Protocol (KServe v2) over HTTP
        "open-inference" OpenInference,
        /// The OpenAI API over HTTP, as vLLM and others serve it
        "openai" OpenAi,
    }
}

choice! {
    /// When a node asks the registry for an image again.
    PullPolicy {
        /// At every start: a tag is resolved anew, layers that are there are not loaded again
        "Always" Always,
        /// Only when the image is not on the node
        "IfNotPresent" IfNotPresent,
        /// Never: the image must be on the node
        "Never" Never,
    }
}

choice! {
    /// What kind of file a model is.
    ModelFormat {
        /// scikit-learn, pickled or joblib
        "sklearn" Sklearn,
        /// XGBoost
        "xgboost" Xgboost,
        /// LightGBM
        "lightgbm" Lightgbm,
        /// An MLflow model folder
        "mlflow" Mlflow,
        /// ONNX
        "onnx" Onnx,
        /// A TensorFlow SavedModel
        "tensorflow" Tensorflow,
        /// A PyTorch model archive or TorchScript
        "pytorch" Pytorch,
        /// A TensorRT engine
        "tensorrt" Tensorrt,
        /// A Triton model repository
        "triton" Triton,
        /// A Hugging Face Transformers folder
        "huggingface" Huggingface,
        /// Weights that vLLM serves
        "vllm" Vllm,
        /// PaddlePaddle
        "paddle" Paddle,
        /// PMML
        "pmml" Pmml,
        /// Anything else that the image knows how to load
        "custom" Custom,
    }
}

choice! {
    /// What an autoscaler follows.
    SignalKind {
        /// Processor time in percent of the request
        "cpu" Cpu,
        /// Memory in percent of the request
        "memory" Memory,
        /// GPU utilization in percent, as the DCGM exporter reports it
        "gpu" Gpu,
        /// Requests that one replica works on at once
        "concurrency" Concurrency,
        /// Requests a second that one replica answers
        "rps" Rps,
        /// Requests that wait
        "queue-depth" QueueDepth,
        /// The 95th percentile of the time a request takes, in seconds
        "latency" Latency,
        /// What a Prometheus query of your own says
        "query" Query,
    }
}

choice! {
    /// What the target of a Prometheus query is compared with.
    TargetPer {
        /// The query's value divided by the number of replicas
        "replica" Replica,
        /// The query's value itself
        "service" Service,
    }
}

choice! {
    /// Who changes the number of replicas.
    Autoscaler {
        /// Kubernetes' own HorizontalPodAutoscaler; custom metrics reach it through the Prometheus Adapter
        "hpa" Hpa,
        /// KEDA, which asks Prometheus itself and can scale to zero
        "keda" Keda,
    }
}

choice! {
    /// Whose use of processor time or memory is metered.
    MetricScope {
        /// The server's container alone, whatever else a service mesh puts into the pod
        "container" Container,
        /// All containers of the pod together
        "pod" Pod,
    }
}

choice! {
    /// How Prometheus learns what to scrape.
    Scrape {
        /// The `prometheus.io/*` annotations on the pods
        "annotations" Annotations,
        /// A PodMonitor of the Prometheus Operator
        "pod-monitor" PodMonitor,
        /// A ServiceMonitor of the Prometheus Operator
        "service-monitor" ServiceMonitor,
        /// Not at all
        "none" None,
    }
}

choice! {
    /// Who may mount a volume.
    AccessMode {
        /// Pods of one node
        "ReadWriteOnce" ReadWriteOnce,
        /// Pods of all nodes
        "ReadWriteMany" ReadWriteMany,
    }
}

choice! {
    /// Over what replicas are spread.
    SpreadChoice {
        /// Over nodes, and then over zones
        "node" Node,
        /// Over zones, and then over nodes
        "zone" Zone,
        /// Over nothing
        "none" None,
    }
}

choice! {
    /// Whether a replica rather stays pending than share a node or zone.
    SpreadStrength {
        /// The scheduler tries
        "preferred" Preferred,
        /// It stays pending
        "required" Required,
    }
}

choice! {
    /// The kind of a cert-manager issuer.
    IssuerKind {
        /// One for the whole cluster
        "ClusterIssuer" ClusterIssuer,
        /// One of the service's namespace
        "Issuer" Issuer,
    }
}

choice! {
    /// A cloud.
    Cloud {
        /// Amazon Web Services
        "aws" Aws,
        /// Google Cloud
        "gcp" Gcp,
        /// Microsoft Azure
        "azure" Azure,
    }
}

choice! {
    /// How KServe runs a service.
    KserveMode {
        /// As a plain Deployment
        "standard" Standard,
        /// As a Knative service
        "knative" Knative,
    }
}

choice! {
    /// A version of KServe, by the first two of its numbers.
    KserveVersion {
        /// 0.15, of May 2025: its modes are called RawDeployment and Serverless
        "0.15" V0_15,
        /// 0.17, of 2026: has LLMInferenceService
        "0.17" V0_17,
        /// 0.20, of August 2026
        "0.20" V0_20,
    }
}

choice! {
    /// Who brings the weights into a pod on KServe.
    KserveStorage {
        /// The init container or volume that mlship writes on Kubernetes as well: it passes Pod Security
        /// "restricted", and has the resources, folder and cache that the spec names
        "pod" Pod,
        /// KServe's own storage initializer or modelcar, with the cluster's settings
        "kserve" Kserve,
    }
}

choice! {
    /// How a node of a graph passes requests to its steps.
    GraphRouter {
        /// One after the other, each with the request or the answer before
        "sequence" Sequence,
        /// All at once; the answers are put together
        "ensemble" Ensemble,
        /// One of them, by its share of the requests
        "splitter" Splitter,
        /// The first whose condition holds
        "switch" Switch,
    }
}

choice! {
    /// What a step of a graph means for the rest.
    GraphDependency {
        /// The graph fails where it fails
        "hard" Hard,
        /// The graph goes on without its answer
        "soft" Soft,
    }
}

choice! {
    /// What KServe sends to a log of requests.
    LogMode {
        /// Requests and answers
        "all" All,
        /// Requests alone
        "request" Request,
        /// Answers alone
        "response" Response,
    }
}

choice! {
    /// A compute class of GKE Autopilot for pods without GPU.
    ComputeClass {
        /// The default: up to 30 vCPU and 110 GiB
        "general-purpose" GeneralPurpose,
        /// Larger pods: up to 222 vCPU and 851 GiB
        "balanced" Balanced,
        /// Many small pods, four GiB of memory for each vCPU
        "scale-out" ScaleOut,
        /// A machine of its own for each pod
        "performance" Performance,
    }
}

choice! {
    /// What a Fargate profile is written as.
    FargateIac {
        /// A ClusterConfig of eksctl
        "eksctl" Eksctl,
        /// A CloudFormation template
        "cloudformation" CloudFormation,
    }
}

choice! {
    /// Which virtual nodes an AKS cluster has.
    VirtualNodes {
        /// The add-on of AKS, `virtual-node-aci-linux`
        "v1" V1,
        /// Virtual nodes on Azure Container Instances, from the Helm chart
        "v2" V2,
    }
}

choice! {
    /// How SageMaker answers requests.
    SagemakerMode {
        /// Instances that always run
        "real-time" RealTime,
        /// Capacity that comes with the requests: no GPU, at most 6 GB
        "serverless" Serverless,
        /// A queue: requests and answers lie in S3
        "async" Async,
    }
}

choice! {
    /// Whether a service may cost nothing while idle.
    ZeroNeed {
        /// It must
        "required" Required,
        /// It may, and the first request after a pause may wait
        "tolerated" Tolerated,
        /// It may not: a replica always answers
        "refused" Refused,
    }
}

choice! {
    /// How traffic changes.
    Burstiness {
        /// Much the same at all hours
        "steady" Steady,
        /// By the hour of the day
        "daily" Daily,
        /// Suddenly, with pauses between
        "bursty" Bursty,
    }
}

choice! {
    /// How far apart tenants of a cluster are kept.
    Isolation {
        /// Not at all
        "none" None,
        /// By namespace
        "namespace" Namespace,
        /// On nodes or in sandboxes of their own
        "node" Node,
    }
}

choice! {
    /// How much being bound to one vendor is put up with.
    LockIn {
        /// It does not matter
        "accepted" Accepted,
        /// Better not
        "avoid" Avoid,
        /// Not at all: it must run elsewhere too
        "refused" Refused,
    }
}

choice! {
    /// How well a team knows its way.
    Skill {
        /// Not at all
        "none" None,
        /// Somewhat
        "some" Some,
        /// Well
        "strong" Strong,
    }
}

choice! {
    /// How the GPUs of a replica have to be linked.
    Topology {
        /// As they come
        "ordinary" Ordinary,
        /// In a way that somebody has to choose: NVLink domains, RDMA, NUMA, several nodes
        "exotic" Exotic,
    }
}

choice! {
    /// A rule that binds a service.
    Compliance {
        /// Without a connection to the outside
        "air-gapped" AirGapped,
        /// Data stays in a country
        "data-residency" DataResidency,
        /// Audited, such as by HIPAA, PCI DSS or FedRAMP
        "regulated" Regulated,
    }
}

choice! {
    /// What is installed in a cluster.
    ClusterPart {
        /// KServe
        "kserve" Kserve,
        /// Knative Serving
        "knative" Knative,
        /// KEDA
        "keda" Keda,
        /// Prometheus
        "prometheus" Prometheus,
        /// The Prometheus Adapter, which brings metrics to autoscalers
        "prometheus-adapter" PrometheusAdapter,
        /// An ingress controller
        "ingress" Ingress,
        /// A Gateway of the Gateway API
        "gateway" Gateway,
        /// A service mesh
        "mesh" Mesh,
        /// cert-manager
        "cert-manager" CertManager,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_leads_back_to_its_choice() {
        for (choice, (word, meaning)) in SignalKind::ALL.iter().zip(SignalKind::WORDS) {
            assert_eq!(SignalKind::from_word(word), Some(*choice));
            assert!(!meaning.trim().is_empty());
        }
        assert_eq!(SignalKind::from_word("CPU"), None);
    }
}
