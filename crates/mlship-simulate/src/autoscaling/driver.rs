//! Any autoscaler over time: when it looks, and what it does.

use crate::autoscaling::autoscaler::Autoscaler;
use crate::autoscaling::hpa::controller::{Conditions, Controller, Observation};
use crate::autoscaling::hpa::{Metric, Reading, Settings, Source, Target};
use crate::autoscaling::keda::Gate;
use crate::autoscaling::knative::{self, Kpa, Measure};
use crate::autoscaling::number::{float, replicas};
use crate::autoscaling::time::Time;

/// An autoscaler at work.
#[derive(Clone, Debug)]
pub(crate) struct Driver {
    brain: Brain,
    sync_period: Time,
    next_sync: Time,
    next_poll: Time,
    next_tick: Time,
}

#[derive(Clone, Debug)]
enum Brain {
    Hpa(Box<Controller>),
    Keda(Box<Controller>, Box<Gate>, Time),
    Knative(Box<Kpa>),
}

/// A change of the wanted size.
#[derive(Clone, Debug)]
pub(crate) struct Action {
    pub(crate) from: i32,
    pub(crate) desired: i32,
    pub(crate) reason: String,
    pub(crate) limited: Option<String>,
}

/// What came of a look.
#[derive(Clone, Debug, Default)]
pub(crate) struct Look {
    pub(crate) actions: Vec<Action>,
    /// The HPA's conditions, where it was its turn.
    pub(crate) conditions: Option<Conditions>,
    /// The most that a metric asked for, before windows and bounds, where one could be read.
    pub(crate) proposed: Option<i32>,
}

impl Driver {
    pub(crate) fn new(autoscaler: &Autoscaler, settings: Settings) -> Self {
        let brain = match autoscaler {
            Autoscaler::Hpa(hpa) => Brain::Hpa(Box::new(Controller::new(hpa.clone(), settings))),
            Autoscaler::Keda(keda) => {
                let controller = Controller::new(keda.hpa.clone(), settings);
                Brain::Keda(Box::new(controller), Box::new(Gate::new(keda.clone())), keda.polling)
            }
            Autoscaler::Knative(knative) => Brain::Knative(Box::new(Kpa::new(knative.clone()))),
        };
        Self {
            brain,
            sync_period: settings.sync_period.max(Time::from_millis(1)),
            next_sync: Time::ZERO,
            next_poll: Time::ZERO,
            next_tick: Time::ZERO,
        }
    }

    /// The metrics that are read at a look, in order. Knative's own measure counts as an External one.
    pub(crate) fn metrics(&self) -> Vec<Metric> {
        match &self.brain {
            Brain::Hpa(controller) | Brain::Keda(controller, ..) => controller.hpa.metrics.clone(),
            Brain::Knative(kpa) => vec![knative_metric(kpa.knative().measure)],
        }
    }

    /// When it looks next.
    pub(crate) fn next(&self) -> Time {
        match self.brain {
            Brain::Hpa(_) | Brain::Knative(_) => self.next_sync,
            Brain::Keda(..) => self.next_sync.min(self.next_poll),
        }
    }

    /// The next sync comes at another time than a period after the last.
    pub(crate) fn skip_to(&mut self, at: Time) {
        self.next_sync = at;
    }

    /// The HPA controller restarts: it forgets, lists all autoscalers and syncs each at once.
    pub(crate) fn restart(&mut self, at: Time) {
        match &mut self.brain {
            Brain::Hpa(controller) | Brain::Keda(controller, ..) => {
                controller.restart();
                self.next_sync = at;
            }
            Brain::Knative(_) => {}
        }
    }

    /// One look, at the time that [`Driver::next`] said.
    pub(crate) fn look(&mut self, now: Time, observation: &Observation<'_>) -> Look {
        let mut look = Look::default();
        match &mut self.brain {
            Brain::Hpa(controller) => {
                sync(controller, now, observation, &mut look);
                self.next_sync = now + self.sync_period;
            }
            Brain::Keda(controller, gate, polling) => {
                let mut wanted = observation.wanted;
                if self.next_poll <= now {
                    self.next_poll = now + *polling;
                    if let Some(step) = gate.poll(now, wanted, observation.readings) {
                        let reason = step.reason.to_owned();
                        look.actions.push(Action {
                            from: wanted,
                            desired: step.desired,
                            reason,
                            limited: None,
                        });
                        wanted = step.desired;
                    }
                }
                if self.next_sync <= now {
                    self.next_sync = now + self.sync_period;
                    let readings = gate.told(wanted, observation.readings);
                    sync(
                        controller,
                        now,
                        &Observation { wanted, readings: &readings, ..*observation },
                        &mut look,
                    );
                }
            }
            Brain::Knative(kpa) => {
                let value = observation.readings.first().map_or(0.0, whole);
                kpa.record(value);
                if self.next_tick <= now {
                    self.next_tick = now + knative::TICK;
                    let ready = observation.pods.iter().filter(|pod| pod.is_ready()).count();
                    let (desired, reason) = kpa.tick(now, observation.wanted, replicas(ready));
                    look.proposed = Some(desired);
                    if desired != observation.wanted {
                        let from = observation.wanted;
                        look.actions.push(Action { from, desired, reason: reason.to_owned(), limited: None });
                    }
                }
                self.next_sync = now + Time::from_seconds(1);
            }
        }
        look
    }
}

/// The measure that Knative follows, as a metric.
pub(crate) fn knative_metric(measure: Measure) -> Metric {
    let metric = match measure {
        Measure::Concurrency => "concurrency",
        Measure::Rate => "rps",
    };
    let source = Source::External { metric: metric.to_owned(), selector: "nil".to_owned() };
    Metric { source, target: Target::AverageValue(1000) }
}

fn sync(controller: &mut Controller, now: Time, observation: &Observation<'_>, look: &mut Look) {
    let sync = controller.sync(now, observation);
    look.proposed = sync.proposals.iter().filter_map(|proposal| proposal.as_ref().ok()).copied().max();
    if let Some(reason) = sync.reason {
        let limited = sync.conditions.scaling_limited.map(|condition| condition.to_string());
        look.actions.push(Action { from: sync.from, desired: sync.desired, reason, limited });
    }
    look.conditions = Some(sync.conditions);
}

fn whole(reading: &Reading) -> f64 {
    match reading {
        Reading::Whole(series) => series.iter().map(|value| float(*value) / 1000.0).sum(),
        Reading::Absent | Reading::PerPod { .. } => 0.0,
    }
}
