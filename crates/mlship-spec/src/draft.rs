//! A spec that can be read again with changes, and that needs no image while only its requirements matter.

use crate::diagnostic::{Diagnostic, has_errors};
use crate::field::{Decode, Decoder, Nulls};
use crate::lower;
use crate::node::{Entry, Node, Value, overlay};
use crate::provenance::Provenance;
use crate::read::{Merged, Reading, lowered, write_down};
use crate::source::{Layer, Sources, Span};
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
    provenance: Provenance,
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
            Image::Assumed => {
                let text = format!("name: {ASSUMED_NAME}\nserver: {{image: \"{ASSUMED_IMAGE}\"}}");
                overlay(tree(&text, merged.span), merged.root.clone())
            }
        };
        let workload = lowered(merged, &root, provenance.clone(), &mut reading.diagnostics)?;
        Some(Self { workload, image, root, span: merged.span, provenance })
    }

    /// The workload that the spec means with fields of `below` where it says nothing, and with fields of
    /// `above` whatever it says.
    ///
    /// # Errors
    ///
    /// Why the fields don't go together.
    pub fn revised(&self, below: &str, above: &str) -> Result<Workload, Vec<Diagnostic>> {
        let above = tree(above, self.span);
        let completed = overlay(tree(below, self.span), self.root.clone());
        let merged = overlay(completed, above);
        let mut diagnostics = Vec::new();
        let spec = Spec::decode(&merged, &mut Decoder::new(&mut diagnostics, Nulls::Forgotten));
        let workload = match spec {
            Some(spec) if !has_errors(&diagnostics) => {
                lower::lower(&spec, self.span, self.provenance.clone(), &mut diagnostics)
            }
            Some(_) | None => None,
        };
        workload.ok_or(diagnostics)
    }
}

/// The tree of a text of our own, all of it at one place: nobody wrote it.
fn tree(text: &str, place: Span) -> Node {
    let mut sources = Sources::default();
    let mut diagnostics = Vec::new();
    let source = sources.add("", text);
    let parsed = yaml::parse(source, text, Layer::Spec, &mut diagnostics).pop();
    debug_assert!(diagnostics.is_empty(), "{text}: {diagnostics:?}");
    let nothing = || Node { value: Value::Map(Vec::new()), span: place, layer: Layer::Spec };
    at(parsed.unwrap_or_else(nothing), place)
}

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
