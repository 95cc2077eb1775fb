//! What Autopilot's admission refuses, found before it does.
//!
//! The constraints' names are those of its webhook, known from messages that people quote: they may be called otherwise
//! by now.

use mlship_spec::values::selector::Toleration;
use mlship_spec::workload::{CloudIdentity, Spot, Workload};

use crate::findings::Findings;

/// Namespaces that Google manages: <https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-security>.
const MANAGED: [&str; 3] = ["kube-system", "kube-public", "kube-node-lease"];
const SECURITY: &str = "https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-security";

/// Refuses what would not be admitted.
pub(crate) fn check(workload: &Workload, findings: &mut Findings<'_>) {
    namespace(workload, findings);
    identity(workload, findings);
    selectors(workload, findings);
    tolerations(workload, findings);
    lifetime(workload, findings);
    if let Some(class) = workload.placement.runtime_class.as_ref().filter(|class| class.as_str() != "gvisor")
    {
        let message = format!("nodes of Autopilot may have no runtime class `{class}`");
        findings.warn("placement.runtimeClass", message, "take it away: GPUs need none on GKE");
    }
}

fn namespace(workload: &Workload, findings: &mut Findings<'_>) {
    let Some(namespace) = &workload.namespace else { return };
    let name = namespace.as_str();
    if MANAGED.contains(&name) || name.starts_with("gke-") || name.starts_with("gmp-") {
        let rule = format!(
            "`{name}` is managed by Google, and nothing else is let in (managed-namespaces-limitation): {SECURITY}"
        );
        findings.refuse("namespace", rule, "write a namespace of your own");
    }
}

fn identity(workload: &Workload, findings: &mut Findings<'_>) {
    let (field, nearest) = match &workload.identity.cloud {
        None | Some(CloudIdentity::Gcp(_)) => return,
        Some(CloudIdentity::Aws(_)) => ("identity.awsRole", "an AWS role needs EKS"),
        Some(CloudIdentity::Azure(_)) => ("identity.azureClientId", "an Entra identity needs AKS"),
    };
    let rule = format!("GKE knows Google's identities alone, and {nearest}");
    findings.refuse(field, rule, "write `identity.gcpServiceAccount`, or give `model.credentials` a Secret");
}

fn selectors(workload: &Workload, findings: &mut Findings<'_>) {
    for key in workload.placement.node_selector.keys() {
        let field = format!("placement.nodeSelector.{key}");
        let key = key.as_str();
        if key == "kubernetes.io/hostname" {
            let rule = "nodes come and go with the pods, and can't be chosen by name (autogke-node-affinity-selector-limitation)";
            findings.refuse(&field, rule, "choose a zone with `placement.zones`");
        } else if key == "cloud.google.com/machine-family" {
            let is_performance = workload.targets.managed.gke_autopilot.compute_class
                == Some(mlship_spec::choices::ComputeClass::Performance);
            if !is_performance && workload.resources.gpu.is_none() {
                let rule = "a family of machines can be chosen in class `Performance` alone (autopilot-machine-family-selection-limitation)";
                findings.refuse(&field, rule, "write `targets.gke-autopilot.computeClass: performance`");
            }
        } else if !is_known(key) {
            let message = format!(
                "nodes get the label `{key}` only where a toleration of the same key asks for nodes of one's own"
            );
            let help = "https://cloud.google.com/kubernetes-engine/docs/how-to/workload-separation";
            findings.warn(&field, message, help);
        }
    }
}

/// Labels that Autopilot sets on nodes, or makes nodes for.
fn is_known(key: &str) -> bool {
    key.starts_with("topology.kubernetes.io/")
        || key.starts_with("cloud.google.com/")
        || matches!(key, "kubernetes.io/arch" | "kubernetes.io/os")
}

fn tolerations(workload: &Workload, findings: &mut Findings<'_>) {
    let of_gpu =
        |toleration: &&Toleration| toleration.key().is_some_and(|key| key.as_str() == "nvidia.com/gpu");
    if workload.resources.gpu.is_none() && workload.placement.tolerations.iter().any(|it| of_gpu(&it)) {
        let rule = "a pod without GPU must not tolerate `nvidia.com/gpu` (autogke-gpu-limitation)";
        findings.refuse("placement.tolerations", rule, "take it away, or ask for a GPU in `resources.gpu`");
    }
}

fn lifetime(workload: &Workload, findings: &mut Findings<'_>) {
    if workload.targets.managed.gke_autopilot.extended_duration && workload.placement.spot == Spot::Preferred
    {
        let rule = "Spot capacity can't be kept from being taken away: https://cloud.google.com/kubernetes-engine/docs/how-to/extended-duration-pods";
        let nearest = "keep `placement.spot` or `extendedDuration`, not both";
        findings.refuse("targets.gke-autopilot.extendedDuration", rule, nearest);
    }
}
