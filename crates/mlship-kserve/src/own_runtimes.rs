//! Runtimes of mlship's own: pinned images, Pod Security "restricted", and no choice without being asked.
//!
//! KServe's run `latest` where nothing else is said, write to their root file system, and have no seccomp profile,
//! so that "restricted" refuses them. The files below `kserve/` are printed from here.

use k8s_openapi::api::core::v1::{
    Capabilities, Container, EmptyDirVolumeSource, EnvVar, ResourceRequirements, SeccompProfile,
    SecurityContext, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mlship_kubernetes::custom::Custom;
use mlship_kubernetes::labels;
use mlship_spec::target::Document;
use mlship_spec::workload::Workload;

use crate::objects::serving_runtime::{ClusterServingRuntimeSpec, ServingRuntimeSpec, SupportedFormat};
use crate::runtimes::{self, OWN, Runtime};

/// The image and the versions of one runtime.
struct Details {
    /// The runtime's name.
    name: &'static str,
    /// What it runs.
    image: &'static str,
    /// Formats with the versions that it serves.
    formats: &'static [SupportedFormat],
    /// The command; empty keeps the image's.
    command: &'static [&'static str],
    /// Variables of the server.
    env: &'static [(&'static str, &'static str)],
    /// Processor time and memory of a server for which nothing is said.
    size: (&'static str, &'static str),
}

const fn format(name: &'static str, version: &'static str) -> SupportedFormat {
    SupportedFormat { name, version }
}

/// Tags: <https://github.com/kserve/kserve/blob/v0.20.0/charts/kserve-runtime-configs/values.yaml>,
/// <https://github.com/vllm-project/vllm/releases>, <https://catalog.ngc.nvidia.com/orgs/nvidia/containers/tritonserver/tags>
/// (2026-11).
const DETAILS: &[Details] = &[
    Details {
        name: "mlship-huggingface",
        image: "docker.io/kserve/huggingfaceserver:v0.20.0-gpu",
        formats: &[format("huggingface", "1")],
        command: &[],
        env: &[("HF_HOME", "/tmp"), ("VLLM_CONFIG_ROOT", "/tmp")],
        size: ("4", "16Gi"),
    },
    Details {
        name: "mlship-lightgbm",
        image: "docker.io/kserve/lgbserver:v0.20.0",
        formats: &[format("lightgbm", "4")],
        command: &[],
        env: &[],
        size: ("1", "2Gi"),
    },
    Details {
        name: "mlship-mlserver",
        image: "docker.io/seldonio/mlserver:1.7.1",
        formats: &[format("mlflow", "2")],
        command: &[],
        env: &[
            ("MLSERVER_MODEL_IMPLEMENTATION", "mlserver_mlflow.MLflowRuntime"),
            ("MLSERVER_MODEL_NAME", "{{.Name}}"),
            ("MLSERVER_MODEL_URI", "/mnt/models"),
            ("MLSERVER_HTTP_PORT", "8080"),
            ("MLSERVER_GRPC_PORT", "9000"),
        ],
        size: ("1", "2Gi"),
    },
    Details {
        name: "mlship-sklearn",
        image: "docker.io/kserve/sklearnserver:v0.20.0",
        formats: &[format("sklearn", "1")],
        command: &[],
        env: &[],
        size: ("1", "2Gi"),
    },
    Details {
        name: "mlship-triton",
        image: "nvcr.io/nvidia/tritonserver:25.09-py3",
        formats: &[
            format("onnx", "1"),
            format("tensorrt", "10"),
            format("tensorflow", "2"),
            format("pytorch", "1"),
            format("triton", "2"),
        ],
        command: &["tritonserver"],
        env: &[],
        size: ("4", "8Gi"),
    },
    Details {
        name: "mlship-vllm",
        image: "docker.io/vllm/vllm-openai:v0.11.0",
        formats: &[format("vLLM", "1")],
        command: &["python3", "-m", "vllm.entrypoints.openai.api_server"],
        env: &[("HF_HOME", "/tmp"), ("VLLM_CONFIG_ROOT", "/tmp"), ("VLLM_CACHE_ROOT", "/tmp")],
        size: ("4", "16Gi"),
    },
    Details {
        name: "mlship-xgboost",
        image: "docker.io/kserve/xgbserver:v0.20.0",
        formats: &[format("xgboost", "2")],
        command: &[],
        env: &[],
        size: ("1", "2Gi"),
    },
];

/// The runtimes for one namespace each, by name.
pub fn namespaced() -> Vec<Document> {
    let runtime = |details: &Details| Custom { metadata: named(details), spec: spec(details) };
    DETAILS.iter().map(|details| Document::of(&runtime(details))).collect()
}

/// The same runtimes for a whole cluster.
pub fn cluster_wide() -> Vec<Document> {
    let runtime = |details: &Details| Custom {
        metadata: named(details),
        spec: ClusterServingRuntimeSpec(spec(details)),
    };
    DETAILS.iter().map(|details| Document::of(&runtime(details))).collect()
}

/// The runtime that a workload names, when it is one of mlship's own: for the workload's namespace, to be applied
/// before its InferenceService.
pub fn of(workload: &Workload) -> Option<Document> {
    let name = workload.targets.kserve.runtime.as_ref()?;
    let details = DETAILS.iter().find(|details| details.name == name.as_str())?;
    let mut metadata = labels::metadata_named(workload, details.name.to_owned());
    // It outlives the service that brought it along.
    metadata.labels = named(details).labels;
    metadata.annotations = None;
    Some(Document::of(&Custom { metadata, spec: spec(details) }))
}

fn named(details: &Details) -> ObjectMeta {
    let managed = (labels::MANAGED_BY.to_owned(), "mlship".to_owned());
    ObjectMeta { name: Some(details.name.to_owned()), labels: Some([managed].into()), ..Default::default() }
}

fn spec(details: &Details) -> ServingRuntimeSpec {
    let runtime = runtimes::find(details.name).unwrap_or(&OWN);
    let scratch = |name: &str, medium: Option<&str>| Volume {
        name: name.to_owned(),
        empty_dir: Some(EmptyDirVolumeSource { medium: medium.map(str::to_owned), ..Default::default() }),
        ..Default::default()
    };
    ServingRuntimeSpec {
        annotations: [("prometheus.kserve.io/port", "8080"), ("prometheus.kserve.io/path", "/metrics")]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
            .into(),
        supported_model_formats: details.formats.to_vec(),
        protocol_versions: runtime.protocols.to_vec(),
        containers: vec![container(details, runtime)],
        volumes: vec![scratch("runtime-tmp", None)],
    }
}

fn container(details: &Details, runtime: &Runtime) -> Container {
    let words = |words: &[&str]| Some(words.iter().map(ToString::to_string).collect::<Vec<_>>());
    let variable = |(name, value): &(&str, &str)| EnvVar {
        name: (*name).to_owned(),
        value: Some((*value).to_owned()),
        ..Default::default()
    };
    let home = variable(&("HOME", "/tmp"));
    let (cpu, memory) = details.size;
    let amounts = || {
        let amount = |(name, amount): (&str, &str)| (name.to_owned(), Quantity(amount.to_owned()));
        Some([("cpu", cpu), ("memory", memory)].map(amount).into())
    };
    Container {
        name: crate::pod::SERVER.to_owned(),
        image: Some(details.image.to_owned()),
        command: words(details.command).filter(|words| !words.is_empty()),
        args: Some(runtime.args_for("{{.Name}}", "")).filter(|args| !args.is_empty()),
        env: Some(std::iter::once(home).chain(details.env.iter().map(variable)).collect()),
        resources: Some(ResourceRequirements {
            requests: amounts(),
            limits: amounts(),
            ..Default::default()
        }),
        security_context: Some(restricted()),
        volume_mounts: Some(vec![VolumeMount {
            name: "runtime-tmp".to_owned(),
            mount_path: "/tmp".to_owned(),
            ..Default::default()
        }]),
        ..Default::default()
    }
}

fn restricted() -> SecurityContext {
    SecurityContext {
        allow_privilege_escalation: Some(false),
        capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), ..Default::default() }),
        read_only_root_filesystem: Some(true),
        run_as_non_root: Some(true),
        seccomp_profile: Some(SeccompProfile { type_: "RuntimeDefault".to_owned(), ..Default::default() }),
        ..Default::default()
    }
}
