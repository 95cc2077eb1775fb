//! Where each value of a workload comes from: written by the user, or decided for them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::source::{Layer, Span};

/// Where the values of one workload come from.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// Every field that was written, by its path such as `resources.gpu.count`.
    pub written: BTreeMap<String, Origin>,
    /// The places of the items of every list that was written, by the path of the list.
    pub items: BTreeMap<String, Vec<Span>>,
    /// Everything that was decided without being asked, in the order of the spec.
    pub decisions: Vec<Decision>,
}

/// The place where a field was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The value's place.
    pub span: Span,
    /// The layer that won.
    pub layer: Layer,
}

/// A value that nobody wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// The field of the spec that would change it, or the field of the output that it is.
    pub field: String,
    /// What was decided.
    pub value: String,
    /// Why, in half a sentence.
    pub reason: String,
}

impl Provenance {
    /// The place where a field was written, or the nearest written field above it.
    pub fn span(&self, field: &str) -> Option<Span> {
        let mut path = field;
        loop {
            if let Some(origin) = self.written.get(path) {
                return Some(origin.span);
            }
            path = &path[..path.rfind('.')?];
        }
    }

    /// The place of an item of a list, from 0, or else of the field.
    pub fn item_span(&self, field: &str, index: usize) -> Option<Span> {
        let item = self.items.get(field).and_then(|items| items.get(index)).copied();
        item.or_else(|| self.span(field))
    }

    /// Whether a field, or anything under it, was written.
    pub fn is_written(&self, field: &str) -> bool {
        self.written.contains_key(field)
            || self
                .written
                .range(format!("{field}.")..)
                .next()
                .is_some_and(|(path, _)| path.starts_with(field) && path[field.len()..].starts_with('.'))
    }

    /// Notes a value that nobody wrote.
    pub fn decide(&mut self, field: &str, value: impl Into<String>, reason: impl Into<String>) {
        self.decisions.push(Decision { field: field.into(), value: value.into(), reason: reason.into() });
    }
}
