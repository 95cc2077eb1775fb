//! Where text came from: files and flags, positions in them, and what must never be shown of them.

use std::ops::Range;

/// A place in one of the [`Sources`]: a half-open range of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Which source, as [`Sources::add`] numbered it.
    pub source: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Which of the stacked inputs a value came from, lowest first: a higher layer wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The spec file itself.
    Spec,
    /// The part of the spec under `environments.<name>` that `--env` chose.
    Environment,
    /// A `--set` flag.
    Set,
}

/// One text that was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// What a message calls it: a path, `<stdin>` or `--set`.
    pub name: String,
    /// The text as it was read.
    pub text: String,
    /// Byte ranges that hold a secret and are shown as `*`.
    masked: Vec<(u32, u32)>,
}

/// All texts that one spec was read from; a [`Span`] points into it.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    entries: Vec<Source>,
}

/// A position for people: both count from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl Sources {
    /// Takes in one more text and returns its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u32 {
        self.entries.push(Source { name: name.into(), text: text.into(), masked: Vec::new() });
        u32::try_from(self.entries.len() - 1).expect("nobody gives four billion sources")
    }

    /// Every source, in the order in which they were taken in.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.entries.iter()
    }

    /// The source that a span points into.
    pub fn of(&self, span: Span) -> &Source {
        &self.entries[span.source as usize]
    }

    /// The text under a span, masked where it holds a secret.
    pub fn text(&self, span: Span) -> String {
        let source = self.of(span);
        let text = source.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        source.hide(text, span.start as usize)
    }

    /// Marks the text under a span as a secret: from now on every message shows `*` in its place.
    pub fn mask(&mut self, span: Span) {
        self.entries[span.source as usize].masked.push((span.start, span.end));
    }

    /// Marks parts of every source: `find` gets the number and text of each, and returns the parts.
    pub(crate) fn mask_all(&mut self, find: impl Fn(u32, &str) -> Vec<Range<usize>>) {
        for (number, source) in (0..).zip(&mut self.entries) {
            let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let found = find(number, &source.text);
            source.masked.extend(found.into_iter().map(|range| (offset(range.start), offset(range.end))));
        }
    }

    /// Line and column at which a span starts.
    pub fn position(&self, span: Span) -> LineColumn {
        let text = &self.of(span).text;
        let before = &text[..(span.start as usize).min(text.len())];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        LineColumn {
            line: before.bytes().filter(|byte| *byte == b'\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl Source {
    /// The text with every secret replaced by as many `*` as it has bytes, so that positions hold.
    pub fn shown(&self) -> String {
        self.hide(&self.text, 0)
    }

    /// `part` of the text, which begins at the byte `from`, with its secrets hidden.
    fn hide(&self, part: &str, from: usize) -> String {
        if self.masked.is_empty() {
            return part.to_owned();
        }
        let mut bytes = part.as_bytes().to_vec();
        for (start, end) in &self.masked {
            let start = (*start as usize).saturating_sub(from).min(bytes.len());
            let end = (*end as usize).saturating_sub(from).clamp(start, bytes.len());
            // A line break keeps later lines at their numbers.
            bytes[start..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b'*');
        }
        String::from_utf8(bytes).expect("a masked span covers whole characters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_counts_characters_from_one() {
        let mut sources = Sources::default();
        let source = sources.add("mlship.yaml", "a: 1\nö: ü x\n");
        let span = Span { source, start: 12, end: 13 };
        assert_eq!(sources.text(span), "x");
        assert_eq!(sources.position(span), LineColumn { line: 2, column: 6 });
    }

    #[test]
    fn a_secret_is_masked_wherever_its_line_is_shown() {
        let mut sources = Sources::default();
        let source = sources.add("mlship.yaml", "token: geheim\n");
        let span = Span { source, start: 7, end: 13 };
        sources.mask(span);
        assert_eq!(sources.text(span), "******");
        assert_eq!(sources.of(span).shown(), "token: ******\n");
    }
}
