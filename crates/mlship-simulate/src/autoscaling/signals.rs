//! What an autoscaler's metrics show of a service.

use std::collections::VecDeque;

use crate::autoscaling::hpa::{Metric, Source, Target};
use crate::autoscaling::number::{float, long, nearest};
use crate::autoscaling::service::{Processor, Second, Service};
use crate::autoscaling::time::Time;

/// What a metric measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Requests in flight, those that wait included.
    Concurrency,
    /// Requests that are worked on: never more than the servers' slots.
    Running,
    /// Requests that wait.
    Queue,
    /// Requests answered a second.
    Rate,
    /// Use of the CPU, in cores.
    Cpu,
    /// Use of memory, which does not follow the load.
    Memory,
    /// Use of the accelerator in percent: never more than 100.
    Accelerator,
    /// Seconds that a request takes.
    Latency,
}

impl Kind {
    /// What a metric's name suggests; nothing where it suggests nothing.
    pub fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if name == "cpu" {
            Some(Self::Cpu)
        } else if name == "memory" {
            Some(Self::Memory)
        } else if has(&["queue", "waiting", "pending", "depth", "backlog", "lag", "jobs"]) {
            Some(Self::Queue)
        } else if has(&["latency", "duration", "seconds_p", "_p9"]) {
            Some(Self::Latency)
        } else if has(&["per_second", "rps", "qps", "rate", "success", "_total"]) {
            Some(Self::Rate)
        } else if has(&["running", "active", "processing", "slots", "busy"]) {
            Some(Self::Running)
        } else if has(&["gpu", "dcgm", "duty", "accelerator", "tpu"]) {
            Some(Self::Accelerator)
        } else if has(&["concurren", "in_flight", "inflight", "in_progress", "requests", "ongoing"]) {
            Some(Self::Concurrency)
        } else {
            None
        }
    }

    /// What it is called in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Concurrency => "requests in flight",
            Self::Running => "requests that are worked on",
            Self::Queue => "requests that wait",
            Self::Rate => "requests a second",
            Self::Cpu => "use of the CPU",
            Self::Memory => "use of memory",
            Self::Accelerator => "use of the accelerator",
            Self::Latency => "time of a request",
        }
    }

    /// Whether it ends at a ceiling, however many requests come.
    pub fn saturates(self) -> bool {
        match self {
            Self::Running | Self::Rate | Self::Cpu | Self::Memory | Self::Accelerator => true,
            Self::Concurrency | Self::Queue | Self::Latency => false,
        }
    }
}

/// How late and how smooth metrics are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// From what happens until the autoscaler may read it: scrape and query. 15 s is Prometheus' and
    /// metrics-server's usual period, of which half passes on average, and as much again through an adapter.
    pub lag: Time,
    /// The time over which rates are taken: two minutes, as the generated Prometheus rules do.
    pub rate_window: Time,
    /// The time over which the kubelet's use of CPU is taken.
    pub resource_window: Time,
}

impl Default for Delay {
    fn default() -> Self {
        Self {
            lag: Time::from_seconds(15),
            rate_window: Time::from_seconds(120),
            resource_window: Time::from_seconds(15),
        }
    }
}

/// The last minutes of the service, for metrics to be read from.
#[derive(Clone, Debug)]
pub(crate) struct Past {
    seconds: VecDeque<Second>,
    most: usize,
}

impl Past {
    pub(crate) fn new(delay: Delay) -> Self {
        let longest = delay.lag + delay.rate_window.max(delay.resource_window);
        let most = usize::try_from(longest.millis() / 1000).unwrap_or(0) + 2;
        Self { seconds: VecDeque::with_capacity(most), most }
    }

    pub(crate) fn push(&mut self, second: Second) {
        if self.seconds.len() == self.most {
            self.seconds.pop_front();
        }
        self.seconds.push_back(second);
    }

    /// The total of a kind over the service as it is read now, averaged over its window.
    pub(crate) fn total(&self, kind: Kind, service: &Service, ready: f64, delay: Delay) -> f64 {
        let window = match kind {
            Kind::Rate => delay.rate_window,
            Kind::Cpu => delay.resource_window,
            Kind::Concurrency
            | Kind::Running
            | Kind::Queue
            | Kind::Memory
            | Kind::Accelerator
            | Kind::Latency => Time::from_seconds(1),
        };
        let lag = usize::try_from(delay.lag.millis() / 1000).unwrap_or(0);
        let length = usize::try_from(window.millis() / 1000).unwrap_or(1).max(1);
        let recent = self.seconds.iter().rev().skip(lag).take(length);
        let (mut sum, mut count) = (0.0, 0_usize);
        for second in recent {
            sum += value(kind, second, service, ready);
            count += 1;
        }
        if count == 0 { 0.0 } else { sum / float(long(count)) }
    }
}

fn value(kind: Kind, second: &Second, service: &Service, ready: f64) -> f64 {
    let share = second.busy / service.concurrency.max(1e-9);
    match kind {
        Kind::Concurrency => second.queue + second.busy,
        Kind::Running => second.busy,
        Kind::Queue => second.queue,
        Kind::Rate => second.served,
        Kind::Cpu => match service.processor {
            Processor::Cpu { full_cores } => share * full_cores,
            Processor::Accelerator { idle_cores, full_cores } => {
                ready * idle_cores + share * (full_cores - idle_cores)
            }
        },
        // Half a gibibyte each: only that it does not move matters.
        Kind::Memory => ready * 512.0 * 1024.0 * 1024.0,
        Kind::Accelerator => (share * 100.0).min(ready * 100.0),
        Kind::Latency => second.latency.unwrap_or(service.patience_seconds),
    }
}

/// Whether a metric's value is a mean over the replicas already, not a sum.
pub(crate) fn is_mean(kind: Kind, metric: &Metric) -> bool {
    let is_whole = matches!(metric.source, Source::Object { .. } | Source::External { .. });
    let is_value = matches!(metric.target, Target::Value(_));
    match kind {
        Kind::Latency => true,
        Kind::Accelerator => is_whole && is_value,
        Kind::Concurrency | Kind::Running | Kind::Queue | Kind::Rate | Kind::Cpu | Kind::Memory => false,
    }
}

/// A value as metrics APIs carry it.
pub(crate) fn thousandths(value: f64) -> i64 {
    nearest(value * 1000.0)
}
