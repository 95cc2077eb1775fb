//! Specs put together at random, and good ones with bytes changed at random.

use std::collections::BTreeSet;

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use mlship_spec::read::ReadOptions;

use crate::cases;
use crate::facts;
use crate::invariants::checked;

/// Settings that go together, whichever of them are taken: each a field with a value for it.
fn settings() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("namespace", vec![json!("search"), json!("a-1")]),
        ("labels", vec![json!({}), json!({"team": "search", "example.com/x": "1"})]),
        ("annotations", vec![json!({"note": "a: b # c\n\"d\" 'e' \\ é 🚀"}), json!({"a": "", "b": " x "})]),
        (
            "model",
            vec![
                json!({"loadSeconds": 90}),
                json!({"uri": "s3://models-bucket/churn", "size": "4Gi", "credentials": "bucket"}),
                json!({"uri": "hf://Qwen/Qwen3-8B", "size": "17Gi", "cache": {"access": "ReadWriteMany"}}),
                json!({"uri": "pvc://models/churn", "path": "/models"}),
                json!({"format": "onnx", "size": "900Mi"}),
            ],
        ),
        (
            "resources",
            vec![
                json!({"cpu": "500m"}),
                json!({"cpu": {"request": 1, "limit": "2"}, "memory": {"limit": "4Gi"}}),
                json!({"memory": "8Gi", "disk": "10Gi", "sharedMemory": "1Gi"}),
                json!({"gpu": 1}),
                json!({"gpu": {"type": "nvidia-l4", "count": 2}, "memory": "64Gi"}),
            ],
        ),
        ("health", vec![json!({"ready": "/readyz"}), json!({"live": "/l", "ready": "/r", "port": 9000})]),
        ("rollout", vec![json!({"surge": 1}), json!({"surge": "10%", "unavailable": 1, "canary": 10})]),
        (
            "availability",
            vec![json!({"spread": "zone"}), json!({"maxUnavailable": 1, "spreadStrength": "required"})],
        ),
        (
            "expose",
            vec![
                json!({"host": "churn.example.com"}),
                json!({"host": "*.example.com", "path": "/a", "tls": {"issuer": "x"}, "class": "nginx"}),
                json!({"host": "churn.example.com", "gateway": {"name": "public"}}),
            ],
        ),
        ("network", vec![json!({"allowFrom": []}), json!({"allowFrom": ["web", "batch"]})]),
        (
            "placement",
            vec![
                json!({"spot": true}),
                json!({"nodeSelector": {"pool": "a"}, "zones": ["eu-1a"], "tolerations": [{"operator": "Exists"}]}),
            ],
        ),
        (
            "security",
            vec![json!({"runAsUser": 1000}), json!({"readOnlyRootFilesystem": false, "writable": ["/a"]})],
        ),
        (
            "identity",
            vec![json!({"serviceAccount": "x"}), json!({"awsRole": "arn:aws:iam::123456789012:role/x"})],
        ),
        (
            "config",
            vec![
                json!({"files": {"app.yaml": "a: 1\n\n  b:\t2\n"}}),
                json!({"path": "/c", "files": {"x": ""}}),
            ],
        ),
        ("requirements", vec![json!({"platformTeam": true, "clouds": ["aws"]})]),
        ("environments", vec![json!({}), json!({"e": {"replicas": 3, "expose": null}, "f": {}})]),
    ]
}

/// How many replicas, and what moves their number: these depend on each other.
fn scaling() -> impl Strategy<Value = Value> {
    select(vec![
        json!({}),
        json!({"replicas": 3}),
        json!({"replicas": {"min": 1, "max": 5}, "autoscale": {"on": "memory", "target": 60}}),
        json!({"replicas": {"max": 9}, "autoscale": {"on": "rps", "target": "0.5", "metric": "requests_total"}}),
        json!({"replicas": {"min": 0, "max": 2},
               "autoscale": {"query": "sum(x{a=\"b\"})", "target": 3, "prometheus": "http://p:9090"}}),
    ])
}

fn server() -> impl Strategy<Value = Value> {
    let text = "[ -~]{0,12}|[a-zäöüß🚀\\n\\t]{1,6}";
    let env = btree_map("[A-Z][A-Z_]{0,6}X", text, 0..4);
    let args = vec(text, 0..4);
    let protocol = select(vec!["http", "open-inference", "openai"]);
    (env, args, protocol, 1024_u16..).prop_map(|(env, args, protocol, port)| {
        json!({
            "image": "ghcr.io/acme/churn:1.0.0", "env": env, "args": args, "protocol": protocol, "port": port,
            "metrics": {"path": "/metrics"},
        })
    })
}

fn spec() -> impl Strategy<Value = Map<String, Value>> {
    let choices: Vec<_> = settings()
        .into_iter()
        .map(|(field, values)| proptest::option::of(select(values)).prop_map(move |value| (field, value)))
        .collect();
    (server(), scaling(), choices).prop_map(|(server, scaling, choices)| {
        let mut spec = Map::new();
        spec.insert("apiVersion".into(), json!("mlship.dev/v1"));
        spec.insert("name".into(), json!("churn"));
        spec.insert("server".into(), server);
        if let Value::Object(scaling) = scaling {
            spec.extend(scaling);
        }
        spec.extend(choices.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value?))));
        spec
    })
}

/// One change of a text: at a place, so many bytes go, and these come.
fn change() -> impl Strategy<Value = (Index, usize, Vec<u8>)> {
    let words: Vec<&[u8]> = vec![
        b"",
        b":",
        b": ",
        b"\n",
        b"\n  ",
        b"\t",
        b"\"",
        b"'",
        b"{",
        b"}",
        b"[",
        b"]",
        b"- ",
        b"---\n",
        b"#",
        b"&a ",
        b"*a",
        b"!t ",
        b"<<: ",
        b"|\n",
        b">",
        b"null",
        b"~",
        b"\r",
        b"\0",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xc2\x85",
        "\u{2028}".as_bytes(),
        "é".as_bytes(),
        b"{{ x }}",
        b"yes",
        b"0",
        b"-1",
        b"%",
        b"@",
        b"\x1b[31m",
        b"\\",
    ];
    let inserted = prop_oneof![select(words).prop_map(<[u8]>::to_vec), vec(any::<u8>(), 0..4)];
    (any::<Index>(), 0_usize..6, inserted)
}

fn changed(bytes: &[u8], changes: &[(Index, usize, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (place, removed, inserted) in changes {
        let start = place.index(bytes.len() + 1);
        let end = (start + removed).min(bytes.len());
        bytes.splice(start..end, inserted.iter().copied());
    }
    bytes
}

fn flags() -> impl Strategy<Value = Vec<String>> {
    let flag = select(vec![
        "replicas=2",
        "replicas=null",
        "server.env.A=x",
        "server.env=",
        "labels.\"a.b/c\"=d",
        "resources={cpu: 2}",
        "server.args=[a, b]",
        "name=other",
        "expose=null",
        "autoscale=",
        "a.b.c=1",
        "=",
        "server",
        "\"",
        "x[0]=1",
        "name=é",
        "é=1",
        "server.image=a:b:c",
        "namespace=\u{1b}",
        "environments.e=1",
        "server.env.TOKEN=abc",
    ]);
    vec(flag.prop_map(str::to_owned), 0..3)
}

fn plain() -> ReadOptions {
    ReadOptions::default()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_spec_of_settings_that_go_together_is_read(spec in spec()) {
        let text = Value::Object(spec).to_string();
        let reading = checked(text.as_bytes(), &plain());
        prop_assert!(reading.workloads.len() == 1, "{text}\n{:#?}", reading.diagnostics);
    }

    #[test]
    fn the_order_of_fields_and_the_style_change_nothing(spec in spec()) {
        // Findings are told in the order of the text, so only that order may differ.
        let facts_of = |text: &str| {
            let facts = facts::facts(&checked(text.as_bytes(), &plain()));
            facts.lines().map(str::to_owned).collect::<BTreeSet<_>>()
        };
        let json = facts_of(&Value::Object(spec.clone()).to_string());
        let reversed: Map<String, Value> = spec.clone().into_iter().rev().collect();
        prop_assert_eq!(&facts_of(&Value::Object(reversed).to_string()), &json);
        let pretty = serde_json::to_string_pretty(&spec).expect("a spec has string keys");
        prop_assert_eq!(&facts_of(&pretty), &json);
        prop_assert_eq!(&facts_of(&pretty.replace('\n', "\r\n")), &json);
    }

    #[test]
    fn a_field_that_does_not_exist_is_always_found(spec in spec(), name in "[a-z]{3,12}") {
        let mut spec = spec;
        prop_assume!(!spec.contains_key(&name) && mlship_spec::spec::root().fields.iter().all(|field| field.name != name));
        spec.insert(name, json!(1));
        let reading = checked(Value::Object(spec).to_string().as_bytes(), &plain());
        prop_assert!(reading.workloads.is_empty());
        prop_assert!(reading.diagnostics.iter().any(|found| found.code.id == "ML002"));
    }

    #[test]
    fn changed_bytes_are_read_or_refused(spec in spec(), changes in vec(change(), 1..6)) {
        let text = Value::Object(spec).to_string();
        checked(&changed(text.as_bytes(), &changes), &plain());
    }

    #[test]
    fn changed_cases_are_read_or_refused(
        case in select(all_cases()), changes in vec(change(), 1..8), set in flags(), environment in proptest::option::of("[a-z]{1,3}|staging"),
    ) {
        checked(&changed(&case, &changes), &ReadOptions { environment, set });
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        checked(&bytes, &plain());
    }

    #[test]
    fn any_flag_is_read_or_refused(flag in "[ -~]{0,30}|\\PC{0,12}") {
        let spec = "apiVersion: mlship.dev/v1\nname: churn\nserver: {image: 'a:1'}\n";
        checked(spec.as_bytes(), &ReadOptions { environment: None, set: vec![flag] });
    }
}

/// The bytes of every case of the tables.
fn all_cases() -> Vec<Vec<u8>> {
    let tables = ["good", "bad"].into_iter().flat_map(cases::table);
    tables.map(|case| case.bytes).filter(|bytes| bytes.len() < 4096).collect()
}
