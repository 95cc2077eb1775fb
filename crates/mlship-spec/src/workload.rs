//! A model server with every default decided, in no platform's words: what the targets start from.

pub mod kserve;
pub mod managed;
pub mod requirements;

use std::collections::BTreeMap;

use crate::catalogue::accelerators::Accelerator;
use crate::choices::{AccessMode, Autoscaler, Cloud, MetricScope, ModelFormat, Protocol, PullPolicy, Scrape};
use crate::provenance::Provenance;
use crate::source::Span;
use crate::values::identity::{AwsRoleArn, AzureClientId, GcpServiceAccount};
use crate::values::image::ImageReference;
use crate::values::names::{
    AnnotationKey, DnsLabel, DnsSubdomain, EnvName, Hostname, LabelKey, LabelValue, ModelName, PortName,
    ResourceName, SecretKey, ServiceName,
};
use crate::values::numbers::{IntOrPercent, Percent, Port};
use crate::values::path::{AbsolutePath, HttpPath};
use crate::values::quantity::Quantity;
use crate::values::selector::Toleration;
use crate::values::uri::ModelUri;
use crate::workload::requirements::Requirements;

/// One model server, ready for any target.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The name of everything that is made for it.
    pub name: ServiceName,
    /// Where it lives; `None` leaves the choice to whoever applies it.
    pub namespace: Option<DnsLabel>,
    /// Labels that every object carries beside our own.
    pub labels: BTreeMap<LabelKey, LabelValue>,
    /// Annotations that every object carries.
    pub annotations: BTreeMap<AnnotationKey, String>,
    /// The container that answers requests.
    pub server: Server,
    /// The weights, and how they reach the server.
    pub model: Model,
    /// What one replica asks of its node.
    pub resources: Resources,
    /// How the platform knows that a replica lives and can serve.
    pub probes: Probes,
    /// How a replica leaves.
    pub shutdown: Shutdown,
    /// How many replicas there are.
    pub scale: Scale,
    /// How a new version replaces the old one.
    pub rollout: Rollout,
    /// What keeps it up when nodes come and go.
    pub availability: Availability,
    /// Who can reach it from outside the cluster.
    pub exposure: Exposure,
    /// Who can reach it from inside the cluster.
    pub network: Network,
    /// Which nodes may run it.
    pub placement: Placement,
    /// What its processes may do.
    pub security: Security,
    /// Whom it is towards the platform and the cloud.
    pub identity: Identity,
    /// Files that are mounted into the server.
    pub config: Option<Config>,
    /// A volume of its own for each replica: makes it stateful.
    pub state: Option<State>,
    /// What the team needs; read by `decide`.
    pub requirements: Requirements,
    /// What only one target knows.
    pub targets: Targets,
    /// Where each value was written, and what was decided without being asked.
    pub provenance: Provenance,
}

impl Workload {
    /// The place where a field was written, or the nearest written field above it.
    pub fn span(&self, field: &str) -> Option<Span> {
        self.provenance.span(field)
    }

    /// The fewest replicas that run at any time outside a rollout.
    pub fn min_replicas(&self) -> u32 {
        match &self.scale {
            Scale::Fixed { replicas } => *replicas,
            Scale::Auto(auto) => auto.min,
        }
    }

    /// The most replicas that run at any time outside a rollout.
    pub fn max_replicas(&self) -> u32 {
        match &self.scale {
            Scale::Fixed { replicas } => *replicas,
            Scale::Auto(auto) => auto.max,
        }
    }
}

/// The container that answers requests.
#[derive(Clone, Debug)]
pub struct Server {
    /// What it runs; never `latest`, never without a tag or digest.
    pub image: ImageReference,
    /// When the node asks the registry again.
    pub pull_policy: PullPolicy,
    /// Secrets with registry credentials.
    pub pull_secrets: Vec<DnsSubdomain>,
    /// Replaces the image's entry point; empty keeps it.
    pub command: Vec<String>,
    /// Replaces the image's arguments; empty keeps them.
    pub args: Vec<String>,
    /// In written order, since a later value may refer to an earlier one as `$(NAME)`.
    pub env: Vec<EnvVar>,
    /// Where requests are answered.
    pub port: Port,
    /// What is spoken there.
    pub protocol: Protocol,
    /// Further ports, by name, that the service carries too.
    pub extra_ports: BTreeMap<PortName, Port>,
    /// Where Prometheus reads its numbers.
    pub metrics: Option<Metrics>,
    /// Seconds that the longest request may take.
    pub request_seconds: u32,
    /// Requests that one replica works on at once, when that is known.
    pub concurrency: Option<u32>,
}

/// One environment variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvVar {
    /// Its name.
    pub name: EnvName,
    /// Its value, or where the value is kept.
    pub value: EnvValue,
}

/// What an environment variable holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvValue {
    /// Text; never a secret.
    Literal(String),
    /// One key of a Secret in the same namespace.
    Secret(SecretRef),
}

/// One key of a Secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRef {
    /// The Secret's name.
    pub secret: DnsSubdomain,
    /// The key in it.
    pub key: SecretKey,
}

/// Where Prometheus reads a server's numbers.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// The path.
    pub path: HttpPath,
    /// The port; the server's own unless said otherwise.
    pub port: Port,
    /// How Prometheus is told.
    pub scrape: Scrape,
}

/// The weights, and how they reach the server.
#[derive(Clone, Debug)]
pub struct Model {
    /// What kind of file it is, when said.
    pub format: Option<ModelFormat>,
    /// Where it comes from; `None` when the image holds it.
    pub source: Option<ModelSource>,
    /// Its size on disk, when said.
    pub size: Option<Quantity>,
    /// Seconds from the start of the server's process to its first answer.
    pub load_seconds: u32,
}

/// Weights that the image does not hold.
#[derive(Clone, Debug)]
pub struct ModelSource {
    /// Where they lie.
    pub places: Places,
    /// The folder in which the server finds them.
    pub mount_path: AbsolutePath,
    /// The Secret whose keys become the download's environment.
    pub credentials: Option<DnsSubdomain>,
    /// A volume that keeps the download for the next replica.
    pub cache: Option<ModelCache>,
}

/// Where weights lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// In one place, whose content becomes the content of the folder.
    One(ModelUri),
    /// In several, at least one: each becomes a folder of its name in the folder. All of them are downloaded.
    Several(BTreeMap<ModelName, ModelUri>),
}

/// A place of weights, where it was written, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Where they lie.
    pub uri: &'a ModelUri,
    /// The field that says so: `model.uri`, or `model.uris.<name>`.
    pub field: String,
    /// The name of its folder; `None` where it is the folder itself.
    pub name: Option<&'a ModelName>,
}

impl Place<'_> {
    /// The folder in which it ends up, below `root`, which has no slash at its end.
    pub fn folder(&self, root: &str) -> String {
        match self.name {
            Some(name) => format!("{root}/{name}"),
            None => root.to_owned(),
        }
    }
}

impl Places {
    /// All of them, by name.
    pub fn all(&self) -> Vec<Place<'_>> {
        match self {
            Self::One(uri) => vec![Place { uri, field: self.field().to_owned(), name: None }],
            Self::Several(uris) => uris
                .iter()
                .map(|(name, uri)| Place { uri, field: format!("{}.{name}", self.field()), name: Some(name) })
                .collect(),
        }
    }

    /// The field in which they were written.
    pub fn field(&self) -> &'static str {
        match self {
            Self::One(_) => "model.uri",
            Self::Several(_) => "model.uris",
        }
    }

    /// The place, where there is one alone.
    pub fn one(&self) -> Option<&ModelUri> {
        match self {
            Self::One(uri) => Some(uri),
            Self::Several(_) => None,
        }
    }
}

/// A volume that keeps downloaded weights.
#[derive(Clone, Debug)]
pub struct ModelCache {
    /// How large it is.
    pub size: Quantity,
    /// Its storage class; `None` takes the cluster's default.
    pub storage_class: Option<DnsSubdomain>,
    /// Who may mount it.
    pub access: AccessMode,
}

/// What one replica asks of its node.
#[derive(Clone, Debug)]
pub struct Resources {
    /// Processor time, in cores.
    pub cpu: Amount,
    /// Memory, in bytes.
    pub memory: Amount,
    /// Space on the node's disk for the root file system, logs and scratch volumes.
    pub ephemeral_storage: Amount,
    /// Accelerators.
    pub gpu: Option<Gpu>,
    /// The size of /dev/shm; `None` keeps the runtime's 64 MiB.
    pub shared_memory: Option<Quantity>,
}

/// How much of a resource is reserved, and where use ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount {
    /// Reserved on the node.
    pub request: Quantity,
    /// Never exceeded; `None` sets no bound.
    pub limit: Option<Quantity>,
}

/// Accelerators of one replica.
#[derive(Clone, Debug)]
pub struct Gpu {
    /// How many devices.
    pub count: u32,
    /// Which model; `None` takes any of the resource's vendor.
    pub accelerator: Option<&'static Accelerator>,
    /// What the scheduler counts, such as `nvidia.com/gpu` or `nvidia.com/mig-1g.10gb`.
    pub resource: ResourceName,
}

/// How the platform knows that a replica lives and can serve.
#[derive(Clone, Debug)]
pub struct Probes {
    /// Holds the other two back until the model is loaded.
    pub startup: Probe,
    /// Restarts a replica that hangs.
    pub liveness: Probe,
    /// Sends requests only to a replica that can answer.
    pub readiness: Probe,
}

/// One repeated question to a replica.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// What is asked.
    pub check: Check,
    /// Seconds between two questions.
    pub period_seconds: u32,
    /// Seconds to wait for an answer.
    pub timeout_seconds: u32,
    /// How many failures in a row count.
    pub failure_threshold: u32,
}

/// What a probe asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// A GET that must answer 2xx or 3xx.
    Http {
        /// The path asked for.
        path: HttpPath,
        /// The port asked at.
        port: Port,
    },
    /// The gRPC health protocol.
    Grpc {
        /// The port asked at.
        port: Port,
    },
    /// A connection that opens: the least that can be asked.
    Tcp {
        /// The port asked at.
        port: Port,
    },
}

/// How a replica leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shutdown {
    /// Seconds in which it still answers while routes to it are taken away.
    pub drain_seconds: u32,
    /// Seconds until it is killed, the drain included.
    pub grace_seconds: u32,
}

/// How many replicas there are.
#[derive(Clone, Debug)]
pub enum Scale {
    /// Always the same number.
    Fixed {
        /// That number.
        replicas: u32,
    },
    /// As many as the load asks for.
    Auto(AutoScale),
}

/// Replicas that follow a signal.
#[derive(Clone, Debug)]
pub struct AutoScale {
    /// The fewest; 0 lets the service sleep.
    pub min: u32,
    /// The most.
    pub max: u32,
    /// What is followed.
    pub signal: Signal,
    /// Seconds for which a lower demand must hold before replicas go.
    pub down_window_seconds: u32,
    /// Seconds for which a higher demand must hold before replicas come.
    pub up_window_seconds: u32,
    /// Who does it.
    pub autoscaler: Autoscaler,
    /// Where KEDA asks Prometheus, such as `http://prometheus.monitoring:9090`.
    pub prometheus: Option<String>,
}

/// What an autoscaler follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Use of processor time or memory, in percent of the request.
    Resource {
        /// Which of the two.
        resource: MeteredResource,
        /// The percentage to hold.
        utilization: u32,
    },
    /// A number of each replica, averaged over them.
    PerReplica {
        /// What it is called in the custom metrics API.
        metric: String,
        /// The Prometheus series that it is made of.
        series: String,
        /// How the series becomes the number.
        reading: Reading,
        /// The average to hold.
        target: Quantity,
    },
    /// The 95th percentile of the time that the service's requests take, in seconds.
    Latency {
        /// What it is called in the external metrics API.
        metric: String,
        /// The Prometheus series of the histogram's buckets.
        buckets: String,
        /// What the target is compared with.
        target: QueryTarget,
    },
    /// A number of the service as a whole, from a Prometheus query.
    Query {
        /// What it is called in the external metrics API.
        metric: String,
        /// The query; one number comes out.
        query: String,
        /// What the target is compared with.
        target: QueryTarget,
    },
}

/// A resource that the kubelet meters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeteredResource {
    /// Processor time.
    Cpu,
    /// Memory.
    Memory,
}

/// How a Prometheus series becomes a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// As it is, summed over a replica.
    Gauge,
    /// Its growth a second, over two minutes.
    Rate,
}

/// What the target of a query is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryTarget {
    /// The query's value divided by the number of replicas.
    PerReplica(Quantity),
    /// The query's value itself.
    Total(Quantity),
}

/// How a new version replaces the old one.
#[derive(Clone, Debug)]
pub struct Rollout {
    /// Replicas above the wanted number during a rollout.
    pub surge: IntOrPercent,
    /// Replicas below the wanted number during a rollout.
    pub unavailable: IntOrPercent,
    /// Share of the traffic that a new version gets at first.
    pub canary: Option<Percent>,
    /// Seconds without progress after which a rollout counts as failed.
    pub progress_deadline_seconds: u32,
}

/// What keeps a service up when nodes come and go.
#[derive(Clone, Debug)]
pub struct Availability {
    /// Over what the replicas are spread, the strictest first.
    pub spread: Vec<Spread>,
    /// What a drain must leave standing.
    pub budget: DisruptionBudget,
}

/// One rule of spreading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spread {
    /// Over what.
    pub over: SpreadDomain,
    /// Whether a replica rather stays pending than break it.
    pub required: SpreadStrictness,
}

/// Over what replicas are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpreadDomain {
    /// Nodes.
    Node,
    /// Availability zones.
    Zone,
}

/// How binding a rule of spreading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpreadStrictness {
    /// The scheduler tries.
    Preferred,
    /// A replica that would break it stays pending.
    Required,
}

/// What a drain must leave standing; one that would block every drain can't be built by `lower`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DisruptionBudget {
    /// At most so many replicas may be away.
    MaxUnavailable(IntOrPercent),
    /// At least so many replicas must stay.
    MinAvailable(IntOrPercent),
}

/// Who can reach the service from outside the cluster.
#[derive(Clone, Debug)]
pub enum Exposure {
    /// Nobody.
    Internal,
    /// Clients of an ingress controller.
    Ingress {
        /// What is asked for.
        route: Route,
        /// The ingress class; `None` takes the cluster's default.
        class: Option<DnsSubdomain>,
        /// TLS at the ingress.
        tls: Option<Tls>,
    },
    /// Clients of a Gateway, which owns its TLS itself.
    Gateway {
        /// What is asked for.
        route: Route,
        /// The Gateway's name.
        name: DnsSubdomain,
        /// The Gateway's namespace; `None` is the service's own.
        namespace: Option<DnsLabel>,
        /// The Gateway's listener; `None` takes all that fit.
        section: Option<DnsSubdomain>,
    },
}

/// What is asked for from outside.
#[derive(Clone, Debug)]
pub struct Route {
    /// The host name.
    pub host: Hostname,
    /// The path in front of which it listens.
    pub path: HttpPath,
    /// Annotations on the ingress or route alone.
    pub annotations: BTreeMap<AnnotationKey, String>,
}

/// TLS at an ingress.
#[derive(Clone, Debug)]
pub struct Tls {
    /// The Secret that holds, or will hold, the certificate.
    pub secret: DnsSubdomain,
    /// Who issues it; `None` when the Secret is there already.
    pub issuer: Option<Issuer>,
}

/// A cert-manager issuer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// A ClusterIssuer.
    Cluster(DnsSubdomain),
    /// An Issuer of the service's namespace.
    Namespaced(DnsSubdomain),
}

/// Who can reach the service from inside the cluster.
#[derive(Clone, Debug)]
pub struct Network {
    /// Namespaces whose pods may call it, beside its own; `None` lets every namespace in.
    pub allow_from: Option<Vec<DnsLabel>>,
}

/// Which nodes may run it.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Labels that a node must carry.
    pub node_selector: BTreeMap<LabelKey, LabelValue>,
    /// Taints that are put up with, beside those that the resources imply.
    pub tolerations: Vec<Toleration>,
    /// Zones that it may run in; empty is any.
    pub zones: Vec<LabelValue>,
    /// Capacity that can be taken back at short notice.
    pub spot: Spot,
    /// Who may push whom aside.
    pub priority_class: Option<DnsSubdomain>,
    /// The container runtime's configuration, such as `nvidia`.
    pub runtime_class: Option<DnsSubdomain>,
}

/// Whether capacity that can be taken back at short notice is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// Never.
    Never,
    /// Put up with, and preferred for its price.
    Preferred,
}

/// What the server's processes may do; Pod Security "restricted" in any case.
#[derive(Clone, Debug)]
pub struct Security {
    /// The user; never 0.
    pub run_as_user: u32,
    /// The group, also of the volumes' files.
    pub run_as_group: u32,
    /// Whether the root file system can be written.
    pub root_filesystem: RootFilesystem,
    /// Folders that are writable all the same, each a scratch volume.
    pub writable: Vec<AbsolutePath>,
}

/// Whether the root file system can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RootFilesystem {
    /// It can't.
    ReadOnly,
    /// It can.
    Writable,
}

/// Whom the server is towards the platform and the cloud.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its service account.
    pub service_account: ServiceAccount,
    /// The cloud identity that the account stands for.
    pub cloud: Option<CloudIdentity>,
}

/// A service account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceAccount {
    /// One of its own, made with it and named like it.
    Own,
    /// One that is there already.
    Existing(DnsSubdomain),
}

/// A cloud identity without a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloudIdentity {
    /// IAM Roles for Service Accounts, on EKS.
    Aws(AwsRoleArn),
    /// Workload Identity Federation, on GKE.
    Gcp(GcpServiceAccount),
    /// Microsoft Entra Workload ID, on AKS.
    Azure(AzureClientId),
}

/// Files that are mounted into the server.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder they appear in.
    pub mount_path: AbsolutePath,
    /// Content by file name.
    pub files: BTreeMap<SecretKey, String>,
}

/// A volume of its own for each replica.
#[derive(Clone, Debug)]
pub struct State {
    /// How large each volume is.
    pub size: Quantity,
    /// Its storage class; `None` takes the cluster's default.
    pub storage_class: Option<DnsSubdomain>,
    /// The folder it appears in.
    pub mount_path: AbsolutePath,
}

/// What only one target knows.
#[derive(Clone, Debug)]
pub struct Targets {
    /// Kubernetes, and what is built on it.
    pub kubernetes: KubernetesTarget,
    /// KServe.
    pub kserve: kserve::KserveTarget,
    /// The managed targets.
    pub managed: managed::ManagedTargets,
}

/// What only Kubernetes knows.
#[derive(Clone, Debug)]
pub struct KubernetesTarget {
    /// Whose use of a resource is metered.
    pub metric_scope: MetricScope,
    /// Whose node labels are used; `None` writes those of all known clouds, any of which may match.
    pub cloud: Option<Cloud>,
}
