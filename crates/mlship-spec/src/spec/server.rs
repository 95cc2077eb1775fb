//! `server` and `model`: the container, and the weights it loads.

use crate::choices::{AccessMode, ModelFormat, Protocol, PullPolicy, Scrape};
use crate::field::{Count, Pairs, Spanned, Word};
use crate::spec_struct;
use crate::values::duration::Seconds;
use crate::values::image::ImageReference;
use crate::values::names::{DnsSubdomain, EnvName, ModelName, PortName, SecretKey};
use crate::values::numbers::Port;
use crate::values::path::{AbsolutePath, HttpPath};
use crate::values::quantity::Quantity;
use crate::values::uri::ModelUri;

spec_struct! {
    /// The container that answers requests.
    Server {
        /// What it runs: a tag other than `latest`, or a digest.
        "image" image: ImageReference {
            default: "required",
            becomes: "the container's image"
        }
        /// Where it answers requests.
        "port" port: Port {
            default: "8000 for `openai`, 9000 for `grpc`, else 8080",
            becomes: "the container's port; the Service listens at 80, or at the same port for gRPC"
        }
        /// What it speaks there.
        "protocol" protocol: Word<Protocol> {
            default: "`openai` for `model.format: vllm`, else `http`",
            becomes: "the probes' kind, the Service's appProtocol and the route's kind"
        }
        /// Further ports, by name, that clients may use.
        "ports" ports: Pairs<PortName, Port> {
            default: "none",
            becomes: "ports of the container, of the Service and of the NetworkPolicy"
        }
        /// Replaces the image's entry point.
        "command" command: Vec<Spanned<String>> {
            default: "the image's own",
            becomes: "the container's command"
        }
        /// Replaces the image's arguments.
        "args" args: Vec<Spanned<String>> {
            default: "the image's own",
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
        /// Secrets with the registry's credentials.
        "pullSecrets" pull_secrets: Vec<Spanned<DnsSubdomain>> {
            default: "none",
            becomes: "the pod's imagePullSecrets"
        }
        /// When the node asks the registry for the image again.
        "pullPolicy" pull_policy: Word<PullPolicy> {
            default: "`IfNotPresent` for a digest; `Always` for a tag, which someone may move",
            becomes: "the container's imagePullPolicy"
        }
        /// Where Prometheus reads its numbers.
        "metrics" metrics: Metrics {
            default: "`/metrics` at the server's port for `openai`, else none",
            becomes: "scrape annotations, a PodMonitor or a ServiceMonitor"
        }
        /// The longest time a request may take.
        "requestTimeout" request_timeout: Seconds {
            default: "5m for `openai`, which streams long answers, else 30s",
            becomes: "the termination grace period, so that no request is cut off, and the route's time-out"
        }
        /// Requests that one replica works on at once.
        "concurrency" concurrency: Count<1, 100_000> {
            default: "not known",
            becomes: "the default target of `autoscale.on: concurrency`, at 70 %"
        }
    }
}

spec_struct! {
    /// One key of a Secret.
    SecretRef {
        /// The Secret's name.
        "secret" secret: DnsSubdomain {
            default: "required",
            becomes: "secretKeyRef.name"
        }
        /// The key in it.
        "key" key: SecretKey {
            default: "required",
            becomes: "secretKeyRef.key"
        }
    }
}

spec_struct! {
    /// Where Prometheus reads a server's numbers.
    Metrics {
        /// The path.
        "path" path: HttpPath {
            default: "`/metrics`",
            becomes: "the path that is scraped"
        }
        /// The port.
        "port" port: Port {
            default: "`server.port`",
            becomes: "the port that is scraped"
        }
        /// How Prometheus learns of it.
        "scrape" scrape: Word<Scrape> {
            default: "`annotations`, which need no further component in the cluster",
            becomes: "pod annotations, a PodMonitor or a ServiceMonitor"
        }
    }
}

spec_struct! {
    /// The weights, and how they reach the server.
    Model {
        /// What kind of file it is.
        "format" format: Word<ModelFormat> {
            default: "not said",
            becomes: "defaults of the protocol and of metrics; the runtime on KServe"
        }
        /// Where it lies: s3, gs, hf, pvc, oci, https, abfs.
        "uri" uri: ModelUri {
            default: "the image holds it",
            becomes: "an init container that downloads it, a read-only claim (pvc) or an image volume (oci)"
        }
        /// Several models of one server, or a model and its adapters: where each lies, by name.
        "uris" uris: Pairs<ModelName, ModelUri> {
            default: "none: `model.uri` says where the one model lies",
            becomes: "a folder of each name in `model.path`, downloaded by one init container; storageUris on KServe"
        }
        /// Its size on disk, or that of all together.
        "size" size: Quantity {
            default: "not known; 10Gi of disk is reserved for a download",
            becomes: "ephemeral storage, memory and the estimate of the load time"
        }
        /// From the start of the server's process to its first answer.
        "loadSeconds" load_seconds: Count<1, 86_400> {
            default: "10 s and the size at 200 MB/s; 20 s, or 120 s with a GPU, when the size is not known",
            becomes: "the startup probe, the progress deadline and the autoscaler's windows"
        }
        /// The folder in which the server finds it.
        "path" path: AbsolutePath {
            default: "`/mnt/models`, as KServe's runtimes expect",
            becomes: "the mount path"
        }
        /// The Secret whose keys become environment variables of the download.
        "credentials" credentials: DnsSubdomain {
            default: "none: a public model, or `identity`",
            becomes: "the init container's envFrom"
        }
        /// A volume that keeps the download for later replicas.
        "cache" cache: Cache {
            default: "none: each replica downloads for itself",
            becomes: "a PersistentVolumeClaim"
        }
    }
}

spec_struct! {
    /// A volume that keeps downloaded weights.
    Cache {
        /// How large it is.
        "size" size: Quantity {
            default: "`model.size` and a tenth more",
            becomes: "the claim's request"
        }
        /// Its storage class.
        "storageClass" storage_class: DnsSubdomain {
            default: "the cluster's default",
            becomes: "the claim's storageClassName"
        }
        /// Who may mount it.
        "access" access: Word<AccessMode> {
            default: "`ReadWriteMany`, which replicas on several nodes need",
            becomes: "the claim's accessModes"
        }
    }
}
