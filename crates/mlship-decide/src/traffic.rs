//! How many replicas the traffic takes, and what they cost a month.

use mlship_managed::cost::Cost;
use mlship_spec::choices::Burstiness;
use mlship_spec::profile::Kind;
use mlship_spec::workload::{Reading, Scale, Signal};

use crate::facts::Facts;

/// Requests a second that one replica is taken to answer where nothing tells. An assumption that is always stated.
pub const ASSUMED_PER_REPLICA: f64 = 10.0;

/// How many times the average a peak is taken to be where traffic comes in bursts and nobody says.
const ASSUMED_PEAK: f64 = 3.0;

/// What a target costs a month, in US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Monthly {
    /// While nobody calls.
    pub idle: Option<f64>,
    /// At the stated traffic; at the most replicas where none is stated.
    pub busy: Option<f64>,
}

/// What a target costs a month at the stated traffic.
pub fn monthly(facts: &Facts<'_>, kind: Kind, cost: Option<&Cost>) -> Monthly {
    let Some(cost) = cost else { return Monthly::default() };
    Monthly { idle: cost.idle(), busy: busy(facts, kind, cost) }
}

/// Requests a second that one replica answers, and whether something told.
pub fn per_replica(facts: &Facts<'_>) -> (f64, bool) {
    if let Some(rate) = facts.needs.traffic.per_replica.said() {
        return (*rate, true);
    }
    let of_spec = match &facts.workload.scale {
        Scale::Auto(auto) => match &auto.signal {
            Signal::PerReplica { reading: Reading::Rate, target, .. } => Some(thousandths(target.millis())),
            Signal::PerReplica { .. }
            | Signal::Resource { .. }
            | Signal::Latency { .. }
            | Signal::Query { .. } => None,
        },
        Scale::Fixed { .. } => None,
    };
    match of_spec.filter(|rate| *rate > 0.0) {
        Some(rate) => (rate, true),
        None => (ASSUMED_PER_REPLICA, false),
    }
}

#[expect(clippy::cast_precision_loss, reason = "rates are far below 2⁵³ thousandths")]
fn thousandths(millis: u64) -> f64 {
    millis as f64 / 1000.0
}

fn busy(facts: &Facts<'_>, kind: Kind, cost: &Cost) -> Option<f64> {
    let traffic = &facts.needs.traffic;
    let (average, peak) = match (traffic.average.said(), traffic.peak.said()) {
        (None, None) => return cost.busy(),
        (Some(average), Some(peak)) => (*average, peak.max(*average)),
        (Some(average), None) if facts.is_bursty() => (*average, *average * ASSUMED_PEAK),
        (Some(rate), None) | (None, Some(rate)) => (*rate, *rate),
    };
    let (rate, _) = per_replica(facts);
    let least = f64::from(cost.replicas.least);
    // While there are requests, one replica answers at least.
    let enough = |requests: f64| if requests > 0.0 { (requests / rate).max(least).max(1.0) } else { least };
    // Nodes come too late for a burst: those of one's own stand by for the peak.
    let stands_by = kind == Kind::OwnCluster && traffic.burstiness.is(&Burstiness::Bursty);
    let awake = if stands_by { enough(peak).ceil() } else { enough(average) };
    let hours = traffic.hours_per_day.said().map_or(24.0, |hours| f64::from(*hours));
    let asleep = least;
    let share = hours / 24.0;
    Some(cost.monthly_at(awake)? * share + cost.monthly_at(asleep)? * (1.0 - share))
}
