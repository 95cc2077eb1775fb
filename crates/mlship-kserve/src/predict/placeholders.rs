//! Placeholders of a runtime's container: Go templates over the InferenceService's metadata.

use serde_json::Value;

/// The same with every placeholder filled in; one that names nothing becomes `<no value>`, as in Go.
pub(super) fn filled(value: &Value, metadata: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(fill(text, metadata)),
        Value::Array(items) => items.iter().map(|item| filled(item, metadata)).collect(),
        Value::Object(fields) => {
            fields.iter().map(|(key, field)| (key.clone(), filled(field, metadata))).collect()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn fill(text: &str, metadata: &Value) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, (placeholder, after))) =
        rest.split_once("{{").and_then(|(before, inside)| Some((before, inside.split_once("}}")?)))
    {
        filled.push_str(before);
        filled.push_str(&meaning(placeholder.trim(), metadata));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

fn meaning(placeholder: &str, metadata: &Value) -> String {
    let found = match placeholder.trim_start_matches('.').split_once('.') {
        None if placeholder == ".Name" => &metadata["name"],
        None if placeholder == ".Namespace" => &metadata["namespace"],
        Some(("Labels", key)) => &metadata["labels"][key],
        Some(("Annotations", key)) => &metadata["annotations"][key],
        None | Some(_) => &Value::Null,
    };
    found.as_str().unwrap_or("<no value>").to_owned()
}
