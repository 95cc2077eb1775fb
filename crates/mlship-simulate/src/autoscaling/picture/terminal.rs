//! A chart for a terminal.

use std::fmt::Write as _;

use super::panel::{self, Panel, clock, panels, short};
use crate::autoscaling::number::{count, place};
use crate::autoscaling::report::Report;

/// Lines of text that each panel is high.
const ROWS: usize = 5;

/// Columns that the scale beside the panels takes.
const SCALE: usize = 8;

const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The report as panels of block characters, at most so many columns wide (40 at least).
pub fn chart(report: &Report, columns: usize) -> String {
    let places = columns.max(40) - SCALE;
    let mut text = String::new();
    for panel in panels(&report.timeline, report.summary.seconds, places) {
        write_panel(&mut text, &panel);
        if panel.title == "Replicas" {
            write_marks(&mut text, report, places);
        }
    }
    let end = clock(report.summary.seconds);
    let middle = clock(report.summary.seconds / 2.0);
    let gap = (places / 2).saturating_sub(1);
    let rest = places.saturating_sub(gap + 1 + middle.len() + end.len());
    let _ = writeln!(text, "{:SCALE$}0{:gap$}{middle}{:rest$}{end}", "", "", "");
    text
}

fn write_panel(text: &mut String, panel: &Panel) {
    let highest = panel.highest();
    let names: Vec<&str> = panel.lines.iter().map(|line| line.name).collect();
    let _ =
        writeln!(text, "{} ({})", panel.title, names.join(" █, ") + if names.len() > 1 { " ─" } else { "" });
    for row in (0..ROWS).rev() {
        let label = match row {
            0 => "0".to_owned(),
            row if row + 1 == ROWS => short(highest),
            _ => String::new(),
        };
        let cells: String =
            (0..panel.lines[0].values.len()).map(|index| cell(panel, index, row, highest)).collect();
        let _ = writeln!(text, "{}", format!("{label:>6} ┤{cells}").trim_end());
    }
}

/// One character: the first line as a bar, the second as a stroke above it.
fn cell(panel: &Panel, index: usize, row: usize, highest: f64) -> char {
    let eighths = |value: f64| place(value / highest * count(ROWS * 8) + 0.5);
    let bar = panel.lines[0].values[index].map_or(0, eighths);
    if let Some(second) = panel.lines.get(1)
        && let Some(value) = second.values[index]
        && eighths(value) > bar
        && eighths(value).saturating_sub(1) / 8 == row
    {
        return '─';
    }
    BLOCKS[bar.saturating_sub(row * 8).min(8)]
}

/// Where the number was changed: up, down, or both within one column.
fn write_marks(text: &mut String, report: &Report, places: usize) {
    let mut marks = vec![' '; places];
    for (index, is_up) in panel::marks(report, places) {
        let mark = if is_up { '▲' } else { '▼' };
        marks[index] = if marks[index] == ' ' || marks[index] == mark { mark } else { '◆' };
    }
    let marks: String = marks.into_iter().collect();
    let _ = writeln!(text, "{}", format!("{:SCALE$}{marks}", "").trim_end());
}
