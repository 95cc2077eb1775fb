//! What of a value must be written down, when a default is there already.

use serde_json::{Map, Value};

/// The least that Helm must be given so that, laid over `defaults`, it gives `wanted`; `None` for nothing.
///
/// Helm lays maps over each other key by key, replaces everything else, and takes a key away where it is null
/// (<https://helm.sh/docs/chart_template_guide/values_files/#deleting-a-default-key>, 2026-11).
pub fn minimal(defaults: &Value, wanted: &Value) -> Option<Value> {
    match (defaults, wanted) {
        (Value::Object(defaults), Value::Object(wanted)) => {
            let kept = wanted.iter().filter_map(|(key, value)| {
                let least = match defaults.get(key) {
                    Some(default) => minimal(default, value)?,
                    None => value.clone(),
                };
                Some((key.clone(), least))
            });
            let gone = defaults.keys().filter(|key| !wanted.contains_key(*key));
            let all: Map<String, Value> = kept.chain(gone.map(|key| (key.clone(), Value::Null))).collect();
            (!all.is_empty()).then_some(Value::Object(all))
        }
        _ => (defaults != wanted).then(|| wanted.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::minimal;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_written() {
        let defaults = json!({"a": 1, "b": {"c": [1], "d": "x"}, "e": {}});
        for (wanted, expected) in [
            (json!({"a": 1, "b": {"c": [1], "d": "x"}, "e": {}}), None),
            (json!({"a": 2, "b": {"c": [1], "d": "x"}, "e": {}}), Some(json!({"a": 2}))),
            (json!({"a": 1, "b": {"c": [], "d": "x"}, "e": {}}), Some(json!({"b": {"c": []}}))),
            (json!({"a": 1, "b": {"c": [1], "d": "x"}, "e": {"f": 1}}), Some(json!({"e": {"f": 1}}))),
            (json!({"a": 1, "b": {"c": [1]}, "e": {}}), Some(json!({"b": {"d": null}}))),
        ] {
            assert_eq!(minimal(&defaults, &wanted), expected);
        }
    }
}
