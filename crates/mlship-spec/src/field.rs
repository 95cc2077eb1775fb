//! How a node of text becomes a typed field, and what can be said of each field.
//!
//! A struct of the spec is declared once, by [`spec_struct!`](crate::spec_struct): the same lines give the type, its reader
//! (which collects every problem), its JSON Schema and its `mlship explain` page.

pub mod wording;

use crate::choices::Choice;
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::field::wording::{abridged, all_digits, ambiguous, example, expected, is_item, items_of, nearest};
use crate::foreign;
use crate::node::{Entry, Node, Scalar, Style, Value};
use crate::source::{Layer, Span};
use crate::values::quoted;

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
    /// The names of the fields that lead to the one that is read.
    path: Vec<String>,
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
        Self { diagnostics, nulls, path: Vec::new() }
    }

    /// Adds a finding.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// The value of a struct's field.
    pub fn field<T: Decode>(&mut self, entry: &Entry) -> Option<Spanned<T>> {
        if entry.value.is_null() {
            if self.nulls == Nulls::Forgotten {
                let message = format!("{} has no value", quoted(&entry.key));
                self.report(
                    Diagnostic::error(&codes::WRONG_TYPE, entry.key_span, message)
                        .help(format!("write {}, or remove the line", expected(&T::shape()))),
                );
            }
            return None;
        }
        self.path.push(entry.key.clone());
        let value = T::decode(&entry.value, self);
        self.path.pop();
        Some(Spanned { value: value?, span: entry.value.span, layer: entry.value.layer })
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
            let message = format!("{} is {readings}", quoted(&scalar.text));
            let help = match expected {
                Shape::OneOf(_) => "write a decimal number, without leading zeros and underscores".to_owned(),
                _ => format!("if you mean the text, write it in quotes: \"{}\"", abridged(&scalar.text)),
            };
            self.report(Diagnostic::error(&codes::AMBIGUOUS_SCALAR, node.span, message).help(help));
            return None;
        }
        Some(&scalar.text)
    }

    /// Reports that a node holds another kind of value than it should.
    pub fn wrong_type(&mut self, node: &Node, shape: &Shape) {
        let message = format!("this is {}, expected {}", node.kind(), expected(shape));
        let help = match (&node.value, shape) {
            (Value::Scalar(scalar), Shape::List(items)) if is_item(scalar, items) => {
                format!("write `[{}]`", items_of(&scalar.text, items))
            }
            _ => format!("for example `{}`", example(shape)),
        };
        self.report(Diagnostic::error(&codes::WRONG_TYPE, node.span, message).help(help));
    }

    /// Reports a field that a struct does not have.
    pub fn unknown_field(&mut self, entry: &Entry, info: &StructInfo) {
        let names: Vec<&str> = info.fields.iter().map(|field| field.name).collect();
        let help = match (foreign::field(info, &entry.key), nearest(&entry.key, &names)) {
            (Some(help), _) => help.to_owned(),
            (None, Some(name)) => format!("did you mean `{name}`?"),
            (None, None) => format!("the fields here are {}", names.join(", ")),
        };
        let message = match self.path.as_slice() {
            [] => format!("there is no field {}", quoted(&entry.key)),
            path => format!("{} has no field {}", quoted(&path.join(".")), quoted(&entry.key)),
        };
        self.report(Diagnostic::error(&codes::UNKNOWN_FIELD, entry.key_span, message).help(help));
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
            (style, text) => {
                let help = match text.to_ascii_lowercase().as_str() {
                    "yes" | "y" | "on" | "true" | "1" => "write `true`, without quotes",
                    "no" | "n" | "off" | "false" | "0" => "write `false`, without quotes",
                    _ => "write `true` or `false`, without quotes",
                };
                let message = match style {
                    Style::Quoted => format!("{} is text, expected `true` or `false`", quoted(text)),
                    Style::Plain => format!("{} is neither `true` nor `false`", quoted(text)),
                };
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
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
        if scalar.style == Style::Quoted || !is_number {
            let message = format!("{} is text, expected {}", quoted(text), expected(&shape));
            let help = match text.parse::<u32>() {
                Ok(_) => "remove the quotes".to_owned(),
                Err(_) => format!("write digits alone, such as `{}`", example(&shape)),
            };
            decoder.report(Diagnostic::error(&codes::WRONG_TYPE, node.span, message).help(help));
            return None;
        }
        if !all_digits(digits) || ambiguous(text).is_some() {
            let message = format!("{} is not {}", quoted(text), expected(&shape));
            let help = match text.parse::<u64>() {
                Ok(count) => format!("write `{count}`"),
                Err(_) => format!("write digits alone, such as `{}`", example(&shape)),
            };
            decoder.report(Diagnostic::error(&codes::WRONG_TYPE, node.span, message).help(help));
            return None;
        }
        match text.parse::<u32>() {
            Ok(count) if (MIN..=MAX).contains(&count) => Some(Self(count)),
            _ => {
                let message = format!("{} is out of range", quoted(text));
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
            let is_split = matches!((&entry.value.value, V::shape()), (Value::Map(_), Shape::Text { .. }));
            if is_split && entry.value.layer == Layer::Set {
                let message = "the dot in this key was read as the step to a field";
                let help =
                    "put a key that holds dots in quotes: `--set 'labels.\"example.com/team\"=search'`";
                decoder.report(Diagnostic::error(&codes::BAD_SET, key.span, message).help(help));
                complete = false;
                continue;
            }
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
        let scalar = decoder.scalar(node, &shape)?;
        let written = scalar.text.as_str();
        let choice = T::from_word(written).or_else(|| match scalar.style {
            Style::Plain => by_number(written),
            Style::Quoted => None,
        });
        if let Some(choice) = choice {
            return Some(Self(choice));
        }
        let words: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
        let (message, help) = match foreign::word(written, &words).or_else(|| nearest(written, &words)) {
            Some(word) => (
                format!("{} is not {}", quoted(written), expected(&shape)),
                format!("did you mean `{word}`?"),
            ),
            None => (
                format!("{} is not a word of this field", quoted(written)),
                format!("write {}", expected(&shape)),
            ),
        };
        decoder.report(Diagnostic::error(&codes::UNKNOWN_WORD, node.span, message).help(help));
        None
    }
}

/// The choice whose word is the same number, as other readers of YAML have it: to them `0.20` is 0.2.
fn by_number<T: Choice>(written: &str) -> Option<T> {
    let number: f64 = written.parse().ok()?;
    let is_same =
        |choice: &T| choice.as_str().parse::<f64>().is_ok_and(|known| known.total_cmp(&number).is_eq());
    T::ALL.iter().copied().find(is_same)
}
