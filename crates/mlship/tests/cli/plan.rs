//! `mlship plan`: what would be made, what it costs, what will go wrong.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{BROKEN, Place, SPEC, code, stderr, stdout};

/// A GPU server with nothing wrong.
const HEALTHY: &str = "\
apiVersion: mlship.dev/v1
name: llm
namespace: chat
server: {image: ghcr.io/example/llm:1.4.0, port: 8000, metrics: {path: /metrics}, concurrency: 8}
model: {size: 16Gi, loadSeconds: 60}
resources: {cpu: 3, memory: 12Gi, gpu: {type: nvidia-l4}}
health: {live: /livez, ready: /readyz}
replicas: {min: 2, max: 4}
autoscale: {on: concurrency, target: 5, metric: http_requests_inprogress}
expose: {host: llm.example.com, class: nginx, tls: {issuer: letsencrypt}}
targets: {kubernetes: {cloud: aws}}
";

/// The same with faults of every family.
const FAULTY: &str = "\
apiVersion: mlship.dev/v1
name: llm
server:
  image: docker.io/vllm/vllm-openai:v0.11.0
  args:
    - --model=Qwen/Qwen3-32B
    - --tensor-parallel-size=4
    - --trust-remote-code
  protocol: openai
  env: {HF_HOME: /models}
model: {size: 65Gi}
resources:
  cpu: {request: 2, limit: 4}   # mlship:ignore ML112 the quota of the team
  memory: {request: 16Gi, limit: 32Gi}
  gpu: {count: 2, type: nvidia-l4}
health: {live: /health, ready: /health}
replicas: {min: 2, max: 8}
autoscale: {on: cpu}
rollout: {surge: 1, unavailable: 0}
expose: {host: llm.example.com}
";

/// A cluster without GPUs.
const PLAIN_NODES: &str = "\
apiVersion: v1
kind: List
items:
- kind: Node
  metadata: {name: one}
  status: {allocatable: {cpu: 8, memory: 32Gi, ephemeral-storage: 50Gi, pods: 110}}
- kind: Node
  metadata: {name: two}
  status: {allocatable: {cpu: 8, memory: 32Gi, ephemeral-storage: 50Gi, pods: 110}}
";

const KUBERNETES: &[&str] = &["plan", "--target", "kubernetes"];

fn plan<'a>(flags: &[&'a str]) -> Vec<&'a str> {
    [KUBERNETES, flags].concat()
}

#[test]
fn a_healthy_service_fits_on_one_screen() {
    let place = Place::new().file("mlship.yaml", HEALTHY);
    let output = place.output(KUBERNETES);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).lines().count() <= 40, "{}", stdout(&output));
    assert_snapshot!(place.run(KUBERNETES));
}

#[test]
fn what_is_wrong_comes_first() {
    assert_snapshot!(Place::new().file("mlship.yaml", FAULTY).run(KUBERNETES));
}

#[test]
fn a_gpu_on_a_cluster_without_gpus_waits_with_the_schedulers_message() {
    let place = Place::new().file("mlship.yaml", HEALTHY).file("nodes.yaml", PLAIN_NODES);
    let output = place.output(&plan(&["--nodes", "nodes.yaml"]));
    assert_eq!(code(&output), 1);
    let text = stdout(&output);
    assert!(
        text.contains("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector"),
        "{text}"
    );
    let without_type = plan(&["--nodes", "nodes.yaml", "--set", "resources.gpu=1"]);
    assert_snapshot!(place.run(&without_type));
}

#[test]
fn a_cpu_autoscaler_on_a_gpu_server_is_an_error() {
    let spec = HEALTHY.replace(
        "autoscale: {on: concurrency, target: 5, metric: http_requests_inprogress}",
        "autoscale: {on: cpu}",
    );
    let output = Place::new().file("mlship.yaml", spec).output(KUBERNETES);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("error[ML401]: the CPU of a GPU server stays idle under load"));
}

#[test]
fn nodes_to_come_and_a_load_are_judged() {
    let place = Place::new().file("mlship.yaml", HEALTHY);
    let flags = plan(&["--node-group", "g6.xlarge=3", "--load", "step:5..40@60s/10m"]);
    assert_snapshot!(place.run(&flags));
}

#[test]
fn a_surge_is_judged_by_the_nodes() {
    let spec =
        HEALTHY.replace("replicas: {min: 2, max: 4}", "rollout: {surge: 1}\nreplicas: {min: 2, max: 4}");
    let place = Place::new().file("mlship.yaml", spec);
    let found = |flags: &[&str]| {
        let json: Value = serde_json::from_slice(&place.output(&plan(flags)).stdout).unwrap();
        let diagnostics = json["diagnostics"].as_array().unwrap().clone();
        let of_rule = diagnostics.into_iter().find(|found| found["code"] == "ML301");
        of_rule.map_or("none".to_owned(), |found| found["severity"].as_str().unwrap().to_owned())
    };
    assert_eq!(found(&["-o", "json"]), "warning");
    assert_eq!(found(&["-o", "json", "--node-group", "g6.xlarge=2"]), "error");
    assert_eq!(found(&["-o", "json", "--node-group", "g6.xlarge=3"]), "none");
}

#[test]
fn json_is_the_documented_shape() {
    let place = Place::new().file("mlship.yaml", FAULTY).file("nodes.yaml", PLAIN_NODES);
    let flags = plan(&["-o", "json", "--nodes", "nodes.yaml", "--load", "constant:10/5m"]);
    let json: Value = serde_json::from_slice(&place.output(&flags).stdout).unwrap();
    assert_eq!(json["version"], 1);
    let service = &json["services"][0];
    assert_eq!(
        (&service["name"], &service["target"], &service["refused"]),
        (&"llm".into(), &"kubernetes".into(), &false.into())
    );
    let kinds: Vec<&str> =
        service["creates"].as_array().unwrap().iter().map(|made| made["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"Deployment") && kinds.contains(&"HorizontalPodAutoscaler"), "{kinds:?}");
    let deployment =
        service["creates"].as_array().unwrap().iter().find(|made| made["kind"] == "Deployment").unwrap();
    assert_eq!((&deployment["facts"]["cpu"], &deployment["facts"]["devices"]), (&"2".into(), &"2".into()));
    assert!(service["costs"]["least"]["monthly"].is_number() && service["costs"]["parts"].is_array());
    assert_eq!(service["placement"]["bound"], 0);
    assert_eq!(service["autoscaling"]["load"], "constant:10/5m");
    assert!(
        service["unchecked"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["what"].is_string() && one["codes"].is_array())
    );
    assert_eq!(json["ignored"][0]["code"], "ML112");
    assert_eq!(json["ignored"][0]["line"], 13);
    let codes: Vec<&str> =
        json["diagnostics"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
    for wanted in ["ML107", "ML111", "ML113", "ML150", "ML203", "ML401", "ML503", "ML505", "ML509", "ML510"] {
        assert!(codes.contains(&wanted), "{wanted} is not in {codes:?}");
    }
    assert!(!codes.contains(&"ML112"));
}

#[test]
fn findings_alone_are_for_scanners() {
    let place = Place::new().file("mlship.yaml", FAULTY);
    let sarif: Value = serde_json::from_slice(&place.output(&plan(&["-o", "sarif"])).stdout).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    assert!(sarif["runs"][0]["results"].as_array().unwrap().iter().any(|result| result["ruleId"] == "ML107"));
    let github = stdout(&place.output(&plan(&["-o", "github"])));
    assert!(github.lines().any(|line| line.starts_with("::error") && line.contains("ML107")), "{github}");
    let healthy = Place::new().file("mlship.yaml", HEALTHY);
    assert_eq!(code(&healthy.output(&plan(&["-o", "sarif"]))), 0);
}

#[test]
fn exit_codes_are_those_of_the_table() {
    let healthy = Place::new().file("mlship.yaml", HEALTHY);
    let warned = Place::new().file("mlship.yaml", HEALTHY.replace(", tls: {issuer: letsencrypt}", ""));
    let broken = Place::new().file("mlship.yaml", BROKEN);
    let faulty = Place::new().file("mlship.yaml", FAULTY);
    for (place, flags, expected) in [
        (&healthy, &[][..], 0),
        (&healthy, &["--exit-code"], 10),
        (&warned, &[], 0),
        (&warned, &["--exit-code"], 10),
        (&warned, &["--deny", "warnings"], 1),
        (&warned, &["--deny", "ML510"], 1),
        (&warned, &["--deny", "ml510"], 1),
        (&warned, &["--deny", "ML112"], 0),
        (&warned, &["--deny", "warnings", "--allow", "ML510"], 0),
        (&faulty, &["--exit-code"], 1),
        (&broken, &["--exit-code"], 1),
        (&broken, &["--allow", "ML504"], 1),
        (&healthy, &["--deny", "ML999"], 2),
        (&healthy, &["--allow", "warnings"], 2),
        (&healthy, &["--nodes", "missing.yaml"], 3),
        (&healthy, &["--pods", "pods.yaml"], 2),
        (&healthy, &["--load", "jump:1"], 1),
    ] {
        let output = place.output(&plan(flags));
        assert_eq!(code(&output), expected, "{flags:?}\n{}{}", stdout(&output), stderr(&output));
    }
}

#[test]
fn a_target_that_refuses_says_why() {
    let place = Place::new().file("mlship.yaml", HEALTHY);
    assert_snapshot!(place.run(&["plan", "--target", "eks-fargate"]));
}

#[test]
fn every_target_has_a_plan() {
    let spec = SPEC.to_owned()
        + "resources: {cpu: 1, memory: 4Gi}\ntargets: {eks-fargate: {cluster: prod, region: us-east-1}}\n";
    let place = Place::new().file("mlship.yaml", spec);
    for target in
        ["kubernetes", "helm", "kserve", "gke-autopilot", "eks-fargate", "aks-virtual-nodes", "vertex"]
    {
        let output = place.output(&["plan", "--target", target, "-o", "json"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let service = &json["services"][0];
        assert_eq!(service["refused"], false, "{target}");
        assert!(!service["creates"].as_array().unwrap().is_empty(), "{target}");
        assert!(service["costs"]["least"]["monthly"].is_number(), "{target}");
    }
}

#[test]
fn several_services_share_the_nodes() {
    let other = HEALTHY.replace("name: llm", "name: other");
    let place = Place::new()
        .file("models/a.yaml", HEALTHY)
        .file("models/b.yaml", other)
        .file("models/c.yaml", BROKEN);
    let flags = plan(&["-f", "models", "-o", "json", "--node-group", "g6.xlarge=3"]);
    let output = place.output(&flags);
    assert_eq!(code(&output), 1);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let services = json["services"].as_array().unwrap();
    let bound: u64 = services.iter().map(|service| service["placement"]["bound"].as_u64().unwrap()).sum();
    assert_eq!((services.len(), bound), (2, 3));
}

#[test]
fn an_ignore_that_is_wrong_is_told_by_check_too() {
    let place = Place::new().file("mlship.yaml", SPEC.to_owned() + "replicas: 2 # mlship:ignore ML112\n");
    let output = place.output(&["check"]);
    assert_eq!(code(&output), 0);
    assert!(stderr(&output).contains("warning[ML650]"), "{}", stderr(&output));
    let unused = SPEC.to_owned() + "replicas: 2 # mlship:ignore ML112 nothing to see\n";
    let place = Place::new().file("mlship.yaml", unused);
    assert_eq!(stderr(&place.output(&["check"])), "");
    assert!(stdout(&place.output(KUBERNETES)).contains("warning[ML652]"));
}

#[test]
fn without_a_target_the_decided_one_is_planned_for() {
    let place = Place::new().file("mlship.yaml", HEALTHY).file("broken.yaml", BROKEN);
    let decided: Value = serde_json::from_slice(&place.output(&["decide", "-o", "json"]).stdout).unwrap();
    let planned: Value = serde_json::from_slice(&place.output(&["plan", "-o", "json"]).stdout).unwrap();
    let service = &planned["services"][0];
    assert_eq!(service["target"], decided["verdicts"][0]["target"]);
    assert!(service["decided"]["reason"].is_string());
    assert!(place.run_with(&["plan", "-f", "-"], HEALTHY.as_bytes()).contains("was decided"));
    // What is wrong with a spec is told all the same.
    let broken = place.output(&["plan", "-f", "broken.yaml"]);
    assert_eq!(code(&broken), 1);
    assert!(stdout(&broken).starts_with("error["), "{}", stdout(&broken));
    let several = place.output(&["plan", "-f", "mlship.yaml", "-f", "broken.yaml"]);
    assert_eq!(code(&several), 2);
    assert!(stderr(&several).contains("no target is named, and several specs are"));
    let nowhere = HEALTHY.to_owned() + "requirements: {canary: true}\nstate: {size: 1Gi, path: /a}\n";
    let refused = Place::new().file("mlship.yaml", nowhere).output(&["plan"]);
    assert_eq!(code(&refused), 1);
    assert!(stderr(&refused).contains("no target does all that the spec asks for"), "{}", stderr(&refused));
}

#[test]
fn what_a_simulation_finds_can_be_answered_and_a_refusal_can_not() {
    let answered = HEALTHY.replace(
        "resources: {cpu: 3, memory: 12Gi, gpu: {type: nvidia-l4}}",
        "resources: {cpu: 3, memory: 12Gi, gpu: 1}  # mlship:ignore ML150 the nodes come tomorrow",
    );
    let place = Place::new().file("mlship.yaml", answered).file("nodes.yaml", PLAIN_NODES);
    let flags = plan(&["--nodes", "nodes.yaml"]);
    let output = place.output(&flags);
    assert_eq!(code(&output), 0, "{}", stdout(&output));
    assert!(stdout(&output).contains("the nodes come tomorrow"));
    let refused = HEALTHY.replace("port: 8000", "port: 8000, env: {API_TOKEN: abcdefghijk}");
    let refused = refused.replace("name: llm\n", "name: llm\n# mlship:ignore ML504 it is no secret\n");
    let refused = refused.replace("namespace: chat\n", "");
    let output = Place::new().file("mlship.yaml", refused).output(KUBERNETES);
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).contains("ML504 can't be ignored"), "{}", stdout(&output));
}

#[test]
fn help_names_what_is_needed() {
    let place = Place::new().file("mlship.yaml", HEALTHY);
    assert_snapshot!(place.run(&["plan", "--help"]));
}

#[test]
fn every_code_of_the_catalogue_is_explained() {
    let place = Place::new();
    for (family, count) in [(1, 16), (2, 10), (3, 10), (4, 13), (5, 12), (6, 6)] {
        for number in 1..=count {
            let id = format!("ML{family}{number:02}");
            let output = place.output(&["explain", &id]);
            assert_eq!(code(&output), 0, "{id}");
            assert!(stdout(&output).starts_with(&id), "{id}");
        }
    }
    let ids = ["ML112", "ML101", "ML103", "ML209", "ML403", "ML410"];
    assert_snapshot!(ids.map(|id| place.run(&["explain", id])).join("\n"));
}
