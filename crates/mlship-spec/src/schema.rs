//! The JSON Schema of the spec, generated from its declarations, for editors that complete it.

use serde_json::{Map, Value, json};

use crate::field::{FieldInfo, Shape, StructInfo};
use crate::spec::{API_VERSION, root};

/// The committed schema, as `mlship schema` prints it. `cargo xtask codegen` writes it anew.
pub const JSON_SCHEMA: &str = include_str!("../mlship.schema.json");

/// The schema, made from the declarations: draft 2020-12, one definition for each group of fields.
pub fn json_schema() -> Value {
    let mut definitions = Map::new();
    let mut spec = definition(root(), Part::Spec, &mut definitions);
    spec["properties"]["apiVersion"] = json!({
        "description": "The version of this format.",
        "const": API_VERSION,
    });
    spec["required"] = json!(["apiVersion"]);
    // Requirements alone are enough for `mlship decide`.
    spec["anyOf"] = json!([{ "required": ["name", "server"] }, { "required": ["requirements"] }]);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://mlship.dev/schema/v1.json",
        "title": "mlship.yaml",
    });
    if let (Some(schema), Value::Object(spec)) = (schema.as_object_mut(), spec) {
        schema.extend(spec);
        schema.insert("$defs".into(), Value::Object(definitions));
    }
    schema
}

/// Where a group of fields stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// In the spec itself.
    Spec,
    /// In an environment, where `null` takes away what the spec says.
    Environment,
}

/// [`json_schema`] as it is committed: indented, with a line break at the end.
pub fn printed() -> String {
    let text = serde_json::to_string_pretty(&json_schema()).expect("a schema has string keys");
    format!("{text}\n")
}

fn definition(info: &'static StructInfo, part: Part, definitions: &mut Map<String, Value>) -> Value {
    // What can't differ between environments is refused there.
    let is_fixed =
        |field: &FieldInfo| info.name == "Spec" && ["apiVersion", "environments"].contains(&field.name);
    let fields = info.fields.iter().filter(|field| part == Part::Spec || !is_fixed(field));
    let properties: Map<String, Value> =
        fields.map(|field| (field.name.to_owned(), property(field, part, definitions))).collect();
    json!({
        "type": "object",
        "description": info.doc.trim(),
        "properties": properties,
        "additionalProperties": false,
    })
}

fn property(field: &FieldInfo, part: Part, definitions: &mut Map<String, Value>) -> Value {
    let mut property = or_null(of_shape(&(field.shape)(), part, definitions), part);
    let description = format!("{} Default: {}.", field.doc.trim(), field.default.trim_end_matches('.'));
    if let Some(property) = property.as_object_mut() {
        property.insert("description".into(), Value::String(description));
    }
    property
}

fn or_null(value: Value, part: Part) -> Value {
    match part {
        Part::Spec => value,
        Part::Environment => json!({ "anyOf": [value, { "type": "null" }] }),
    }
}

fn of_shape(shape: &Shape, part: Part, definitions: &mut Map<String, Value>) -> Value {
    match shape {
        // Free text may be written as a plain number or boolean: the reader keeps the letters.
        Shape::Text { pattern: None, .. } => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Text { pattern: Some(pattern), example, .. } => {
            json!({ "type": "string", "examples": [example], "pattern": pattern })
        }
        Shape::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Choice(words) => {
            let choices = words.iter().flat_map(|(word, meaning)| {
                let choice = |word: Value| json!({ "const": word, "description": meaning.trim() });
                // A word that is a number is one to most readers when it is not in quotes.
                let number = word.parse::<f64>().ok().map(|number| choice(json!(number)));
                std::iter::once(choice(json!(word))).chain(number)
            });
            json!({ "oneOf": choices.collect::<Vec<_>>() })
        }
        // Specs are only in `environments`, where an empty one changes nothing.
        Shape::Struct(info) if info.name == "Spec" => or_null(
            reference("Environment".to_owned(), info, Part::Environment, definitions),
            Part::Environment,
        ),
        Shape::Struct(info) => {
            let name = match part {
                Part::Spec => info.name.to_owned(),
                Part::Environment => format!("{}InEnvironment", info.name),
            };
            reference(name, info, part, definitions)
        }
        Shape::List(items) => json!({ "type": "array", "items": of_shape(items, Part::Spec, definitions) }),
        Shape::Map { keys, values } => {
            let values = or_null(of_map_value(values, part, definitions), part);
            let mut map = json!({ "type": "object", "additionalProperties": values });
            if let Shape::Text { pattern: Some(pattern), .. } = keys.as_ref() {
                map["propertyNames"] = json!({ "pattern": pattern });
            }
            map
        }
        Shape::OneOf(shapes) => {
            let decimal = match shapes.as_slice() {
                // A quantity is the number that has a decimal point in its text.
                [Shape::Text { pattern: Some(pattern), .. }, Shape::Integer { .. }, ..] => {
                    pattern.contains(r"\.")
                }
                _ => false,
            };
            let mut shapes: Vec<Value> =
                shapes.iter().map(|shape| of_shape(shape, part, definitions)).collect();
            if decimal {
                shapes[1] = json!({ "type": "number", "minimum": 0 });
            }
            json!({ "anyOf": shapes })
        }
    }
}

/// Labels are text to Kubernetes, and often numbers to those who write them.
fn of_map_value(shape: &Shape, part: Part, definitions: &mut Map<String, Value>) -> Value {
    let mut value = of_shape(shape, part, definitions);
    if matches!(shape, Shape::Text { .. }) {
        value["type"] = json!(["string", "number", "boolean"]);
    }
    value
}

fn reference(
    name: String,
    info: &'static StructInfo,
    part: Part,
    definitions: &mut Map<String, Value>,
) -> Value {
    let reference = json!({ "$ref": format!("#/$defs/{name}") });
    if !definitions.contains_key(&name) {
        // Taken first, so that a group that holds itself would end.
        definitions.insert(name.clone(), Value::Null);
        let definition = definition(info, part, definitions);
        definitions.insert(name, definition);
    }
    reference
}
