//! What there is to say of an LLMInferenceService.

use mlship_spec::choices::KserveStorage;
use mlship_spec::codes::KSERVE_FAULT;
use mlship_spec::workload::kserve::{Llm, LlmRoute, LlmScheduler};

use super::{START, arguments, is_vllm};
use crate::names::names;
use crate::remarks::Remarks;

/// Says what was decided and adapted.
pub(crate) fn note(remarks: &mut Remarks<'_>, llm: &Llm) {
    container(remarks, llm);
    rollout(remarks);
    let workload = remarks.workload;
    if !workload.labels.is_empty() {
        let how = "of the LLMInferenceService and of what stands beside it, not of the pods: KServe puts the labels of \
                   pods into the selector of its Deployment, which can't be changed";
        remarks.adapt("labels", how);
    }
    let service = names(workload);
    let value = format!("{}, port {}", service.service, service.port);
    remarks.decide("service", value, "what KServe calls the Service of an LLM");
    let namespace = workload.namespace.as_ref().map_or("<namespace>", |namespace| namespace.as_str());
    if llm.route == LlmRoute::Kserve {
        let value = format!("/{namespace}/{}", workload.name);
        remarks.decide(
            "router.route",
            value,
            "the path of KServe's own route, at the Gateway of its settings",
        );
    }
    if llm.scheduler == LlmScheduler::EndpointPicker {
        let reason = "the Gateway must know InferencePools (Gateway API Inference Extension)";
        remarks.decide("router.scheduler", format!("{}-inference-pool", workload.name), reason);
    }
    if workload.targets.kserve.storage == KserveStorage::Pod && workload.model.source.is_some() {
        let reason = "the pod brings the weights, with the resources, cache and rights that the spec names";
        remarks.decide("storageInitializer.enabled", "false", reason);
    }
    let reason = "KServe's own scaling asks for the Workload Variant Autoscaler; the one beside it does what the spec says";
    if matches!(workload.scale, mlship_spec::workload::Scale::Auto(_)) {
        remarks.decide("scaling", "none", reason);
    }
}

fn container(remarks: &mut Remarks<'_>, llm: &Llm) {
    let workload = remarks.workload;
    if workload.server.command.is_empty() && is_vllm(workload) {
        let reason = "what starts vLLM: KServe's preset would start it by a script of its own";
        remarks.decide("server.command", START.join(" "), reason);
    }
    let added = arguments(workload, llm).added;
    if !added.is_empty() {
        let how = format!("also as `{}` among the server's arguments", added.join(" "));
        remarks.adapt("targets.kserve.llm.parallelism", how);
    }
    if workload.shutdown.drain_seconds > 0 {
        let reason = "KServe's preset waits by a command, and a hook of two kinds is refused";
        remarks.decide(
            "lifecycle.preStop",
            format!("/bin/sleep {}", workload.shutdown.drain_seconds),
            reason,
        );
    }
}

/// There is no field for the strategy until 0.21 (`rolloutStrategy`), so that of Kubernetes holds.
fn rollout(remarks: &mut Remarks<'_>) {
    let reason = "KServe has no field for it, and a quarter is what Kubernetes takes";
    remarks.settle("rollout.surge", "25%", reason);
    remarks.settle("rollout.unavailable", "25%", reason);
    let workload = remarks.workload;
    if workload.rollout.progress_deadline_seconds != 600 {
        let reason =
            "KServe has no field for it; its Deployments count as stuck after ten minutes, and go on";
        remarks.settle("rollout.deadline", "10m", reason);
    }
    remarks.decide(
        "revisionHistoryLimit",
        "10",
        "KServe has no field for it, and ten is what Kubernetes keeps",
    );
    // A quarter of fewer than four is none to do without, and one to add.
    if let Some(gpu) = &workload.resources.gpu
        && workload.min_replicas() < 4
    {
        let count = gpu.count;
        let message = format!(
            "a new version of an LLMInferenceService starts before an old replica goes: it waits until {count} more \
             accelerators are free"
        );
        let help =
            "keep one node's worth free during a rollout; KServe has a field for the strategy from 0.21 on";
        let field = "targets.kserve.llm";
        remarks.warn(&KSERVE_FAULT, field, message, help);
    }
}
