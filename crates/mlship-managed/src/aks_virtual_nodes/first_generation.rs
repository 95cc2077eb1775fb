//! What the add-on of AKS can't do, and the newer virtual nodes can.
//!
//! <https://learn.microsoft.com/azure/aks/virtual-nodes>, and what the provider itself returns errors for:
//! <https://github.com/virtual-kubelet/azure-aci/blob/382bbaa/pkg/provider/aci.go> (2026-02)

use k8s_openapi::api::core::v1::Container;
use mlship_kubernetes::download::{self, Delivery};
use mlship_spec::workload::{Check, Workload};

use crate::findings::Findings;

const PROVIDER: &str = "https://github.com/virtual-kubelet/azure-aci/blob/382bbaa/pkg/provider/aci.go";
const NEWER: &str = "write `targets.aks-virtual-nodes.generation: v2`";

/// Refuses what the add-on lacks.
pub(crate) fn check(workload: &Workload, findings: &mut Findings<'_>) {
    if !workload.server.args.is_empty() && workload.server.command.is_empty() {
        let rule = format!("the add-on takes no `args` without a `command`: {PROVIDER}");
        findings.refuse("server.args", rule, "write `server.command` with the image's entry point too");
    }
    let weights = match download::delivery(workload) {
        Delivery::InImage => None,
        Delivery::Download(_) => Some("downloads before the start, which take an init container"),
        Delivery::Claim { .. } => Some("volume claims"),
        Delivery::Image(_) => Some("images as volumes"),
    };
    if let Some(what) = weights {
        let rule = format!("the add-on knows no {what}");
        let field = workload.model.source.as_ref().map_or("model.uri", |source| source.places.field());
        findings.refuse(field, rule, format!("{NEWER}, or let the image hold the weights"));
    }
    if workload.state.is_some() {
        findings.refuse("state", "the add-on mounts no volume claims", NEWER);
    }
    if workload.identity.cloud.is_some() {
        findings.refuse("identity.azureClientId", "the add-on knows no managed identities", NEWER);
    }
    for (field, probe) in
        [("health.live", &workload.probes.liveness), ("health.ready", &workload.probes.readiness)]
    {
        if !matches!(probe.check, Check::Http { .. }) {
            let rule = format!("the add-on can ask a path over HTTP, and nothing else: {PROVIDER}");
            findings.refuse(field, rule, format!("write a path in `{field}`, or {NEWER}"));
        }
    }
    if !workload.server.pull_secrets.is_empty() {
        let message = "the add-on reads a pull Secret in the form that Container Instances want";
        findings.warn(
            "server.pullSecrets",
            message,
            "https://learn.microsoft.com/azure/aks/virtual-nodes#limitations",
        );
    }
}

/// Takes away what the add-on returns errors for: the startup probe becomes a delay, the drain is left out.
pub(crate) fn finish(workload: &Workload, container: &mut Container, findings: &mut Findings<'_>) {
    let startup = &workload.probes.startup;
    let seconds = startup.period_seconds.saturating_mul(startup.failure_threshold);
    container.startup_probe = None;
    if let Some(liveness) = &mut container.liveness_probe {
        liveness.initial_delay_seconds = i32::try_from(seconds).ok();
    }
    let how = format!("the startup probe becomes a delay of {seconds} s before the first liveness probe");
    findings.adapt("model.loadSeconds", how);
    if container.lifecycle.take().is_some() {
        let how = "left out: the add-on runs nothing before a stop, so a few requests may be cut off";
        findings.adapt("server.requestTimeout", how);
    }
}
