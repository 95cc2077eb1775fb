//! Every rule of the chart's `values.schema.json` refuses something: all rules are listed, and each must be broken by
//! a case.

#[expect(dead_code, reason = "what Helm says is judged by the tests that ask it")]
#[path = "schema/cases.rs"]
mod cases;

use std::collections::BTreeSet;

use cases::cases;
use jsonschema::error::ValidationErrorKind;
use mlship_helm::chart;
use serde_json::{Map, Value, json};

fn file(path: &str) -> &'static str {
    chart::FILES.iter().find(|(name, _)| *name == path).expect("the chart has the file").1
}

fn schema() -> Value {
    serde_json::from_str(file("values.schema.json")).expect("the schema is JSON")
}

/// The chart's defaults with an image, which they lack.
fn defaults() -> Value {
    let mut values: Value = serde_yaml::from_str(file("values.yaml")).expect("values are YAML");
    values["image"]["repository"] = json!("ghcr.io/acme/churn");
    values["image"]["tag"] = json!("1");
    values
}

/// Lays values over others as Helm does: maps key by key, everything else as a whole, and a null takes away.
fn lay_over(values: &mut Value, more: &Value) {
    match (values, more) {
        (Value::Object(values), Value::Object(more)) => {
            for (key, value) in more {
                if value.is_null() {
                    values.shift_remove(key);
                } else {
                    lay_over(values.entry(key).or_insert(Value::Null), value);
                }
            }
        }
        (values, more) => *values = more.clone(),
    }
}

fn at(path: &str, value: &Value) -> Value {
    path.rsplit('/')
        .fold(value.clone(), |inner, key| Value::Object(Map::from_iter([(key.to_owned(), inner)])))
}

/// All rules below a place of the schema, each by its place: what a value must be, and where it must be what is
/// defined elsewhere. Of several properties that must be there each is a rule.
fn rules(schema: &Value, place: &str, found: &mut BTreeSet<String>) {
    for (keyword, rule) in schema.as_object().into_iter().flatten() {
        let here = format!("{place}/{keyword}");
        match keyword.as_str() {
            "required" => {
                let names = rule.as_array().into_iter().flatten().filter_map(Value::as_str);
                found.extend(names.map(|name| format!("{here}/{name}")));
            }
            "additionalProperties" if *rule == json!(false) => {
                found.insert(here);
            }
            "additionalProperties" | "items" | "propertyNames" | "then" => rules(rule, &here, found),
            "properties" | "definitions" => {
                for (name, inner) in rule.as_object().into_iter().flatten() {
                    rules(inner, &format!("{here}/{name}"), found);
                }
            }
            "allOf" => {
                for (index, inner) in rule.as_array().into_iter().flatten().enumerate() {
                    rules(inner, &format!("{here}/{index}"), found);
                }
            }
            // What it asks is no rule; what follows from it is.
            "if" | "$schema" | "title" | "description" => {}
            // Everything else is a rule; of a keyword that this test does not know it is noticed that it has no case.
            _ => {
                found.insert(here);
            }
        }
    }
}

/// The rules that values break, in the same words.
fn broken(schema: &Value, validator: &jsonschema::Validator, values: &Value) -> BTreeSet<String> {
    let mut broken = BTreeSet::new();
    for error in validator.iter_errors(values) {
        let mut place = error.schema_path().as_str().to_owned();
        if let ValidationErrorKind::Required { property } = error.kind() {
            place = format!("{place}/{}", property.as_str().unwrap_or_default());
        }
        broken.insert(place);
        broken.extend(references(schema, error.evaluation_path().as_str()));
    }
    broken
}

/// The places from which the way to a rule leads to a definition.
fn references(schema: &Value, way: &str) -> Vec<String> {
    let (mut place, mut found) = (String::new(), Vec::new());
    for step in way.split('/').skip(1) {
        place = format!("{place}/{step}");
        if step == "$ref" {
            found.push(place.clone());
            let target = schema.pointer(&place).and_then(Value::as_str).expect("a reference is a text");
            place = target.trim_start_matches('#').to_owned();
        }
    }
    found
}

#[test]
fn every_rule_is_broken_by_a_case() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    assert!(validator.is_valid(&defaults()), "{:?}", broken(&schema, &validator, &defaults()));
    let mut hit = BTreeSet::new();
    for case in cases() {
        let mut values = defaults();
        lay_over(&mut values, &at(case.path, &case.value));
        let broken = broken(&schema, &validator, &values);
        assert!(!broken.is_empty(), "{case:?} breaks no rule");
        hit.extend(broken);
    }
    let mut all = BTreeSet::new();
    rules(&schema, "", &mut all);
    assert!(all.len() > 250, "only {} rules were found", all.len());
    // That values are a map is judged by Helm, before it looks at any schema.
    all.remove("/type");
    let missing: Vec<_> = all.difference(&hit).collect();
    assert!(missing.is_empty(), "{} of {} rules have no case: {missing:#?}", missing.len(), all.len());
}

#[test]
fn a_rule_without_a_case_is_noticed() {
    let mut schema = schema();
    schema["properties"]["port"]["maximum"] = json!(9999);
    schema["properties"]["port"].as_object_mut().expect("it is a map").shift_remove("$ref");
    let mut all = BTreeSet::new();
    rules(&schema, "", &mut all);
    assert!(all.contains("/properties/port/maximum"));
}
