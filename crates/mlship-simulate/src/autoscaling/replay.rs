//! The autoscaler's arithmetic alone, over scripted metrics.

use std::collections::BTreeMap;

use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::source::Span;

use crate::autoscaling::autoscaler::Autoscaler;
use crate::autoscaling::codes;
use crate::autoscaling::driver::{Action, Driver};
use crate::autoscaling::hpa::controller::{Conditions, Observation};
use crate::autoscaling::hpa::{Metric, Phase, Pod, Reading, Sample, Settings, Source};
use crate::autoscaling::number::{float, long, replicas};
use crate::autoscaling::pods::{Fleet, Startup};
use crate::autoscaling::report::{
    ConditionChange, Event, Moment, Report, Summary, VERSION, condition_changes,
};
use crate::autoscaling::template::Template;
use crate::autoscaling::time::Time;
use crate::autoscaling::trace::Steps;

/// What is replayed.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The autoscaler.
    pub autoscaler: Autoscaler,
    /// What its pods request.
    pub template: Template,
    /// Values by the name of the metric or resource. For metrics of pods, the total that the Ready pods share
    /// equally, rounded down to thousandths; for Object and External metrics, the value itself.
    pub metrics: BTreeMap<String, Steps>,
    /// The size at the start; all of these pods are Ready.
    pub replicas: i32,
    /// How long it lasts; the sync at its end still counts.
    pub duration: Time,
    /// From a pod's start until it is Ready.
    pub ready_after: Time,
    /// The length of time that a sample of a resource covers. A pod's use of CPU counts only from one such length
    /// after it became Ready, while the pod is young.
    pub metric_window: Time,
    /// What a pod that runs and is not Ready reports of each metric of pods, in thousandths; nothing is no sample.
    pub loading_value: Option<i64>,
    /// Times, each from and until, in which the newest pod gives no sample.
    pub silences: Vec<(Time, Time)>,
    /// The controller's own settings.
    pub settings: Settings,
    /// Sizes that somebody writes by hand, in order of time.
    pub edits: Vec<(Time, i32)>,
    /// Times at which the controller restarts and forgets, in order.
    pub restarts: Vec<Time>,
    /// When syncs were, in order, if that is known: a recording's. Otherwise they come at whole periods.
    pub syncs: Option<Vec<Time>>,
}

/// From a pod's creation until its containers run, on a machine that has the image: measured with fake nodes.
pub const POD_START: Time = Time::from_millis(100);

impl Replay {
    /// A replay with the defaults of a cluster: starts at the minimum, pods are Ready at once, and it lasts until ten
    /// minutes after the last step.
    pub fn new(autoscaler: Autoscaler, template: Template, metrics: BTreeMap<String, Steps>) -> Self {
        let end = metrics.values().map(Steps::end).max().unwrap_or(Time::ZERO);
        Self {
            replicas: autoscaler.min().max(1),
            autoscaler,
            template,
            metrics,
            duration: end + Time::from_seconds(600),
            ready_after: Time::ZERO,
            metric_window: Time::ZERO,
            loading_value: None,
            silences: Vec::new(),
            settings: Settings::default(),
            edits: Vec::new(),
            restarts: Vec::new(),
            syncs: None,
        }
    }

    /// Refuses files that no metric asks for; warns of metrics that no file serves.
    pub fn check(&self, diagnostics: &mut Vec<Diagnostic>) {
        let metrics = Driver::new(&self.autoscaler, self.settings).metrics();
        let wanted: Vec<&str> = metrics.iter().map(|metric| metric.source.name()).collect();
        for name in self.metrics.keys().filter(|name| !wanted.contains(&name.as_str())) {
            let message = format!("the autoscaler has no metric `{name}`");
            let refused = Diagnostic::error(&codes::METRIC, None::<Span>, message);
            diagnostics.push(refused.help(format!("it follows `{}`", wanted.join("`, `"))));
        }
        for name in wanted.iter().filter(|name| !self.metrics.contains_key(**name)) {
            let message =
                format!("no file is given for the metric `{name}`, so it can't be read at any sync");
            let warned = Diagnostic::warning(&codes::METRIC, None::<Span>, message);
            diagnostics.push(warned.help(format!("add `--metric {name}=FILE.csv`")));
        }
    }
}

/// What the autoscaler does, look by look.
pub fn replay(replay: &Replay) -> Report {
    let driver = Driver::new(&replay.autoscaler, replay.settings);
    let mut run = Run {
        replay,
        metrics: driver.metrics(),
        driver,
        fleet: Fleet::new(replay.replicas),
        wanted: replay.replicas,
        timeline: Vec::new(),
        events: Vec::new(),
        conditions: Vec::new(),
        last: Conditions::default(),
    };
    let mut recorded = replay.syncs.iter().flatten();
    let (mut edits, mut restarts) = (replay.edits.iter().peekable(), replay.restarts.iter().peekable());
    loop {
        if let Some(restart) = restarts.next_if(|restart| **restart <= run.driver.next()) {
            run.driver.restart(*restart);
        }
        if replay.syncs.is_some() {
            run.driver.skip_to(recorded.next().copied().unwrap_or(Time::NEVER));
        }
        let now = run.driver.next();
        if now > replay.duration {
            return run.report();
        }
        while let Some((at, replicas)) = edits.next_if(|(at, _)| *at <= now) {
            run.resize(*replicas, *at);
        }
        run.look(now);
    }
}

struct Run<'a> {
    replay: &'a Replay,
    metrics: Vec<Metric>,
    driver: Driver,
    fleet: Fleet,
    wanted: i32,
    timeline: Vec<Moment>,
    events: Vec<Event>,
    conditions: Vec<ConditionChange>,
    last: Conditions,
}

impl Run<'_> {
    fn look(&mut self, now: Time) {
        let pods = self.fleet.seen(now);
        let readings: Vec<Reading> =
            self.metrics.iter().map(|metric| self.reading(metric, &pods, now)).collect();
        let existing = replicas(self.fleet.len());
        let observation = Observation { wanted: self.wanted, existing, pods: &pods, readings: &readings };
        let look = self.driver.look(now, &observation);
        if let Some(conditions) = look.conditions {
            condition_changes(now, &self.last, &conditions, &mut self.conditions);
            self.last = conditions;
        }
        for Action { from, desired, reason, limited } in look.actions {
            self.events.push(Event { t: now, from, desired, reason, scaling_limited: limited });
            self.resize(desired, now);
        }
        self.timeline.push(Moment {
            t: now,
            desired: self.wanted,
            ready: replicas(pods.iter().filter(|pod| pod.is_ready()).count()),
            load: self.load(now),
            queue: None,
            latency: None,
        });
    }

    fn resize(&mut self, replicas: i32, now: Time) {
        self.wanted = replicas;
        self.fleet.scale(replicas, now, Startup { pending: POD_START, loading: self.replay.ready_after });
    }

    fn load(&self, now: Time) -> Option<f64> {
        let first = self.metrics.first()?;
        let value = self.replay.metrics.get(first.source.name())?.at(now)?;
        Some(float(value) / 1000.0)
    }

    fn reading(&self, metric: &Metric, pods: &[Pod], now: Time) -> Reading {
        let steps = self.replay.metrics.get(metric.source.name());
        let Some(total) = steps.and_then(|steps| steps.at(now)) else { return Reading::Absent };
        let request = match &metric.source {
            Source::Resource { name } => self.replay.template.request(name, None),
            Source::ContainerResource { name, container } => {
                self.replay.template.request(name, Some(container))
            }
            Source::Pods { .. } => Ok(0),
            Source::Object { .. } | Source::External { .. } => return Reading::Whole(vec![total]),
        };
        let ready = pods.iter().filter(|pod| pod.is_ready()).count();
        let share = total.div_euclid(long(ready).max(1));
        let sample = Sample { value: share, taken: now, window: self.replay.metric_window };
        let mut samples: Vec<_> = pods.iter().map(|pod| self.sample(pod, sample)).collect();
        if self.replay.silences.iter().any(|(from, until)| *from <= now && now < *until)
            && let Some(newest) = samples.last_mut()
        {
            *newest = None;
        }
        Reading::PerPod { samples, request }
    }

    fn sample(&self, pod: &Pod, ready: Sample) -> Option<Sample> {
        if pod.is_ready() {
            return Some(ready);
        }
        let value = self.replay.loading_value.filter(|_| pod.phase == Phase::Running)?;
        Some(Sample { value, ..ready })
    }

    fn report(self) -> Report {
        let summary = summary(self.replay, &self.timeline, self.events.len());
        Report {
            version: VERSION,
            timeline: self.timeline,
            events: self.events,
            conditions: self.conditions,
            summary,
            findings: Vec::new(),
            suggestions: Vec::new(),
        }
    }
}

fn summary(replay: &Replay, timeline: &[Moment], changes: usize) -> Summary {
    let mut summary = Summary {
        seconds: replay.duration.seconds(),
        min_replicas: timeline.iter().map(|moment| moment.desired).min().unwrap_or(replay.replicas),
        max_replicas: timeline.iter().map(|moment| moment.desired).max().unwrap_or(replay.replicas),
        changes,
        ..Summary::default()
    };
    let ends = timeline.iter().skip(1).map(|moment| moment.t).chain([replay.duration]);
    for (moment, end) in timeline.iter().zip(ends) {
        let seconds = (end - moment.t).seconds();
        summary.replica_hours += f64::from(moment.desired) * seconds / 3600.0;
        if moment.desired >= replay.autoscaler.max() {
            summary.seconds_at_max += seconds;
        }
    }
    summary
}
