//! A decision for people: a sentence, a table of all targets, and what stands behind it, in one screen.

use mlship_decide::Decision;
use mlship_decide::decision::points;
use mlship_decide::flips::Flip;
use mlship_decide::items::{Value, find};
use mlship_decide::stability::CLOSE;
use mlship_decide::verdict::{Reason, Verdict};
use mlship_managed::cost;
use mlship_spec::draft::{Draft, Image};
use mlship_spec::workload::requirements::Answer;

use crate::commands::explain::layout::wrap;
use crate::terminal::{Color, Look, Paint, clean};

/// How many reasons and changes are shown where not all are asked for.
const SHOWN: usize = 4;

/// A lead of so few hundredths of points is close, whatever the weights: a look at the price could turn it.
const CLOSE_HUNDREDTHS: i32 = 25;

/// How much is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What fits on a screen.
    Screen,
    /// Everything.
    Everything,
}

impl Detail {
    /// By the flag.
    pub fn of(everything: bool) -> Self {
        if everything { Self::Everything } else { Self::Screen }
    }
}

/// The decision as text.
pub fn text(decision: &Decision, draft: &Draft, answers: &[String], detail: Detail, look: Look) -> String {
    let mut text = format!("{}\n\n{}", sentence(decision, look), table(decision, look));
    if let Some(winner) = decision.winner() {
        text +=
            &section("Why", winner.reasons.iter().take(limit(detail)).map(|reason| line(reason, look)), look);
    }
    text += &section("What would change it", changes(decision, detail), look);
    if detail == Detail::Everything {
        for (verdict, next) in decision.verdicts.iter().zip(&decision.next) {
            text += &everything(verdict, next.as_deref(), look);
        }
        text += &section("Taken for granted", decision.assumptions.iter().map(|it| wrapped(it, look)), look);
    } else if let Some(line) = assumed(decision, draft) {
        text.extend(["\n", &look.paint(Paint::Dim, &wrap(&line, look.width, "")), "\n"]);
    }
    if let Some(Some(next)) = decision.next.first() {
        text.extend(["\n", &look.paint(Paint::Bold, "Next:"), " ", &clean(next), "\n"]);
    }
    if !answers.is_empty() {
        text.extend(["The same again: mlship decide ", &clean(&answers.join(" ")), "\n"]);
    }
    text
}

fn limit(detail: Detail) -> usize {
    if detail == Detail::Everything { usize::MAX } else { SHOWN }
}

/// The winner and why, and how sure that is.
fn sentence(decision: &Decision, look: Look) -> String {
    let Some(winner) = decision.winner() else {
        let why = decision.verdicts.first().and_then(|verdict| verdict.blockers.first());
        let why =
            why.map(|blocker| format!("; the nearest is ruled out: {}", blocker.text)).unwrap_or_default();
        return wrap(&format!("Nothing fits{}", clean(&why)), look.width, "");
    };
    let reasons: Vec<&str> = winner
        .reasons
        .iter()
        .filter(|reason| reason.hundredths > 0)
        .take(2)
        .map(|reason| reason.text.as_str())
        .collect();
    let because =
        if reasons.is_empty() { "nothing speaks more for another".to_owned() } else { reasons.join("; ") };
    let because = capitalized(&because);
    let tries = format!("{:.0} of 100 tries with other weights", decision.stability * 100.0);
    let sure = match decision.runner_up() {
        None => "Nothing else fits.".to_owned(),
        Some(runner_up) => {
            let behind = winner.hundredths() - runner_up.hundredths();
            let next = format!("`{}` is next, {:.2} points behind", runner_up.target, points(behind));
            if decision.stability < CLOSE || behind <= CLOSE_HUNDREDTHS {
                format!("It is close: {next}; the order stays in {tries}.")
            } else {
                format!("It stays first in {tries}; {next}.")
            }
        }
    };
    let name = look.paint(Paint::Bold, winner.target);
    let text = format!("Use {}, {}. {because}. {sure}", winner.target, winner.profile.title);
    wrap(&clean(&text), look.width, "").replacen(winner.target, &name, 1)
}

const HEAD: [&str; 7] = ["target", "fits", "score", "idle $/mo", "busy $/mo", "start", "ruled out by"];

/// One row a target. The last column takes what room is left.
fn table(decision: &Decision, look: Look) -> String {
    let money = |amount: Option<f64>| {
        amount.map_or_else(|| "?".to_owned(), |amount| cost::money(amount).replace('$', ""))
    };
    let row = |verdict: &Verdict| -> [String; 7] {
        let blocker = verdict.blockers.first();
        let more = verdict.blockers.len().saturating_sub(1);
        let more = if more > 0 { format!(" (+{more})") } else { String::new() };
        [
            verdict.target.to_owned(),
            if verdict.fits() { "yes" } else { "no" }.to_owned(),
            format!("{:.2}", points(verdict.hundredths())),
            money(verdict.monthly.idle),
            money(verdict.monthly.busy),
            format!("{} s", verdict.cold_start()),
            blocker.map_or_else(String::new, |blocker| {
                format!("{}{more}: {}", blocker.rule, without_links(&clean(&blocker.text)))
            }),
        ]
    };
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(decision.verdicts.iter().map(row));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let room = look.width.saturating_sub(widths.iter().sum::<usize>() + 12).max(12);
    let mut text = String::new();
    for (number, row) in rows.iter().enumerate() {
        let names = format!("{:<1$}  {2:<3$}", row[0], widths[0], row[1], widths[1]);
        let numbers: Vec<String> =
            (2..6).map(|column| format!("{:>1$}", row[column], widths[column])).collect();
        let line = format!("{names}  {}  {}", numbers.join("  "), cut(&row[6], room));
        let line = line.trim_end().to_owned();
        let line = match (number, row[1].as_str(), look.color) {
            (0, ..) => look.paint(Paint::Bold, &line),
            (1, "yes", Color::Ansi) => look.paint(Paint::Good, &line),
            (_, "no", Color::Ansi) => look.paint(Paint::Dim, &line),
            _ => line,
        };
        text.extend([line.as_str(), "\n"]);
    }
    text
}

/// A text without the pages it cites: `--details` and JSON have them.
fn without_links(text: &str) -> String {
    let words = text.split_whitespace().filter(|word| !word.contains("https://"));
    words.collect::<Vec<_>>().join(" ")
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The beginning of a text that has too little room.
fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn section(title: &str, lines: impl Iterator<Item = String>, look: Look) -> String {
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\n{}\n{}\n", look.paint(Paint::Bold, title), lines.join("\n"))
}

fn line(reason: &Reason, look: Look) -> String {
    format!("  {:+6.2}  {}", points(reason.hundredths), wrap(&clean(&reason.text), look.width, "          "))
}

fn wrapped(text: &str, look: Look) -> String {
    format!("  {}", wrap(&clean(text), look.width, "  "))
}

/// The changes that lead to another target, the smallest first.
fn changes(decision: &Decision, detail: Detail) -> impl Iterator<Item = String> {
    let is_shown = move |flip: &&Flip| flip.to.is_some() || detail == Detail::Everything;
    let all: Vec<&Flip> = decision.flips.iter().filter(is_shown).collect();
    // On a screen, one change for each target that it leads to says more than four that lead to one.
    let is_first =
        |(position, flip): &(usize, &&Flip)| !all[..*position].iter().any(|before| before.to == flip.to);
    let firsts: Vec<&Flip> = all.iter().enumerate().filter(is_first).map(|(_, flip)| *flip).collect();
    let others = all.iter().copied().filter(|flip| !firsts.contains(flip));
    let flips: Vec<&Flip> = match detail {
        Detail::Screen => firsts.iter().copied().chain(others).take(SHOWN).collect(),
        Detail::Everything => all.clone(),
    };
    let widest = flips.iter().map(|flip| said(flip).chars().count()).max().unwrap_or(0);
    let line = |flip: &Flip| {
        let to = flip.to.map_or_else(|| "nothing fits".to_owned(), |to| format!("use {to}"));
        format!("  {:widest$}  →  {to}", said(flip))
    };
    flips.into_iter().map(line).collect::<Vec<_>>().into_iter()
}

/// A change in words: `models: 11 instead of 1`.
fn said(flip: &Flip) -> String {
    let Some(item) = find(flip.item) else { return flip.change.clone() };
    let after = item.printed(&flip.after);
    match &flip.before {
        Answer::Said(before) => format!("{}: {after} instead of {}", flip.item, item.printed(before)),
        Answer::Unknown => format!("{}: {after}, which is unknown", flip.item),
        Answer::NotSaid => match &flip.after {
            Value::Number(_) => format!("{}: {after} or so, which was not said", flip.item),
            Value::Boolean(_) | Value::Word(_) | Value::Words(_) | Value::Text(_) => {
                format!("{}: {after}", flip.item)
            }
        },
    }
}

/// What was taken for granted, in a line.
fn assumed(decision: &Decision, draft: &Draft) -> Option<String> {
    let is_alone = draft.image == Image::Assumed;
    let image =
        if is_alone { "A small service of an image of yours is judged, since none is named. " } else { "" };
    let count = decision.assumptions.len();
    let others = match count {
        0 => return None,
        count => format!(
            "Taken for granted: {count} things; `--details` lists them, with all reasons, sources and costs."
        ),
    };
    Some(format!("{image}{others}"))
}

/// All that is to be said of one target.
fn everything(verdict: &Verdict, next: Option<&str>, look: Look) -> String {
    let mut lines = Vec::new();
    for blocker in &verdict.blockers {
        lines.push(format!(
            "  {} {}",
            look.paint(Paint::Error, &blocker.rule),
            wrap(&clean(&blocker.text), look.width, "    ")
        ));
        lines.push(format!("    {}", look.paint(Paint::Dim, &clean(&blocker.source))));
    }
    for reason in &verdict.reasons {
        lines.push(line(reason, look));
        lines.push(format!("          {}", look.paint(Paint::Dim, reason.source)));
    }
    if let Some(cost) = &verdict.fit.cost {
        let sure =
            cost.sure().map_or_else(|| "no price is known".to_owned(), |sure| format!("prices are {sure}"));
        let parts: Vec<String> =
            cost.parts.iter().map(|part| format!("{} × {}", part.amount, part.what)).collect();
        lines.push(wrapped(
            &format!(
                "costs by {} for each of {} replicas to {}; {sure}",
                parts.join(" + "),
                cost.replicas.least,
                cost.replicas.most
            ),
            look,
        ));
    }
    let profile = verdict.profile;
    lines
        .push(wrapped(&format!("runs on: {} ({})", profile.runs_on.says, profile.runs_on.source.link), look));
    for need in profile.needs {
        lines.push(wrapped(&format!("needs: {} ({})", need.claim.says, need.claim.source.link), look));
    }
    for claim in profile.learn {
        lines.push(wrapped(&format!("to learn: {} ({})", claim.says, claim.source.link), look));
    }
    lines
        .push(wrapped(&format!("lock-in: {} ({})", profile.lock_in.says, profile.lock_in.source.link), look));
    let start = verdict.fit.cold_start.claim;
    lines.push(wrapped(
        &format!("cold start: {} s: {} ({})", verdict.cold_start(), start.says, start.source.link),
        look,
    ));
    if let Some(next) = next {
        lines.push(format!("  next: {}", clean(next)));
    }
    let fits = if verdict.fits() { "fits" } else { "does not fit" };
    section(
        &format!("{} {fits}, {:.2} points", verdict.target, points(verdict.hundredths())),
        lines.into_iter(),
        look,
    )
}
