//! Knative's own autoscaler, the KPA.
//!
//! <https://github.com/knative/serving/blob/main/pkg/autoscaler/scaling/autoscaler.go>; defaults from
//! <https://github.com/knative/serving/blob/main/config/core/configmaps/autoscaler.yaml>.

use std::collections::VecDeque;

use crate::autoscaling::number::{float, long, truncated};
use crate::autoscaling::time::Time;

/// What the KPA follows and between which bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Knative {
    /// `min-scale`.
    pub min: i32,
    /// `max-scale`; 0 is no bound.
    pub max: i32,
    /// `initial-scale`.
    pub initial: i32,
    /// `activation-scale`: the least size other than zero.
    pub activation: i32,
    /// What is followed.
    pub measure: Measure,
    /// What each replica is to take of it, the utilisation counted in.
    pub target: f64,
    /// `window`: the time over which the calm average is taken.
    pub window: Time,
    /// `panic-window-percentage` of the window.
    pub panic_window_percent: f64,
    /// `panic-threshold-percentage`: from this share of what the Ready pods can take on, it panics.
    pub panic_threshold_percent: f64,
    /// `max-scale-up-rate`: times the Ready pods, each tick.
    pub max_up_rate: f64,
    /// `max-scale-down-rate`: part of the Ready pods, each tick.
    pub max_down_rate: f64,
    /// `scale-down-delay`.
    pub down_delay: Time,
    /// `scale-to-zero-grace-period`.
    pub grace: Time,
    /// `scale-to-zero-pod-retention-period`.
    pub retention: Time,
    /// `containerConcurrency`: a target above it is lowered to it; 0 is no bound.
    pub concurrency: i32,
}

/// What the KPA follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Requests in flight, those that wait included.
    Concurrency,
    /// Requests a second.
    Rate,
}

/// How often the KPA decides.
pub const TICK: Time = Time::from_seconds(2);

const UTILIZATION: f64 = 0.7;
const DEFAULT_CONCURRENCY: f64 = 100.0;
const DEFAULT_RATE: f64 = 200.0;

impl Knative {
    /// The defaults for a server with this `containerConcurrency`; none or 0 is no bound.
    pub fn with_concurrency(concurrency: Option<i32>) -> Self {
        let concurrency = concurrency.unwrap_or(0);
        let knative = Self {
            min: 0,
            max: 0,
            initial: 1,
            activation: 1,
            measure: Measure::Concurrency,
            target: DEFAULT_CONCURRENCY * UTILIZATION,
            window: Time::from_seconds(60),
            panic_window_percent: 10.0,
            panic_threshold_percent: 200.0,
            max_up_rate: 1000.0,
            max_down_rate: 2.0,
            down_delay: Time::ZERO,
            grace: Time::from_seconds(30),
            retention: Time::ZERO,
            concurrency,
        };
        knative.with_target(None, None)
    }

    /// The same, following requests a second.
    #[must_use]
    pub fn with_rate(self) -> Self {
        Self { measure: Measure::Rate, target: DEFAULT_RATE * UTILIZATION, ..self }
    }

    /// The same with the annotations `target` and `target-utilization-percentage`, where they are given. A server's
    /// own bound on concurrency is never exceeded.
    #[must_use]
    pub fn with_target(self, target: Option<f64>, utilization_percent: Option<f64>) -> Self {
        let bound = float(i64::from(self.concurrency));
        let total = match (self.measure, target) {
            (Measure::Rate, target) => target.unwrap_or(DEFAULT_RATE),
            (Measure::Concurrency, Some(target)) if bound > 0.0 => target.min(bound),
            (Measure::Concurrency, Some(target)) => target,
            (Measure::Concurrency, None) if bound > 0.0 => bound,
            (Measure::Concurrency, None) => DEFAULT_CONCURRENCY,
        };
        let utilization = utilization_percent.map_or(UTILIZATION, |percent| percent / 100.0);
        // Knative takes no target below 0.01.
        Self { target: (total * utilization).max(0.01), ..self }
    }

    fn panic_window(&self) -> Time {
        let seconds = (self.window.seconds() * self.panic_window_percent / 100.0).round();
        Time::from_seconds_f64(seconds.max(1.0))
    }
}

/// The KPA's side of one revision.
#[derive(Clone, Debug)]
pub(crate) struct Kpa {
    knative: Knative,
    /// One value a second, the newest last.
    values: VecDeque<f64>,
    panic_since: Option<Time>,
    panic_most: i32,
    delayed: VecDeque<(Time, i32)>,
    quiet_since: Option<Time>,
}

impl Kpa {
    pub(crate) fn new(knative: Knative) -> Self {
        // A new autoscaler that finds more than one pod starts in panic, so as not to take them away unseen.
        let panic_since = (knative.initial.max(knative.min) > 1).then_some(Time::ZERO);
        let panic_most = if panic_since.is_some() { knative.initial.max(knative.min) } else { 0 };
        Self {
            knative,
            values: VecDeque::new(),
            panic_since,
            panic_most,
            delayed: VecDeque::new(),
            quiet_since: None,
        }
    }

    pub(crate) fn knative(&self) -> &Knative {
        &self.knative
    }

    /// Takes in the present value; once a second.
    pub(crate) fn record(&mut self, value: f64) {
        let most = seconds(self.knative.window);
        if self.values.len() >= most {
            self.values.pop_front();
        }
        self.values.push_back(value);
    }

    fn average(&self, window: Time) -> f64 {
        let taken = self.values.len().min(seconds(window)).max(1);
        let sum: f64 = self.values.iter().rev().take(taken).sum();
        sum / float(long(taken))
    }

    /// The size to take, and why; once a tick.
    pub(crate) fn tick(&mut self, now: Time, current: i32, ready: i32) -> (i32, &'static str) {
        let knative = &self.knative;
        let ready = f64::from(ready.max(1));
        let (stable, panic) = (self.average(knative.window), self.average(knative.panic_window()));
        let up = (knative.max_up_rate * ready).ceil();
        let down = (ready / knative.max_down_rate).floor();
        let limited = |value: f64| {
            let asked = (value / knative.target).ceil();
            let least = if asked > 0.0 { f64::from(knative.activation) } else { 0.0 };
            truncated(asked.clamp(down.min(up), up).max(least))
        };
        let (wanted_calm, wanted_panic) = (limited(stable), limited(panic));
        let is_over = (panic / knative.target).ceil() / ready >= knative.panic_threshold_percent / 100.0;
        if is_over {
            self.panic_since = Some(now);
        } else if self.panic_since.is_some_and(|since| since + knative.window < now) {
            (self.panic_since, self.panic_most) = (None, 0);
        }
        let (desired, reason) = if self.panic_since.is_some() {
            self.panic_most = self.panic_most.max(wanted_calm.max(wanted_panic));
            (self.panic_most, "KPA: panic, the last seconds ask for far more than the ready pods take")
        } else {
            (wanted_calm, "KPA: average over the stable window")
        };
        let desired = self.delay(now, desired);
        (self.bound(now, desired, current), reason)
    }

    fn delay(&mut self, now: Time, desired: i32) -> i32 {
        if self.knative.down_delay == Time::ZERO {
            return desired;
        }
        self.delayed.push_back((now, desired));
        let from = now - self.knative.down_delay;
        while self.delayed.front().is_some_and(|(at, _)| *at <= from) {
            self.delayed.pop_front();
        }
        self.delayed.iter().map(|(_, desired)| *desired).max().unwrap_or(desired)
    }

    /// The last pod goes only after a quiet window and the time that the activator takes to step in.
    fn bound(&mut self, now: Time, desired: i32, current: i32) -> i32 {
        let most = if self.knative.max == 0 { i32::MAX } else { self.knative.max };
        let bounded = desired.clamp(self.knative.min.min(most), most);
        if bounded > 0 || current == 0 {
            self.quiet_since = None;
            return bounded;
        }
        let since = *self.quiet_since.get_or_insert(now);
        if now - since >= self.knative.grace.max(self.knative.retention) { 0 } else { current.min(1) }
    }
}

fn seconds(window: Time) -> usize {
    usize::try_from(window.millis() / 1000).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The size after the values, one a second, with so many pods Ready; a target of 7 for each.
    fn size(values: &[f64], ready: i32) -> i32 {
        let mut kpa = Kpa::new(Knative::with_concurrency(Some(10)));
        for value in values {
            kpa.record(*value);
        }
        kpa.tick(Time::from_seconds(100), ready, ready).0
    }

    #[test]
    fn averages_bounds_and_panic() {
        assert_eq!(size(&[7.0; 60], 1), 1);
        assert_eq!(size(&[7.5; 60], 2), 2);
        // The last six seconds alone ask for three pods where one is Ready: more than twice as many.
        let burst: Vec<f64> = [0.0; 54].into_iter().chain([21.0; 6]).collect();
        assert_eq!(size(&burst, 1), 3);
        // With three Ready the calm average of 2.1 counts, down to half at most.
        assert_eq!(size(&burst, 3), 1);
        assert_eq!(size(&[1.0; 60], 20), 10);
    }

    #[test]
    fn panic_never_takes_pods_away() {
        let mut kpa = Kpa::new(Knative::with_concurrency(Some(10)));
        for _ in 0..6 {
            kpa.record(70.0);
        }
        assert_eq!(kpa.tick(Time::from_seconds(6), 1, 1).0, 10);
        for second in 7..60 {
            kpa.record(7.0);
            assert_eq!(kpa.tick(Time::from_seconds(second), 10, 10).0, 10, "at {second}");
        }
    }

    #[test]
    fn the_last_pod_waits_for_the_grace_period() {
        let mut kpa = Kpa::new(Knative::with_concurrency(Some(10)));
        for second in 0..100 {
            kpa.record(0.0);
            let (desired, _) = kpa.tick(Time::from_seconds(second), 1, 1);
            assert_eq!(desired, i32::from(second < 30), "at {second}");
        }
    }
}
