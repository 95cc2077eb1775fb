//! The chart's README and what Helm prints, tried by somebody who has nothing else.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use xtask::Look;
use xtask::cluster::{Cluster, ClusterOptions, FakeNode, PodSecurity};
use xtask::tools::Tool;

fn readme() -> String {
    fs::read_to_string(crate::chart().join("README.md")).unwrap()
}

/// The blocks of code of a language, in their order.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut parts = text.split("```");
    let mut blocks = Vec::new();
    while let (Some(_), Some(block)) = (parts.next(), parts.next()) {
        let (found, code) = block.split_once('\n').unwrap();
        if found == language {
            blocks.push(code.to_owned());
        }
    }
    blocks
}

#[test]
fn every_example_is_taken_by_both_helms_and_the_api_server() {
    let cluster = Cluster::start(ClusterOptions::default()).unwrap();
    cluster.create_namespace("examples", PodSecurity::Restricted).unwrap();
    let examples = blocks(&readme(), "yaml");
    assert!(examples.len() >= 7, "{examples:?}");
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    // What names no image is a part of values, to be laid over those of the first example.
    let first = write("first.yaml", &examples[0]);
    for example in &examples {
        let values = write("values.yaml", example);
        let files: Vec<_> = if example.starts_with("image:") { vec![&values] } else { vec![&first, &values] };
        for tool in crate::HELMS {
            let chart = crate::chart();
            let mut arguments = vec![
                "template",
                "churn",
                chart.to_str().unwrap(),
                "--namespace=examples",
                "--kube-version=1.37.2",
            ];
            arguments.extend(files.iter().flat_map(|file| ["--values", file.as_str()]));
            let manifests = crate::helm(tool, &arguments).into_stdout().unwrap();
            let apply = ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
            let outcome = cluster.kubectl(&apply, Some(&manifests)).unwrap();
            assert!(
                outcome.succeeded() && !outcome.stderr.contains("Warning"),
                "{example}\n{}",
                outcome.stderr
            );
        }
    }
}

#[test]
fn the_first_try_works_as_it_is_written() {
    let cluster = Cluster::start(ClusterOptions::full()).unwrap();
    cluster.create_nodes(&[FakeNode::new("a")]).unwrap();
    let home = tempfile::tempdir().unwrap();
    let lines: Vec<String> = blocks(&readme(), "")[0].lines().map(str::to_owned).collect();
    let uninstall = "helm uninstall hello";
    assert!(readme().contains(&format!("`{uninstall}`")));
    for tool in crate::HELMS {
        for line in lines.iter().map(String::as_str).chain([uninstall]) {
            let words: Vec<_> = line.split(' ').collect();
            // No server runs in the pods of a fake node.
            if words[1] == "port-forward" {
                let port = &cluster.get(&["service", "hello"]).unwrap()["spec"]["ports"][0]["port"];
                assert_eq!(words[2..], ["service/hello", &format!("8080:{port}")]);
                continue;
            }
            let mut command = cluster.command(if words[0] == "helm" { tool } else { Tool::Kubectl }).unwrap();
            command.args(&words[1..]).env("HOME", home.path()).current_dir(crate::root().join("charts"));
            xtask::run(&mut command).unwrap().into_stdout().unwrap();
        }
        cluster
            .wait("everything to be gone", Duration::from_mins(1), || {
                let left = cluster.get(&["pods", "-l", "app.kubernetes.io/instance=hello"])?;
                let left = left["items"].as_array().map_or(0, Vec::len);
                Ok(if left == 0 { Look::Done(()) } else { Look::NotYet(format!("{left} pods are left")) })
            })
            .unwrap();
    }
}

/// What Helm prints after an installation with more values than the fewest.
fn notes(more: &Value) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, values: &Value| {
        let path = folder.path().join(name);
        fs::write(&path, values.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let least = json!({
        "image": {"repository": "ghcr.io/acme/churn", "tag": "1"},
        "probes": {"readiness": {"check": "http", "path": "/readyz"}},
        "resources": {"limits": {"memory": "1Gi"}},
    });
    let (least, more) = (file("least.json", &least), file("more.json", more));
    let chart = crate::chart();
    let arguments = ["install", "churn", chart.to_str().unwrap(), "--namespace=ml", "--dry-run=client"];
    // Helm 3 wants a cluster for that; what it prints is read where a release lives.
    let said = crate::helm(Tool::Helm, &[&arguments[..], &["--values", &least, "--values", &more]].concat());
    said.into_stdout().unwrap().split_once("\nNOTES:\n").unwrap().1.to_owned()
}

#[test]
fn what_helm_prints_says_what_to_do_next_and_what_is_missing() {
    let host = json!([{"host": "churn.example.com", "paths": [{"path": "/v1"}]}]);
    let rows = [
        (json!({}), "Inside the cluster it is churn.ml.svc, port 80."),
        (json!({}), "kubectl -n ml port-forward service/churn 8080:80"),
        (json!({"port": 8001, "protocol": "grpc"}), "port-forward service/churn 8001:8001"),
        (json!({"persistence": {"enabled": true}}), "rollout status statefulset/churn"),
        (json!({"loadSeconds": 600}), "Wait until its model is loaded (up to "),
        (json!({"ingress": {"enabled": true, "hosts": host}}), "  http://churn.example.com/v1\n"),
        (
            json!({"ingress": {"enabled": true, "hosts": host, "tls": [{"secretName": "a", "hosts": ["churn.example.com"]}]}}),
            "  https://churn.example.com/v1\n",
        ),
        (
            json!({"route": {"enabled": true, "parentRefs": [{"name": "a"}], "hostnames": ["churn.example.com"]}}),
            "through the Gateway:\n  churn.example.com\n",
        ),
        (
            json!({"probes": {"readiness": {"check": "tcp"}}}),
            "Note: a replica gets requests as soon as its port is open",
        ),
        (json!({"resources": null}), "Note: no resources are set"),
        (
            json!({"gpu": {"count": 1}, "autoscaling": {"enabled": true}}),
            "Note: the autoscaler follows the CPU",
        ),
    ];
    for (values, said) in &rows {
        let notes = notes(values);
        assert!(notes.contains(said), "{values}: {said:?} is not in:\n{notes}");
    }
    assert!(!notes(&json!({})).contains("Note:"), "nothing is missing");
}
