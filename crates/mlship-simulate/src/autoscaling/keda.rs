//! KEDA: an HPA between one and many, and its own look at the triggers between none and one.
//!
//! <https://keda.sh/docs/2.21/reference/scaledobject-spec/> and, for the order of the rules,
//! <https://github.com/kedacore/keda/blob/main/pkg/scaling/executor/scale_scaledobjects.go>.

use crate::autoscaling::hpa::{Hpa, Reading, Target};
use crate::autoscaling::time::Time;

/// A ScaledObject.
#[derive(Clone, Debug, PartialEq)]
pub struct Keda {
    /// The HPA that KEDA makes; its minimum is 1 at least.
    pub hpa: Hpa,
    /// `minReplicaCount`: 0 lets the service sleep.
    pub min: i32,
    /// `idleReplicaCount`: the size while nothing happens, if it is another than the minimum.
    pub idle: Option<i32>,
    /// `pollingInterval`: how often the triggers are asked whether anything happens.
    pub polling: Time,
    /// `cooldownPeriod`: how long nothing must have happened before the service sleeps.
    pub cooldown: Time,
    /// `initialCooldownPeriod`: how long after its creation the service does not sleep.
    pub initial_cooldown: Time,
    /// What each trigger's value must exceed to wake the service, in thousandths. `i64::MAX` for a trigger that can't.
    pub activation: Vec<i64>,
    /// What holds while triggers can't be read.
    pub fallback: Option<Fallback>,
}

/// What holds while triggers can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// More failures in a row than this.
    pub failure_threshold: i32,
    /// The size.
    pub replicas: i32,
    /// How the present size counts.
    pub behavior: FallbackBehavior,
}

/// How the present size counts in a fallback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FallbackBehavior {
    /// Not at all.
    Static,
    /// It stays.
    Current,
    /// It stays where it is higher.
    CurrentIfHigher,
    /// It stays where it is lower.
    CurrentIfLower,
}

impl Fallback {
    fn size(self, current: i32) -> i32 {
        match self.behavior {
            FallbackBehavior::Static => self.replicas,
            FallbackBehavior::Current => current,
            FallbackBehavior::CurrentIfHigher => current.max(self.replicas),
            FallbackBehavior::CurrentIfLower => current.min(self.replicas),
        }
    }
}

/// KEDA's side of one ScaledObject.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    keda: Keda,
    last_active: Option<Time>,
    failures: Vec<i32>,
}

/// A change that the gate makes.
pub(crate) struct Move {
    pub(crate) desired: i32,
    pub(crate) reason: &'static str,
}

impl Gate {
    pub(crate) fn new(keda: Keda) -> Self {
        let failures = vec![0; keda.hpa.metrics.len()];
        Self { keda, last_active: None, failures }
    }

    /// One look at the triggers.
    pub(crate) fn poll(&mut self, now: Time, current: i32, readings: &[Reading]) -> Option<Move> {
        let is_failing = readings.contains(&Reading::Absent);
        let is_active =
            readings.iter().zip(&self.keda.activation).any(|(reading, activation)| match reading {
                Reading::Whole(series) => {
                    series.iter().fold(0_i64, |sum, value| sum.saturating_add(*value)) > *activation
                }
                Reading::Absent | Reading::PerPod { .. } => false,
            });
        if is_active {
            self.last_active = Some(now);
            let sleeps =
                current == 0 || self.keda.idle.is_some_and(|idle| current <= idle && idle < self.keda.min);
            if sleeps {
                return Some(Move { desired: self.keda.min.max(1), reason: "KEDA: a trigger is active" });
            }
        } else if is_failing {
            // Nobody knows whether anything happens: nothing goes to sleep.
            let fallback = self.keda.fallback.filter(|_| current == 0)?;
            let desired = fallback.size(current);
            return (desired != current)
                .then_some(Move { desired, reason: "KEDA: fallback, triggers can't be read" });
        } else if let Some(floor) = self.floor()
            && current > floor
            && self.is_cool(now)
        {
            return Some(Move { desired: floor, reason: "KEDA: no trigger is active" });
        }
        let is_short = current != 0 && current < self.keda.min && self.keda.idle.is_none();
        is_short.then_some(Move { desired: self.keda.min, reason: "KEDA: below minReplicaCount" })
    }

    /// The size to which it sleeps, if it does.
    fn floor(&self) -> Option<i32> {
        self.keda.idle.or((self.keda.min == 0).then_some(0))
    }

    fn is_cool(&self, now: Time) -> bool {
        match self.last_active {
            Some(active) => now - active > self.keda.cooldown,
            None => now >= self.keda.initial_cooldown,
        }
    }

    /// What the HPA is told: a value that asks for the fallback's size in place of a trigger that keeps failing.
    pub(crate) fn told(&mut self, current: i32, readings: &[Reading]) -> Vec<Reading> {
        let mut told = Vec::with_capacity(readings.len());
        for ((reading, metric), failures) in
            readings.iter().zip(&self.keda.hpa.metrics).zip(&mut self.failures)
        {
            *failures = if *reading == Reading::Absent { failures.saturating_add(1) } else { 0 };
            let fallback = self.keda.fallback.filter(|fallback| *failures > fallback.failure_threshold);
            told.push(match (fallback, metric.target) {
                (Some(fallback), Target::AverageValue(target)) if !metric.source.is_per_pod() => {
                    Reading::Whole(vec![target.saturating_mul(i64::from(fallback.size(current)))])
                }
                (Some(_) | None, _) => reading.clone(),
            });
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::autoscaling::hpa::{Metric, Source};

    fn keda(min: i32, idle: Option<i32>) -> Keda {
        let source = Source::External { metric: "s0-prometheus".to_owned(), selector: "nil".to_owned() };
        let metric = Metric { source, target: Target::AverageValue(10_000) };
        Keda {
            hpa: Hpa { min: min.max(1), max: 9, metrics: vec![metric], behavior: None },
            min,
            idle,
            polling: Time::from_seconds(30),
            cooldown: Time::from_seconds(300),
            initial_cooldown: Time::ZERO,
            activation: vec![50_000],
            fallback: None,
        }
    }

    fn polled(gate: &mut Gate, at: i64, current: i32, value: Option<i64>) -> Option<i32> {
        let reading = value.map_or(Reading::Absent, |value| Reading::Whole(vec![value]));
        gate.poll(Time::from_seconds(at), current, &[reading]).map(|step| step.desired)
    }

    #[test]
    fn activation_is_strict_and_cooldown_counts_from_the_last_activity() {
        let mut gate = Gate::new(keda(0, None));
        assert_eq!(polled(&mut gate, 0, 0, Some(50_000)), None);
        assert_eq!(polled(&mut gate, 30, 0, Some(50_001)), Some(1));
        assert_eq!(polled(&mut gate, 60, 4, Some(50_001)), None);
        assert_eq!(polled(&mut gate, 360, 4, Some(40_000)), None);
        assert_eq!(polled(&mut gate, 390, 4, None), None);
        assert_eq!(polled(&mut gate, 390, 4, Some(40_000)), Some(0));
    }

    #[test]
    fn an_idle_size_lies_below_the_minimum() {
        let mut gate = Gate::new(keda(2, Some(0)));
        assert_eq!(polled(&mut gate, 0, 0, Some(60_000)), Some(2));
        assert_eq!(polled(&mut gate, 400, 2, Some(0)), Some(0));
        assert_eq!(polled(&mut gate, 430, 0, Some(0)), None);
    }

    #[test]
    fn the_fallback_holds_after_more_failures_than_its_threshold() {
        let behavior = FallbackBehavior::CurrentIfHigher;
        let fallback = Some(Fallback { failure_threshold: 2, replicas: 6, behavior });
        let mut gate = Gate::new(Keda { fallback, ..keda(1, None) });
        assert_eq!(gate.told(3, &[Reading::Absent]), [Reading::Absent]);
        assert_eq!(gate.told(3, &[Reading::Absent]), [Reading::Absent]);
        assert_eq!(gate.told(3, &[Reading::Absent]), [Reading::Whole(vec![60_000])]);
        assert_eq!(gate.told(8, &[Reading::Absent]), [Reading::Whole(vec![80_000])]);
        assert_eq!(gate.told(8, &[Reading::Whole(vec![1])]), [Reading::Whole(vec![1])]);
    }
}
