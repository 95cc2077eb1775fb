//! Small changes that help, each proved by running again with it.

use crate::autoscaling::autoscaler::Autoscaler;
use crate::autoscaling::findings;
use crate::autoscaling::hpa::{Behavior, Change, Hpa, Metric, Policy, Rules, Select, Source, Target};
use crate::autoscaling::number::{nearest, replicas};
use crate::autoscaling::report::{Report, Suggestion, Summary};
use crate::autoscaling::run::{Scenario, traced};
use crate::autoscaling::signals::Kind;
use crate::autoscaling::time::Time;

/// Runs a scenario: what happens, what is wrong with it, and what would help.
pub fn simulate(scenario: &Scenario) -> Report {
    let (mut report, traits) = traced(scenario);
    report.findings = findings::findings(scenario, &report, &traits);
    let has_flapping = report.findings.iter().any(|finding| finding.code == "ML465");
    if report.summary.keeps_up == Some(false) {
        report.suggestions = suggestions(scenario, &report.summary);
    } else if has_flapping {
        report.suggestions = calmer(scenario, &report.summary).into_iter().collect();
    }
    report
}

/// A change, not tried yet.
struct Candidate {
    change: String,
    set: Option<String>,
    scenario: Scenario,
}

/// Suggestions that a person wants to read.
const MOST: usize = 6;

fn suggestions(scenario: &Scenario, before: &Summary) -> Vec<Suggestion> {
    let mut found: Vec<Suggestion> = singles(scenario, before);
    let signal = other_signal(scenario);
    let is_better =
        signal.as_ref().and_then(|candidate| tried(candidate, before)).is_some_and(|it| !fixes(&it));
    if is_better {
        found.extend(signal.iter().flat_map(|base| on_top(base, before)));
    }
    if !found.iter().any(fixes) {
        found.extend(pairs(scenario, before));
    }
    // What fixes it first, then by what it costs; the sort is stable, so of equals the simpler one stays first.
    found.sort_by(|one, other| {
        let by_cost = one.extra_replica_hours.total_cmp(&other.extra_replica_hours);
        fixes(other).cmp(&fixes(one)).then(by_cost)
    });
    found.truncate(MOST);
    found
}

fn fixes(suggestion: &Suggestion) -> bool {
    suggestion.after.keeps_up == Some(true)
}

/// Each change alone, as small as it helps.
fn singles(scenario: &Scenario, before: &Summary) -> Vec<Suggestion> {
    let mut at_once: Vec<Candidate> = Vec::new();
    at_once.extend(faster_policy(scenario));
    at_once.extend(other_signal(scenario));
    let mut found: Vec<Suggestion> =
        at_once.iter().filter_map(|candidate| tried(candidate, before)).collect();
    found.extend(smallest(before, targets(scenario).len(), |step| targets(scenario).swap_remove(step)));
    found.extend(smallest(before, room(scenario), |step| more_at_least(scenario, step)));
    found.extend(smallest(before, 8, |step| more_at_most(scenario, raised(scenario.autoscaler.max(), step))));
    found.extend(smallest(before, 9, |step| quicker_start(scenario, step)));
    found
}

/// How far the minimum may be raised.
fn room(scenario: &Scenario) -> usize {
    let (min, max) = (scenario.autoscaler.min(), scenario.autoscaler.max());
    usize::try_from(max.min(min.saturating_add(1000)) - min).unwrap_or(0)
}

/// Two changes together, for where one is not enough: more room, and the rest on top.
fn pairs(scenario: &Scenario, before: &Summary) -> Vec<Suggestion> {
    let max = scenario.autoscaler.max();
    let mut found = Vec::new();
    for step in [1, 3, 5, 7] {
        found.extend(on_top(&more_at_most(scenario, raised(max, step)), before));
        if found.len() >= 3 {
            break;
        }
    }
    found
}

/// One more change on top of one.
fn on_top(base: &Candidate, before: &Summary) -> Vec<Suggestion> {
    let and = |next: Candidate| Candidate {
        change: format!("{}, and {}", base.change, next.change),
        set: base.set.clone().zip(next.set).map(|(one, other)| format!("{one},{other}")),
        scenario: next.scenario,
    };
    let mut found = Vec::new();
    let policy = faster_policy(&base.scenario).and_then(|next| tried(&and(next), before));
    found.extend(policy.filter(fixes));
    let count = targets(&base.scenario).len();
    found.extend(smallest(before, count, |step| and(targets(&base.scenario).swap_remove(step))));
    found.extend(smallest(before, room(&base.scenario), |step| and(more_at_least(&base.scenario, step))));
    found.extend(smallest(before, 9, |step| and(quicker_start(&base.scenario, step))));
    found
}

/// Runs again; a suggestion only if every request then is in time, or nearly all of those that were not before.
fn tried(candidate: &Candidate, before: &Summary) -> Option<Suggestion> {
    let (report, _) = traced(&candidate.scenario);
    let unwell = |summary: &Summary| summary.requests.map_or(0.0, |books| books.late + books.lost);
    let is_far_better = unwell(&report.summary) <= unwell(before) * STILL_UNWELL;
    (report.summary.keeps_up == Some(true) || is_far_better).then(|| suggestion(candidate, report, before))
}

fn suggestion(candidate: &Candidate, report: Report, before: &Summary) -> Suggestion {
    let extra = report.summary.replica_hours - before.replica_hours;
    Suggestion {
        change: candidate.change.clone(),
        set: candidate.set.clone(),
        extra_replica_hours: (extra * 1000.0).round() / 1000.0,
        after: report.summary,
        timeline: report.timeline,
    }
}

/// The share of late and lost requests that a change may leave and still be worth saying.
const STILL_UNWELL: f64 = 0.1;

/// The first of `count` growing steps that fixes it, by halving: if the last does not, none is taken to.
fn smallest(before: &Summary, count: usize, step: impl Fn(usize) -> Candidate) -> Option<Suggestion> {
    let fixed = |index: usize| tried(&step(index), before).filter(fixes);
    let mut best = fixed(count.checked_sub(1)?)?;
    let (mut low, mut high) = (0, count - 1);
    while low < high {
        let middle = usize::midpoint(low, high);
        match fixed(middle) {
            Some(found) => (best, high) = (found, middle),
            None => low = middle + 1,
        }
    }
    Some(best)
}

/// Half as many again for each step.
fn raised(max: i32, step: usize) -> i32 {
    (0..=step).fold(max, |max, _| max.saturating_add((max / 2).max(1)))
}

fn with_hpa(scenario: &Scenario, change: impl Fn(&mut Hpa)) -> Scenario {
    let mut scenario = scenario.clone();
    match &mut scenario.autoscaler {
        Autoscaler::Hpa(hpa) => change(hpa),
        Autoscaler::Keda(keda) => change(&mut keda.hpa),
        Autoscaler::Knative(_) => {}
    }
    scenario
}

/// Up by three times each quarter of a minute, without a window.
fn faster_policy(scenario: &Scenario) -> Option<Candidate> {
    scenario.autoscaler.hpa()?;
    let period = Time::from_seconds(15);
    let up = Rules {
        window: Some(Time::ZERO),
        select: Select::Max,
        policies: vec![
            Policy { change: Change::Pods(10), period },
            Policy { change: Change::Percent(300), period },
        ],
        tolerance: None,
    };
    let scenario = with_hpa(scenario, |hpa| {
        let down = hpa.behavior.as_ref().map_or_else(Rules::default_down, |behavior| behavior.down.clone());
        hpa.behavior = Some(Behavior { up: up.clone(), down });
    });
    let change = "let it grow by 10 replicas or 300 % each 15 s, without a window".to_owned();
    Some(Candidate { change, set: None, scenario })
}

/// Requests in flight, at 70 % of what a replica works on at once: Knative's own share.
fn other_signal(scenario: &Scenario) -> Option<Candidate> {
    let hpa = scenario.autoscaler.hpa()?;
    let is_followed = hpa.metrics.iter().any(|metric| {
        scenario.signals.get(metric.source.name()).is_some_and(|kind| *kind == Kind::Concurrency)
    });
    if is_followed {
        return None;
    }
    let target = (scenario.service.concurrency * 0.7).max(1.0);
    let target = if target >= 2.0 { target.floor() } else { (target * 10.0).floor() / 10.0 };
    let metric = Metric {
        source: Source::Pods { metric: "requests_in_flight".to_owned() },
        target: Target::AverageValue(nearest(target * 1000.0)),
    };
    let mut scenario = with_hpa(scenario, |hpa| hpa.metrics = vec![metric.clone()]);
    if let Autoscaler::Keda(keda) = &mut scenario.autoscaler {
        keda.activation = vec![0];
    }
    scenario.signals = [("requests_in_flight".to_owned(), Kind::Concurrency)].into();
    let change = format!("follow requests in flight, {target} per replica");
    Some(Candidate {
        change,
        set: Some(format!("autoscale.on=concurrency,autoscale.target={target}")),
        scenario,
    })
}

/// Lower targets, from nine tenths to two tenths of the present one.
fn targets(scenario: &Scenario) -> Vec<Candidate> {
    let shares = [9, 8, 7, 6, 5, 4, 3, 2];
    shares.iter().filter_map(|share| lower_target(scenario, *share)).collect()
}

fn lower_target(scenario: &Scenario, tenths: i32) -> Option<Candidate> {
    let lower = |target: Target| match target {
        Target::Utilization(percent) => Target::Utilization((percent * tenths / 10).max(1)),
        Target::AverageValue(value) => Target::AverageValue((value * i64::from(tenths) / 10).max(1)),
        Target::Value(value) => Target::Value((value * i64::from(tenths) / 10).max(1)),
    };
    let shown = |target: Target| match target {
        Target::Utilization(percent) => percent.to_string(),
        Target::AverageValue(millis) | Target::Value(millis) => {
            format!("{}.{:03}", millis / 1000, millis % 1000)
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned()
        }
    };
    if let Autoscaler::Knative(knative) = &scenario.autoscaler {
        let mut scenario = scenario.clone();
        let target = knative.target * f64::from(tenths) / 10.0;
        if let Autoscaler::Knative(knative) = &mut scenario.autoscaler {
            knative.target = target;
        }
        return Some(Candidate {
            change: format!("lower the target to {target:.2} per replica"),
            set: None,
            scenario,
        });
    }
    let first = scenario.autoscaler.hpa()?.metrics.first()?.target;
    let scenario = with_hpa(scenario, |hpa| {
        for metric in &mut hpa.metrics {
            metric.target = lower(metric.target);
        }
    });
    let (old, new) = (shown(first), shown(lower(first)));
    let change = format!("lower the target from {old} to {new}");
    Some(Candidate { change, set: Some(format!("autoscale.target={new}")), scenario })
}

/// One replica more for each step, from the first on.
fn more_at_least(scenario: &Scenario, step: usize) -> Candidate {
    let min = scenario.autoscaler.min().saturating_add(replicas(step)).saturating_add(1);
    let mut scenario = with_hpa(scenario, |hpa| hpa.min = min);
    scenario.replicas = scenario.replicas.max(min);
    match &mut scenario.autoscaler {
        Autoscaler::Hpa(_) => {}
        Autoscaler::Keda(keda) => {
            keda.min = min;
            keda.idle = None;
        }
        Autoscaler::Knative(knative) => {
            knative.min = min;
            knative.initial = knative.initial.max(min);
        }
    }
    Candidate {
        change: format!("keep at least {min} replicas"),
        set: Some(format!("replicas.min={min}")),
        scenario,
    }
}

fn more_at_most(scenario: &Scenario, max: i32) -> Candidate {
    let mut scenario = with_hpa(scenario, |hpa| hpa.max = max);
    if let Autoscaler::Knative(knative) = &mut scenario.autoscaler {
        knative.max = if knative.max == 0 { 0 } else { max };
    }
    Candidate {
        change: format!("allow up to {max} replicas"),
        set: Some(format!("replicas.max={max}")),
        scenario,
    }
}

/// A start of nine tenths to one tenth of the time: pulled images, a spare node, weights on a fast disk.
fn quicker_start(scenario: &Scenario, step: usize) -> Candidate {
    let mut scenario = scenario.clone();
    let tenths = 9 - i64::try_from(step).unwrap_or(8).min(8);
    let part = |time: Time| Time::from_millis(time.millis() * tenths / 10);
    let startup = &mut scenario.service.startup;
    (startup.pending, startup.loading) = (part(startup.pending), part(startup.loading));
    let seconds = startup.total().seconds();
    let change = format!(
        "have replicas Ready in {seconds} s: images pulled ahead, a spare node, weights on a fast disk"
    );
    Candidate { change, set: None, scenario }
}

/// A longer window for scaling down, for a number that flaps.
fn calmer(scenario: &Scenario, before: &Summary) -> Option<Suggestion> {
    for seconds in [300, 600, 900, 1800, 3600] {
        let window = Some(Time::from_seconds(seconds));
        let scenario = with_hpa(scenario, |hpa| {
            let up = hpa.behavior.as_ref().map_or_else(Rules::default_up, |behavior| behavior.up.clone());
            let down =
                hpa.behavior.as_ref().map_or_else(Rules::default_down, |behavior| behavior.down.clone());
            hpa.behavior = Some(Behavior { up, down: Rules { window, ..down } });
        });
        let change = format!("wait {seconds} s before scaling down");
        let candidate = Candidate { change, set: Some(format!("autoscale.downWindow={seconds}s")), scenario };
        let (report, traits) = traced(&candidate.scenario);
        let still = findings::findings(&candidate.scenario, &report, &traits);
        let is_calm = !still.iter().any(|finding| finding.code == "ML465");
        if is_calm && report.summary.keeps_up == Some(true) {
            return Some(suggestion(&candidate, report, before));
        }
    }
    None
}
