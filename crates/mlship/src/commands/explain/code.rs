//! What a code means.

use mlship_lint::catalogue::{self, Account, Level};
use mlship_lint::registry;
use mlship_lint::rule::Rule;
use mlship_simulate::autoscaling;
use mlship_spec::codes::{self, Code};
use mlship_spec::diagnostic::Severity;
use serde::Serialize;

use super::layout::wrap;
use super::{Output, json};
use crate::terminal::{Look, Paint};

/// A code, as programs read it.
#[derive(Debug, Serialize)]
pub struct Entry {
    id: &'static str,
    title: &'static str,
    explanation: String,
    /// What to do, where the explanation does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<&'static str>,
    /// Who finds it, where the explanation does not say it.
    #[serde(skip_serializing_if = "String::is_empty")]
    found: String,
    /// Pages that show it.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    evidence: &'static [&'static str],
}

impl Entry {
    fn of_code(code: &'static Code) -> Self {
        match registry::find(code.id) {
            Some(rule) => Self::of_rule(rule),
            None => Self {
                id: code.id,
                title: code.title,
                explanation: code.explanation.to_owned(),
                fix: None,
                found: String::new(),
                evidence: &[],
            },
        }
    }

    fn of_rule(rule: &'static Rule) -> Self {
        let severity = match rule.severity {
            Severity::Error => "an error",
            Severity::Warning => "a warning",
        };
        Self {
            id: rule.code.id,
            title: rule.code.title,
            explanation: rule.why.to_owned(),
            fix: Some(rule.fix),
            found: format!(
                "`mlship plan` finds it, as {severity}. Where it is right as it is, the comment \
                 `# mlship:ignore {} REASON` on the line or above it says so.",
                rule.code.id
            ),
            evidence: rule.evidence,
        }
    }

    /// What no code of a finding stands for.
    fn of_catalogue(entry: &'static catalogue::Entry) -> Self {
        let level = match entry.level {
            Level::Error => "would not work",
            Level::Warning => "would likely not be what was meant",
            Level::Note => "would be worth knowing",
        };
        let explanation = match &entry.account {
            Account::Prevented(how) => format!("It {level}, and can't come out of mlship: {how}."),
            Account::Under(code, how) => format!("It {level}. It is found as {}: {how}.", code.id),
            Account::WithNodes(what) => {
                format!(
                    "It {level}. `mlship plan --nodes FILE` finds it; without nodes it is not known {what}."
                )
            }
            Account::UnderLoad(what) => {
                format!(
                    "It {level}. `mlship plan --load LOAD` finds it; without a load it is not known {what}."
                )
            }
            Account::InACluster(what) => {
                format!("It {level}. It shows in a cluster alone; a spec does not say {what}.")
            }
            Account::Rule(rule) => rule.why.to_owned(),
            Account::WhenReading(code) => code.explanation.to_owned(),
        };
        let (id, title) = (entry.id, entry.title());
        Self { id, title, explanation, fix: None, found: String::new(), evidence: &[] }
    }

    /// Its identifier.
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// What it is about, in a few words.
    pub fn title(&self) -> &'static str {
        self.title
    }
}

/// The explanation of a code.
pub fn text(entry: &Entry, output: Output) -> String {
    if output == Output::Json {
        return json("code", entry);
    }
    let look = Look::stdout();
    let mut paragraphs =
        vec![look.paint(Paint::Bold, &format!("{}: {}", entry.id, entry.title)), entry.explanation.clone()];
    paragraphs.extend(entry.fix.map(str::to_owned));
    paragraphs.extend(Some(entry.found.clone()).filter(|found| !found.is_empty()));
    let mut text = paragraphs.iter().map(|text| wrap(text, look.width, "")).collect::<Vec<_>>().join("\n\n");
    if !entry.evidence.is_empty() {
        text = format!("{text}\n\n{}", entry.evidence.join("\n"));
    }
    text + "\n"
}

/// Every code, by its number: those of findings, and those of what can't happen or is found elsewhere.
pub fn all() -> Vec<Entry> {
    let lint = registry::codes();
    let found = codes::all().iter().chain(autoscaling::codes::ALL).copied().chain(lint);
    let mut all: Vec<Entry> = found.map(Entry::of_code).collect();
    let others = catalogue::all().iter().filter(|entry| all.iter().all(|known| known.id != entry.id));
    let others: Vec<Entry> = others.map(Entry::of_catalogue).collect();
    all.extend(others);
    all.sort_by_key(|entry| entry.id);
    all
}

/// Whether an identifier is that of a code.
pub fn is_known(id: &str) -> bool {
    let is = |code: &Code| code.id.eq_ignore_ascii_case(id);
    codes::lookup(id).is_some()
        || autoscaling::codes::ALL.iter().any(|code| is(code))
        || registry::codes().iter().any(|code| is(code))
        || catalogue::find(id).is_some()
}

/// The code of an identifier in any case of its letters.
pub fn find(id: &str) -> Option<Entry> {
    all().into_iter().find(|entry| entry.id.eq_ignore_ascii_case(id))
}

/// Whether a word means a code, known or not.
pub fn looks_like_one(word: &str) -> bool {
    let prefix = word.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("ML"));
    prefix && word.len() > 2 && word[2..].bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_findings_share_a_code() {
        let all = all();
        assert!(all.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert!(all.iter().all(|entry| is_known(entry.id)));
        assert_eq!(find("ml467").map(|entry| entry.id), Some("ML467"));
    }
}
