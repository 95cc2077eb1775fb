//! Workloads from specs, and checks of single fields of what they become.

use std::fmt::Write as _;

use mlship_kubernetes::KubernetesTarget;
use mlship_spec::diagnostic::has_errors;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{Document, Emitted, File, Target as _};
use mlship_spec::workload::Workload;
use serde_json::Value;

/// The workload of the minimal spec and further lines; lines that begin with `server:` take the place of
/// the minimal one.
#[track_caller]
pub fn workload(lines: &str) -> Workload {
    let mut spec = "apiVersion: mlship.dev/v1\nname: churn\n".to_owned();
    if !lines.lines().any(|line| line.starts_with("server:")) {
        spec.push_str("server: {image: 'ghcr.io/acme/churn:0.3.1'}\n");
    }
    writeln!(spec, "{lines}").expect("a String takes any text");
    let reading = read("test.yaml", spec.as_bytes(), &ReadOptions::default());
    assert!(!has_errors(&reading.diagnostics), "{:#?}\n{spec}", reading.diagnostics);
    reading.workloads.into_iter().next().expect("a spec without errors gives a workload")
}

/// What the target makes of it.
#[track_caller]
pub fn emitted(lines: &str) -> Emitted {
    KubernetesTarget.emit(&workload(lines)).expect("the target takes it")
}

/// Every document, of all files.
pub fn documents<'a>(emitted: &'a Emitted) -> Vec<&'a Document> {
    let of = |file: &'a File| match file {
        File::Manifests(documents) => documents.iter().collect(),
        File::Settings(document) => vec![document],
        File::Text(_) => Vec::new(),
    };
    emitted.bundle.files.values().flat_map(of).collect()
}

/// Checks fields of the object of a kind, or of the settings where the kind is empty: JSON pointers with
/// the JSON expected, or `absent`.
#[track_caller]
pub fn check(lines: &str, kind: &str, fields: &[(&str, &str)]) {
    let emitted = emitted(lines);
    let documents = documents(&emitted);
    let document = documents.iter().find(|document| document.kind() == kind);
    let document = document.unwrap_or_else(|| panic!("there is no `{kind}`"));
    for (pointer, expected) in fields {
        let found = document.value().pointer(pointer);
        if *expected == "absent" {
            assert_eq!(found, None, "{kind} {pointer}");
        } else {
            let expected: Value = serde_json::from_str(expected).expect("the expectation is JSON");
            assert_eq!(found, Some(&expected), "{kind} {pointer}");
        }
    }
}

/// Checks which kinds there are, in order, each as `kind/name`.
#[track_caller]
pub fn check_kinds(lines: &str, expected: &[&str]) {
    let emitted = emitted(lines);
    let found: Vec<_> = documents(&emitted)
        .into_iter()
        .filter(|document| !document.kind().is_empty())
        .map(|document| format!("{}/{}", document.kind(), document.name()))
        .collect();
    assert_eq!(found, expected);
}

/// Checks that the target refuses it for this one reason.
#[track_caller]
pub fn check_refused(lines: &str, code: &str, message: &str) {
    let refusals = KubernetesTarget.emit(&workload(lines)).expect_err("the target refuses it");
    let found: Vec<_> = refusals.iter().map(|refusal| (refusal.code.id, refusal.message.as_str())).collect();
    assert_eq!(found, [(code, message)]);
    assert!(refusals.iter().all(|refusal| refusal.help.is_some()));
}

/// Checks the warnings, by code.
#[track_caller]
pub fn check_warned(lines: &str, codes: &[&str]) {
    let found: Vec<_> = emitted(lines).warnings.iter().map(|warning| warning.code.id).collect();
    assert_eq!(found, codes);
}

/// Checks which fields were honoured in another way.
#[track_caller]
pub fn check_adapted(lines: &str, fields: &[&str]) {
    let emitted = emitted(lines);
    let found: Vec<_> = emitted.adapted.iter().map(|adaptation| adaptation.field.as_str()).collect();
    assert_eq!(found, fields);
}
