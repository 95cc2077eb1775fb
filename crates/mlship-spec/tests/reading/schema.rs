//! The JSON Schema says what the reader says, as far as a schema can.

use jsonschema::Validator;
use mlship_spec::diagnostic::Severity;
use mlship_spec::schema;
use serde::Deserialize as _;
use serde_json::Value;

use crate::cases;

/// Faults that a schema can express: fields and words that do not exist, and values of another kind.
const EXPRESSIBLE: &[&str] = &["ML002", "ML003", "ML005", "ML016"];

/// Cases with such a fault that the schema lets through, and why.
const LET_THROUGH: &[(&str, &str)] = &[];

fn validator() -> Validator {
    jsonschema::validator_for(&schema::json_schema()).expect("the schema is one")
}

/// The documents of a text, by a reader of YAML that is not ours; nothing where it can't read them.
fn documents(bytes: &[u8]) -> Option<Vec<Value>> {
    let documents =
        serde_yaml::Deserializer::from_slice(bytes).map(Value::deserialize).collect::<Result<Vec<_>, _>>();
    let documents = documents.ok()?.into_iter().filter(|document| !document.is_null());
    Some(documents.collect())
}

fn problems(validator: &Validator, document: &Value) -> Vec<String> {
    validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn the_committed_schema_is_the_generated_one() {
    assert!(schema::JSON_SCHEMA == schema::printed(), "run `cargo xtask codegen`");
}

/// What an environment may hold that a spec may not: `null`, at any depth.
#[test]
fn null_takes_away_in_environments_only() {
    let validator = validator();
    let spec = |inside: &str, environment: &str| {
        let text = format!(
            "apiVersion: mlship.dev/v1\nname: a\nserver: {{image: 'a:1', env: {{A: {inside}}}}}\n\
             environments: {{e: {{server: {{port: {environment}, env: {{A: {environment}}}}}}}}}"
        );
        documents(text.as_bytes()).expect("the text is YAML").remove(0)
    };
    assert_eq!(problems(&validator, &spec("x", "null")), Vec::<String>::new());
    assert!(!validator.is_valid(&spec("null", "8000")));
}

#[test]
fn good_specs_are_valid() {
    let validator = validator();
    for case in cases::table("good") {
        for document in documents(&case.bytes).unwrap_or_default() {
            let problems = problems(&validator, &document);
            assert!(problems.is_empty(), "{}: {problems:#?}", case.name);
        }
    }
}

#[test]
fn examples_are_valid() {
    let validator = validator();
    let examples = cases::examples();
    assert!(!examples.is_empty());
    for (name, bytes) in examples {
        let documents = documents(&bytes).expect("an example is YAML");
        for document in documents {
            let problems = problems(&validator, &document);
            assert!(problems.is_empty(), "{name}: {problems:#?}");
        }
    }
}

#[test]
fn bad_specs_are_refused_where_a_schema_can() {
    let validator = validator();
    let mut tried = 0;
    for case in cases::table("bad") {
        let is_plain = case.options.set.is_empty() && case.options.environment.is_none();
        let Some(documents) = documents(&case.bytes).filter(|_| is_plain) else { continue };
        let is_expressible = case
            .read()
            .diagnostics
            .iter()
            .any(|found| found.severity == Severity::Error && EXPRESSIBLE.contains(&found.code.id));
        if !is_expressible {
            continue;
        }
        tried += 1;
        let refused = documents.iter().any(|document| !validator.is_valid(document));
        let is_let_through = LET_THROUGH.iter().any(|(name, _)| *name == case.name);
        assert!(refused != is_let_through, "{}: refused is {refused}", case.name);
    }
    assert!(tried > 40, "only {tried} cases were tried");
}

/// To other readers of YAML `0.20` is the number 0.2: reader and schema take both, and no text in its place.
#[test]
fn words_that_are_numbers_are_read_as_the_schema_takes_them() {
    let validator = validator();
    let cases = [
        ("\"0.20\"", Some("0.20")),
        ("0.20", Some("0.20")),
        ("0.2", Some("0.20")),
        ("0.200", Some("0.20")),
        ("0.15", Some("0.15")),
        ("\"0.15\"", Some("0.15")),
        ("\"0.2\"", None),
        ("0.21", None),
        ("20", None),
    ];
    for (written, version) in cases {
        let text = format!(
            "apiVersion: mlship.dev/v1\nname: churn\nserver: {{image: 'a:1'}}\n\
             targets: {{kserve: {{version: {written}}}}}\n"
        );
        let document = documents(text.as_bytes()).expect("the text is YAML").remove(0);
        assert_eq!(validator.is_valid(&document), version.is_some(), "{written}");
        let reading =
            mlship_spec::read::read("test.yaml", text.as_bytes(), &mlship_spec::read::ReadOptions::default());
        let read = reading.workloads.first().map(|workload| workload.targets.kserve.version.to_string());
        assert_eq!(read.as_deref(), version, "{written}");
    }
}
