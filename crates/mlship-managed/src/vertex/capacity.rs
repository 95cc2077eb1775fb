//! What a version runs on: a type of machine, with GPUs that belong to it or are added to it.
//!
//! <https://cloud.google.com/vertex-ai/docs/predictions/configure-compute> (2026-11)

use std::fmt;

use mlship_spec::values::cloud::CloudRegion;
use mlship_spec::workload::{Spot, Workload};

use crate::cost;
use crate::findings::Findings;
use crate::limits;
use crate::machines::{self, Machine, Wanted};
use crate::prices::PriceBook;

/// What a version runs on.
pub(crate) struct Capacity {
    /// The type of machine, as the API calls it.
    pub(crate) machine_type: String,
    /// The GPU, as the API calls it.
    pub(crate) accelerator: Option<&'static str>,
    /// Its shape, where it is known.
    pub(crate) machine: Option<Machine>,
}

impl fmt::Display for Capacity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.machine {
            Some(machine) => machine.fmt(f),
            None => f.write_str(&self.machine_type),
        }
    }
}

/// The GPUs, by their names in the catalogue and in the API.
const ACCELERATORS: [(&str, &str); 8] = [
    ("nvidia-a100-40gb", "NVIDIA_TESLA_A100"),
    ("nvidia-a100-80gb", "NVIDIA_A100_80GB"),
    ("nvidia-b200", "NVIDIA_B200"),
    ("nvidia-h100-80gb", "NVIDIA_H100_80GB"),
    ("nvidia-h200-141gb", "NVIDIA_H200_141GB"),
    ("nvidia-l4", "NVIDIA_L4"),
    ("nvidia-rtx-pro-6000", "NVIDIA_RTX_PRO_6000"),
    ("nvidia-t4", "NVIDIA_TESLA_T4"),
];

const FIELD: &str = "targets.vertex.machineType";
const PAGE: &str = "https://cloud.google.com/vertex-ai/docs/predictions/configure-compute";

impl Capacity {
    fn of(machine: &Machine) -> Self {
        let name = machine.gpu.map(|gpus| gpus.accelerator);
        let known = ACCELERATORS.iter().find(|(known, _)| Some(*known) == name);
        Self {
            machine_type: machine.machine_type().to_owned(),
            accelerator: known.map(|(_, accelerator)| *accelerator),
            machine: Some(*machine),
        }
    }
}

/// What a version runs on, with the reason.
pub(crate) fn capacity(workload: &Workload, book: &PriceBook, findings: &mut Findings<'_>) -> Capacity {
    let target = &workload.targets.managed.vertex;
    let region = target.region.as_ref().map(CloudRegion::as_str);
    // Every region offers much the same; which is the cheapest machine does not depend on it.
    let price = |name: &str| {
        let price = book.price("vertex", name, region).or_else(|| book.price("vertex", name, None));
        price.map(|price| price.hourly)
    };
    let wanted = Wanted::of(workload);
    if let Some(written) = &target.machine_type {
        return named(written.as_str(), &wanted, price, findings);
    }
    // The system keeps some of the memory: a machine with a tenth to spare comes first.
    let spacious = Wanted { memory_mib: wanted.memory_mib.saturating_mul(10).div_ceil(9), ..wanted };
    let chosen = machines::choose(machines::vertex(), &spacious, price);
    match chosen.or_else(|_| machines::choose(machines::vertex(), &wanted, price)) {
        Ok(choice) => {
            let capacity = Capacity::of(&choice.machine);
            let costs = match choice.hourly {
                Some(_) if workload.placement.spot == Spot::Preferred => {
                    "its price as Spot is not known".to_owned()
                }
                Some(hourly) => format!("about {} an hour in us-central1", cost::dollars(hourly)),
                None => "its price is not known".to_owned(),
            };
            let reason = format!(
                "{}; of {} that hold a replica the cheapest known: {costs}",
                shape(&choice.machine),
                choice.others + 1
            );
            findings.decide(FIELD, capacity.to_string(), reason);
            if u64::from(choice.machine.memory_mib) * 9 < wanted.memory_mib * 10 {
                let message = format!(
                    "a replica asks for nearly all of the {} of `{}`, of which the system keeps some",
                    limits::mebibytes(u64::from(choice.machine.memory_mib)),
                    capacity.machine_type
                );
                let help = "ask for nine tenths of it, or name a larger `targets.vertex.machineType`";
                findings.warn("resources.memory", message, help);
            }
            capacity
        }
        Err(none) => {
            let field = if wanted.gpus > 0 && none.nearest.is_none() { "resources.gpu" } else { "resources" };
            let nearest = none.nearest.map_or_else(
                || {
                    format!(
                        "write another `resources.gpu.type`: {}",
                        ACCELERATORS.map(|(name, _)| name).join(", ")
                    )
                },
                |machine| format!("the largest is `{}`: {}", Capacity::of(&machine), shape(&machine)),
            );
            findings.refuse(field, format!("{}: {PAGE}", none.because), nearest);
            Capacity { machine_type: "n1-standard-2".to_owned(), accelerator: None, machine: None }
        }
    }
}

/// The machine that was written, with the GPUs that it has or gets.
fn named(
    written: &str,
    wanted: &Wanted<'_>,
    price: impl Fn(&str) -> Option<f64> + Copy,
    findings: &mut Findings<'_>,
) -> Capacity {
    let unknown = || Capacity { machine_type: written.to_owned(), accelerator: None, machine: None };
    let shapes: Vec<Machine> =
        machines::vertex().iter().filter(|machine| machine.machine_type() == written).copied().collect();
    if shapes.is_empty() {
        if wanted.gpus > 0 {
            let rule = format!("which GPUs `{written}` has is not known here, and the API wants to be told");
            findings.refuse(FIELD, rule, format!("take it away, or write one of {PAGE} that mlship knows"));
        } else {
            let message = format!("how large `{written}` is, and what it costs, is not known here");
            findings.warn(FIELD, message, format!("see that it holds a replica: {PAGE}"));
        }
        return unknown();
    }
    if let Ok(choice) = machines::choose(&shapes, wanted, price) {
        return Capacity::of(&choice.machine);
    }
    let nearest = match machines::choose(machines::vertex(), wanted, price) {
        Ok(choice) => {
            let machine_type = Capacity::of(&choice.machine).machine_type;
            format!("write `{machine_type}`, or take it away: that is chosen then")
        }
        Err(none) => none.because,
    };
    findings.refuse(FIELD, format!("a replica does not fit on `{written}`"), nearest);
    unknown()
}

fn shape(machine: &Machine) -> String {
    format!("{} vCPU, {}", machine.vcpus, limits::mebibytes(u64::from(machine.memory_mib)))
}
