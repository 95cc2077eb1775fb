//! A spec that can be read again with changes, and that needs no image while only its requirements matter.

use crate::diagnostic::{Diagnostic, has_errors};
use crate::field::{Decode, Decoder, Nulls};
use crate::lower;
use crate::node::{Entry, Node, Value, overlay};
use crate::provenance::Provenance;
use crate::read::{Merged, Reading, lowered, write_down};
use crate::source::{Layer, Span};
use crate::spec::Spec;
use crate::workload::Workload;
use crate::yaml;

/// The image of a service of which only the requirements are known. `example` is reserved for examples
/// (<https://www.rfc-editor.org/rfc/rfc2606#section-2>): it can't be pulled by accident.
pub const ASSUMED_IMAGE: &str = "registry.example/your-model:1.0.0";

/// The name of a service of which only the requirements are known.
pub const ASSUMED_NAME: &str = "your-model";

/// A spec as it was read, with its tree.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The workload that it means.
    pub workload: Workload,
    /// Whether it names an image, or one is assumed.
    pub image: Image,
    root: Node,
    span: Span,
}

/// Whether a draft names an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Image {
    /// It does: this is a whole spec.
    Named,
    /// It has requirements alone; [`ASSUMED_IMAGE`] stands in.
    Assumed,
}

impl Draft {
    pub(crate) fn of(merged: &Merged, reading: &mut Reading) -> Option<Self> {
        let mut provenance = Provenance::default();
        write_down(&merged.root, "", &mut provenance);
        let image = match (merged.root.get("server").and_then(|it| it.value.get("image")), &merged.root) {
            (None, root) if root.get("requirements").is_some() => Image::Assumed,
            _ => Image::Named,
        };
        let root = match image {
            Image::Named => merged.root.clone(),
            Image::Assumed => overlay(at(tree(&assumed(), 0), merged.span), merged.root.clone()),
        };
        let workload = lowered(merged, &root, provenance, &mut reading.diagnostics)?;
        Some(Self { workload, image, root: merged.root.clone(), span: merged.span })
    }

    /// The workload that the spec means with fields of `below` where it says nothing, and with fields of
    /// `above` whatever it says; each is a text of YAML, later ones over earlier ones. What stands in `above`
    /// counts as written. Its places, and those of what is found, are in no source that can be shown.
    ///
    /// # Errors
    ///
    /// Why the fields don't go together.
    pub fn revised(&self, below: &[&str], above: &[&str]) -> Result<Workload, Vec<Diagnostic>> {
        let base = match self.image {
            Image::Named => None,
            Image::Assumed => Some(at(tree(&assumed(), 0), self.span)),
        };
        let below = below.iter().map(|text| at(tree(text, 0), self.span));
        let written =
            (1..).zip(above).map(|(number, text)| tree(text, number)).fold(self.root.clone(), overlay);
        let mut provenance = Provenance::default();
        write_down(&written, "", &mut provenance);
        let below = base.into_iter().chain(below).reduce(overlay);
        let merged = match below {
            Some(below) => overlay(below, written),
            None => written,
        };
        let mut diagnostics = Vec::new();
        let spec = Spec::decode(&merged, &mut Decoder::new(&mut diagnostics, Nulls::Forgotten));
        let workload = match spec {
            Some(spec) if !has_errors(&diagnostics) => {
                lower::lower(&spec, self.span, provenance, &mut diagnostics)
            }
            Some(_) | None => None,
        };
        workload.ok_or(diagnostics)
    }
}

/// What stands in for what only a whole spec says.
fn assumed() -> String {
    format!("name: {ASSUMED_NAME}\nserver: {{image: \"{ASSUMED_IMAGE}\"}}")
}

/// The tree of a text of our own. Targets tell fields apart by their places, so each text is a source of its
/// own, numbered from the end.
fn tree(text: &str, number: u32) -> Node {
    let mut diagnostics = Vec::new();
    let source = u32::MAX - number;
    let parsed = yaml::parse(source, text, Layer::Spec, &mut diagnostics).pop();
    debug_assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
    let span = Span { source, start: 0, end: 0 };
    parsed.unwrap_or_else(|| Node { value: Value::Map(Vec::new()), span, layer: Layer::Spec })
}

/// The tree with all of it at one place: nobody wrote it.
fn at(node: Node, place: Span) -> Node {
    let value = match node.value {
        Value::Scalar(scalar) => Value::Scalar(scalar),
        Value::List(items) => Value::List(items.into_iter().map(|item| at(item, place)).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|entry| Entry { key_span: place, value: at(entry.value, place), ..entry })
                .collect(),
        ),
    };
    Node { value, span: place, layer: node.layer }
}
