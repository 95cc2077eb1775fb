//! `targets.kserve`: what only KServe knows.

use crate::choices::{GraphDependency, GraphRouter, KserveMode, KserveStorage, KserveVersion, LogMode};
use crate::field::{Count, Pairs, Spanned, Word};
use crate::spec::resources::Resources;
use crate::spec::running::{Health, Replicas};
use crate::spec::server::SecretRef;
use crate::spec_struct;
use crate::values::duration::Seconds;
use crate::values::image::ImageReference;
use crate::values::names::{
    AnnotationKey, DnsLabel, DnsSubdomain, EnvName, HeaderName, SecretKey, ServiceName,
};
use crate::values::numbers::Port;
use crate::values::path::HttpPath;
use crate::values::url::HttpUrl;

spec_struct! {
    /// What only KServe knows.
    KserveTarget {
        /// The version that the cluster runs.
        "version" version: Word<KserveVersion> {
            default: "the newest: 0.20",
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
        /// The key of the Secret `storage-config` under which KServe finds the bucket's endpoint and credentials.
        "storageKey" storage_key: SecretKey {
            default: "none: `model.credentials`, or what the account may do",
            becomes: "model.storage in place of storageUri; needs `storage: kserve`, a runtime and an `s3://` model"
        }
        /// A server that changes requests before the model sees them, and its answers.
        "transformer" transformer: KserveComponent {
            default: "none",
            becomes: "spec.transformer, to which the way in leads; KServe tells it where the model is"
        }
        /// A server that explains the model's answers.
        "explainer" explainer: KserveComponent {
            default: "none",
            becomes: "spec.explainer, to which `/v1/models/<model>:explain` leads"
        }
        /// Sends requests and answers to a log.
        "logger" logger: KserveLogger {
            default: "none",
            becomes: "predictor.logger, and KServe's agent beside the server"
        }
        /// Puts requests together before the model sees them.
        "batcher" batcher: KserveBatcher {
            default: "none",
            becomes: "predictor.batcher, and KServe's agent beside the server"
        }
        /// Several services behind one address, this one among them.
        "graph" graph: KserveGraph {
            default: "none",
            becomes: "an InferenceGraph called `<name>-graph`, to which the way in leads"
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

spec_struct! {
    /// A server beside the model's, on KServe.
    KserveComponent {
        /// What it runs: a tag other than `latest`, or a digest.
        "image" image: ImageReference {
            default: "required",
            becomes: "the component's image"
        }
        /// Where it answers requests.
        "port" port: Port {
            default: "8080, which KServe tells it",
            becomes: "the container's port, to which port 80 of its Service leads"
        }
        /// Replaces the image's entry point.
        "command" command: Vec<Spanned<String>> {
            default: "the image's own",
            becomes: "the container's command"
        }
        /// The first of its arguments: KServe adds `--model_name`, `--predictor_host` and `--http_port`.
        "args" args: Vec<Spanned<String>> {
            default: "none",
            becomes: "the container's args"
        }
        /// Environment variables. Secrets don't belong here.
        "env" env: Pairs<EnvName, String> {
            default: "none",
            becomes: "the container's env, in the order written"
        }
        /// Environment variables whose values are kept in Secrets.
        "secretEnv" secret_env: Pairs<EnvName, SecretRef> {
            default: "none",
            becomes: "the container's env, by secretKeyRef"
        }
        /// What one replica asks of its node.
        "resources" resources: Resources {
            default: "1 CPU and 2Gi of memory",
            becomes: "resources.requests and limits"
        }
        /// How the platform asks a replica whether it lives and can serve.
        "health" health: Health {
            default: "that the port is open",
            becomes: "startup, liveness and readiness probes"
        }
        /// How many replicas run: a number, or a range that follows the use of its processors.
        "replicas" replicas: Replicas {
            default: "2",
            becomes: "minReplicas and maxReplicas"
        }
    }
}

spec_struct! {
    /// A log of requests on KServe.
    KserveLogger {
        /// Where events are sent.
        "url" url: HttpUrl {
            default: "required: that of the cluster's settings leads nowhere as shipped",
            becomes: "logger.url"
        }
        /// What is sent.
        "mode" mode: Word<LogMode> {
            default: "`all`; KServe refuses a logger that doesn't say so",
            becomes: "logger.mode"
        }
        /// Headers of the request that are sent along.
        "headers" headers: Vec<Spanned<HeaderName>> {
            default: "none",
            becomes: "logger.metadataHeaders"
        }
        /// Annotations of the service that are sent along.
        "annotations" annotations: Vec<Spanned<AnnotationKey>> {
            default: "none",
            becomes: "logger.metadataAnnotations"
        }
    }
}

spec_struct! {
    /// How requests are put together on KServe.
    KserveBatcher {
        /// The most instances of one batch.
        "maxBatchSize" max_batch_size: Count<1, 1_000_000> {
            default: "32, KServe's own",
            becomes: "batcher.maxBatchSize"
        }
        /// The most milliseconds that an instance waits for others.
        "maxLatency" max_latency: Count<1, 86_400_000> {
            default: "5000, KServe's own",
            becomes: "batcher.maxLatency"
        }
    }
}

spec_struct! {
    /// Several services behind one address on KServe.
    KserveGraph {
        /// The nodes by name; a request enters at `root`.
        "nodes" nodes: Pairs<DnsLabel, KserveGraphNode> {
            default: "required",
            becomes: "spec.nodes"
        }
        /// The longest time a request may take through the whole graph.
        "timeout" timeout: Seconds {
            default: "`server.requestTimeout`",
            becomes: "spec.timeout"
        }
        /// How many replicas of the router run: a number, or a range that follows the use of its processors.
        "replicas" replicas: Replicas {
            default: "2",
            becomes: "minReplicas and maxReplicas"
        }
    }
}

spec_struct! {
    /// A node of a graph.
    KserveGraphNode {
        /// How it passes requests to its steps.
        "router" router: Word<GraphRouter> {
            default: "`sequence`",
            becomes: "routerType"
        }
        /// Where it passes them, in order.
        "steps" steps: Vec<Spanned<KserveGraphStep>> {
            default: "required",
            becomes: "steps"
        }
    }
}

spec_struct! {
    /// A step of a graph: a service, an address or another node.
    KserveGraphStep {
        /// What answers of this step are called.
        "name" name: DnsLabel {
            default: "none: answers of an ensemble are numbered",
            becomes: "name"
        }
        /// An mlship service of the same namespace, such as this one.
        "service" service: ServiceName {
            default: "none",
            becomes: "serviceUrl, at the Service that KServe makes for it"
        }
        /// The path of the service.
        "path" path: HttpPath {
            default: "`/v1/models/<service>:predict`; `/v2/models/<service>/infer` for a service of the Open Inference Protocol",
            becomes: "the end of serviceUrl"
        }
        /// Any address.
        "url" url: HttpUrl {
            default: "none",
            becomes: "serviceUrl"
        }
        /// Another node.
        "node" node: DnsLabel {
            default: "none",
            becomes: "nodeName"
        }
        /// What the step of a sequence is sent.
        "data" data: String {
            default: "`$request`",
            becomes: "data: `$request`, or `$response` for the answer of the step before"
        }
        /// The step's share of the requests, in percent.
        "weight" weight: Count<0, 100> {
            default: "required in a `splitter`",
            becomes: "weight"
        }
        /// What has to hold of the request, in the words of GJSON.
        "condition" condition: String {
            default: "required in a `switch`",
            becomes: "condition"
        }
        /// What the step means for the rest.
        "dependency" dependency: Word<GraphDependency> {
            default: "`soft`, KServe's own",
            becomes: "dependency"
        }
    }
}
