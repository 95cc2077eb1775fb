//! How a node of text becomes a typed field, and what can be said of each field.
//!
//! A struct of the spec is declared once, by [`spec_struct!`](crate::spec_struct): the same lines give the type, its reader
//! (which collects every problem), its JSON Schema and its `mlship explain` page.

use crate::choices::Choice;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::node::{Entry, Node, Scalar, Style, Value};
use crate::source::{Layer, Span};

/// A value that remembers where it was written.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
    /// Which layer wrote it.
    pub layer: Layer,
}

/// What can be said of a struct of the spec.
#[derive(Debug)]
pub struct StructInfo {
    /// Its name, as the JSON Schema uses it.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Its fields, in the order in which they are best read.
    pub fields: &'static [FieldInfo],
}

/// What can be said of a field.
#[derive(Debug)]
pub struct FieldInfo {
    /// Its name in the spec.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// What holds when it is not written.
    pub default: &'static str,
    /// What it becomes in Kubernetes, and why its default is what it is.
    pub becomes: &'static str,
    /// What it may hold.
    pub shape: fn() -> Shape,
}

/// What a field may hold.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Text of a certain form.
    Text {
        /// The form, in words.
        expects: &'static str,
        /// The form, as a regular expression.
        pattern: Option<&'static str>,
        /// A value of that form.
        example: &'static str,
    },
    /// A whole number.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// `true` or `false`.
    Boolean,
    /// One of these words, each with its meaning.
    Choice(&'static [(&'static str, &'static str)]),
    /// A group of fields.
    Struct(&'static StructInfo),
    /// Values in order.
    List(Box<Shape>),
    /// Values by key.
    Map {
        /// What a key may be.
        keys: Box<Shape>,
        /// What a value may be.
        values: Box<Shape>,
    },
    /// Any of these, the short form first.
    OneOf(Vec<Shape>),
}

/// A type that a node can be read as.
pub trait Decode: Sized {
    /// What a node of this type may hold.
    fn shape() -> Shape;

    /// The value; or `None`, with every reason among the decoder's diagnostics.
    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self>;
}

/// Collects what is wrong while nodes are read.
pub struct Decoder<'out> {
    diagnostics: &'out mut Vec<Diagnostic>,
    nulls: Nulls,
}

/// What a value of nothing means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// A value was forgotten.
    Forgotten,
    /// The field of the layer below is taken away.
    Remove,
}

impl<'out> Decoder<'out> {
    /// A decoder that adds to `diagnostics`.
    pub fn new(diagnostics: &'out mut Vec<Diagnostic>, nulls: Nulls) -> Self {
        Self { diagnostics, nulls }
    }

    /// Adds a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The value of a struct's field.
    pub fn field<T: Decode>(&mut self, entry: &Entry) -> Option<Spanned<T>> {
        if entry.value.is_null() {
            if self.nulls == Nulls::Forgotten {
                let message = format!("`{}` has no value", entry.key);
                self.report(
                    Diagnostic::error(&codes::WRONG_TYPE, entry.key_span, message)
                        .help(format!("write {}, or remove the line", expected(&T::shape()))),
                );
            }
            return None;
        }
        let value = T::decode(&entry.value, self)?;
        Some(Spanned { value, span: entry.value.span, layer: entry.value.layer })
    }

    /// The entries of a node that should be a map.
    pub fn entries<'node>(&mut self, node: &'node Node, expected: &Shape) -> Option<&'node [Entry]> {
        match &node.value {
            Value::Map(entries) => Some(entries),
            Value::Scalar(_) | Value::List(_) => {
                self.wrong_type(node, expected);
                None
            }
        }
    }

    /// The single value of a node that should be one.
    pub fn scalar<'node>(&mut self, node: &'node Node, expected: &Shape) -> Option<&'node Scalar> {
        match &node.value {
            Value::Scalar(scalar) if !scalar.is_null() => Some(scalar),
            Value::Scalar(_) | Value::Map(_) | Value::List(_) => {
                self.wrong_type(node, expected);
                None
            }
        }
    }

    /// Text, where readers agree that it is the text that was written.
    pub fn text<'node>(&mut self, node: &'node Node, expected: &Shape) -> Option<&'node str> {
        let scalar = self.scalar(node, expected)?;
        if scalar.style == Style::Plain
            && let Some(readings) = ambiguous(&scalar.text)
        {
            let message = format!("`{}` is {readings}", scalar.text);
            let help = format!("write \"{}\" if you mean the text", scalar.text);
            self.report(Diagnostic::error(&codes::AMBIGUOUS_SCALAR, node.span, message).help(help));
            return None;
        }
        Some(&scalar.text)
    }

    /// Reports that a node holds another kind of value than it should.
    pub fn wrong_type(&mut self, node: &Node, shape: &Shape) {
        let message = format!("this is {}, expected {}", node.kind(), expected(shape));
        let mut diagnostic = Diagnostic::error(&codes::WRONG_TYPE, node.span, message);
        if let Some(example) = example(shape) {
            diagnostic = diagnostic.help(format!("for example `{example}`"));
        }
        self.report(diagnostic);
    }

    /// Reports a field that a struct does not have.
    pub fn unknown_field(&mut self, entry: &Entry, info: &StructInfo) {
        let names: Vec<&str> = info.fields.iter().map(|field| field.name).collect();
        let help = match nearest(&entry.key, &names) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("the fields here are {}", names.join(", ")),
        };
        let message = format!("there is no field `{}` in {}", entry.key, info.name);
        self.report(Diagnostic::error(&codes::UNKNOWN_FIELD, entry.key_span, message).help(help));
    }
}

/// The word of a list that was most likely meant.
pub fn nearest<'word>(written: &str, words: &[&'word str]) -> Option<&'word str> {
    let folded = fold(written);
    words
        .iter()
        .copied()
        .map(|word| (word, strsim::damerau_levenshtein(&folded, &fold(word))))
        // A third of the letters may be wrong; of `os`, none would be, so one always may.
        .filter(|(word, distance)| *distance <= (word.len() / 3).max(1))
        .min_by_key(|(_, distance)| *distance)
        .map(|(word, _)| word)
}

/// Letters and digits alone: people mix up `loadSeconds`, `load_seconds` and `load-seconds`.
fn fold(word: &str) -> String {
    word.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What two readers of YAML take a plain scalar for, where they do not agree on the text itself.
/// The list is that of <https://yaml.org/type/bool.html>, <https://yaml.org/type/int.html> and
/// <https://yaml.org/type/float.html> against the core schema of YAML 1.2.2, §10.3.
fn ambiguous(text: &str) -> Option<&'static str> {
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

fn all_digits(text: &str) -> bool {
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
        Shape::List(items) => format!("a list, each item {}", expected(items)),
        Shape::Map { keys, values } => format!("a map from {} to {}", expected(keys), expected(values)),
        Shape::OneOf(shapes) => shapes.iter().map(expected).collect::<Vec<_>>().join(", or "),
    }
}

fn one_of(words: &[(&str, &str)]) -> String {
    let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    format!("one of {}", words.join(", "))
}

/// A value of a shape, where a short one can be shown.
fn example(shape: &Shape) -> Option<String> {
    match shape {
        Shape::Text { example, .. } => Some((*example).to_owned()),
        Shape::Integer { min, .. } => Some((*min).max(1).to_string()),
        Shape::Boolean => Some("true".to_owned()),
        Shape::Choice(words) => words.first().map(|(word, _)| (*word).to_owned()),
        Shape::List(items) => example(items).map(|item| format!("[{item}]")),
        Shape::Map { keys, values } => Some(format!("{{{}: {}}}", example(keys)?, example(values)?)),
        Shape::OneOf(shapes) => shapes.first().and_then(example),
        Shape::Struct(_) => None,
    }
}

/// Declares a struct of the spec: its type, reader, schema and documentation at once.
#[macro_export]
macro_rules! spec_struct {
    (
        $(#[doc = $doc:literal])+
        $name:ident {
            $(
                $(#[doc = $field_doc:literal])+
                $key:literal $field:ident: $type:ty { default: $default:literal, becomes: $becomes:literal }
            )+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            $($(#[doc = $field_doc])+ pub $field: Option<$crate::field::Spanned<$type>>,)+
        }

        impl $name {
            /// What can be said of this struct.
            pub const INFO: &'static $crate::field::StructInfo = &$crate::field::StructInfo {
                name: stringify!($name),
                doc: concat!($($doc),+),
                fields: &[$($crate::field::FieldInfo {
                    name: $key,
                    doc: concat!($($field_doc),+),
                    default: $default,
                    becomes: $becomes,
                    shape: <$type as $crate::field::Decode>::shape,
                },)+],
            };
        }

        impl $crate::field::Decode for $name {
            fn shape() -> $crate::field::Shape {
                $crate::field::Shape::Struct(Self::INFO)
            }

            fn decode(
                node: &$crate::node::Node,
                decoder: &mut $crate::field::Decoder<'_>,
            ) -> Option<Self> {
                let mut value = Self::default();
                for entry in decoder.entries(node, &Self::shape())? {
                    match entry.key.as_str() {
                        $($key => value.$field = decoder.field(entry),)+
                        _ => decoder.unknown_field(entry, Self::INFO),
                    }
                }
                Some(value)
            }
        }
    };
}

impl Decode for bool {
    fn shape() -> Shape {
        Shape::Boolean
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let scalar = decoder.scalar(node, &Self::shape())?;
        match (scalar.style, scalar.text.as_str()) {
            (Style::Plain, "true") => Some(true),
            (Style::Plain, "false") => Some(false),
            (_, text) => {
                let help = match text.to_ascii_lowercase().as_str() {
                    "yes" | "y" | "on" | "true" | "1" => "write `true`",
                    "no" | "n" | "off" | "false" | "0" => "write `false`",
                    _ => "write `true` or `false`, without quotes",
                };
                let message = format!("`{text}` is neither `true` nor `false`");
                decoder.report(Diagnostic::error(&codes::WRONG_TYPE, node.span, message).help(help));
                None
            }
        }
    }
}

/// A whole number within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count<const MIN: u32, const MAX: u32>(pub u32);

impl<const MIN: u32, const MAX: u32> Decode for Count<MIN, MAX> {
    fn shape() -> Shape {
        Shape::Integer { min: i64::from(MIN), max: i64::from(MAX) }
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let shape = Self::shape();
        let scalar = decoder.scalar(node, &shape)?;
        let text = scalar.text.as_str();
        if scalar.style == Style::Quoted || text.parse::<f64>().is_err() {
            let message = format!("`{text}` is text, expected {}", expected(&shape));
            let help = if text.parse::<u32>().is_ok() { "remove the quotes" } else { "write digits alone" };
            decoder.report(Diagnostic::error(&codes::WRONG_TYPE, node.span, message).help(help));
            return None;
        }
        if ambiguous(text).is_some() || text.contains(['.', 'e', 'E', '+']) {
            let message = format!("`{text}` is not {}", expected(&shape));
            decoder.report(
                Diagnostic::error(&codes::WRONG_TYPE, node.span, message)
                    .help("write digits without a leading zero"),
            );
            return None;
        }
        match text.parse::<u32>() {
            Ok(count) if (MIN..=MAX).contains(&count) => Some(Self(count)),
            _ => {
                let message = format!("`{text}` is out of range");
                let help = format!("write {}", expected(&shape));
                decoder.report(Diagnostic::error(&codes::INVALID_VALUE, node.span, message).help(help));
                None
            }
        }
    }
}

impl Decode for String {
    fn shape() -> Shape {
        Shape::Text { expects: "text", pattern: None, example: "text" }
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        decoder.text(node, &Self::shape()).map(str::to_owned)
    }
}

impl<T: Decode> Decode for Vec<Spanned<T>> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let Value::List(items) = &node.value else {
            decoder.wrong_type(node, &Self::shape());
            return None;
        };
        let decode_item = |item: &Node| {
            let value = T::decode(item, decoder)?;
            Some(Spanned { value, span: item.span, layer: item.layer })
        };
        let values: Vec<Option<Spanned<T>>> = items.iter().map(decode_item).collect();
        values.into_iter().collect()
    }
}

/// Values by key, in written order.
#[derive(Clone, Debug)]
pub struct Pairs<K, V>(pub Vec<(Spanned<K>, Spanned<V>)>);

impl<K, V> Default for Pairs<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Decode, V: Decode> Decode for Pairs<K, V> {
    fn shape() -> Shape {
        Shape::Map { keys: Box::new(K::shape()), values: Box::new(V::shape()) }
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let mut pairs = Vec::new();
        let mut complete = true;
        for entry in decoder.entries(node, &Self::shape())? {
            let scalar = Scalar { text: entry.key.clone(), style: Style::Quoted };
            let key = Node { value: Value::Scalar(scalar), span: entry.key_span, layer: entry.value.layer };
            let key_value = K::decode(&key, decoder);
            match (key_value, decoder.field::<V>(entry)) {
                (Some(value), Some(field)) => {
                    pairs.push((Spanned { value, span: key.span, layer: key.layer }, field));
                }
                _ => complete = entry.value.is_null() && decoder.nulls == Nulls::Remove && complete,
            }
        }
        complete.then_some(Self(pairs))
    }
}

/// A word of a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<T>(pub T);

impl<T: Choice> Decode for Word<T> {
    fn shape() -> Shape {
        Shape::Choice(T::WORDS)
    }

    fn decode(node: &Node, decoder: &mut Decoder<'_>) -> Option<Self> {
        let shape = Self::shape();
        let written = decoder.scalar(node, &shape)?.text.as_str();
        if let Some(choice) = T::from_word(written) {
            return Some(Self(choice));
        }
        let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
        let message = format!("`{written}` is not {}", expected(&shape));
        let mut diagnostic = Diagnostic::error(&codes::UNKNOWN_WORD, node.span, message);
        if let Some(word) = nearest(written, &words) {
            diagnostic = diagnostic.help(format!("did you mean `{word}`?"));
        }
        decoder.report(diagnostic);
        None
    }
}
