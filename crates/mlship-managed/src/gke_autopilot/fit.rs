//! From a workload to one that Autopilot leaves alone, and the last touches on its objects.

use mlship_kubernetes::Objects;
use mlship_spec::choices::Cloud;
use mlship_spec::target::Document;
use mlship_spec::values::names::{LabelKey, LabelValue};
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{Amount, Spot, Workload};

use super::class;
use super::size::{Class, Size};
use super::{accelerator, compute_class, fuse};
use crate::findings::Findings;
use crate::limits;
use crate::pods;
use crate::prices::ChosenBy;

/// A workload as Autopilot takes it.
pub(crate) struct Fitted {
    /// With requests, selectors and tolerations of Autopilot's.
    pub(crate) workload: Workload,
    /// Its class.
    pub(crate) class: Class,
    /// Its requests.
    pub(crate) size: Size,
    /// What it asks of the disk, in MiB.
    pub(crate) disk_mib: u64,
    /// The catalogue's name of its GPU.
    pub(crate) accelerator: Option<&'static str>,
    /// What was asked for.
    pub(crate) spot: Spot,
    /// Where the weights are mounted instead of being downloaded.
    pub(crate) fuse: Option<fuse::Mount>,
    /// The class that is written beside it.
    pub(crate) own_class: Option<Document>,
}

/// The workload with what Autopilot would do to it done already.
pub(crate) fn fit(workload: &Workload, prices: ChosenBy<'_>, findings: &mut Findings<'_>) -> Fitted {
    let class::Fitted { class, size } = class::decide(workload, prices, findings);
    let target = &workload.targets.managed.gke_autopilot;
    let mut fitted = workload.clone();
    let selected = accelerator::select(workload, size, prices, findings);
    let label = selected.as_ref().and_then(|it| it.labels.first()).map(|(_, label)| label.clone());
    let own_class =
        target.own_compute_class.then(|| compute_class::document(workload, label.as_deref(), findings));
    set_resources(&mut fitted, size);
    if let Some(selected) = selected {
        if own_class.is_none() {
            selected.labels.iter().for_each(|(key, value)| select(&mut fitted, key, value));
        }
        fitted.resources.gpu = Some(selected.gpu);
    }
    match (&own_class, class.label()) {
        (Some(_), _) => select(&mut fitted, "cloud.google.com/compute-class", workload.name.as_str()),
        // The GPU's own selector says it already, and combined with that of Spot it would be refused.
        (None, Some(label)) if class != Class::Accelerator => {
            select(&mut fitted, "cloud.google.com/compute-class", label);
        }
        (None, _) => {}
    }
    if workload.placement.spot == Spot::Preferred && own_class.is_none() {
        select(&mut fitted, "cloud.google.com/gke-spot", "true");
        findings.adapt("placement.spot", "Spot alone: Autopilot makes nodes for what a pod selects");
    }
    // Selectors say all of it: what the raw target would write for nodes that are there already is left out.
    fitted.placement.spot = Spot::Never;
    fitted.targets.kubernetes.cloud = Some(Cloud::Gcp);
    let fuse = fuse::replace(&mut fitted, findings);
    let disk_mib = disk_of(&fitted);
    check_disk(workload, disk_mib, class, findings);
    let accelerator = label.and_then(|label| accelerator_of(&label));
    Fitted {
        workload: fitted,
        class,
        size,
        disk_mib,
        accelerator,
        spot: workload.placement.spot,
        fuse,
        own_class,
    }
}

/// Objects that come before the others, after the pods were given their last touches.
pub(crate) fn finish(fitted: &Fitted, objects: &mut Objects, findings: &mut Findings<'_>) -> Vec<Document> {
    let target = &fitted.workload.targets.managed.gke_autopilot;
    if let Some(pod) = pods::pod(objects).filter(|_| !target.burst) {
        pods::containers(pod).for_each(pods::equalize);
    }
    if let Some(template) = pods::template(objects) {
        if target.extended_duration {
            // https://cloud.google.com/kubernetes-engine/docs/how-to/extended-duration-pods (2026-11)
            let metadata = template.metadata.get_or_insert_default();
            pods::annotate(metadata, "cluster-autoscaler.kubernetes.io/safe-to-evict", "false");
            let reason = "replicas are kept from upgrades and scale-down for up to seven days";
            findings.decide("cluster-autoscaler.kubernetes.io/safe-to-evict", "false", reason);
        }
        if let Some(mount) = &fitted.fuse {
            fuse::mount(mount, template);
        }
    }
    fitted.own_class.iter().cloned().collect()
}

/// Requests of the class, and limits equal to them unless bursting was asked for.
fn set_resources(workload: &mut Workload, size: Size) {
    let burst = workload.targets.managed.gke_autopilot.burst;
    let set = |amount: &mut Amount, request: Quantity| {
        let above = amount.limit.take().filter(|limit| burst && *limit > request);
        *amount = Amount { limit: Some(above.unwrap_or_else(|| request.clone())), request };
    };
    set(&mut workload.resources.cpu, Quantity::from_millis(size.millis));
    set(&mut workload.resources.memory, pods::quantity_of_mib(size.mib));
}

/// Adds a label that a node must carry; what the user wrote for the same key stands.
fn select(workload: &mut Workload, key: &str, value: &str) {
    if let (Ok(key), Ok(value)) = (key.parse::<LabelKey>(), value.parse::<LabelValue>()) {
        workload.placement.node_selector.entry(key).or_insert(value);
    }
}

/// What the pods ask of the disk once limits equal requests.
fn disk_of(workload: &Workload) -> u64 {
    let mut objects = mlship_kubernetes::objects(workload);
    let Some(pod) = pods::pod(&mut objects) else { return 0 };
    if !workload.targets.managed.gke_autopilot.burst {
        pods::containers(pod).for_each(pods::equalize);
    }
    pods::mib(pods::disk_bytes(pod))
}

/// What the disk holds is known from memory, so that nothing is refused for it.
fn check_disk(workload: &Workload, disk_mib: u64, class: Class, findings: &mut Findings<'_>) {
    let field =
        if workload.provenance.is_written("resources.disk") { "resources.disk" } else { "model.size" };
    let asked = limits::mebibytes(disk_mib);
    if class != Class::Accelerator && disk_mib > limits::AUTOPILOT_DISK.value {
        let message = format!("{asked} of disk may be refused: {}", limits::AUTOPILOT_DISK.cited());
        let help =
            "keep the weights in `gs://`, which is mounted without a copy, or on a claim: `pvc://NAME`";
        findings.warn(field, message, help);
    } else if class == Class::Accelerator && disk_mib > limits::AUTOPILOT_GPU_DISK.value {
        let message = format!("{asked} of disk may be more than a node has");
        let help = format!("{}; larger machines have local SSDs", limits::AUTOPILOT_GPU_DISK.cited());
        findings.warn(field, message, help);
    }
}

fn accelerator_of(label: &str) -> Option<&'static str> {
    let mut known = mlship_spec::catalogue::accelerators::all().iter();
    known.find(|accelerator| accelerator.labels.gke.contains(&label)).map(|accelerator| accelerator.name)
}
