//! A plot as SVG, light or dark as the viewer is.

use std::fmt::Write as _;

use super::panel::{Line, Panel, clock, marks, panels, short};
use crate::autoscaling::number::count;
use crate::autoscaling::report::{Moment, Report};

const WIDTH: f64 = 960.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 16.0;
const HEIGHT: f64 = 120.0;
const GAP: f64 = 44.0;
const TOP: f64 = 32.0;

/// Places of a line: one for each pixel of the plot.
const PLACES: usize = 880;

/// Colours by class, each with enough contrast on its background, and told apart without colour by their panels.
pub(super) const STYLE: &str = "\
.plot{font:12px system-ui,sans-serif;fill:#334155}.plot .title{font-weight:600;fill:#0f172a}\
.plot .grid{stroke:#e2e8f0}.plot .axis{stroke:#94a3b8}.plot .mark{stroke:#94a3b8;stroke-dasharray:2 3}\
.plot path{fill:none;stroke-width:1.6}.plot .load{stroke:#2563eb}.plot .ready{stroke:#059669}\
.plot .wanted{stroke:#b45309;stroke-dasharray:5 3}.plot .queue{stroke:#7c3aed}.plot .latency{stroke:#be123c}\
.plot .after{stroke:#059669}.plot text.load,.plot text.ready,.plot text.wanted,.plot text.queue,\
.plot text.latency,.plot text.after{stroke:none}\
@media(prefers-color-scheme:dark){.plot{fill:#cbd5e1}.plot .title{fill:#f1f5f9}.plot .grid{stroke:#334155}\
.plot .axis,.plot .mark{stroke:#64748b}.plot .load{stroke:#60a5fa}.plot .ready{stroke:#34d399}\
.plot .wanted{stroke:#fbbf24}.plot .queue{stroke:#a78bfa}.plot .latency{stroke:#fb7185}.plot .after{stroke:#34d399}}";

/// The report as a picture by itself, for a file.
pub fn plot(report: &Report) -> String {
    let (body, height) = panels_of(report);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-label=\"Autoscaling over time\"><style>{STYLE}\
         .plot .paper{{fill:#fff}}@media(prefers-color-scheme:dark){{.plot .paper{{fill:#0f172a}}}}</style>\
         <rect class=\"paper\" width=\"{WIDTH}\" height=\"{height}\"/>{body}</svg>\n"
    )
}

/// The same without a style and a background of its own, for a page.
pub(super) fn figure(report: &Report) -> String {
    let (body, height) = panels_of(report);
    format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"Autoscaling over time\">{body}</svg>"
    )
}

/// Queue and replicas before and after a change.
pub(super) fn comparison(before: &[Moment], after: &[Moment], seconds: f64) -> String {
    let old = panels(before, seconds, PLACES);
    let new = panels(after, seconds, PLACES);
    let mut body = String::new();
    let mut top = TOP;
    for (mut old, new) in old.into_iter().zip(new).filter(|(panel, _)| panel.title != "Load") {
        old.lines.truncate(1);
        if let Some(line) = new.lines.into_iter().next() {
            old.lines[0].name = "before";
            old.lines.push(Line { name: "after", class: "after", values: line.values });
            old.lines[0].class = "latency";
        }
        write_panel(&mut body, &old, top, seconds);
        top += HEIGHT + GAP;
    }
    format!(
        "<svg class=\"plot\" viewBox=\"0 0 {WIDTH} {top}\" role=\"img\" aria-label=\"Before and after\">{body}</svg>"
    )
}

fn panels_of(report: &Report) -> (String, f64) {
    let mut body = String::new();
    let mut top = TOP;
    for panel in panels(&report.timeline, report.summary.seconds, PLACES) {
        if panel.title == "Replicas" {
            write_marks(&mut body, report, top);
        }
        write_panel(&mut body, &panel, top, report.summary.seconds);
        top += HEIGHT + GAP;
    }
    (body, top)
}

fn write_panel(body: &mut String, panel: &Panel, top: f64, seconds: f64) {
    let (highest, bottom, right) = (panel.highest(), top + HEIGHT, WIDTH - RIGHT);
    let _ = write!(body, "<text class=\"title\" x=\"{LEFT}\" y=\"{}\">{}</text>", top - 8.0, panel.title);
    let mut legend = LEFT + 80.0;
    for line in &panel.lines {
        let (class, name) = (line.class, line.name);
        let _ = write!(
            body,
            "<path class=\"{class}\" d=\"M{legend} {y}h20\"/><text x=\"{x}\" y=\"{text}\">{name}</text>",
            y = top - 12.0,
            x = legend + 26.0,
            text = top - 8.0
        );
        legend += 170.0;
    }
    for (share, value) in [(0.0, highest), (0.5, highest / 2.0), (1.0, 0.0)] {
        let y = top + HEIGHT * share;
        let class = if share > 0.9 { "axis" } else { "grid" };
        let _ = write!(
            body,
            "<path class=\"{class}\" d=\"M{LEFT} {y}H{right}\"/><text x=\"{x}\" y=\"{text}\" text-anchor=\"end\">{label}</text>",
            x = LEFT - 8.0,
            text = y + 4.0,
            label = short(value)
        );
    }
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let x = LEFT + (right - LEFT) * share;
        let label = clock(seconds * share);
        let _ = write!(body, "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{label}</text>", bottom + 16.0);
    }
    for line in &panel.lines {
        let _ = write!(body, "<path class=\"{}\" d=\"{}\"/>", line.class, path(panel, line, top));
    }
}

fn path(panel: &Panel, line: &Line, top: f64) -> String {
    let step = (WIDTH - RIGHT - LEFT) / count(line.values.len().max(1));
    let height = |value: f64| top + HEIGHT * (1.0 - value / panel.highest());
    let mut path = String::new();
    let mut last: Option<f64> = None;
    for (index, value) in line.values.iter().enumerate() {
        let x = LEFT + step * count(index);
        match (last, value) {
            (_, None) => {}
            (None, Some(value)) => drop(write!(path, "M{x:.1} {:.1}", height(*value))),
            // A level line needs no point; steps need both corners.
            (Some(old), Some(value)) if near(old, *value) => {
                let next = line.values.get(index + 1).copied().flatten();
                if next.is_none_or(|next| !near(next, *value)) {
                    let _ = write!(path, "H{x:.1}");
                }
            }
            (Some(_), Some(value)) if panel.is_stepped => drop(write!(path, "H{x:.1}V{:.1}", height(*value))),
            (Some(_), Some(value)) => drop(write!(path, "L{x:.1} {:.1}", height(*value))),
        }
        last = *value;
    }
    path
}

/// Values that are drawn at the same place.
fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

fn write_marks(body: &mut String, report: &Report, top: f64) {
    let step = (WIDTH - RIGHT - LEFT) / count(PLACES);
    for ((index, _), event) in marks(report, PLACES).into_iter().zip(&report.events) {
        let x = LEFT + step * count(index);
        let title = format!("{} s: {} to {}, {}", event.t.seconds(), event.from, event.desired, event.reason);
        let _ = write!(
            body,
            "<path class=\"mark\" d=\"M{x:.1} {top}v{HEIGHT}\"><title>{}</title></path>",
            super::html::escaped(&title)
        );
    }
}
