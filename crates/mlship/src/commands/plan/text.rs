//! A plan as people read it: what is wrong first, and one screen for a service that is fine.

use std::fmt::Write as _;

use mlship_managed::cost::money;
use mlship_simulate::placement::rollout::RolloutResult;
use mlship_spec::fidelity::Fate;

use super::Judged;
use super::cost::Costs;
use super::document::Answered;
use super::placement::Placed;
use super::scaling::{Scaled, in_words};
use super::service::Making;
use super::unchecked::Unchecked;
use crate::commands::explain::layout::{columns, row, wrap};
use crate::commands::simulate::counted;
use crate::diagnostics::{self, Format, Report};
use crate::terminal::{Look, Paint, clean};

/// More services than this are told in a line each.
const MOST_IN_FULL: usize = 3;

/// Help of the same kind is cut here.
const MOST_SUGGESTIONS: usize = 3;

/// The plan as text.
pub fn text(judged: &[Judged], answered: &[Answered<'_>], reports: &[Report], look: Look) -> String {
    let mut text: String = judged.iter().map(|one| headline(one, look)).collect();
    let mut pictures = Vec::new();
    // A Vec takes what is written.
    let _ = diagnostics::write(&mut pictures, Format::Human, reports, look);
    if !pictures.is_empty() {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&String::from_utf8_lossy(&pictures));
    }
    if judged.len() > MOST_IN_FULL {
        text.push_str("\n`mlship plan -f FILE` shows one service in full; `-o json` shows all\n");
        return text;
    }
    for one in judged {
        let heading =
            if judged.len() > 1 { format!(" of {}", one.planned.service.name) } else { String::new() };
        text.push_str(&sections(one, &heading, look));
    }
    text + &section("Ignored, for the reasons that the spec gives:", &ignored(answered), look)
}

/// What would be made of one service, in a line.
fn headline(one: &Judged, look: Look) -> String {
    let (name, target) = (clean(&one.planned.service.name), one.planned.target.name());
    let Some(making) = &one.planned.making else {
        return format!("{}\n", look.paint(Paint::Error, &format!("{target} can't run {name}")));
    };
    let workload = &one.planned.workload;
    let (least, most) = (workload.min_replicas(), workload.max_replicas());
    let replicas =
        if least == most { counted(one.fewest(), "replica") } else { format!("{least} to {most} replicas") };
    let costs = making.costs.as_ref().map_or_else(String::new, |costs| format!(", {}", costs.range()));
    let objects = counted(making.made.len(), "object");
    let text = format!("{name} on {target}: {objects} to create, {replicas}{costs}");
    let paint = if one.has_errors { Paint::Error } else { Paint::Good };
    format!("{}\n{}", look.paint(paint, &text), why(one, look))
}

/// Why this target, where nobody named one.
fn why(one: &Judged, look: Look) -> String {
    let Some(why) = &one.why else { return String::new() };
    let reason = why.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
    let sets = if why.sets.is_empty() {
        String::new()
    } else {
        format!("; with --set {}", why.sets.join(" --set "))
    };
    let text = format!("{} was decided{reason}{sets}; `mlship decide` says more", one.planned.target.name());
    format!("{}\n", wrap(&clean(&text), look.width, "  "))
}

fn sections(one: &Judged, heading: &str, look: Look) -> String {
    let Some(making) = &one.planned.making else { return String::new() };
    let section = |title: &str, text: &str| section(&format!("{title}{heading}:"), text, look);
    let mut text = String::new();
    if let Some(placed) = &one.placed {
        text += &section("Pods", &placement(placed, look));
    }
    if let Some(scaled) = &one.scaled {
        text += &section("Autoscaling", &scaling(scaled, look));
    }
    text += &section("Done in another way than written", &adapted(one, look));
    text += &section("Creates", &created(making));
    if let Some(costs) = &making.costs {
        text += &section("Costs", &cost(costs, look));
    }
    text + &section("Not checked", &unchecked(&one.unchecked, look))
}

fn section(title: &str, text: &str, look: Look) -> String {
    if text.is_empty() { String::new() } else { format!("\n{}\n{text}", look.paint(Paint::Bold, title)) }
}

fn created(making: &Making) -> String {
    let rows = making.made.iter().map(|made| row(&[&made.kind, &made.name, &made.words()]));
    let mut text = columns(&rows.collect::<Vec<_>>());
    if !making.files.is_empty() {
        let files = clean(&making.files.join(", ")).into_owned();
        let _ = writeln!(text, "  and for people and other tools: {files}");
    }
    text
}

fn adapted(one: &Judged, look: Look) -> String {
    // Fields that went the same way are told together.
    let mut ways: Vec<(&str, Vec<&str>)> = Vec::new();
    for (field, fate) in &one.planned.fields {
        let Fate::Adapted(how) = fate else { continue };
        match ways.iter_mut().find(|(known, _)| *known == how) {
            Some((_, fields)) => fields.push(field),
            None => ways.push((how, vec![field])),
        }
    }
    ways.iter().map(|(how, fields)| line(&format!("{}: {how}", fields.join(", ")), look)).collect()
}

fn placement(placed: &Placed, look: Look) -> String {
    let Placed { replicas, bound, room, .. } = placed;
    let mut text = line(
        &format!("{bound} of {} find a node; there is room for {room}", counted(*replicas, "pod")),
        look,
    );
    if let Some(rollout) = &placed.rollout {
        let how = match rollout.result {
            RolloutResult::Finishes => {
                format!("a rollout finishes, and never leaves fewer than {}", counted(rollout.lowest, "pod"))
            }
            RolloutResult::Deadlock => {
                format!("a rollout never ends: {} new and {} old pods remain", rollout.updated, rollout.old)
            }
            RolloutResult::NotPlaced => "a rollout can't begin before all pods have a node".to_owned(),
        };
        text += &line(&how, look);
    }
    for one in placed.suggestions.iter().take(MOST_SUGGESTIONS) {
        let enough = if one.solves { "all find a node" } else { "more find a node" };
        text += &line(&format!("would help: {} ({enough})", one.text), look);
    }
    text
}

fn scaling(scaled: &Scaled, look: Look) -> String {
    let summary = &scaled.summary;
    let verdict = match summary.keeps_up {
        Some(true) => "keeps up",
        Some(false) => "does not keep up",
        None => "was followed",
    };
    let latency = summary
        .worst_latency
        .map_or(String::new(), |worst| format!(", the slowest answer after {worst:.1} s"));
    let (least, most) = (summary.min_replicas, summary.max_replicas);
    let replicas = if least == most { format!("always {least}") } else { format!("{least} to {most}") };
    let words = format!(
        "{verdict} under {}: {replicas} replicas, {:.1} replica-hours{latency}",
        scaled.load, summary.replica_hours
    );
    let mut text = line(&words, look);
    text += &line(&format!("assumed: {}", scaled.assumed.join(", ")), look);
    for one in scaled.suggestions.iter().take(MOST_SUGGESTIONS) {
        text += &line(&format!("would help: {}", in_words(one)), look);
    }
    text
}

fn cost(costs: &Costs, look: Look) -> String {
    let mut rows = Vec::new();
    let mut known = Vec::new();
    for (name, at) in
        [("at the least", &costs.least), ("expected", &costs.expected), ("at the most", &costs.most)]
    {
        if known.contains(&at.replicas) {
            continue;
        }
        known.push(at.replicas);
        let amount = |dollars: Option<f64>, per: &str| {
            dollars.map_or("not known".to_owned(), |it| format!("{}{per}", money(it)))
        };
        let replicas = counted(usize::try_from(at.replicas).unwrap_or(usize::MAX), "replica");
        rows.push(row(&[name, &replicas, &amount(at.monthly, " a month"), &amount(at.hourly, " an hour")]));
    }
    let mut text = columns(&rows);
    let parts = costs.parts.iter().map(|part| {
        let price = part.hourly.map_or("price not known".to_owned(), |it| format!("${it} an hour"));
        let when = part.dated.as_ref().map_or(String::new(), |dated| format!(", {dated}"));
        let place = part.region.as_ref().map_or(String::new(), |region| format!(", {region}"));
        format!("{} ({price}{place}{when})", part.what)
    });
    text += &line(&format!("for {}", parts.collect::<Vec<_>>().join(", ")), look);
    if costs.replicas_per_part > 1 {
        text += &line(&format!("shared by up to {} replicas", costs.replicas_per_part), look);
    }
    if let [first, rest @ ..] = costs.assumed.as_slice() {
        text += &line(&format!("assumed: {first}{}", more(rest.len())), look);
    }
    if let [first, rest @ ..] = costs.left_out.as_slice() {
        text += &line(&format!("not in it: {first}{}", more(rest.len())), look);
    }
    text
}

/// That a list goes on, for what would fill the screen.
fn more(count: usize) -> String {
    if count == 0 { String::new() } else { format!("; and {count} more, which `-o json` lists") }
}

fn unchecked(unchecked: &[Unchecked], look: Look) -> String {
    let lines = unchecked.iter().map(|one| match &one.how {
        Some(how) => line(&format!("{} ({how})", one.what), look),
        None => line(&one.what, look),
    });
    lines.collect()
}

fn ignored(answered: &[Answered<'_>]) -> String {
    let rows = answered.iter().map(|one| {
        let place = one.line.map_or_else(|| one.file.to_owned(), |line| format!("{}:{line}", one.file));
        row(&[one.code, &place, one.reason])
    });
    columns(&rows.collect::<Vec<_>>())
}

/// A line of its own, broken where it is too long.
fn line(text: &str, look: Look) -> String {
    format!("  {}\n", wrap(&clean(text), look.width, "    "))
}
