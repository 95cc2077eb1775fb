//! Objects of `helm template` against those of the kubernetes target.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mlship_helm::differences::DIFFERENCES;
use mlship_helm::{HelmTarget, chart, values};
use mlship_spec::target::{Document, File, Target as _};
use mlship_spec::workload::Workload;
use serde::Deserialize as _;
use serde_json::{Map, Value, json};
use xtask::tools::Tool;

/// The namespace of a release whose spec names none.
const NAMESPACE: &str = "models";

/// Objects by kind and name.
pub type Objects = BTreeMap<(String, String), Value>;

/// Renders workloads with every Helm and compares all objects with those of the kubernetes target, field by field:
/// once by values for the chart, once as a chart of its own that needs no values.
#[track_caller]
pub fn check(what: &str, workload: &Workload) {
    let expected = expected(workload);
    let folder = tempfile::tempdir().unwrap();
    let values = folder.path().join("values.yaml");
    fs::write(&values, mlship_kubernetes::yaml::print_document(&minimal_values(workload))).unwrap();
    let own = write_chart(folder.path(), workload);
    for tool in crate::HELMS {
        let by_values = ["--values", values.to_str().unwrap()];
        let forms = [("values", crate::chart(), &by_values[..]), ("a chart", own.clone(), &[])];
        for (form, chart, arguments) in forms {
            let found = templated(tool, what, workload, &chart, arguments);
            let names = |objects: &Objects| objects.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&found), names(&expected), "{what}, {tool:?}, {form}");
            for (name, object) in &expected {
                let difference = first_difference("", object, &found[name]);
                assert_eq!(difference, None, "{what}, {tool:?}, {form}: {name:?}");
            }
        }
    }
}

/// Writes the chart that a workload is given alone; its folder.
fn write_chart(folder: &Path, workload: &Workload) -> PathBuf {
    let emitted = HelmTarget::chart().emit(workload).map_err(|refusals| format!("{refusals:?}")).unwrap();
    for (path, file) in &emitted.bundle.files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text = match file {
            File::Manifests(documents) => mlship_kubernetes::yaml::print_documents(documents),
            File::Settings(document) => mlship_kubernetes::yaml::print_document(document),
            File::Text(text) => text.to_string(),
        };
        fs::write(path, text).unwrap();
    }
    folder.join(format!("{}-chart", workload.name))
}

/// The objects of the kubernetes target, with the differences of [`mlship_helm::differences`] applied.
fn expected(workload: &Workload) -> Objects {
    // One more difference in the table, and this does not compile: it must be applied here.
    let [managed_by, chart_label, namespaced, hash] = DIFFERENCES.map(|difference| difference.key);
    let documents = mlship_kubernetes::objects(workload).into_documents();
    let mut objects = Objects::new();
    for document in documents {
        let mut object = document.value().clone();
        object["metadata"][namespaced] = json!(namespace(workload));
        object["metadata"]["labels"][chart_label] = json!(format!("{}-{}", chart::NAME, chart::VERSION));
        object["metadata"]["labels"][managed_by] = json!("Helm");
        if let Some(template) = object.pointer_mut("/spec/template/metadata") {
            template["labels"][managed_by] = json!("Helm");
            rename_hash(template, hash);
        }
        objects.insert((document.kind().to_owned(), document.name().to_owned()), object);
    }
    objects
}

fn namespace(workload: &Workload) -> String {
    workload.namespace.as_ref().map_or_else(|| NAMESPACE.to_owned(), ToString::to_string)
}

/// Both name what restarts pods for their files; what it is differs.
fn rename_hash(metadata: &mut Value, key: &str) {
    let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) else { return };
    if annotations.remove(key).is_some() {
        annotations.insert("restarts for files".to_owned(), json!(true));
    }
}

fn templated(tool: Tool, what: &str, workload: &Workload, chart: &Path, more: &[&str]) -> Objects {
    let (chart, namespace) = (chart.to_str().unwrap(), namespace(workload));
    let arguments = [
        "template",
        workload.name.as_str(),
        chart,
        "--namespace",
        &namespace,
        "--kube-version=1.37.2",
        "--no-hooks",
    ];
    let outcome = crate::helm(tool, &[&arguments[..], more].concat());
    assert!(
        outcome.succeeded(),
        "{what}, {tool:?}: {}\n{}",
        outcome.stderr,
        minimal_values(workload).value()
    );
    let mut objects = Objects::new();
    for document in serde_yaml::Deserializer::from_str(&outcome.stdout) {
        let mut object = Value::deserialize(document).unwrap();
        if object.is_null() {
            continue;
        }
        if let Some(template) = object.pointer_mut("/spec/template/metadata") {
            rename_hash(template, "checksum/config");
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let name = (text(&object["kind"]), text(&object["metadata"]["name"]));
        assert!(objects.insert(name.clone(), object).is_none(), "{what}: two of {name:?}");
    }
    objects
}

/// The document that `render --target helm` writes.
pub fn minimal_values(workload: &Workload) -> Document {
    let defaults = Document::of(&values::Values::default());
    let wanted = Document::of(&values::of(workload));
    let least = mlship_helm::minimal(defaults.value(), wanted.value());
    Document::of(&least.unwrap_or_else(|| Value::Object(Map::new())))
}

/// The first place where two values differ, with both.
pub fn first_difference(path: &str, expected: &Value, found: &Value) -> Option<String> {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            let keys = expected.keys().chain(found.keys().filter(|key| !expected.contains_key(*key)));
            let part = |map: &Map<String, Value>, key: &String| {
                map.get(key).cloned().unwrap_or(json!("(not there)"))
            };
            keys.into_iter().find_map(|key| {
                first_difference(&format!("{path}/{key}"), &part(expected, key), &part(found, key))
            })
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            let mut pairs = expected.iter().zip(found).enumerate();
            pairs.find_map(|(index, (expected, found))| {
                first_difference(&format!("{path}/{index}"), expected, found)
            })
        }
        _ => (expected != found).then(|| format!("{path}: expected {expected}, found {found}")),
    }
}
