//! `ML3xx`: rollout and disruption.

use mlship_spec::choices::AccessMode;
use mlship_spec::workload::{Scale, Workload};

use crate::rule::{Finding, rule};
use crate::subject::Subject;

rule! {
    /// A rollout that needs a GPU more than there may be.
    SURGE_ON_GPU "ML301" Warning "rollout needs a spare GPU"
    why "A rollout that may take no replica away first adds one. Where all GPUs are in use it waits for a device that \
         only the old replicas could give back: the rollout never ends."
    fix "Write `rollout: {surge: 0, unavailable: 1}`, which is the default on GPUs, unless a GPU more is always free."
    evidence ["https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable",
              "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/"]
    on NODES needs Spec
    judge surge_on_gpu
}

rule! {
    /// Whatever moves the only replica stops the service.
    LONELY_REPLICA "ML306" Warning "a single replica that is slow to come back"
    why "Node autoscalers empty nodes that are little used, and move what is on them. A single replica is away meanwhile, \
         for as long as its model loads, although nothing was wrong with it."
    fix "Run two replicas, or annotate the service so that autoscalers leave its node alone."
    evidence ["https://karpenter.sh/docs/concepts/disruption/#pod-level-controls",
              "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md#what-types-of-pods-can-prevent-ca-from-removing-a-node"]
    on KUBERNETES needs Spec
    judge lonely_replica
}

rule! {
    /// A replica more during a rollout may wait for a volume that is mounted elsewhere.
    SURGE_ON_SINGLE_NODE_VOLUME = SINGLE_NODE_VOLUME Error
    fix "Write `model.cache.access: ReadWriteMany`, or `rollout: {surge: 0, unavailable: 1}`."
    evidence ["https://kubernetes.io/docs/concepts/storage/persistent-volumes/#access-modes"]
    on KUBERNETES needs Spec
    judge surge_on_single_node_volume
}

/// From so many seconds on the absence of a replica is felt.
const SLOW_SECONDS: u32 = 60;

/// Annotations of pods that node autoscalers respect, with the value that they look for.
const KEEP: &[(&str, &str)] =
    &[("karpenter.sh/do-not-disrupt", "true"), ("cluster-autoscaler.kubernetes.io/safe-to-evict", "false")];

fn surge_on_gpu(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Workload { rollout, resources, state, .. } = subject.workload;
    let (Some(gpu), None) = (&resources.gpu, state) else { return };
    let fewest = subject.workload.min_replicas().max(1);
    let surge = rollout.surge.of_rounded_up(fewest);
    if surge == 0 || rollout.unavailable.of_rounded_down(fewest) > 0 {
        return;
    }
    let spare = surge * u64::from(gpu.count);
    let devices = if spare == 1 { "1 spare GPU".to_owned() } else { format!("{spare} spare GPUs") };
    let message = format!("each rollout waits for {devices}, and for ever where there is none");
    let help =
        "write `surge: 0, unavailable: 1`, or keep a GPU free and say so: `# mlship:ignore ML301 REASON`";
    let is_written = |field: &str| subject.workload.provenance.is_written(field);
    let field = if is_written("rollout.surge") { "rollout.surge" } else { "rollout.unavailable" };
    found.push(
        Finding::new(subject.span(field), message, help).related(subject.span("resources.gpu"), "the GPU"),
    );
}

fn lonely_replica(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let workload = subject.workload;
    let is_single = match &workload.scale {
        Scale::Fixed { replicas } => *replicas == 1,
        // One that may sleep is expected to be away at times.
        Scale::Auto(auto) => auto.min == 1,
    };
    let seconds = workload.model.load_seconds;
    // One that keeps its data on a volume of its own can rarely run twice.
    let is_stateful = workload.state.is_some();
    if !is_single || is_stateful || seconds < SLOW_SECONDS || is_left_alone(subject) {
        return;
    }
    let message =
        format!("the only replica goes whenever its node is emptied, and takes {seconds}s to come back");
    let help = "run two, or keep node autoscalers away: \
                `annotations: {karpenter.sh/do-not-disrupt: \"true\", cluster-autoscaler.kubernetes.io/safe-to-evict: \"false\"}`";
    let is_range = workload.provenance.is_written("replicas.min");
    let field = if is_range { "replicas.min" } else { "replicas" };
    found.push(Finding::new(subject.span(field), message, help));
}

/// Whether nothing moves a pod that runs: it is annotated so, or has a node of its own that nobody empties.
fn is_left_alone(subject: &Subject<'_>) -> bool {
    let Workload { annotations, targets, .. } = subject.workload;
    let is_kept = annotations
        .iter()
        .any(|(key, value)| KEEP.iter().any(|(wanted, kept)| key.as_str() == *wanted && value == kept));
    let has_own_node = match subject.target {
        "eks-fargate" | "aks-virtual-nodes" => true,
        "gke-autopilot" => targets.managed.gke_autopilot.extended_duration,
        _ => false,
    };
    is_kept || has_own_node
}

fn surge_on_single_node_volume(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Workload { rollout, model, state, .. } = subject.workload;
    let cache = model.source.as_ref().and_then(|source| source.cache.as_ref());
    let is_single = cache.is_some_and(|cache| cache.access == AccessMode::ReadWriteOnce);
    let replicas = subject.workload.min_replicas().max(1);
    let waits =
        rollout.surge.of_rounded_up(replicas) > 0 && rollout.unavailable.of_rounded_down(replicas) == 0;
    if !is_single || !waits || state.is_some() {
        return;
    }
    let message =
        "the replica that a rollout adds may wait for the cache, which is mounted on the old one's node";
    let help = "write `surge: 0, unavailable: 1`, or `model.cache.access: ReadWriteMany`";
    let finding = Finding::new(subject.span("rollout"), message, help);
    found.push(finding.related(subject.span("model.cache.access"), "mounted on one node at a time"));
}
