//! What well-known images listen at and answer to, so that a first spec works at once.
//!
//! Each row names the page that says so; read in November 2026.

/// What is known of the images of one server.
#[derive(Clone, Copy, Debug)]
pub struct KnownServer {
    /// Parts of the repository's path, any of which gives it away.
    pub repositories: &'static [&'static str],
    /// What a comment calls it.
    pub title: &'static str,
    /// The port that it listens at by itself.
    pub port: u16,
    /// What it speaks there, in the words of `server.protocol`.
    pub protocol: &'static str,
    /// The fields of `health`.
    pub health: Option<&'static str>,
    /// Arguments without which it does not start, and what they are.
    pub args: Option<(&'static str, &'static str)>,
    /// How much one replica needs: cores, memory and GPUs.
    pub size: Size,
    /// The fields of `state`, for servers that keep data.
    pub state: Option<&'static str>,
    /// Folders that it writes to beside.
    pub writable: Option<&'static str>,
    /// Where all of this stands.
    pub source: &'static str,
}

/// How much one replica needs.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// A model in a process.
    Small,
    /// A language model on a GPU.
    Gpu,
}

const UNKNOWN: KnownServer = KnownServer {
    repositories: &[],
    title: "",
    port: 8080,
    protocol: "http",
    health: None,
    args: None,
    size: Size::Small,
    state: None,
    writable: None,
    source: "",
};

/// The table; the first row that fits counts.
pub const SERVERS: &[KnownServer] = &[
    KnownServer {
        repositories: &["vllm-openai", "vllm-cpu", "vllm"],
        title: "vLLM",
        port: 8000,
        protocol: "openai",
        health: Some("{live: /health, ready: /v1/models}"),
        args: Some(("[--model, Qwen/Qwen3-0.6B]", "the model, from Hugging Face")),
        size: Size::Gpu,
        source: "https://docs.vllm.ai/en/stable/deployment/docker.html",
        ..UNKNOWN
    },
    KnownServer {
        repositories: &["text-generation-inference"],
        title: "Text Generation Inference",
        port: 80,
        protocol: "openai",
        health: Some("{live: /health, ready: /health}"),
        args: Some(("[--model-id, Qwen/Qwen3-0.6B]", "the model, from Hugging Face")),
        size: Size::Gpu,
        source: "https://huggingface.co/docs/text-generation-inference/quicktour",
        ..UNKNOWN
    },
    KnownServer {
        repositories: &["text-embeddings-inference"],
        title: "Text Embeddings Inference",
        port: 80,
        protocol: "http",
        health: Some("{live: /health, ready: /health}"),
        args: Some(("[--model-id, BAAI/bge-small-en-v1.5]", "the model, from Hugging Face")),
        source: "https://huggingface.co/docs/text-embeddings-inference/quick_tour",
        ..UNKNOWN
    },
    KnownServer {
        repositories: &["tritonserver"],
        title: "Triton",
        port: 8000,
        protocol: "open-inference",
        health: Some("{live: /v2/health/live, ready: /v2/health/ready}"),
        args: Some(("[tritonserver, --model-repository=/mnt/models]", "`model: {uri: …}` fills the folder")),
        source: "https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/getting_started/quickstart.html",
        ..UNKNOWN
    },
    KnownServer {
        repositories: &["tensorflow/serving", "tensorflow-serving"],
        title: "TensorFlow Serving",
        port: 8501,
        // Its status page needs the model's name, so its port is all that can be asked.
        source: "https://www.tensorflow.org/tfx/serving/docker",
        ..UNKNOWN
    },
    KnownServer {
        repositories: &["torchserve"],
        title: "TorchServe",
        port: 8080,
        health: Some("{live: /ping, ready: /ping}"),
        source: "https://docs.pytorch.org/serve/inference_api.html",
        ..UNKNOWN
    },
    KnownServer {
        repositories: &[
            "kserve/sklearnserver",
            "kserve/xgbserver",
            "kserve/lgbserver",
            "kserve/huggingfaceserver",
        ],
        title: "KServe",
        port: 8080,
        protocol: "open-inference",
        health: Some("{live: /v2/health/live, ready: /v2/health/ready}"),
        source: "https://kserve.github.io/website/docs/concepts/architecture/data-plane/v2-protocol",
        ..UNKNOWN
    },
    KnownServer {
        repositories: &["mlserver"],
        title: "MLServer",
        port: 8080,
        protocol: "open-inference",
        health: Some("{live: /v2/health/live, ready: /v2/health/ready}"),
        source: "https://docs.seldon.ai/mlserver/user-guide/deployment/seldon-core",
        ..UNKNOWN
    },
    KnownServer {
        repositories: &["llama.cpp"],
        title: "llama.cpp",
        port: 8080,
        protocol: "openai",
        health: Some("{live: /health, ready: /health}"),
        source: "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
        ..UNKNOWN
    },
    KnownServer {
        repositories: &["qdrant/qdrant"],
        title: "Qdrant",
        port: 6333,
        health: Some("{live: /livez, ready: /readyz}"),
        state: Some("{size: 10Gi, path: /qdrant/storage}"),
        writable: Some("[/tmp, /qdrant/snapshots]"),
        source: "https://qdrant.tech/documentation/guides/installation/",
        ..UNKNOWN
    },
];

/// What is known of an image, by the path of its repository.
pub fn known(repository: &str) -> Option<&'static KnownServer> {
    SERVERS.iter().find(|server| server.repositories.iter().any(|part| fits(repository, part)))
}

/// What holds where nothing is known.
pub fn unknown() -> &'static KnownServer {
    &UNKNOWN
}

/// Whether the last parts of a repository's path are `part`, or begin with it and a `-`.
fn fits(repository: &str, part: &str) -> bool {
    let count = part.split('/').count();
    let parts: Vec<&str> = repository.split('/').collect();
    let tail = parts[parts.len().saturating_sub(count)..].join("/");
    tail.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_known_by_its_repository() {
        let title = |repository| known(repository).map_or("", |server| server.title);
        assert_eq!(title("vllm/vllm-openai"), "vLLM");
        assert_eq!(title("nvidia/tritonserver"), "Triton");
        assert_eq!(title("tensorflow/serving"), "TensorFlow Serving");
        assert_eq!(title("pytorch/torchserve-kfs"), "TorchServe");
        assert_eq!(title("qdrant/qdrant"), "Qdrant");
        assert_eq!(title("acme/serving"), "");
        assert_eq!(title("acme/not-vllm-openai"), "");
    }

    #[test]
    fn every_row_says_where_it_is_from() {
        assert!(
            SERVERS.iter().all(|server| server.source.starts_with("https://") && !server.title.is_empty())
        );
    }
}
