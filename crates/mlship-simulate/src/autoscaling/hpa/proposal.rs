//! From one metric to a number of pods.
//!
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/podautoscaler/replica_calculator.go>.
//! Values are whole thousandths and are divided as integers; doubles come in only for the ratio. That order
//! decides results at the edges, so it is kept.

use crate::autoscaling::hpa::{Metric, Phase, Pod, Reading, Sample, Settings, Source, Target};
use crate::autoscaling::number::{ceiling, float, long, replicas};
use crate::autoscaling::time::Time;

/// How far the ratio of value to target may stray from 1, each way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tolerances {
    /// Below 1.
    pub down: f64,
    /// Above 1.
    pub up: f64,
}

impl Tolerances {
    /// Whether a ratio is near enough to 1; both ends belong to it.
    pub fn contain(self, ratio: f64) -> bool {
        (1.0 - self.down) <= ratio && ratio <= (1.0 + self.up)
    }
}

/// What a proposal is computed from, besides the metric.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The present moment.
    pub now: Time,
    /// The size that is asked for now: `spec.replicas` of the scale.
    pub wanted: i32,
    /// The number of pods that there are: `status.replicas` of the scale.
    pub existing: i32,
    /// The pods.
    pub pods: &'a [Pod],
    /// The controller's own settings.
    pub settings: &'a Settings,
    /// How far the ratio may stray.
    pub tolerances: Tolerances,
}

/// The number of pods that a metric asks for; an error says why it can't be told.
pub fn proposal(metric: &Metric, reading: &Reading, situation: &Situation<'_>) -> Result<i32, String> {
    match (reading, metric.target) {
        (Reading::Absent, _) => Err(format!("unable to get metric {}", metric.source.name())),
        (Reading::PerPod { samples, request }, target) => {
            let groups = group(&metric.source, samples, situation)?;
            match target {
                Target::Utilization(percent) => by_pods(
                    situation,
                    &groups,
                    &Utilization { request: request.clone()?, target: i64::from(percent) },
                ),
                Target::AverageValue(value) | Target::Value(value) => {
                    by_pods(situation, &groups, &Average { target: value })
                }
            }
        }
        (Reading::Whole(series), Target::Value(target)) => by_value(sum(series)?, target, situation),
        (Reading::Whole(series), Target::AverageValue(target)) => {
            Ok(by_average(sum(series)?, target, situation))
        }
        (Reading::Whole(_), Target::Utilization(_)) => Err(format!(
            "metric {} has neither a value target nor an average value target",
            metric.source.name()
        )),
    }
}

/// The pods' samples, sorted by what they are worth.
struct Groups {
    /// Values that count.
    ready: Vec<i64>,
    /// How many pods are not expected to do their share yet.
    unready: usize,
    /// How many pods run and have no sample.
    missing: usize,
}

fn group(source: &Source, samples: &[Option<Sample>], situation: &Situation<'_>) -> Result<Groups, String> {
    if situation.pods.is_empty() {
        return Err("no pods returned by selector while calculating replica count".to_owned());
    }
    if samples.iter().all(Option::is_none) {
        return Err(format!("no metrics returned for {}", source.name()));
    }
    // Only for processor time: a pod that starts burns it without serving.
    let is_cpu =
        matches!(source, Source::Resource { name } | Source::ContainerResource { name, .. } if name == "cpu");
    let mut groups = Groups { ready: Vec::with_capacity(samples.len()), unready: 0, missing: 0 };
    for (pod, sample) in situation.pods.iter().zip(samples) {
        if pod.deleting || pod.phase == Phase::Failed {
            continue;
        }
        match sample {
            _ if pod.phase == Phase::Pending => groups.unready += 1,
            None => groups.missing += 1,
            Some(sample) if is_cpu && is_warming_up(pod, sample, situation) => groups.unready += 1,
            Some(sample) => groups.ready.push(sample.value),
        }
    }
    if groups.ready.is_empty() {
        return Err("did not receive metrics for targeted pods (pods might be unready)".to_owned());
    }
    Ok(groups)
}

fn is_warming_up(pod: &Pod, sample: &Sample, situation: &Situation<'_>) -> bool {
    let (Some(ready), Some(started)) = (pod.ready, pod.started) else { return true };
    if started + situation.settings.cpu_initialization > situation.now {
        !ready.status || sample.taken < ready.since + sample.window
    } else {
        // Never Ready yet, as far as can be told from the one time stamp.
        !ready.status && started + situation.settings.readiness_delay > ready.since
    }
}

/// How samples compare with their target.
trait Measure {
    /// The ratio of what is used to what should be; an error says why there is none.
    fn ratio(&self, total: i64, pods: usize) -> Result<f64, String>;
    /// What a pod without a sample is taken to use when pods may go.
    fn assumed(&self) -> i64;
}

struct Average {
    target: i64,
}

impl Measure for Average {
    fn ratio(&self, total: i64, pods: usize) -> Result<f64, String> {
        Ok(float(total / long(pods).max(1)) / float(self.target))
    }

    fn assumed(&self) -> i64 {
        self.target
    }
}

struct Utilization {
    /// What each pod requests, in thousandths.
    request: i64,
    /// In percent.
    target: i64,
}

impl Measure for Utilization {
    fn ratio(&self, total: i64, pods: usize) -> Result<f64, String> {
        let requested = self.request.saturating_mul(long(pods));
        if requested == 0 {
            return Err("no metrics returned matched known pods".to_owned());
        }
        let percent = total.saturating_mul(100) / requested;
        Ok(float(percent) / float(self.target))
    }

    fn assumed(&self) -> i64 {
        self.request.saturating_mul(self.target.max(100)) / 100
    }
}

fn by_pods(situation: &Situation<'_>, groups: &Groups, measure: &impl Measure) -> Result<i32, String> {
    let current = situation.wanted;
    let mut total = groups.ready.iter().fold(0_i64, |total, value| total.saturating_add(*value));
    let mut pods = groups.ready.len();
    let ratio = measure.ratio(total, pods)?;
    let counts_unready = groups.unready > 0 && ratio > 1.0;
    if !counts_unready && groups.missing == 0 {
        let proposed =
            if situation.tolerances.contain(ratio) { current } else { ceiling(ratio * float(long(pods))) };
        return Ok(proposed);
    }
    // The rest is counted in the way that changes least, and must not turn the direction round.
    if ratio < 1.0 {
        total = total.saturating_add(measure.assumed().saturating_mul(long(groups.missing)));
        pods += groups.missing;
    } else if ratio > 1.0 {
        pods += groups.missing;
    }
    if counts_unready {
        pods += groups.unready;
    }
    let cautious = measure.ratio(total, pods)?;
    let turned = (ratio < 1.0 && cautious > 1.0) || (ratio > 1.0 && cautious < 1.0);
    if situation.tolerances.contain(cautious) || turned {
        return Ok(current);
    }
    let proposed = ceiling(cautious * float(long(pods)));
    let turned = (cautious < 1.0 && proposed > current) || (cautious > 1.0 && proposed < current);
    Ok(if turned { current } else { proposed })
}

/// The value is one whole: as many times the Ready pods as it is times its target.
fn by_value(total: i64, target: i64, situation: &Situation<'_>) -> Result<i32, String> {
    let ratio = float(total) / float(target);
    if situation.wanted == 0 {
        return Ok(ceiling(ratio));
    }
    if situation.tolerances.contain(ratio) {
        return Ok(situation.wanted);
    }
    if situation.pods.is_empty() {
        return Err("no pods returned by selector while calculating replica count".to_owned());
    }
    let ready = situation.pods.iter().filter(|pod| pod.is_ready()).count();
    Ok(ceiling(ratio * float(i64::from(replicas(ready)))))
}

/// The value is shared by the pods that exist; whether they are Ready does not matter.
fn by_average(total: i64, target: i64, situation: &Situation<'_>) -> i32 {
    let ratio = float(total) / (float(target) * float(i64::from(situation.existing)));
    if situation.tolerances.contain(ratio) {
        situation.existing
    } else {
        ceiling(float(total) / float(target))
    }
}

fn sum(series: &[i64]) -> Result<i64, String> {
    if series.is_empty() {
        return Err("no metrics returned".to_owned());
    }
    Ok(series.iter().fold(0_i64, |total, value| total.saturating_add(*value)))
}
