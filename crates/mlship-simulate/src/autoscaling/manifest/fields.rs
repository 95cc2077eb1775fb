//! Reading fields of a manifest, each problem with its place.

use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::node::{Entry, Node, Style, Value};
use mlship_spec::source::Span;
use mlship_spec::values::quantity::Quantity;

use crate::autoscaling::codes;
use crate::autoscaling::number;

/// A group of fields, and where it lies in its object.
#[derive(Clone)]
pub(super) struct Fields<'a> {
    /// The group.
    pub(super) node: &'a Node,
    /// Its path, such as `spec.metrics[0]`; empty for the object itself.
    pub(super) path: String,
}

impl<'a> Fields<'a> {
    pub(super) fn new(node: &'a Node) -> Self {
        Self { node, path: String::new() }
    }

    /// The value of a key that is there and not null.
    pub(super) fn get(&self, key: &str) -> Option<Fields<'a>> {
        let Entry { value, .. } = self.node.get(key)?;
        (!value.is_null()).then(|| Fields { node: value, path: self.path_to(key) })
    }

    /// The value at keys within each other.
    pub(super) fn at(&self, keys: &[&str]) -> Option<Fields<'a>> {
        let mut fields = self.clone();
        for key in keys {
            fields = fields.get(key)?;
        }
        Some(fields)
    }

    /// The path of a key.
    pub(super) fn path_to(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) }
    }

    /// The values of a list; nothing for anything else.
    pub(super) fn items(&self) -> Vec<Fields<'a>> {
        let Value::List(items) = &self.node.value else { return Vec::new() };
        let numbered = items.iter().enumerate();
        numbered.map(|(index, node)| Fields { node, path: format!("{}[{index}]", self.path) }).collect()
    }

    /// The entries of a map, as text; values that are no text are left out.
    pub(super) fn entries(&self) -> Vec<(&'a str, &'a str)> {
        let Value::Map(entries) = &self.node.value else { return Vec::new() };
        entries.iter().filter_map(|entry| Some((entry.key.as_str(), scalar(&entry.value)?))).collect()
    }

    /// The text of a single value.
    pub(super) fn text(&self) -> Option<&'a str> {
        scalar(self.node)
    }

    /// The text at a key; empty where there is none.
    pub(super) fn text_of(&self, key: &str) -> &'a str {
        self.node.get(key).and_then(|entry| scalar(&entry.value)).unwrap_or_default()
    }

    pub(super) fn span(&self) -> Span {
        self.node.span
    }

    /// The whole number at a key, from `least` on; what is not one is refused.
    pub(super) fn integer(&self, key: &str, least: i32, diagnostics: &mut Vec<Diagnostic>) -> Option<i32> {
        let field = self.get(key)?;
        match field.plain().and_then(|text| text.parse::<i32>().ok()) {
            Some(number) if number >= least => Some(number),
            Some(_) | None => {
                field.refuse(&format!("wants a whole number from {least} on"), "write a number", diagnostics);
                None
            }
        }
    }

    /// The amount at a key in thousandths, above zero; what is not one is refused.
    pub(super) fn amount(&self, key: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<i64> {
        let field = self.get(key)?;
        let quantity = field.text().and_then(|text| text.parse::<Quantity>().ok());
        let Some(quantity) = quantity.filter(|quantity| !quantity.is_negative() && !quantity.is_zero())
        else {
            let help = "write an amount such as `10`, `500m` or `2Gi`";
            field.refuse("wants an amount above zero", help, diagnostics);
            return None;
        };
        Some(i64::try_from(quantity.millis()).unwrap_or(i64::MAX))
    }

    /// The amount at a key as a double, from zero on, as Go's `AsApproximateFloat64` reads it.
    pub(super) fn fraction(&self, key: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<f64> {
        let field = self.get(key)?;
        let quantity = field.text().and_then(|text| text.parse::<Quantity>().ok());
        let value =
            quantity.filter(|quantity| !quantity.is_negative()).and_then(|quantity| approximate(&quantity));
        if value.is_none() {
            field.refuse("wants an amount from zero on", "write an amount such as `50m`", diagnostics);
        }
        value
    }

    /// Refuses this value: `words` follow on its path.
    pub(super) fn refuse(&self, words: &str, help: &str, diagnostics: &mut Vec<Diagnostic>) {
        let subject = match self.text() {
            Some(text) => format!("`{}: {text}`", self.path),
            None => format!("`{}`", self.path),
        };
        diagnostics
            .push(Diagnostic::error(&codes::MANIFEST, self.span(), format!("{subject} {words}")).help(help));
    }

    /// Refuses a missing key of this group.
    pub(super) fn lacks(&self, key: &str, help: &str, diagnostics: &mut Vec<Diagnostic>) {
        let message = format!("`{}` is missing", self.path_to(key));
        diagnostics.push(Diagnostic::error(&codes::MANIFEST, self.span(), message).help(help));
    }

    fn plain(&self) -> Option<&'a str> {
        match &self.node.value {
            Value::Scalar(scalar) if scalar.style == Style::Plain => Some(&scalar.text),
            Value::Scalar(_) | Value::List(_) | Value::Map(_) => None,
        }
    }
}

fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(scalar) if !scalar.is_null() => Some(&scalar.text),
        Value::Scalar(_) | Value::List(_) | Value::Map(_) => None,
    }
}

/// The digits of the canonical text times a power of ten, in this order, which decides the last bit.
fn approximate(quantity: &Quantity) -> Option<f64> {
    let text = quantity.as_str();
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let scale = match &text[digits.len()..] {
        "" => 1.0,
        "m" => 1e-3,
        "u" => 1e-6,
        "n" => 1e-9,
        _ => return Some(number::float(i64::try_from(quantity.millis()).ok()?) * 1e-3),
    };
    Some(number::float(digits.parse::<i64>().ok()?) * scale)
}
