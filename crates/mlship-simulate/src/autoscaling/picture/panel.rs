//! What is drawn: one panel for each quantity over time.

use crate::autoscaling::number::{count, place};
use crate::autoscaling::report::{Moment, Report};

/// A quantity over time.
pub(super) struct Panel {
    /// What it is.
    pub(super) title: &'static str,
    /// Its lines: name, class of colour, and a value for each place; nothing where there is none.
    pub(super) lines: Vec<Line>,
    /// Whether lines are drawn as steps.
    pub(super) is_stepped: bool,
}

/// A line of a panel.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) class: &'static str,
    pub(super) values: Vec<Option<f64>>,
}

impl Panel {
    /// The highest value; 1 at least, so that nothing is drawn at the top by accident.
    pub(super) fn highest(&self) -> f64 {
        let values = self.lines.iter().flat_map(|line| line.values.iter().flatten());
        let highest = values.fold(0.0_f64, |highest, value| highest.max(*value));
        if highest > 0.0 { highest } else { 1.0 }
    }
}

/// The panels of a timeline in so many places; quantities that it does not have are left out.
pub(super) fn panels(timeline: &[Moment], seconds: f64, places: usize) -> Vec<Panel> {
    let over = |value: fn(&Moment) -> Option<f64>| places_of(timeline, seconds, places, value);
    let one = |title, name, class, value| Panel {
        title,
        lines: vec![Line { name, class, values: over(value) }],
        is_stepped: false,
    };
    let mut panels = vec![
        one("Load", "requests a second", "load", |moment| moment.load),
        Panel {
            title: "Replicas",
            lines: vec![
                Line { name: "ready", class: "ready", values: over(|moment| Some(f64::from(moment.ready))) },
                Line {
                    name: "wanted",
                    class: "wanted",
                    values: over(|moment| Some(f64::from(moment.desired))),
                },
            ],
            is_stepped: true,
        },
        one("Queue", "requests that wait", "queue", |moment| moment.queue),
        one("Latency", "seconds a request takes", "latency", |moment| moment.latency),
    ];
    let has_service = timeline.iter().any(|moment| moment.queue.is_some());
    if !has_service {
        panels.truncate(2);
        panels[0].title = "Metric";
        panels[0].lines[0].name = "value";
    }
    panels
}

/// The highest value in each place; a place without rows keeps the last one's.
fn places_of(
    timeline: &[Moment],
    seconds: f64,
    places: usize,
    value: fn(&Moment) -> Option<f64>,
) -> Vec<Option<f64>> {
    let mut found: Vec<Option<f64>> = vec![None; places];
    let mut is_set = vec![false; places];
    for moment in timeline {
        let index =
            place(moment.t.seconds() / seconds.max(1e-9) * count(places)).min(places.saturating_sub(1));
        let value = value(moment);
        found[index] = match (found[index], value) {
            (Some(one), Some(other)) => Some(one.max(other)),
            (one, other) => other.or(one),
        };
        is_set[index] = true;
    }
    for index in 1..places {
        if !is_set[index] {
            found[index] = found[index - 1];
        }
    }
    found
}

/// The places of events, with the direction: up or not.
pub(super) fn marks(report: &Report, places: usize) -> Vec<(usize, bool)> {
    let seconds = report.summary.seconds.max(1e-9);
    let mark = |t: f64| place(t / seconds * count(places)).min(places.saturating_sub(1));
    report.events.iter().map(|event| (mark(event.t.seconds()), event.desired > event.from)).collect()
}

/// A number for an axis: three digits that count.
pub(super) fn short(value: f64) -> String {
    let digits = match value.abs() {
        size if size >= 99.95 || size == 0.0 => 0,
        size if size >= 9.995 => 1,
        _ => 2,
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A time for an axis: `90s`, `12m`, `3h`.
pub(super) fn clock(seconds: f64) -> String {
    if seconds >= 7200.0 {
        format!("{}h", short(seconds / 3600.0))
    } else if seconds >= 300.0 {
        format!("{}m", short(seconds / 60.0))
    } else {
        format!("{}s", short(seconds))
    }
}
