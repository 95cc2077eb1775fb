//! The parts of the chart that must say the same: values, their types here, their schema, their README.

use std::collections::BTreeMap;

use mlship_helm::values::Values;
use mlship_helm::{chart, readme};
use serde_json::Value;

#[track_caller]
fn file(path: &str) -> &'static str {
    let found = chart::FILES.iter().find(|(name, _)| *name == path);
    found.expect("the chart has the file").1
}

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(file(path)).expect("a file of the chart is YAML")
}

#[test]
fn the_defaults_are_those_of_the_values_file() {
    let typed = serde_json::to_value(Values::default()).expect("values are JSON");
    assert_eq!(typed, yaml("values.yaml"));
    let keys = |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>());
    assert_eq!(keys(&typed), keys(&yaml("values.yaml")), "the order of the values");
}

#[test]
fn name_and_version_are_those_of_the_chart() {
    let metadata = yaml("Chart.yaml");
    assert_eq!(
        (metadata["name"].as_str(), metadata["version"].as_str()),
        (Some(chart::NAME), Some(chart::VERSION))
    );
}

#[test]
fn every_value_is_described_alike_in_values_and_schema() {
    let described: BTreeMap<String, String> = readme::values(file("values.yaml"))
        .into_iter()
        .map(|value| (value.path, value.description))
        .collect();
    let schema: Value = serde_json::from_str(file("values.schema.json")).expect("the schema is JSON");
    let mut in_schema = BTreeMap::new();
    collect("", &schema, &mut in_schema);
    for (path, description) in &described {
        assert_eq!(in_schema.get(path), Some(description), "{path}");
    }
    for path in in_schema.keys().filter(|path| *path != "global") {
        let is_group = described.keys().any(|other| other.starts_with(&format!("{path}.")));
        assert!(is_group || described.contains_key(path), "`{path}` is in the schema alone");
    }
}

/// The descriptions of all values in a schema, by path; every group must be strict.
fn collect(path: &str, schema: &Value, found: &mut BTreeMap<String, String>) {
    let Some(properties) = schema["properties"].as_object() else { return };
    assert!(
        path == "affinity" || schema["additionalProperties"] == false,
        "`{path}` takes values it does not know"
    );
    for (name, property) in properties.iter().filter(|_| path != "affinity") {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        found.insert(path.clone(), property["description"].as_str().unwrap_or_default().to_owned());
        collect(&path, property, found);
    }
}

#[test]
fn the_readme_lists_the_values_as_they_are() {
    let written = file("README.md");
    let made =
        readme::with_table(written, file("values.yaml")).expect("the README has a place for the table");
    assert!(written == made, "run `cargo xtask chart docs`: the README's table is not that of values.yaml");
}

#[test]
fn the_readme_installs_this_version() {
    let line = format!("/model-server --version {} --values", chart::VERSION);
    assert!(file("README.md").contains(&line), "the README does not say `{line}`");
}
