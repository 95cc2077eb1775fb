//! Findings as workflow commands of GitHub Actions, which shows them at the changed lines.
//!
//! The form and its escapes: <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>
//! and `@actions/core`'s `command.ts`.

use std::io::{self, Write};

use mlship_spec::diagnostic::Diagnostic;

use super::page::Pages;
use super::{Report, is_file, word};
use crate::terminal::clean;

/// Writes one line per finding.
pub fn write(out: &mut impl Write, reports: &[Report]) -> io::Result<()> {
    for report in reports {
        let mut pages = Pages::of(&report.sources);
        for diagnostic in &report.diagnostics {
            let command = word(diagnostic.severity);
            let place = place(diagnostic, &mut pages);
            let text = data(&text(diagnostic));
            writeln!(out, "::{command} {place}title={}::{text}", property(diagnostic.code.id))?;
        }
    }
    Ok(())
}

fn place(diagnostic: &Diagnostic, pages: &mut Pages<'_>) -> String {
    let Some(span) = diagnostic.span else { return String::new() };
    let page = pages.page(span);
    if !is_file(page.name) {
        return String::new();
    }
    let (start, end) = (page.position(span.start as usize), page.position(span.end as usize));
    let lines = format!("file={},line={},endLine={},", property(page.name), start.line, end.line);
    // GitHub takes columns only where the place is on one line.
    if start.line == end.line {
        format!("{lines}col={},endColumn={},", start.column, end.column)
    } else {
        lines
    }
}

fn text(diagnostic: &Diagnostic) -> String {
    match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    }
}

fn data(text: &str) -> String {
    clean(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
