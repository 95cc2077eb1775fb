//! A scenario from a spec.

use mlship_spec::choices::Autoscaler as Chosen;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{AutoScale, MeteredResource, QueryTarget, Scale, Signal, Workload};

use crate::autoscaling::autoscaler::Autoscaler;
use crate::autoscaling::hpa::{Behavior, Hpa, Metric, Rules, Source, Target};
use crate::autoscaling::keda::Keda;
use crate::autoscaling::load::Load;
use crate::autoscaling::number::float;
use crate::autoscaling::pods::Startup;
use crate::autoscaling::run::Scenario;
use crate::autoscaling::service::{Front, Processor, Service};
use crate::autoscaling::signals::Kind;
use crate::autoscaling::template::{Container, Template};
use crate::autoscaling::time::Time;

/// What a spec does not say and a simulation needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Assumptions {
    /// Seconds that a server takes for one request.
    pub request_seconds: f64,
    /// Requests that one replica works on at once, where the spec does not say.
    pub concurrency: f64,
    /// Requests that may wait for each Ready replica; `None` is no bound.
    pub queue: Option<f64>,
    /// Seconds that a request may take to be in time; `None` takes the spec's longest request.
    pub target_seconds: Option<f64>,
    /// Seconds until a node is there for a new replica: 0 where there is room.
    pub node_seconds: f64,
    /// Seconds to pull the image.
    pub pull_seconds: f64,
    /// US dollars for an hour of one replica, where known.
    pub price_per_hour: Option<f64>,
}

impl Default for Assumptions {
    /// A quarter of a second a request, eight at once, room on a node, ten seconds to pull.
    fn default() -> Self {
        Self {
            request_seconds: 0.25,
            concurrency: 8.0,
            queue: None,
            target_seconds: None,
            node_seconds: 0.0,
            pull_seconds: 10.0,
            price_per_hour: None,
        }
    }
}

/// The autoscaler of a spec, as the raw target writes it; nothing where the number of replicas is fixed.
pub fn autoscaler(workload: &Workload) -> Option<Autoscaler> {
    let Scale::Auto(auto) = &workload.scale else { return None };
    let hpa = hpa(auto);
    Some(match auto.autoscaler {
        Chosen::Hpa => Autoscaler::Hpa(hpa),
        Chosen::Keda => Autoscaler::Keda(keda(auto, hpa)),
    })
}

/// What a spec's pods request.
pub fn template(workload: &Workload) -> Template {
    let resources = &workload.resources;
    let requests = [("cpu", &resources.cpu.request), ("memory", &resources.memory.request)];
    let requests = requests.map(|(name, quantity)| (name.to_owned(), millis(quantity))).into();
    Template { pod: [].into(), containers: vec![Container { name: "server".to_owned(), requests }] }
}

/// A spec under a load. Nothing where the number of replicas is fixed.
pub fn scenario(workload: &Workload, load: Load, assumptions: &Assumptions) -> Option<Scenario> {
    let Scale::Auto(auto) = &workload.scale else { return None };
    let autoscaler = autoscaler(workload)?;
    let mut scenario = Scenario::new(autoscaler, template(workload), load, service(workload, assumptions));
    let (name, kind) = signal(&auto.signal);
    if let Some(kind) = kind {
        scenario.signals.insert(name, kind);
    }
    Some(scenario)
}

fn service(workload: &Workload, assumptions: &Assumptions) -> Service {
    let patience = f64::from(workload.server.request_seconds);
    let loading =
        f64::from(workload.model.load_seconds) + f64::from(workload.probes.readiness.period_seconds);
    let cores = |quantity: &Quantity| float(millis(quantity)) / 1000.0;
    let cpu = &workload.resources.cpu;
    let full_cores = cores(cpu.limit.as_ref().unwrap_or(&cpu.request));
    Service {
        request_seconds: assumptions.request_seconds,
        concurrency: workload.server.concurrency.map_or(assumptions.concurrency, f64::from),
        queue: assumptions.queue,
        patience_seconds: patience,
        target_seconds: assumptions.target_seconds.unwrap_or(patience),
        front: Front::Refuses,
        startup: Startup {
            pending: Time::from_seconds_f64(assumptions.node_seconds + assumptions.pull_seconds),
            loading: Time::from_seconds_f64(loading),
        },
        processor: match &workload.resources.gpu {
            None => Processor::Cpu { full_cores },
            // A GPU's server feeds it with a fraction of its CPU: a tenth at rest, a third at full work.
            Some(_) => Processor::Accelerator {
                idle_cores: 0.1 * cores(&cpu.request),
                full_cores: 0.35 * cores(&cpu.request),
            },
        },
        price_per_hour: assumptions.price_per_hour,
    }
}

fn hpa(auto: &AutoScale) -> Hpa {
    let window = |seconds: u32| Some(Time::from_seconds(i64::from(seconds)));
    let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    Hpa {
        min: count(auto.min),
        max: count(auto.max),
        metrics: vec![metric(auto)],
        behavior: Some(Behavior {
            up: Rules { window: window(auto.up_window_seconds), ..Rules::default_up() },
            down: Rules { window: window(auto.down_window_seconds), ..Rules::default_down() },
        }),
    }
}

fn keda(auto: &AutoScale, hpa: Hpa) -> Keda {
    let activation = if hpa.metrics.iter().all(|metric| metric.source.is_per_pod()) { i64::MAX } else { 0 };
    Keda {
        min: hpa.min,
        hpa: Hpa { min: hpa.min.max(1), ..hpa },
        idle: None,
        polling: Time::from_seconds(15),
        cooldown: Time::from_seconds(i64::from(auto.down_window_seconds)),
        initial_cooldown: Time::ZERO,
        activation: vec![activation],
        fallback: None,
    }
}

fn metric(auto: &AutoScale) -> Metric {
    let (name, _) = signal(&auto.signal);
    let external = |metric: &str| Source::External { metric: metric.to_owned(), selector: "nil".to_owned() };
    let (source, target) = match &auto.signal {
        Signal::Resource { utilization, .. } => {
            let percent = i32::try_from(*utilization).unwrap_or(i32::MAX);
            (Source::Resource { name }, Target::Utilization(percent))
        }
        Signal::PerReplica { target, .. } => {
            // KEDA asks Prometheus for the sum and has the HPA divide it.
            let source = match auto.autoscaler {
                Chosen::Hpa => Source::Pods { metric: name },
                Chosen::Keda => external(&name),
            };
            (source, Target::AverageValue(millis(target)))
        }
        Signal::Latency { target, .. } | Signal::Query { target, .. } => match target {
            QueryTarget::PerReplica(value) => (external(&name), Target::AverageValue(millis(value))),
            QueryTarget::Total(value) => (external(&name), Target::Value(millis(value))),
        },
    };
    Metric { source, target }
}

/// The metric's name, and what it measures as far as its name tells.
fn signal(signal: &Signal) -> (String, Option<Kind>) {
    match signal {
        Signal::Resource { resource: MeteredResource::Cpu, .. } => ("cpu".to_owned(), Some(Kind::Cpu)),
        Signal::Resource { resource: MeteredResource::Memory, .. } => {
            ("memory".to_owned(), Some(Kind::Memory))
        }
        Signal::PerReplica { metric, series, .. } => {
            (metric.clone(), Kind::of(series).or_else(|| Kind::of(metric)))
        }
        Signal::Latency { metric, .. } => (metric.clone(), Some(Kind::Latency)),
        Signal::Query { metric, query, .. } => (metric.clone(), Kind::of(query)),
    }
}

fn millis(quantity: &Quantity) -> i64 {
    i64::try_from(quantity.millis()).unwrap_or(i64::MAX)
}
