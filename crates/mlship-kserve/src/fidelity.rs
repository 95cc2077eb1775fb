//! What became of each field that was written.

use std::collections::BTreeMap;

use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::target::{Adaptation, Emitted};
use mlship_spec::workload::Workload;

/// What became of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is honoured; where it went.
    Honoured(&'static str),
    /// It is honoured in another way than written; how.
    Adapted(String),
    /// It can't be honoured; why.
    Refused(String),
    /// It is of another target, or of none.
    Elsewhere(&'static str),
}

/// One field, or a group of them by the beginning of their paths, and what it becomes on KServe.
struct Answer {
    field: &'static str,
    becomes: Becomes,
}

enum Becomes {
    Honoured(&'static str),
    Elsewhere(&'static str),
}

const fn honoured(field: &'static str, what: &'static str) -> Answer {
    Answer { field, becomes: Becomes::Honoured(what) }
}

const fn elsewhere(field: &'static str, why: &'static str) -> Answer {
    Answer { field, becomes: Becomes::Elsewhere(why) }
}

const POD: &str = "the predictor's pod";
const SERVER: &str = "the container kserve-container";
const OTHERS: &str = "another target's";

/// Every field of the spec. What a mode, a runtime or a version can't do is refused or adapted beside it.
const ANSWERS: &[Answer] = &[
    elsewhere("apiVersion", "it says how the file is read"),
    honoured("name", "metadata.name of the InferenceService and of what stands beside it"),
    honoured("namespace", "metadata.namespace of every object"),
    honoured("labels", "metadata.labels, which KServe hands on to what it makes"),
    honoured("annotations", "metadata.annotations, which KServe hands on to what it makes"),
    honoured("server.image", SERVER),
    honoured("server.port", "the first port of kserve-container, to which port 80 of the Service leads"),
    honoured("server.protocol", "the port's name, the probes, and a runtime's protocolVersion"),
    honoured("server.ports", "further ports of the container and of the Service"),
    honoured("server.command", SERVER),
    honoured("server.args", SERVER),
    honoured("server.env", SERVER),
    honoured("server.secretEnv", SERVER),
    honoured("server.pullSecrets", POD),
    honoured("server.pullPolicy", SERVER),
    honoured("server.metrics", "annotations of the pods, or a monitor beside the InferenceService"),
    honoured("server.requestTimeout", "the grace period, and the time-out of the way in"),
    honoured(
        "server.concurrency",
        "the default target of the autoscaler; in Knative mode containerConcurrency",
    ),
    honoured("model.format", "the runtime, where one is named or says the same"),
    honoured("model.uri", "an init container or volume of the pod, or storageUri"),
    honoured("model.size", "room for the download, and memory"),
    honoured("model.loadSeconds", "the startup probe and the autoscaler's windows"),
    honoured("model.path", "the mount of the weights"),
    honoured("model.credentials", "variables of the download, or a Secret hung on the ServiceAccount"),
    honoured("model.cache", "a PersistentVolumeClaim beside the InferenceService"),
    honoured("resources", "resources of kserve-container, tolerations and node affinity"),
    honoured("health", "the probes of kserve-container"),
    honoured("replicas", "minReplicas and maxReplicas, or the bounds of the autoscaler beside KServe"),
    honoured("autoscale", "scaleMetric and scaleTarget, autoScaling, or an autoscaler beside KServe"),
    honoured("rollout.surge", "deploymentStrategy"),
    honoured("rollout.unavailable", "deploymentStrategy"),
    honoured(
        "rollout.canary",
        "a second InferenceService and a route that splits; in Knative mode canaryTrafficPercent",
    ),
    honoured("rollout.deadline", "serving.knative.dev/progress-deadline in Knative mode"),
    honoured("availability.spread", POD),
    honoured("availability.spreadStrength", POD),
    honoured("availability.minAvailable", "a PodDisruptionBudget, which KServe does not make"),
    honoured("availability.maxUnavailable", "a PodDisruptionBudget, which KServe does not make"),
    honoured("expose", "an Ingress, route or DomainMapping beside the InferenceService"),
    honoured("network.allowFrom", "a NetworkPolicy, which KServe does not make"),
    honoured("placement", POD),
    honoured("security", "the security contexts of pod and container, and scratch volumes"),
    honoured("identity.serviceAccount", POD),
    honoured("identity.awsRole", "an annotation of the ServiceAccount"),
    honoured("identity.gcpServiceAccount", "an annotation of the ServiceAccount"),
    honoured("identity.azureClientId", "an annotation of the ServiceAccount, and a label of the pods"),
    honoured("config", "a ConfigMap, mounted into the pod"),
    elsewhere("state", "KServe runs Deployments only, and refuses it"),
    elsewhere("requirements", "`mlship decide` reads it"),
    honoured("targets.kubernetes.autoscaler", "the autoscalerClass"),
    honoured("targets.kubernetes.metricScope", "the metric of the autoscaler beside KServe"),
    honoured("targets.kubernetes.cloud", "the labels of the node affinity"),
    honoured("targets.kserve.version", "which fields are written"),
    honoured("targets.kserve.mode", "the annotation serving.kserve.io/deploymentMode"),
    honoured("targets.kserve.runtime", "predictor.model.runtime"),
    honoured("targets.kserve.storage", "an init container or volume of the pod, or storageUri"),
    elsewhere("targets.gke-autopilot", OTHERS),
    elsewhere("targets.eks-fargate", OTHERS),
    elsewhere("targets.aks-virtual-nodes", OTHERS),
    elsewhere("targets.sagemaker", OTHERS),
    elsewhere("targets.azureml", OTHERS),
    elsewhere("targets.helm", OTHERS),
    elsewhere("environments", "they were laid over the spec before it was read"),
];

/// What a field of the schema becomes on KServe, when nothing is refused or adapted; `None` is an oversight.
pub fn answer(field: &str) -> Option<Fate> {
    let is_of = |answer: &&Answer| {
        field.strip_prefix(answer.field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    // The longest path says most of the field.
    let answer = ANSWERS.iter().filter(is_of).max_by_key(|answer| answer.field.len())?;
    Some(match answer.becomes {
        Becomes::Honoured(what) => Fate::Honoured(what),
        Becomes::Elsewhere(why) => Fate::Elsewhere(why),
    })
}

/// What became of each field that was written, by its path.
pub fn fates(workload: &Workload, outcome: &Result<Emitted, Vec<Diagnostic>>) -> BTreeMap<String, Fate> {
    let leaves = leaves(workload);
    let mut fates = BTreeMap::new();
    for field in leaves {
        let fate = match outcome {
            Ok(emitted) => adapted(&field, &emitted.adapted),
            Err(refusals) => refused(workload, &field, refusals),
        };
        if let Some(fate) = fate.or_else(|| answer(&field)) {
            fates.insert(field, fate);
        }
    }
    fates
}

/// The fields that were written and hold no others.
fn leaves(workload: &Workload) -> Vec<String> {
    let written = &workload.provenance.written;
    let holds_others = |field: &str| {
        let below = format!("{field}.");
        written.range(below.clone()..).next().is_some_and(|(next, _)| next.starts_with(&below))
    };
    written.keys().filter(|field| !holds_others(field)).cloned().collect()
}

fn adapted(field: &str, adapted: &[Adaptation]) -> Option<Fate> {
    let is_of = |adaptation: &&Adaptation| {
        let of = adaptation.field.as_str();
        field == of || field.strip_prefix(of).is_some_and(|rest| rest.starts_with('.'))
    };
    adapted.iter().find(is_of).map(|adaptation| Fate::Adapted(adaptation.how.clone()))
}

fn refused(workload: &Workload, field: &str, refusals: &[Diagnostic]) -> Option<Fate> {
    let place = workload.provenance.written.get(field)?.span;
    let parent = field.rsplit_once('.').and_then(|(parent, _)| workload.provenance.written.get(parent));
    let is_here = |refusal: &&Diagnostic| {
        refusal.span == Some(place) || (refusal.span.is_some() && refusal.span == parent.map(|it| it.span))
    };
    refusals.iter().find(is_here).map(|refusal| Fate::Refused(refusal.message.clone()))
}
