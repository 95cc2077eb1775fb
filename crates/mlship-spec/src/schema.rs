//! The JSON Schema of the spec, generated from its declarations, for editors that complete it.

use serde_json::{Map, Value, json};

use crate::field::{FieldInfo, Shape, StructInfo};
use crate::spec::{API_VERSION, root};

/// The committed schema, as `mlship schema` prints it. `cargo xtask codegen` writes it anew.
pub const JSON_SCHEMA: &str = include_str!("../mlship.schema.json");

/// The schema, made from the declarations: draft 2020-12, one definition for each group of fields.
pub fn json_schema() -> Value {
    let mut definitions = Map::new();
    let mut spec = definition(root(), &mut definitions);
    spec["properties"]["apiVersion"] = json!({
        "description": "The version of this format.",
        "const": API_VERSION,
    });
    spec["required"] = json!(["apiVersion", "name", "server"]);
    // An environment is a part of a spec: nothing is required, and `null` takes a field away.
    let mut overlay = spec.clone();
    if let Some(overlay) = overlay.as_object_mut() {
        overlay.remove("required");
        let properties = overlay.get_mut("properties").and_then(Value::as_object_mut);
        if let Some(properties) = properties {
            properties.remove("apiVersion");
            properties.remove("environments");
            for property in properties.values_mut() {
                *property = json!({ "anyOf": [property.take(), { "type": "null" }] });
            }
        }
    }
    definitions.insert("Environment".into(), overlay);
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

/// [`json_schema`] as it is committed: indented, with a line break at the end.
pub fn printed() -> String {
    let text = serde_json::to_string_pretty(&json_schema()).expect("a schema has string keys");
    format!("{text}\n")
}

fn definition(info: &'static StructInfo, definitions: &mut Map<String, Value>) -> Value {
    let properties: Map<String, Value> =
        info.fields.iter().map(|field| (field.name.to_owned(), property(field, definitions))).collect();
    json!({
        "type": "object",
        "description": info.doc.trim(),
        "properties": properties,
        "additionalProperties": false,
    })
}

fn property(field: &FieldInfo, definitions: &mut Map<String, Value>) -> Value {
    let mut property = of_shape(&(field.shape)(), definitions);
    let description = format!("{} Default: {}.", field.doc.trim(), field.default.trim_end_matches('.'));
    if let Some(property) = property.as_object_mut() {
        property.insert("description".into(), Value::String(description));
    }
    property
}

fn of_shape(shape: &Shape, definitions: &mut Map<String, Value>) -> Value {
    match shape {
        // Free text may be written as a plain number or boolean: the reader keeps the letters.
        Shape::Text { pattern: None, .. } => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Text { pattern: Some(pattern), example, .. } => {
            json!({ "type": "string", "examples": [example], "pattern": pattern })
        }
        Shape::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Boolean => json!({ "type": "boolean" }),
        Shape::Choice(words) => {
            let words: Vec<Value> = words
                .iter()
                .map(|(word, meaning)| json!({ "const": word, "description": meaning.trim() }))
                .collect();
            json!({ "oneOf": words })
        }
        Shape::Struct(info) if info.name == "Spec" => json!({ "$ref": "#/$defs/Environment" }),
        Shape::Struct(info) => {
            if !definitions.contains_key(info.name) {
                // Taken first, so that a group that holds itself would end.
                definitions.insert(info.name.to_owned(), Value::Null);
                let definition = definition(info, definitions);
                definitions.insert(info.name.to_owned(), definition);
            }
            json!({ "$ref": format!("#/$defs/{}", info.name) })
        }
        Shape::List(items) => json!({ "type": "array", "items": of_shape(items, definitions) }),
        Shape::Map { keys, values } => {
            let mut map = json!({ "type": "object", "additionalProperties": of_shape(values, definitions) });
            if let Shape::Text { pattern: Some(pattern), .. } = keys.as_ref() {
                map["propertyNames"] = json!({ "pattern": pattern });
            }
            map
        }
        Shape::OneOf(shapes) => {
            let shapes: Vec<Value> = shapes.iter().map(|shape| of_shape(shape, definitions)).collect();
            json!({ "anyOf": shapes })
        }
    }
}
