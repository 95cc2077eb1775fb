//! Text as a tree that remembers where each part was written and which layer wrote it.

use std::collections::BTreeMap;

use crate::source::{Layer, Span};

/// One value of the tree.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it holds.
    pub value: Value,
    /// Where it was written; of a block collection, its first line.
    pub span: Span,
    /// Which layer wrote it.
    pub layer: Layer,
}

/// What a node holds. Scalars stay text until a field's type reads them: that is how `1.10`, `010`
/// and `yes` keep the letters that were written.
#[derive(Clone, Debug)]
pub enum Value {
    /// A single value.
    Scalar(Scalar),
    /// Values in order.
    List(Vec<Node>),
    /// Values by key, in written order; keys are unique.
    Map(Vec<Entry>),
}

/// A single value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text, escapes resolved.
    pub text: String,
    /// Whether it was quoted.
    pub style: Style,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: may mean a number, a boolean or nothing.
    Plain,
    /// In quotes or as a block: text, whatever it looks like.
    Quoted,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key was written.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// Whether it is an empty value, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.is_null())
    }

    /// The entry of a key, where the node is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|entry| entry.key == key),
            Value::Scalar(_) | Value::List(_) => None,
        }
    }

    /// The words that a message uses for this kind of value.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::Scalar(scalar) if scalar.is_null() => "an empty value",
            Value::Scalar(_) => "a single value",
            Value::List(_) => "a list",
            Value::Map(_) => "a group of fields",
        }
    }
}

impl Scalar {
    /// Whether a YAML 1.2 reader takes it for null.
    pub fn is_null(&self) -> bool {
        self.style == Style::Plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}

/// `upper` laid over `lower`: maps are merged key by key, everything else is replaced, and an
/// explicit null in `upper` takes the key away.
#[must_use]
pub fn overlay(lower: Node, upper: Node) -> Node {
    match (lower.value, upper.value) {
        (Value::Map(entries), Value::Map(over)) => {
            Node { value: Value::Map(overlay_entries(entries, over)), span: lower.span, layer: lower.layer }
        }
        (_, value) => Node { value, span: upper.span, layer: upper.layer },
    }
}

fn overlay_entries(entries: Vec<Entry>, over: Vec<Entry>) -> Vec<Entry> {
    let positions: BTreeMap<String, usize> =
        entries.iter().enumerate().map(|(position, entry)| (entry.key.clone(), position)).collect();
    let mut slots: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
    let mut added = Vec::new();
    for entry in over {
        let slot = positions.get(&entry.key).and_then(|position| slots.get_mut(*position));
        match slot {
            Some(slot) if entry.value.is_null() => *slot = None,
            Some(slot) => {
                let value = match slot.take() {
                    Some(lower) => overlay(lower.value, entry.value),
                    None => entry.value,
                };
                *slot = Some(Entry { key: entry.key, key_span: entry.key_span, value });
            }
            None if entry.value.is_null() => {}
            None => added.push(Entry { value: without_nulls(entry.value), ..entry }),
        }
    }
    slots.into_iter().flatten().chain(added).collect()
}

/// A map that is new may hold nulls of its own, which have nothing to take away.
fn without_nulls(node: Node) -> Node {
    let Value::Map(entries) = node.value else { return node };
    let entries = entries.into_iter().filter(|entry| !entry.value.is_null());
    let entries = entries.map(|entry| Entry { value: without_nulls(entry.value), ..entry }).collect();
    Node { value: Value::Map(entries), ..node }
}

/// The tree with every node marked as written by `layer`.
#[must_use]
pub fn in_layer(mut node: Node, layer: Layer) -> Node {
    node.layer = layer;
    node.value = match node.value {
        Value::Scalar(scalar) => Value::Scalar(scalar),
        Value::List(items) => Value::List(items.into_iter().map(|item| in_layer(item, layer)).collect()),
        Value::Map(entries) => Value::Map(
            entries.into_iter().map(|entry| Entry { value: in_layer(entry.value, layer), ..entry }).collect(),
        ),
    };
    node
}
