//! Findings as SARIF 2.1.0, which code scanners read:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::io::{self, Write};

use mlship_spec::codes::Code;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::source::Span;
use serde::Serialize;

use super::page::Pages;
use super::{Report, codes, harmless_json, is_file, word};

#[derive(Serialize)]
struct Log<'a> {
    version: &'static str,
    #[serde(rename = "$schema")]
    schema: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    short_description: Text<'static>,
    full_description: Text<'static>,
    help: Text<'static>,
}

#[derive(Serialize)]
struct Text<'a> {
    text: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text<'a>,
    locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(rename = "physicalLocation", skip_serializing_if = "Option::is_none")]
    physical: Option<Physical>,
    #[serde(rename = "logicalLocations", skip_serializing_if = "Vec::is_empty")]
    logical: Vec<Logical<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    snippet: Text<'static>,
}

/// What isn't a file: a flag or standard input.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical<'a> {
    name: &'a str,
    fully_qualified_name: String,
}

/// Writes all findings.
pub fn write(out: &mut impl Write, reports: &[Report]) -> io::Result<()> {
    let codes = codes(reports);
    let results = reports.iter().flat_map(|report| found(report, &codes)).collect();
    let driver = Driver {
        name: "mlship",
        semantic_version: env!("CARGO_PKG_VERSION"),
        rules: codes.iter().map(|code| rule(code)).collect(),
    };
    let log = Log {
        version: "2.1.0",
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        runs: [Run { tool: Tool { driver }, column_kind: "unicodeCodePoints", results }],
    };
    out.write_all(harmless_json(&serde_json::to_string_pretty(&log)?).as_bytes())
}

fn rule(code: &'static Code) -> Rule {
    let help = format!("`mlship explain {}` says more", code.id);
    Rule {
        id: code.id,
        short_description: borrowed(code.title),
        full_description: borrowed(code.explanation),
        help: Text { text: help.into() },
    }
}

fn found<'a>(report: &'a Report, codes: &[&'static Code]) -> Vec<Found<'a>> {
    let mut pages = Pages::of(&report.sources);
    report.diagnostics.iter().map(|diagnostic| result(report, diagnostic, codes, &mut pages)).collect()
}

fn result<'a>(
    report: &'a Report,
    diagnostic: &'a Diagnostic,
    codes: &[&'static Code],
    pages: &mut Pages<'a>,
) -> Found<'a> {
    let message = match &diagnostic.help {
        Some(help) => format!("{}; {help}", diagnostic.message).into(),
        None => diagnostic.message.as_str().into(),
    };
    let location = diagnostic.span.map_or_else(|| whole(&report.name), |span| location(span, pages));
    Found {
        rule_id: diagnostic.code.id,
        // The codes were collected from these very findings.
        rule_index: codes.partition_point(|code| code.id < diagnostic.code.id),
        level: word(diagnostic.severity),
        message: Text { text: message },
        locations: vec![location],
        related_locations: diagnostic
            .related
            .iter()
            .map(|(span, words)| related(*span, words, pages))
            .collect(),
    }
}

fn related<'a>(span: Span, words: &'a str, pages: &mut Pages<'a>) -> Location<'a> {
    Location { message: Some(borrowed(words)), ..location(span, pages) }
}

fn location<'a>(span: Span, pages: &mut Pages<'a>) -> Location<'a> {
    let page = pages.page(span);
    let (start, end) = (page.position(span.start as usize), page.position(span.end as usize));
    let region = Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
        snippet: Text { text: page.quote(span).into() },
    };
    if !is_file(page.name) {
        return logical(page.name, format!("{} {}", page.name, page.line(1)));
    }
    let physical = Physical { artifact_location: Artifact { uri: uri(page.name) }, region: Some(region) };
    Location { physical: Some(physical), logical: Vec::new(), message: None }
}

/// The input as a whole, for what can't be pointed at.
fn whole(name: &str) -> Location<'_> {
    if !is_file(name) {
        return logical(name, name.to_owned());
    }
    let physical = Physical { artifact_location: Artifact { uri: uri(name) }, region: None };
    Location { physical: Some(physical), logical: Vec::new(), message: None }
}

fn logical(name: &str, fully_qualified_name: String) -> Location<'_> {
    Location { physical: None, logical: vec![Logical { name, fully_qualified_name }], message: None }
}

fn borrowed(text: &str) -> Text<'_> {
    Text { text: text.into() }
}

/// A path as a URI reference (RFC 3986): relative ones stay relative to where the tool ran.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.strip_prefix("./").unwrap_or(path).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into());
            }
            other => uri.extend(['%', hex(other >> 4), hex(other & 15)]),
        }
    }
    uri
}

fn hex(nibble: u8) -> char {
    char::from_digit(nibble.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri() {
        assert_eq!(uri("./models/a b:ü.yaml"), "models/a%20b%3A%C3%BC.yaml");
        assert_eq!(uri("/srv/mlship.yaml"), "file:///srv/mlship.yaml");
    }
}
