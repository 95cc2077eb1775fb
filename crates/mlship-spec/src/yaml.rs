//! YAML text as [`Node`]s: strict, bounded, and every problem with its place.
//!
//! The parser gives events with byte positions; the tree is ours because the spec needs three things
//! that a typed reader does not give: every problem at once, layers laid over each other before
//! types are read, and the letters of a scalar as they were written.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, StrInput};

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::node::{Entry, Node, Scalar, Style, Value};
use crate::source::{Layer, Span};

/// The largest text that is read, in bytes. A ConfigMap holds at most 1 MiB, so a file of several
/// specs with their configuration fits; what is larger is no spec.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How deep values may be nested. The deepest field of the spec lies at 7.
const MAX_DEPTH: usize = 32;

/// How many values a document may hold.
const MAX_NODES: usize = 100_000;

/// The documents of a text. A document that can't be read is left out, and so is what follows it;
/// `diagnostics` says why. Documents that hold nothing are skipped.
pub fn parse(source: u32, text: &str, layer: Layer, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    if text.len() > MAX_BYTES {
        let span = Span { source, start: 0, end: 0 };
        diagnostics.push(
            Diagnostic::error(&codes::TOO_LARGE, span, format!("the text has {} bytes", text.len())).help(
                format!("a file of specs has at most {MAX_BYTES} bytes; split it, or name the right file"),
            ),
        );
        return Vec::new();
    }
    if let Some(diagnostic) = refuse_control_characters(source, text) {
        diagnostics.push(diagnostic);
        return Vec::new();
    }
    let mut reader = Reader { source, text, layer, diagnostics, parser: parser(text), nodes: 0 };
    reader.documents()
}

fn parser(text: &str) -> Parser<'_, StrInput<'_>> {
    Parser::new_from_str_with_options(
        text,
        granit_parser::options! {
            strict_indentation: true,
            disallow_directives: true,
            emit_comments: false,
            emit_unresolved_aliases: true,
            flow_nesting_limit: MAX_DEPTH * 2,
            block_nesting_limit: MAX_DEPTH * 2,
        },
    )
}

/// YAML allows tab, line feed and carriage return; other control characters are damage or an attack
/// on a terminal.
fn refuse_control_characters(source: u32, text: &str) -> Option<Diagnostic> {
    let is_bad = |character: char| {
        (character.is_control() && !matches!(character, '\t' | '\n' | '\r' | '\u{85}'))
            || character == '\u{fffe}'
    };
    let (at, character) = text.char_indices().find(|(_, character)| is_bad(*character))?;
    let span = Span { source, start: offset(at), end: offset(at + character.len_utf8()) };
    let message = format!("the character U+{:04X} can't stand in a spec", u32::from(character));
    Some(
        Diagnostic::error(&codes::ENCODING, span, message)
            .help("remove it; in a quoted value, write an escape such as \"\\u0007\""),
    )
}

struct Reader<'text, 'out> {
    source: u32,
    text: &'text str,
    layer: Layer,
    diagnostics: &'out mut Vec<Diagnostic>,
    parser: Parser<'text, StrInput<'text>>,
    nodes: usize,
}

/// Reading stopped; the reason is among the diagnostics.
struct Stopped;

type Read<T> = Result<T, Stopped>;

impl<'text> Reader<'text, '_> {
    fn documents(&mut self) -> Vec<Node> {
        let mut documents = Vec::new();
        loop {
            let Ok((event, span)) = self.next() else { return documents };
            match event {
                Event::StreamEnd => return documents,
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => {
                    self.nodes = 0;
                    let Ok(node) = self.node(event, span, 0) else { return documents };
                    if !node.is_null() {
                        documents.push(node);
                    }
                }
            }
        }
    }

    fn next(&mut self) -> Read<(Event<'text>, Span)> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                let span = self.span(&span);
                Ok((event, span))
            }
            Some(Err(error)) => {
                let at = error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
                self.syntax_error(at, &error.info());
                Err(Stopped)
            }
            None => Ok((Event::StreamEnd, Span { source: self.source, start: 0, end: 0 })),
        }
    }

    fn syntax_error(&mut self, at: usize, info: &str) {
        let start = floor_char(self.text, at);
        let end = self.text[start..].chars().next().map_or(start, |next| start + next.len_utf8());
        let line_start = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.text[line_start..].lines().next().unwrap_or_default();
        let span = Span { source: self.source, start: offset(start), end: offset(end) };
        let mut diagnostic =
            Diagnostic::error(&codes::SYNTAX, span, format!("this is not YAML: {}", plain(info)));
        if line.trim_start_matches(' ').starts_with('\t') {
            diagnostic = diagnostic.help("indent with spaces; YAML does not allow tabs there");
        } else if line.contains("{{") {
            diagnostic =
                diagnostic.help("templates are not read; put the value in quotes, or render it first");
        } else if line.matches(": ").count() > 1 {
            diagnostic = diagnostic.help("a value that holds `: ` needs quotes");
        }
        self.diagnostics.push(diagnostic);
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start).max(start);
        Span { source: self.source, start: offset(start), end: offset(end) }
    }

    fn node(&mut self, event: Event<'text>, span: Span, depth: usize) -> Read<Node> {
        self.count(span, depth)?;
        let tag = event.tag().map(granit_parser::Tag::original);
        if let Some(tag) = tag {
            self.unsupported(span, format!("the tag `{tag}` is not read"), "leave the tag away");
        }
        if event.anchor_id().is_some_and(|anchor| anchor != 0) {
            self.unsupported(span, "anchors are not read".into(), "write the value out where it is used");
        }
        match event {
            Event::Scalar(text, style, ..) => {
                let style = if style == ScalarStyle::Plain { Style::Plain } else { Style::Quoted };
                let text = text.into_owned();
                Ok(self.made(Value::Scalar(Scalar { text, style }), span))
            }
            Event::SequenceStart(..) => self.list(span, depth),
            Event::MappingStart(..) => self.map(span, depth),
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.unsupported(span, "aliases are not read".into(), "write the value out where it is used");
                Ok(self.made(Value::Scalar(Scalar { text: String::new(), style: Style::Quoted }), span))
            }
            _ => Err(Stopped),
        }
    }

    fn made(&self, value: Value, span: Span) -> Node {
        Node { value, span, layer: self.layer }
    }

    fn count(&mut self, span: Span, depth: usize) -> Read<()> {
        self.nodes += 1;
        let message = if depth > MAX_DEPTH {
            format!("values are nested more than {MAX_DEPTH} deep")
        } else if self.nodes > MAX_NODES {
            format!("the document holds more than {MAX_NODES} values")
        } else {
            return Ok(());
        };
        self.diagnostics.push(Diagnostic::error(&codes::TOO_LARGE, span, message).help("no spec needs that"));
        Err(Stopped)
    }

    fn unsupported(&mut self, span: Span, message: String, help: &str) {
        self.diagnostics.push(Diagnostic::error(&codes::NO_REFERENCES, span, message).help(help));
    }

    fn list(&mut self, start: Span, depth: usize) -> Read<Node> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                let span = self.first_line(start, span);
                return Ok(self.made(Value::List(items), span));
            }
            items.push(self.node(event, span, depth + 1)?);
        }
    }

    fn map(&mut self, start: Span, depth: usize) -> Read<Node> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                let span = self.first_line(start, span);
                return Ok(self.made(Value::Map(entries), span));
            }
            let key = self.node(event, span, depth + 1)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            let Value::Scalar(Scalar { text, .. }) = key.value else {
                self.unsupported(key.span, "a key must be a single value".into(), "write `key: value`");
                continue;
            };
            if let Some(first) = seen.get(&text) {
                self.diagnostics.push(
                    Diagnostic::error(&codes::DUPLICATE_KEY, key.span, format!("`{text}` is given twice"))
                        .related(*first, "first given here")
                        .help("keep one of the two"),
                );
                continue;
            }
            seen.insert(text.clone(), key.span);
            entries.push(Entry { key: text, key_span: key.span, value });
        }
    }

    /// Where a collection is pointed at: the whole of it on one line, else its first line.
    fn first_line(&self, start: Span, end: Span) -> Span {
        let from = start.start as usize;
        let to = (end.end as usize).clamp(from, self.text.len());
        let first = self.text[from..to].lines().next().unwrap_or_default().trim_end();
        Span { source: self.source, start: start.start, end: offset(from + first.len()) }
    }
}

/// The parser's words without their place, which is shown anyway.
fn plain(info: &str) -> &str {
    info.split(" at byte ").next().unwrap_or(info).trim_end_matches('.')
}

fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}

fn offset(bytes: usize) -> u32 {
    // Sources are at most MAX_BYTES long.
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
