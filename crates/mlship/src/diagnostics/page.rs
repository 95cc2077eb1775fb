//! A source made ready for being pointed into many times.

use mlship_spec::source::{LineColumn, Sources, Span};

/// How much of the underlined text a format for machines repeats.
const QUOTE_CHARACTERS: usize = 200;

/// One source as it may be shown, with its lines found once.
pub struct Page<'a> {
    /// What a message calls it.
    pub name: &'a str,
    text: String,
    line_starts: Vec<usize>,
}

/// The pages of one report; each is made when it is first pointed into.
pub struct Pages<'a> {
    sources: &'a Sources,
    pages: Vec<(u32, Page<'a>)>,
}

impl<'a> Pages<'a> {
    /// No page yet.
    pub fn of(sources: &'a Sources) -> Self {
        Self { sources, pages: Vec::new() }
    }

    /// The page that a span points into.
    pub fn page(&mut self, span: Span) -> &Page<'a> {
        let found = self.pages.iter().position(|(source, _)| *source == span.source);
        let index = found.unwrap_or_else(|| {
            let source = self.sources.of(span);
            self.pages.push((span.source, Page::new(&source.name, source.shown())));
            self.pages.len() - 1
        });
        &self.pages[index].1
    }
}

impl<'a> Page<'a> {
    fn new(name: &'a str, text: String) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { name, text, line_starts }
    }

    /// Line and column of a byte; one past the end is the end.
    pub fn position(&self, byte: usize) -> LineColumn {
        let byte = self.floor(byte);
        let line = self.line_starts.partition_point(|start| *start <= byte);
        LineColumn { line, column: self.text[self.line_starts[line - 1]..byte].chars().count() + 1 }
    }

    /// The text of a line without its break; the first line is 1.
    pub fn line(&self, line: usize) -> &str {
        let end = self.line_starts.get(line).map_or(self.text.len(), |next| next - 1);
        let text = &self.text[self.line_starts[line - 1]..end];
        text.strip_suffix('\r').unwrap_or(text)
    }

    /// The byte at which a line begins; the first line is 1.
    pub fn line_start(&self, line: usize) -> usize {
        self.line_starts[line - 1]
    }

    /// The text under a span, or its beginning when it is long.
    pub fn quote(&self, span: Span) -> String {
        let (start, end) = (self.floor(span.start as usize), self.floor(span.end as usize));
        let under = &self.text[start..end.max(start)];
        match under.char_indices().nth(QUOTE_CHARACTERS) {
            Some((cut, _)) => format!("{}…", &under[..cut]),
            None => under.to_owned(),
        }
    }

    /// The nearest beginning of a character at or before a byte.
    fn floor(&self, byte: usize) -> usize {
        self.text.floor_char_boundary(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> Page<'_> {
        Page::new("mlship.yaml", text.to_owned())
    }

    #[test]
    fn positions_count_characters_from_one_even_past_the_end() {
        let page = page("a: 1\r\nö: ü x\n");
        assert_eq!(page.position(0), LineColumn { line: 1, column: 1 });
        assert_eq!(page.position(13), LineColumn { line: 2, column: 6 });
        assert_eq!(page.position(999), LineColumn { line: 3, column: 1 });
        assert_eq!((page.line(1), page.line(2), page.line(3)), ("a: 1", "ö: ü x", ""));
    }

    #[test]
    fn a_long_quote_is_cut() {
        let text = "x".repeat(5000);
        let page = page(&text);
        let quote = page.quote(Span { source: 0, start: 0, end: 5000 });
        assert_eq!(quote.chars().count(), QUOTE_CHARACTERS + 1);
        assert_eq!(page.quote(Span { source: 0, start: 10, end: 5 }), "");
    }
}
