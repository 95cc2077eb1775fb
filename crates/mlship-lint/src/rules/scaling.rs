//! `ML4xx`: signals and windows of autoscalers.

use mlship_spec::choices::Autoscaler;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{AutoScale, MeteredResource, QueryTarget, Reading, Scale, Signal, Workload};

use crate::arguments::Arguments;
use crate::rule::{Finding, rule};
use crate::subject::Subject;

rule! {
    /// CPU as the signal of a GPU server: the reader finds it, and here is how bad it is.
    CPU_ON_GPU = CPU_SIGNAL_ON_GPU Error
    fix "Write `autoscale: {on: concurrency, target: 4}`, or scale on `queue-depth` or `rps`."
    evidence ["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#how-does-a-horizontalpodautoscaler-work",
              "https://cloud.google.com/kubernetes-engine/docs/best-practices/machine-learning/inference/autoscaling"]
    on KUBERNETES needs Spec
    judge found_when_reading
}

rule! {
    /// A target of type Value with replicas that start slowly.
    VALUE_TARGET = VALUE_WITH_SLOW_START Warning
    fix "Write `per: replica`, with a target of the share of one replica."
    evidence ["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details"]
    on KUBERNETES needs Spec
    judge value_target
}

rule! {
    /// The target is so near the signal's ceiling that it is never exceeded.
    NEVER_FIRES = CANNOT_FIRE Warning
    fix "Write a target well below the ceiling, or follow `queue-depth`, which has none."
    evidence ["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#algorithm-details"]
    on KUBERNETES needs Spec
    judge never_fires
}

rule! {
    /// More requests are to be held per replica than one works on.
    ABOVE_SLOTS = TARGET_ABOVE_CONCURRENCY Warning
    fix "Write a target of about 70 % of what one replica works on at once."
    evidence ["https://knative.dev/docs/serving/autoscaling/concurrency/",
              "https://docs.vllm.ai/en/stable/configuration/engine_args/"]
    on KUBERNETES needs Spec
    judge above_slots
}

rule! {
    /// Replicas are taken away sooner than one starts.
    SHORT_WINDOW = WINDOW_BELOW_LOAD Warning
    fix "Leave `autoscale.downWindow` away, or write more than the load time."
    evidence ["https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#stabilization-window"]
    on KUBERNETES needs Spec
    judge short_window
}

rule! {
    /// A caller gives up before the first replica is there.
    COLD_START = COLD_START_TIMEOUT Warning
    fix "Write `replicas.min: 1`, or a `server.requestTimeout` above the time of a start."
    evidence ["https://keda.sh/docs/latest/concepts/scaling-deployments/",
              "https://knative.dev/docs/serving/autoscaling/scale-to-zero/"]
    on KUBERNETES needs Spec
    judge cold_start
}

rule! {
    /// KEDA takes the last replica away sooner than one starts.
    SHORT_COOLDOWN = COOLDOWN_BELOW_LOAD Warning
    fix "Leave `autoscale.downWindow` away, or write more than the load time."
    evidence ["https://keda.sh/docs/latest/reference/scaledobject-spec/#cooldownperiod"]
    on KUBERNETES needs Spec
    judge short_cooldown
}

/// An HPA does nothing while the signal is within a tenth of its target: a signal that ends at a ceiling moves it only
/// where the target is below ceiling ÷ 1.1.
/// <https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#tolerance>
const TOLERANCE_TENTHS: u128 = 11;

/// Seconds beside the model's load: the autoscaler looks (15), the image is pulled (10), readiness is asked (5).
const AROUND_A_START: u32 = 30;

/// A start of more than this is slow for a target that counts Ready replicas.
const SLOW_START: u32 = 30;

/// What is found by the reader has its place already.
fn found_when_reading(_: &Subject<'_>, _: &mut Vec<Finding>) {}

fn auto<'a>(subject: &Subject<'a>) -> Option<&'a AutoScale> {
    match &subject.workload.scale {
        Scale::Auto(auto) => Some(auto),
        Scale::Fixed { .. } => None,
    }
}

fn value_target(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Some(auto) = auto(subject) else { return };
    let Signal::Query { target: QueryTarget::Total(target), .. } = &auto.signal else { return };
    let seconds = subject.workload.model.load_seconds;
    if seconds <= SLOW_START {
        return;
    }
    let message = format!(
        "a total of {target} is compared by way of the Ready replicas, and a replica takes {seconds}s to be one"
    );
    let help = "write `per: replica`, with the share of one replica as the target";
    found.push(Finding::new(subject.span("autoscale.per"), message, help));
}

fn never_fires(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Some(auto) = auto(subject) else { return };
    let Some((target, ceiling, what)) = ceiling(subject.workload, auto) else { return };
    // Both in thousandths.
    if u128::from(target) * TOLERANCE_TENTHS < u128::from(ceiling) * 10 || target > ceiling && is_slots(auto)
    {
        return;
    }
    let most = ceiling / 11 * 10;
    let message = format!(
        "{what}, and the HPA adds a replica only beyond the target and a tenth: that is never reached"
    );
    let help =
        format!("write a target below {}; about {} leaves room", plain(most), plain(ceiling / 100 * 70));
    found.push(Finding::new(target_place(subject), message, help));
}

/// Target and ceiling of a signal that has one, in thousandths, and what it is.
fn ceiling(workload: &Workload, auto: &AutoScale) -> Option<(u64, u64, String)> {
    match &auto.signal {
        Signal::Resource { resource, utilization } => {
            let (amount, name) = match resource {
                MeteredResource::Cpu => (&workload.resources.cpu, "CPU"),
                MeteredResource::Memory => (&workload.resources.memory, "memory"),
            };
            let limit = amount.limit.as_ref()?.millis();
            let percent = limit.saturating_mul(100) / amount.request.millis().max(1);
            let what = format!("a replica's {name} ends at its limit, {percent} % of the request");
            Some((u64::from(*utilization) * 1000, percent.saturating_mul(1000), what))
        }
        Signal::PerReplica { series, target, .. } => {
            let target = target.millis();
            if series.contains("GPU_UTIL") || series.contains("gpu_utilization") {
                return Some((target, 100_000, "the use of a GPU ends at 100 %".to_owned()));
            }
            if series.ends_with("cache_usage_perc") {
                return Some((target, 1000, "the use of the cache ends at 1".to_owned()));
            }
            let slots = slots(workload).filter(|_| is_slots(auto))?;
            let what = format!("`{series}` ends at the {slots} requests that one replica works on at once");
            Some((target, u64::from(slots) * 1000, what))
        }
        Signal::Latency { .. } | Signal::Query { .. } => None,
    }
}

/// Whether the signal counts only what is worked on, so that it ends at the server's slots.
fn is_slots(auto: &AutoScale) -> bool {
    let Signal::PerReplica { series, reading: Reading::Gauge, .. } = &auto.signal else { return false };
    series.contains("running") || series.contains("processing") || series.contains("batch_current_size")
}

/// Requests that one replica works on at once, as the spec or the server's flags say.
fn slots(workload: &Workload) -> Option<u32> {
    const NAMES: &[&str] = &[
        "--max-num-seqs",
        "--max-running-requests",
        "--max-concurrent-requests",
        "--max-batch-size",
        "--parallel",
        "-np",
    ];
    workload.server.concurrency.or_else(|| Arguments::of(workload).number(NAMES).map(|(slots, _)| slots))
}

fn above_slots(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let (Some(auto), Some(slots)) = (auto(subject), slots(subject.workload)) else { return };
    let Signal::PerReplica { series, reading: Reading::Gauge, target, .. } = &auto.signal else { return };
    let counts_waiting = ["queue", "waiting", "pending", "backlog"].iter().any(|word| series.contains(word));
    let is_requests = !series.contains("GPU") && !series.contains("gpu") && !series.contains("perc");
    if counts_waiting || !is_requests || target.millis() <= Quantity::from_count(slots).millis() {
        return;
    }
    let message = format!("{target} requests are to be held per replica, and one works on {slots} at once");
    let help = format!("write `target: {}`, 70 % of them", (u64::from(slots) * 7 / 10).max(1));
    let finding = Finding::new(target_place(subject), message, help);
    let place = subject.workload.provenance.is_written("server.concurrency");
    found.push(finding.related(place.then(|| subject.span("server.concurrency")).flatten(), "at once"));
}

fn short_window(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    window(subject, found, "an autoscaler takes a replica away");
}

fn short_cooldown(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    window(subject, found, "KEDA takes the last replica away");
}

/// Both rules are of one field: what it means depends on whether the service may sleep.
fn window(subject: &Subject<'_>, found: &mut Vec<Finding>, who: &str) {
    let Some(auto) = auto(subject) else { return };
    let sleeps = auto.min == 0 && auto.autoscaler == Autoscaler::Keda;
    let seconds = subject.workload.model.load_seconds;
    if sleeps != who.starts_with("KEDA") || auto.down_window_seconds >= seconds {
        return;
    }
    let message = format!(
        "{who} after {}s of less load, and one takes {seconds}s to come back",
        auto.down_window_seconds
    );
    let help =
        format!("write `downWindow: {}s` or more, or remove it", seconds.saturating_mul(2).clamp(300, 3600));
    found.push(Finding::new(subject.span("autoscale.downWindow"), message, help));
}

fn cold_start(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let Some(auto) = auto(subject).filter(|auto| auto.min == 0) else { return };
    let _ = auto;
    let seconds = subject.workload.model.load_seconds.saturating_add(AROUND_A_START);
    let patience = subject.workload.server.request_seconds;
    if seconds <= patience {
        return;
    }
    let message = format!(
        "the first request after a sleep waits {seconds}s for a replica, and requests are given up after {patience}s"
    );
    let help = format!("write `min: 1`, or `server.requestTimeout: {seconds}s` or more");
    let finding = Finding::new(subject.span("replicas.min"), message, help);
    let is_written = subject.workload.provenance.is_written("server.requestTimeout");
    found.push(
        finding.related(is_written.then(|| subject.span("server.requestTimeout")).flatten(), "the patience"),
    );
}

fn target_place(subject: &Subject<'_>) -> Option<mlship_spec::source::Span> {
    subject.span("autoscale.target")
}

/// Thousandths as a plain number.
fn plain(millis: u64) -> String {
    if millis.is_multiple_of(1000) || millis > 10_000 {
        (millis / 1000).to_string()
    } else {
        format!("{}.{:02}", millis / 1000, millis % 1000 / 10)
    }
}
