//! The GPU of a workload as Autopilot wants it: a node selector, and a count that exists.

use mlship_spec::catalogue::accelerators::{self, Vendor};
use mlship_spec::workload::{Gpu, Workload};

use super::gpu;
use super::size::Size;
use crate::findings::Findings;
use crate::limits::mebibytes;
use crate::machines::{self, Wanted};
use crate::prices::ChosenBy;

/// Page of the selectors.
const PAGE: &str = "https://cloud.google.com/kubernetes-engine/docs/how-to/autopilot-gpus";

/// What a pod with GPUs selects its node by, and what it asks for.
pub(crate) struct Selected {
    pub(crate) labels: Vec<(&'static str, String)>,
    pub(crate) gpu: Gpu,
}

/// The selectors of the workload's GPU, where it has one that can be had.
pub(crate) fn select(
    workload: &Workload,
    size: Size,
    prices: ChosenBy<'_>,
    findings: &mut Findings<'_>,
) -> Option<Selected> {
    let asked = workload.resources.gpu.as_ref()?;
    if asked.resource.vendor() != "nvidia.com" {
        let rule = format!("Google has no nodes with `{}`", asked.resource);
        findings.refuse("resources.gpu", rule, "write one of NVIDIA's, such as `type: nvidia-l4`");
        return None;
    }
    let label = label(workload, asked, prices, findings)?;
    let mut labels = vec![("cloud.google.com/gke-accelerator", label.to_owned())];
    let whole = asked.resource.as_str() == "nvidia.com/gpu";
    if whole {
        counted(asked, label, size, findings)?;
        if asked.count > 1 {
            labels.push(("cloud.google.com/gke-accelerator-count", asked.count.to_string()));
        }
    } else {
        labels.extend(shared(asked, findings)?);
    }
    let resource = Vendor::Nvidia.resource();
    Some(Selected { labels, gpu: Gpu { count: asked.count, accelerator: None, resource } })
}

/// The value of `cloud.google.com/gke-accelerator`.
fn label(
    workload: &Workload,
    asked: &Gpu,
    prices: ChosenBy<'_>,
    findings: &mut Findings<'_>,
) -> Option<&'static str> {
    if let Some(accelerator) = asked.accelerator {
        let label = accelerator.labels.gke.first().copied();
        if label.is_none_or(|label| gpu::nearest_count(label, 1).is_none()) {
            let rule = format!("Autopilot has no `{accelerator}`: {PAGE}");
            let mut known: Vec<_> = gpu::SHAPES.iter().map(|shape| shape.label).collect();
            known.dedup();
            findings.refuse("resources.gpu.type", rule, format!("write one of {}", known.join(", ")));
            return None;
        }
        return label;
    }
    let chosen = cheapest(workload, asked, prices);
    let Some((accelerator, label)) = chosen else {
        let rule = format!("Autopilot wants to know the model of the GPU: {PAGE}");
        findings.refuse("resources.gpu", rule, "write `gpu: {type: nvidia-l4}`");
        return None;
    };
    let reason = "Autopilot wants to know the model; this is the cheapest that holds the weights";
    findings.decide("resources.gpu.type", accelerator, reason);
    Some(label)
}

/// The GPU of the cheapest machine whose memory holds the weights and a fifth more.
fn cheapest(workload: &Workload, asked: &Gpu, prices: ChosenBy<'_>) -> Option<(&'static str, &'static str)> {
    let weights = workload.model.size.as_ref().map_or(0, mlship_spec::values::quantity::Quantity::bytes);
    let wanted = Wanted {
        gpus: asked.count,
        gpu_bytes: (weights + weights.div_ceil(5)) / u64::from(asked.count.max(1)),
        ..Wanted::default()
    };
    let book = prices.book();
    let price = |name: &str| book.price("gce", name, None).map(|price| price.hourly);
    let machine = machines::choose(machines::vertex(), &wanted, price).ok()?.machine;
    let name = machine.gpu?.accelerator;
    let accelerator = accelerators::all().iter().find(|accelerator| accelerator.name == name)?;
    Some((accelerator.name, accelerator.labels.gke.first()?))
}

/// Refuses a count that no machine has, and a pod that no machine of that count holds.
fn counted(asked: &Gpu, label: &str, size: Size, findings: &mut Findings<'_>) -> Option<()> {
    let Some(shape) = gpu::shape_of(label, asked.count) else {
        let rule = format!("machines have {} of `{label}`, not {}: {PAGE}", gpu::counts(label), asked.count);
        let nearest = gpu::nearest_count(label, asked.count).unwrap_or(1);
        findings.refuse("resources.gpu.count", rule, format!("write `count: {nearest}`"));
        return None;
    };
    let machine = Size { millis: shape.vcpus * 1000, mib: shape.gib * 1024 };
    if size.millis > machine.millis || size.mib > machine.mib {
        let (field, rule) = if size.millis > machine.millis {
            ("resources.cpu", format!("{} vCPU", shape.vcpus))
        } else {
            ("resources.memory", format!("{} of memory", mebibytes(machine.mib)))
        };
        let rule = format!("machines with {} of `{label}` have {rule}: {PAGE}", asked.count);
        let nearest = format!("ask for less, or for more than {} of them", asked.count);
        findings.refuse(field, rule, nearest);
        return None;
    }
    // About a tenth goes to the system; how much exactly is not written anywhere we could read.
    if size.millis * 10 > machine.millis * 9 || size.mib * 10 > machine.mib * 9 {
        let message = format!(
            "the pod takes nearly all of a machine with {} of `{label}` ({} vCPU, {}), of which the system keeps some",
            asked.count,
            shape.vcpus,
            mebibytes(machine.mib)
        );
        findings.warn("resources", message, "ask for nine tenths of it at most");
    }
    Some(())
}

/// The selectors of a slice, or of a device shared by time.
fn shared(asked: &Gpu, findings: &mut Findings<'_>) -> Option<Vec<(&'static str, String)>> {
    if asked.count != 1 {
        let rule = "a pod that shares a GPU asks for exactly one";
        findings.refuse("resources.gpu.count", rule, "write `count: 1`");
        return None;
    }
    let name = asked.resource.as_str();
    if let Some(slice) = name.strip_prefix("nvidia.com/mig-") {
        let how = format!("`{name}` → `nvidia.com/gpu` on a node that is cut into `{slice}`");
        findings.adapt("resources.gpu.mig", how);
        return Some(vec![("cloud.google.com/gke-gpu-partition-size", slice.to_owned())]);
    }
    let how = "`nvidia.com/gpu.shared` → `nvidia.com/gpu` on a node that two pods share";
    findings.adapt("resources.gpu.timeSliced", how);
    Some(vec![
        ("cloud.google.com/gke-gpu-sharing-strategy", "time-sharing".to_owned()),
        ("cloud.google.com/gke-max-shared-clients-per-gpu", "2".to_owned()),
    ])
}
