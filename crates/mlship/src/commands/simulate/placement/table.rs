//! A placement as people read it: what is wrong first.

use std::fmt::Write as _;

use mlship_simulate::placement::capacity::Capacity;
use mlship_simulate::placement::report::{Placement, Report};
use mlship_simulate::placement::rollout::{RolloutReport, RolloutResult};
use mlship_simulate::placement::suggest::Suggestion;

use crate::commands::explain::layout::{columns, row, wrap};
use crate::commands::simulate::counted;
use crate::terminal::{Look, Paint, clean};

/// So many nodes are listed; `-o json` has them all.
const MOST_NODES: usize = 20;

/// Where the text beside a number of pods starts.
const INDENT: &str = "          ";

/// The report in sections, each with a heading; sections with nothing in them are left out.
pub fn text(report: &Report, look: Look) -> String {
    let placement = &report.placement;
    let sections = [
        ("Waiting:", waiting(placement, look)),
        ("Others are driven away for it:", driven_away(placement)),
        ("What would help, the best and cheapest first, each tried out:", suggestions(&report.suggestions)),
        ("Rollout of a new version:", rollouts(&report.rollout.workloads, look)),
        (
            "Nodes that can't be drained:",
            columns(
                &report
                    .drain
                    .iter()
                    .map(|one| row(&[&one.node, &one.budget, &one.reason]))
                    .collect::<Vec<_>>(),
            ),
        ),
        ("Room for more:", report.how_many.as_deref().map(capacity).unwrap_or_default()),
        ("Placed:", nodes(placement)),
        ("Not judged:", lines(&report.unknown, look)),
    ];
    let sections = sections.into_iter().filter(|(_, text)| !text.is_empty());
    let sections = sections.map(|(heading, text)| format!("\n{}\n{text}", look.paint(Paint::Bold, heading)));
    format!("{}\n{}", verdict(placement, look), sections.collect::<String>())
}

fn lines(texts: &[String], look: Look) -> String {
    let lines: Vec<String> =
        texts.iter().map(|text| format!("  {}\n", wrap(text, look.width, "  "))).collect();
    lines.concat()
}

fn verdict(placement: &Placement, look: Look) -> String {
    let Placement { replicas, bound, held, .. } = placement;
    let pods = if *replicas == 1 { "pod" } else { "pods" };
    let find = if *bound == 1 || *replicas == 1 { "finds" } else { "find" };
    let held = if *held > 0 { format!("; {held} would not be created yet") } else { String::new() };
    let paint = if bound == replicas { Paint::Good } else { Paint::Error };
    look.paint(paint, &format!("{bound} of {replicas} {pods} {find} a node{held}"))
}

fn waiting(placement: &Placement, look: Look) -> String {
    let line = |message: &str, count: usize| {
        format!("  {:<8}{}\n", counted(count, "pod"), wrap(&clean(message), look.width, INDENT))
    };
    placement.pending.iter().map(|pending| line(&pending.message, pending.count)).collect()
}

fn driven_away(placement: &Placement) -> String {
    let rows = placement.nominated.iter().map(|one| {
        row(&[
            &one.pod,
            &format!("waits for {}", one.node),
            &format!("drives away {}", one.victims.join(", ")),
        ])
    });
    columns(&rows.collect::<Vec<_>>())
}

fn suggestions(suggestions: &[Suggestion]) -> String {
    let rows = suggestions.iter().map(|one| {
        // Most texts name their price themselves.
        let price = one.dollars_per_hour.filter(|price| *price > 0.0 && !one.text.contains('$'));
        let price = price.map_or(String::new(), |price| format!(": ${price:.2}/h"));
        let enough =
            if one.solves { "all find a node".to_owned() } else { format!("{} find a node", one.bound) };
        row(&[&one.workload, &enough, &format!("{}{price}", one.text)])
    });
    columns(&rows.collect::<Vec<_>>())
}

fn rollouts(rollouts: &[RolloutReport], look: Look) -> String {
    let mut rollouts: Vec<&RolloutReport> = rollouts.iter().collect();
    // Of the sorts of ends, the worst first.
    rollouts.sort_by_key(|rollout| std::cmp::Reverse(rollout.result));
    let rows = rollouts.iter().map(|rollout| {
        let RolloutReport { updated, old, lowest, .. } = rollout;
        let how = match rollout.result {
            RolloutResult::Finishes => format!("finishes; never fewer than {}", counted(*lowest, "pod")),
            RolloutResult::Deadlock => format!("never ends: {updated} new and {old} old remain"),
            RolloutResult::NotPlaced => "not even the present version finds enough nodes".to_owned(),
        };
        row(&[&rollout.workload, &how])
    });
    let mut text = columns(&rows.collect::<Vec<_>>());
    for rollout in rollouts.iter().filter(|rollout| rollout.result == RolloutResult::Deadlock) {
        let words = rollout.message.iter().chain(&rollout.suggestion);
        text.extend(words.map(|words| format!("    {}\n", wrap(&clean(words), look.width, "    "))));
    }
    text
}

fn capacity(capacities: &[Capacity]) -> String {
    let rows = capacities.iter().map(|one| {
        let binding = one
            .binding
            .iter()
            .map(|binding| format!("{} on {}", binding.reason, counted(binding.nodes, "node")));
        let binding = binding.collect::<Vec<_>>().join(", ");
        let binding = if binding.is_empty() { String::new() } else { format!("then: {binding}") };
        row(&[&one.workload, &format!("{} more", one.more), &binding])
    });
    columns(&rows.collect::<Vec<_>>())
}

fn nodes(placement: &Placement) -> String {
    let mut nodes: Vec<_> = placement.nodes.iter().collect();
    nodes.sort_by(|(one, count), (other, others)| others.cmp(count).then(one.cmp(other)));
    let rows = nodes.iter().take(MOST_NODES).map(|(name, count)| row(&[name, &counted(**count, "pod")]));
    let mut text = columns(&rows.collect::<Vec<_>>());
    if let Some(more) = nodes.len().checked_sub(MOST_NODES).filter(|more| *more > 0) {
        let _ = writeln!(text, "  and {} more; `-o json` names all", counted(more, "node"));
    }
    text
}
