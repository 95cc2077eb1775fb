//! What the KServe target prints, through KServe's own controller and webhooks in Standard mode: everything is
//! admitted, every service becomes ready, and what comes out is what `--explain` predicts.
//!
//! No container runs: nodes are fake, and every pod is put onto one whatever it asks for.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use mlship_spec::diagnostic::has_errors;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::workload::Workload;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use xtask::Look;
use xtask::cluster::PodSecurity;

mod controller {
    pub mod case;
    pub mod compare;
    pub mod kserve;
}
use controller::{case, compare, kserve};

#[path = "../../crates/mlship-kserve/tests/carried/specs.rs"]
mod specs;

use case::{Case, material};
use kserve::KServe;

/// How many services are in the cluster at once.
const AT_ONCE: usize = 12;

#[test]
fn every_service_becomes_ready_as_predicted() {
    let (Some(crds), Some(truth)) = (material("MLSHIP_CRDS"), material("MLSHIP_KSERVE_TRUTH")) else {
        eprintln!("MLSHIP_CRDS or MLSHIP_KSERVE_TRUTH is not set: KServe's controller is not asked");
        return;
    };
    let mut kserve = KServe::start(&crds, &truth);
    let workloads = from_files().into_iter().chain(random());
    let cases: Vec<Case> = workloads
        .enumerate()
        .filter_map(|(number, (what, workload))| Case::of(&what, number, &workload, &kserve))
        .collect();
    let mut wrong = Vec::new();
    for some in cases.chunks(AT_ONCE) {
        wrong.extend(run(&kserve, some));
    }
    assert!(kserve.is_alive(), "KServe's controller ended");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cases.len() >= 50, "only {} services were tried", cases.len());
}

#[test]
fn a_difference_would_be_shown() {
    let of = |args: &[&str], name: &str| {
        let container = json!({"name": "kserve-container", "args": args});
        json!({"kind": "Pod", "metadata": {"name": name}, "spec": {"containers": [container], "nodeName": name}})
    };
    assert_eq!(compare::difference(&of(&["a"], "one"), &of(&["a"], "two")), None);
    let difference = compare::difference(&of(&["a"], "one"), &of(&["b"], "one"));
    assert_eq!(difference.as_deref(), Some(r#"/spec/containers/0/args/0: predicted "a", made "b""#));
    assert!(compare::difference(&of(&["a"], "one"), &of(&[], "one")).is_some());
}

/// Applies cases together and waits until all are ready; what is wrong with them.
fn run(kserve: &KServe, cases: &[Case]) -> Vec<String> {
    let mut wrong = Vec::new();
    for case in cases {
        kserve.cluster.create_namespace(&case.namespace, PodSecurity::Unenforced).unwrap();
        for need in case.needs() {
            kserve.cluster.apply(&need.to_string()).unwrap();
        }
        let list = json!({"apiVersion": "v1", "kind": "List", "items": case.documents});
        let arguments = ["apply", "--server-side", "--validate=strict", "-n", &case.namespace, "-f", "-"];
        let outcome = kserve.cluster.kubectl(&arguments, Some(&list.to_string())).unwrap();
        if !outcome.succeeded() || outcome.stderr.contains("Warning") {
            wrong.push(format!("{} is not admitted: {}", case.what, outcome.stderr));
        }
    }
    let deadline = Duration::from_mins(2);
    let outcome = kserve.cluster.wait("services to be ready", deadline, || {
        bind(kserve);
        let unready: Vec<String> = cases.iter().filter_map(|case| unready(kserve, case)).collect();
        Ok(if unready.is_empty() { Look::Done(()) } else { Look::NotYet(unready.join("\n")) })
    });
    wrong.extend(outcome.err().map(|error| error.to_string()));
    for case in cases {
        let differences = case.predicted.iter().filter_map(|object| differs(kserve, case, object));
        wrong.extend(differences.map(|difference| format!("{}: {difference}", case.what)));
    }
    for case in cases {
        let arguments = ["delete", "namespace", &case.namespace, "--wait=false"];
        kserve.cluster.kubectl(&arguments, None).unwrap();
        for kind in ["inferenceservices", "inferencegraphs"] {
            let arguments = ["delete", kind, "--all", "-n", &case.namespace, "--wait=false"];
            kserve.cluster.kubectl(&arguments, None).unwrap();
        }
    }
    wrong
}

/// Puts every pod that waits for a node onto the one there is.
fn bind(kserve: &KServe) {
    let waiting = ["pods", "--all-namespaces", "--field-selector=spec.nodeName="];
    let pods = kserve.cluster.get(&waiting).unwrap();
    for pod in pods["items"].as_array().into_iter().flatten() {
        let (name, namespace) = (&pod["metadata"]["name"], &pod["metadata"]["namespace"]);
        let binding = json!({
            "apiVersion": "v1",
            "kind": "Binding",
            "metadata": {"name": name, "namespace": namespace},
            "target": {"apiVersion": "v1", "kind": "Node", "name": "node"},
        });
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let path = format!("/api/v1/namespaces/{}/pods/{}/binding", text(namespace), text(name));
        // A pod that was deleted meanwhile is nobody's loss.
        kserve.cluster.kubectl(&["create", "--raw", &path, "-f", "-"], Some(&binding.to_string())).unwrap();
    }
}

/// Why a case is not ready yet.
fn unready(kserve: &KServe, case: &Case) -> Option<String> {
    let services = kserve.cluster.get(&["inferenceservices,inferencegraphs", "-n", &case.namespace]).unwrap();
    let conditions =
        |service: &Value| service["status"]["conditions"].as_array().cloned().unwrap_or_default();
    let is_ready = |service: &Value| {
        conditions(service).iter().any(|it| it["type"] == "Ready" && it["status"] == "True")
    };
    let services = services["items"].as_array().cloned().unwrap_or_default();
    if services.is_empty() {
        return Some(format!("{}: nothing is there", case.what));
    }
    let service = services.iter().find(|service| !is_ready(service))?;
    let said: Vec<String> = conditions(service)
        .iter()
        .filter(|it| it["status"] != "True" && !it["message"].is_null())
        .map(|it| format!("{} {}", it["type"], it["message"]))
        .collect();
    Some(format!("{}: {}", case.what, said.join("; ")))
}

/// How an object differs from what was predicted.
fn differs(kserve: &KServe, case: &Case, predicted: &Value) -> Option<String> {
    let kind = predicted["kind"].as_str().unwrap_or_default();
    let name = predicted["metadata"]["name"].as_str().unwrap_or_default();
    let real = if kind == "Pod" {
        let app = format!("app={}", predicted["metadata"]["labels"]["app"].as_str().unwrap_or_default());
        let pods = kserve.cluster.get(&["pods", "-n", &case.namespace, "-l", &app]).unwrap();
        let Some(mut pod) = pods["items"].get(0).cloned() else {
            let of_app =
                |it: &&Value| it["metadata"]["labels"]["app"] == predicted["metadata"]["labels"]["app"];
            let deployment = case.predicted.iter().filter(of_app).find(|it| it["kind"] == "Deployment");
            let is_asleep = deployment.is_some_and(|it| it["spec"]["replicas"] == 0);
            return (!is_asleep).then(|| format!("there is no pod of {app}"));
        };
        // Items of a list of one kind do not say which.
        pod["kind"] = json!("Pod");
        pod["apiVersion"] = json!("v1");
        pod
    } else {
        let outcome = kserve.cluster.kubectl(&["get", kind, name, "-n", &case.namespace, "-o", "json"], None);
        match serde_json::from_str(&outcome.unwrap().stdout) {
            Ok(real) => real,
            Err(_) => return Some(format!("there is no {kind} {name}")),
        }
    };
    compare::difference(predicted, &real).map(|difference| format!("{kind} {name}{difference}"))
}

/// Workloads of the examples, and of the specs of what only KServe knows.
fn from_files() -> Vec<(String, Workload)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut workloads = Vec::new();
    for folder in ["examples", "crates/mlship-kserve/tests/specs"] {
        let entries = fs::read_dir(root.join(folder)).unwrap();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            for environment in [None, Some("development"), Some("staging"), Some("production")] {
                let environment = environment.map(str::to_owned);
                let what = format!("{name} {}", environment.as_deref().unwrap_or_default());
                let options = ReadOptions { environment, ..ReadOptions::default() };
                let reading = read(&name, &fs::read(&path).unwrap(), &options);
                if !has_errors(&reading.diagnostics) {
                    workloads.extend(reading.workloads.into_iter().map(|it| (what.clone(), it)));
                }
            }
        }
    }
    workloads
}

/// Random workloads, the same in every run.
fn random() -> Vec<(String, Workload)> {
    let cases = std::env::var("MLSHIP_KSERVE_CASES").map_or(60, |cases| cases.parse().unwrap());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[9; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = specs::spec();
    let specs = (0..cases).map(|_| strategy.new_tree(&mut runner).unwrap().current().to_string());
    let mut workloads = Vec::new();
    for spec in specs {
        let reading = read("random.yaml", spec.as_bytes(), &ReadOptions::default());
        if !has_errors(&reading.diagnostics) {
            workloads.extend(reading.workloads.into_iter().map(|workload| (spec.clone(), workload)));
        }
    }
    workloads
}
