//! `ML2xx`: start and health.

use mlship_spec::choices::Protocol;
use mlship_spec::workload::{Check, Places, Workload};

use crate::rule::{Finding, rule};
use crate::subject::Subject;

rule! {
    /// The stated load time can't be true of such a model.
    LOAD_TIME_TOO_SHORT "ML201" Error "model can't load within the startup probe"
    why "The startup probe lasts three times `model.loadSeconds`. Weights that even a fast local disk reads for longer are \
         not loaded by then: the replica is killed and starts again, for ever."
    fix "Measure the time from the start of the process to the first answer, and write it as `model.loadSeconds`."
    evidence ["https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/#startup-probe",
              "https://cloud.google.com/compute/docs/disks/performance"]
    on EVERYWHERE needs Spec
    judge load_time_too_short
}

rule! {
    /// The path says that the process lives, not that it serves.
    READY_TOO_EARLY "ML203" Warning "readiness may answer before the model is loaded"
    why "Requests are sent to a replica as soon as its readiness path answers. A path that only says that the process \
         lives answers while the model still loads, and the first requests of each new replica fail; one that asks for a \
         model by its name answers while the other models of the server still load."
    fix "Ask for something that needs the model, such as `/v1/models` of an OpenAI server or `/v2/health/ready`."
    evidence ["https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md#health",
              "https://docs.vllm.ai/en/stable/serving/openai_compatible_server/"]
    on EVERYWHERE needs Spec
    judge ready_too_early
}

rule! {
    /// A rollout counts as failed before a replica can be there.
    DEADLINE_BELOW_START "ML204" Warning "rollout deadline shorter than a start"
    why "A new replica may first need a node, then its image, then its model. A deadline below the sum of these marks a \
         rollout as failed that would have come to its end, and pipelines roll it back."
    fix "Leave `rollout.deadline` away, or give it the load time and five minutes more, three on CPUs."
    evidence ["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds"]
    on KUBERNETES needs Spec
    judge deadline_below_start
}

/// What the fastest disks of machines read in a second: local NVMe drives in a row,
/// <https://cloud.google.com/compute/docs/disks/performance> (2026-11).
const FASTEST_BYTES_PER_SECOND: u64 = 2_000_000_000;

/// Seconds until a node with a GPU is there and has pulled an image; without one it is faster. Karpenter's nodes come in
/// one to two minutes, GPU pools of AKS that were empty in five to ten.
const NODE_AND_IMAGE_WITH_GPU: u32 = 300;
const NODE_AND_IMAGE: u32 = 180;

fn load_time_too_short(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Workload { model, probes, .. } = subject.workload;
    let Some(size) = &model.size else { return };
    let least = size.bytes() / FASTEST_BYTES_PER_SECOND;
    let budget = probes.startup.period_seconds * probes.startup.failure_threshold;
    if least <= u64::from(budget) {
        return;
    }
    let message =
        format!("a model of {size} takes {least}s at 2 GB/s, and the startup probe gives up after {budget}s");
    let help = "measure how long it loads, and write that as `loadSeconds`";
    let finding = Finding::new(subject.span("model.loadSeconds"), message, help);
    found.push(finding.related(subject.span("model.size"), "its size"));
}

fn ready_too_early(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    if let Some(finding) = ready_with_one_of_several(subject) {
        found.push(finding);
        return;
    }
    let is_written =
        workload.provenance.is_written("health.ready") || workload.provenance.is_written("health.live");
    let Check::Http { path, .. } = &workload.probes.readiness.check else { return };
    let Some(better) = better_path(path.as_str(), workload.server.protocol).filter(|_| is_written) else {
        return;
    };
    let field = if workload.provenance.is_written("health.ready") { "health.ready" } else { "health.live" };
    let message =
        format!("`{path}` answers as soon as the process lives, whether or not its model is loaded");
    found.push(Finding::new(subject.span(field), message, better));
}

/// Of several models, one is ready before the others are.
fn ready_with_one_of_several(subject: &Subject<'_>) -> Option<Finding> {
    let workload = subject.workload;
    let Check::Http { path, .. } = &workload.probes.readiness.check else { return None };
    let Places::Several(uris) = &workload.model.source.as_ref()?.places else { return None };
    let model = path.as_str().strip_prefix("/v2/models/")?.split(['/', '?']).next()?;
    if uris.len() < 2 || !uris.keys().any(|name| name.as_str() == model) {
        return None;
    }
    let field = if workload.provenance.is_written("health.ready") { "health.ready" } else { "health.live" };
    let message = format!("`{path}` answers for `{model}` alone, while the other models may still load");
    let help = "write `ready: /v2/health/ready`, which answers for all of them";
    let finding = Finding::new(subject.span(field), message, help);
    Some(finding.related(subject.span("model.uris"), "the models"))
}

/// What to ask in place of a path that only says that the process lives.
fn better_path(path: &str, protocol: Protocol) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or(path).trim_end_matches('/');
    let last = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_liveness =
        ["live", "livez", "liveness", "alive", "metrics", "docs", "ping"].contains(&last.as_str());
    match protocol {
        Protocol::OpenInference if is_liveness || path.is_empty() => Some("write `ready: /v2/health/ready`"),
        Protocol::OpenAi
            if is_liveness || path.is_empty() || matches!(last.as_str(), "health" | "healthz") =>
        {
            Some("write `ready: /v1/models`, which lists the models that are served")
        }
        Protocol::Http | Protocol::Grpc if path.is_empty() || (is_liveness && last != "ping") => {
            Some("name a path that answers 200 only when the model is loaded, such as `ready: /readyz`")
        }
        _ => None,
    }
}

fn deadline_below_start(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Workload { rollout, model, resources, state, provenance, .. } = subject.workload;
    if state.is_some() || !provenance.is_written("rollout.deadline") {
        return;
    }
    let before = if resources.gpu.is_some() { NODE_AND_IMAGE_WITH_GPU } else { NODE_AND_IMAGE };
    let start = model.load_seconds.saturating_add(before);
    let deadline = rollout.progress_deadline_seconds;
    if deadline >= start {
        return;
    }
    let message = format!(
        "a replica may need {start}s ({before}s for a node and the image, {}s to load), and a rollout fails after {deadline}s",
        model.load_seconds
    );
    let help = format!("write `deadline: {start}s` or more, or remove it");
    found.push(Finding::new(subject.span("rollout.deadline"), message, help));
}
