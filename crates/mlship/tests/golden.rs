//! The golden matrix: every example, for every target, against the files under `tests/golden`.
//!
//! A case is `tests/golden/<example>/<target>/` with the files that `render -o` writes, or
//! `<target>.refused` with what it says instead; `<target>.notes` holds its warnings. `cargo xtask golden` writes
//! them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Files by path below `tests/golden`.
type Files = BTreeMap<String, String>;

/// Examples that are rendered with an environment as well.
const ENVIRONMENTS: &[(&str, &str)] =
    &[("environments", "development"), ("environments", "staging"), ("environments", "production")];

#[test]
fn every_example_renders_for_every_target_as_committed() {
    let made: Files = cases().iter().flat_map(render_twice).collect();
    let folder = golden_folder();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        write(&folder, &made);
        return;
    }
    let committed = read(&folder);
    let paths: BTreeSet<&String> = made.keys().chain(committed.keys()).collect();
    let differing: Vec<&str> = paths
        .into_iter()
        .filter(|path| made.get(*path) != committed.get(*path))
        .map(String::as_str)
        .collect();
    assert!(
        differing.is_empty(),
        "these files differ from those committed under tests/golden:\n  {}\n`cargo xtask golden` writes them anew; read the diff",
        differing.join("\n  ")
    );
}

#[test]
fn every_printed_object_is_read_back_as_its_typed_object() {
    let mut kinds = BTreeSet::new();
    let is_yaml = |path: &str| Path::new(path).extension().is_some_and(|extension| extension == "yaml");
    for (path, text) in read(&golden_folder()).iter().filter(|(path, _)| is_yaml(path)) {
        for document in serde_yaml::Deserializer::from_str(text) {
            let value: Value = serde::Deserialize::deserialize(document).expect(path);
            if let Some(kind) = value["kind"].as_str() {
                let again = through_its_type(kind, &value);
                assert!(
                    again.is_none_or(|again| again == value),
                    "{path}: {kind} changes when it is read as its type"
                );
                kinds.insert(kind.to_owned());
            }
        }
    }
    for kind in
        ["Deployment", "StatefulSet", "HorizontalPodAutoscaler", "Ingress", "HTTPRoute", "ScaledObject"]
    {
        assert!(
            kinds.contains(kind) || kind == "HTTPRoute" && kinds.contains("GRPCRoute"),
            "no example makes a {kind}"
        );
    }
}

/// One render: an example, perhaps an environment, a target.
struct Case {
    example: PathBuf,
    environment: Option<&'static str>,
    target: String,
}

impl Case {
    /// The path below `tests/golden`, without what the outcome adds.
    fn path(&self) -> String {
        let example = self.example.file_stem().expect("an example has a name").to_string_lossy();
        let environment = self.environment.map(|name| format!("@{name}")).unwrap_or_default();
        format!("{example}{environment}/{}", self.target)
    }

    fn render(&self) -> Files {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let out = folder.path().join("out");
        let mut command = mlship();
        command
            .arg("render")
            .arg("-f")
            .arg(&self.example)
            .args(["--target", &self.target])
            .arg("-o")
            .arg(&out);
        command.args(self.environment.map(|name| format!("--env={name}")));
        let Output { status, stderr, .. } = command.output().expect("mlship starts");
        let said = String::from_utf8(stderr).expect("mlship speaks UTF-8");
        // What is said names the example as a user would, and no folder of this run.
        let said = said.replace(&format!("{}/", examples_folder().display()), "examples/");
        let path = self.path();
        let code = status.code();
        assert!(matches!(code, Some(0 | 1)), "{path}: mlship ended with {code:?}: {said}");
        if code == Some(1) {
            return Files::from([(format!("{path}.refused"), said)]);
        }
        let mut files: Files =
            read(&out).into_iter().map(|(name, text)| (format!("{path}/{name}"), text)).collect();
        if said.contains("warning") {
            files.insert(format!("{path}.notes"), without_folder(&said, &out));
        }
        files
    }
}

fn without_folder(said: &str, out: &Path) -> String {
    said.lines()
        .filter(|line| !line.contains(&out.display().to_string()))
        .fold(String::new(), |text, line| text + line + "\n")
}

fn render_twice(case: &Case) -> Files {
    let first = case.render();
    assert_eq!(first, case.render(), "{} differs from run to run", case.path());
    first
}

fn cases() -> Vec<Case> {
    let mut examples: Vec<PathBuf> = std::fs::read_dir(examples_folder())
        .expect("there are examples")
        .map(|entry| entry.expect("a folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    examples.sort();
    assert!(examples.len() >= 14, "there are only {} examples", examples.len());
    let mut cases = Vec::new();
    for example in examples {
        let stem = example.file_stem().expect("an example has a name").to_string_lossy().into_owned();
        let environments = ENVIRONMENTS.iter().filter(|(name, _)| *name == stem).map(|(_, name)| Some(*name));
        for environment in std::iter::once(None).chain(environments) {
            for target in targets() {
                cases.push(Case { example: example.clone(), environment, target });
            }
        }
    }
    cases
}

/// The targets, as the command line itself lists them.
fn targets() -> Vec<String> {
    let output = mlship().args(["render", "--target", "?"]).output().expect("mlship starts");
    let said = String::from_utf8(output.stderr).expect("mlship speaks UTF-8");
    let list = said.split("[possible values: ").nth(1).and_then(|rest| rest.split(']').next());
    list.expect("clap lists the targets").split(", ").map(str::to_owned).collect()
}

/// The value after it went through the type of its kind; `None` for kinds that are not Kubernetes' own.
fn through_its_type(kind: &str, value: &Value) -> Option<Value> {
    fn through<T: Serialize + DeserializeOwned>(value: &Value) -> Value {
        let typed: T = serde_json::from_value(value.clone()).expect("the object has its type's form");
        serde_json::to_value(typed).expect("a typed object is representable")
    }
    Some(match kind {
        "ConfigMap" => through::<ConfigMap>(value),
        "Deployment" => through::<Deployment>(value),
        "HorizontalPodAutoscaler" => through::<HorizontalPodAutoscaler>(value),
        "Ingress" => through::<Ingress>(value),
        "NetworkPolicy" => through::<NetworkPolicy>(value),
        "PersistentVolumeClaim" => through::<PersistentVolumeClaim>(value),
        "PodDisruptionBudget" => through::<PodDisruptionBudget>(value),
        "Service" => through::<Service>(value),
        "ServiceAccount" => through::<ServiceAccount>(value),
        "StatefulSet" => through::<StatefulSet>(value),
        _ => return None,
    })
}

fn mlship() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mlship"));
    command.env("NO_COLOR", "1").env_remove("CLICOLOR_FORCE");
    command
}

fn examples_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../examples")
        .canonicalize()
        .expect("there is a folder of examples")
}

fn golden_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// The files below a folder, but for the listing that `render` keeps for itself.
fn read(folder: &Path) -> Files {
    fn walk(folder: &Path, root: &Path, files: &mut Files) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for path in entries.map(|entry| entry.expect("a folder can be read").path()) {
            if path.is_dir() {
                walk(&path, root, files);
            } else if path.file_name().is_some_and(|name| name != ".mlship") {
                let name =
                    path.strip_prefix(root).expect("it lies below the root").to_string_lossy().into_owned();
                files.insert(name, std::fs::read_to_string(&path).expect("golden files are text"));
            }
        }
    }
    let mut files = Files::new();
    walk(folder, folder, &mut files);
    files
}

fn write(folder: &Path, files: &Files) {
    if folder.exists() {
        std::fs::remove_dir_all(folder).expect("the golden folder can be removed");
    }
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("it lies below the folder"))
            .expect("a folder can be made");
        std::fs::write(path, text).expect("a golden file can be written");
    }
}
