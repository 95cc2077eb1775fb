//! The ClusterServingRuntimes that KServe brings along.
//!
//! <https://github.com/kserve/kserve/tree/v0.20.0/config/runtimes> (2026-11)

use mlship_spec::choices::{KserveVersion, ModelFormat};
use serde_json::{Value, json};

/// A ClusterServingRuntime that KServe brings along.
#[derive(Clone, Copy, Debug)]
pub struct Runtime {
    /// Its name.
    pub name: &'static str,
    /// The formats that it lists.
    pub formats: &'static [ModelFormat],
    /// The protocol versions that it lists; empty is any.
    pub protocols: &'static [&'static str],
    /// The image that it runs, without registry and tag.
    pub image: &'static str,
    /// Arguments that stand before those of the InferenceService; `{name}` is its name.
    pub args: &'static [&'static str],
    /// Where the server listens unless it is told otherwise.
    pub port: u16,
    /// Whether it asks over HTTP: probes of another kind clash with its own.
    pub probes: RuntimeProbes,
    /// What KServe does to the tag of an image.
    pub tag: TagRule,
    /// Labels and variables that KServe writes for it, over any other value (`SetRuntimeDefaults` in
    /// `pkg/apis/serving/v1beta1/inference_service_defaults.go`).
    pub written_over: &'static [&'static str],
    /// The first version that brings it along.
    pub since: KserveVersion,
    /// How many models it serves.
    pub models: Models,
}

/// How many models a runtime serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Models {
    /// The one that its arguments name.
    One,
    /// Those of a repository that is one `storageUri`. Without one KServe takes it for a host to which its agent brings
    /// models, and tells it to load none at its start: `--model-control-mode=explicit` for Triton,
    /// `MLSERVER_LOAD_MODELS_AT_STARTUP` for MLServer, whatever `storageUris` says (`SetTritonDefaults` and
    /// `SetMlServerDefaults` in `pkg/apis/serving/v1beta1/inference_service_defaults.go` of v0.17.0 and v0.20.0).
    OfOneUri,
    /// Those of a repository: one in each folder that Triton finds, by the folder's name
    /// (<https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/user_guide/model_repository.html>).
    OfFolders,
    /// Those of a repository: one for each `model-settings.json` that MLServer finds, by the name in it
    /// (<https://mlserver.readthedocs.io/en/latest/reference/model-settings.html>).
    OfSettings,
}

/// What probes a runtime has of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuntimeProbes {
    /// None.
    None,
    /// HTTP requests for readiness and start, the latter after 30 seconds.
    Http,
}

/// What KServe does to the image's tag (`UpdateImageTag` in `utils.go`); a digest is left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TagRule {
    /// Nothing.
    Keep,
    /// Adds `-gpu` where an NVIDIA device is asked for.
    GpuSuffix,
    /// Adds `-cpu` to the repository where none is.
    CpuRepository,
}

const MODEL_DIR: &[&str] = &["--model_name={name}", "--model_dir=/mnt/models", "--http_port=8080"];
const V1_V2: &[&str] = &["v1", "v2"];

const PLAIN: Runtime = Runtime {
    name: "",
    formats: &[],
    protocols: V1_V2,
    image: "",
    args: MODEL_DIR,
    port: 8080,
    probes: RuntimeProbes::None,
    tag: TagRule::Keep,
    written_over: &[],
    since: KserveVersion::V0_15,
    models: Models::One,
};

/// All of them, by name.
pub const RUNTIMES: &[Runtime] = &[
    Runtime {
        name: "kserve-huggingfaceserver",
        formats: &[ModelFormat::Huggingface],
        protocols: &["v2", "v1"],
        image: "kserve/huggingfaceserver",
        args: &["--model_name={name}"],
        tag: TagRule::GpuSuffix,
        ..PLAIN
    },
    Runtime {
        name: "kserve-lgbserver",
        formats: &[ModelFormat::Lightgbm],
        image: "kserve/lgbserver",
        args: &["--model_name={name}", "--model_dir=/mnt/models", "--http_port=8080", "--nthread=1"],
        ..PLAIN
    },
    Runtime {
        name: "kserve-mlserver",
        formats: &[ModelFormat::Sklearn, ModelFormat::Xgboost, ModelFormat::Lightgbm, ModelFormat::Mlflow],
        protocols: &["v2"],
        image: "seldonio/mlserver",
        args: &[],
        written_over: &["modelClass"],
        models: Models::OfOneUri,
        ..PLAIN
    },
    Runtime {
        name: "kserve-paddleserver",
        formats: &[ModelFormat::Paddle],
        image: "kserve/paddleserver",
        ..PLAIN
    },
    Runtime { name: "kserve-pmmlserver", formats: &[ModelFormat::Pmml], image: "kserve/pmmlserver", ..PLAIN },
    Runtime {
        name: "kserve-predictiveserver",
        formats: &[ModelFormat::Sklearn, ModelFormat::Xgboost, ModelFormat::Lightgbm],
        image: "kserve/predictiveserver",
        args: &[
            "--model_name={name}",
            "--model_dir=/mnt/models",
            "--http_port=8080",
            "--framework={format}",
            "--nthread=1",
        ],
        since: KserveVersion::V0_17,
        ..PLAIN
    },
    Runtime {
        name: "kserve-sklearnserver",
        formats: &[ModelFormat::Sklearn],
        image: "kserve/sklearnserver",
        ..PLAIN
    },
    Runtime {
        name: "kserve-tensorflow-serving",
        formats: &[ModelFormat::Tensorflow],
        protocols: &["v1", "grpc-v1"],
        image: "tensorflow/serving",
        args: &[
            "--model_name={name}",
            "--port=9000",
            "--rest_api_port=8080",
            "--model_base_path=/mnt/models",
            "--rest_api_timeout_in_ms=60000",
        ],
        tag: TagRule::GpuSuffix,
        ..PLAIN
    },
    Runtime {
        name: "kserve-torchserve",
        formats: &[ModelFormat::Pytorch],
        protocols: &["v1", "v2", "grpc-v2"],
        image: "pytorch/torchserve-kfs",
        written_over: &["serviceEnvelope", "PROTOCOL_VERSION"],
        args: &[
            "torchserve",
            "--start",
            "--model-store=/mnt/models/model-store",
            "--ts-config=/mnt/models/config/config.properties",
        ],
        tag: TagRule::GpuSuffix,
        ..PLAIN
    },
    Runtime {
        name: "kserve-tritonserver",
        formats: &[
            ModelFormat::Tensorrt,
            ModelFormat::Tensorflow,
            ModelFormat::Onnx,
            ModelFormat::Triton,
            ModelFormat::Pytorch,
        ],
        protocols: &["v2", "grpc-v2"],
        image: "nvidia/tritonserver",
        args: &[
            "tritonserver",
            "--model-store=/mnt/models",
            "--grpc-port=9000",
            "--http-port=8080",
            "--allow-grpc=true",
            "--allow-http=true",
        ],
        models: Models::OfOneUri,
        ..PLAIN
    },
    Runtime {
        name: "kserve-vllmserver",
        formats: &[ModelFormat::Vllm],
        protocols: &[],
        image: "vllm/vllm-openai",
        args: &["--port=8080", "--served-model-name={name}", "--model=/mnt/models"],
        probes: RuntimeProbes::Http,
        tag: TagRule::CpuRepository,
        since: KserveVersion::V0_20,
        ..PLAIN
    },
    Runtime {
        name: "kserve-xgbserver",
        formats: &[ModelFormat::Xgboost],
        image: "kserve/xgbserver",
        args: &["--model_name={name}", "--model_dir=/mnt/models", "--http_port=8080", "--nthread=1"],
        ..PLAIN
    },
];

/// What mlship's own runtimes have in common: no server type, so KServe leaves the image alone.
pub const OWN: Runtime = Runtime { image: "", ..PLAIN };

/// mlship's own, by name; they are there where somebody applied them.
pub const OWN_RUNTIMES: &[Runtime] = &[
    Runtime {
        name: "mlship-huggingface",
        formats: &[ModelFormat::Huggingface],
        protocols: &["v2", "v1"],
        args: &["--model_name={name}", "--model_dir=/mnt/models", "--http_port=8080"],
        ..OWN
    },
    Runtime { name: "mlship-lightgbm", formats: &[ModelFormat::Lightgbm], ..OWN },
    Runtime {
        name: "mlship-mlserver",
        formats: &[ModelFormat::Mlflow],
        protocols: &["v2"],
        args: &[],
        models: Models::OfSettings,
        ..OWN
    },
    Runtime { name: "mlship-sklearn", formats: &[ModelFormat::Sklearn], ..OWN },
    Runtime {
        name: "mlship-triton",
        formats: &[
            ModelFormat::Onnx,
            ModelFormat::Tensorrt,
            ModelFormat::Tensorflow,
            ModelFormat::Pytorch,
            ModelFormat::Triton,
        ],
        protocols: &["v2", "grpc-v2"],
        args: &[
            "--model-repository=/mnt/models",
            "--http-port=8080",
            "--grpc-port=9000",
            "--metrics-port=8002",
        ],
        models: Models::OfFolders,
        ..OWN
    },
    Runtime {
        name: "mlship-vllm",
        formats: &[ModelFormat::Vllm],
        protocols: &["v2", "v1"],
        args: &["--port=8080", "--served-model-name={name}", "--model=/mnt/models"],
        ..OWN
    },
    Runtime { name: "mlship-xgboost", formats: &[ModelFormat::Xgboost], ..OWN },
];

/// The runtime of a name, when KServe brings it along or it is mlship's own.
pub fn find(name: &str) -> Option<&'static Runtime> {
    RUNTIMES.iter().chain(OWN_RUNTIMES).find(|runtime| runtime.name == name)
}

impl Runtime {
    /// Its arguments for one service.
    pub fn args_for(&self, name: &str, format: &str) -> Vec<String> {
        self.args.iter().map(|arg| arg.replace("{name}", name).replace("{format}", format)).collect()
    }
}

impl Runtime {
    /// The runtime as KServe 0.20 brings it along, for those of its own servers that have nothing but arguments.
    pub fn definition(&self) -> Option<Value> {
        let kind = self.image.strip_prefix("kserve/").filter(|_| self.tag == TagRule::Keep)?;
        let args: Vec<String> = self.args_for("{{.Name}}", "{{.Annotations.modelFormat}}");
        let amounts = json!({ "cpu": "1", "memory": "2Gi" });
        Some(json!({
            "apiVersion": "serving.kserve.io/v1alpha1",
            "kind": "ClusterServingRuntime",
            "metadata": {
                "name": self.name,
                "annotations": { "serving.kserve.io/server-type": kind },
            },
            "spec": {
                "annotations": { "prometheus.kserve.io/path": "/metrics", "prometheus.kserve.io/port": "8080" },
                "containers": [{
                    "name": "kserve-container",
                    "image": format!("{}:latest", self.image),
                    "args": args,
                    "resources": { "limits": amounts, "requests": amounts },
                    "securityContext": {
                        "allowPrivilegeEscalation": false,
                        "capabilities": { "drop": ["ALL"] },
                        "privileged": false,
                        "runAsNonRoot": true,
                    },
                }],
                "protocolVersions": self.protocols,
            },
        }))
    }
}

/// What runtimes call a format.
pub fn format_name(format: ModelFormat) -> &'static str {
    match format {
        ModelFormat::Vllm => "vLLM",
        ModelFormat::Sklearn => "sklearn",
        ModelFormat::Xgboost => "xgboost",
        ModelFormat::Lightgbm => "lightgbm",
        ModelFormat::Mlflow => "mlflow",
        ModelFormat::Onnx => "onnx",
        ModelFormat::Tensorflow => "tensorflow",
        ModelFormat::Pytorch => "pytorch",
        ModelFormat::Tensorrt => "tensorrt",
        ModelFormat::Triton => "triton",
        ModelFormat::Huggingface => "huggingface",
        ModelFormat::Paddle => "paddle",
        ModelFormat::Pmml => "pmml",
        ModelFormat::Custom => "custom",
    }
}
