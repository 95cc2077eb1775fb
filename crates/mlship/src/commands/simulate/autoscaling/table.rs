//! A simulation of autoscaling as people read it.

use std::fmt::Write as _;

use mlship_simulate::autoscaling::picture::terminal::chart;
use mlship_simulate::autoscaling::report::{Finding, Report, Suggestion, Summary};
use mlship_simulate::autoscaling::time::Time;

use super::chosen::{Chosen, Origin};
use crate::commands::explain::layout::{columns, wrap};
use crate::terminal::{Look, Paint, clean};

/// So many changes of the number are listed; `-o json` has them all.
const MOST_EVENTS: usize = 20;

/// The verdict, a chart, the numbers, what is wrong, what would help and what happened.
pub fn text(report: &Report, chosen: &Chosen, look: Look) -> String {
    let sections = [
        ("In numbers:", numbers(&report.summary)),
        ("What is wrong, the worst first:", findings(&report.findings, look)),
        (
            "What would help, the best and cheapest first, each simulated:",
            suggestions(&report.suggestions, chosen, look),
        ),
        ("Changes of the number of replicas:", events(report)),
    ];
    let sections = sections.into_iter().filter(|(_, text)| !text.is_empty());
    let sections = sections.map(|(heading, text)| format!("\n{}\n{text}", look.paint(Paint::Bold, heading)));
    let verdict = verdict(report, &chosen.name, look);
    format!("{verdict}\n\n{}{}", chart(report, look.width), sections.collect::<String>())
}

fn verdict(report: &Report, name: &str, look: Look) -> String {
    let name = clean(name).replace('\n', " ");
    match report.summary.keeps_up {
        Some(true) => look.paint(Paint::Good, &format!("{name} keeps up: every request is answered in time")),
        Some(false) => {
            look.paint(Paint::Error, &format!("{name} does not keep up: requests are late or lost"))
        }
        None => look.paint(Paint::Bold, &format!("{name}, replayed")),
    }
}

fn numbers(summary: &Summary) -> String {
    let mut rows = Vec::new();
    let mut row = |name: &str, text: String| rows.push(vec![format!("  {name}"), text]);
    if let Some(requests) = summary.requests {
        let in_time = requests.served - requests.late;
        row(
            "requests",
            format!(
                "{:.0}: {in_time:.0} answered in time, {:.0} late, {:.0} lost, {:.0} still there at the end",
                requests.arrived, requests.late, requests.lost, requests.waiting
            ),
        );
    }
    if let Some(worst) = summary.worst_latency {
        row("latency", format!("{worst:.2} s at worst"));
    }
    if let Some(share) = summary.time_within_target {
        row("in time", format!("{:.1} % of {} s", share * 100.0, summary.seconds));
    }
    let Summary { min_replicas, max_replicas, changes, .. } = summary;
    let replicas = match changes {
        0 => format!("{max_replicas} throughout"),
        1 => format!("{min_replicas} to {max_replicas}, changed once"),
        _ => format!("{min_replicas} to {max_replicas}, changed {changes} times"),
    };
    row("replicas", replicas);
    let cost = summary.cost.map_or(String::new(), |cost| format!(", ${cost:.2}"));
    row("replica-hours", format!("{:.2}{cost}", summary.replica_hours));
    if summary.seconds_at_max > 0.0 {
        row("at the maximum", format!("{} s", summary.seconds_at_max));
    }
    columns(&rows)
}

fn findings(findings: &[Finding], look: Look) -> String {
    const INDENT: &str = "                             ";
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    // Errors first; the library's order within.
    sorted.sort_by_key(|finding| finding.severity != "error");
    let line = |finding: &&Finding| {
        let since = finding.t.map_or(String::new(), |t| format!("at {}", seconds(t)));
        let message = wrap(&clean(&finding.message), look.width, INDENT);
        let severity = format!("{:<7}", finding.severity);
        let severity =
            if finding.severity == "error" { look.paint(Paint::Error, &severity) } else { severity };
        format!("  {severity}  {}  {since:>9}  {message}\n", finding.code)
    };
    let mut text: String = sorted.iter().map(line).collect();
    if let Some(first) = sorted.first() {
        let _ = writeln!(text, "  `mlship explain {}` says more of a code", first.code);
    }
    text
}

fn suggestions(suggestions: &[Suggestion], chosen: &Chosen, look: Look) -> String {
    const INDENT: &str = "                                    ";
    let line = |one: &Suggestion| {
        let outcome = if one.after.keeps_up == Some(true) { "keeps up" } else { "not quite" };
        let change = wrap(&clean(&one.change), look.width, INDENT);
        let mut text = format!("  {outcome:<9}  {:>+7.2} replica-hours  {change}\n", one.extra_replica_hours);
        if let (Origin::Spec(_), Some(set)) = (&chosen.origin, &one.set) {
            let flags: Vec<String> = set.split(',').map(|set| format!("--set {set}")).collect();
            let _ = writeln!(text, "{INDENT}{}", flags.join(" "));
        }
        text
    };
    suggestions.iter().map(line).collect()
}

fn events(report: &Report) -> String {
    let rows = report.events.iter().take(MOST_EVENTS).map(|event| {
        vec![
            format!("  {:>9}", seconds(event.t)),
            format!("{:>4} to {:<4}", event.from, event.desired),
            clean(&event.reason).replace('\n', " "),
        ]
    });
    let mut text = columns(&rows.collect::<Vec<_>>());
    if let Some(more) = report.events.len().checked_sub(MOST_EVENTS).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {more} more; `-o json` has all");
    }
    text
}

fn seconds(t: Time) -> String {
    format!("{} s", t.seconds())
}
