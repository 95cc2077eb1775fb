//! What tames a proposal: windows, policies, the bounds, and the memory they need.
//!
//! Ages are compared strictly: what is exactly as old as a window no longer counts. The real controller's syncs
//! drift by some 10 ms each, so that an event of N seconds ago is a little older than N seconds at the sync that
//! is N periods later; with exact periods the strict comparison says the same.

use std::cmp::Ordering;

use crate::autoscaling::hpa::{Behavior, Change, Rules, Select, Settings};
use crate::autoscaling::number::{ceiling, float, truncated};
use crate::autoscaling::time::Time;

/// What the controller remembers of one autoscaler; only in its memory, so a restart forgets it.
#[derive(Clone, Debug, Default)]
pub struct History {
    recommendations: Vec<Recommendation>,
    ups: Vec<Event>,
    downs: Vec<Event>,
}

#[derive(Clone, Copy, Debug)]
struct Recommendation {
    replicas: i32,
    at: Time,
}

#[derive(Clone, Copy, Debug)]
struct Event {
    change: i32,
    at: Time,
    outdated: bool,
}

/// The bounds and the present size.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The present moment.
    pub now: Time,
    /// The fewest pods.
    pub min: i32,
    /// The most pods.
    pub max: i32,
    /// The size now.
    pub current: i32,
}

/// A tamed proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tamed {
    /// The size to take.
    pub replicas: i32,
    /// The reason of the condition `AbleToScale`.
    pub able: &'static str,
    /// The reason of the condition `ScalingLimited`.
    pub limited: &'static str,
    /// The status of the condition `ScalingLimited`.
    pub is_limited: bool,
}

impl History {
    /// Remembers the size at the first sync as if it had been recommended.
    pub fn begin(&mut self, current: i32, now: Time) {
        if self.recommendations.is_empty() {
            self.recommendations.push(Recommendation { replicas: current, at: now });
        }
    }

    /// Without `behavior`: the highest recommendation of the controller's window, at most doubled per sync.
    pub fn tame(&mut self, proposal: i32, bounds: Bounds, settings: &Settings) -> Tamed {
        let now = bounds.now;
        let mut stable = proposal;
        let mut free = None;
        for (index, recommendation) in self.recommendations.iter().enumerate() {
            if is_within(recommendation.at, settings.downscale_window, now) {
                stable = stable.max(recommendation.replicas);
            } else {
                free = Some(index);
            }
        }
        self.remember(free, proposal, now);
        let (replicas, limited) = clamp(stable, bounds);
        Tamed {
            replicas,
            able: if stable == proposal { "ReadyForNewScale" } else { "ScaleDownStabilized" },
            limited,
            is_limited: replicas != stable,
        }
    }

    /// With `behavior`: windows first, then policies together with the bounds.
    pub fn tame_by(
        &mut self,
        behavior: &Behavior,
        proposal: i32,
        bounds: Bounds,
        settings: &Settings,
    ) -> Tamed {
        let stable = self.stabilize(behavior, proposal, bounds, settings);
        let able = match (stable == proposal, proposal >= bounds.current) {
            (true, _) => "ReadyForNewScale",
            (false, true) => "ScaleUpStabilized",
            (false, false) => "ScaleDownStabilized",
        };
        let (replicas, limited) = match stable.cmp(&bounds.current) {
            Ordering::Greater => self.limit_up(&behavior.up, stable, bounds),
            Ordering::Less => self.limit_down(&behavior.down, stable, bounds),
            Ordering::Equal => (stable, WITHIN),
        };
        Tamed { replicas, able, limited, is_limited: replicas != stable }
    }

    /// Remembers a change of size, for policies to count. A place is reused only when it is older than every
    /// period of its own direction, though the other direction's policies may still count it.
    pub fn scaled(&mut self, behavior: Option<&Behavior>, from: i32, to: i32, now: Time) {
        let Some(behavior) = behavior else { return };
        let (events, rules) =
            if to > from { (&mut self.ups, &behavior.up) } else { (&mut self.downs, &behavior.down) };
        let longest = rules.longest_period();
        let mut free = None;
        for (index, event) in events.iter_mut().enumerate() {
            event.outdated |= !is_within(event.at, longest, now);
            if event.outdated {
                free = Some(index);
            }
        }
        let event = Event { change: (to - from).abs(), at: now, outdated: false };
        match free {
            Some(index) => events[index] = event,
            None => events.push(event),
        }
    }

    fn stabilize(&mut self, behavior: &Behavior, proposal: i32, bounds: Bounds, settings: &Settings) -> i32 {
        let up_window = behavior.up.window.unwrap_or(Time::ZERO);
        let down_window = behavior.down.window.unwrap_or(settings.downscale_window);
        let (mut up, mut down, mut free) = (proposal, proposal, None);
        for (index, recommendation) in self.recommendations.iter().enumerate() {
            let counts_up = is_within(recommendation.at, up_window, bounds.now);
            let counts_down = is_within(recommendation.at, down_window, bounds.now);
            if counts_up {
                up = up.min(recommendation.replicas);
            }
            if counts_down {
                down = down.max(recommendation.replicas);
            }
            if !counts_up && !counts_down {
                free = Some(index);
            }
        }
        self.remember(free, proposal, bounds.now);
        bounds.current.max(up).min(down)
    }

    fn remember(&mut self, free: Option<usize>, replicas: i32, at: Time) {
        let recommendation = Recommendation { replicas, at };
        match free {
            Some(index) => self.recommendations[index] = recommendation,
            None => self.recommendations.push(recommendation),
        }
    }

    fn limit_up(&self, rules: &Rules, stable: i32, bounds: Bounds) -> (i32, &'static str) {
        let limit = self.up_limit(rules, bounds).max(bounds.current);
        let (allowed, reason) =
            if bounds.max > limit { (limit, "ScaleUpLimit") } else { (bounds.max, "TooManyReplicas") };
        if stable > allowed { (allowed, reason) } else { (stable, WITHIN) }
    }

    fn limit_down(&self, rules: &Rules, stable: i32, bounds: Bounds) -> (i32, &'static str) {
        let limit = self.down_limit(rules, bounds).min(bounds.current);
        let (allowed, reason) =
            if bounds.min < limit { (limit, "ScaleDownLimit") } else { (bounds.min, "TooFewReplicas") };
        if stable < allowed { (allowed, reason) } else { (stable, WITHIN) }
    }

    fn up_limit(&self, rules: &Rules, bounds: Bounds) -> i32 {
        let limits = rules.policies.iter().map(|policy| {
            let start = self.start_of(policy.period, bounds);
            match policy.change {
                Change::Pods(pods) => start.saturating_add(pods),
                Change::Percent(percent) => {
                    ceiling(float(i64::from(start)) * (1.0 + float(i64::from(percent)) / 100.0))
                }
            }
        });
        match rules.select {
            Select::Disabled => bounds.current,
            Select::Min => limits.fold(i32::MAX, i32::min),
            Select::Max => limits.fold(i32::MIN, i32::max),
        }
    }

    fn down_limit(&self, rules: &Rules, bounds: Bounds) -> i32 {
        let limits = rules.policies.iter().map(|policy| {
            let start = self.start_of(policy.period, bounds);
            match policy.change {
                Change::Pods(pods) => start.saturating_sub(pods),
                // Rounded towards zero, unlike the way up.
                Change::Percent(percent) => {
                    truncated(float(i64::from(start)) * (1.0 - float(i64::from(percent)) / 100.0))
                }
            }
        });
        match rules.select {
            Select::Disabled => bounds.current,
            Select::Min => limits.fold(i32::MIN, i32::max),
            Select::Max => limits.fold(i32::MAX, i32::min),
        }
    }

    /// The size at the start of a period: what has come since is taken off, what has gone is put back.
    fn start_of(&self, period: Time, bounds: Bounds) -> i32 {
        let changed = |events: &[Event]| -> i32 {
            let recent = events.iter().filter(|event| is_within(event.at, period, bounds.now));
            recent.map(|event| event.change).sum()
        };
        bounds.current - changed(&self.ups) + changed(&self.downs)
    }
}

const WITHIN: &str = "DesiredWithinRange";

/// A jump from few pods is allowed to this many at once when there is no `behavior`.
const FREE_JUMP: i32 = 4;

fn clamp(stable: i32, bounds: Bounds) -> (i32, &'static str) {
    let limit = bounds.current.saturating_mul(2).max(FREE_JUMP);
    let (most, reason) =
        if bounds.max > limit { (limit, "ScaleUpLimit") } else { (bounds.max, "TooManyReplicas") };
    if stable < bounds.min {
        (bounds.min, "TooFewReplicas")
    } else if stable > most {
        (most, reason)
    } else {
        (stable, WITHIN)
    }
}

fn is_within(at: Time, window: Time, now: Time) -> bool {
    now - at < window
}
