//! Services under loads: books that add up, bounds that hold, findings that name the cause, suggestions that help.

use std::collections::BTreeMap;

use mlship_simulate::autoscaling::advice::simulate;
use mlship_simulate::autoscaling::autoscaler::Autoscaler;
use mlship_simulate::autoscaling::hpa::{Behavior, Hpa, Metric, Rules, Source, Target};
use mlship_simulate::autoscaling::keda::Keda;
use mlship_simulate::autoscaling::knative::Knative;
use mlship_simulate::autoscaling::load::{self, Load};
use mlship_simulate::autoscaling::pods::Startup;
use mlship_simulate::autoscaling::report::Report;
use mlship_simulate::autoscaling::run::{Scenario, run};
use mlship_simulate::autoscaling::service::{Front, Processor, Service};
use mlship_simulate::autoscaling::template::{Container, Template};
use mlship_simulate::autoscaling::time::Time;

fn generated(text: &str) -> Load {
    load::parse(0, text, &mut Vec::new()).expect("a load")
}

/// Four requests at once, half a second each: eight a second for each replica.
fn service(start_seconds: i64) -> Service {
    Service {
        request_seconds: 0.5,
        concurrency: 4.0,
        queue: Some(50.0),
        patience_seconds: 30.0,
        target_seconds: 2.0,
        front: Front::Refuses,
        startup: Startup { pending: Time::from_seconds(10), loading: Time::from_seconds(start_seconds - 10) },
        processor: Processor::Accelerator { idle_cores: 0.2, full_cores: 0.6 },
        price_per_hour: Some(0.8),
    }
}

fn template() -> Template {
    let requests = BTreeMap::from([("cpu".to_owned(), 2000), ("memory".to_owned(), 8_000_000_000)]);
    Template { pod: BTreeMap::new(), containers: vec![Container { name: "server".to_owned(), requests }] }
}

fn cpu(percent: i32) -> Metric {
    Metric { source: Source::Resource { name: "cpu".to_owned() }, target: Target::Utilization(percent) }
}

fn in_flight(target: i64) -> Metric {
    let source = Source::Pods { metric: "requests_in_flight".to_owned() };
    Metric { source, target: Target::AverageValue(target) }
}

fn hpa(metric: Metric, min: i32, max: i32) -> Hpa {
    let behavior = Behavior { up: Rules::default_up(), down: Rules::default_down() };
    Hpa { min, max, metrics: vec![metric], behavior: Some(behavior) }
}

fn scenario(autoscaler: Autoscaler, load: &str, start_seconds: i64) -> Scenario {
    Scenario::new(autoscaler, template(), generated(load), service(start_seconds))
}

fn codes(report: &Report) -> Vec<&str> {
    report.findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn the_cpu_of_a_gpu_server_never_moves_and_another_signal_helps() {
    let scenario = scenario(Autoscaler::Hpa(hpa(cpu(70), 2, 20)), "step:10..60@300/1h", 20);
    let report = simulate(&scenario);
    assert!(report.events.is_empty(), "{:?}", report.events);
    assert_eq!(codes(&report)[..3], ["ML468", "ML401", "ML405"], "{:#?}", report.findings);
    assert!(codes(&report).contains(&"ML467"), "{:#?}", report.findings);
    let fixing = report.suggestions.iter().filter(|suggestion| suggestion.after.keeps_up == Some(true));
    let hours: Vec<f64> = fixing.map(|suggestion| suggestion.extra_replica_hours).collect();
    assert!(!hours.is_empty() && hours.is_sorted(), "{hours:?}");
    let signal = report
        .suggestions
        .iter()
        .find(|suggestion| suggestion.change.starts_with("follow requests in flight"));
    assert!(
        signal
            .is_some_and(|signal| signal.set.as_deref().is_some_and(|set| set.starts_with("autoscale.on=")))
    );
}

#[test]
fn a_ramp_outruns_a_slow_start() {
    let scenario = scenario(Autoscaler::Hpa(hpa(in_flight(2800), 2, 20)), "ramp:10..120@120+60/40m", 120);
    let report = simulate(&scenario);
    assert!(codes(&report).contains(&"ML403"), "{:#?}", report.findings);
    let changes: Vec<&str> = report.suggestions.iter().map(|suggestion| suggestion.change.as_str()).collect();
    assert!(changes.iter().any(|change| change.starts_with("keep at least ")), "{changes:?}");
}

#[test]
fn the_ceiling_is_named_and_raised() {
    let scenario = scenario(Autoscaler::Hpa(hpa(in_flight(2000), 2, 4)), "ramp:10..60@60+600/40m", 20);
    let report = simulate(&scenario);
    assert!(codes(&report).contains(&"ML466"), "{:#?}", report.findings);
    let changes: Vec<&str> = report.suggestions.iter().map(|suggestion| suggestion.change.as_str()).collect();
    assert!(changes.iter().any(|change| change.contains("allow up to ")), "{changes:?}");
}

#[test]
fn what_keeps_up_has_no_error() {
    let scenario = scenario(Autoscaler::Hpa(hpa(in_flight(2000), 4, 20)), "day:10..20", 20);
    let report = simulate(&scenario);
    assert_eq!(report.summary.keeps_up, Some(true), "{:?} {:#?}", report.summary, report.findings);
    assert!(report.suggestions.is_empty() && report.findings.is_empty(), "{:#?}", report.findings);
}

#[test]
fn keda_wakes_and_sleeps() {
    let metric = Metric {
        source: Source::External { metric: "queue_depth".to_owned(), selector: "nil".to_owned() },
        target: Target::AverageValue(4000),
    };
    let keda = Keda {
        hpa: hpa(metric, 1, 10),
        min: 0,
        idle: None,
        polling: Time::from_seconds(30),
        cooldown: Time::from_seconds(300),
        initial_cooldown: Time::ZERO,
        activation: vec![0],
        fallback: None,
    };
    let mut scenario = scenario(Autoscaler::Keda(keda), "spike:0..4@600+300/40m", 20);
    scenario.service.front = Front::Holds;
    scenario.service.patience_seconds = 120.0;
    scenario.service.target_seconds = 120.0;
    let report = run(&scenario);
    let sizes: Vec<(i32, i32)> = report.events.iter().map(|event| (event.from, event.desired)).collect();
    assert_eq!(
        (sizes.first(), sizes.last().map(|size| size.1)),
        (Some(&(0, 1)), Some(0)),
        "{:?}",
        report.events
    );
    assert_eq!(report.summary.keeps_up, Some(true), "{:?}", report.summary);
}

#[test]
fn knative_panics_and_calms_down() {
    let knative = Knative { max: 20, ..Knative::with_concurrency(Some(4)) };
    let mut scenario = scenario(Autoscaler::Knative(knative), "spike:4..60@300+120/30m", 20);
    scenario.service.front = Front::Holds;
    scenario.replicas = 1;
    let report = run(&scenario);
    assert!(report.events.iter().any(|event| event.reason.starts_with("KPA: panic")), "{:?}", report.events);
    let most = report.events.iter().map(|event| event.desired).max();
    assert_eq!(most, Some(20));
    assert!(report.events.last().is_some_and(|event| event.desired <= 2), "{:?}", report.events);
}

#[test]
fn books_add_up_and_runs_repeat() {
    for (load, start) in
        [("step:10..300@60", 45), ("sine:0..90@5m", 30), ("spike:5..500@100+20", 90), ("day:0..40", 60)]
    {
        for request_seconds in [0.02, 0.5, 1.0, 2.5, 30.0] {
            let mut scenario = scenario(Autoscaler::Hpa(hpa(in_flight(2800), 1, 12)), load, start);
            scenario.service.request_seconds = request_seconds;
            scenario.service.target_seconds = request_seconds * 2.0;
            let report = run(&scenario);
            assert_eq!(report, run(&scenario), "{load}");
            let books = report.summary.requests.expect("a run has books");
            let rest = books.arrived - books.served - books.lost - books.waiting;
            assert!(rest.abs() < 0.01, "{load} {request_seconds}: {rest} of {books:?}");
            assert!(books.late <= books.served && books.queued <= books.served + 0.01, "{books:?}");
            assert!(books.waiting >= 0.0 && books.lost >= 0.0, "{books:?}");
            let sizes = report.timeline.iter().map(|moment| moment.desired);
            assert!(sizes.clone().all(|size| (1..=12).contains(&size)), "{load}");
            // No more is answered than the replicas that there were could answer.
            let able = report.summary.replica_hours * 3600.0 * scenario.service.rate_per_replica();
            let slack = 12.0 * scenario.service.concurrency + 1.0;
            assert!(books.served <= able + slack, "{load} {request_seconds}: {} of {able}", books.served);
        }
    }
}
