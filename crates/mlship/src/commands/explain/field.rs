//! What a field holds, its default, and what it becomes.

use mlship_spec::field::Shape;
use mlship_spec::field::wording::expected;
use serde::Serialize;

use super::layout::{columns, wrap};
use super::tree::{self, Found};
use super::{Output, json};
use crate::failure::Failure;
use crate::terminal::{Look, Paint};

/// Where the text beside the labels begins.
const INDENT: &str = "           ";

/// A field, as programs read it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    path: String,
    doc: String,
    expects: String,
    default: &'static str,
    becomes: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<Word>,
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<String>,
}

/// One word of a closed list.
#[derive(Serialize)]
struct Word {
    word: &'static str,
    meaning: String,
}

/// The explanation of the field at a path.
pub fn text(path: &str, output: Output) -> Result<String, Failure> {
    let Some(found) = tree::find(path) else {
        let failure = Failure::refused(format!("there is no field `{path}` and no such code"));
        let is_file = [".yaml", ".yml"].iter().any(|extension| path.ends_with(extension));
        return Err(match tree::nearest(path) {
            _ if is_file => failure.help(format!("`mlship explain -f {path}` explains a spec")),
            Some(nearest) => {
                failure.help(format!("did you mean `{nearest}`? `mlship explain` lists them all"))
            }
            None => failure.help("`mlship explain` lists them all"),
        });
    };
    let entry = entry(&found);
    Ok(if output == Output::Json { json("field", &entry) } else { page(&entry, &found, Look::stdout()) })
}

/// Everything that can be said of a field.
pub fn entry(found: &Found) -> Entry {
    let shape = (found.info.shape)();
    let fields = tree::structs(&shape).into_iter().flat_map(|(info, _)| info.fields);
    Entry {
        path: found.path.clone(),
        doc: sentence(found.info.doc),
        expects: expected(&shape),
        default: found.info.default,
        becomes: found.info.becomes,
        words: words(&shape),
        example: example(&found.path, &shape),
        fields: fields.map(|field| field.name.to_owned()).collect(),
    }
}

fn page(entry: &Entry, found: &Found, look: Look) -> String {
    let heading = look.paint(Paint::Bold, &entry.path);
    let line = |label: &str, content: &str| format!("  {label:7}  {}\n", wrap(content, look.width, INDENT));
    let example =
        |example: &String| format!("  example  {}\n", example.replace('\n', &format!("\n{INDENT}")));
    let words = entry.words.iter().map(|word| vec![format!("  {}", word.word), word.meaning.clone()]);
    let fields = tree::structs(&(found.info.shape)())
        .into_iter()
        .flat_map(|(info, steps)| info.fields.iter().map(move |field| (field, steps.clone())))
        .map(|(field, steps)| vec![format!("  {}{steps}.{}", entry.path, field.name), sentence(field.doc)]);
    [
        format!("{heading}\n{}\n\n", wrap(&entry.doc, look.width, "")),
        line("takes", &entry.expects),
        line("default", entry.default),
        line("becomes", entry.becomes),
        entry.example.as_ref().map_or_else(String::new, example),
        section("Words", &words.collect::<Vec<_>>()),
        section("Fields", &fields.collect::<Vec<_>>()),
    ]
    .concat()
}

/// Rows under a heading; nothing where there are none.
fn section(heading: &str, rows: &[Vec<String>]) -> String {
    if rows.is_empty() { String::new() } else { format!("\n{heading}:\n{}", columns(rows)) }
}

/// A doc comment as one line.
pub fn sentence(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The closed list of words that a value is taken from.
fn words(shape: &Shape) -> Vec<Word> {
    match shape {
        Shape::Choice(words) => {
            words.iter().map(|(word, meaning)| Word { word, meaning: sentence(meaning) }).collect()
        }
        Shape::List(inner) | Shape::Map { values: inner, .. } => words(inner),
        Shape::OneOf(shapes) => shapes.iter().flat_map(words).collect(),
        Shape::Text { .. } | Shape::Integer { .. } | Shape::Boolean | Shape::Struct(_) => Vec::new(),
    }
}

/// A few lines of YAML that set the field.
fn example(path: &str, shape: &Shape) -> Option<String> {
    let value = value(shape)?;
    let parts: Vec<&str> = path.split('.').collect();
    let (last, above) = parts.split_last()?;
    let mut lines = Vec::new();
    let mut indent = String::new();
    for part in above {
        let name = part.trim_end_matches("[]");
        lines.push(format!("{indent}{name}:"));
        // The lines of the next part stand below the dash of a list's item.
        let below = indent.replace('-', " ");
        indent = if name == *part { format!("{below}  ") } else { format!("{below}  - ") };
    }
    lines.push(format!("{indent}{last}: {value}"));
    Some(lines.join("\n"))
}

/// A value in flow style, where one fits a line.
fn value(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Text { example, .. } => Some(quoted(example)),
        Shape::Integer { min, .. } => Some((*min).max(1).to_string()),
        Shape::Boolean => Some("true".to_owned()),
        Shape::Choice(words) => words.first().map(|(word, _)| (*word).to_owned()),
        Shape::List(items) => value(items).map(|item| format!("[{item}]")),
        Shape::Map { keys, values } => Some(format!("{{{}: {}}}", value(keys)?, value(values)?)),
        Shape::OneOf(shapes) => shapes.iter().find_map(value),
        Shape::Struct(_) => None,
    }
}

/// Text in quotes, where YAML's flow style would read something else into it.
fn quoted(text: &str) -> String {
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphanumeric() || first == '/')
        && !text.contains([',', '[', ']', '{', '}', '#', '\'', '"'])
        && !text.contains(": ")
        && !text.ends_with(':')
        && text.parse::<f64>().is_err();
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}
