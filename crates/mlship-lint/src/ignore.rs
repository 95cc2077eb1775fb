//! Findings that a spec itself answers: `# mlship:ignore ML112 why it is right here`.
//!
//! The comment covers the line that it stands on, or, alone on a line, the next one, with all that is indented below it.
//! A reason is required. An ignore that is wrong is a finding itself, so that none outlives its cause unseen.

use mlship_spec::codes::{self, Code};
use mlship_spec::diagnostic::{Diagnostic, Severity};
use mlship_spec::node::{Node, Value};
use mlship_spec::source::{Layer, Sources, Span};
use mlship_spec::yaml;

use crate::registry;

/// The codes of ignores that are wrong.
pub static CODES: &[&Code] = &[&WITHOUT_REASON, &UNKNOWN_CODE, &UNUSED];

static WITHOUT_REASON: Code = Code {
    id: "ML650",
    title: "ignore without a reason",
    explanation: "`# mlship:ignore CODE` hides a finding from everybody who comes later, so it says why. Write the reason \
                  behind the code: `# mlship:ignore ML112 the quota of the team demands a limit`.",
};

static UNKNOWN_CODE: Code = Code {
    id: "ML651",
    title: "ignore of an unknown code",
    explanation: "`# mlship:ignore` takes the code of a finding, such as ML112, and a reason. A code that does not exist \
                  ignores nothing. `mlship explain` lists them all.",
};

static UNUSED: Code = Code {
    id: "ML652",
    title: "ignore that matches nothing",
    explanation: "There is no such finding at the line that the ignore covers, or it is one that can't be ignored. What is \
                  left over hides the next finding of that code; take it away.",
};

/// The word that begins an ignore.
const MARK: &str = "mlship:ignore";

/// One finding that a spec itself answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignored {
    /// The code.
    pub code: &'static str,
    /// What was found.
    pub message: String,
    /// Where.
    pub span: Option<Span>,
    /// Why it is right here.
    pub reason: String,
}

/// How much is known of what was judged.
#[derive(Clone, Copy)]
pub enum Judged<'a> {
    /// Not every rule: an ignore that matches nothing may be of one that was left out.
    InPart,
    /// Every rule for which this is true.
    Whole(&'a dyn Fn(&str) -> bool),
}

/// One comment.
struct Ignore {
    span: Span,
    /// The code that was written, and where.
    codes: Vec<(String, Span)>,
    reason: String,
    /// The bytes that it covers.
    start: u32,
    end: u32,
    /// Whether it stands in a part of the spec that may not be in force.
    is_of_an_environment: bool,
}

/// Takes the ignored findings out, and adds one for each ignore that is wrong. `is_known` tells codes from other words.
pub fn apply(
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
    is_known: &dyn Fn(&str) -> bool,
    judged: Judged<'_>,
) -> Vec<Ignored> {
    let mut ignored = Vec::new();
    for (number, source) in (0..).zip(sources.iter()) {
        if source.text.contains(MARK) && !source.name.starts_with("--") {
            for ignore in find(number, &source.text) {
                one(&ignore, diagnostics, is_known, judged, &mut ignored);
            }
        }
    }
    ignored
}

/// What simulations find: errors, and yet no refusals.
const PREDICTED: &[&str] = &["ML150", "ML403", "ML465", "ML466", "ML467", "ML468"];

/// Whether a finding may be left out: a refusal may not, since it is the reason why there is no output.
pub fn may_be_dropped(diagnostic: &Diagnostic) -> bool {
    let id = diagnostic.code.id;
    let is_rule = registry::find(id).is_some() && diagnostic.code != &codes::SINGLE_NODE_VOLUME;
    diagnostic.severity == Severity::Warning || is_rule || PREDICTED.contains(&id)
}

fn one(
    ignore: &Ignore,
    diagnostics: &mut Vec<Diagnostic>,
    is_known: &dyn Fn(&str) -> bool,
    judged: Judged<'_>,
    ignored: &mut Vec<Ignored>,
) {
    let mut wrong = Vec::new();
    if ignore.codes.is_empty() {
        let help = "write it as `# mlship:ignore ML112 REASON`";
        wrong.push(Diagnostic::warning(&UNKNOWN_CODE, ignore.span, "this ignore names no code").help(help));
    }
    for (code, span) in &ignore.codes {
        if !is_known(code) {
            let message = format!("there is no code `{code}`");
            wrong.push(
                Diagnostic::warning(&UNKNOWN_CODE, *span, message).help("`mlship explain` lists them all"),
            );
            continue;
        }
        if ignore.reason.is_empty() {
            let message = format!("this ignore of {code} gives no reason, and is not followed");
            let help = format!("write why it is right here: `# mlship:ignore {code} REASON`");
            wrong.push(Diagnostic::warning(&WITHOUT_REASON, ignore.span, message).help(help));
            continue;
        }
        let covers = |found: &Diagnostic| {
            let at = found.span.filter(|span| span.source == ignore.span.source);
            found.code.id == code && at.is_some_and(|at| (ignore.start..ignore.end).contains(&at.start))
        };
        let known = diagnostics.len();
        let mut is_refusal = false;
        diagnostics.retain(|found| {
            if !covers(found) {
                return true;
            }
            if !may_be_dropped(found) {
                is_refusal = true;
                return true;
            }
            let (message, span, reason) = (found.message.clone(), found.span, ignore.reason.clone());
            ignored.push(Ignored { code: found.code.id, message, span, reason });
            false
        });
        let may_match = match judged {
            Judged::InPart => true,
            Judged::Whole(is_judged) => ignore.is_of_an_environment || !is_judged(code),
        };
        if is_refusal {
            let message = format!("{code} can't be ignored: nothing can be made of the spec as it stands");
            wrong.push(Diagnostic::warning(&UNUSED, *span, message).help("mend what it says"));
        } else if diagnostics.len() == known && !may_match {
            let message = format!("{code} is not found here, so there is nothing to ignore");
            let help = "take the comment away, or put it on or above the line that is underlined";
            wrong.push(Diagnostic::warning(&UNUSED, *span, message).help(help));
        }
    }
    diagnostics.append(&mut wrong);
}

/// Every ignore of a text.
fn find(source: u32, text: &str) -> Vec<Ignore> {
    let scalars = scalars(source, text);
    let lines = lines(text);
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let Some(at) = comment(line.text) else { continue };
        let hash = line.start + offset(at);
        // What looks like a comment inside of a text, a script in `config` say, is none.
        if scalars.iter().any(|span| (span.start..span.end).contains(&hash)) {
            continue;
        }
        let is_alone = line.text[..at].trim().is_empty();
        let Some((first, last)) = covered(&lines, number, is_alone) else { continue };
        let end = line.start + offset(line.text.trim_end().len());
        let span = Span { source, start: hash, end };
        let (codes, reason) = words(line, at, source);
        let is_of_an_environment = is_below(&lines, first, "environments");
        let (start, end) = (lines[first].start, lines[last].start + offset(lines[last].text.len()));
        found.push(Ignore { span, codes, reason, start, end, is_of_an_environment });
    }
    found
}

struct Line<'a> {
    text: &'a str,
    start: u32,
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        lines.push(Line { text: line.trim_end_matches(['\n', '\r']), start });
        start += offset(line.len());
    }
    lines
}

/// The byte of the `#` that begins an ignore.
fn comment(line: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = line[from..].find('#').map(|at| from + at) {
        let begins = line[..at].chars().next_back().is_none_or(char::is_whitespace);
        if begins {
            return line[at + 1..].trim_start().starts_with(MARK).then_some(at);
        }
        from = at + 1;
    }
    None
}

/// The codes behind the mark, and the reason behind them.
fn words(line: &Line<'_>, hash: usize, source: u32) -> (Vec<(String, Span)>, String) {
    let mark = hash + line.text[hash..].find(MARK).unwrap_or_default() + MARK.len();
    let mut codes = Vec::new();
    let mut rest = mark;
    loop {
        let text = &line.text[rest..];
        let word_at = rest + text.len()
            - text.trim_start_matches(|letter: char| letter.is_whitespace() || letter == ',').len();
        let word = line.text[word_at..]
            .split(|letter: char| letter.is_whitespace() || ",:".contains(letter))
            .next()
            .unwrap_or_default();
        let is_code = word.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("ML"))
            && word.len() > 2
            && word[2..].bytes().all(|byte| byte.is_ascii_digit());
        if !is_code {
            break;
        }
        let start = line.start + offset(word_at);
        codes.push((word.to_ascii_uppercase(), Span { source, start, end: start + offset(word.len()) }));
        rest = word_at + word.len();
    }
    let reason =
        line.text[rest..].trim_matches(|letter: char| letter.is_whitespace() || ",:-–—".contains(letter));
    (codes, reason.to_owned())
}

/// The first and the last line that an ignore covers.
fn covered(lines: &[Line<'_>], comment: usize, is_alone: bool) -> Option<(usize, usize)> {
    let has_content = |line: &Line<'_>| {
        let text = line.text.trim_start();
        !text.is_empty() && !text.starts_with('#')
    };
    let first =
        if is_alone { comment + 1 + lines[comment + 1..].iter().position(has_content)? } else { comment };
    let indent = indent(lines[first].text);
    let is_list = |line: &Line<'_>| line.text.trim_start().starts_with("- ");
    let opens = !is_list(&lines[first]);
    let mut last = first;
    for (number, line) in lines.iter().enumerate().skip(first + 1).filter(|(_, line)| has_content(line)) {
        let deep = self::indent(line.text);
        // The items of a list may stand under the `-`'s own key.
        if deep < indent || (deep == indent && !(opens && is_list(line))) || line.text.starts_with("---") {
            break;
        }
        last = number;
    }
    Some((first, last))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Whether a line stands below a key of the top.
fn is_below(lines: &[Line<'_>], line: usize, key: &str) -> bool {
    let top = lines[..=line].iter().rev().find(|line| {
        let first = line.text.chars().next();
        first.is_some_and(|letter| !letter.is_whitespace() && letter != '#' && letter != '-')
    });
    top.is_some_and(|top| top.text.starts_with(key))
}

/// The places of all keys and single values of a text.
fn scalars(source: u32, text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    for node in yaml::parse(source, text, Layer::Spec, &mut Vec::new()) {
        walk(&node, &mut spans);
    }
    spans
}

fn walk(node: &Node, spans: &mut Vec<Span>) {
    match &node.value {
        Value::Scalar(_) => spans.push(node.span),
        Value::List(items) => items.iter().for_each(|item| walk(item, spans)),
        Value::Map(entries) => {
            for entry in entries {
                spans.push(entry.key_span);
                walk(&entry.value, spans);
            }
        }
    }
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
