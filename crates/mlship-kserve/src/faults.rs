//! Known faults of KServe's versions: what happens, where it was seen, and what goes round it.
//!
//! Those that the output goes round are here too, so that it is known why it is as it is.

use mlship_spec::choices::{KserveMode, KserveStorage, KserveVersion};
use mlship_spec::codes::KSERVE_FAULT;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::Workload;

use crate::remarks::Remarks;

/// A fault of KServe.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// The first version that has it.
    pub since: KserveVersion,
    /// What happens.
    pub happens: &'static str,
    /// What goes round it.
    pub way_round: WayRound,
    /// Where it was read, and when.
    pub evidence: &'static str,
}

/// What goes round a fault.
#[derive(Clone, Copy, Debug)]
pub enum WayRound {
    /// The output is written so that it does not happen.
    Written(&'static str),
    /// Where it can happen, it is said at the field, with the help.
    Said(&'static str, fn(&Workload) -> bool, &'static str),
}

/// When a Deployment of KServe's counts as stuck.
const DEADLINE_SECONDS: u32 = 600;

/// Seconds for a node to appear and an image to arrive, beside the model's own.
const NODE_AND_IMAGE_SECONDS: u32 = 300;

const SINCE_ALWAYS: KserveVersion = KserveVersion::V0_15;

/// Every fault that is known and that a spec can meet; observed in 0.20.0 unless said otherwise.
pub const FAULTS: &[Fault] = &[
    Fault {
        since: SINCE_ALWAYS,
        happens: "KServe's storage initializer has no security context: Pod Security \"restricted\" refuses the pod",
        way_round: WayRound::Said(
            "targets.kserve.storage",
            downloads_by_kserve,
            "write `targets.kserve.storage: pod`, or apply it where nothing enforces \"restricted\"",
        ),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/config/storagecontainers/default.yaml (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "KServe's modelcar replaces the server's user id by 1010, and has no security context",
        way_round: WayRound::Said(
            "targets.kserve.storage",
            images_by_kserve,
            "write `targets.kserve.storage: pod`: the kubelet then mounts the image",
        ),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/config/configmap/inferenceservice.yaml `uidModelcar` (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "the initializer's memory ends at 1Gi, however large the model is",
        way_round: WayRound::Said(
            "model.size",
            is_large_for_kserve,
            "write `targets.kserve.storage: pod`, or raise `storageInitializer.memoryLimit` in KServe's settings",
        ),
        evidence: "https://github.com/kserve/kserve/issues/5162 (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "KServe reports the service as failed after ten minutes, though it may still load, and goes on",
        way_round: WayRound::Said(
            "model.loadSeconds",
            |workload| {
                is_standard(workload)
                    && workload.model.load_seconds + NODE_AND_IMAGE_SECONDS > DEADLINE_SECONDS
            },
            "wait for it longer than its first `Ready: False`; in `knative` mode the deadline can be set",
        ),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/reconcilers/deployment/deployment_reconciler.go (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "`autoScaling.behavior` is dropped from the HPA",
        way_round: WayRound::Written("windows other than the defaults make the autoscaler one beside KServe"),
        evidence: "https://github.com/kserve/kserve/issues/6246 (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "a fixed number of replicas gets an HPA of minimum and maximum, on CPU at 80 %",
        way_round: WayRound::Written("the class is `none`"),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/reconcilers/hpa/hpa_reconciler.go (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "whole numbers in `deploymentRolloutStrategy` of KServe's settings make every Deployment invalid",
        way_round: WayRound::Written("the strategy is written, and the settings are not asked"),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/reconcilers/deployment/deployment_reconciler.go (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "an unset protocol means v1, which ONNX, MLflow and TensorRT have no runtime for",
        way_round: WayRound::Written("runtime and protocol are written"),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1beta1/predictor_model.go (2026-11)",
    },
    Fault {
        since: KserveVersion::V0_20,
        happens: "`spec.canary` starts pods that get no traffic, and its HPA stays for ever",
        way_round: WayRound::Written(
            "no canary list is written: a second InferenceService is, and a route that splits",
        ),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/components/predictor.go (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "the router of a graph has no seccomp profile, and a graph no field for one: Pod Security \"restricted\" refuses its pods",
        way_round: WayRound::Said(
            "targets.kserve.graph",
            has_graph,
            "apply it where nothing enforces \"restricted\"",
        ),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha1/inferencegraph/raw_ig.go (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "the host of a transformer leads to the predictor, and an explainer has none, in KServe's own Ingress",
        way_round: WayRound::Written(
            "the service is cluster-local, and the way in is one of our own, to the transformer",
        ),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/reconcilers/ingress/kube_ingress_reconciler.go (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "the agent asks the server's readiness at port 0 where the port is written by its name",
        way_round: WayRound::Written("beside an agent the port is written by its number"),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/cmd/agent/main.go (2026-11)",
    },
    Fault {
        since: KserveVersion::V0_17,
        happens: "labels of an LLMInferenceService's pods go into the selector of its Deployment, which can't be changed",
        way_round: WayRound::Written("the pods carry those labels that never change"),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1alpha2/llmisvc/workload_single_node.go (2026-11)",
    },
    Fault {
        since: KserveVersion::V0_17,
        happens: "the preset of an LLMInferenceService evaluates arguments in a shell once more, and its hook before the end clashes with another",
        way_round: WayRound::Written("the command is written, and the hook is of the preset's kind"),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/config/llmisvcconfig/config-llm-template.yaml (2026-11)",
    },
    Fault {
        since: SINCE_ALWAYS,
        happens: "worker Deployments of `workerSpec` are deleted and made again at every reconcile",
        way_round: WayRound::Written("no workerSpec is written"),
        evidence: "https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/reconcilers/deployment/deployment_reconciler.go (2026-11)",
    },
];

/// Says which faults the service meets all the same.
pub(crate) fn note(remarks: &mut Remarks<'_>) {
    let version = remarks.workload.targets.kserve.version;
    for fault in FAULTS.iter().filter(|fault| fault.since <= version) {
        match fault.way_round {
            WayRound::Written(_) => {}
            WayRound::Said(field, is_met, help) => {
                if is_met(remarks.workload) {
                    remarks.warn(&KSERVE_FAULT, field, fault.happens, help);
                }
            }
        }
    }
}

fn is_standard(workload: &Workload) -> bool {
    workload.targets.kserve.mode == KserveMode::Standard
}

fn downloads_by_kserve(workload: &Workload) -> bool {
    let source = workload.model.source.as_ref();
    workload.targets.kserve.storage == KserveStorage::Kserve
        && source.is_some_and(|source| {
            !matches!(source.places.one(), Some(ModelUri::Pvc { .. } | ModelUri::Oci(_)))
        })
}

fn has_graph(workload: &Workload) -> bool {
    workload.targets.kserve.graph.is_some()
}

fn images_by_kserve(workload: &Workload) -> bool {
    let source = workload.model.source.as_ref();
    workload.targets.kserve.storage == KserveStorage::Kserve
        && source.is_some_and(|source| matches!(source.places.one(), Some(ModelUri::Oci(_))))
}

fn is_large_for_kserve(workload: &Workload) -> bool {
    let is_large = workload.model.size.as_ref().is_some_and(|size| size.bytes() > 2 << 30);
    is_large && downloads_by_kserve(workload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_evidence_with_a_date() {
        for fault in FAULTS {
            assert!(fault.evidence.starts_with("https://") && fault.evidence.ends_with("(2026-11)"));
            let way = match fault.way_round {
                WayRound::Written(way) | WayRound::Said(_, _, way) => way,
            };
            assert!(!way.is_empty() && !fault.happens.ends_with('.'));
        }
    }
}
