//! What a simulation is told beside the autoscaler: the server, the metrics, the controller.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use mlship_simulate::autoscaling::hpa::Settings;
use mlship_simulate::autoscaling::signals::Kind;
use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::trace::{self, Steps};

use super::values;
use crate::failure::Failure;
use crate::ship::Findings;

/// The servers and their callers.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "The server and its callers (with --load)")]
pub struct Served {
    /// How long a server works on one request [default: 0.25]
    #[arg(long, value_name = "SECONDS", value_parser = values::some_seconds)]
    pub request_seconds: Option<f64>,
    /// Requests that one replica works on at once [default: what the spec says, or 8]
    #[arg(long, value_name = "COUNT", value_parser = values::some)]
    pub concurrency: Option<f64>,
    /// Requests that may wait for each ready replica; more are lost [default: no bound]
    #[arg(long, value_name = "COUNT", value_parser = values::amount)]
    pub queue: Option<f64>,
    /// How long a caller waits before giving up [default: the longest request of the spec, or 60]
    #[arg(long, value_name = "SECONDS", value_parser = values::some_seconds)]
    pub timeout: Option<f64>,
    /// How long a request may take, waiting counted, to be in time [default: as --timeout]
    #[arg(long, value_name = "SECONDS", value_parser = values::some_seconds)]
    pub latency_target: Option<f64>,
    /// How long the model loads [default: model.loadSeconds of the spec, or 60]
    #[arg(long, value_name = "SECONDS", value_parser = values::length)]
    pub load_seconds: Option<Time>,
    /// How long the image is pulled [default: 10]
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds)]
    pub pull_seconds: Option<f64>,
    /// How long a node for a new replica takes to come [default: 0, there is room]
    #[arg(long, value_name = "SECONDS", value_parser = values::seconds)]
    pub node_seconds: Option<f64>,
    /// What an hour of one replica costs
    #[arg(long, value_name = "DOLLARS", value_parser = values::amount)]
    pub price: Option<f64>,
    /// What a metric measures, where its name does not tell: `--signal jobs_open=queue`
    ///
    /// One of concurrency (requests in flight, those that wait included), running (those worked on), queue (those
    /// that wait), rate (answers a second), cpu, memory, accelerator, latency.
    #[arg(long = "signal", value_name = "METRIC=KIND", value_parser = signal)]
    pub signals: Vec<(String, Kind)>,
}

/// Metrics that are given.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Replay: the autoscaler's arithmetic alone")]
pub struct Replayed {
    /// The values of a metric, as rows of `seconds,value` that hold until the next; once for each metric
    ///
    /// For metrics of pods and resources the total over the service, of which each ready pod reports an equal
    /// share; for Object and External metrics the value itself.
    #[arg(long = "metric", value_name = "NAME=FILE.csv", value_parser = metric, conflicts_with = "load")]
    pub metrics: Vec<(String, PathBuf)>,
    /// How long a new pod takes to be ready [default: 0]
    #[arg(long, value_name = "SECONDS", value_parser = values::length, conflicts_with = "load")]
    pub ready_after: Option<Time>,
    /// How long a time one sample of a resource covers, such as 15 with the metrics server's defaults [default: 0]
    ///
    /// The CPU of a young pod counts only from one such time after it became ready.
    #[arg(long, value_name = "SECONDS", value_parser = values::length, conflicts_with = "load")]
    pub metric_window: Option<Time>,
}

/// The settings of the controller: flags of kube-controller-manager.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "The controller's own settings")]
pub struct Controller {
    /// From one look at the metrics to the next [default: 15]
    #[arg(long, value_name = "SECONDS", value_parser = values::period)]
    sync_period: Option<Time>,
    /// How far a metric may stray from its target before anything is done [default: 0.1]
    #[arg(long, value_name = "SHARE", value_parser = values::amount)]
    tolerance: Option<f64>,
    /// How long the CPU of a young pod does not count until it is ready [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = values::length, alias = "cpu-initialization-period")]
    initialization: Option<Time>,
    /// How long a pod that was never ready counts as not ready yet [default: 30]
    #[arg(long, value_name = "SECONDS", value_parser = values::length, alias = "initial-readiness-delay")]
    readiness_delay: Option<Time>,
    /// How long a lower need must hold where the autoscaler says nothing of it [default: 300]
    #[arg(long, value_name = "SECONDS", value_parser = values::length, alias = "downscale-stabilization")]
    downscale_window: Option<Time>,
}

impl Served {
    /// Whether anything is said of the server.
    pub fn is_given(&self) -> bool {
        let numbers = [
            self.request_seconds,
            self.concurrency,
            self.queue,
            self.timeout,
            self.latency_target,
            self.pull_seconds,
            self.node_seconds,
            self.price,
        ];
        numbers.iter().any(Option::is_some) || self.load_seconds.is_some() || !self.signals.is_empty()
    }
}

impl Replayed {
    /// The values of all metrics; a file that can't be used is told.
    pub fn read(&self, findings: &mut Findings) -> BTreeMap<String, Steps> {
        let mut metrics = BTreeMap::new();
        for (name, path) in &self.metrics {
            let Some(steps) = values::steps("--metric", path, trace::Kind::Metric, findings) else {
                continue;
            };
            if metrics.insert(name.clone(), steps).is_some() {
                let failure = Failure::refused(format!("`--metric {name}` is given twice"));
                findings.failures.push(failure.help("give each metric one file"));
            }
        }
        metrics
    }
}

impl Controller {
    /// The settings, Kubernetes' own where nothing is said.
    pub fn settings(&self) -> Settings {
        let usual = Settings::default();
        Settings {
            sync_period: self.sync_period.unwrap_or(usual.sync_period),
            tolerance: self.tolerance.unwrap_or(usual.tolerance),
            cpu_initialization: self.initialization.unwrap_or(usual.cpu_initialization),
            readiness_delay: self.readiness_delay.unwrap_or(usual.readiness_delay),
            downscale_window: self.downscale_window.unwrap_or(usual.downscale_window),
        }
    }
}

fn metric(text: &str) -> Result<(String, PathBuf), &'static str> {
    match text.split_once('=') {
        Some((name, file)) if !name.is_empty() && !file.is_empty() => Ok((name.to_owned(), file.into())),
        Some(_) | None => Err("write it as `NAME=FILE.csv`"),
    }
}

/// The words for what a metric measures.
const KINDS: [(&str, Kind); 8] = [
    ("concurrency", Kind::Concurrency),
    ("running", Kind::Running),
    ("queue", Kind::Queue),
    ("rate", Kind::Rate),
    ("cpu", Kind::Cpu),
    ("memory", Kind::Memory),
    ("accelerator", Kind::Accelerator),
    ("latency", Kind::Latency),
];

fn signal(text: &str) -> Result<(String, Kind), &'static str> {
    let (name, word) = text.rsplit_once('=').ok_or("write it as `METRIC=KIND`, such as `jobs_open=queue`")?;
    let (_, kind) = KINDS.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).ok_or(
        "the kind is one of concurrency, running, queue, rate, cpu, memory, accelerator and latency",
    )?;
    Ok((name.to_owned(), kind))
}
