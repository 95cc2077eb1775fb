//! A service under a load, with its autoscaler.

use std::collections::BTreeMap;

use crate::autoscaling::autoscaler::Autoscaler;
use crate::autoscaling::driver::{Action, Driver};
use crate::autoscaling::hpa::controller::{Conditions, Observation};
use crate::autoscaling::hpa::{Metric, Pod, Reading, Sample, Settings, Source};
use crate::autoscaling::load::Load;
use crate::autoscaling::number::{float, long, replicas};
use crate::autoscaling::pods::Fleet;
use crate::autoscaling::report::{
    ConditionChange, Event, Moment, Report, Summary, VERSION, condition_changes,
};
use crate::autoscaling::service::{Floor, Second, Service};
use crate::autoscaling::signals::{Delay, Kind, Past, is_mean, thousandths};
use crate::autoscaling::template::Template;
use crate::autoscaling::time::Time;

/// What is simulated.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The autoscaler.
    pub autoscaler: Autoscaler,
    /// What its pods request.
    pub template: Template,
    /// What each metric measures, by its name; see [`Scenario::unknown`].
    pub signals: BTreeMap<String, Kind>,
    /// The load.
    pub load: Load,
    /// The servers and their callers.
    pub service: Service,
    /// The size at the start; all of these pods are Ready.
    pub replicas: i32,
    /// How late metrics are.
    pub delay: Delay,
    /// The HPA controller's own settings.
    pub settings: Settings,
    /// Seconds between two rows of the timeline.
    pub row_seconds: i64,
}

/// The rows that a timeline is worth: more can't be told apart in a picture.
const MAX_ROWS: i64 = 3600;

impl Scenario {
    /// A scenario with a cluster's usual delays and settings, from the autoscaler's minimum.
    pub fn new(autoscaler: Autoscaler, template: Template, load: Load, service: Service) -> Self {
        let names = Driver::new(&autoscaler, Settings::default()).metrics();
        let kind = |metric: Metric| Some((metric.source.name().to_owned(), Kind::of(metric.source.name())?));
        let seconds = load.duration().millis() / 1000;
        Self {
            signals: names.into_iter().filter_map(kind).collect(),
            replicas: autoscaler.min(),
            autoscaler,
            template,
            load,
            service,
            delay: Delay::default(),
            settings: Settings::default(),
            row_seconds: (seconds / MAX_ROWS).max(1),
        }
    }

    /// The metrics of which nobody said what they measure: they are read as absent.
    pub fn unknown(&self) -> Vec<String> {
        let names = Driver::new(&self.autoscaler, self.settings).metrics();
        let names = names.into_iter().map(|metric| metric.source.name().to_owned());
        names.filter(|name| !self.signals.contains_key(name)).collect()
    }
}

/// What a run showed beside its report: what findings are made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Traits {
    /// Seconds with lost or late requests.
    pub(crate) suffering: f64,
    /// Of these, with pods that were not Ready yet.
    pub(crate) suffering_while_loading: f64,
    /// Of these, with the autoscaler content with the size, or wanting less.
    pub(crate) suffering_while_content: f64,
    /// Of these, at the maximum.
    pub(crate) suffering_at_max: f64,
    /// Of these, with no replica at all.
    pub(crate) suffering_asleep: f64,
    /// When each of the five began, in the same order.
    pub(crate) since: [Option<Time>; 5],
    /// The most that was asked for, before the bounds.
    pub(crate) most_proposed: i32,
    /// When more than the maximum was first asked for.
    pub(crate) above_max_since: Option<Time>,
}

/// Runs a scenario, without findings and suggestions; `advice::simulate` adds them.
pub fn run(scenario: &Scenario) -> Report {
    traced(scenario).0
}

pub(crate) fn traced(scenario: &Scenario) -> (Report, Traits) {
    let driver = Driver::new(&scenario.autoscaler, scenario.settings);
    let mut run = Run {
        scenario,
        metrics: driver.metrics(),
        driver,
        fleet: Fleet::new(scenario.replicas),
        wanted: scenario.replicas,
        proposed: scenario.replicas,
        ready: Ready { count: 0, until: Time::LONG_AGO },
        floor: Floor::new(),
        past: Past::new(scenario.delay),
        row: Row::default(),
        timeline: Vec::new(),
        events: Vec::new(),
        conditions: Vec::new(),
        last: Conditions::default(),
        summary: Summary {
            min_replicas: scenario.replicas,
            max_replicas: scenario.replicas,
            ..Summary::default()
        },
        in_time: 0.0,
        suffers: false,
        traits: Traits::default(),
    };
    let seconds = scenario.load.duration().millis() / 1000;
    for second in 0..seconds {
        run.second(second);
    }
    run.finish(float(seconds))
}

/// How many pods are Ready, and until when that is sure.
#[derive(Clone, Copy)]
struct Ready {
    count: usize,
    until: Time,
}

/// The worst since the last row of the timeline.
#[derive(Clone, Copy, Default)]
struct Row {
    queue: f64,
    latency: f64,
    is_down: bool,
}

struct Run<'a> {
    scenario: &'a Scenario,
    metrics: Vec<Metric>,
    driver: Driver,
    fleet: Fleet,
    wanted: i32,
    proposed: i32,
    ready: Ready,
    floor: Floor,
    past: Past,
    row: Row,
    timeline: Vec<Moment>,
    events: Vec<Event>,
    conditions: Vec<ConditionChange>,
    last: Conditions,
    summary: Summary,
    in_time: f64,
    /// Whether requests suffered in the last second.
    suffers: bool,
    traits: Traits,
}

impl Run<'_> {
    fn second(&mut self, second: i64) {
        let now = Time::from_seconds(second);
        let before = self.events.len();
        while self.driver.next() <= now {
            self.look(self.driver.next());
        }
        let ready = self.ready(now);
        let load = self.scenario.load.rate(now);
        let happened = self.floor.second(second, float(long(ready)), load, &self.scenario.service);
        self.past.push(happened);
        self.note(now, ready, happened);
        self.row.queue = self.row.queue.max(happened.queue);
        self.row.latency = self.row.latency.max(happened.latency.unwrap_or(0.0));
        self.row.is_down |= happened.latency.is_none();
        if second % self.scenario.row_seconds == 0 || self.events.len() > before {
            self.timeline.push(Moment {
                t: now,
                desired: self.wanted,
                ready: replicas(ready),
                load: Some(load),
                queue: Some(rounded(self.row.queue)),
                latency: (!self.row.is_down).then_some(rounded(self.row.latency)),
            });
            self.row = Row::default();
        }
    }

    fn ready(&mut self, now: Time) -> usize {
        if now >= self.ready.until {
            let until = self.fleet.next_ready(now).unwrap_or(Time::NEVER);
            self.ready = Ready { count: self.fleet.ready(now), until };
        }
        self.ready.count
    }

    fn look(&mut self, now: Time) {
        let pods = self.fleet.seen(now);
        let readings: Vec<Reading> =
            self.metrics.iter().map(|metric| self.reading(metric, &pods, now)).collect();
        let existing = replicas(self.fleet.len());
        let observation = Observation { wanted: self.wanted, existing, pods: &pods, readings: &readings };
        let look = self.driver.look(now, &observation);
        if let Some(proposed) = look.proposed {
            self.proposed = proposed;
            self.traits.most_proposed = self.traits.most_proposed.max(proposed);
            if proposed > self.scenario.autoscaler.max() {
                self.traits.above_max_since.get_or_insert(now);
            }
        }
        if let Some(conditions) = look.conditions {
            condition_changes(now, &self.last, &conditions, &mut self.conditions);
            self.last = conditions;
        }
        for Action { from, desired, reason, limited } in look.actions {
            self.events.push(Event { t: now, from, desired, reason, scaling_limited: limited });
            self.wanted = desired;
            self.fleet.scale(desired, now, self.scenario.service.startup);
            self.ready.until = Time::LONG_AGO;
            self.summary.min_replicas = self.summary.min_replicas.min(desired);
            self.summary.max_replicas = self.summary.max_replicas.max(desired);
        }
    }

    fn reading(&self, metric: &Metric, pods: &[Pod], now: Time) -> Reading {
        let name = metric.source.name();
        let Some(kind) = self.scenario.signals.get(name).copied() else { return Reading::Absent };
        let delay = self.scenario.delay;
        let ready = pods.iter().filter(|pod| pod.is_ready()).count();
        let total = self.past.total(kind, &self.scenario.service, float(long(ready)), delay);
        let mean = is_mean(kind, metric);
        let request = match &metric.source {
            Source::Resource { name } => self.scenario.template.request(name, None),
            Source::ContainerResource { name, container } => {
                self.scenario.template.request(name, Some(container))
            }
            Source::Pods { .. } => Ok(0),
            Source::Object { .. } | Source::External { .. } => {
                let value =
                    if mean && kind == Kind::Accelerator { total / float(long(ready.max(1))) } else { total };
                return Reading::Whole(vec![thousandths(value)]);
            }
        };
        // A pod that became Ready after the last scrape has no sample yet.
        let has_sample =
            |pod: &Pod| pod.is_ready() && pod.ready.is_some_and(|ready| ready.since + delay.lag <= now);
        let count = pods.iter().filter(|pod| has_sample(pod)).count();
        let share = if mean { total } else { total / float(long(count.max(1))) };
        let sample =
            Sample { value: thousandths(share), taken: now - delay.lag, window: delay.resource_window };
        let samples = pods.iter().map(|pod| has_sample(pod).then_some(sample)).collect();
        Reading::PerPod { samples, request }
    }

    fn note(&mut self, now: Time, ready: usize, happened: Second) {
        self.summary.replica_hours += float(long(self.fleet.len())) / 3600.0;
        let is_at_max = self.wanted >= self.scenario.autoscaler.max();
        if is_at_max {
            self.summary.seconds_at_max += 1.0;
        }
        self.suffers = happened.suffers;
        if !happened.suffers {
            self.in_time += 1.0;
            return;
        }
        let is_loading = replicas(ready) < self.wanted;
        let holds = [
            true,
            is_loading,
            !is_loading && !is_at_max && self.proposed <= self.wanted,
            is_at_max && !is_loading,
            ready == 0,
        ];
        let traits = &mut self.traits;
        let counts = [
            &mut traits.suffering,
            &mut traits.suffering_while_loading,
            &mut traits.suffering_while_content,
            &mut traits.suffering_at_max,
            &mut traits.suffering_asleep,
        ];
        for ((count, since), holds) in counts.into_iter().zip(&mut traits.since).zip(holds) {
            if holds {
                *count += 1.0;
                since.get_or_insert(now);
            }
        }
    }

    fn finish(mut self, seconds: f64) -> (Report, Traits) {
        let books = self.floor.books();
        let summary = &mut self.summary;
        summary.seconds = seconds;
        summary.changes = self.events.len();
        summary.replica_hours = rounded(summary.replica_hours);
        summary.cost =
            self.scenario.service.price_per_hour.map(|price| rounded(price * summary.replica_hours));
        summary.worst_latency = self.floor.worst().map(rounded);
        summary.time_within_target = Some(rounded(self.in_time / seconds.max(1.0)));
        let mut requests = books;
        let amounts = [
            &mut requests.arrived,
            &mut requests.served,
            &mut requests.queued,
            &mut requests.late,
            &mut requests.lost,
            &mut requests.waiting,
        ];
        for amount in amounts {
            *amount = rounded(*amount);
        }
        // Less than one request in ten million is rounding. A queue that is too long at the end has nobody late yet.
        let unwell = requests.late + requests.lost;
        summary.keeps_up = Some(unwell <= requests.arrived * 1e-7 && !self.suffers);
        summary.requests = Some(requests);
        let report = Report {
            version: VERSION,
            timeline: self.timeline,
            events: self.events,
            conditions: self.conditions,
            summary: self.summary,
            findings: Vec::new(),
            suggestions: Vec::new(),
        };
        (report, self.traits)
    }
}

/// To thousandths: what is finer is noise of the sums.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
