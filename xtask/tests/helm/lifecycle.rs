//! A release on a real API server with real controllers: installed, upgraded, rolled back and gone again.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use xtask::Look;
use xtask::cluster::{Cluster, ClusterOptions, FakeNode, PodSecurity};
use xtask::tools::Tool;

const DEADLINE: Duration = Duration::from_mins(2);
const NAME: &str = "churn";

/// A release in a namespace of its own that enforces Pod Security "restricted".
struct Release<'a> {
    cluster: &'a Cluster,
    tool: Tool,
    namespace: String,
    folder: tempfile::TempDir,
}

impl Release<'_> {
    #[track_caller]
    fn helm(&self, arguments: &[&str]) -> String {
        let mut command = self.cluster.command(self.tool).unwrap();
        command.args(arguments).args(["--namespace", &self.namespace]).env("HOME", self.folder.path());
        xtask::run(&mut command).unwrap().into_stdout().unwrap()
    }

    #[track_caller]
    fn upgrade(&self, values: &Value) {
        let file = self.folder.path().join("values.json");
        fs::write(&file, values.to_string()).unwrap();
        let chart = crate::chart();
        let arguments =
            ["upgrade", "--install", NAME, chart.to_str().unwrap(), "--values", file.to_str().unwrap()];
        self.helm(&arguments);
    }

    fn get(&self, what: &[&str]) -> Value {
        self.cluster.get(&[&["-n", &self.namespace][..], what].concat()).unwrap()
    }

    /// Waits until all of so many replicas run an image.
    fn wait_for(&self, replicas: u64, image: &str) {
        self.cluster
            .wait(&format!("{replicas} ready replicas of {image}"), DEADLINE, || {
                let deployment = self.get(&["deployment", NAME]);
                let status = &deployment["status"];
                let done = deployment["spec"]["template"]["spec"]["containers"][0]["image"] == image
                    && status["observedGeneration"] == deployment["metadata"]["generation"]
                    && status["updatedReplicas"] == replicas
                    && status["readyReplicas"] == replicas
                    && status["replicas"] == replicas;
                Ok(if done { Look::Done(()) } else { Look::NotYet(deployment["status"].to_string()) })
            })
            .unwrap();
    }
}

fn values(tag: &str) -> Value {
    json!({
        "image": {"repository": "ghcr.io/acme/churn", "tag": tag},
        "probes": {"readiness": {"check": "http", "path": "/readyz"}},
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
        "autoscaling": {"enabled": true, "minReplicas": 2, "maxReplicas": 6},
        "config": {"files": {"app.yaml": "threshold: 0.5\n"}},
    })
}

#[test]
fn a_release_comes_is_upgraded_rolled_back_and_goes() {
    let cluster = Cluster::start(ClusterOptions::full()).unwrap();
    cluster.create_nodes(&[FakeNode::new("a"), FakeNode::new("b")]).unwrap();
    for (tool, namespace) in crate::HELMS.into_iter().zip(["with-helm-4", "with-helm-3"]) {
        cluster.create_namespace(namespace, PodSecurity::Restricted).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let release = Release { cluster: &cluster, tool, namespace: namespace.to_owned(), folder };
        live(&release);
    }
}

fn live(release: &Release<'_>) {
    release.upgrade(&values("1"));
    release.wait_for(2, "ghcr.io/acme/churn:1");
    let first = release.get(&["deployment", NAME])["metadata"]["uid"].clone();

    // What the autoscaler does when there is load: the same request to the same place.
    let scale = ["-n", &release.namespace, "scale", "deployment", NAME, "--replicas=4"];
    release.cluster.kubectl(&scale, None).unwrap().into_stdout().unwrap();
    release.wait_for(4, "ghcr.io/acme/churn:1");

    release.upgrade(&values("2"));
    release.wait_for(4, "ghcr.io/acme/churn:2");

    // The files alone change: the pods must read them anew.
    let mut changed = values("2");
    let template =
        || release.get(&["deployment", NAME])["spec"]["template"]["metadata"]["annotations"].clone();
    let before = template();
    changed["config"]["files"]["app.yaml"] = json!("threshold: 0.7\n");
    release.upgrade(&changed);
    assert_ne!(template(), before, "{:?}", release.tool);
    release.wait_for(4, "ghcr.io/acme/churn:2");

    release.helm(&["rollback", NAME, "1"]);
    release.wait_for(4, "ghcr.io/acme/churn:1");
    assert_eq!(
        release.get(&["deployment", NAME])["metadata"]["uid"],
        first,
        "{:?}: it was made anew",
        release.tool
    );

    release.helm(&["uninstall", NAME, "--wait"]);
    let kinds = "all,ingress,networkpolicy,poddisruptionbudget,hpa,serviceaccount,configmap";
    release
        .cluster
        .wait("everything to be gone", DEADLINE, || {
            let left = release.get(&[kinds, "-l", "app.kubernetes.io/instance=churn"]);
            let left = left["items"].as_array().map_or(0, Vec::len);
            Ok(if left == 0 { Look::Done(()) } else { Look::NotYet(format!("{left} objects are left")) })
        })
        .unwrap();
}

#[test]
fn the_test_pod_is_one_that_a_restricted_namespace_takes() {
    let cluster = Cluster::start(ClusterOptions::default()).unwrap();
    cluster.create_namespace("restricted", PodSecurity::Restricted).unwrap();
    let chart = crate::chart();
    let mut image = values("1");
    for probe in [json!({"check": "http", "path": "/readyz"}), json!({"check": "tcp", "path": ""})] {
        image["probes"]["readiness"] = probe;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("values.json");
        fs::write(&file, image.to_string()).unwrap();
        let arguments = [
            "template",
            NAME,
            chart.to_str().unwrap(),
            "--namespace=restricted",
            "--show-only=templates/tests/health.yaml",
            "--values",
            file.to_str().unwrap(),
        ];
        let pod = crate::helm(Tool::Helm, &arguments).into_stdout().unwrap();
        let dry_run = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
        let outcome = cluster.kubectl(&dry_run, Some(&pod)).unwrap();
        assert!(outcome.succeeded() && !outcome.stderr.contains("Warning"), "{}", outcome.stderr);
    }
}
