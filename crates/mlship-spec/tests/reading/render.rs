//! Findings and workloads as plain text, for the files beside the cases.

use std::fmt::Write as _;

use mlship_spec::diagnostic::{Diagnostic, Severity};
use mlship_spec::read::Reading;
use mlship_spec::source::{Sources, Span};

/// Of longer texts, no more is shown.
const LONGEST: usize = 600;

/// Every finding, and what was read.
pub fn findings(reading: &Reading) -> String {
    let mut text = String::new();
    for diagnostic in &reading.diagnostics {
        finding(&mut text, &reading.sources, diagnostic);
    }
    let names: Vec<&str> = reading.workloads.iter().map(|workload| workload.name.as_str()).collect();
    let _ = match names.as_slice() {
        [] => writeln!(text, "=> nothing is read"),
        names => writeln!(text, "=> {}", names.join(", ")),
    };
    text
}

fn finding(text: &mut String, sources: &Sources, diagnostic: &Diagnostic) {
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = diagnostic.span.map_or_else(|| "nowhere".to_owned(), |span| place(sources, span));
    let _ = writeln!(text, "{place} {} {severity}: {}", diagnostic.code.id, line(&diagnostic.message));
    if let Some(span) = diagnostic.span {
        let _ = writeln!(text, "  | {}", underlined(sources, span));
    }
    for (span, words) in &diagnostic.related {
        let _ = writeln!(text, "  {}: {}", place_of_related(sources, *span), line(words));
        let _ = writeln!(text, "  | {}", underlined(sources, *span));
    }
    if let Some(help) = &diagnostic.help {
        let _ = writeln!(text, "  help: {}", line(help));
    }
}

fn place(sources: &Sources, span: Span) -> String {
    let position = sources.position(span);
    format!("{}:{}:{}", sources.of(span).name, position.line, position.column)
}

fn place_of_related(sources: &Sources, span: Span) -> String {
    let position = sources.position(span);
    format!("{}:{}", position.line, position.column)
}

fn underlined(sources: &Sources, span: Span) -> String {
    line(&sources.text(span))
}

/// One line, with what a terminal would not show as it is written out.
fn line(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).map(visible).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    shown
}

fn visible(letter: char) -> String {
    match letter {
        '"' | '\'' | '\\' => letter.to_string(),
        letter => letter.escape_debug().to_string(),
    }
}
