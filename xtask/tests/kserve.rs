//! What the KServe target prints, against the real API server with KServe's definitions of three versions.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mlship_kserve::explain::explain;
use mlship_kserve::{KserveTarget, own_runtimes};
use mlship_spec::choices::{Choice as _, KserveStorage, KserveVersion};
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{Document, File, Target as _};
use serde_json::{Value, json};
use xtask::cluster::{Cluster, ClusterOptions, PodSecurity};
use xtask::tools::{self, Tool};

/// Where objects go that leave their namespace to whoever applies them.
const NAMESPACE: &str = "golden";

/// Definitions beside KServe's own.
const COMPONENTS: [&str; 3] = ["keda/v2.20.2", "gateway-api/v1.5.1", "prometheus-operator/v0.93.0"];

/// Kinds whose definitions are not at hand.
const UNDEFINED: [&str; 1] = ["DomainMapping"];

#[test]
fn every_object_is_accepted_by_the_api_server_of_every_version() {
    let Some(crds) = std::env::var_os("MLSHIP_CRDS").map(PathBuf::from) else {
        eprintln!("MLSHIP_CRDS is not set: InferenceServices are not checked");
        return;
    };
    for version in KserveVersion::ALL {
        let cluster = cluster(&crds, *version);
        let mut services = 0;
        for (name, document) in documents(*version) {
            if UNDEFINED.contains(&document.kind()) {
                continue;
            }
            dry_run(&cluster, &format!("{version}: {name}"), document.value());
            services += u32::from(document.kind() == "InferenceService");
        }
        assert!(services >= 16, "only {services} InferenceServices were checked for {version}");
    }
}

fn cluster(crds: &Path, version: KserveVersion) -> Cluster {
    let cluster = Cluster::start(ClusterOptions::default()).unwrap();
    for definitions in COMPONENTS {
        cluster.install_crds(&crds.join(definitions)).unwrap();
    }
    let folders = fs::read_dir(crds.join("kserve")).unwrap().map(|entry| entry.unwrap().path());
    let prefix = format!("v{version}.");
    let is_version = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(&prefix);
    let folder = folders.into_iter().find(is_version).unwrap();
    // The folder holds objects of these kinds as well, which are no definitions.
    let definitions = tempfile::tempdir().unwrap();
    for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("serving.kserve.io_") {
            fs::copy(&path, definitions.path().join(name)).unwrap();
        }
    }
    cluster.install_crds(definitions.path()).unwrap();
    let namespaces =
        ["demos", "documents", "features", "llm", "payments", "recsys", "risk", "search", NAMESPACE];
    for namespace in namespaces {
        cluster.create_namespace(namespace, PodSecurity::Restricted).unwrap();
    }
    cluster
}

/// Sends an object as `kubectl apply` would: fields that the version does not have are refused.
fn dry_run(cluster: &Cluster, what: &str, object: &Value) {
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or(NAMESPACE);
    let arguments =
        ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-n", namespace, "-f", "-"];
    let outcome = cluster.kubectl(&arguments, Some(&object.to_string())).unwrap();
    let what = format!("{what}: {} {}", object["kind"], object["metadata"]["name"]);
    assert!(outcome.succeeded(), "{what} is refused: {}", outcome.stderr);
    assert!(!outcome.stderr.contains("Warning"), "{what} is accepted with a warning: {}", outcome.stderr);
}

/// What the target prints for every example that it takes, and for specs with fields of its own.
fn documents(version: KserveVersion) -> Vec<(String, Document)> {
    let own = own_runtimes::namespaced().into_iter().chain(own_runtimes::cluster_wide());
    let mut documents: Vec<_> = own.map(|runtime| ("runtimes".to_owned(), runtime)).collect();
    for path in specs() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let set = vec![format!("targets.kserve.version=\"{version}\"")];
        let reading = read(&name, text.as_bytes(), &ReadOptions { set, ..Default::default() });
        for workload in reading.workloads {
            // What a version lacks is refused, which the target's own tests look at.
            let Ok(emitted) = KserveTarget::new().emit(&workload) else { continue };
            // KServe's own initializer is refused here too, and said at the spec.
            let is_pods = workload.targets.kserve.storage == KserveStorage::Pod;
            if let Ok(explanation) = explain(&workload)
                && is_pods
            {
                // A router's pod is refused: it is among the known faults, and said at the spec.
                let is_router = |pod: &Document| {
                    !pod.value()["metadata"]["labels"]["serving.kserve.io/inferencegraph"].is_null()
                };
                let pods = explanation.made.into_iter().filter(|it| it.kind() == "Pod" && !is_router(it));
                documents.extend(pods.map(|pod| (name.clone(), plain_pod(&pod))));
            }
            for file in emitted.bundle.files.into_values() {
                if let File::Manifests(objects) = file {
                    documents.extend(objects.into_iter().map(|object| (name.clone(), object)));
                }
            }
        }
    }
    documents
}

/// The pod that KServe makes, without what this cluster lacks: its accounts and classes.
fn plain_pod(pod: &Document) -> Document {
    let mut pod = pod.value().clone();
    pod["metadata"]["name"] = json!("pod");
    for field in ["serviceAccountName", "serviceAccount", "priorityClassName", "priority", "runtimeClassName"]
    {
        pod["spec"][field] = Value::Null;
    }
    Document::of(&pod)
}

/// What KServe's SDK says of objects, a line for each thing that is lost.
fn read_by_sdk(objects: &[Value]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kserve/sdk.py");
    let mut command = Command::new(tools::path(Tool::KserveSdk).unwrap());
    let input = serde_json::to_string(objects).unwrap();
    let outcome = xtask::run_with_input(command.arg(script), &input).unwrap();
    assert!(outcome.succeeded(), "{}{}", outcome.stdout, outcome.stderr);
    outcome.stdout
}

/// The LLMInferenceService is no model of the SDK: its spec is anything to it.
const MODELS: [&str; 4] = ["InferenceService", "InferenceGraph", "ServingRuntime", "ClusterServingRuntime"];

#[test]
fn the_sdk_of_kserve_reads_every_object_without_loss() {
    let mut objects = Vec::new();
    for version in KserveVersion::ALL {
        let documents = documents(*version).into_iter().map(|(_, document)| document);
        let documents = documents.filter(|document| MODELS.contains(&document.kind()));
        objects.extend(documents.map(|document| document.value().clone()));
    }
    let services = objects.iter().filter(|object| object["kind"] == "InferenceService").count();
    assert!(services >= 48, "only {services} InferenceServices were read");
    assert_eq!(read_by_sdk(&objects), "");
}

#[test]
fn the_sdk_of_kserve_would_show_a_loss() {
    let mut objects: Vec<Value> = documents(KserveVersion::V0_20)
        .into_iter()
        .filter(|(_, document)| document.kind() == "InferenceService")
        .map(|(_, document)| document.value().clone())
        .take(3)
        .collect();
    objects[0]["spec"]["predictor"]["batchr"] = json!({ "maxBatchSize": 8 });
    objects[1]["spec"]["predictor"]["labels"] = json!("none");
    objects[2]["spec"]["predictor"]["topologySpreadConstraints"][0]["topologyKy"] = json!("zone");
    let said = read_by_sdk(&objects);
    for lost in ["batchr", "AttributeError", "topologyKy"] {
        assert!(said.contains(lost), "{lost} is not missed: {said}");
    }
}

fn specs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut specs = Vec::new();
    for folder in ["examples", "crates/mlship-kserve/tests/specs"] {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        specs.extend(entries.map(|entry| entry.unwrap().path()));
    }
    specs.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    specs.sort();
    specs
}
