//! `--set path.to.field=value`: a flag as a tree that is laid over a spec.

use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::node::{Entry, Node, Value};
use crate::source::{Layer, Sources, Span};
use crate::yaml;

/// The tree of one flag, or `None` with the reason among the diagnostics.
pub fn parse(flag: &str, sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let source = sources.add("--set", flag);
    let refuse = |start: usize, end: usize, message: &str| {
        let span = Span { source, start: offset(start), end: offset(end) };
        Diagnostic::error(&codes::BAD_SET, span, message).help("write `path.to.field=value`")
    };
    let (segments, value_start) = match path(flag) {
        Ok(path) => path,
        Err((start, end, message)) => {
            diagnostics.push(refuse(start, end, message));
            return None;
        }
    };
    // What a flag changes is what all environments share, and the format is not a setting.
    if let Some(first) =
        segments.first().filter(|first| ["apiVersion", "environments"].contains(&first.key.as_str()))
    {
        let message = format!("`{}` can't be set by a flag", first.key);
        diagnostics.push(
            refuse(first.start, first.end, &message)
                .help("set the field itself; `--env NAME` chooses an environment"),
        );
        return None;
    }
    // The value keeps its columns: the path before it is replaced by as many blanks.
    let padded = format!("{}{}", " ".repeat(value_start), &flag[value_start..]);
    let known = diagnostics.len();
    let mut documents = yaml::parse(source, &padded, Layer::Set, diagnostics);
    if diagnostics.len() > known {
        return None;
    }
    if documents.len() > 1 {
        diagnostics.push(refuse(value_start, flag.len(), "the value holds more than one document"));
        return None;
    }
    let span = Span { source, start: offset(value_start), end: offset(flag.len()) };
    // An empty value parses to no document: it takes the field away, as `null` does.
    let value = documents.pop().unwrap_or_else(|| null(span));
    Some(nest(&segments, value, source))
}

fn null(span: Span) -> Node {
    use crate::node::{Scalar, Style};
    let scalar = Scalar { text: "null".to_owned(), style: Style::Plain };
    Node { value: Value::Scalar(scalar), span, layer: Layer::Set }
}

/// One step of a path: its bytes in the flag, and the key itself.
struct Segment {
    start: usize,
    end: usize,
    key: String,
}

/// The segments before `=`, and where the value starts; or the place and reason of a refusal.
fn path(flag: &str) -> Result<(Vec<Segment>, usize), (usize, usize, &'static str)> {
    let mut segments = Vec::new();
    let mut start = 0;
    loop {
        let rest = &flag[start..];
        let (key, length) = if let Some(quoted) = rest.strip_prefix('"') {
            let close = quoted.find('"').ok_or((start, flag.len(), "the quote is not closed"))?;
            (&quoted[..close], close + 2)
        } else {
            let length = rest.find(['.', '=']).ok_or((start, flag.len(), "there is no `=`"))?;
            (&rest[..length], length)
        };
        let end = start + length;
        if key.is_empty() {
            return Err((start, end.max(start + 1).min(flag.len()), "a name is missing in the path"));
        }
        if key.contains(['[', ']']) && !rest.starts_with('"') {
            return Err((start, end, "an item of a list can't be set; set the whole list as `[a, b]`"));
        }
        segments.push(Segment { start, end, key: key.to_owned() });
        match flag[end..].chars().next() {
            Some('=') => return Ok((segments, end + 1)),
            Some('.') => start = end + 1,
            _ => return Err((end, flag.len(), "expected `.` or `=` after the quote")),
        }
    }
}

fn nest(segments: &[Segment], value: Node, source: u32) -> Node {
    segments.iter().rev().fold(value, |value, segment| {
        let key_span = Span { source, start: offset(segment.start), end: offset(segment.end) };
        let entry = Entry { key: segment.key.clone(), key_span, value };
        Node { value: Value::Map(vec![entry]), span: key_span, layer: Layer::Set }
    })
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
