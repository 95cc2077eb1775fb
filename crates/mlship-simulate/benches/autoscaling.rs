//! How long autoscaling takes to simulate.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use mlship_simulate::autoscaling::autoscaler::Autoscaler;
use mlship_simulate::autoscaling::hpa::{Behavior, Hpa, Metric, Rules, Source, Target};
use mlship_simulate::autoscaling::load::{self, Load};
use mlship_simulate::autoscaling::pods::Startup;
use mlship_simulate::autoscaling::run::{Scenario, run};
use mlship_simulate::autoscaling::service::{Front, Processor, Service};
use mlship_simulate::autoscaling::template::{Container, Template};
use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::trace::{self, Kind};
use mlship_simulate::autoscaling::{advice, replay};

/// A day, one row a second, around 1,000 requests a second: what a recorded trace looks like.
fn day() -> String {
    let mut text = String::from("seconds,requests_per_second\n");
    let shape = load::parse(0, "day:600..1400", &mut Vec::new()).expect("a load");
    for second in 0..86_400_i64 {
        let rate =
            shape.rate(Time::from_seconds(second)) + f64::from(i32::try_from(second % 37).expect("small"));
        writeln!(text, "{second},{rate:.3}").expect("a string takes everything");
    }
    text
}

fn load_of(text: &str) -> Load {
    Load::from_trace(trace::parse(0, text, Kind::Load, &mut Vec::new()).expect("a trace"))
}

fn scenario(load: Load) -> Scenario {
    let source = Source::Pods { metric: "requests_in_flight".to_owned() };
    let metric = Metric { source, target: Target::AverageValue(6000) };
    let behavior = Behavior { up: Rules::default_up(), down: Rules::default_down() };
    let hpa = Hpa { min: 2, max: 200, metrics: vec![metric], behavior: Some(behavior) };
    let requests = BTreeMap::from([("cpu".to_owned(), 1000)]);
    let template = Template {
        pod: BTreeMap::new(),
        containers: vec![Container { name: "server".to_owned(), requests }],
    };
    let service = Service {
        request_seconds: 0.5,
        concurrency: 8.0,
        queue: Some(100.0),
        patience_seconds: 30.0,
        target_seconds: 2.0,
        front: Front::Refuses,
        startup: Startup { pending: Time::from_seconds(20), loading: Time::from_seconds(60) },
        processor: Processor::Cpu { full_cores: 1.0 },
        price_per_hour: None,
    };
    Scenario::new(Autoscaler::Hpa(hpa), template, load, service)
}

fn measures(criterion: &mut Criterion) {
    let text = day();
    let scenario = scenario(load_of(&text));
    let mut group = criterion.benchmark_group("autoscaling");
    group.sample_size(20);
    group.bench_function("read a day", |bencher| bencher.iter(|| load_of(black_box(&text))));
    group.bench_function("a day", |bencher| bencher.iter(|| run(black_box(&scenario))));
    group.sample_size(10);
    group.bench_function("a day with advice", |bencher| {
        bencher.iter(|| advice::simulate(black_box(&scenario)));
    });
    let steps = trace::parse(0, "0,100\n60,900\n600,100\n", Kind::Metric, &mut Vec::new()).expect("steps");
    let metrics = BTreeMap::from([("requests_in_flight".to_owned(), steps)]);
    let replayed = replay::Replay::new(scenario.autoscaler.clone(), scenario.template.clone(), metrics);
    group.bench_function("a replay of 20 minutes", |bencher| {
        bencher.iter(|| replay::replay(black_box(&replayed)));
    });
    group.finish();
}

criterion_group!(benches, measures);
criterion_main!(benches);
