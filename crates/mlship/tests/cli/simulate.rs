//! `mlship simulate`: predictions, and what they refuse.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Place, SPEC, code, stderr};

/// A cluster without GPUs.
const PLAIN_NODES: &str = "\
apiVersion: v1
kind: List
items:
- kind: Node
  metadata: {name: one}
  status: {allocatable: {cpu: 4, memory: 16Gi, ephemeral-storage: 50Gi, pods: 110}}
- kind: Node
  metadata: {name: two}
  status: {allocatable: {cpu: 4, memory: 16Gi, ephemeral-storage: 50Gi, pods: 110}}
";

/// A server on a GPU, as a Deployment and its CPU-based autoscaler.
const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: llm}
spec:
  selector: {matchLabels: {app: llm}}
  template:
    metadata: {labels: {app: llm}}
    spec:
      containers:
      - name: server
        image: ghcr.io/example/llm:1
        resources: {requests: {cpu: 2, memory: 4Gi}, limits: {nvidia.com/gpu: 1}}
";
const AUTOSCALER: &str = "\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: llm}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: llm}
  minReplicas: 1
  maxReplicas: 10
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 70}}}]
";

/// A spec of the same server, autoscaled on what it has in flight.
const GPU_SPEC: &str = "\
apiVersion: mlship.dev/v1
name: llm
server: {image: ghcr.io/example/llm:1, metrics: {path: /metrics}}
model: {loadSeconds: 60}
resources: {cpu: 2, memory: 4Gi, gpu: 1}
health: {ready: /readyz}
replicas: {min: 2, max: 10}
autoscale: {on: concurrency, target: 4, metric: http_requests_inprogress}
";

fn manifests() -> Place {
    Place::new()
        .file("nodes.yaml", PLAIN_NODES)
        .file("app/deployment.yaml", DEPLOYMENT)
        .file("app/hpa.yaml", AUTOSCALER)
}

#[test]
fn a_gpu_on_a_cluster_without_gpus_waits_with_the_schedulers_message() {
    assert_snapshot!(manifests().run(&["simulate", "placement", "-f", "app", "--nodes", "nodes.yaml"]));
}

#[test]
fn a_cpu_based_autoscaler_on_a_gpu_server_is_found_out() {
    let load = ["simulate", "autoscaling", "-f", "app", "--load", "ramp:10..100@60s+2m/10m"];
    assert_snapshot!(manifests().run(&load));
}

#[test]
fn a_spec_is_placed_on_machines_that_are_not_there_yet() {
    let place = Place::new().file("mlship.yaml", GPU_SPEC);
    let runs = [
        place.run(&["simulate", "placement", "--node-group", "g6.xlarge=3", "--how-many"]),
        place.run(&["simulate", "placement", "--node-group", "g6.xlarge=2", "--set", "replicas.min=4"]),
    ];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn a_spec_keeps_up_or_not() {
    let place = Place::new().file("mlship.yaml", GPU_SPEC);
    let load = ["simulate", "autoscaling", "--load"];
    let runs = [
        place.run(&[&load[..], &["constant:20/5m", "--price", "0.8"]].concat()),
        place.run(&[&load[..], &["spike:10..200@60s+2m/10m", "--queue", "20", "--timeout", "20"]].concat()),
    ];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn what_runs_already_takes_room() {
    let pods = "kind: Pod\nmetadata: {name: other}\nspec: {nodeName: one, priority: 0, containers: \
                [{name: c, resources: {requests: {cpu: 3}}}]}\nstatus: {phase: Running}\n";
    let place = Place::with_spec().file("nodes/all.yaml", PLAIN_NODES).file("pods.yaml", pods);
    let arguments = ["simulate", "placement", "--nodes", "nodes", "--pods", "pods.yaml", "--set"];
    assert_snapshot!(place.run(&[&arguments[..], &["resources.cpu=2"]].concat()));
}

#[test]
fn messages_are_worded_as_the_clusters_version_does() {
    let tainted = "kind: Node\nmetadata: {name: t}\nspec: {taints: [{key: gpu, value: \"yes\", effect: NoSchedule}]}\n\
                   status: {allocatable: {cpu: 4, memory: 16Gi, ephemeral-storage: 50Gi, pods: 110}}\n";
    let place = Place::with_spec().file("nodes.yaml", tainted);
    let message = |version: &[&str]| {
        let arguments = ["simulate", "placement", "--nodes", "nodes.yaml", "-o", "json"];
        let report: Value =
            serde_json::from_slice(&place.output(&[&arguments, version].concat()).stdout).unwrap();
        report["pending"][0]["message"].as_str().unwrap().to_owned()
    };
    assert!(message(&["--kubernetes-version", "1.36"]).contains("untolerated taint {gpu: yes}"));
    assert!(!message(&[]).contains("{gpu"), "{}", message(&[]));
}

#[test]
fn json_is_the_reports_own_shape() {
    let place = manifests();
    assert_snapshot!(place.run(&[
        "simulate",
        "placement",
        "-f",
        "app",
        "--nodes",
        "nodes.yaml",
        "-o",
        "json"
    ]));
    let output =
        place.output(&["simulate", "autoscaling", "-f", "app", "--load", "constant:10/1m", "-o", "json"]);
    assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys: Vec<&String> = report.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["version", "timeline", "events", "conditions", "summary", "findings", "suggestions"]);
    assert_eq!(report["timeline"].as_array().unwrap().len(), 60);
}

#[test]
fn metrics_are_replayed_without_a_server() {
    let place = manifests().file("cpu.csv", "seconds,value\n0,500m\n60,14\n120,\n180,2\n");
    let arguments =
        ["simulate", "autoscaling", "-f", "app/hpa.yaml", "-f", "app/deployment.yaml", "--metric"];
    let plain = [&arguments[..], &["cpu=cpu.csv", "--duration", "10m", "--replicas", "2"]].concat();
    let settings = ["--ready-after", "45", "--sync-period", "30", "--tolerance", "0.2"];
    let windows = ["--initialization", "60s", "--readiness-delay", "10", "--downscale-window", "1m"];
    let tuned = [&plain[..], &settings, &windows, &["-o", "json"]].concat();
    let events = |arguments: &[&str]| {
        let report: Value = serde_json::from_slice(&place.output(arguments).stdout).unwrap();
        serde_json::to_string_pretty(&report["events"]).unwrap()
    };
    assert_snapshot!([place.run(&plain), events(&tuned)].join("\n"));
}

/// A young pod's CPU counts later, so that the size follows later.
#[test]
fn a_samples_window_delays_what_young_pods_report() {
    let place = manifests().file("cpu.csv", "seconds,value\n0,1500m\n60,4\n120,9\n300,2\n");
    let arguments =
        ["simulate", "autoscaling", "-f", "app", "--metric", "cpu=cpu.csv", "--ready-after", "20"];
    let events = |more: &[&str]| {
        let output = place.output(&[&arguments[..], more, &["-o", "json"]].concat());
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        report["events"].clone()
    };
    assert_eq!(events(&[]), events(&["--metric-window", "0"]));
    assert_ne!(events(&[]), events(&["--metric-window", "120"]));
}

#[test]
fn pictures_are_whole_files() {
    let place = manifests();
    let arguments = ["simulate", "autoscaling", "-f", "app", "--load", "constant:10/1m"];
    let pictures = ["--plot", "plot.svg", "--report", "page.html", "-o", "json"];
    let output = place.output(&[&arguments[..], &pictures].concat());
    assert_eq!(
        (code(&output), stderr(&output).as_str()),
        (0, "note: wrote plot.svg\nnote: wrote page.html\n")
    );
    assert!(place.read("plot.svg").starts_with("<svg ") && place.read("plot.svg").ends_with("</svg>\n"));
    assert!(place.read("page.html").contains("<title>Autoscaling of llm</title>"));
    let runs = [
        place.run(&[&arguments[..], &["--plot", "plot.png"]].concat()),
        place.run(&[&arguments[..], &["--report", "no/page.html", "-o", "json"]].concat()),
    ];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn wrong_input_of_placement_is_told_with_its_place() {
    let broken = "kind: Node\nmetadata: {name: a}\n---\nkind: Pod\nmetadata: {name: b}\n---\nkind: Node\n\
                  metadata: {name: c}\nstatus: {allocatable: {cpu: lots}}\n";
    let place = manifests()
        .file("broken.yaml", broken)
        .file("cut.json", "{\"kind\": \"List\", \"items\": [")
        .file("latin.yaml", b"kind: Node # \xe9\n")
        .file("service.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n")
        .file("empty/notes.txt", "")
        .file("mlship.yaml", SPEC);
    let run = |arguments: &[&str]| place.run(&[&["simulate", "placement"], arguments].concat());
    let runs = [
        run(&[]),
        run(&["--nodes", "broken.yaml"]),
        run(&["--nodes", "cut.json"]),
        run(&["--nodes", "latin.yaml"]),
        run(&["--nodes", "missing.json", "--pods", "missing too.json"]),
        run(&["--nodes", "empty"]),
        run(&["--nodes", "nodes.yaml", "-f", "service.yaml"]),
        run(&["--nodes", "nodes.yaml", "-f", "app", "--set", "replicas=2"]),
        run(&["--nodes", "-", "--pods", "-"]),
        run(&["--node-group", "g6.xlarg=2"]),
        run(&["--node-group", "g6.xlarge"]),
        run(&["--node-group", "g6.xlarge=0"]),
        run(&["--nodes", "nodes.yaml", "--kubernetes-version", "new"]),
    ];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn wrong_input_of_autoscaling_is_told_with_its_place() {
    let place = manifests()
        .file("back.csv", "seconds,value\n0,1\n60,2\n30,-3\n")
        .file("unix.csv", "1764000000,1\n1764000060,2\n")
        .file("elsewhere/deployment.yaml", DEPLOYMENT.replace("name: llm", "name: other"))
        .file("mlship.yaml", SPEC);
    let run = |arguments: &[&str]| place.run(&[&["simulate", "autoscaling"], arguments].concat());
    let with_app = |arguments: &[&str]| run(&[&["-f", "app"], arguments].concat());
    let runs = [
        with_app(&[]),
        with_app(&["--load", "stop:1..2@3"]),
        with_app(&["--load", "missing.csv"]),
        with_app(&["--load", "back.csv"]),
        with_app(&["--load", "unix.csv"]),
        with_app(&["--metric", "cpu=unix.csv"]),
        with_app(&["--metric", "memory=back.csv"]),
        with_app(&["--metric", "cpu"]),
        with_app(&["--metric", "cpu=back.csv", "--concurrency", "2"]),
        with_app(&["--load", "constant:1", "--ready-after", "3"]),
        with_app(&["--load", "constant:1", "--signal", "gpu=accelerator"]),
        with_app(&["--load", "constant:1", "--sync-period", "0"]),
        with_app(&["--load", "constant:1", "--name", "other"]),
        run(&["-f", "elsewhere", "-f", "app/hpa.yaml", "--load", "constant:1"]),
        run(&["-f", "app/deployment.yaml", "--load", "constant:1"]),
        run(&["--load", "constant:1"]),
        run(&["--load", "constant:1", "--name", "other"]),
    ];
    assert_snapshot!(runs.join("\n"));
}
