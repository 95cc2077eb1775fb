//! `targets.kserve`: what only KServe knows.

use crate::choices::{KserveMode, KserveStorage, KserveVersion};
use crate::field::{Count, Word};
use crate::spec_struct;
use crate::values::names::DnsSubdomain;

spec_struct! {
    /// What only KServe knows.
    KserveTarget {
        /// The version that the cluster runs, in quotes: `\"0.20\"`.
        "version" version: Word<KserveVersion> {
            default: "the newest: `\"0.20\"`",
            becomes: "which fields are written; what the version lacks is refused"
        }
        /// How KServe runs the service.
        "mode" mode: Word<KserveMode> {
            default: "`standard`, which needs nothing but Kubernetes",
            becomes: "the annotation serving.kserve.io/deploymentMode"
        }
        /// The ServingRuntime or ClusterServingRuntime that runs the server.
        "runtime" runtime: DnsSubdomain {
            default: "none: the container as the spec describes it; KServe's own where it says the same",
            becomes: "predictor.model.runtime, with the spec's image, arguments and environment laid over it"
        }
        /// Who brings the weights into the pod.
        "storage" storage: Word<KserveStorage> {
            default: "`pod`; `kserve` in `knative` mode, where pods have no init containers of their own",
            becomes: "an init container or volume of the predictor, or storageUri"
        }
        /// Asks for an LLMInferenceService, for a server of the OpenAI protocol; since KServe 0.17.
        "llm" llm: KserveLlm {
            default: "none: an InferenceService",
            becomes: "an LLMInferenceService, whose pods run the image with its arguments"
        }
    }
}

spec_struct! {
    /// An LLM on KServe.
    KserveLlm {
        /// How the model is laid over the accelerators of one replica.
        "parallelism" parallelism: KserveParallelism {
            default: "what the server's arguments say",
            becomes: "spec.parallelism, and the arguments of vLLM that are not there yet"
        }
        /// Whether KServe makes a route of its own, at its own Gateway.
        "route" route: bool {
            default: "`false`: `expose` makes the way in",
            becomes: "router.route and router.gateway: requests for /<namespace>/<name> are led to it"
        }
        /// Whether a scheduler chooses the replica for each request, by what it holds in its cache.
        "scheduler" scheduler: bool {
            default: "`false`: replicas take turns",
            becomes: "router.scheduler: an endpoint picker and an InferencePool, to which the Gateway's route leads"
        }
    }
}

spec_struct! {
    /// How an LLM is laid over the accelerators of one replica.
    KserveParallelism {
        /// Parts of each layer.
        "tensor" tensor: Count<1, 4096> {
            default: "1, or what the arguments say",
            becomes: "parallelism.tensor, and --tensor-parallel-size"
        }
        /// Groups of layers.
        "pipeline" pipeline: Count<1, 4096> {
            default: "1, or what the arguments say",
            becomes: "parallelism.pipeline, and --pipeline-parallel-size"
        }
        /// Copies of the model.
        "data" data: Count<1, 4096> {
            default: "1, or what the arguments say",
            becomes: "parallelism.data and dataLocal, and --data-parallel-size"
        }
        /// Whether experts are laid over the accelerators too.
        "expert" expert: bool {
            default: "`false`, or what the arguments say",
            becomes: "parallelism.expert, and --enable-expert-parallel"
        }
    }
}
