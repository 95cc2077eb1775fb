//! What is wrong with a scenario, seen from its run and from its settings.

use mlship_spec::codes::{
    CANNOT_FIRE, COLD_START_TIMEOUT, COOLDOWN_BELOW_LOAD, CPU_SIGNAL_ON_GPU, Code, TARGET_ABOVE_CONCURRENCY,
    VALUE_WITH_SLOW_START, WINDOW_BELOW_LOAD,
};

use crate::autoscaling::autoscaler::Autoscaler;
use crate::autoscaling::codes;
use crate::autoscaling::hpa::{Hpa, Metric, Target};
use crate::autoscaling::number::float;
use crate::autoscaling::report::{Event, Finding, Report};
use crate::autoscaling::run::{Scenario, Traits};
use crate::autoscaling::service::Processor;
use crate::autoscaling::signals::Kind;
use crate::autoscaling::time::Time;

/// Everything that is wrong, what hurts requests first.
pub(crate) fn findings(scenario: &Scenario, report: &Report, traits: &Traits) -> Vec<Finding> {
    let mut findings = Findings { suffers: report.summary.keeps_up == Some(false), found: Vec::new() };
    requests(scenario, report, traits, &mut findings);
    signals(scenario, traits, &mut findings);
    over_time(scenario, report, traits, &mut findings);
    settings(scenario, &mut findings);
    findings.found
}

struct Findings {
    suffers: bool,
    found: Vec<Finding>,
}

impl Findings {
    fn error(&mut self, code: &'static Code, t: Option<Time>, message: String) {
        self.found.push(Finding { code: code.id, severity: "error", message, t });
    }

    fn warning(&mut self, code: &'static Code, t: Option<Time>, message: String) {
        self.found.push(Finding { code: code.id, severity: "warning", message, t });
    }

    /// An error where requests suffer at all.
    fn by_suffering(&mut self, code: &'static Code, t: Option<Time>, message: String) {
        if self.suffers { self.error(code, t, message) } else { self.warning(code, t, message) }
    }
}

fn requests(scenario: &Scenario, report: &Report, traits: &Traits, findings: &mut Findings) {
    if !findings.suffers {
        return;
    }
    let Some(books) = report.summary.requests else { return };
    let share = |amount: f64| 100.0 * amount / books.arrived.max(1.0);
    let worst = report
        .summary
        .worst_latency
        .map_or(String::new(), |worst| format!("; the slowest took {worst:.1} s"));
    let message = format!(
        "{:.0} requests ({:.2} %) took longer than {} s and {:.0} ({:.2} %) were lost, in {:.0} s of {:.0}{worst}",
        books.late,
        share(books.late),
        scenario.service.target_seconds,
        books.lost,
        share(books.lost),
        traits.suffering,
        report.summary.seconds,
    );
    findings.error(&codes::REQUESTS_SUFFER, traits.since[0], message);
}

fn signals(scenario: &Scenario, traits: &Traits, findings: &mut Findings) {
    let metrics = scenario.autoscaler.hpa().map(|hpa| hpa.metrics.as_slice()).unwrap_or_default();
    for metric in metrics {
        let name = metric.source.name();
        let Some(kind) = scenario.signals.get(name).copied() else {
            let message = format!("nobody says what `{name}` measures, so it can't be followed");
            findings.error(&codes::METRIC, None, message);
            continue;
        };
        if kind == Kind::Cpu && matches!(scenario.service.processor, Processor::Accelerator { .. }) {
            let message =
                "the autoscaler follows the CPU, which an accelerator's server leaves nearly idle".to_owned();
            findings.by_suffering(&CPU_SIGNAL_ON_GPU, None, message);
        }
        if let Some(message) = cannot_fire(scenario, metric, kind) {
            findings.by_suffering(&CANNOT_FIRE, None, message);
        }
        if kind == Kind::Concurrency
            && let Some(target) = per_replica(metric)
            && target > scenario.service.concurrency
        {
            let message = format!(
                "the target of {target} requests per replica is above the {} that one works on at once",
                scenario.service.concurrency
            );
            findings.warning(&TARGET_ABOVE_CONCURRENCY, None, message);
        }
        let start = scenario.service.startup.total();
        if matches!(metric.target, Target::Value(_))
            && start > Time::from_seconds(30)
            && kind != Kind::Latency
        {
            let message = format!(
                "`{name}` has a target of type Value, which counts on Ready replicas, and a start takes {} s",
                start.seconds()
            );
            findings.warning(&VALUE_WITH_SLOW_START, None, message);
        }
    }
    if traits.suffering_while_content > 0.0 && traits.suffering_while_content * 4.0 > traits.suffering {
        let kinds: Vec<&str> = scenario.signals.values().map(|kind| kind.words()).collect();
        let message = format!(
            "for {:.0} s requests were late or lost while the signal ({}) asked for no more replicas",
            traits.suffering_while_content,
            kinds.join(", ")
        );
        findings.error(&codes::OVERLOADED, traits.since[2], message);
    }
}

fn per_replica(metric: &Metric) -> Option<f64> {
    match metric.target {
        Target::AverageValue(value) => Some(float(value) / 1000.0),
        Target::Value(_) | Target::Utilization(_) => None,
    }
}

/// A gauge with a ceiling moves an HPA only if its target is below the ceiling by more than the tolerance.
fn cannot_fire(scenario: &Scenario, metric: &Metric, kind: Kind) -> Option<String> {
    let service = &scenario.service;
    let request =
        |name: &str| scenario.template.request(name, None).ok().map(|request| float(request) / 1000.0);
    let full_cores = match service.processor {
        Processor::Cpu { full_cores } | Processor::Accelerator { full_cores, .. } => full_cores,
    };
    let ceiling = match kind {
        Kind::Running => service.concurrency,
        Kind::Rate => service.rate_per_replica(),
        Kind::Accelerator => 100.0,
        Kind::Cpu => full_cores,
        Kind::Memory | Kind::Concurrency | Kind::Queue | Kind::Latency => return None,
    };
    let target = match metric.target {
        Target::AverageValue(value) => float(value) / 1000.0,
        Target::Value(value) if kind == Kind::Accelerator => float(value) / 1000.0,
        Target::Value(_) => return None,
        Target::Utilization(percent) => f64::from(percent) / 100.0 * request(metric.source.name())?,
    };
    let up = scenario
        .autoscaler
        .hpa()
        .and_then(|hpa| hpa.behavior.as_ref())
        .and_then(|behavior| behavior.up.tolerance);
    let tolerance = up.unwrap_or(scenario.settings.tolerance);
    let is_dead = target * (1.0 + tolerance) >= ceiling;
    is_dead.then(|| {
        format!(
            "`{}` ({}) never exceeds {ceiling:.3} per replica, and moves the autoscaler only above {:.3}",
            metric.source.name(),
            kind.words(),
            target * (1.0 + tolerance)
        )
    })
}

fn over_time(scenario: &Scenario, report: &Report, traits: &Traits, findings: &mut Findings) {
    let start = scenario.service.startup.total().seconds();
    if traits.suffering_while_loading > traits.suffering_asleep {
        let message = format!(
            "for {:.0} s requests were late or lost while replicas were starting: a start takes {start} s, and the load \
             grew faster",
            traits.suffering_while_loading
        );
        findings.error(&codes::SLOW_START, traits.since[1], message);
    }
    if traits.suffering_asleep > 0.0 {
        let message = format!(
            "for {:.0} s requests came and no replica was Ready; the first takes {start} s, and callers wait {} s",
            traits.suffering_asleep, scenario.service.patience_seconds
        );
        findings.error(&COLD_START_TIMEOUT, traits.since[4], message);
    }
    let max = scenario.autoscaler.max();
    if traits.suffering_at_max > 0.0 {
        let message = format!(
            "for {:.0} s requests were late or lost at the maximum of {max} replicas; the autoscaler asked for up to {}",
            traits.suffering_at_max, traits.most_proposed
        );
        findings.error(&codes::CEILING, traits.since[3], message);
    } else if let Some(since) = traits.above_max_since {
        let message =
            format!("the autoscaler asked for up to {} replicas and may have {max}", traits.most_proposed);
        findings.warning(&codes::CEILING, Some(since), message);
    }
    if let Some((t, count)) = flapping(scenario, &report.events) {
        let message =
            format!("the number of replicas turned round {count} times in 15 minutes of steady load");
        findings.warning(&codes::FLAPPING, Some(t), message);
    }
}

/// Turns of direction within a quarter of an hour that count as flapping.
const MANY_TURNS: usize = 3;

/// The first quarter of an hour with many turns though the load was steady.
fn flapping(scenario: &Scenario, events: &[Event]) -> Option<(Time, usize)> {
    let window = Time::from_seconds(900);
    let turns: Vec<Time> = events
        .windows(2)
        .filter(|pair| (pair[0].desired > pair[0].from) != (pair[1].desired > pair[1].from))
        .map(|pair| pair[1].t)
        .collect();
    turns.iter().enumerate().find_map(|(index, from)| {
        let count = turns[index..].iter().take_while(|turn| **turn - *from < window).count();
        (count >= MANY_TURNS && is_steady(scenario, *from, *from + window)).then_some((*from, count))
    })
}

fn is_steady(scenario: &Scenario, from: Time, until: Time) -> bool {
    let until = until.min(scenario.load.duration());
    let (mut least, mut most, mut now) = (f64::INFINITY, 0.0_f64, from);
    while now < until {
        let rate = scenario.load.rate(now);
        (least, most) = (least.min(rate), most.max(rate));
        now = now + Time::from_seconds(1);
    }
    most <= least * 1.3
}

fn settings(scenario: &Scenario, findings: &mut Findings) {
    let start = scenario.service.startup.total();
    let window = |hpa: &Hpa| match &hpa.behavior {
        Some(behavior) => behavior.down.window.unwrap_or(scenario.settings.downscale_window),
        None => scenario.settings.downscale_window,
    };
    if let Some(window) = scenario.autoscaler.hpa().map(window)
        && window < start
    {
        let message = format!(
            "replicas go after {} s of less load, and one takes {} s to start again",
            window.seconds(),
            start.seconds()
        );
        findings.warning(&WINDOW_BELOW_LOAD, None, message);
    }
    if let Autoscaler::Keda(keda) = &scenario.autoscaler
        && keda.min == 0
        && keda.cooldown < start
    {
        let message = format!(
            "KEDA takes the last replica away after {} quiet seconds, and one takes {} s to start",
            keda.cooldown.seconds(),
            start.seconds()
        );
        findings.warning(&COOLDOWN_BELOW_LOAD, None, message);
    }
    if scenario.autoscaler.min() == 0 && start.seconds() > scenario.service.patience_seconds {
        let message = format!(
            "the first request after a pause waits {} s for a replica, and callers wait {} s",
            start.seconds(),
            scenario.service.patience_seconds
        );
        if !findings.found.iter().any(|finding| finding.code == COLD_START_TIMEOUT.id) {
            findings.warning(&COLD_START_TIMEOUT, None, message);
        }
    }
}
