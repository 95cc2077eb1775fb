//! What became of each field that was written: the fidelity report.
//!
//! A target states once, in a table, where each field goes ([`Answers`]); what a workload makes it adapt or refuse
//! is in what it emitted. The two together answer for every field ([`fates`]).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::Diagnostic;
use crate::target::{Adaptation, Emitted};
use crate::workload::Workload;

/// What became of one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "fate", content = "text", rename_all = "camelCase")]
pub enum Fate {
    /// It is honoured; where it went.
    Honoured(&'static str),
    /// It is honoured in another way than written; how.
    Adapted(String),
    /// It can't be honoured; why.
    Refused(String),
    /// It is not this target's to honour; whose it is.
    Elsewhere(&'static str),
}

/// One field, or a group of them by the beginning of their paths, and what it becomes on a target.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    /// A path of the spec, such as `server.args`; it speaks for all fields below it as well.
    pub field: &'static str,
    becomes: Becomes,
}

#[derive(Clone, Copy, Debug)]
enum Becomes {
    Honoured(&'static str),
    Elsewhere(&'static str),
}

/// The answers of a target, in tables: of two answers the one with the longer path says more, and of two with the
/// same path that of the later table.
pub type Answers = &'static [&'static [Answer]];

/// The field is honoured; where it goes.
pub const fn honoured(field: &'static str, becomes: &'static str) -> Answer {
    Answer { field, becomes: Becomes::Honoured(becomes) }
}

/// The field is not the target's to honour; whose it is.
pub const fn elsewhere(field: &'static str, whose: &'static str) -> Answer {
    Answer { field, becomes: Becomes::Elsewhere(whose) }
}

/// What a field of the schema becomes when nothing is refused or adapted; `None` is an oversight.
pub fn answer(answers: Answers, field: &str) -> Option<Fate> {
    let is_of = |answer: &&Answer| {
        field.strip_prefix(answer.field).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    // Of equals, `max_by_key` takes the last: that of the later table.
    let answers = answers.iter().copied().flatten();
    let answer = answers.filter(is_of).max_by_key(|answer| answer.field.len())?;
    Some(match answer.becomes {
        Becomes::Honoured(what) => Fate::Honoured(what),
        Becomes::Elsewhere(why) => Fate::Elsewhere(why),
    })
}

/// What became of each field that was written, by its path. Where a workload is refused, of the fields that are why:
/// what the others would have become is not known before it is taken.
pub fn fates(
    answers: Answers,
    workload: &Workload,
    outcome: &Result<Emitted, Vec<Diagnostic>>,
) -> BTreeMap<String, Fate> {
    let leaves = leaves(workload);
    let mut fates = BTreeMap::new();
    for field in leaves {
        let fate = match outcome {
            Ok(emitted) => adapted(&field, &emitted.adapted).or_else(|| answer(answers, &field)),
            Err(refusals) => refused(workload, &field, refusals),
        };
        if let Some(fate) = fate {
            fates.insert(field, fate);
        }
    }
    fates
}

/// The fields that were written and hold no others.
fn leaves(workload: &Workload) -> Vec<String> {
    let written = &workload.provenance.written;
    let holds_others = |field: &str| {
        let below = format!("{field}.");
        written.range(below.clone()..).next().is_some_and(|(next, _)| next.starts_with(&below))
    };
    written.keys().filter(|field| !holds_others(field)).cloned().collect()
}

fn adapted(field: &str, adapted: &[Adaptation]) -> Option<Fate> {
    let is_of = |adaptation: &&Adaptation| {
        let of = adaptation.field.as_str();
        field == of || field.strip_prefix(of).is_some_and(|rest| rest.starts_with('.'))
    };
    adapted.iter().find(is_of).map(|adaptation| Fate::Adapted(adaptation.how.clone()))
}

fn refused(workload: &Workload, field: &str, refusals: &[Diagnostic]) -> Option<Fate> {
    let place = workload.provenance.written.get(field)?.span;
    let parent = field.rsplit_once('.').and_then(|(parent, _)| workload.provenance.written.get(parent));
    let is_here = |refusal: &&Diagnostic| {
        refusal.span == Some(place) || (refusal.span.is_some() && refusal.span == parent.map(|it| it.span))
    };
    refusals.iter().find(is_here).map(|refusal| Fate::Refused(refusal.message.clone()))
}
