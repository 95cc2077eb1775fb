//! Strings that we print, read back by the readers that matter: kubectl's and Helm's.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

#[path = "../../crates/mlship-kubernetes/tests/it/awkward.rs"]
mod awkward;

use std::fs;
use std::process::Command;

use mlship_kubernetes::yaml::print_documents;
use mlship_spec::target::Document;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use xtask::tools::{self, Tool};

use awkward::AWKWARD;

#[test]
fn awkward_strings_stay_strings() {
    let long = "x ".repeat(5000);
    let strings: Vec<String> = AWKWARD.iter().map(|text| (*text).to_owned()).chain([long]).collect();
    assert!(strings.len() > 81);
    read_back_by_kubectl(&strings);
    read_back_by_helm(&strings);
}

#[test]
fn random_strings_stay_strings() {
    // A fixed seed: one call of each program reads thousands of strings.
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, b"strings that are read everywhere"),
    );
    let text =
        prop_oneof!["[-+.0-9_:eExobYyNn~]{0,12}", "[ -~]{0,40}", "\\PC{0,40}", "[\\t\\n a:#|>'\"-]{0,30}",];
    let strings: Vec<String> = (0..4000).map(|_| text.new_tree(&mut runner).unwrap().current()).collect();
    read_back_by_kubectl(&strings);
    read_back_by_helm(&strings);
}

/// The strings as values and, where they may be keys, as keys.
fn object(strings: &[String]) -> Value {
    let keys: Map<String, Value> = strings.iter().map(|text| (text.clone(), json!("a key"))).collect();
    json!({"strings": strings, "keys": keys})
}

/// kubectl reads an unknown object as it is, and prints what it read as JSON.
fn read_back_by_kubectl(strings: &[String]) {
    let object = object(strings);
    let mut printed =
        json!({"apiVersion": "example.com/v1", "kind": "Strings", "metadata": {"name": "strings"}});
    printed["spec"] = object.clone();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("strings.yaml");
    fs::write(&file, print_documents(&[Document::of(&printed)])).unwrap();
    let mut command = Command::new(tools::path(Tool::Kubectl).unwrap());
    command.args(["annotate", "--local", "z=1", "-o", "json", "-f"]).arg(&file);
    let read: Value =
        serde_json::from_str(&xtask::run(&mut command).unwrap().into_stdout().unwrap()).unwrap();
    assert_eq!(read["spec"], object);
}

/// Helm reads a values file, and a template prints what it read as JSON.
fn read_back_by_helm(strings: &[String]) {
    let object = object(strings);
    let chart = tempfile::tempdir().unwrap();
    fs::create_dir(chart.path().join("templates")).unwrap();
    fs::write(chart.path().join("Chart.yaml"), "apiVersion: v2\nname: strings\nversion: 1.0.0\n").unwrap();
    fs::write(chart.path().join("templates/out.yaml"), "out: {{ .Values | toJson | b64enc }}\n").unwrap();
    let values = chart.path().join("strings.yaml");
    fs::write(&values, print_documents(&[Document::of(&object)])).unwrap();
    for helm in [Tool::Helm, Tool::Helm3] {
        let mut command = Command::new(tools::path(helm).unwrap());
        command.args(["template", "x"]).arg(chart.path()).arg("--values").arg(&values);
        let printed = xtask::run(&mut command).unwrap().into_stdout().unwrap();
        let encoded = printed.lines().find_map(|line| line.strip_prefix("out: ")).unwrap();
        let read: Value = serde_json::from_slice(&decode(encoded)).unwrap();
        // Helm drops keys whose value it takes for null; none is here.
        assert_eq!(read, object, "{helm:?}");
    }
}

/// Standard base64, as Helm's `b64enc` writes it.
fn decode(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u32> =
        text.bytes().filter(|byte| *byte != b'=').map(|byte| u32::from(value(byte))).collect();
    let bytes = digits.chunks(4).flat_map(|chunk| {
        let bits = chunk.iter().enumerate().fold(0, |bits, (index, digit)| bits | digit << (18 - 6 * index));
        bits.to_be_bytes().into_iter().skip(1).take(chunk.len() - 1)
    });
    bytes.collect()
}
