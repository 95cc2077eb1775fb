//! Every rule of `values.schema.json` refuses something, and says where.

use std::fs;

use serde_json::{Value, json};
use xtask::tools::Tool;

/// A path in the values, what is written there, and what Helm 4 says of it.
type Case = (&'static str, Value, &'static str);

fn cases() -> Vec<Case> {
    let mut cases = vec![
        ("imge", json!({}), "additional properties 'imge' not allowed"),
        ("image/repository", json!("Has Blanks"), "does not match pattern"),
        ("image/tag", json!("latest"), "'not' failed"),
        ("image/tag", json!(1.2), "got number, want string"),
        ("image/tag", json!("with/slash"), "does not match pattern"),
        ("image/digest", json!("sha256:short"), "does not match pattern"),
        ("image/pullPolicy", json!("Sometimes"), "value must be one of"),
        ("imagePullSecrets", json!(["name-alone"]), "got string, want object"),
        ("imagePullSecrets", json!([{}]), "missing property 'name'"),
        ("imagePullSecrets", json!([{"name": "a", "key": "b"}]), "additional properties 'key' not allowed"),
        ("fullnameOverride", json!("Upper"), "does not match pattern"),
        ("fullnameOverride", json!("a".repeat(60)), "does not match pattern"),
        ("nameOverride", json!("-dash"), "does not match pattern"),
        ("commonLabels", json!({"a": "with blank"}), "does not match pattern"),
        ("commonLabels", json!({"a": true}), "got boolean, want string"),
        ("commonAnnotations", json!({"a": 1}), "got number, want string"),
        ("args", json!([8000]), "got number, want string"),
        ("env", json!([{"value": "x"}]), "missing property 'name'"),
        ("env", json!([{"name": "A", "value": "x", "valueFrom": {}}]), "'not' failed"),
        ("env", json!([{"name": "", "value": "x"}]), "minLength: got 0, want 1"),
        ("env", json!([{"name": "A", "vlue": "x"}]), "additional properties 'vlue' not allowed"),
        ("envFrom", json!(["a"]), "got string, want object"),
        ("port", json!(0), "minimum: got 0, want 1"),
        ("port", json!(70000), "maximum: got 70,000, want 65,535"),
        ("port", json!("http"), "got string, want integer"),
        ("protocol", json!("https"), "value must be one of 'http', 'grpc'"),
        ("extraPorts", json!({"Bad Name": 80}), "invalid propertyName 'Bad Name'"),
        ("extraPorts", json!({"admin": 0}), "minimum: got 0, want 1"),
        ("requestTimeoutSeconds", json!(0), "minimum: got 0, want 1"),
        ("model/uri", json!("ftp://somewhere"), "does not match pattern"),
        ("model/mountPath", json!("relative"), "does not match pattern"),
        ("model/download/image", json!(""), "minLength: got 0, want 1"),
        ("model/download/sizeLimit", json!("10 GB"), "does not match pattern"),
        ("model/download/credentialsSecret", json!("Bad_Name"), "does not match pattern"),
        ("model/cache/size", json!(""), "does not match pattern"),
        ("model/cache/accessMode", json!("ReadOnlyMany"), "value must be one of"),
        ("model/cache/folder", json!("../up"), "does not match pattern"),
        ("gpu/count", json!(0.5), "got number, want integer"),
        ("gpu/resource", json!("gpu"), "does not match pattern"),
        ("resources", json!({"request": {}}), "additional properties 'request' not allowed"),
        ("resources", json!({"limits": {"cpu": true}}), "got boolean, want number or string"),
        ("resources", json!({"limits": {"memory": "4GB"}}), "does not match pattern"),
        ("probes/liveness", json!({"check": "http"}), "minLength: got 0, want 1"),
        ("probes/liveness/check", json!("exec"), "value must be one of 'http', 'grpc', 'tcp'"),
        ("probes/startup/check", json!("exec"), "value must be one of"),
        ("probes/readiness", json!({"check": "http", "path": "ready"}), "does not match pattern"),
        ("probes/readiness/port", json!(-1), "minimum: got -1, want 0"),
        ("probes/readiness/periodSeconds", json!(0), "minimum: got 0, want 1"),
        ("probes/readiness/failureThreshold", json!(0), "minimum: got 0, want 1"),
        ("drainSeconds", json!(-1), "minimum: got -1, want 0"),
        ("replicaCount", json!(-1), "minimum: got -1, want 0"),
        ("autoscaling/kind", json!("vpa"), "value must be one of 'hpa', 'keda'"),
        ("autoscaling", json!({"enabled": true, "minReplicas": 0}), "minimum: got 0, want 1"),
        ("autoscaling/maxReplicas", json!(0), "minimum: got 0, want 1"),
        ("autoscaling/metrics", json!(["cpu"]), "got string, want object"),
        ("autoscaling/scaleDownWindowSeconds", json!(4000), "maximum: got 4,000, want 3,600"),
        ("rollout/maxSurge", json!("a quarter"), "does not match pattern"),
        ("rollout/maxSurge", json!(-1), "minimum: got -1, want 0"),
        ("podDisruptionBudget/maxUnavailable", json!(""), "does not match pattern"),
        ("topologySpread", json!([{"topologyKey": "a"}]), "missing property 'whenUnsatisfiable'"),
        (
            "topologySpread",
            json!([{"topologyKey": "a", "whenUnsatisfiable": "Never"}]),
            "value must be one of",
        ),
        ("service/type", json!("ExternalName"), "value must be one of"),
        ("ingress/hosts", json!([{"host": "a"}]), "missing property 'paths'"),
        ("ingress/hosts", json!([{"host": "a", "paths": []}]), "minItems: got 0, want 1"),
        ("ingress/hosts", json!([{"host": "A b", "paths": [{"path": "/"}]}]), "does not match pattern"),
        (
            "ingress/hosts",
            json!([{"host": "a", "paths": [{"path": "/", "pathType": "Any"}]}]),
            "value must be one of",
        ),
        ("ingress/tls", json!([{"secretName": "a"}]), "missing property 'hosts'"),
        ("route/parentRefs", json!([{"namespace": "a"}]), "missing property 'name'"),
        ("route/hostnames", json!(["https://a"]), "does not match pattern"),
        ("networkPolicy/allow", json!("everyone"), "value must be one of"),
        ("networkPolicy/namespaces", json!(["Bad_Name"]), "does not match pattern"),
        ("metrics/scrape", json!("push"), "value must be one of"),
        ("metrics/path", json!("metrics"), "does not match pattern"),
        ("config/files", json!({"a/b": "x"}), "invalid propertyName 'a/b'"),
        ("config/files", json!({"a": 1}), "got number, want string"),
        ("persistence/accessModes", json!([]), "minItems: got 0, want 1"),
        ("writablePaths", json!(["/a", "/a"]), "items at 0 and 1 are equal"),
        ("affinity", json!({"nodeAfinity": {}}), "additional properties 'nodeAfinity' not allowed"),
        ("test/image", json!(""), "minLength: got 0, want 1"),
    ];
    // A group takes no value that it does not know, and nothing but a group.
    for group in GROUPS {
        cases.push((group, json!({"unknown": 1}), "additional properties 'unknown' not allowed"));
        cases.push((group, json!("text"), "want object"));
    }
    cases
}

const GROUPS: [&str; 21] = [
    "image",
    "model",
    "model/download",
    "model/cache",
    "gpu",
    "probes",
    "probes/startup",
    "probes/liveness",
    "probes/readiness",
    "autoscaling",
    "rollout",
    "podDisruptionBudget",
    "service",
    "ingress",
    "route",
    "networkPolicy",
    "metrics",
    "config",
    "persistence",
    "serviceAccount",
    "test",
];

#[test]
fn every_rule_of_the_schema_refuses_something_and_says_where() {
    let wrong: Vec<String> = cases()
        .into_iter()
        .map(|(path, value, message)| (refusal(Tool::Helm, path, &value), path, value, message))
        .filter(|(said, .., message)| !said.contains(message))
        .map(|(said, path, value, message)| {
            format!("{path}: {value} should be refused with {message:?}: {said}")
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn helm_3_refuses_alike() {
    for (path, value, _) in cases().into_iter().step_by(9) {
        assert!(
            refusal(Tool::Helm3, path, &value).contains("don't meet the specifications"),
            "{path}: {value}"
        );
    }
}

/// What is said of otherwise good values with `value` at `path`.
fn refusal(tool: Tool, path: &str, value: &Value) -> String {
    let mut values = json!({"image": {"repository": "ghcr.io/acme/churn", "tag": "1"}});
    let mut place = &mut values;
    for key in path.split('/') {
        if !place[key].is_object() {
            place[key] = json!({});
        }
        place = &mut place[key];
    }
    *place = value.clone();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.json");
    fs::write(&file, values.to_string()).unwrap();
    let chart = crate::chart();
    let arguments = [
        "template",
        "it",
        chart.to_str().unwrap(),
        "--kube-version=1.37.2",
        "--values",
        file.to_str().unwrap(),
    ];
    let outcome = crate::helm(tool, &arguments);
    assert!(!outcome.succeeded(), "{path}: {value} is taken");
    outcome.stderr
}

#[test]
fn an_image_that_could_be_another_tomorrow_is_refused() {
    let chart = crate::chart();
    let template = |set: &str| {
        let arguments = ["template", "it", chart.to_str().unwrap(), "--kube-version=1.37.2", "--set", set];
        crate::helm(Tool::Helm, &arguments).stderr
    };
    let untagged = template("image.repository=ghcr.io/acme/churn");
    assert!(untagged.contains("image.tag or image.digest is required"), "{untagged}");
    let nothing = template("port=8000");
    assert!(nothing.contains("image.repository is required"), "{nothing}");
}
