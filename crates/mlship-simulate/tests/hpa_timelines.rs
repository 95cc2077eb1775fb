//! Six timelines that were recorded from kube-controller-manager 1.37.2 at a period of 1 s; sizes, times and
//! reasons as written down there.

use std::collections::BTreeMap;

use mlship_simulate::autoscaling::autoscaler::Autoscaler;
use mlship_simulate::autoscaling::hpa::{
    Behavior, Change, Hpa, Metric, Policy, Rules, Select, Settings, Source, Target,
};
use mlship_simulate::autoscaling::replay::{Replay, replay};
use mlship_simulate::autoscaling::report::Report;
use mlship_simulate::autoscaling::template::{Container, Template};
use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::trace::{Row, Steps};

#[test]
fn four_pods_or_double_per_fifteen_seconds() {
    let behavior = Behavior { up: Rules::default_up(), down: down(0, vec![]) };
    let hpa = Hpa { min: 1, max: 40, metrics: vec![pods(10)], behavior: Some(behavior) };
    let run = run(hpa, 3, &[("rps", &[(0.0, 30.0), (5.5, 270.0)])], |replay| replay);
    check(
        &run,
        &[
            (6.0, 7, "True/ScaleUpLimit"),
            (21.0, 14, "True/ScaleUpLimit"),
            (36.0, 27, "False/DesiredWithinRange"),
        ],
    );
    assert!(
        run.events.iter().all(|event| event.reason == "pods metric rps above target"),
        "{:?}",
        run.events
    );
}

#[test]
fn percents_round_up_and_the_window_holds() {
    let up = Rules { policies: vec![policy(Change::Percent(60), 8)], ..Rules::default_up() };
    let behavior = Behavior { up, down: down(3, vec![]) };
    let hpa = Hpa { min: 1, max: 20, metrics: vec![pods(10)], behavior: Some(behavior) };
    let run = run(hpa, 2, &[("rps", &[(0.0, 20.0), (4.5, 90.0), (34.5, 60.0)])], |replay| replay);
    let sizes = sizes(&run);
    assert_eq!(sizes, [(5.0, 4), (13.0, 7), (21.0, 9), (37.0, 6)]);
    let held = run.conditions.iter().find(|change| change.reason == "ScaleDownStabilized").unwrap();
    assert_eq!(held.t, Time::from_seconds(35));
    assert_eq!(run.events[3].reason, "All metrics below target");
}

#[test]
fn a_value_target_multiplies_the_ready_pods() {
    let up = Rules { policies: vec![policy(Change::Pods(2), 4)], ..Rules::default_up() };
    let behavior = Behavior { up, down: down(0, vec![]) };
    let metric = Metric { source: external("depth"), target: Target::Value(40_000) };
    let hpa = Hpa { min: 1, max: 20, metrics: vec![metric], behavior: Some(behavior) };
    let values = [("depth", &[(0.0, 40.0), (5.5, 72.0), (24.5, 40.0)][..])];
    let run = run(hpa, 2, &values, |replay| Replay { ready_after: Time::from_seconds_f64(7.5), ..replay });
    check(
        &run,
        &[
            (6.0, 4, "False/DesiredWithinRange"),
            (14.0, 6, "True/ScaleUpLimit"),
            (18.0, 8, "False/DesiredWithinRange"),
            (22.0, 10, "True/ScaleUpLimit"),
        ],
    );
    assert_eq!(run.events[0].reason, "external metric depth(nil) above target");
}

#[test]
fn loaders_burn_cpu_and_count_as_nothing() {
    let metric =
        Metric { source: Source::Resource { name: "cpu".to_owned() }, target: Target::Utilization(50) };
    let hpa = Hpa { min: 1, max: 20, metrics: vec![metric], behavior: None };
    let run = run(hpa, 3, &[("cpu", &[(0.0, 1.5), (5.5, 4.0)])], |replay| Replay {
        ready_after: Time::from_seconds_f64(9.5),
        loading_value: Some(2500),
        ..replay
    });
    check(&run, &[(6.0, 6, "True/ScaleUpLimit"), (7.0, 8, "False/DesiredWithinRange")]);
    assert_eq!(run.events[0].reason, "cpu resource utilization (percentage of request) above target");
}

#[test]
fn to_zero_and_back() {
    let down = Rules {
        window: Some(Time::from_seconds(4)),
        policies: vec![policy(Change::Pods(1), 3)],
        ..Rules::default_down()
    };
    let behavior = Behavior { up: Rules::default_up(), down };
    let metric = Metric { source: external("jobs"), target: Target::AverageValue(8_000) };
    let hpa = Hpa { min: 0, max: 6, metrics: vec![metric], behavior: Some(behavior) };
    let run = run(hpa, 2, &[("jobs", &[(0.0, 16.0), (6.5, 0.0), (22.5, 25.0)])], |replay| replay);
    assert_eq!(sizes(&run), [(10.0, 1), (13.0, 0), (23.0, 4)]);
    assert_eq!(run.events[0].scaling_limited.as_deref(), Some("True/ScaleDownLimit"));
    let slept: Vec<_> = run.conditions.iter().filter(|change| change.kind == "ScaledToZero").collect();
    let slept: Vec<_> =
        slept.iter().map(|change| (change.t.seconds(), change.status, change.reason)).collect();
    let expected = [
        (10.0, "False", "NotScaledToZero"),
        (13.0, "True", "ScaledToZero"),
        (23.0, "False", "NotScaledToZero"),
    ];
    assert_eq!(slept, expected);
}

#[test]
fn silent_pods_and_a_metric_that_goes_away() {
    let behavior = Behavior { up: Rules::default_up(), down: down(0, vec![]) };
    let second = Metric { source: external("depth"), target: Target::AverageValue(10_000) };
    let hpa = Hpa { min: 1, max: 20, metrics: vec![pods(10), second], behavior: Some(behavior) };
    let load: &[(f64, f64)] = &[(0.0, 50.0), (6.5, 30.0), (20.5, 90.0)];
    let run = run(hpa, 5, &[("rps", load), ("depth", &[(0.0, 20.0), (17.5, f64::NAN)])], |replay| Replay {
        silences: vec![(Time::from_seconds_f64(6.5), Time::from_seconds_f64(14.5))],
        ..replay
    });
    assert_eq!(sizes(&run), [(7.0, 4), (15.0, 3), (21.0, 9)]);
}

fn run(
    hpa: Hpa,
    replicas: i32,
    values: &[(&str, &[(f64, f64)])],
    change: impl FnOnce(Replay) -> Replay,
) -> Report {
    let metrics: BTreeMap<String, Steps> =
        values.iter().map(|(name, rows)| ((*name).to_owned(), steps(rows))).collect();
    let requests = BTreeMap::from([("cpu".to_owned(), 1000)]);
    let template = Template {
        pod: BTreeMap::new(),
        containers: vec![Container { name: "server".to_owned(), requests }],
    };
    let settings = Settings { sync_period: Time::from_seconds(1), ..Settings::default() };
    let usual = Replay {
        replicas,
        settings,
        duration: Time::from_seconds(60),
        ..Replay::new(Autoscaler::Hpa(hpa), template, metrics)
    };
    replay(&change(usual))
}

fn steps(rows: &[(f64, f64)]) -> Steps {
    let row = |(at, value): &(f64, f64)| {
        #[expect(clippy::cast_possible_truncation, reason = "values of tests are small")]
        let millis = (!value.is_nan()).then_some((value * 1000.0).round() as i64);
        Row { at: Time::from_seconds_f64(*at), value: millis }
    };
    Steps::new(rows.iter().map(row).collect())
}

fn sizes(report: &Report) -> Vec<(f64, i32)> {
    report.events.iter().map(|event| (event.t.seconds(), event.desired)).collect()
}

fn check(report: &Report, expected: &[(f64, i32, &str)]) {
    let found: Vec<_> = report
        .events
        .iter()
        .map(|event| (event.t.seconds(), event.desired, event.scaling_limited.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(found, expected);
}

fn pods(target: i64) -> Metric {
    Metric { source: Source::Pods { metric: "rps".to_owned() }, target: Target::AverageValue(target * 1000) }
}

fn external(name: &str) -> Source {
    Source::External { metric: name.to_owned(), selector: "nil".to_owned() }
}

fn policy(change: Change, seconds: i64) -> Policy {
    Policy { change, period: Time::from_seconds(seconds) }
}

fn down(window: i64, policies: Vec<Policy>) -> Rules {
    let policies = if policies.is_empty() { Rules::default_down_policies() } else { policies };
    Rules { window: Some(Time::from_seconds(window)), select: Select::Max, policies, tolerance: None }
}
