//! Prints documents as YAML that every reader reads alike.
//!
//! kubectl and Helm read YAML 1.1, in which `on`, `y`, `1_000` and `0x1F` are no strings; others read 1.2. A
//! string that either would take for something else is quoted. Block scalars (`|` and `>`) are not written:
//! one whose first line starts with a tab can't be read back, and folded lines make noise in diffs.

use mlship_spec::target::Document;
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// What a person looks for first. The typed objects have their fields in alphabetical order, which would
/// put a container's name behind its probes.
const FIRST: [&str; 5] = ["apiVersion", "kind", "metadata", "name", "namespace"];

/// Documents as one YAML stream: `---` between them, a line break at the end.
pub fn print_documents(documents: &[Document]) -> String {
    let mut text = String::new();
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            text.push_str("---\n");
        }
        print_into(&mut text, document.value());
    }
    text
}

/// One document as YAML, with a line break at the end.
pub fn print_document(document: &Document) -> String {
    let mut text = String::new();
    print_into(&mut text, document.value());
    text
}

fn print_into(text: &mut String, value: &Value) {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: false };
    // A JSON value has string keys, finite numbers and no tags, and a String takes any text.
    serde_saphyr::to_fmt_writer_with_options(&mut *text, &Ordered(value), options)
        .expect("a JSON value is always representable as YAML");
    if !text.ends_with('\n') {
        text.push('\n');
    }
}

/// A value whose maps begin with the keys of [`FIRST`].
struct Ordered<'a>(&'a Value);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Object(map) => ordered_map(map, serializer),
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Ordered(item))?;
                }
                list.end()
            }
            scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                scalar.serialize(serializer)
            }
        }
    }
}

fn ordered_map<S: Serializer>(map: &Map<String, Value>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut printed = serializer.serialize_map(Some(map.len()))?;
    for key in FIRST {
        if let Some(value) = map.get(key) {
            printed.serialize_entry(key, &Ordered(value))?;
        }
    }
    for (key, value) in map.iter().filter(|(key, _)| !FIRST.contains(&key.as_str())) {
        printed.serialize_entry(key, &Ordered(value))?;
    }
    printed.end()
}
