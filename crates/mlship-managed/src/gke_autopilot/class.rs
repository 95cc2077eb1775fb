//! Which compute class a workload gets.

use mlship_spec::choices::ComputeClass;
use mlship_spec::workload::{Spot, Workload};

use super::size::{self, Class, Size, TooLarge};
use crate::cost;
use crate::findings::Findings;
use crate::limits::{self, mebibytes};
use crate::pods;
use crate::prices::ChosenBy;

/// The class and the requests of one replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fitted {
    pub(crate) class: Class,
    pub(crate) size: Size,
}

/// What a replica asks for, before it is rounded.
pub(crate) fn asked(workload: &Workload) -> Size {
    let memory = if workload.targets.managed.gke_autopilot.burst {
        workload.resources.memory.request.bytes()
    } else {
        pods::memory_bytes(workload)
    };
    Size { millis: workload.resources.cpu.request.millis(), mib: pods::mib(memory) }
}

/// The class and the rounded requests; those asked for where nothing fits, which has been refused.
pub(crate) fn decide(workload: &Workload, prices: ChosenBy<'_>, findings: &mut Findings<'_>) -> Fitted {
    let asked = asked(workload);
    let found = fitted(workload, asked);
    let Fitted { class, size } = match found {
        Ok(fitted) => fitted,
        Err((class, too_large)) => {
            refuse(class, asked, &too_large, findings);
            Fitted { class, size: asked }
        }
    };
    explain(workload, class, findings);
    report(workload, asked, Fitted { class, size }, prices, findings);
    Fitted { class, size }
}

/// The class and size, without a word.
pub(crate) fn fitted(workload: &Workload, asked: Size) -> Result<Fitted, (Class, TooLarge)> {
    let of =
        |class: Class| size::fit(class, asked).map(|size| Fitted { class, size }).map_err(|it| (class, it));
    if workload.resources.gpu.is_some() {
        return of(Class::Accelerator);
    }
    match workload.targets.managed.gke_autopilot.compute_class {
        Some(ComputeClass::GeneralPurpose) => of(Class::GeneralPurpose),
        Some(ComputeClass::Balanced) => of(Class::Balanced),
        Some(ComputeClass::ScaleOut) => of(Class::ScaleOut),
        Some(ComputeClass::Performance) => of(Class::Performance),
        None => size::derive(asked)
            .map(|(class, size)| Fitted { class, size })
            .map_err(|it| (Class::Performance, it)),
    }
}

fn refuse(class: Class, asked: Size, too_large: &TooLarge, findings: &mut Findings<'_>) {
    let TooLarge { rounded, limit } = too_large;
    let field = if limit.unit == limits::Unit::MilliCpu { "resources.cpu" } else { "resources.memory" };
    let message = format!(
        "{} and {} of memory, rounded to {} and {}, are more than class `{}` takes: {}",
        millis(asked.millis),
        mebibytes(asked.mib),
        millis(rounded.millis),
        mebibytes(rounded.mib),
        class.name(),
        limit.cited()
    );
    let larger = size::derive(asked).ok().filter(|_| class != Class::Performance);
    let nearest = match larger {
        Some((larger, _)) => format!(
            "take `targets.gke-autopilot.computeClass` away, or write `{}`, which takes it",
            larger.name().to_lowercase()
        ),
        None => format!("ask for at most {}", limit.amount()),
    };
    findings.refuse(field, message, nearest);
}

fn explain(workload: &Workload, class: Class, findings: &mut Findings<'_>) {
    let target = &workload.targets.managed.gke_autopilot;
    let field = "targets.gke-autopilot.computeClass";
    match (target.compute_class, class) {
        (Some(written), Class::Accelerator) => {
            let rule = format!("a pod with GPUs can't be of class `{written}`: it is of class `Accelerator`");
            findings.refuse(field, rule, "take `computeClass` away: the GPU decides it");
        }
        (Some(_), _) => {}
        (None, Class::Accelerator) => {
            findings.decide(field, class.name(), "pods with GPUs are of this class");
        }
        (None, _) => findings.decide(field, class.name(), "the smallest class that takes the requests"),
    }
    // https://github.com/google/skills/tree/1af7775/plugins/cloud/google-cloud-gke (2026-08)
    if workload.placement.spot == Spot::Preferred && class.label().is_some() && class != Class::Accelerator {
        let rule = format!("the selectors of class `{}` and of Spot must not be combined", class.name());
        let nearest =
            "write `targets.gke-autopilot.ownComputeClass: true`, which falls back to Spot by itself";
        if !target.own_compute_class {
            findings.refuse("placement.spot", rule, nearest);
        }
    }
}

/// Says what was raised, from what to what, and what the difference costs.
fn report(
    workload: &Workload,
    asked: Size,
    Fitted { class, size }: Fitted,
    prices: ChosenBy<'_>,
    findings: &mut Findings<'_>,
) {
    let cpu_limit =
        workload.resources.cpu.limit.as_ref().map_or(0, mlship_spec::values::quantity::Quantity::millis);
    let request = pods::mib(workload.resources.memory.request.bytes());
    let why =
        |raised: bool| if raised { format!("as class `{}` rounds it", class.name()) } else { String::new() };
    if size.millis != asked.millis {
        let how = format!(
            "{} → {}: raised {}{}",
            millis(asked.millis),
            millis(size.millis),
            why(true),
            price_of(Size { millis: size.millis - asked.millis, mib: 0 }, class, workload, prices)
        );
        findings.adapt("resources.cpu.request", how);
    }
    if size.mib != request {
        let reason = if size.mib == asked.mib {
            "raised to its limit, since requests and limits are equal and less would end the process"
                .to_owned()
        } else {
            format!("raised {}", why(true))
        };
        let more = Size { millis: 0, mib: size.mib.saturating_sub(request) };
        let how = format!(
            "{} → {}: {reason}{}",
            mebibytes(request),
            mebibytes(size.mib),
            price_of(more, class, workload, prices)
        );
        findings.adapt("resources.memory.request", how);
    }
    if !workload.targets.managed.gke_autopilot.burst && cpu_limit > size.millis {
        let how = format!(
            "{} → {}: limits equal requests; `targets.gke-autopilot.burst: true` keeps it, on clusters that allow bursting",
            millis(cpu_limit),
            millis(size.millis)
        );
        findings.adapt("resources.cpu.limit", how);
    }
    let below = size.millis < limits::NO_BURST_CPU.value || size.mib < limits::NO_BURST_MEMORY.value;
    if class == Class::GeneralPurpose && below {
        let message = format!(
            "a cluster without bursting raises {} and {} of memory to at least {} and {}",
            millis(size.millis),
            mebibytes(size.mib),
            limits::NO_BURST_CPU.amount(),
            limits::NO_BURST_MEMORY.amount()
        );
        findings.warn("resources", message, limits::NO_BURST_CPU.cited());
    }
}

/// The price of a difference, where pods are paid for by their requests.
fn price_of(more: Size, class: Class, workload: &Workload, prices: ChosenBy<'_>) -> String {
    if class != Class::GeneralPurpose {
        return String::new();
    }
    let parts = super::pod_parts(more, 0, workload.placement.spot, prices.book());
    let cost = cost::Cost::of_parts(workload, parts, Vec::new());
    cost.of_replica().map_or_else(String::new, |hourly| {
        format!(", {} a month for each replica", cost::dollars(hourly * cost::HOURS_A_MONTH))
    })
}

/// Millicores in words.
pub(crate) fn millis(millis: u64) -> String {
    if millis.is_multiple_of(1000) { format!("{} vCPU", millis / 1000) } else { format!("{millis}m") }
}
