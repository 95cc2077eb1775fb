//! A chosen autoscaler under a load: what manifests and specs don't say is taken from flags, or assumed and told.

use mlship_simulate::autoscaling::autoscaler::Autoscaler;
use mlship_simulate::autoscaling::load::Load;
use mlship_simulate::autoscaling::manifest::Scaled;
use mlship_simulate::autoscaling::pods::Startup;
use mlship_simulate::autoscaling::run::Scenario;
use mlship_simulate::autoscaling::service::{Front, Processor, Service};
use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::workload::{self, Assumptions};

use super::chosen::{Chosen, Origin};
use super::flags::Served;
use crate::failure::Failure;

/// Seconds that a caller waits, where only manifests are given.
const PATIENCE_SECONDS: f64 = 60.0;

/// Seconds that a model loads, where only manifests are given.
const LOAD_SECONDS: i64 = 60;

impl Served {
    /// The scenario of an autoscaler under a load.
    pub fn scenario(&self, chosen: &Chosen, load: Load) -> Result<Scenario, Failure> {
        let fallback = load.clone();
        let from_spec = match &chosen.origin {
            Origin::Spec(workload) => workload::scenario(workload, load, &self.assumptions()),
            Origin::Manifests(_) => None,
        };
        let mut scenario = from_spec.unwrap_or_else(|| {
            let service = self.service(chosen);
            Scenario::new(chosen.autoscaler.clone(), chosen.template.clone(), fallback, service)
        });
        self.override_service(&mut scenario.service);
        for (name, kind) in &self.signals {
            let unknown = scenario.unknown();
            if !unknown.contains(name) && !scenario.signals.contains_key(name) {
                let known = scenario.signals.keys().chain(&unknown).map(|name| format!("`{name}`"));
                let message = format!("`--signal`: the autoscaler has no metric `{name}`");
                let help = format!("it follows {}", known.collect::<Vec<_>>().join(", "));
                return Err(Failure::refused(message).help(help));
            }
            scenario.signals.insert(name.clone(), *kind);
        }
        Ok(scenario)
    }

    /// What was assumed, in words with the flag that says better.
    pub fn assumed(&self, chosen: &Chosen, service: &Service) -> Vec<String> {
        let (is_manifest, says_concurrency) = match &chosen.origin {
            Origin::Spec(workload) => (false, workload.server.concurrency.is_some()),
            Origin::Manifests(scaled) => (true, container_concurrency(scaled).is_some()),
        };
        let seconds = |words: &str, seconds: f64, flag: &str| format!("{words} {seconds} s (`{flag}`)");
        let mut assumed = Vec::new();
        if self.request_seconds.is_none() {
            assumed.push(seconds("a request takes", service.request_seconds, "--request-seconds"));
        }
        if self.concurrency.is_none() && !says_concurrency {
            assumed.push(format!("a replica works on {} at once (`--concurrency`)", service.concurrency));
        }
        if self.timeout.is_none() && is_manifest {
            assumed.push(seconds("callers wait", service.patience_seconds, "--timeout"));
        }
        if self.load_seconds.is_none() && is_manifest {
            assumed.push(seconds("the model loads", service.startup.loading.seconds(), "--load-seconds"));
        }
        if self.pull_seconds.is_none() {
            assumed.push(seconds(
                "the image is pulled in",
                self.assumptions().pull_seconds,
                "--pull-seconds",
            ));
        }
        if self.node_seconds.is_none() {
            assumed.push("nodes have room (`--node-seconds`)".to_owned());
        }
        assumed
    }

    fn assumptions(&self) -> Assumptions {
        let usual = Assumptions::default();
        Assumptions {
            request_seconds: self.request_seconds.unwrap_or(usual.request_seconds),
            concurrency: self.concurrency.unwrap_or(usual.concurrency),
            queue: self.queue,
            target_seconds: self.latency_target.or(self.timeout),
            node_seconds: self.node_seconds.unwrap_or(usual.node_seconds),
            pull_seconds: self.pull_seconds.unwrap_or(usual.pull_seconds),
            price_per_hour: self.price,
        }
    }

    /// The servers behind manifests, which say little of them.
    fn service(&self, chosen: &Chosen) -> Service {
        let assumptions = self.assumptions();
        let scaled = match &chosen.origin {
            Origin::Spec(_) => None,
            Origin::Manifests(scaled) => Some(scaled.as_ref()),
        };
        let has_accelerator =
            scaled.and_then(|scaled| scaled.target.as_ref()).is_some_and(|it| it.has_accelerator);
        let millis = chosen.template.request("cpu", None).unwrap_or(0);
        let cores = match f64::from(i32::try_from(millis).unwrap_or(i32::MAX)) / 1000.0 {
            some if some > 0.0 => some,
            _ => 1.0,
        };
        Service {
            request_seconds: assumptions.request_seconds,
            concurrency: scaled.and_then(container_concurrency).unwrap_or(assumptions.concurrency),
            queue: assumptions.queue,
            patience_seconds: PATIENCE_SECONDS,
            target_seconds: assumptions.target_seconds.unwrap_or(PATIENCE_SECONDS),
            front: match chosen.autoscaler {
                Autoscaler::Knative(_) => Front::Holds,
                Autoscaler::Hpa(_) | Autoscaler::Keda(_) => Front::Refuses,
            },
            startup: Startup {
                pending: Time::from_seconds_f64(assumptions.node_seconds + assumptions.pull_seconds),
                loading: Time::from_seconds(LOAD_SECONDS),
            },
            processor: if has_accelerator {
                // As the library takes it for specs: a tenth of the CPU at rest, a third at full work.
                Processor::Accelerator { idle_cores: 0.1 * cores, full_cores: 0.35 * cores }
            } else {
                Processor::Cpu { full_cores: cores }
            },
            price_per_hour: assumptions.price_per_hour,
        }
    }

    /// Flags count more than what a spec says.
    fn override_service(&self, service: &mut Service) {
        service.concurrency = self.concurrency.unwrap_or(service.concurrency);
        service.patience_seconds = self.timeout.unwrap_or(service.patience_seconds);
        service.startup.loading = self.load_seconds.unwrap_or(service.startup.loading);
    }
}

/// The bound that a Knative service sets.
fn container_concurrency(scaled: &Scaled) -> Option<f64> {
    match &scaled.autoscaler {
        Autoscaler::Knative(knative) if knative.concurrency > 0 => Some(f64::from(knative.concurrency)),
        Autoscaler::Knative(_) | Autoscaler::Hpa(_) | Autoscaler::Keda(_) => None,
    }
}
