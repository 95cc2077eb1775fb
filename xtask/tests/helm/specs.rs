//! Random specs, most of them valid, with texts that templates and YAML would trip over.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Texts that mean something to a template engine or to YAML.
fn awkward() -> impl Strategy<Value = String> {
    let known = select(vec![
        "{{ .Values.image }}",
        "{{- fail \"no\" -}}",
        "a: b",
        "# no comment",
        "on",
        "1e3",
        "0x1F",
        "null",
        "~",
        "",
        "line\nline\n",
        "\n\nlate",
        "  indented\n more",
        "\ttab\n\ttab",
        "'single' \"double\"",
        "trailing ",
        "\\n \\x41",
        "%d %s",
        "- dash",
        "*alias &anchor !tag",
        "ünïcode 日本 🚢",
        "$(OTHER) ${SHELL} `id`",
        "|",
        ">-",
        "key: |\n  a\n  b\n",
        "<b>&amp;</b>",
        "\u{a0}",
        "\u{2028}",
        "e\u{301}",
    ])
    .prop_map(str::to_owned);
    prop_oneof![3 => known, 1 => "[ -~]{0,24}".prop_map(String::from), 1 => "[\\PC]{0,12}".prop_map(String::from)]
}

/// One field with its value, or nothing.
fn maybe(
    field: &'static str,
    value: impl Strategy<Value = Value> + 'static,
) -> BoxedStrategy<Option<(String, Value)>> {
    prop::option::of(value.prop_map(move |value| (field.to_owned(), value))).boxed()
}

fn one_of(values: Vec<Value>) -> impl Strategy<Value = Value> {
    select(values)
}

fn fields(parts: Vec<BoxedStrategy<Option<(String, Value)>>>) -> BoxedStrategy<Value> {
    let map = |parts: Vec<Option<(String, Value)>>| {
        Value::Object(parts.into_iter().flatten().collect::<Map<_, _>>())
    };
    parts.prop_map(map).boxed()
}

fn texts(keys: &'static str) -> impl Strategy<Value = Value> {
    prop::collection::btree_map(keys.prop_map(String::from), awkward(), 0..4).prop_map(|map| json!(map))
}

fn server() -> BoxedStrategy<Value> {
    let digest = "sha256:9b2a3f1e8d7c6b5a493827160f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c";
    let images = vec![
        json!("ghcr.io/acme/churn:0.3.1"),
        json!("registry.example.com:5000/a/b:v1"),
        json!(format!("ghcr.io/acme/churn@{digest}")),
        json!(format!("ghcr.io/acme/churn:1_ends-badly-@{digest}")),
    ];
    let metrics = vec![
        json!({}),
        json!({"port": 9100}),
        json!({"port": 9100, "scrape": "service-monitor"}),
        json!({"path": "/m", "scrape": "pod-monitor"}),
        json!({"scrape": "none"}),
    ];
    fields(vec![
        one_of(images).prop_map(|image| Some(("image".to_owned(), image))).boxed(),
        maybe("port", one_of(vec![json!(8080), json!(80), json!(9000)])),
        maybe(
            "protocol",
            one_of(vec![json!("http"), json!("grpc"), json!("openai"), json!("open-inference")]),
        ),
        maybe(
            "ports",
            one_of(vec![
                json!({"admin": 8081}),
                json!({"admin": 8081, "debug": 9100}),
                json!({"y": 8081, "1e3": 9100}),
            ]),
        ),
        maybe("args", prop::collection::vec(awkward(), 0..4).prop_map(|args| json!(args))),
        maybe("command", prop::collection::vec(awkward(), 1..3).prop_map(|words| json!(words))),
        maybe("env", texts("[A-Z][A-Z0-9_]{0,8}")),
        maybe("secretEnv", one_of(vec![json!({"HF_TOKEN": {"secret": "hf", "key": "token"}})])),
        maybe("pullPolicy", one_of(vec![json!("Always"), json!("IfNotPresent"), json!("Never")])),
        maybe("pullSecrets", one_of(vec![json!(["a"]), json!(["a", "b"])])),
        maybe("metrics", one_of(metrics)),
        maybe("requestTimeout", one_of(vec![json!("2s"), json!("90s"), json!("10m"), json!("23h")])),
    ])
}

fn model() -> BoxedStrategy<Value> {
    let uris = vec![
        json!("s3://bucket/model.tar.gz"),
        json!("gs://bucket/a/b"),
        json!("hf://acme/model:main"),
        json!("pvc://claim/a/b/c"),
        json!("pvc://claim"),
        json!("oci://ghcr.io/acme/model:1"),
        json!("https://example.com/model.zip"),
        json!("abfs://models@account.dfs.core.windows.net/churn"),
    ];
    let caches = vec![json!({"size": "40Gi"}), json!({"size": "1Ti", "storageClass": "fast"})];
    fields(vec![
        maybe("uri", one_of(uris)),
        maybe("size", one_of(vec![json!("500Mi"), json!("16Gi")])),
        maybe("loadSeconds", (1..900u32).prop_map(|seconds| json!(seconds))),
        maybe("credentials", one_of(vec![json!("cloud-credentials")])),
        maybe("cache", one_of(caches)),
        maybe("path", one_of(vec![json!("/models"), json!("/mnt/weights")])),
    ])
}

fn scale() -> BoxedStrategy<Value> {
    let scalings = vec![
        json!({"replicas": 1}),
        json!({"replicas": 3}),
        json!({"replicas": {"min": 2, "max": 9}, "autoscale": {"on": "cpu", "target": 55}}),
        json!({"replicas": {"min": 1, "max": 4}, "autoscale": {"on": "memory", "target": 80, "downWindow": "15m"}}),
        json!({"replicas": {"min": 1, "max": 4}, "autoscale": {"on": "concurrency", "target": 4, "metric": "inflight"}}),
        json!({"replicas": {"min": 0, "max": 4}, "autoscale": {"query": "sum(up{a=\"{{ x }}\"})\n> 0", "target": 2,
            "prometheus": "http://prometheus:9090"}}),
        json!({"replicas": {"min": 1, "max": 4}, "autoscale": {"on": "cpu", "target": 55},
            "targets": {"kubernetes": {"metricScope": "pod"}}}),
    ];
    one_of(scalings).boxed()
}

fn around() -> BoxedStrategy<Value> {
    let exposures = vec![
        json!({"host": "a.example.com", "class": "nginx", "tls": {"issuer": "le"}}),
        json!({"host": "a.example.com", "path": "/v1", "annotations": {"example.com/a": "{{ b }}"}}),
        json!({"host": "a.example.com", "class": "alb", "tls": {"secret": "cert"}}),
        json!({"host": "a.example.com", "gateway": {"name": "public", "namespace": "gateways"}}),
    ];
    let gpus = vec![
        json!(1),
        json!({"count": 4, "type": "nvidia-h100"}),
        json!({"type": "nvidia-a100-40gb", "mig": "1g.5gb"}),
    ];
    let resources = fields(vec![
        maybe("cpu", one_of(vec![json!(2), json!("500m"), json!({"request": 1, "limit": 4})])),
        maybe("memory", one_of(vec![json!("8Gi"), json!({"request": "6Gi", "limit": "12Gi"})])),
        maybe("gpu", one_of(gpus)),
        maybe("sharedMemory", one_of(vec![json!("2Gi")])),
    ]);
    let security = fields(vec![
        maybe("writable", one_of(vec![json!(["/data"]), json!(["/cache", "/tmp", "/var/run"])])),
        maybe("readOnlyRootFilesystem", one_of(vec![json!(false)])),
        maybe("runAsUser", one_of(vec![json!(1000), json!(1_000_650_000)])),
    ]);
    fields(vec![
        maybe("namespace", one_of(vec![json!("team-a"), json!("on"), json!("123"), json!("1e3")])),
        maybe(
            "labels",
            one_of(vec![json!({"team": "a"}), json!({"app.kubernetes.io/component": "x", "on": "y"})]),
        ),
        maybe("annotations", texts("[a-z]{1,8}[.]com/[a-z]{1,8}")),
        maybe("model", model()),
        maybe("resources", resources),
        maybe(
            "health",
            one_of(vec![json!({"ready": "/r"}), json!({"live": "/l", "ready": "/r", "port": 8081})]),
        ),
        maybe("expose", one_of(exposures)),
        maybe("network", one_of(vec![json!({"allowFrom": []}), json!({"allowFrom": ["monitoring", "b"]})])),
        maybe("security", security),
        maybe("state", one_of(vec![json!({"size": "20Gi", "path": "/data"})])),
        maybe(
            "config",
            texts("[a-z]{1,6}[.]yaml").prop_map(|files| json!({"path": "/etc/it", "files": files})),
        ),
        maybe(
            "identity",
            one_of(vec![
                json!({"awsRole": "arn:aws:iam::123456789012:role/it"}),
                json!({"azureClientId": "12345678-1234-1234-1234-123456789012"}),
                json!({"serviceAccount": "theirs"}),
            ]),
        ),
        maybe(
            "availability",
            one_of(vec![
                json!({"spread": "zone", "spreadStrength": "required"}),
                json!({"spread": "none", "maxUnavailable": "25%"}),
                json!({"minAvailable": 1}),
            ]),
        ),
        maybe(
            "rollout",
            one_of(vec![
                json!({"surge": 1}),
                json!({"surge": 0}),
                json!({"unavailable": "50%", "deadline": "2h"}),
            ]),
        ),
        maybe(
            "placement",
            one_of(vec![
                json!({"spot": true, "nodeSelector": {"pool": "on"}}),
                json!({"zones": ["a", "b"], "priorityClass": "high", "runtimeClass": "nvidia"}),
                json!({"tolerations": [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]}),
            ]),
        ),
    ])
}

/// Names of services, also such as YAML takes for something else.
fn name() -> impl Strategy<Value = String> {
    let words = select(vec!["on", "y", "null", "true"]).prop_map(str::to_owned);
    prop_oneof![1 => words, 3 => "[a-z][a-z0-9]{0,12}(-[a-z0-9]{1,8}){0,2}".prop_map(String::from)]
}

/// A spec as JSON, which is YAML too.
pub fn spec() -> impl Strategy<Value = Value> {
    (server(), scale(), around(), name()).prop_map(|(server, scale, around, name)| {
        let mut spec = json!({"apiVersion": "mlship.dev/v1", "name": name, "server": server});
        for part in [scale, around] {
            let part = part.as_object().cloned().unwrap_or_default();
            spec.as_object_mut().expect("it is a map").extend(part);
        }
        spec
    })
}
