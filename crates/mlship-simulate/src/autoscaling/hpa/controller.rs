//! One sync, from reading the scale to writing it.
//!
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/podautoscaler/horizontal.go>.

use std::cmp::Ordering;
use std::fmt;

use crate::autoscaling::hpa::limits::{Bounds, History};
use crate::autoscaling::hpa::proposal::{Situation, Tolerances, proposal};
use crate::autoscaling::hpa::{Behavior, Hpa, Metric, Pod, Reading, Settings, Source, Target};
use crate::autoscaling::time::Time;

/// The controller's side of one autoscaler.
#[derive(Clone, Debug)]
pub struct Controller {
    /// The spec.
    pub hpa: Hpa,
    /// The controller's own settings.
    pub settings: Settings,
    history: History,
    conditions: Conditions,
}

/// What a sync reads.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// `spec.replicas` of the scale.
    pub wanted: i32,
    /// `status.replicas` of the scale.
    pub existing: i32,
    /// The pods.
    pub pods: &'a [Pod],
    /// What each metric of the spec says, in its order.
    pub readings: &'a [Reading],
}

/// The conditions of the autoscaler's status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Whether the scale can be read and written, and what holds a change back.
    pub able_to_scale: Option<Condition>,
    /// Whether metrics give a size.
    pub scaling_active: Option<Condition>,
    /// Whether policies or bounds changed the size.
    pub scaling_limited: Option<Condition>,
    /// Whether this autoscaler took the last pod away.
    pub scaled_to_zero: Option<Condition>,
}

/// One condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Condition {
    /// `True` or `False`.
    pub status: bool,
    /// The one word for why.
    pub reason: &'static str,
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", if self.status { "True" } else { "False" }, self.reason)
    }
}

/// What a sync did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// The size that it found.
    pub from: i32,
    /// The size that it leaves.
    pub desired: i32,
    /// The reason in the event `SuccessfulRescale`, where it wrote the scale; may be empty.
    pub reason: Option<String>,
    /// The conditions after it.
    pub conditions: Conditions,
    /// What each metric proposed; empty where none was asked.
    pub proposals: Vec<Result<i32, String>>,
}

impl Controller {
    /// The controller as it takes up an autoscaler that has never been synced.
    pub fn new(hpa: Hpa, settings: Settings) -> Self {
        Self { hpa, settings, history: History::default(), conditions: Conditions::default() }
    }

    /// A restart: what was only in memory is gone, the conditions are in the API server.
    pub fn restart(&mut self) {
        self.history = History::default();
    }

    /// One sync.
    pub fn sync(&mut self, now: Time, observation: &Observation<'_>) -> Sync {
        let current = observation.wanted;
        self.conditions.able_to_scale = Some(Condition { status: true, reason: "SucceededGetScale" });
        self.history.begin(current, now);
        let slept = self.conditions.scaled_to_zero.is_some_and(|condition| condition.status);
        if current == 0 && !self.may_wake(slept) {
            self.conditions.scaling_active = Some(Condition { status: false, reason: "ScalingDisabled" });
            return self.unchanged(current, Vec::new());
        }
        if current > self.hpa.max {
            return self.rescale(now, current, self.hpa.max, ABOVE_MAX.to_owned(), Vec::new());
        }
        if current != 0 && current < self.hpa.min {
            return self.rescale(now, current, self.hpa.min, BELOW_MIN.to_owned(), Vec::new());
        }
        self.by_metrics(now, observation, slept)
    }

    /// At zero the autoscaler goes on only where it took the last pod away itself.
    fn may_wake(&self, slept: bool) -> bool {
        slept && (self.hpa.min != 0 || self.has_outside_metric())
    }

    fn has_outside_metric(&self) -> bool {
        self.hpa.metrics.iter().any(|metric| !metric.source.is_per_pod())
    }

    fn by_metrics(&mut self, now: Time, observation: &Observation<'_>, slept: bool) -> Sync {
        let current = observation.wanted;
        let proposals = self.proposals(now, observation);
        let Some((proposed, index)) = self.choose(&proposals, current) else {
            return self.unchanged(current, proposals);
        };
        let proposed = proposed.max(0);
        let mut reason = match proposed.cmp(&current) {
            Ordering::Greater => format!("{} above target", words(&self.hpa.metrics[index])),
            Ordering::Less => "All metrics below target".to_owned(),
            Ordering::Equal => String::new(),
        };
        let bounds = Bounds { now, min: self.hpa.min, max: self.hpa.max, current };
        let tamed = match &self.hpa.behavior {
            None => self.history.tame(proposed, bounds, &self.settings),
            Some(behavior) => self.history.tame_by(behavior, proposed, bounds, &self.settings),
        };
        self.conditions.able_to_scale = Some(Condition { status: true, reason: tamed.able });
        self.conditions.scaling_limited = Some(Condition { status: tamed.is_limited, reason: tamed.limited });
        let mut desired = tamed.replicas;
        if current == 0 && self.hpa.min != 0 && slept && desired < self.hpa.min {
            desired = self.hpa.min;
            if reason.is_empty() {
                BELOW_MIN.clone_into(&mut reason);
            }
        }
        if desired == current {
            return self.unchanged(current, proposals);
        }
        self.rescale(now, current, desired, reason, proposals)
    }

    fn proposals(&self, now: Time, observation: &Observation<'_>) -> Vec<Result<i32, String>> {
        let situation = Situation {
            now,
            wanted: observation.wanted,
            existing: observation.existing,
            pods: observation.pods,
            settings: &self.settings,
            tolerances: self.tolerances(),
        };
        let metrics = self.hpa.metrics.iter().zip(observation.readings);
        metrics.map(|(metric, reading)| proposal(metric, reading, &situation)).collect()
    }

    fn tolerances(&self) -> Tolerances {
        let own = |rules: fn(&Behavior) -> Option<f64>| {
            self.hpa.behavior.as_ref().and_then(rules).unwrap_or(self.settings.tolerance)
        };
        Tolerances {
            down: own(|behavior| behavior.down.tolerance),
            up: own(|behavior| behavior.up.tolerance),
        }
    }

    /// The winning proposal and its metric, or nothing where failures forbid to act.
    fn choose(&mut self, proposals: &[Result<i32, String>], current: i32) -> Option<(i32, usize)> {
        let mut chosen = (0, 0);
        for (index, proposal) in proposals.iter().enumerate() {
            if let Ok(replicas) = proposal
                && (chosen.0 == 0 || *replicas > chosen.0)
            {
                chosen = (*replicas, index);
            }
        }
        let failed = proposals.iter().position(Result::is_err);
        let all_failed = proposals.iter().all(Result::is_err);
        if let Some(failed) = failed
            && (all_failed || chosen.0 < current)
        {
            let reason = self.hpa.metrics[failed].source.failure_reason();
            self.conditions.scaling_active = Some(Condition { status: false, reason });
            return None;
        }
        self.conditions.scaling_active = Some(Condition { status: true, reason: "ValidMetricFound" });
        Some(chosen)
    }

    fn unchanged(&self, current: i32, proposals: Vec<Result<i32, String>>) -> Sync {
        Sync { from: current, desired: current, reason: None, conditions: self.conditions.clone(), proposals }
    }

    fn rescale(
        &mut self,
        now: Time,
        from: i32,
        desired: i32,
        reason: String,
        proposals: Vec<Result<i32, String>>,
    ) -> Sync {
        self.conditions.able_to_scale = Some(Condition { status: true, reason: "SucceededRescale" });
        self.history.scaled(self.hpa.behavior.as_ref(), from, desired, now);
        let slept = from > 0 && desired == 0 && self.hpa.min == 0 && self.has_outside_metric();
        let word = if slept { "ScaledToZero" } else { "NotScaledToZero" };
        self.conditions.scaled_to_zero = Some(Condition { status: slept, reason: word });
        Sync { from, desired, reason: Some(reason), conditions: self.conditions.clone(), proposals }
    }
}

const ABOVE_MAX: &str = "Current number of replicas above Spec.MaxReplicas";
const BELOW_MIN: &str = "Current number of replicas below Spec.MinReplicas";

/// What an event text calls a metric.
fn words(metric: &Metric) -> String {
    match (&metric.source, metric.target) {
        (Source::Resource { name }, Target::Utilization(_)) => {
            format!("{name} resource utilization (percentage of request)")
        }
        (Source::ContainerResource { name, .. }, Target::Utilization(_)) => {
            format!("{name} container resource utilization (percentage of request)")
        }
        (Source::Resource { name } | Source::ContainerResource { name, .. }, _) => format!("{name} resource"),
        (Source::Pods { metric }, _) => format!("pods metric {metric}"),
        (Source::Object { metric, kind, .. }, Target::Value(_)) => format!("{kind} metric {metric}"),
        // The controller calls an Object metric external here too.
        (Source::Object { metric, selector, .. } | Source::External { metric, selector }, _) => {
            format!("external metric {metric}({selector})")
        }
    }
}
