//! Findings as people and machines read them: one file per format.

mod github;
mod human;
mod json;
mod page;
mod sarif;

use std::io::{self, Write};

use mlship_spec::codes::Code;
use mlship_spec::diagnostic::{Diagnostic, Severity};
use mlship_spec::source::Sources;

use crate::terminal::{Look, is_steering};

/// What was found in one input, with the texts that the findings point into.
#[derive(Clone, Debug)]
pub struct Report {
    /// What a message calls the input.
    pub name: String,
    /// The texts.
    pub sources: Sources,
    /// The findings, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: each place with its line underlined
    Human,
    /// For programs: one JSON object
    Json,
    /// For code scanners: SARIF 2.1.0
    Sarif,
    /// For GitHub Actions: one annotation per line
    Github,
}

/// Errors and warnings, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many findings stop the output.
    pub errors: usize,
    /// How many don't.
    pub warnings: usize,
}

impl Report {
    /// A report of nothing, which is not told.
    pub fn of_nothing() -> Self {
        Self { name: String::new(), sources: Sources::default(), diagnostics: Vec::new() }
    }

    /// How many findings of which kind there are.
    pub fn count(&self) -> Count {
        let errors = self.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
        Count { errors, warnings: self.diagnostics.len() - errors }
    }
}

impl Count {
    /// How many findings several inputs have together.
    pub fn of(reports: &[Report]) -> Self {
        reports.iter().map(Report::count).fold(Self::default(), |sum, count| Self {
            errors: sum.errors + count.errors,
            warnings: sum.warnings + count.warnings,
        })
    }
}

/// Writes all findings in a format; formats for machines are written even when there are none.
pub fn write(out: &mut impl Write, format: Format, reports: &[Report], look: Look) -> io::Result<()> {
    match format {
        Format::Human => human::write(out, reports, look),
        Format::Json => json::write(out, reports),
        Format::Sarif => sarif::write(out, reports),
        Format::Github => github::write(out, reports),
    }
}

/// All findings in the shape of the JSON format, for documents that hold more.
pub fn values(reports: &[Report]) -> serde_json::Value {
    json::values(reports)
}

/// The word for a severity in formats for machines.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Whether a source is a file, and not a flag or standard input.
fn is_file(name: &str) -> bool {
    !name.starts_with('<') && !name.starts_with("--")
}

/// The codes of all findings, each once, by their number.
fn codes(reports: &[Report]) -> Vec<&'static Code> {
    let mut codes: Vec<_> =
        reports.iter().flat_map(|report| &report.diagnostics).map(|found| found.code).collect();
    codes.sort_by_key(|code| code.id);
    codes.dedup_by_key(|code| code.id);
    codes
}

/// JSON that steers no terminal: what it holds is the same, written with `\u` escapes.
pub fn harmless_json(json: &str) -> String {
    // Outside of strings JSON is printable ASCII and line breaks, so only strings are changed.
    let steers = |character: char| character != '\n' && is_steering(character);
    let mut harmless = String::with_capacity(json.len() + 1);
    let mut rest = json;
    while let Some(at) = rest.find(steers) {
        let steering = rest[at..].chars().next().unwrap_or_default();
        harmless.push_str(&rest[..at]);
        let escape = format!("\\u{:04x}", u32::from(steering));
        harmless.push_str(&escape);
        rest = &rest[at + steering.len_utf8()..];
    }
    harmless + rest + "\n"
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;
    use mlship_spec::codes;
    use mlship_spec::source::Span;
    use proptest::prelude::*;

    use super::*;
    use crate::terminal::Color;

    /// Text with everything in it that has ever confused a terminal or an editor.
    fn text() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[a-z:{} ]{0,12}",
            Just("\n".to_owned()),
            Just("\r\n".to_owned()),
            Just("\t".to_owned()),
            Just("漢字 ü e\u{301} 👩\u{200d}🔬".to_owned()),
            Just("\u{1b}[2J\u{9b}1m\u{202e}\u{feff}\u{0}\u{7f}".to_owned()),
            "[x]{200,400}",
        ];
        prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    /// A span of whole characters, as readers of text make them.
    fn span(text: &str, source: u32, from: prop::sample::Index, to: prop::sample::Index) -> Span {
        let at = |index: prop::sample::Index| {
            u32::try_from(text.floor_char_boundary(index.index(text.len() + 1))).unwrap()
        };
        Span { source, start: at(from).min(at(to)), end: at(from).max(at(to)) }
    }

    proptest! {
        #[test]
        fn every_format_takes_every_finding(
            texts in (text(), text()),
            message in text(),
            places in any::<[(prop::sample::Index, prop::sample::Index); 4]>(),
            width in 1_usize..200,
        ) {
            let mut sources = Sources::default();
            let source = sources.add("mlship.yaml", texts.0.clone());
            let flag = sources.add("--set", texts.1.clone());
            let [own, near, masked, far] = places;
            sources.mask(span(&texts.0, source, masked.0, masked.1));
            let diagnostic = Diagnostic::error(&codes::CONFLICT, span(&texts.0, source, own.0, own.1), message.clone())
                .help(message.clone())
                .related(span(&texts.0, source, near.0, near.1), "near")
                .related(span(&texts.1, flag, far.0, far.1), message);
            let report = Report { name: "mlship.yaml".to_owned(), sources, diagnostics: vec![diagnostic] };
            for format in Format::value_variants() {
                let mut out = Vec::new();
                let look = Look { color: Color::Plain, width };
                write(&mut out, *format, std::slice::from_ref(&report), look).unwrap();
                let out = String::from_utf8(out).unwrap();
                prop_assert!(!out.contains(|character| character != '\n' && is_steering(character)), "{out:?}");
            }
        }
    }
}
