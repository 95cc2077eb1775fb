//! What a simulation found: the shape of `-o json`, and what every picture is drawn from.

use serde::{Serialize, Serializer};

use crate::autoscaling::hpa::controller::{Condition, Conditions};
use crate::autoscaling::number;
use crate::autoscaling::time::Time;

/// The result of a simulation or a replay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The version of this shape.
    pub version: u32,
    /// What came of it over time.
    pub timeline: Vec<Moment>,
    /// Each change of the wanted number of replicas.
    pub events: Vec<Event>,
    /// Each change of a condition of the HorizontalPodAutoscaler.
    pub conditions: Vec<ConditionChange>,
    /// The whole in numbers.
    pub summary: Summary,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What would help, cheapest first.
    pub suggestions: Vec<Suggestion>,
}

/// The version of the shape of [`Report`].
pub const VERSION: u32 = 1;

/// One row of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// When, in seconds.
    pub t: Time,
    /// How many replicas are wanted.
    pub desired: i32,
    /// How many are Ready.
    pub ready: i32,
    /// Requests a second that arrive; in a replay, the first metric's value. `None` where there is none.
    #[serde(serialize_with = "plain_option")]
    pub load: Option<f64>,
    /// Requests that wait, the most since the row before; `None` in a replay.
    #[serde(serialize_with = "plain_option")]
    pub queue: Option<f64>,
    /// Seconds from arrival to answer of the requests that are taken up, the most since the row before; `None` where
    /// nobody serves and in a replay.
    #[serde(serialize_with = "plain_option")]
    pub latency: Option<f64>,
}

/// A change of the wanted number of replicas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// When, in seconds.
    pub t: Time,
    /// The number before.
    pub from: i32,
    /// The number after.
    pub desired: i32,
    /// Why, in the autoscaler's own words.
    pub reason: String,
    /// The condition ScalingLimited of the HorizontalPodAutoscaler after it, as `True/ScaleUpLimit`.
    pub scaling_limited: Option<String>,
}

/// A condition that became another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConditionChange {
    /// When, in seconds.
    pub t: Time,
    /// Which condition.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// `True` or `False`.
    pub status: &'static str,
    /// The one word for why.
    pub reason: &'static str,
}

/// The whole in numbers. Counts of requests are of the whole simulated time; in a replay they are `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Whether every request was answered within its time.
    pub keeps_up: Option<bool>,
    /// How long was simulated, in seconds.
    #[serde(serialize_with = "plain")]
    pub seconds: f64,
    /// The fewest replicas that were wanted.
    pub min_replicas: i32,
    /// The most replicas that were wanted.
    pub max_replicas: i32,
    /// Changes of the wanted number.
    pub changes: usize,
    /// Hours of all replicas together, from creation on, Ready or not.
    #[serde(serialize_with = "plain")]
    pub replica_hours: f64,
    /// What they cost, in US dollars, where a price is known.
    #[serde(serialize_with = "plain_option")]
    pub cost: Option<f64>,
    /// How the requests fared.
    pub requests: Option<Requests>,
    /// Seconds from arrival to answer that a request took at worst.
    #[serde(serialize_with = "plain_option")]
    pub worst_latency: Option<f64>,
    /// Share of the time, from 0 to 1, in which an arriving request was answered within its time.
    #[serde(serialize_with = "plain_option")]
    pub time_within_target: Option<f64>,
    /// Seconds in which the number was at its maximum.
    #[serde(serialize_with = "plain")]
    pub seconds_at_max: f64,
}

/// How the requests fared. All of them: arrived = served + lost + waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Requests {
    /// Came in.
    #[serde(serialize_with = "plain")]
    pub arrived: f64,
    /// Were answered, late ones too.
    #[serde(serialize_with = "plain")]
    pub served: f64,
    /// Of the served, those that waited for a replica first.
    #[serde(serialize_with = "plain")]
    pub queued: f64,
    /// Of the served, those that took longer than they should.
    #[serde(serialize_with = "plain")]
    pub late: f64,
    /// Were refused because the queue was full, or gave up waiting.
    #[serde(serialize_with = "plain")]
    pub lost: f64,
    /// Still wait or are worked on at the end.
    #[serde(serialize_with = "plain")]
    pub waiting: f64,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// The stable code.
    pub code: &'static str,
    /// `error` where requests suffer, else `warning`.
    pub severity: &'static str,
    /// What is wrong, with numbers.
    pub message: String,
    /// When it shows first, in seconds.
    pub t: Option<Time>,
}

/// A change that helps, found true by running again with it: `after.keepsUp` tells whether it is enough by itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// What to change, in words.
    pub change: String,
    /// The field and its value, for `--set`; `None` where it is no field of a spec.
    pub set: Option<String>,
    /// What then happens.
    pub after: Summary,
    /// Replica-hours more than before.
    #[serde(serialize_with = "plain")]
    pub extra_replica_hours: f64,
    /// The timeline with it, for the comparison in pictures.
    #[serde(skip)]
    pub timeline: Vec<Moment>,
}

/// Whole numbers without a fraction: `15`, not `15.0`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn plain<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    // Up to here a double counts whole numbers exactly.
    if value.fract() == 0.0 && value.abs() < 9e15 {
        serializer.serialize_i64(number::nearest(*value))
    } else {
        serializer.serialize_f64(*value)
    }
}

#[expect(clippy::ref_option, reason = "serde gives a reference")]
fn plain_option<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => plain(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// Notes what has become of an autoscaler's conditions.
pub(crate) fn condition_changes(
    t: Time,
    old: &Conditions,
    new: &Conditions,
    changes: &mut Vec<ConditionChange>,
) {
    let pairs = [
        ("AbleToScale", old.able_to_scale, new.able_to_scale),
        ("ScalingActive", old.scaling_active, new.scaling_active),
        ("ScalingLimited", old.scaling_limited, new.scaling_limited),
        ("ScaledToZero", old.scaled_to_zero, new.scaled_to_zero),
    ];
    for (kind, before, after) in pairs {
        if before != after
            && let Some(Condition { status, reason }) = after
        {
            changes.push(ConditionChange { t, kind, status: if status { "True" } else { "False" }, reason });
        }
    }
}
