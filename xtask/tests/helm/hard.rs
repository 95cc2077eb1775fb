//! Specs that are easy to render wrongly: each row is what is laid over the shortest spec there is.

use serde_json::{Value, json};

/// Every row, as specs.
pub fn specs() -> Vec<Value> {
    let rows = [words_for_names(), texts(), numbers(), the_model(), scaling(), the_way_in(), the_rest()];
    rows.into_iter().flatten().map(spec).collect()
}

fn spec(row: Value) -> Value {
    let mut spec = json!({
        "apiVersion": "mlship.dev/v1",
        "name": "churn",
        "server": {"image": "ghcr.io/acme/churn:0.3.1"},
        "health": {"ready": "/readyz"},
    });
    lay_over(&mut spec, row);
    spec
}

/// A null takes away.
fn lay_over(value: &mut Value, more: Value) {
    match (value, more) {
        (Value::Object(value), Value::Object(more)) => {
            for (key, more) in more {
                if more.is_null() {
                    value.remove(&key);
                } else {
                    lay_over(value.entry(key).or_insert(Value::Null), more);
                }
            }
        }
        (value, more) => *value = more,
    }
}

/// Good names of Kubernetes that YAML takes for a boolean, a null or a number where they are not quoted.
const WORDS: [&str; 9] = ["on", "off", "y", "n", "no", "yes", "true", "false", "null"];
const DIGITS: [&str; 8] = ["0", "7", "010", "123", "1e3", "0x1f", "0b1", "0o17"];

fn words_for_names() -> Vec<Value> {
    let mut rows: Vec<_> = WORDS
        .iter()
        .map(|word| json!({"name": word, "namespace": word, "config": {"files": {"a": ""}}}))
        .collect();
    rows.extend(DIGITS.iter().map(|digits| json!({"namespace": digits})));
    rows.extend(WORDS.iter().chain(&DIGITS).map(|word| {
        json!({
            "server": {
                "image": format!("ghcr.io/acme/churn:{word}"),
                "pullSecrets": [word],
                "secretEnv": {"A": {"secret": word, "key": word}},
            },
            "labels": {(*word): word},
            "placement": {
                "nodeSelector": {(*word): word}, "zones": [word], "priorityClass": word, "runtimeClass": word,
                "tolerations": [{"key": word, "value": word}],
            },
            "identity": {"serviceAccount": word},
            "network": {"allowFrom": [word]},
            "config": {"files": {(*word): word}},
            "model": {"uri": format!("pvc://{word}/{word}")},
        })
    }));
    rows.extend(WORDS.iter().chain(&["1e3", "0x1f", "0o17", "0b1"]).map(|word| {
        json!({
            "name": "on",
            "server": {"ports": {(*word): 9100}, "metrics": {"port": 9100, "scrape": "pod-monitor"}},
            "health": {"port": 9100},
            "state": {"size": "1Gi", "path": "/data", "storageClass": word},
            "expose": {"host": format!("{word}.example.com"), "class": word, "tls": {"secret": word, "issuer": word}},
        })
    }));
    rows.extend(WORDS.iter().map(|word| {
        json!({
            "name": word,
            "model": {
                "uri": "s3://bucket/a", "credentials": word, "cache": {"size": "1Gi", "storageClass": word},
            },
            "replicas": {"min": 1, "max": 3}, "autoscale": {"on": "cpu"},
            "expose": {"host": "a.example.com", "gateway": {"name": word, "namespace": word, "section": word}},
        })
    }));
    rows
}

fn texts() -> Vec<Value> {
    let long = "{{ x }} 'a' \"b\" \\ é 🚢 \u{2028}".repeat(8000);
    let each = [
        "{{ fail \"no\" }}",
        "{{",
        "}}",
        "{{/* a */}}",
        "{{`a`}}",
        "{%a%}",
        "$(A) $$(A) ${A} %s %!q(int=3)",
        "\\",
        "\\\\u0041\\x41\\n",
        "a\u{85}b",
        "a\u{2029}b\u{feff}c",
        "\u{200b}\u{200d}\u{202e}",
        "👩‍👩‍👧‍👦\u{1f1e9}\u{1f1ea}",
        "\u{10ffff}\u{e000}\u{fffd}",
        "\n",
        "\n\n\n",
        " \n \n",
        "a\n\n  b\n   c\n\n",
        "\t",
        "  ",
        "-",
        "- a\n- b",
        "a: b\nc: d",
        "---",
        "---\na: b\n...\n",
        "# a",
        "!!binary YQ==",
        "<<: *a",
        "'",
        "\"",
        "''",
        "\"\"",
        "[]",
        "{}",
        "null",
        "~",
        "1.0",
        "1e400",
        "9007199254740993",
        "0777",
        "12:30:45",
        "2026-11-25",
        "<script>&amp;</script>",
        "{\"a\": [1, null, {\"b\": \"{{ .c }}\"}]}",
        long.as_str(),
    ];
    let in_every_place = |text: &str| {
        json!({
            "annotations": {"example.com/a": text},
            "server": {"command": ["run", text], "args": [text, text], "env": {"A": text}},
            "config": {"path": "/etc/it", "files": {"a.txt": text}},
        })
    };
    let mut rows: Vec<_> = each.iter().map(|text| in_every_place(text)).collect();
    let many: Vec<String> = (0..300).map(|number| format!("--a{number}={{{{ {number} }}}}")).collect();
    rows.push(json!({"server": {"args": many}}));
    rows.push(json!({"server": {"args": [], "command": [], "env": {}, "ports": {}, "pullSecrets": []},
        "labels": {}, "annotations": {}, "placement": {"nodeSelector": {}, "tolerations": [], "zones": []}}));
    rows.push(json!({"server": {"env": {"Z": "1", "A": "$(Z)", "a.b-c": "2", "_": "3", "y": "4", "HOME": "/here"}}}));
    rows.push(json!({"config": {"files": {".hidden": "a", "-dash": "b", "A_b.c": "", "0": "\n"}}}));
    rows.push(json!({"labels": {"app.kubernetes.io/name": "x", "app.kubernetes.io/instance": "y",
        "app.kubernetes.io/managed-by": "z", "app.kubernetes.io/version": "9", "helm.sh/chart": "mine",
        "app.kubernetes.io/part-of": "", "A_b.c": "D_e.f"}}));
    rows.push(json!({"annotations": {"prometheus.io/scrape": "false",
        "Example.COM/A_b.c": "d", "helm.sh/resource-policy": "keep"}, "server": {"metrics": {"scrape": "none"}}}));
    rows.push(json!({"annotations": {"prometheus.io/scrape": "false", "prometheus.io/port": "1", "example.com/a": "b"},
        "server": {"metrics": {"path": "/m"}}, "config": {"files": {"a": "b"}}}));
    rows
}

fn numbers() -> Vec<Value> {
    let mut rows: Vec<_> = ["1", "0.5", "1.5", "100m", "2500m", "1.0"]
        .iter()
        .map(|amount| json!({"resources": {"cpu": {"request": amount, "limit": "64"}}}))
        .collect();
    rows.extend(["1e9", "1000000000", "1.5Gi", "0.5Ti", "1500M", "4E9", "1073741824"].iter().map(|amount| {
        json!({
            "resources": {"memory": amount, "disk": amount, "sharedMemory": "1Mi"},
            "state": {"size": amount, "path": "/data"},
        })
    }));
    rows.extend(
        ["1", "1.0", "1e3", "010", "0x1f", "1_0", "_a", "a_", "A.b-c_d", "20261125", "v1.2.3"]
            .iter()
            .map(|tag| json!({"server": {"image": format!("localhost:5000/a/b.c/d_e:{tag}")}})),
    );
    rows.push(json!({"server": {"image": format!("a/b:{}", "x".repeat(128))}}));
    rows.push(json!({"security": {"runAsUser": 2_147_483_647, "runAsGroup": 1}}));
    rows.push(
        json!({"server": {"port": 65535, "requestTimeout": "86000s"}, "model": {"loadSeconds": 86_400}}),
    );
    rows.push(json!({"server": {"port": 1, "requestTimeout": "1s"}, "model": {"loadSeconds": 1}}));
    rows.push(json!({"replicas": 10_000}));
    rows.push(json!({"replicas": 0}));
    rows
}

fn the_model() -> Vec<Value> {
    let uris = [
        "s3://bucket/a%20b/ü",
        "s3://bucket",
        "gs://bucket/1/2/",
        "hf://acme/model",
        "hf://acme/model:0123456",
        "https://example.com/a.tar.gz?b=c&d=%7B%7B",
        "pvc://a.b.c/d/e_f",
        "oci://localhost:5000/a/b:1e3",
        "abfs://models@account.dfs.core.windows.net/churn",
    ];
    let mut rows: Vec<_> =
        uris.iter().map(|uri| json!({"model": {"uri": uri, "path": "/models/a b"}})).collect();
    rows.push(json!({"model": {"uri": "gs://bucket/a", "credentials": "google", "size": "3Gi",
        "cache": {"access": "ReadWriteOnce"}}, "replicas": 1}));
    rows.push(
        json!({"model": {"uri": "s3://bucket/a", "size": "30Gi"}, "state": {"size": "1Gi", "path": "/data"},
        "resources": {"gpu": 2, "disk": {"request": "40Gi", "limit": "80Gi"}}}),
    );
    rows.push(json!({"model": {"uri": "s3://bucket/a"}, "server": {"pullPolicy": "Never"},
        "security": {"readOnlyRootFilesystem": false, "writable": ["/zeta", "/alpha", "/tmp/a"]}}));
    rows.push(json!({"model": {"uri": "oci://a.io/b@sha256:9b2a3f1e8d7c6b5a493827160f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c"},
        "server": {"pullPolicy": "Always"}}));
    rows
}

fn scaling() -> Vec<Value> {
    let range =
        |min: u32, autoscale: Value| json!({"replicas": {"min": min, "max": 7}, "autoscale": autoscale});
    let prometheus = "http://prometheus.monitoring:9090/a%20b";
    let signals = [
        json!({"on": "cpu"}),
        json!({"on": "memory", "target": 50}),
        json!({"on": "gpu"}),
        json!({"on": "concurrency", "target": "2.5", "metric": "in_flight"}),
        json!({"on": "queue-depth", "target": 3, "metric": "waiting"}),
        json!({"on": "rps", "target": "100m", "metric": "requests_total"}),
        json!({"on": "latency", "target": "250m", "metric": "seconds_bucket"}),
        json!({"query": "max(a{b=~\"{{c}}|\\\\d+\"})\n  > 1e3", "target": 1, "per": "service"}),
        json!({"on": "cpu", "upWindow": "1h", "downWindow": "0s"}),
    ];
    let mut rows = Vec::new();
    for signal in signals {
        let mut of_keda = signal.clone();
        of_keda["prometheus"] = json!(prometheus);
        if signal["on"] == "gpu" {
            let mut row = range(2, signal);
            lay_over(&mut row, json!({"resources": {"gpu": {"count": 2, "type": "nvidia-l4"}}}));
            rows.push(row);
            continue;
        }
        rows.push(range(1, signal.clone()));
        let mut stateful = range(3, signal.clone());
        lay_over(&mut stateful, json!({"state": {"size": "1Gi", "path": "/data"}}));
        rows.push(stateful);
        let of_cluster = signal["on"] == "cpu" || signal["on"] == "memory";
        // What only the replicas themselves report wakes none.
        let min = u32::from(signal["query"].is_null());
        let mut keda = range(min, if of_cluster { signal } else { of_keda });
        lay_over(
            &mut keda,
            json!({"targets": {"kubernetes": {"autoscaler": "keda"}}, "server": {"metrics": {}}}),
        );
        rows.push(keda);
    }
    rows.push(json!({"rollout": {"surge": "100%", "unavailable": 0}}));
    rows.push(json!({"rollout": {"surge": 0, "unavailable": "100%", "deadline": "86400s"}}));
    rows.push(json!({"rollout": {"surge": 3, "unavailable": 2}, "resources": {"gpu": 1}}));
    rows.push(
        json!({"rollout": {"unavailable": "50%"}, "state": {"size": "1Gi", "path": "/data"}, "replicas": 4}),
    );
    rows.push(json!({"availability": {"minAvailable": "50%"}, "replicas": 5}));
    rows.push(json!({"availability": {"maxUnavailable": 2, "spread": "zone"}, "replicas": 5}));
    rows
}

fn the_way_in() -> Vec<Value> {
    let exposures = [
        json!({"host": "*.example.com", "path": "/a-b/~c%20d"}),
        json!({"host": "1.2e3.example"}),
        json!({"host": "a.example.com", "tls": {"issuer": "le", "issuerKind": "Issuer"}}),
        json!({"host": "a.example.com", "annotations": {
            "nginx.ingress.kubernetes.io/configuration-snippet": "more_set_headers \"A: {{ b }}\";\nif ($a) {\n}\n",
            "example.com/empty": "", "example.com/on": "on"}}),
        json!({"host": "a.example.com", "path": "/a", "gateway": {"name": "g"}, "annotations": {"a": "{{ b }}"}}),
    ];
    let mut rows = Vec::new();
    for exposure in exposures {
        for protocol in ["http", "grpc", "openai"] {
            if protocol == "grpc" && exposure["path"] != Value::Null {
                continue;
            }
            let server = json!({"protocol": protocol, "requestTimeout": "23h", "metrics": {"port": 9102}});
            let health = if protocol == "grpc" { Value::Null } else { json!({"live": "/livez"}) };
            rows.push(json!({"expose": exposure, "server": server, "health": health,
                "annotations": {"example.com/on": "off"}}));
        }
    }
    rows.push(
        json!({"network": {"allowFrom": []}, "expose": {"host": "a.example.com"}, "server": {"metrics": {}}}),
    );
    rows.push(json!({"network": {"allowFrom": ["b", "a"]}, "server": {"metrics": {"port": 9102}}}));
    rows.push(json!({"network": {"allowFrom": ["a"]}, "server": {"metrics": {"scrape": "none"}},
        "state": {"size": "1Gi", "path": "/data"}}));
    rows.push(json!({"server": {"ports": {"zeta": 9001, "alpha": 9002, "0-a": 9003},
        "metrics": {"port": 9002, "path": "/a/b", "scrape": "service-monitor"}}, "health": {"port": 9003}}));
    rows.push(json!({"server": {"metrics": {"port": 9102, "scrape": "service-monitor"}},
        "state": {"size": "1Gi", "path": "/data"}}));
    rows.push(json!({"health": {"live": "/l?a=%7B", "ready": "/r", "port": 9999}, "server": {"metrics": {"port": 9999}}}));
    rows
}

fn the_rest() -> Vec<Value> {
    vec![
        json!({"placement": {"tolerations": [
            {"operator": "Exists"},
            {"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 0},
            {"key": "a.b/c", "operator": "Equal", "value": "", "effect": "PreferNoSchedule"},
        ]}}),
        json!({"placement": {"spot": true, "zones": ["eu-west-1a"]}, "resources": {"gpu": {"count": 8, "type": "nvidia-h100"}}}),
        json!({"resources": {"gpu": {"type": "nvidia-a100-80gb", "mig": "3g.40gb", "count": 2}}}),
        json!({"resources": {"gpu": {"count": 1, "timeSliced": true}, "sharedMemory": "64Mi"}}),
        json!({"resources": {"gpu": {"count": 4, "type": "amd-mi300x"}}}),
        json!({"placement": {"spot": true}, "targets": {"kubernetes": {"cloud": "aws"}}}),
        json!({"security": {"writable": ["/tmp", "/a b", "/var/{{ x }}", "/on"]}}),
        json!({"security": {"writable": []}}),
        json!({"security": {"readOnlyRootFilesystem": false}, "server": {"env": {"HOME": ""}}}),
        json!({"identity": {"gcpServiceAccount": "model-server@project.iam.gserviceaccount.com"}}),
        json!({"identity": {"azureClientId": "12345678-1234-1234-1234-123456789012"}, "labels": {"a": "b"}}),
        json!({"name": "a".repeat(52), "state": {"size": "1Gi", "path": "/data"}, "model": {"uri": "s3://bucket/b", "cache": {"size": "1Gi"}}}),
        json!({"name": "a-0-b", "config": {"path": "/etc/x y", "files": {"a": "b"}}}),
    ]
}
