//! Findings for people: each place with its line underlined, what is wrong, and what to write instead.

use std::io::{self, Write};
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Level, Origin, Renderer, Snippet};
use mlship_spec::diagnostic::{Diagnostic, Severity};
use mlship_spec::source::Span;

use super::page::{Page, Pages};
use super::{Count, Report};
use crate::terminal::{Color, Look, clean};

/// Columns that the line number and its frame take from a line.
const GUTTER: usize = 10;

/// Two places further apart than this are shown as two pictures.
const LINES_IN_ONE_PICTURE: usize = 100;

/// One place to underline.
struct Mark<'a> {
    span: Span,
    kind: AnnotationKind,
    label: Option<&'a str>,
}

/// Lines cut to what a terminal holds, and where the marks are in them.
struct Excerpt {
    text: String,
    first_line: usize,
    ranges: Vec<Range<usize>>,
}

/// Writes all findings, and how many there are.
pub fn write(out: &mut impl Write, reports: &[Report], look: Look) -> io::Result<()> {
    let renderer = match look.color {
        Color::Plain => Renderer::plain(),
        Color::Ansi => Renderer::styled(),
    };
    // Lines are cut here already, so the renderer must not cut them again.
    let renderer = renderer.term_width(look.width * 8);
    for report in reports {
        let mut pages = Pages::of(&report.sources);
        for diagnostic in &report.diagnostics {
            writeln!(out, "{}\n", picture(report, diagnostic, &mut pages, look, &renderer))?;
        }
    }
    let summary = summary(reports);
    if summary.is_empty() { Ok(()) } else { writeln!(out, "{summary}") }
}

fn picture(
    report: &Report,
    diagnostic: &Diagnostic,
    pages: &mut Pages<'_>,
    look: Look,
    renderer: &Renderer,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut moved = Vec::new();
    let mut group = level
        .primary_title(clean(&diagnostic.message))
        .id(diagnostic.code.id)
        .elements(snippets(diagnostic, pages, look, &mut moved));
    if diagnostic.span.is_none() {
        group = group.element(Origin::path(clean(&report.name).into_owned()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    moved.iter().fold(renderer.render(&[group]), |text, (shown, real)| text.replacen(shown, real, 1))
}

/// The pictures of a finding: its own place first, each source in turn. Where a line had to be cut, the
/// place that the renderer will state is noted with the real one.
fn snippets<'a>(
    diagnostic: &'a Diagnostic,
    pages: &mut Pages<'_>,
    look: Look,
    moved: &mut Vec<(String, String)>,
) -> Vec<Snippet<'a, Annotation<'a>>> {
    let own = diagnostic.span.map(|span| Mark { span, kind: AnnotationKind::Primary, label: None });
    let related = diagnostic.related.iter();
    let related =
        related.map(|(span, words)| Mark { span: *span, kind: AnnotationKind::Context, label: Some(words) });
    let mut rest: Vec<Mark<'a>> = own.into_iter().chain(related).collect();
    let mut snippets = Vec::new();
    while !rest.is_empty() {
        let page = pages.page(rest[0].span);
        let line = |mark: &Mark<'_>| page.position(mark.span.start as usize).line;
        let (source, first) = (rest[0].span.source, line(&rest[0]));
        let is_near =
            |mark: &Mark<'_>| mark.span.source == source && line(mark).abs_diff(first) < LINES_IN_ONE_PICTURE;
        let (near, far): (Vec<_>, Vec<_>) = rest.into_iter().partition(is_near);
        rest = far;
        snippets.push(snippet(page, &near, look, moved));
    }
    snippets
}

/// The marks of one source in one picture.
fn snippet<'a>(
    page: &Page<'_>,
    marks: &[Mark<'a>],
    look: Look,
    moved: &mut Vec<(String, String)>,
) -> Snippet<'a, Annotation<'a>> {
    let name = clean(page.name).into_owned();
    let place = page.position(marks[0].span.start as usize);
    let excerpt = excerpt(page, marks, look.width.saturating_sub(GUTTER));
    let before = &excerpt.text[..excerpt.ranges[0].start];
    let shown = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
    if shown != place.column {
        let stated = |column: usize| format!("{name}:{}:{column}", place.line);
        moved.push((stated(shown), stated(place.column)));
    }
    let annotations = marks.iter().zip(excerpt.ranges).map(|(mark, range)| annotation(mark, range));
    Snippet::source(excerpt.text).path(name).line_start(excerpt.first_line).annotations(annotations)
}

fn annotation<'a>(mark: &Mark<'a>, range: Range<usize>) -> Annotation<'a> {
    mark.kind.span(range).label(mark.label.map(clean))
}

fn excerpt(page: &Page<'_>, marks: &[Mark<'_>], width: usize) -> Excerpt {
    let line_of = |mark: &Mark<'_>| page.position(mark.span.start as usize).line;
    let first = marks.iter().map(line_of).min().unwrap_or(1);
    let last = marks.iter().map(line_of).max().unwrap_or(1);
    let mut text = String::new();
    let mut ranges = vec![0..0; marks.len()];
    for line in first..=last {
        let whole = page.line(line);
        let within: Vec<(usize, Range<usize>)> = marks
            .iter()
            .enumerate()
            .filter(|(_, mark)| line_of(mark) == line)
            .map(|(index, mark)| (index, range_in(whole, page.line_start(line), mark.span)))
            .collect();
        let window = window(whole, within.first().map_or(0, |(_, range)| range.start), width);
        let start = text.len() + if window.start > 0 { "…".len() } else { 0 };
        // Replaced characters have another length: a place moves with what stands before it.
        let moved =
            |byte: usize| start + clean(&whole[window.start..byte.clamp(window.start, window.end)]).len();
        for (index, range) in within {
            ranges[index] = moved(range.start)..moved(range.end);
        }
        text.push_str(if window.start > 0 { "…" } else { "" });
        text.push_str(&clean(&whole[window.clone()]));
        text.push_str(if window.end < whole.len() { "…" } else { "" });
        text.push('\n');
    }
    Excerpt { text, first_line: first, ranges }
}

/// The part of a span on its first line: a block is pointed at by its beginning.
fn range_in(line: &str, line_start: usize, span: Span) -> Range<usize> {
    let start = line.floor_char_boundary((span.start as usize).saturating_sub(line_start));
    let end = line.floor_char_boundary((span.end as usize).saturating_sub(line_start));
    start..end.max(start)
}

/// The part of a line that fits a width and shows what begins at a byte.
fn window(line: &str, around: usize, width: usize) -> Range<usize> {
    let characters = line.chars().count();
    if characters <= width {
        return 0..line.len();
    }
    let before = line[..around].chars().count();
    // Some of what stands before it says what it is about; the rest of the width is for itself.
    let first = before.saturating_sub(width / 3).min(characters - width);
    let byte = |character: usize| line.char_indices().nth(character).map_or(line.len(), |(byte, _)| byte);
    byte(first)..byte(first + width)
}

/// `3 errors, 1 warning in mlship.yaml; …`, or nothing.
fn summary(reports: &[Report]) -> String {
    let count = Count::of(reports);
    let with_findings: Vec<&Report> =
        reports.iter().filter(|report| !report.diagnostics.is_empty()).collect();
    let first = |severity: Severity| {
        reports.iter().flat_map(|report| &report.diagnostics).find(|found| found.severity == severity)
    };
    let first = first(Severity::Error).or_else(|| first(Severity::Warning));
    let (Some(report), Some(first)) = (with_findings.first(), first) else { return String::new() };
    let place = match with_findings.len() {
        1 => clean(&report.name).into_owned(),
        several => format!("{several} files"),
    };
    let counted = [numbered(count.errors, "error"), numbered(count.warnings, "warning")];
    let counted: Vec<String> = counted.into_iter().flatten().collect();
    format!("{} in {place}; `mlship explain {}` says more", counted.join(", "), first.code.id)
}

fn numbered(count: usize, noun: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{count} {noun}s")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_its_mark() {
        let line = format!("{}ümark{}", "a".repeat(100), "z".repeat(1000));
        let window = window(&line, 100, 30);
        assert_eq!(&line[window], "aaaaaaaaaaümarkzzzzzzzzzzzzzzz");
        let window = super::window(&line, line.len(), 30);
        assert_eq!(&line[window.clone()], "z".repeat(30));
        assert_eq!(window.end, line.len());
    }
}
