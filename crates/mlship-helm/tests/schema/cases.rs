//! Values that the chart's schema must refuse, each with what Helm 4 says of it. Shared with the tests that ask Helm.

use serde_json::{Value, json};

/// A path in the values, what is written there, and what Helm 4 says of it; null takes the value away.
#[derive(Clone, Debug)]
pub struct Case {
    pub path: &'static str,
    pub value: Value,
    pub said: String,
}

/// Every case there is.
pub fn cases() -> Vec<Case> {
    let case = |path, value, said: &str| Case { path, value, said: said.to_owned() };
    let mut cases: Vec<_> = rows().into_iter().map(|(path, value, said)| case(path, value, said)).collect();
    // A group takes nothing but a group, and nothing that it does not know.
    for path in GROUPS {
        cases.push(case(path, json!({"unknown": 1}), "additional properties 'unknown' not allowed"));
        cases.push(case(path, json!("text"), "got string, want object"));
    }
    for (paths, value, said) in [
        (STRINGS, json!(7), "got number, want string"),
        (WORDS_OF_A_LIST, json!("no-such-word"), "value must be one of"),
        (NUMBERS, json!("7"), "got string, want integer"),
        (SWITCHES, json!("true"), "got string, want boolean"),
        (LISTS, json!("text"), "got string, want array"),
        (MAPS, json!("text"), "got string, want object"),
        (QUANTITIES, json!("7 GB"), "does not match pattern"),
        (AMOUNTS, json!("a few"), "does not match pattern"),
    ] {
        cases.extend(paths.iter().map(|path| case(path, value.clone(), said)));
    }
    // What a template reads must be there: a null takes a default away.
    let groups = GROUPS.iter().filter(|path| **path != "affinity");
    let needed = [STRINGS, WORDS_OF_A_LIST, NUMBERS, SWITCHES, QUANTITIES, AMOUNTS].concat();
    for path in groups.chain(&needed).chain(&["persistence/accessModes"]) {
        let name = path.rsplit('/').next().unwrap_or_default();
        cases.push(case(path, Value::Null, &format!("missing property '{name}'")));
    }
    cases
}

/// Values that have values of their own.
const GROUPS: &[&str] = &[
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
    "affinity",
    "test",
];

/// Texts.
const STRINGS: &[&str] = &[
    "fullnameOverride",
    "nameOverride",
    "image/repository",
    "image/tag",
    "image/digest",
    "model/uri",
    "model/mountPath",
    "model/download/image",
    "model/download/credentialsSecret",
    "model/download/googleCredentialsSecret",
    "model/cache/storageClass",
    "model/cache/folder",
    "gpu/resource",
    "probes/startup/path",
    "probes/liveness/path",
    "probes/readiness/path",
    "ingress/className",
    "route/path",
    "metrics/path",
    "config/mountPath",
    "persistence/storageClass",
    "persistence/mountPath",
    "serviceAccount/name",
    "priorityClassName",
    "runtimeClassName",
    "test/image",
];

/// Texts of which there are a few.
const WORDS_OF_A_LIST: &[&str] = &[
    "image/pullPolicy",
    "protocol",
    "model/pullPolicy",
    "model/cache/accessMode",
    "probes/startup/check",
    "probes/liveness/check",
    "probes/readiness/check",
    "autoscaling/kind",
    "service/type",
    "networkPolicy/allow",
    "metrics/scrape",
];

/// Whole numbers.
const NUMBERS: &[&str] = &[
    "port",
    "requestTimeoutSeconds",
    "loadSeconds",
    "gpu/count",
    "probes/startup/port",
    "probes/startup/periodSeconds",
    "probes/startup/timeoutSeconds",
    "probes/startup/failureThreshold",
    "probes/liveness/port",
    "probes/liveness/periodSeconds",
    "probes/liveness/timeoutSeconds",
    "probes/liveness/failureThreshold",
    "probes/readiness/port",
    "probes/readiness/periodSeconds",
    "probes/readiness/timeoutSeconds",
    "probes/readiness/failureThreshold",
    "drainSeconds",
    "terminationGracePeriodSeconds",
    "replicaCount",
    "autoscaling/minReplicas",
    "autoscaling/maxReplicas",
    "autoscaling/targetCPUUtilization",
    "autoscaling/scaleUpWindowSeconds",
    "autoscaling/scaleDownWindowSeconds",
    "autoscaling/pollingInterval",
    "rollout/progressDeadlineSeconds",
    "rollout/revisionHistoryLimit",
    "service/port",
    "metrics/port",
];

/// Yes or no.
const SWITCHES: &[&str] = &[
    "model/cache/enabled",
    "autoscaling/enabled",
    "podDisruptionBudget/enabled",
    "ingress/enabled",
    "route/enabled",
    "networkPolicy/enabled",
    "networkPolicy/metrics",
    "metrics/enabled",
    "persistence/enabled",
    "serviceAccount/create",
];

/// Lists.
const LISTS: &[&str] = &[
    "imagePullSecrets",
    "command",
    "args",
    "env",
    "envFrom",
    "model/download/env",
    "autoscaling/metrics",
    "autoscaling/triggers",
    "topologySpread",
    "ingress/hosts",
    "ingress/tls",
    "route/parentRefs",
    "route/hostnames",
    "networkPolicy/namespaces",
    "persistence/accessModes",
    "writablePaths",
    "tolerations",
    "extraInitContainers",
    "extraContainers",
    "extraVolumes",
    "extraVolumeMounts",
];

/// Maps of whatever.
const MAPS: &[&str] = &[
    "commonLabels",
    "commonAnnotations",
    "extraPorts",
    "model/download/resources",
    "resources",
    "service/annotations",
    "ingress/annotations",
    "route/annotations",
    "config/files",
    "serviceAccount/annotations",
    "podLabels",
    "podAnnotations",
    "podSecurityContext",
    "securityContext",
    "nodeSelector",
    "affinity/nodeAffinity",
    "affinity/podAffinity",
    "affinity/podAntiAffinity",
    "global",
];

/// Amounts of memory and the like; some may be empty.
const QUANTITIES: &[&str] =
    &["model/cache/size", "persistence/size", "model/download/sizeLimit", "sharedMemory"];

/// Numbers of replicas, or shares of them.
const AMOUNTS: &[&str] = &[
    "rollout/maxSurge",
    "rollout/maxUnavailable",
    "podDisruptionBudget/maxUnavailable",
    "podDisruptionBudget/minAvailable",
];

/// What has rules of its own.
fn rows() -> Vec<(&'static str, Value, &'static str)> {
    vec![
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
        ("extraPorts", json!({"a--b": 80}), "does not match pattern"),
        ("extraPorts", json!({"80": 80}), "'not' failed"),
        ("extraPorts", json!({"longer-than-it-may": 80}), "maxLength: got 18, want 15"),
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
        ("podDisruptionBudget/maxUnavailable", json!(-1), "minimum: got -1, want 0"),
        ("podDisruptionBudget/maxUnavailable", json!(true), "got boolean, want integer or string"),
        ("rollout/maxUnavailable", json!(true), "got boolean, want integer or string"),
        ("env", json!(["A"]), "got string, want object"),
        ("env", json!([{"name": 1}]), "got number, want string"),
        ("env", json!([{"name": "A", "value": 1}]), "got number, want string"),
        ("env", json!([{"name": "A", "valueFrom": "x"}]), "got string, want object"),
        ("route/hostnames", json!([1]), "got number, want string"),
        ("networkPolicy/namespaces", json!([1]), "got number, want string"),
        ("imagePullSecrets", json!([{"name": 1}]), "got number, want string"),
        ("imagePullSecrets", json!([{"name": "Upper"}]), "does not match pattern"),
        ("service/port", json!(70000), "maximum: got 70,000, want 65,535"),
        ("resources", json!({"claims": "gpu"}), "got string, want array"),
        ("resources", json!({"limits": "all"}), "got string, want object"),
        ("resources", json!({"requests": "all"}), "got string, want object"),
        ("resources", json!({"requests": {"cpu": "half"}}), "does not match pattern"),
        ("autoscaling/minReplicas", json!(-1), "minimum: got -1, want 0"),
        ("autoscaling/scaleDownWindowSeconds", json!(-1), "minimum: got -1, want 0"),
        ("autoscaling/scaleUpWindowSeconds", json!(4000), "maximum: got 4,000, want 3,600"),
        ("autoscaling/scaleUpWindowSeconds", json!(-1), "minimum: got -1, want 0"),
        ("autoscaling/targetCPUUtilization", json!(0), "minimum: got 0, want 1"),
        ("gpu/count", json!(-1), "minimum: got -1, want 0"),
        ("ingress/hosts", json!(["a"]), "got string, want object"),
        ("ingress/hosts", json!([{"paths": [{"path": "/"}]}]), "missing property 'host'"),
        (
            "ingress/hosts",
            json!([{"host": "a", "paths": [{"path": "/"}], "port": 1}]),
            "additional properties 'port' not allowed",
        ),
        ("ingress/hosts", json!([{"host": "a", "paths": "/"}]), "got string, want array"),
        ("ingress/hosts", json!([{"host": "a", "paths": ["/"]}]), "got string, want object"),
        (
            "ingress/hosts",
            json!([{"host": "a", "paths": [{"pathType": "Exact"}]}]),
            "missing property 'path'",
        ),
        ("ingress/hosts", json!([{"host": "a", "paths": [{"path": "v1"}]}]), "does not match pattern"),
        (
            "ingress/hosts",
            json!([{"host": "a", "paths": [{"path": "/", "port": 1}]}]),
            "additional properties 'port' not allowed",
        ),
        ("ingress/tls", json!(["a"]), "got string, want object"),
        ("ingress/tls", json!([{"hosts": ["a"]}]), "missing property 'secretName'"),
        ("ingress/tls", json!([{"secretName": "a", "hosts": []}]), "minItems: got 0, want 1"),
        ("ingress/tls", json!([{"secretName": "a", "hosts": "a"}]), "got string, want array"),
        ("ingress/tls", json!([{"secretName": "a", "hosts": ["A b"]}]), "does not match pattern"),
        ("ingress/tls", json!([{"secretName": "A b", "hosts": ["a"]}]), "does not match pattern"),
        (
            "ingress/tls",
            json!([{"secretName": "a", "hosts": ["a"], "issuer": "b"}]),
            "additional properties 'issuer' not allowed",
        ),
        ("persistence/accessModes", json!(["ReadOnlyMany"]), "value must be one of"),
        ("probes/startup", json!({"check": "http"}), "minLength: got 0, want 1"),
        ("probes/readiness", json!({"check": "http"}), "minLength: got 0, want 1"),
        ("probes/startup/path", json!("started"), "does not match pattern"),
        ("probes/liveness/path", json!("alive"), "does not match pattern"),
        ("probes/startup/failureThreshold", json!(-1), "minimum: got -1, want 0"),
        ("probes/liveness/failureThreshold", json!(0), "minimum: got 0, want 1"),
        ("rollout/progressDeadlineSeconds", json!(-1), "minimum: got -1, want 0"),
        ("rollout/revisionHistoryLimit", json!(-1), "minimum: got -1, want 0"),
        ("route/parentRefs", json!(["a"]), "got string, want object"),
        ("route/parentRefs", json!([{"name": "A b"}]), "does not match pattern"),
        ("route/parentRefs", json!([{"name": "a", "namespace": "A b"}]), "does not match pattern"),
        ("route/parentRefs", json!([{"name": "a", "sectionName": "A b"}]), "does not match pattern"),
        ("route/parentRefs", json!([{"name": "a", "port": 1}]), "additional properties 'port' not allowed"),
        ("terminationGracePeriodSeconds", json!(-1), "minimum: got -1, want 0"),
        ("topologySpread", json!(["a"]), "got string, want object"),
        ("topologySpread", json!([{"whenUnsatisfiable": "DoNotSchedule"}]), "missing property 'topologyKey'"),
        (
            "topologySpread",
            json!([{"topologyKey": "", "whenUnsatisfiable": "DoNotSchedule"}]),
            "minLength: got 0, want 1",
        ),
        (
            "topologySpread",
            json!([{"topologyKey": 1, "whenUnsatisfiable": "DoNotSchedule"}]),
            "got number, want string",
        ),
        (
            "topologySpread",
            json!([{"topologyKey": "a", "whenUnsatisfiable": "DoNotSchedule", "maxSkew": 1}]),
            "additional properties 'maxSkew' not allowed",
        ),
        ("writablePaths", json!(["tmp"]), "does not match pattern"),
    ]
}
