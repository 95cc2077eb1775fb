//! The stable codes of everything that mlship finds, and what each means.
//!
//! `ML0xx` the file and its fields, `ML1xx` resources, `ML2xx` start and health, `ML3xx` rollout and
//! disruption, `ML4xx` scaling, `ML5xx` supply chain and security, `ML6xx` YAML and names, `ML7xx` managed
//! platforms. A code never changes its meaning; one that is no longer found is retired, not reused.

/// One kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// The code, such as `ML002`.
    pub id: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// Why it matters and what to do, in a few sentences.
    pub explanation: &'static str,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident $id:literal $title:literal $explanation:literal;)+) => {
        $($(#[doc = $doc])+ pub static $name: Code = Code { id: $id, title: $title, explanation: $explanation };)+

        /// Every code, in order.
        pub fn all() -> &'static [&'static Code] {
            static ALL: &[&Code] = &[$(&$name,)+];
            ALL
        }
    };
}

/// The code of an id, in any case of its letters.
pub fn lookup(id: &str) -> Option<&'static Code> {
    all().iter().copied().find(|code| code.id.eq_ignore_ascii_case(id))
}

codes! {
    /// The text is not YAML.
    SYNTAX "ML001" "not YAML"
        "The text breaks YAML's grammar at the marked place, so nothing after it can be read. Common causes are \
         a tab in the indentation, a value with `: ` or ` #` in it that needs quotes, and a quote or bracket \
         that is not closed.";
    /// A field does not exist.
    UNKNOWN_FIELD "ML002" "unknown field"
        "mlship reads every field or refuses it: a misspelled field would otherwise be a setting that you believe \
         in and nobody applies. `mlship explain` lists the fields; the message names the nearest one.";
    /// A field holds another kind of value.
    WRONG_TYPE "ML003" "wrong kind of value"
        "The field wants another kind of value, such as a number in place of text or a group of fields in place \
         of a single value. `mlship explain FIELD` shows what it takes.";
    /// A field is missing.
    MISSING_FIELD "ML004" "missing field"
        "A field that has no sensible default is not there. `mlship init IMAGE` writes a file with every field \
         that is needed.";
    /// A word is not among those allowed.
    UNKNOWN_WORD "ML005" "unknown word"
        "The field takes one of a closed list of words. The message lists them and names the nearest one.";
    /// A value breaks a rule of its field.
    INVALID_VALUE "ML006" "value not allowed"
        "The value breaks a rule that Kubernetes or the field itself sets, and would be refused when it is \
         applied. The message says which rule and, where it can, what to write instead.";
    /// Two fields contradict each other.
    CONFLICT "ML007" "fields contradict each other"
        "Each of the fields is fine alone, together they mean nothing or the platform refuses them. The message \
         marks both and says which to change.";
    /// An environment does not exist.
    UNKNOWN_ENVIRONMENT "ML008" "unknown environment"
        "`--env NAME` lays `environments.NAME` of the spec over it. The spec has no environment of that name.";
    /// A `--set` flag can't be read.
    BAD_SET "ML009" "--set not understood"
        "`--set` takes `path.to.field=value`, with the value in YAML: `--set resources.gpu.count=2`, \
         `--set 'server.args=[--port, \"8000\"]'`. A key that holds dots goes in quotes: \
         `--set 'labels.\"example.com/team\"=search'`. `null` takes a field away.";
    /// The text is too large or too deep.
    TOO_LARGE "ML010" "too large"
        "Size, depth and the number of values are bounded, so that a broken or hostile file can't use up the \
         machine. Real specs stay far below.";
    /// Anchors, aliases, tags.
    NO_REFERENCES "ML011" "anchors, aliases and tags are not read"
        "Anchors and aliases can blow a small file up to gigabytes, and tags change what a value means from \
         afar; a spec is short enough without. `environments` holds what differs between copies.";
    /// A target can't do it.
    NOT_ON_TARGET "ML012" "not possible on this target"
        "The target has no way to do what the field asks for. The message says what it lacks, and which target \
         has it; `mlship decide` compares them all.";
    /// There is nothing to read.
    NOTHING "ML013" "nothing to read"
        "The file holds no document. `mlship init IMAGE` writes a first one.";
    /// Two specs would make the same objects.
    SAME_NAME "ML014" "two services of one name"
        "Two specs of the same name and namespace would overwrite each other's objects. Give one of them another \
         `name` or `namespace`.";
    /// The text's encoding or characters.
    ENCODING "ML015" "not text"
        "Specs are UTF-8 text without control characters. A file from an editor that saves UTF-16, or a binary, \
         can't be read.";
    /// A document of another kind.
    WRONG_KIND "ML016" "not an mlship spec"
        "The document's `apiVersion` is not one that this mlship reads. Specs begin with \
         `apiVersion: mlship.dev/v1`.";

    /// A GPU count that is no whole number.
    FRACTIONAL_GPU "ML102" "part of a GPU"
        "Kubernetes counts GPUs in whole devices. A part of one is either a MIG slice (`gpu.mig: 1g.10gb`), which \
         the hardware isolates, or a time-sliced share (`gpu.timeSliced: true`), which it does not.";
    /// A request above its limit.
    REQUEST_ABOVE_LIMIT "ML115" "request above limit"
        "The API server refuses a container whose request is larger than its limit.";
    /// An accelerator that is not in the catalogue.
    UNKNOWN_ACCELERATOR "ML117" "unknown accelerator"
        "The catalogue of accelerators does not know the name, so no node label can be chosen for it. Leave \
         `gpu.type` away and name the node by `placement.nodeSelector` instead, or use one of the names listed.";
    /// The model's size is needed.
    UNKNOWN_MODEL_SIZE "ML118" "size of the model not given"
        "A model that is downloaded needs room on the node's disk. Without `model.size`, 10Gi is reserved: too \
         little evicts the replica in the middle of the download, too much keeps it from being scheduled.";

    /// No node takes a pod.
    UNSCHEDULABLE "ML150" "pods find no node"
        "The scheduler finds no node that has what the pod asks for and lets it in. The message is the scheduler's own: it \
         counts the nodes by the reason why each is out. What helps was tried out: nodes to add, or a field to change.";

    /// Liveness and readiness can only see that a port is open.
    WEAK_HEALTH "ML250" "no health check given"
        "Without `health`, all that can be checked of a plain HTTP server is that its port accepts connections; \
         most servers open it before the model is loaded, and then get requests that they can't answer. Name a \
         path that answers 200 only when the model is loaded.";
    /// A shutdown that outlasts the notice of spot capacity.
    SPOT_GRACE "ML307" "shutdown longer than the spot notice"
        "Spot capacity is taken back 25 seconds (Google Cloud), 30 seconds (Azure) or two minutes (AWS) after the \
         notice. Requests that take longer are cut off there, whatever the grace period says.";

    /// A disruption budget that would block every drain.
    BLOCKING_BUDGET "ML302" "disruption budget blocks every drain"
        "A budget that wants as many replicas available as there are at the least allows no eviction: node \
         upgrades and drains wait for ever. The budget written instead lets one replica go at a time; to keep the \
         number you asked for, run at least one replica more.";
    /// A volume that only one node can mount, for several replicas.
    SINGLE_NODE_VOLUME "ML308" "volume of one node for several replicas"
        "A ReadWriteOnce volume can be mounted by the pods of one node. Replicas on other nodes wait for it for \
         ever, and so does the new pod of a rolling update.";

    /// CPU as the signal of a GPU server.
    CPU_SIGNAL_ON_GPU "ML401" "CPU says nothing of a GPU server's load"
        "A server that computes on the GPU leaves its CPU nearly idle under full load: an autoscaler that watches \
         the CPU never adds a replica while latency climbs. Scale on `concurrency`, `queue-depth` or `rps`.";
    /// A Value target multiplies by Ready pods.
    VALUE_WITH_SLOW_START "ML404" "target type Value with a slow start"
        "With the target type Value the HPA multiplies by the number of Ready pods and does not divide by it: \
         while pods load it asks for too few, and when they are Ready for too many. AverageValue divides the \
         whole by the target and has neither fault.";
    /// The signal can't reach its target.
    CANNOT_FIRE "ML405" "the signal can't exceed its target"
        "A gauge that ends at a ceiling, such as slots in use or GPU utilisation, moves the HPA only beyond \
         target x 1.1. A target of 0.909 of the ceiling or more is never exceeded, so no replica is ever \
         added. Choose a target well below the ceiling, or a signal without one, such as queued requests.";
    /// The target is above what a replica works on at once.
    TARGET_ABOVE_CONCURRENCY "ML406" "target above the server's concurrency"
        "The autoscaler is to hold more requests per replica than one works on at once. Unless waiting \
         requests count as well, the number is never reached, and where they do, requests wait by design.";
    /// Replicas go sooner than they come back.
    WINDOW_BELOW_LOAD "ML407" "scale-down window shorter than the start of a replica"
        "A replica that is taken away in a short lull is missing for a whole start when load returns. The \
         window for scaling down should be longer than a start takes.";
    /// Zero replicas without KEDA.
    ZERO_WITHOUT_KEDA "ML408" "an HPA can't scale to zero"
        "A HorizontalPodAutoscaler needs a running pod to measure, and its scaling to zero is off by default in \
         Kubernetes. KEDA asks Prometheus itself and can start the first replica.";
    /// The first caller gives up before the first replica is there.
    COLD_START_TIMEOUT "ML409" "cold start longer than callers wait"
        "With no replica, the first request waits for a whole start. Callers that wait less give up; only a \
         minimum of one replica, a faster start or more patience helps.";
    /// The most replicas don't fit on the nodes.
    BEYOND_THE_NODES "ML410" "the most replicas need more than there is"
        "The autoscaler may ask for more replicas than the nodes have room for: those beyond it stay pending while the \
         load is highest. Let a node autoscaler add nodes, raise the quota, or lower `replicas.max` to what there is.";
    /// KEDA sends a service to sleep sooner than it wakes.
    COOLDOWN_BELOW_LOAD "ML412" "cooldown shorter than the start of a replica"
        "KEDA takes the last replica away when the signal has been quiet for cooldownPeriod. If a start takes \
         longer than that, every lull costs a whole start.";
    /// Nothing says what to scale on.
    NO_SIGNAL "ML450" "no signal to scale on"
        "`replicas` gives a range, and nothing says what moves the number within it. On a CPU server the use of \
         its CPU does well; a GPU server has no signal that is right without knowing its metrics.";
    /// A signal whose metric is not scraped.
    METRIC_NOT_SCRAPED "ML451" "the signal's metric is not scraped"
        "The autoscaler follows a metric of the server, and nothing says where Prometheus reads the server's \
         metrics. Unless something else scrapes it, the autoscaler never sees a value and never acts.";
    /// A metric's name that was assumed.
    ASSUMED_METRIC "ML452" "name of the metric assumed"
        "Servers of one's own name their metrics as they like. The name written is what common libraries use; \
         `autoscale.metric` names the real one.";
    /// A query is bound to no namespace.
    UNSCOPED_QUERY "ML453" "query counts every namespace"
        "The autoscaler's query selects the service's pods by name. Without a namespace it counts pods of \
         the same name in other namespaces too, such as a staging copy, and scales this service for them. \
         `namespace` in the spec, or `--set namespace=NAME`, binds it.";

    /// `latest`, or no tag.
    MUTABLE_IMAGE "ML501" "image without a fixed version"
        "`latest`, or no tag, is another image tomorrow: replicas of one service then run different code, and a \
         roll back runs the new one. Name a version, or better a digest.";
    /// A secret in plain text.
    SECRET_LITERAL "ML504" "secret in plain text"
        "What stands in a spec ends up in git, in rendered manifests and in everybody's terminal. Put the value \
         in a Secret and refer to it: `secretEnv: {HF_TOKEN: {secret: hf, key: token}}`. If the value is no \
         secret, give the variable a name that does not look like one.";
    /// The network policy may shut out someone who has to get in.
    SHUT_OUT "ML513" "network policy may shut callers out"
        "`network.allowFrom` lets in the pods of the namespaces that it lists, and of the service's own. \
         The ingress controller, the Gateway's proxies or Prometheus run elsewhere as a rule: requests from \
         outside then time out, or the metrics stay empty. Add their namespaces to the list.";
    /// An ingress controller is left to its defaults.
    INGRESS_DEFAULTS "ML560" "ingress left to its defaults"
        "Time-outs and the protocol behind an Ingress are set by annotations of each controller's own. \
         mlship knows those of nginx; for another class the controller's defaults hold, often 60 seconds \
         and HTTP/1.1. Set what is needed in `expose.annotations`, or expose it through a Gateway, whose \
         routes say both in one way.";

    /// A scalar that YAML 1.1 and 1.2 read differently.
    AMBIGUOUS_SCALAR "ML601" "readers disagree about this value"
        "Readers of YAML 1.1 (kubectl, Helm, Python) and of YAML 1.2 take the value for different things: `yes` \
         for true or for text, `010` for 8 or 10, `1_000` for a number or for text. Put it in quotes, or write \
         what you mean.";
    /// A key given twice.
    DUPLICATE_KEY "ML602" "key given twice"
        "Which of the two counts differs from reader to reader, so neither does.";
    /// A name that becomes too long.
    NAME_TOO_LONG "ML603" "name too long"
        "Kubernetes bounds names, and the names derived from this one (of a headless service, of pods and their \
         labels) must fit as well.";

    /// A managed platform may see it otherwise.
    PLATFORM_DOUBT "ML701" "the platform may see it otherwise"
        "What a managed platform allows is known from its documents, and some of it only from what others repeat or \
         remember. The message says what is doubtful here and where it was read; it is worth a look before \
         you rely on it.";
    /// A fact about a platform that has to be read again.
    STALE_LIMIT "ML702" "limit not checked for long"
        "Limits of managed platforms change a few times a year, so each that mlship knows has a date from which it has to be \
         read again. The one named is past that date: compare it with the page linked, or take a newer mlship.";
    /// A price book can't be read.
    BAD_PRICES "ML703" "price book not understood"
        "`--prices FILE` takes the place of the prices that come with mlship, so each line of it is read or refused: a \
         misspelled service would otherwise make its prices unknown without a word. The form is that of mlship's own \
         book: groups of dollars per hour by item, each with service, region, link, date and how sure they are, and \
         factors for endpoints that cost some times the machine below them.";

    /// A known fault of a version of KServe.
    KSERVE_FAULT "ML710" "known fault of KServe"
        "The version of KServe that the spec names, or the newest, does something here that nobody wants, and nothing \
         in the objects can keep it from it. The message says what happens, and the help what goes round it. Faults \
         that can be gone round by what is written are gone round without a word of warning.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_explained() {
        let mut ids: Vec<_> = all().iter().map(|code| code.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all().len());
        assert!(all().iter().all(|code| code.explanation.len() > 40 && !code.title.ends_with('.')));
        assert_eq!(lookup("ml002").map(|code| code.id), Some("ML002"));
    }
}
