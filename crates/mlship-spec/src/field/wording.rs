//! The words of messages about fields: what was likely meant, what is expected, what readers disagree on.

use crate::field::{FieldInfo, Shape};
use crate::node::Scalar;

/// The word of a list that was most likely meant.
pub fn nearest<'word>(written: &str, words: &[&'word str]) -> Option<&'word str> {
    /// No word of the spec is half as long; comparing a longer one would cost time and memory.
    const LONGEST: usize = 64;
    if written.len() > LONGEST {
        return None;
    }
    let folded = fold(written);
    let near = words
        .iter()
        .copied()
        .map(|word| (word, strsim::damerau_levenshtein(&folded, &fold(word))))
        // A third of the letters may be wrong; of `os`, none would be, so one always may.
        .filter(|(word, distance)| *distance <= (word.len() / 3).max(1))
        .min_by_key(|(_, distance)| *distance)
        .map(|(word, _)| word);
    // `proto` is far from `protocol`, and begins no other word.
    let mut begun = words.iter().copied().filter(|word| folded.len() >= 3 && fold(word).starts_with(&folded));
    near.or_else(|| begun.next().filter(|_| begun.next().is_none()))
}

/// The beginning of a text that may be too long to be shown.
pub(super) fn abridged(text: &str) -> &str {
    const LONGEST: usize = 80;
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

/// Letters and digits alone: people mix up `loadSeconds`, `load_seconds` and `load-seconds`.
fn fold(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What two readers of YAML take a plain scalar for, where they do not agree on the text itself.
/// The list is that of <https://yaml.org/type/bool.html>, <https://yaml.org/type/int.html> and
/// <https://yaml.org/type/float.html> against the core schema of YAML 1.2.2, §10.3.
pub(super) fn ambiguous(text: &str) -> Option<&'static str> {
    const BOOLEANS: &[&str] = &["y", "n", "yes", "no", "on", "off"];
    if BOOLEANS.contains(&text.to_ascii_lowercase().as_str()) && text.chars().skip(1).all(same_case(text)) {
        return Some("a boolean to some readers and text to others");
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    if digits.contains('_')
        && digits.chars().all(|letter| letter.is_ascii_digit() || "_.eE+-".contains(letter))
    {
        return Some("a number to some readers and text to others");
    }
    if digits.len() > 1 && digits.starts_with('0') && digits.chars().all(|letter| letter.is_ascii_digit()) {
        return Some("an octal number to some readers and a decimal one to others");
    }
    let radix =
        digits.get(..2).is_some_and(|prefix| matches!(prefix, "0x" | "0X" | "0o" | "0O" | "0b" | "0B"));
    if radix
        && digits.len() > 2
        && digits[2..].chars().all(|letter| letter.is_ascii_hexdigit() || letter == '_')
    {
        return Some("a number to some readers and text to others");
    }
    let mut parts = digits.split(':');
    let sexagesimal = digits.contains(':')
        && parts.next().is_some_and(|first| !first.is_empty() && all_digits(first))
        && parts.all(|part| matches!(part.len(), 1 | 2) && all_digits(part) && part < "60");
    sexagesimal.then_some("a number in base 60 to some readers and text to others")
}

pub(super) fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// YAML 1.1 takes `yes`, `Yes` and `YES` for a boolean, and `yEs` for text.
fn same_case(text: &str) -> impl Fn(char) -> bool {
    let upper = text.chars().nth(1).is_some_and(char::is_uppercase);
    move |letter| letter.is_uppercase() == upper
}

/// What a shape wants, in words.
pub fn expected(shape: &Shape) -> String {
    match shape {
        Shape::Text { expects, .. } => (*expects).to_owned(),
        Shape::Integer { min, max } if *max >= i64::from(u32::MAX) => format!("a whole number from {min}"),
        Shape::Integer { min, max } => format!("a whole number from {min} to {max}"),
        Shape::Boolean => "`true` or `false`".to_owned(),
        Shape::Choice(words) => one_of(words),
        Shape::Struct(info) => {
            let names: Vec<&str> = info.fields.iter().take(4).map(|field| field.name).collect();
            let more = if info.fields.len() > names.len() { ", …" } else { "" };
            format!("a group of fields ({}{more})", names.join(", "))
        }
        // The rules of items, keys and values are said where one breaks them.
        Shape::List(items) => match items.as_ref() {
            Shape::Choice(_) | Shape::Struct(_) => format!("a list, each item {}", expected(items)),
            _ => "a list".to_owned(),
        },
        Shape::Map { values, .. } => match values.as_ref() {
            Shape::Struct(_) => format!("a map, each value {}", expected(values)),
            _ => "a map".to_owned(),
        },
        Shape::OneOf(shapes) => {
            let is_text = matches!(shapes.first(), Some(Shape::Text { .. }));
            // Where a text will do, a number is one too.
            let shapes = shapes.iter().filter(|shape| !(is_text && matches!(shape, Shape::Integer { .. })));
            shapes.map(expected).collect::<Vec<_>>().join(", or ")
        }
    }
}

fn one_of(words: &[(&str, &str)]) -> String {
    let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    match words.as_slice() {
        [word] => word.clone(),
        words => format!("one of {}", words.join(", ")),
    }
}

/// A value of a shape.
pub(super) fn example(shape: &Shape) -> String {
    match shape {
        Shape::Text { example, .. } => (*example).to_owned(),
        // A port in place of a 1 that nobody would take.
        Shape::Integer { min, max } => if *max == 65535 { 8080 } else { (*min).max(1) }.to_string(),
        Shape::Boolean => "true".to_owned(),
        Shape::Choice(words) => words.first().map_or_else(String::new, |(word, _)| (*word).to_owned()),
        Shape::List(items) => format!("[{}]", example(items)),
        Shape::Map { keys, values } => format!("{{{}: {}}}", example(keys), example(values)),
        Shape::OneOf(shapes) => shapes.first().map_or_else(String::new, example),
        // Of an environment, any field but the version and the name, which do not differ.
        Shape::Struct(info) if info.name == "Spec" => "{replicas: 1}".to_owned(),
        Shape::Struct(info) => {
            let shown = if info.fields.len() == 2 { 2 } else { 1 };
            let field = |field: &FieldInfo| format!("{}: {}", field.name, example(&(field.shape)()));
            let fields: Vec<String> = info.fields.iter().take(shown).map(field).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// Whether a single value is what would stand in a list.
pub(super) fn is_item(scalar: &Scalar, items: &Shape) -> bool {
    const LONGEST: usize = 60;
    let is_plain = |letter: char| letter.is_ascii_graphic() || letter == ' ';
    matches!(items, Shape::Text { .. } | Shape::Choice(_))
        && !scalar.is_null()
        && scalar.text.len() <= LONGEST
        && scalar.text.chars().all(|letter| is_plain(letter) && !"\"\\`".contains(letter))
}

/// A single value as items: of free text, each word is one, since that is how arguments are written.
pub(super) fn items_of(text: &str, items: &Shape) -> String {
    if !matches!(items, Shape::Text { pattern: None, .. }) {
        return text.to_owned();
    }
    let words: Vec<String> = text.split_whitespace().map(|word| format!("\"{word}\"")).collect();
    words.join(", ")
}
