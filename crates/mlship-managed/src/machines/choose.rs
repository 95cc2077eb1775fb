//! Which machine is chosen: of those that fit, the cheapest.

use std::cmp::Ordering;

use mlship_spec::catalogue::accelerators;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::Workload;

use super::Machine;
use crate::pods;

/// What a replica needs of its machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// Processor time, in thousandths of a core.
    pub cpu_millis: u64,
    /// Memory, in MiB.
    pub memory_mib: u64,
    /// How many GPUs; 0 is a machine without any.
    pub gpus: u32,
    /// Which model of GPU, by its name in the catalogue; `None` takes any.
    pub accelerator: Option<&'a str>,
    /// The least memory of each GPU, in bytes, where no model is named.
    pub gpu_bytes: u64,
}

impl Wanted<'static> {
    /// What a replica that has a machine to itself needs of it: its requests of processors, and the memory that it may
    /// use. Where no model of GPU is named, each holds its share of the weights and a fifth more.
    pub(crate) fn of(workload: &Workload) -> Self {
        let gpu = workload.resources.gpu.as_ref();
        let count = gpu.map_or(0, |gpu| gpu.count);
        let weights = workload.model.size.as_ref().map_or(0, Quantity::bytes);
        Self {
            cpu_millis: workload.resources.cpu.request.millis(),
            memory_mib: pods::mib(pods::memory_bytes(workload)),
            gpus: count,
            accelerator: gpu.and_then(|gpu| gpu.accelerator).map(|accelerator| accelerator.name),
            gpu_bytes: (weights + weights.div_ceil(5)) / u64::from(count.max(1)),
        }
    }
}

/// The machine that was chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// The machine.
    pub machine: Machine,
    /// Its price per hour; `None` is unknown.
    pub hourly: Option<f64>,
    /// How many others would have fitted.
    pub others: usize,
}

/// Why no machine fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoneFits {
    /// What is wanted and too much, in words.
    pub because: String,
    /// The nearest machine: of those with the right GPUs, the largest.
    pub nearest: Option<Machine>,
}

/// The cheapest of `machines` that fits; one without a known price only where no other fits.
///
/// Among equals the one with fewer processors, less memory and the earlier name, so that the choice never depends
/// on the order of the table.
pub fn choose(
    machines: &[Machine],
    wanted: &Wanted<'_>,
    price: impl Fn(&str) -> Option<f64>,
) -> Result<Choice, NoneFits> {
    let fitting: Vec<&Machine> = machines.iter().filter(|machine| fits(machine, wanted)).collect();
    let priced = fitting.iter().map(|machine| (**machine, price(machine.name)));
    let best = priced.min_by(|left, right| rank(left).partial_cmp(&rank(right)).unwrap_or(Ordering::Equal));
    let others = fitting.len().saturating_sub(1);
    best.map(|(machine, hourly)| Choice { machine, hourly, others })
        .ok_or_else(|| none_fits(machines, wanted))
}

/// Whether a replica fits on a machine: no GPUs are paid for that nobody asked for.
pub fn fits(machine: &Machine, wanted: &Wanted<'_>) -> bool {
    has_gpus(machine, wanted)
        && u64::from(machine.vcpus) * 1000 >= wanted.cpu_millis
        && u64::from(machine.memory_mib) >= wanted.memory_mib
}

/// Whether a machine has the GPUs that are wanted, and none where none are.
pub(super) fn has_gpus(machine: &Machine, wanted: &Wanted<'_>) -> bool {
    match machine.gpu {
        None => wanted.gpus == 0,
        Some(gpus) => {
            wanted.gpus > 0
                && gpus.count >= wanted.gpus
                && match wanted.accelerator {
                    Some(name) => name == gpus.accelerator,
                    None => gpu_bytes(gpus.accelerator) >= wanted.gpu_bytes,
                }
        }
    }
}

/// The memory of a model of GPU, by the catalogue.
fn gpu_bytes(name: &str) -> u64 {
    let known = accelerators::all().iter().find(|accelerator| accelerator.name == name);
    known.map_or(0, accelerators::Accelerator::memory_bytes)
}

/// The price first; then size and name. An unknown price is no low price.
fn rank((machine, hourly): &(Machine, Option<f64>)) -> (f64, u32, u32, &'static str) {
    (hourly.unwrap_or(f64::INFINITY), machine.vcpus, machine.memory_mib, machine.name)
}

fn none_fits(machines: &[Machine], wanted: &Wanted<'_>) -> NoneFits {
    let with_gpus: Vec<_> = machines.iter().filter(|machine| has_gpus(machine, wanted)).collect();
    let nearest =
        with_gpus.iter().max_by_key(|machine| (machine.memory_mib, machine.vcpus)).map(|machine| **machine);
    let because = match (nearest, wanted.accelerator) {
        (Some(_), _) => format!(
            "{} vCPU and {} MiB of memory are more than any machine has",
            wanted.cpu_millis.div_ceil(1000),
            wanted.memory_mib
        ),
        (None, Some(name)) => format!("no machine has {} of `{name}`", wanted.gpus),
        (None, None) => format!("no machine has {} GPUs", wanted.gpus),
    };
    NoneFits { because, nearest }
}
