//! A release on a real API server with real controllers: installed, upgraded, rolled back and gone again.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::trace::{Row, Steps};
use serde_json::{Value, json};
use xtask::Look;
use xtask::cluster::{Cluster, ClusterOptions, Component, FakeNode, PodSecurity};
use xtask::tools::Tool;

use crate::server::{self, Script, Scripts};

const DEADLINE: Duration = Duration::from_mins(2);
const NAME: &str = "churn";

/// A release in a namespace of its own that enforces Pod Security "restricted".
struct Release<'a> {
    cluster: &'a Cluster,
    tool: Tool,
    namespace: String,
    folder: tempfile::TempDir,
}

impl<'a> Release<'a> {
    /// One in a new namespace.
    fn new(cluster: &'a Cluster, tool: Tool, namespace: &str) -> Self {
        cluster.create_namespace(namespace, PodSecurity::Restricted).unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self { cluster, tool, namespace: namespace.to_owned(), folder }
    }

    #[track_caller]
    fn helm(&self, arguments: &[&str]) -> String {
        let mut command = self.cluster.command(self.tool).unwrap();
        command.args(arguments).args(["--namespace", &self.namespace]).env("HOME", self.folder.path());
        xtask::run(&mut command).unwrap().into_stdout().unwrap()
    }

    /// Installs or upgrades to a chart; what Helm says comes back.
    #[track_caller]
    fn upgrade_to(&self, chart: &Path, values: &Value) -> String {
        let file = self.folder.path().join("values.json");
        fs::write(&file, values.to_string()).unwrap();
        let file = file.to_str().unwrap();
        self.helm(&["upgrade", "--install", NAME, chart.to_str().unwrap(), "--values", file])
    }

    #[track_caller]
    fn upgrade(&self, values: &Value) -> String {
        self.upgrade_to(&crate::chart(), values)
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
    let load = json!({"metric": {"name": "load"}, "target": {"type": "AverageValue", "averageValue": "1"}});
    json!({
        "image": {"repository": "ghcr.io/acme/churn", "tag": tag},
        "probes": {"readiness": {"check": "http", "path": "/readyz"}},
        "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"memory": "64Mi"}},
        "autoscaling": {
            "enabled": true, "minReplicas": 2, "maxReplicas": 6,
            "metrics": [{"type": "External", "external": load}],
        },
        "config": {"files": {"app.yaml": "threshold: 0.5\n"}},
    })
}

/// What the metrics API says of a load for which four replicas are wanted.
fn load() -> Script {
    let rows = vec![Row { at: Time::from_seconds(0), value: Some(4000) }];
    Script { metrics: [("load".to_owned(), Steps::new(rows))].into(), window: 1 }
}

#[test]
fn a_release_comes_is_upgraded_rolled_back_and_goes() {
    let often = "--horizontal-pod-autoscaler-sync-period=1s";
    let cluster =
        Cluster::start(ClusterOptions::full().flag(Component::KubeControllerManager, often)).unwrap();
    cluster.create_nodes(&[FakeNode::new("a"), FakeNode::new("b")]).unwrap();
    let releases: Vec<_> = crate::HELMS.into_iter().zip(["with-helm-4", "with-helm-3"]).collect();
    let scripts: Scripts = releases.iter().map(|(_, namespace)| ((*namespace).to_owned(), load())).collect();
    server::register(&cluster, server::start(Arc::new(scripts), Arc::default()));
    for (tool, namespace) in releases {
        live(&Release::new(&cluster, tool, namespace));
    }
}

fn live(release: &Release<'_>) {
    let said = release.upgrade(&values("1"));
    // The autoscaler's choice, for the load there is.
    release.wait_for(4, "ghcr.io/acme/churn:1");
    let first = release.get(&["deployment", NAME])["metadata"]["uid"].clone();
    let chosen = rescales(release);
    assert!(chosen > 0, "{:?}: the autoscaler did nothing", release.tool);
    do_what_is_said(release, &said);

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
    let deployment = release.get(&["deployment", NAME]);
    assert_eq!(deployment["metadata"]["uid"], first, "{:?}: it was made anew", release.tool);
    assert_eq!(rescales(release), chosen, "{:?}: the autoscaler had to choose again", release.tool);

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

/// Runs the commands that Helm prints after an installation.
fn do_what_is_said(release: &Release<'_>, said: &str) {
    let lines: Vec<_> = said.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let find = |start: &str| lines.iter().find(|line| line.starts_with(start)).copied().ok_or(said).unwrap();
    let rollout = find("kubectl ").strip_prefix("kubectl ").unwrap();
    let arguments: Vec<_> = rollout.split(' ').collect();
    assert_eq!(arguments, ["-n", &release.namespace, "rollout", "status", "deployment/churn"]);
    let outcome = release.cluster.kubectl(&arguments, None).unwrap();
    assert!(outcome.stdout.contains("successfully rolled out"), "{outcome:?}");

    let test = find("helm test ");
    let tested = release.helm(&["test", NAME]);
    assert_eq!(test, format!("helm test {NAME} -n {}", release.namespace));
    assert!(tested.contains("Succeeded"), "{tested}");
    let pods = release.get(&["pods", "-l", "app.kubernetes.io/component=test"]);
    assert_eq!(
        pods["items"].as_array().map(Vec::len),
        Some(0),
        "a test that succeeded leaves nothing behind"
    );

    // What can't be tried here is held against the Service.
    let forward = lines.iter().find(|line| line.contains("port-forward")).unwrap();
    let port = &release.get(&["service", NAME])["spec"]["ports"][0]["port"];
    assert!(forward.ends_with(&format!("port-forward service/{NAME} 8080:{port}")), "{forward}");
}

/// How often the autoscaler has changed the number of replicas.
fn rescales(release: &Release<'_>) -> u64 {
    let events = release.get(&["events", "--field-selector=reason=SuccessfulRescale"]);
    let events = events["items"].as_array().into_iter().flatten();
    events.map(|event| event["count"].as_u64().unwrap_or(1)).sum()
}

#[test]
fn what_was_released_is_upgraded_in_place() {
    let cluster = Cluster::start(ClusterOptions::full()).unwrap();
    cluster.create_nodes(&[FakeNode::new("a"), FakeNode::new("b")]).unwrap();
    let released: Vec<_> = fs::read_dir(crate::root().join("charts/released"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(!released.is_empty());
    let mut stateful = values("1");
    stateful["persistence"] = json!({"enabled": true, "size": "1Gi"});
    stateful["autoscaling"] = json!({"enabled": false});
    let mut plain = values("1");
    plain["autoscaling"] = json!({"enabled": true, "minReplicas": 2, "maxReplicas": 6});
    for (index, before) in released.iter().enumerate() {
        for (tool, version) in crate::HELMS.into_iter().zip([4, 3]) {
            for (form, values) in [("plain", &plain), ("stateful", &stateful)] {
                let release = Release::new(&cluster, tool, &format!("{form}-{index}-with-helm-{version}"));
                release.upgrade_to(before, values);
                let earlier = identities(&release);
                assert!(earlier.len() >= 5, "{earlier:?}");
                release.upgrade(values);
                let later = identities(&release);
                let chart = format!("model-server-{}", mlship_helm::chart::VERSION);
                for (object, (uid, _)) in &earlier {
                    let upgraded = later.get(object);
                    assert_eq!(
                        upgraded,
                        Some(&(uid.clone(), chart.clone())),
                        "{tool:?}, {before:?}: {object}"
                    );
                }
            }
        }
    }
}

/// The objects of a release, each with its identity and the chart that it says it is of.
fn identities(release: &Release<'_>) -> BTreeMap<String, (String, String)> {
    let kinds =
        "deployment,statefulset,service,networkpolicy,poddisruptionbudget,hpa,serviceaccount,configmap";
    let objects = release.get(&[kinds, "-l", "app.kubernetes.io/instance=churn"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let objects = objects["items"].as_array().into_iter().flatten().map(|object| {
        let metadata = &object["metadata"];
        let name = format!("{}/{}", text(&object["kind"]), text(&metadata["name"]));
        (name, (text(&metadata["uid"]), text(&metadata["labels"]["helm.sh/chart"])))
    });
    objects.collect()
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
