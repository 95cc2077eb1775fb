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
use crate::values::quoted;

/// The largest text that is read, in bytes. A ConfigMap holds at most 1 MiB, so a file of several
/// specs with their configuration fits; what is larger is no spec.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How deep values may be nested. The deepest field of the spec lies at 7.
const MAX_DEPTH: usize = 32;

/// How many values a text may hold, all of its documents together.
const MAX_NODES: usize = 100_000;

/// One document of a text.
#[derive(Clone, Debug)]
pub struct Document {
    /// What it holds.
    pub root: Node,
    /// Whether all of it could be read.
    pub state: State,
    /// Entries that are not in the tree: they were given twice, or a reference stands there.
    pub left_out: Vec<Entry>,
}

/// Whether all of a document could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Everything is in the tree.
    Complete,
    /// Something was refused; the diagnostics say what.
    Damaged,
}

/// What the documents of a text hold.
pub fn parse(source: u32, text: &str, layer: Layer, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    documents(source, text, layer, diagnostics).into_iter().map(|document| document.root).collect()
}

/// The documents of a text. A document that can't be read is left out, and so is what follows it;
/// `diagnostics` says why. Documents that hold nothing are skipped.
pub fn documents(source: u32, text: &str, layer: Layer, diagnostics: &mut Vec<Diagnostic>) -> Vec<Document> {
    if text.len() > MAX_BYTES {
        diagnostics.push(too_large(source, text.len()));
        return Vec::new();
    }
    if let Some(diagnostic) = refuse_control_characters(source, text) {
        diagnostics.push(diagnostic);
        return Vec::new();
    }
    let parser = parser(text);
    let mut reader = Reader { source, text, layer, diagnostics, parser, nodes: 0, left_out: Vec::new() };
    reader.documents()
}

/// The refusal of a text of more than [`MAX_BYTES`].
pub fn too_large(source: u32, bytes: usize) -> Diagnostic {
    let span = Span { source, start: 0, end: 0 };
    Diagnostic::error(&codes::TOO_LARGE, span, format!("the text has {bytes} bytes"))
        .help(format!("a file of specs has at most {MAX_BYTES} bytes; split it, or name the right file"))
}

fn parser(text: &str) -> Parser<'_, StrInput<'_>> {
    Parser::new_from_str_with_options(
        text,
        granit_parser::options! {
            // As others read it: `}` may stand at the beginning of its line.
            strict_indentation: false,
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
    let help = if character == '\0' {
        "save the file as UTF-8 text, or name the right file".to_owned()
    } else {
        let escape = format!("\\u{:04x}", u32::from(character));
        format!("remove it; where it is meant, write `{escape}` in double quotes")
    };
    Some(Diagnostic::error(&codes::ENCODING, span, message).help(help))
}

struct Reader<'text, 'out> {
    source: u32,
    text: &'text str,
    layer: Layer,
    diagnostics: &'out mut Vec<Diagnostic>,
    parser: Parser<'text, StrInput<'text>>,
    nodes: usize,
    left_out: Vec<Entry>,
}

/// Reading stopped; the reason is among the diagnostics.
struct Stopped;

type Read<T> = Result<T, Stopped>;

impl<'text> Reader<'text, '_> {
    fn documents(&mut self) -> Vec<Document> {
        let mut documents = Vec::new();
        loop {
            let Ok((event, span)) = self.next() else { return documents };
            match event {
                Event::StreamEnd => return documents,
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                event => {
                    let known = self.diagnostics.len();
                    let Ok(root) = self.node(event, span, 0) else { return documents };
                    let is_complete = self.diagnostics.len() == known;
                    let state = if is_complete { State::Complete } else { State::Damaged };
                    let left_out = std::mem::take(&mut self.left_out);
                    if !root.is_null() || state == State::Damaged {
                        documents.push(Document { root, state, left_out });
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
        let span = Span { source: self.source, start: offset(start), end: offset(end) };
        // The parser looks ahead, and so meets its own bound before the reader meets `MAX_DEPTH`.
        if info.contains("recursion limit") {
            self.diagnostics.push(too_deep(span));
            return;
        }
        let (message, help) = explain(info, self.text, start);
        self.diagnostics.push(Diagnostic::error(&codes::SYNTAX, span, message).help(help));
    }

    fn span(&self, span: &granit_parser::Span) -> Span {
        let start = span.start.byte_offset().unwrap_or(0);
        let end = span.end.byte_offset().unwrap_or(start).max(start);
        Span { source: self.source, start: offset(start), end: offset(end) }
    }

    fn node(&mut self, event: Event<'text>, span: Span, depth: usize) -> Read<Node> {
        self.count(span, depth)?;
        if event.tag().is_some() {
            self.unsupported(self.before(span, '!'), "tags are not read", "leave the tag away");
        }
        if event.anchor_id().is_some_and(|anchor| anchor != 0) {
            let place = self.before(span, '&');
            self.unsupported(place, "anchors are not read", "write the value out where it is used");
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
                self.unsupported(span, "aliases are not read", "write the value out where it is used");
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
        if depth > MAX_DEPTH {
            self.diagnostics.push(too_deep(span));
            return Err(Stopped);
        }
        if self.nodes > MAX_NODES {
            let message = format!("the text holds more than {MAX_NODES} values");
            let help = "split it into several files";
            self.diagnostics.push(Diagnostic::error(&codes::TOO_LARGE, span, message).help(help));
            return Err(Stopped);
        }
        Ok(())
    }

    fn unsupported(&mut self, span: Span, message: &str, help: &str) {
        self.diagnostics.push(Diagnostic::error(&codes::NO_REFERENCES, span, message).help(help));
    }

    /// The place of a value's tag or anchor, which stands before it and begins with `mark`.
    fn before(&self, value: Span, mark: char) -> Span {
        let mut rest = self.text[..value.start as usize].trim_end();
        // A value has a tag and an anchor at most, in either order.
        for _ in 0..2 {
            let start = rest.rfind([' ', '\t', '\n', '\r', '[', '{', ',']).map_or(0, |at| at + 1);
            if rest[start..].starts_with(mark) {
                return Span { start: offset(start), end: offset(rest.len()), ..value };
            }
            rest = rest[..start].trim_end();
        }
        value
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
                self.refuse_key(key.span)?;
                self.left_out.push(Entry { key: String::new(), key_span: key.span, value });
                continue;
            };
            let entry = Entry { key: text, key_span: key.span, value };
            if entry.key == "<<" {
                self.unsupported(
                    key.span,
                    "merge keys are not read",
                    "write the fields out where they are used",
                );
                self.left_out.push(entry);
                continue;
            }
            if let Some(first) = seen.get(&entry.key) {
                let message = format!("{} is given twice", quoted(&entry.key));
                self.diagnostics.push(
                    Diagnostic::error(&codes::DUPLICATE_KEY, key.span, message)
                        .related(*first, "first given here")
                        .help("keep one of the two"),
                );
                self.left_out.push(entry);
                continue;
            }
            seen.insert(entry.key.clone(), key.span);
            entries.push(entry);
        }
    }

    /// A group as a key is what a template without quotes looks like; nothing after it would make sense.
    fn refuse_key(&mut self, key: Span) -> Read<()> {
        let (before, after) = self.text.split_at(key.start as usize);
        if !(before.ends_with('{') && after.starts_with('{')) {
            self.unsupported(key, "a key must be a single value", "write `key: value`");
            return Ok(());
        }
        let start = before.len() - 1;
        let line = self.text[start..].lines().next().unwrap_or_default();
        let end = start + line.find("}}").map_or(line.len(), |close| close + 2);
        let span = Span { source: self.source, start: offset(start), end: offset(end) };
        self.diagnostics.push(Diagnostic::error(&codes::SYNTAX, span, NO_TEMPLATES.0).help(NO_TEMPLATES.1));
        Err(Stopped)
    }

    /// Where a collection is pointed at: the whole of it on one line, else its first line.
    fn first_line(&self, start: Span, end: Span) -> Span {
        let from = start.start as usize;
        let to = (end.end as usize).clamp(from, self.text.len());
        let first = self.text[from..to].lines().next().unwrap_or_default().trim_end();
        Span { source: self.source, start: start.start, end: offset(from + first.len()) }
    }
}

fn too_deep(span: Span) -> Diagnostic {
    let message = format!("values are nested more than {MAX_DEPTH} deep");
    Diagnostic::error(&codes::TOO_LARGE, span, message).help("the deepest field of a spec lies at 7")
}

const NO_TEMPLATES: (&str, &str) =
    ("templates are not read", "put the value in quotes, or render the template before mlship reads it");

/// What is wrong at a place that the parser can't go past, and what is most likely meant. The
/// parser's words are for those who write parsers; what is not translated here is rare.
fn explain(info: &str, text: &str, at: usize) -> (String, String) {
    let line = line_at(text, at);
    let rest = &text[at..];
    let next = rest.lines().nth(1).unwrap_or_default();
    let is_tabbed = |line: &str| line.trim_start_matches(' ').starts_with('\t');
    let said = |message: &str, help: &str| (format!("this is not YAML: {message}"), help.to_owned());
    if line.contains("{{") || line.contains("{%") {
        return (NO_TEMPLATES.0.to_owned(), NO_TEMPLATES.1.to_owned());
    }
    if info.contains("tab") && (is_tabbed(line) || is_tabbed(next)) {
        return said("a tab can't indent", "indent with spaces");
    }
    if info.contains("mapping values are not allowed") {
        return if line.matches(": ").count() > 1 {
            said("a value can't hold `: ` without quotes", "put the value in quotes")
        } else {
            said("there is no place for a key here", "indent it like the keys beside it")
        };
    }
    if info.contains("simple key expected ':'") {
        return said("the line is no `key: value`", "write a colon and a blank after the key");
    }
    if info.contains("unclosed bracket") {
        return said("the bracket is not closed", "close it, or put the value in quotes");
    }
    if info.contains("unclosed quote") {
        return said("the quote is not closed", "close it, on the same line if you can");
    }
    if info.contains("trailing content after") {
        let help =
            "close the quote that is open above it, or write the whole value in the other kind of quotes";
        return said("something follows a closing quote", help);
    }
    if info.contains("illegal placement of ':'") {
        return said("a bracket above is not closed", "close it, or put the value that holds it in quotes");
    }
    if info.contains("unexpected character") && rest.starts_with(['@', '`', '%']) {
        let first: String = rest.chars().take(1).collect();
        return said(&format!("a value can't begin with {}", quoted(&first)), "put the value in quotes");
    }
    if info.contains("unknown escape") {
        return said(
            "the double quotes hold an unknown escape",
            "write `\\\\` for `\\`, or take single quotes",
        );
    }
    if info.contains("directives are disallowed") {
        return said("directives are not read", "remove the line");
    }
    if info.contains("<document start>") {
        return said("something follows the end of the spec", "separate two specs with a line `---`");
    }
    if info.contains("BOM") {
        return said(
            "a byte order mark stands inside the text",
            "remove it: it is invisible, and often pasted",
        );
    }
    if rest.is_empty() {
        return said("the text ends inside a bracket or a quote", "close what is open");
    }
    if info == "invalid indentation" {
        return said(
            "the line is indented too little",
            "close what is open above, or indent the line further",
        );
    }
    said(plain(info), "mend the line, or put its value in quotes")
}

fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    text[start..].lines().next().unwrap_or_default()
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
