//! What there is to say: refusals, warnings, adaptations and decisions.

use mlship_kubernetes::{Notes, notes as plain_notes};
use mlship_spec::choices::{KserveMode, KserveStorage, Protocol};
use mlship_spec::codes::{Code, INGRESS_DEFAULTS};
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::provenance::Decision;
use mlship_spec::source::Span;
use mlship_spec::target::Adaptation;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::{Exposure, Scale, ServiceAccount, Workload};

use crate::beside::Service;
use crate::form::{self, Form, RuntimeForm};
use crate::names::names;
use crate::scaling::Scaling;
use crate::{admission, components, faults, graph, knative, llm, runtimes, version};

/// Decisions of the raw target about parts that KServe makes in its own way.
const MADE_BY_KSERVE: [&str; 2] = ["ports.port", "revisionHistoryLimit"];

/// Everything there is to say about one workload on KServe.
pub(crate) fn notes(workload: &Workload, form: &Form, service: &Service) -> Notes {
    let mut notes = of_plain_parts(workload, service);
    let mut remarks = Remarks { workload, notes: &mut notes };
    admission::judge(&mut remarks, form, service);
    faults::note(&mut remarks);
    if let Some(llm) = &workload.targets.kserve.llm {
        llm::judge(&mut remarks, llm);
        llm::note(&mut remarks, llm);
        trial(&mut remarks);
        public_name(&mut remarks);
        return notes;
    }
    components::note(&mut remarks);
    graph::note(&mut remarks);
    rollout(&mut remarks);
    trial(&mut remarks);
    access(&mut remarks);
    scaling(&mut remarks, service);
    match form {
        Form::Container => {}
        Form::Runtime(runtime) => of_runtime(&mut remarks, runtime),
    }
    storage(&mut remarks, form, service);
    if workload.targets.kserve.mode == KserveMode::Knative {
        of_knative(&mut remarks, service);
    }
    notes
}

/// A workload and what is said of it.
pub(crate) struct Remarks<'a> {
    pub(crate) workload: &'a Workload,
    notes: &'a mut Notes,
}

impl Remarks<'_> {
    pub(crate) fn refuse(
        &mut self,
        code: &'static Code,
        field: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.place(field);
        self.notes.refusals.push(Diagnostic::error(code, span, message).help(help));
    }

    pub(crate) fn warn(
        &mut self,
        code: &'static Code,
        field: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let span = self.place(field);
        self.notes.warnings.push(Diagnostic::warning(code, span, message).help(help));
    }

    /// Says that a field became something else.
    pub(crate) fn adapt(&mut self, field: &str, how: impl Into<String>) {
        self.notes.adapted.push(Adaptation { field: field.to_owned(), how: how.into() });
    }

    /// Notes a value that nobody wrote.
    pub(crate) fn decide(&mut self, field: &str, value: impl Into<String>, reason: impl Into<String>) {
        let decision = Decision { field: field.to_owned(), value: value.into(), reason: reason.into() };
        self.notes.decisions.push(decision);
    }

    /// Says that a field became something else where it was written, and that it was decided so where not.
    pub(crate) fn settle(&mut self, field: &str, value: &str, reason: &str) {
        if self.is_written(field) {
            self.adapt(field, format!("{value}: {reason}"));
        } else {
            self.decide(field, value, reason);
        }
    }

    /// The place of a field; of one that nobody wrote, that of what the spec is about.
    fn place(&self, field: &str) -> Option<Span> {
        self.workload.span(field).or_else(|| self.workload.span("name"))
    }

    pub(crate) fn is_written(&self, field: &str) -> bool {
        self.workload.provenance.is_written(field)
    }

    /// The version of KServe as people write it.
    pub(crate) fn kserve(&self) -> String {
        version::name(self.workload.targets.kserve.version)
    }
}

/// What the raw target says of the parts that are its own here too.
fn of_plain_parts(workload: &Workload, service: &Service) -> Notes {
    let mut notes = plain_notes(workload);
    let is_external = service.scaling == Scaling::External;
    let is_knative = workload.targets.kserve.mode == KserveMode::Knative;
    let is_kserves_storage = workload.targets.kserve.storage == KserveStorage::Kserve;
    let autoscaler = ["metrics", "pollingInterval", "cooldownPeriod"];
    let delivery = ["model.uri", "model.cache", "initContainers"];
    let is_ours = |field: &str| {
        let is_kserves = MADE_BY_KSERVE.contains(&field)
            || (!is_external && autoscaler.contains(&field))
            || (is_kserves_storage && delivery.contains(&field));
        !is_kserves
    };
    notes.decisions.retain(|decision| is_ours(&decision.field));
    notes.adapted.retain(|adapted| !(is_kserves_storage && adapted.field == "model.credentials"));
    // Knative's own ingress knows time-outs and protocols.
    notes.warnings.retain(|warning| !(is_knative && warning.code == &INGRESS_DEFAULTS));
    let span = |field: &str| workload.provenance.written.get(field).map(|origin| origin.span);
    let (canary, min) = (span("rollout.canary"), span("replicas.min"));
    notes.refusals.retain(|refusal| {
        let is_canary = canary.is_some() && refusal.span == canary;
        let is_sleep = is_knative && min.is_some() && refusal.span == min;
        !is_canary && !is_sleep
    });
    notes
}

fn rollout(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    if workload.targets.kserve.mode == KserveMode::Knative {
        return;
    }
    // `createRawDefaultDeployment` sets no deadline of its own, and there is no field for one.
    let deadline = workload.rollout.progress_deadline_seconds;
    if deadline != 600 {
        let reason =
            "KServe has no field for it; its Deployments count as stuck after ten minutes, and go on";
        remarks.settle("rollout.deadline", "10m", reason);
    }
    let reason = "KServe keeps so many old versions, and has no field for it";
    remarks.decide("revisionHistoryLimit", "10", reason);
    for (name, limit, request) in [
        ("cpu", &workload.resources.cpu.limit, &workload.resources.cpu.request),
        ("memory", &workload.resources.memory.limit, &workload.resources.memory.request),
    ] {
        if limit.is_none() {
            let reason = "the request: KServe fills a gap with its own limit, which may be less";
            remarks.decide(&format!("resources.{name}.limit"), request.to_string(), reason);
        }
    }
}

/// What a trial is, and how it ends.
fn trial(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let Some(percent) = workload.rollout.canary else { return };
    if workload.targets.kserve.mode == KserveMode::Knative {
        remarks.decide(
            "canaryTrafficPercent",
            percent.to_string(),
            "Knative keeps the rest on the version before",
        );
        return;
    }
    let how = format!(
        "an object of its own, `{}`, beside the one that runs; the route sends it {percent} of the requests. \
         Without `rollout.canary` the same spec promotes it, and the one before rolls back; then delete what is called so",
        workload.name
    );
    remarks.adapt("rollout.canary", how);
    if let (Some(_), ServiceAccount::Existing(name)) =
        (&workload.identity.cloud, &workload.identity.service_account)
    {
        let how = format!(
            "by the account `{name}` of the one that runs, which the cloud trusts by its name: that one has to be applied first"
        );
        remarks.adapt("identity", how);
    }
    if remarks.is_written("replicas") {
        remarks.adapt("replicas", format!("{percent} of them, rounded up, for the version that is tried"));
    }
}

fn access(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let kserve = names(workload);
    remarks.decide(
        "service",
        format!("{}, port {}", kserve.service, kserve.port),
        "what KServe calls the Service, whatever is spoken there",
    );
    let reason =
        "KServe's host names come from the cluster's settings; `status.url` shows one that nothing answers";
    remarks.decide(crate::service::VISIBILITY, "cluster-local", reason);
    public_name(remarks);
}

/// What the way in is called.
fn public_name(remarks: &mut Remarks<'_>) {
    let workload = remarks.workload;
    let is_standard = workload.targets.kserve.mode == KserveMode::Standard;
    let is_alone = workload.rollout.canary.is_none();
    if is_standard && is_alone && !matches!(workload.exposure, Exposure::Internal) {
        let value = format!("{}-public", workload.name);
        let reason = "KServe takes over an Ingress or route that is called like the service";
        remarks.decide("expose", value, reason);
    }
}

fn scaling(remarks: &mut Remarks<'_>, service: &Service) {
    let workload = remarks.workload;
    let (class, reason) = match &service.scaling {
        Scaling::Fixed(_) => ("none", "KServe would put an autoscaler over the fixed number"),
        Scaling::Hpa(..) => ("hpa", "KServe's own autoscaler does what the spec says"),
        Scaling::Keda(..) => ("keda", "KServe's own ScaledObject does what the spec says"),
        Scaling::External => (
            "external",
            "KServe has no field for this signal, target or window: the autoscaler is one beside it",
        ),
        Scaling::Knative(..) => return,
    };
    remarks.decide(crate::service::CLASS, class, reason);
    if matches!(service.scaling, Scaling::Hpa(..)) {
        remarks.settle(
            "targets.kubernetes.metricScope",
            "pod",
            "KServe's HPA meters the pod, in which the server is alone",
        );
    }
    if let (Scaling::Keda(..), Scale::Auto(auto)) = (&service.scaling, &workload.scale)
        && auto.min == 0
    {
        remarks.decide("pollingInterval", "30s", "KEDA's own; KServe has no field for it");
    }
}

fn of_runtime(remarks: &mut Remarks<'_>, form: &RuntimeForm) {
    let workload = remarks.workload;
    let RuntimeForm { name, known, args, .. } = form;
    if workload.targets.kserve.runtime.is_none() {
        let reason = "it runs this image with these arguments";
        remarks.decide("targets.kserve.runtime", name, reason);
    }
    has_to_be_there(remarks, form);
    let is_whole = known.is_some_and(|runtime| {
        args.len() + runtime.args.len() == workload.server.args.len() || runtime.args.is_empty()
    });
    if !is_whole {
        let how = format!("behind the arguments of the runtime `{name}`: KServe adds, it doesn't replace");
        remarks.settle("server.args", "added", &how);
    }
    if remarks.is_written("model.path") {
        remarks.decide("model.path", workload_path(workload), "where the runtime looks for the model");
    }
}

/// A runtime that KServe does not bring along: without it, or without the format among its own, KServe makes nothing.
fn has_to_be_there(remarks: &mut Remarks<'_>, form: &RuntimeForm) {
    let RuntimeForm { name, known, format, .. } = form;
    let is_kserves = runtimes::RUNTIMES.iter().any(|runtime| runtime.name == name);
    if is_kserves {
        return;
    }
    let value = format!("`{name}` in the namespace or the cluster");
    let reason = if known.is_some() {
        "KServe makes nothing before it is there: `mlship render --with-runtimes` writes it too".to_owned()
    } else {
        let format = runtimes::format_name(*format);
        let protocol = form::written_protocol(remarks.workload, form).unwrap_or("v1");
        format!(
            "KServe makes nothing before it is there, and lists the format `{format}` and the protocol `{protocol}`"
        )
    };
    remarks.decide("ServingRuntime", value, reason);
}

fn workload_path(workload: &Workload) -> String {
    workload.model.source.as_ref().map(|source| source.mount_path.to_string()).unwrap_or_default()
}

fn storage(remarks: &mut Remarks<'_>, form: &Form, service: &Service) {
    let workload = remarks.workload;
    let Some(source) = &workload.model.source else { return };
    match (workload.targets.kserve.storage, form) {
        (KserveStorage::Pod, _) => {
            let reason =
                "KServe's own initializer has no security context, no room and no cache that could be set";
            remarks.decide("targets.kserve.storage", "pod", reason);
        }
        (KserveStorage::Kserve, Form::Container) => {
            if let Some(uri) = source.places.one() {
                let reason = "by it KServe is told of the download; the server sees /mnt/models in its place";
                remarks.decide("server.env.STORAGE_URI", uri.to_string(), reason);
            }
        }
        (KserveStorage::Kserve, Form::Runtime(_)) => {}
    }
    let is_image = matches!(source.places.one(), Some(ModelUri::Oci(_)));
    let is_mounted_by_kserve =
        matches!(form, Form::Runtime(_)) || workload.targets.kserve.storage == KserveStorage::Kserve;
    if is_image && is_mounted_by_kserve {
        let how = "the folder `/models` of the image, where plain Kubernetes mounts the whole image: KServe looks there";
        remarks.settle("model.uri", "/models", how);
        if remarks.is_written("server.pullPolicy") {
            let how = "`IfNotPresent` for the image of the weights: KServe has no field for it";
            remarks.adapt("server.pullPolicy", how);
        }
    }
    if let Some(told) = service.storage_uris() {
        remarks.decide("storageUris", told, "KServe's word for several places, each with its folder");
    }
    if workload.targets.kserve.storage == KserveStorage::Kserve && source.credentials.is_some() {
        let how = "hung on the ServiceAccount, the only place where KServe looks for it";
        remarks.adapt("model.credentials", how);
    }
}

fn of_knative(remarks: &mut Remarks<'_>, service: &Service) {
    let workload = remarks.workload;
    let mut flags = knative::feature_flags(service.object.pod());
    // One place KServe's webhook brings into the pod, several its controller into the Knative service.
    if service.storage_uris().is_some() && !flags.contains(&knative::INIT_CONTAINERS) {
        flags.push(knative::INIT_CONTAINERS);
    }
    if !flags.is_empty() {
        let reason = "switches of Knative's ConfigMap `config-features` that this pod needs";
        remarks.decide("config-features", flags.join(", "), reason);
    }
    if remarks.is_written("server.concurrency") {
        let how = "a hard limit: Knative's proxy lets no more requests into a replica at once";
        remarks.adapt("server.concurrency", how);
    }
    let reason = "Knative waits for the longest request before it ends a pod, and its proxy drains";
    remarks.decide("terminationGracePeriodSeconds", format!("{}s", workload.server.request_seconds), reason);
    if workload.server.protocol == Protocol::Grpc {
        remarks.decide("ports.name", "h2c", "by the name Knative learns that HTTP/2 is spoken");
    }
}
