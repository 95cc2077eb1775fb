//! Findings as one JSON object.
//!
//! ```json
//! {"version": 1, "diagnostics": [{"code": "ML002", "severity": "error", "message": "…", "file": "mlship.yaml",
//!   "line": 2, "column": 1, "endLine": 2, "endColumn": 5, "text": "nmae", "help": "…",
//!   "related": [{"message": "…", "file": "…", "line": 1, "column": 1, "endLine": 1, "endColumn": 2, "text": "…"}]}]}
//! ```
//!
//! Lines and columns count from 1, columns in characters; the end is the place after the last character.
//! Places are `null` where nothing was written that could be pointed at. Fields may be added while the
//! version stays; one that changes its meaning raises it.

use std::io::{self, Write};

use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::source::Span;
use serde::Serialize;

use super::page::Pages;
use super::{Report, harmless_json, word};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    diagnostics: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    help: Option<&'a str>,
    related: Vec<Related<'a>>,
}

#[derive(Serialize)]
struct Related<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    file: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
    text: Option<String>,
}

/// Writes all findings.
pub fn write(out: &mut impl Write, reports: &[Report]) -> io::Result<()> {
    let diagnostics = reports.iter().flat_map(findings).collect();
    let json = serde_json::to_string_pretty(&Document { version: 1, diagnostics })?;
    out.write_all(harmless_json(&json).as_bytes())
}

/// All findings as a list.
pub fn values(reports: &[Report]) -> serde_json::Value {
    let diagnostics: Vec<Finding<'_>> = reports.iter().flat_map(findings).collect();
    // Texts and numbers under fixed names: nothing can fail.
    serde_json::to_value(diagnostics).unwrap_or_default()
}

fn findings(report: &Report) -> Vec<Finding<'_>> {
    let mut pages = Pages::of(&report.sources);
    report.diagnostics.iter().map(|diagnostic| finding(report, diagnostic, &mut pages)).collect()
}

fn finding<'a>(report: &'a Report, diagnostic: &'a Diagnostic, pages: &mut Pages<'a>) -> Finding<'a> {
    let related = diagnostic.related.iter();
    Finding {
        code: diagnostic.code.id,
        severity: word(diagnostic.severity),
        message: &diagnostic.message,
        place: diagnostic.span.map_or_else(|| nowhere(&report.name), |span| place(span, pages)),
        help: diagnostic.help.as_deref(),
        related: related.map(|(span, message)| Related { message, place: place(*span, pages) }).collect(),
    }
}

fn nowhere(name: &str) -> Place<'_> {
    Place { file: name, line: None, column: None, end_line: None, end_column: None, text: None }
}

fn place<'a>(span: Span, pages: &mut Pages<'a>) -> Place<'a> {
    let page = pages.page(span);
    let (start, end) = (page.position(span.start as usize), page.position(span.end as usize));
    Place {
        file: page.name,
        line: Some(start.line),
        column: Some(start.column),
        end_line: Some(end.line),
        end_column: Some(end.column),
        text: Some(page.quote(span)),
    }
}
