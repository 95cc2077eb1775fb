//! What the managed targets print, against the real API server, cfn-lint, eksctl's own schema, the clouds' own models of
//! their APIs, and programs that stand in for theirs.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod applied;
#[path = "managed/models.rs"]
mod models;
#[path = "managed/scripts.rs"]
mod scripts;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use applied::{is_custom, pod_of};
use mlship_kubernetes::yaml;
use mlship_spec::diagnostic::has_errors;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{Document, File, Target};
use mlship_spec::workload::Workload;
use serde_json::{Value, json};
use xtask::cluster::{Cluster, ClusterOptions, PodSecurity};
use xtask::tools::{self, Tool};

/// Where objects go that leave their namespace to whoever applies them.
const NAMESPACE: &str = "managed";

/// Kinds of Google's own, whose definitions are on GKE alone.
const OF_GKE: [&str; 4] = ["BackendConfig", "ComputeClass", "GCPBackendPolicy", "HealthCheckPolicy"];

/// GKE's controller of ingresses reads the annotation alone: <https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration>.
const EXPECTED: [&str; 1] = ["annotation \"kubernetes.io/ingress.class\" is deprecated"];

/// A file of one spec on one target.
struct Made {
    what: String,
    path: String,
    file: File,
}

#[test]
fn the_api_server_accepts_every_object_of_the_targets_that_are_kubernetes() {
    let cluster = Cluster::start(ClusterOptions::default()).unwrap();
    let crds = std::env::var_os("MLSHIP_CRDS").map(PathBuf::from);
    for definitions in ["keda/v2.20.2", "gateway-api/v1.5.1", "prometheus-operator/v0.93.0"] {
        if let Some(folder) = &crds {
            cluster.install_crds(&folder.join(definitions)).unwrap();
        }
    }
    let made: Vec<_> = made().into_iter().filter(|made| matches!(made.file, File::Manifests(_))).collect();
    let objects = |made: &Made| -> Vec<Value> {
        let File::Manifests(documents) = &made.file else { return Vec::new() };
        let known = |document: &&Document| {
            !OF_GKE.contains(&document.kind()) && (crds.is_some() || !is_custom(document.value()))
        };
        documents.iter().filter(known).map(|document| document.value().clone()).collect()
    };
    let namespaces: BTreeSet<String> = made
        .iter()
        .flat_map(&objects)
        .filter_map(|object| object["metadata"]["namespace"].as_str().map(str::to_owned))
        .chain([NAMESPACE.to_owned()])
        .collect();
    for namespace in namespaces {
        let level = if namespace == "default" { None } else { Some(PodSecurity::Restricted) };
        if let Some(level) = level {
            cluster.create_namespace(&namespace, level).unwrap();
        }
    }
    let mut kinds = BTreeSet::new();
    for made in &made {
        let mut list = objects(made);
        kinds.extend(list.iter().filter_map(|object| object["kind"].as_str().map(str::to_owned)));
        list.extend(list.clone().iter().filter_map(pod_of));
        dry_run(&cluster, &made.what, &json!({"apiVersion": "v1", "kind": "List", "items": list}));
    }
    for kind in ["Deployment", "StatefulSet", "PersistentVolume", "Ingress", "Service", "ConfigMap"] {
        assert!(kinds.contains(kind), "no target makes a {kind}");
    }
    assert!(made.len() >= 30, "only {} files were looked at", made.len());
}

/// Sends objects as `kubectl apply` would; the server checks them in full.
fn dry_run(cluster: &Cluster, what: &str, list: &Value) {
    let arguments =
        ["apply", "--server-side", "--dry-run=server", "--validate=strict", "--force-conflicts", "-f", "-"];
    let mut list = list.clone();
    for object in list["items"].as_array_mut().into_iter().flatten() {
        let is_of_cluster = matches!(object["kind"].as_str(), Some("PersistentVolume" | "Namespace"));
        if !is_of_cluster && object["metadata"]["namespace"].is_null() {
            object["metadata"]["namespace"] = json!(NAMESPACE);
        }
    }
    let outcome = cluster.kubectl(&arguments, Some(&list.to_string())).unwrap();
    assert!(outcome.succeeded(), "{what} is refused: {}", outcome.stderr);
    let warnings: Vec<_> = outcome
        .stderr
        .lines()
        .filter(|line| line.contains("Warning") && !EXPECTED.iter().any(|expected| line.contains(expected)))
        .collect();
    assert!(warnings.is_empty(), "{what} is accepted with warnings: {warnings:?}");
}

#[test]
fn cfn_lint_finds_nothing_in_any_template() {
    let folder = tempfile::tempdir().unwrap();
    let templates =
        written(folder.path(), |document| !document.value()["AWSTemplateFormatVersion"].is_null());
    assert!(templates.len() >= 8, "there are only {} templates", templates.len());
    let mut command = Command::new(tools::path(Tool::CfnLint).unwrap());
    // The checks of one region, whose types the price book knows, and informational findings too.
    command.args(["--include-checks", "I", "--regions", "us-east-1", "--"]).args(&templates);
    let outcome = xtask::run(&mut command).unwrap();
    assert!(outcome.succeeded(), "{}{}", outcome.stdout, outcome.stderr);
}

#[test]
fn eksctl_s_schema_accepts_every_cluster_config() {
    let Some(corpus) = std::env::var_os("MLSHIP_CORPUS") else {
        eprintln!("MLSHIP_CORPUS is not set: ClusterConfigs are not checked against eksctl's schema");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let configs = written(folder.path(), |document| document.kind() == "ClusterConfig");
    assert!(!configs.is_empty(), "no spec makes a ClusterConfig");
    let schema = Path::new(&corpus).join("schemas/eksctl/clusterconfig.schema.json");
    let location = format!("{}/{{{{.ResourceKind}}}}.json", folder.path().display());
    fs::copy(schema, folder.path().join("clusterconfig.json")).unwrap();
    let mut command = Command::new(tools::path(Tool::Kubeconform).unwrap());
    command.args(["-strict", "-summary", "-schema-location", &location]).args(&configs);
    let outcome = xtask::run(&mut command).unwrap();
    assert!(outcome.succeeded(), "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stdout.contains(&format!("Valid: {}", configs.len())), "{}", outcome.stdout);
}

impl Made {
    /// Whether the file is of that kind, by the end of its name.
    fn is(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == extension)
    }
}

/// The settings of a kind, written into a folder as they are printed.
fn written(folder: &Path, wanted: impl Fn(&Document) -> bool) -> Vec<PathBuf> {
    let mut paths = Vec::new();
    for made in made() {
        let File::Settings(document) = &made.file else { continue };
        if wanted(document) {
            let path = folder.join(format!("{}.{}", made.what, made.path));
            fs::write(&path, yaml::print_document(document)).unwrap();
            paths.push(path);
        }
    }
    paths
}

/// Every file of every spec on every managed target.
fn made() -> Vec<Made> {
    let targets = mlship_managed::targets();
    let of = |(name, workload): &(String, Workload)| {
        let emitted = |target: &&'static dyn Target| {
            let what = format!("{name}.{}", target.name());
            let emitted = target.emit(workload).ok()?;
            Some(emitted.bundle.files.into_iter().map(move |(path, file)| Made {
                what: what.clone(),
                path,
                file,
            }))
        };
        targets.iter().filter_map(emitted).flatten().collect::<Vec<_>>()
    };
    specs().iter().flat_map(of).collect()
}

/// The examples, and the specs of the managed targets' own tests.
fn specs() -> Vec<(String, Workload)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut specs: Vec<_> = ["../examples", "../crates/mlship-managed/tests/specs"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let reading = read("test.yaml", &fs::read(&path).unwrap(), &ReadOptions::default());
            assert!(!has_errors(&reading.diagnostics), "{}", path.display());
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, reading.workloads.into_iter().next().unwrap())
        })
        .collect();
    specs.sort_by(|left, right| left.0.cmp(&right.0));
    specs
}
