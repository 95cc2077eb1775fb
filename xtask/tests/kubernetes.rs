//! What the raw target prints, against the real API server, scheduler, controllers and readers of YAML.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod applied;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use applied::{is_custom, pod_of};
use mlship_kubernetes::objects as objects_of;
use mlship_spec::read::{ReadOptions, read};
use serde_json::Value;
use xtask::Look;
use xtask::cluster::{Cluster, ClusterOptions, FakeNode, PodSecurity};
use xtask::tools::{self, Tool};

const DEADLINE: Duration = Duration::from_mins(2);

/// Where objects go that leave their namespace to whoever applies them.
const NAMESPACE: &str = "golden";

/// An API server alone, with the definitions of everything that is emitted beyond Kubernetes' own kinds.
static API_SERVER: LazyLock<Cluster> = LazyLock::new(|| {
    let cluster = Cluster::start(ClusterOptions::default()).unwrap();
    match crds() {
        Some(folder) => {
            for definitions in ["keda/v2.20.2", "gateway-api/v1.5.1", "prometheus-operator/v0.93.0"] {
                cluster.install_crds(&folder.join(definitions)).unwrap();
            }
        }
        None => eprintln!("MLSHIP_CRDS is not set: objects of custom kinds are not checked"),
    }
    for namespace in namespaces() {
        cluster.create_namespace(&namespace, PodSecurity::Restricted).unwrap();
    }
    cluster
});

#[test]
fn every_golden_object_is_accepted_by_the_api_server() {
    let mut kinds = BTreeSet::new();
    for (path, text) in golden_files() {
        for object in objects(&text) {
            if crds().is_none() && is_custom(&object) {
                continue;
            }
            kinds.insert(object["kind"].as_str().unwrap().to_owned());
            dry_run(&path, &object);
            if let Some(pod) = pod_of(&object) {
                dry_run(&path, &pod);
            }
        }
    }
    for kind in ["Deployment", "StatefulSet", "Service", "Ingress", "NetworkPolicy", "PodDisruptionBudget"] {
        assert!(kinds.contains(kind), "no golden file holds a {kind}");
    }
}

/// Sends an object as `kubectl apply` would; the server checks it in full, and warns where Pod Security or
/// an unknown field would bite later.
fn dry_run(path: &Path, object: &Value) {
    let namespace = object["metadata"]["namespace"].as_str().unwrap_or(NAMESPACE);
    let arguments =
        ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-n", namespace, "-f", "-"];
    let outcome = API_SERVER.kubectl(&arguments, Some(&object.to_string())).unwrap();
    let what = format!("{}: {} {}", path.display(), object["kind"], object["metadata"]["name"]);
    assert!(outcome.succeeded(), "{what} is refused: {}", outcome.stderr);
    assert!(!outcome.stderr.contains("Warning"), "{what} is accepted with a warning: {}", outcome.stderr);
}

#[test]
fn the_churn_predictor_comes_up_rolls_and_drains() {
    let cluster = Cluster::start(ClusterOptions::full()).unwrap();
    let node = |name: &str| {
        FakeNode::new(name).allocatable("nvidia.com/gpu", "1").taint(
            "nvidia.com/gpu",
            "present",
            "NoSchedule",
        )
    };
    cluster.create_nodes(&[node("gpu-a"), node("gpu-b"), node("gpu-c")]).unwrap();
    cluster.create_namespace(NAMESPACE, PodSecurity::Restricted).unwrap();
    let manifests =
        fs::read_to_string(golden().join("churn-predictor/kubernetes/churn-predictor.yaml")).unwrap();
    let arguments = ["apply", "--server-side", "--validate=strict", "-n", NAMESPACE, "-f", "-"];
    cluster.kubectl(&arguments, Some(&manifests)).unwrap().into_stdout().unwrap();

    // The autoscaler's minimum, reached without any metric.
    wait_for_ready(&cluster, 2);
    roll(&cluster);
    drain(&cluster);
}

fn wait_for_ready(cluster: &Cluster, wanted: u64) {
    cluster
        .wait(&format!("{wanted} ready replicas"), DEADLINE, || {
            let status = deployment(cluster)?["status"].clone();
            Ok(if status["readyReplicas"] == wanted {
                Look::Done(())
            } else {
                Look::NotYet(status.to_string())
            })
        })
        .unwrap();
}

fn deployment(cluster: &Cluster) -> xtask::Result<Value> {
    cluster.get(&["-n", NAMESPACE, "deployment", "churn-predictor"])
}

/// A new version takes over, and at no time less is available than was promised. The cluster has a third
/// GPU for no more than the replica that drains: the rollout must not count on it.
fn roll(cluster: &Cluster) {
    cluster.kubectl(&["cordon", "gpu-c"], None).unwrap().into_stdout().unwrap();
    let image = "server=ghcr.io/yourorg/churn-service:0.3.2";
    let arguments = ["-n", NAMESPACE, "set", "image", "deployment/churn-predictor", image];
    cluster.kubectl(&arguments, None).unwrap().into_stdout().unwrap();
    let mut least = u64::MAX;
    cluster
        .wait("the rollout", DEADLINE, || {
            let deployment = deployment(cluster)?;
            let status = &deployment["status"];
            least = least.min(status["availableReplicas"].as_u64().unwrap_or(0));
            let done = status["observedGeneration"] == deployment["metadata"]["generation"]
                && status["updatedReplicas"] == 2
                && status["readyReplicas"] == 2
                && status["replicas"] == 2;
            Ok(if done { Look::Done(()) } else { Look::NotYet(status.to_string()) })
        })
        .unwrap();
    assert!(least >= 1, "{least} replicas were available during the rollout; one less than two was promised");
    cluster.kubectl(&["uncordon", "gpu-c"], None).unwrap().into_stdout().unwrap();
}

/// Every node can be drained, one after the other.
fn drain(cluster: &Cluster) {
    for node in ["gpu-a", "gpu-b"] {
        let arguments = ["drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s"];
        let outcome = cluster.kubectl(&arguments, None).unwrap();
        assert!(outcome.succeeded(), "{node} can't be drained: {}{}", outcome.stdout, outcome.stderr);
        cluster.kubectl(&["uncordon", node], None).unwrap().into_stdout().unwrap();
        wait_for_ready(cluster, 2);
    }
}

/// The script of the init container with a stand-in for the initializer, which writes what it is asked for.
#[test]
fn a_cache_is_filled_with_several_places_once() {
    const INITIALIZER: &str = "/storage-initializer/scripts/initializer-entrypoint";
    let spec = "apiVersion: mlship.dev/v1\nname: churn\nserver: {image: 'ghcr.io/acme/churn:0.3.1'}\n\
                model: {size: 1Gi, cache: {}, uris: {churn: 's3://models/churn', fraud_v2: 'gs://models/fraud'}}";
    let reading = read("mlship.yaml", spec.as_bytes(), &ReadOptions::default());
    let deployment = objects_of(reading.workloads.first().unwrap()).deployment.unwrap();
    let deployment = serde_json::to_value(deployment).unwrap();
    let container = &deployment["spec"]["template"]["spec"]["initContainers"][0];
    let texts = |field: &str| -> Vec<String> {
        container[field].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect()
    };
    let cache = tempfile::tempdir().unwrap();
    let stand_in = tempfile::tempdir().unwrap();
    let program = stand_in.path().join("initializer");
    let script = "while [ $# -gt 0 ]; do mkdir -p \"$2\"; echo \"$1\" >> \"$2/from\"; shift 2; done\n";
    fs::write(&program, script).unwrap();
    let [shell, options, fill, name] = &texts("command")[..] else { panic!("{container}") };
    let fill = fill.replace(INITIALIZER, &format!("sh {}", program.display()));
    let run = || {
        let mut command = Command::new(shell);
        command.args([options, &fill, name]).args(texts("args"));
        let output = command.current_dir(cache.path()).env("POD_NAME", "pod-1").output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert_eq!(run(), "");
    let folder = cache.path().join(&texts("args")[0]);
    let from = |model: &str| fs::read_to_string(folder.join(model).join("from")).unwrap();
    assert_eq!(
        (from("churn").as_str(), from("fraud_v2").as_str()),
        ("s3://models/churn\n", "gs://models/fraud\n")
    );
    // The second replica finds them complete, and nothing is left beside them.
    assert!(run().contains("is complete"));
    assert_eq!(from("churn"), "s3://models/churn\n");
    assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 1);
}

#[test]
fn kubeconform_finds_nothing() {
    let Some(corpus) = std::env::var_os("MLSHIP_CORPUS") else {
        eprintln!("MLSHIP_CORPUS is not set: its schemas are not checked against");
        return;
    };
    let schemas = Path::new(&corpus).join("schemas/kubernetes/v1.37.0-standalone-strict");
    let location = format!("{}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json", schemas.display());
    let mut command = std::process::Command::new(tools::path(Tool::Kubeconform).unwrap());
    command.args(["-strict", "-summary", "-schema-location", &location, "-ignore-missing-schemas"]);
    command.args(golden_files().into_iter().map(|(path, _)| path));
    let outcome = xtask::run(&mut command).unwrap();
    assert!(outcome.succeeded(), "{}{}", outcome.stdout, outcome.stderr);
    let valid = outcome.stdout.split("Valid: ").nth(1).and_then(|rest| rest.split(',').next()).unwrap_or("0");
    assert!(valid.parse::<u32>().unwrap() > 100, "only {valid} objects had a schema: {}", outcome.stdout);
}

/// What kube-score finds critical, and we don't: ARCHITECTURE.md argues each.
const ARGUED: &[(&str, &str)] = &[
    ("pod-probes-identical", ""),
    ("container-resources", "CPU limit is not set"),
    ("container-image-pull-policy", "ImagePullPolicy is not set to Always"),
    ("container-security-context-user-group-id", "The container is running with a low user ID"),
    ("container-security-context-user-group-id", "The container running with a low group ID"),
];

#[test]
fn kube_score_finds_nothing_critical_that_is_not_argued() {
    let mut command = std::process::Command::new(tools::path(Tool::KubeScore).unwrap());
    command.args(["score", "--output-format", "json", "--kubernetes-version", "v1.36"]);
    command.args(golden_files().into_iter().map(|(path, _)| path));
    // It exits with 1 where it finds something critical; its report says what.
    let outcome = xtask::run(&mut command).unwrap();
    let report: Value =
        serde_json::from_str(&outcome.stdout).unwrap_or_else(|_| panic!("{}", outcome.stderr));
    let mut critical = Vec::new();
    let mut argued = BTreeSet::new();
    for object in report.as_array().unwrap() {
        for check in object["checks"].as_array().into_iter().flatten().filter(|check| is_critical(check)) {
            for comment in check["comments"].as_array().into_iter().flatten() {
                let (id, summary) =
                    (check["check"]["id"].as_str().unwrap(), comment["summary"].as_str().unwrap());
                match ARGUED.iter().find(|(known, words)| *known == id && summary.contains(words)) {
                    Some(known) => _ = argued.insert(*known),
                    None => critical.push(format!("{}: {id}: {summary}", object["object_name"])),
                }
            }
        }
    }
    assert!(critical.is_empty(), "{}", critical.join("\n"));
    assert_eq!(argued, ARGUED.iter().copied().collect(), "an argument is left that nothing needs");
}

/// Grade 1 is critical; checks that are off by default are listed with it, as skipped.
fn is_critical(check: &Value) -> bool {
    check["grade"] == 1 && check["skipped"] != true
}

/// The objects of a printed stream, as a reader of YAML 1.1 with Go's rules sees them.
fn objects(text: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(text);
    documents.map(|document| serde::Deserialize::deserialize(document).unwrap()).collect()
}

fn namespaces() -> BTreeSet<String> {
    let texts = golden_files();
    let named = texts.iter().flat_map(|(_, text)| objects(text));
    named
        .filter_map(|object| object["metadata"]["namespace"].as_str().map(str::to_owned))
        .chain([NAMESPACE.to_owned()])
        .collect()
}

/// The golden files that are applied, for the targets that are plain Kubernetes.
fn golden_files() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for case in fs::read_dir(golden()).unwrap() {
        let Ok(entries) = fs::read_dir(case.unwrap().path().join("kubernetes")) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|extension| extension == "yaml") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files.sort();
    assert!(files.len() >= 14, "there are only {} golden files", files.len());
    files
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/mlship/tests/golden")
}

fn crds() -> Option<PathBuf> {
    std::env::var_os("MLSHIP_CRDS").map(PathBuf::from)
}
