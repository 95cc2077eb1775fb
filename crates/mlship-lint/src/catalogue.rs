//! Everything that is known to go wrong with a model server on Kubernetes, and what becomes of each here.

use mlship_spec::codes::{self, Code};

use crate::rule::Rule;
use crate::rules::{devices, memory, rollout, scaling, startup, supply};

/// One thing that goes wrong.
#[derive(Debug)]
pub struct Entry {
    /// The stable code.
    pub id: &'static str,
    /// How bad it is where it happens.
    pub level: Level,
    /// What it is, in a few words.
    title: &'static str,
    /// What becomes of it.
    pub account: Account,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// It does not work.
    Error,
    /// It is likely not what was meant.
    Warning,
    /// It is worth knowing.
    Note,
}

/// What becomes of something that goes wrong.
#[derive(Debug)]
pub enum Account {
    /// A rule finds it.
    Rule(&'static Rule),
    /// The reader finds it, under this code.
    WhenReading(&'static Code),
    /// It is found under another code, as the words say.
    Under(&'static Code, &'static str),
    /// It can't come out of mlship, since this is so.
    Prevented(&'static str),
    /// `mlship plan --nodes` finds it: this is not known without.
    WithNodes(&'static str),
    /// `mlship plan --load` finds it: this is not known without.
    UnderLoad(&'static str),
    /// It shows in a cluster alone: this is not known without.
    InACluster(&'static str),
}

impl Entry {
    /// What it is, in a few words.
    pub fn title(&self) -> &'static str {
        match &self.account {
            Account::Rule(rule) => rule.code.title,
            _ => self.title,
        }
    }
}

/// The entry of a code, in any case of its letters.
pub fn find(id: &str) -> Option<&'static Entry> {
    all().iter().find(|entry| entry.id.eq_ignore_ascii_case(id))
}

/// Everything, in the order of the codes.
pub fn all() -> &'static [Entry] {
    TABLE
}

const fn entry(id: &'static str, level: Level, title: &'static str, account: Account) -> Entry {
    Entry { id, level, title, account }
}

#[rustfmt::skip] // One a line.
static TABLE: &[Entry] = &[
    entry("ML101", Level::Error, "GPU request without an equal limit", Account::Prevented("the device's request and limit are written from one number")),
    entry("ML102", Level::Error, "part of a GPU", Account::WhenReading(&codes::FRACTIONAL_GPU)),
    entry("ML103", Level::Error, "GPU on EKS Fargate", Account::Under(&codes::NOT_ON_TARGET, "eks-fargate has no GPUs, and refuses the field")),
    entry("ML104", Level::Error, "what Fargate can't run", Account::Under(&codes::NOT_ON_TARGET, "eks-fargate refuses volumes of EBS; privileged containers, host ports and the host's network can't be asked for")),
    entry("ML105", Level::Warning, "GPU request without the toleration", Account::Prevented("the taint of the device's vendor is tolerated wherever a device is asked for")),
    entry("ML106", Level::Warning, "", Account::Rule(&devices::ANY_ACCELERATOR)),
    entry("ML107", Level::Error, "", Account::Rule(&devices::PARALLELISM)),
    entry("ML108", Level::Warning, "", Account::Rule(&devices::NO_SUCH_MACHINE)),
    entry("ML109", Level::Error, "", Account::Rule(&memory::SMALL_SHARED_MEMORY)),
    entry("ML110", Level::Warning, "", Account::Rule(&memory::SHARED_MEMORY_ABOVE_LIMIT)),
    entry("ML111", Level::Warning, "", Account::Rule(&memory::MEMORY_NOT_RESERVED)),
    entry("ML112", Level::Warning, "", Account::Rule(&memory::CPU_LIMIT_ON_GPU)),
    entry("ML113", Level::Error, "", Account::Rule(&memory::WEIGHTS_ABOVE_MEMORY)),
    entry("ML114", Level::Warning, "", Account::Rule(&memory::DISK_BELOW_MODEL)),
    entry("ML115", Level::Warning, "containers without requests", Account::Prevented("every container, that of the download too, requests CPU and memory")),
    entry("ML116", Level::Warning, "", Account::Rule(&devices::OTHER_SHARING)),
    entry("ML201", Level::Error, "", Account::Rule(&startup::LOAD_TIME_TOO_SHORT)),
    entry("ML202", Level::Error, "liveness without a startup probe", Account::Prevented("a startup probe of three times the load time holds liveness back")),
    entry("ML203", Level::Warning, "", Account::Rule(&startup::READY_TOO_EARLY)),
    entry("ML204", Level::Warning, "", Account::Rule(&startup::DEADLINE_BELOW_START)),
    entry("ML205", Level::Warning, "Knative's deadline below the cold start", Account::Prevented("in Knative mode the deadline of the rollout is Knative's progress-deadline, and never shorter than a start")),
    entry("ML206", Level::Warning, "probe that times out after a second", Account::Prevented("probes wait three seconds at least")),
    entry("ML207", Level::Note, "probe of another host", Account::Prevented("probes name no host, and ask the pod itself")),
    entry("ML208", Level::Warning, "liveness as strict as readiness", Account::Prevented("liveness needs a minute of failures, readiness a quarter of that")),
    entry("ML209", Level::Warning, "large image that is pulled whole", Account::InACluster("how large the image is, and whether the nodes stream it")),
    entry("ML210", Level::Warning, "large image asked for at each start", Account::InACluster("how large the image is; layers that a node has are not pulled again")),
    entry("ML301", Level::Error, "", Account::Rule(&rollout::SURGE_ON_GPU)),
    entry("ML302", Level::Error, "disruption budget blocks every drain", Account::WhenReading(&codes::BLOCKING_BUDGET)),
    entry("ML303", Level::Warning, "budget that protects pods that are not ready", Account::Prevented("every budget has unhealthyPodEvictionPolicy AlwaysAllow")),
    entry("ML304", Level::Error, "grace period below the longest request", Account::Prevented("the grace period is the drain, the longest request and five seconds")),
    entry("ML305", Level::Warning, "no drain before the end", Account::Prevented("each pod waits before it ends, while routes to it are taken away")),
    entry("ML306", Level::Warning, "", Account::Rule(&rollout::LONELY_REPLICA)),
    entry("ML307", Level::Warning, "shutdown longer than the spot notice", Account::WhenReading(&codes::SPOT_GRACE)),
    entry("ML308", Level::Error, "", Account::Rule(&rollout::SURGE_ON_SINGLE_NODE_VOLUME)),
    entry("ML309", Level::Warning, "required anti-affinity with more replicas than nodes", Account::Prevented("replicas are spread by topology, which lets two share a node where there are too few, and never by anti-affinity")),
    entry("ML310", Level::Warning, "strict spreading that counts old pods", Account::Prevented("constraints of a Deployment count pods of one version, by matchLabelKeys")),
    entry("ML401", Level::Error, "", Account::Rule(&scaling::CPU_ON_GPU)),
    entry("ML402", Level::Error, "replicas beside an autoscaler", Account::Prevented("replicas is left out wherever an autoscaler is written")),
    entry("ML403", Level::Warning, "the ramp outruns model loading", Account::UnderLoad("whether replicas come as fast as the load grows")),
    entry("ML404", Level::Warning, "", Account::Rule(&scaling::VALUE_TARGET)),
    entry("ML405", Level::Warning, "", Account::Rule(&scaling::NEVER_FIRES)),
    entry("ML406", Level::Warning, "", Account::Rule(&scaling::ABOVE_SLOTS)),
    entry("ML407", Level::Warning, "", Account::Rule(&scaling::SHORT_WINDOW)),
    entry("ML408", Level::Error, "an HPA can't scale to zero", Account::WhenReading(&codes::ZERO_WITHOUT_KEDA)),
    entry("ML409", Level::Warning, "", Account::Rule(&scaling::COLD_START)),
    entry("ML410", Level::Error, "the most replicas need more GPUs than there are", Account::WithNodes("whether the most replicas find their GPUs")),
    entry("ML411", Level::Warning, "two autoscalers of one service", Account::Prevented("one autoscaler is written")),
    entry("ML412", Level::Warning, "", Account::Rule(&scaling::SHORT_COOLDOWN)),
    entry("ML413", Level::Note, "autoscaler that counts pods of others", Account::Prevented("the selector of every object has the service's own name, which no other pod carries")),
    entry("ML501", Level::Error, "image without a fixed version", Account::WhenReading(&codes::MUTABLE_IMAGE)),
    entry("ML502", Level::Warning, "", Account::Rule(&supply::TAG_IN_PRODUCTION)),
    entry("ML503", Level::Warning, "", Account::Rule(&supply::MOVING_MODEL)),
    entry("ML504", Level::Error, "secret in plain text", Account::WhenReading(&codes::SECRET_LITERAL)),
    entry("ML505", Level::Warning, "", Account::Rule(&supply::REMOTE_CODE)),
    entry("ML506", Level::Warning, "", Account::Rule(&supply::PICKLED_WEIGHTS)),
    entry("ML507", Level::Warning, "field of Pod Security \"restricted\" missing", Account::Prevented("pods pass \"restricted\" as a whole")),
    entry("ML508", Level::Warning, "service account token mounted", Account::Prevented("no token is mounted")),
    entry("ML509", Level::Warning, "", Account::Rule(&supply::CACHE_NOT_WRITABLE)),
    entry("ML510", Level::Warning, "", Account::Rule(&supply::NO_TLS)),
    entry("ML511", Level::Warning, "metrics open to everybody", Account::Prevented("a NetworkPolicy is written for every service, and no Ingress or route leads to a metrics port of its own")),
    entry("ML512", Level::Warning, "the host's shared memory", Account::Prevented("shared memory is a volume of the pod, and nothing of the host's is used")),
    entry("ML601", Level::Error, "readers disagree about this value", Account::WhenReading(&codes::AMBIGUOUS_SCALAR)),
    entry("ML602", Level::Error, "key given twice", Account::WhenReading(&codes::DUPLICATE_KEY)),
    entry("ML603", Level::Warning, "name too long", Account::WhenReading(&codes::NAME_TOO_LONG)),
    entry("ML604", Level::Error, "change of a field that can't be changed", Account::InACluster("what is in the cluster already: selectors, volume claims and cluster IPs can't be changed")),
    entry("ML605", Level::Warning, "object above 1 MiB", Account::Under(&codes::INVALID_VALUE, "files of `config` that together exceed 1 MiB are refused")),
    entry("ML606", Level::Warning, "API that the cluster no longer has", Account::Prevented("every object is of a version that is served today, with no end announced")),
];
