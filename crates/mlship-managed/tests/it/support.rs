//! Workloads from specs, and what targets make of them as plain text.

#![expect(clippy::disallowed_methods, reason = "tests read the examples from disk")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use mlship_spec::diagnostic::{Diagnostic, has_errors};
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{Document, Emitted, File, Target};
use mlship_spec::workload::Workload;
use serde_json::Value;

/// The workload of a whole spec.
#[track_caller]
pub fn whole(spec: &str) -> Workload {
    let reading = read("test.yaml", spec.as_bytes(), &ReadOptions::default());
    assert!(!has_errors(&reading.diagnostics), "{:#?}\n{spec}", reading.diagnostics);
    reading.workloads.into_iter().next().expect("a spec without errors gives a workload")
}

/// The workload of a minimal spec and further lines; a line that begins with `server:` takes the place of the minimal
/// one, likewise `name:`.
#[track_caller]
pub fn workload(lines: &str) -> Workload {
    let mut spec = "apiVersion: mlship.dev/v1\n".to_owned();
    for (field, line) in [
        ("name:", "name: churn"),
        ("server:", "server: {image: 'ghcr.io/acme/churn:0.3.1'}"),
        ("health:", "health: {live: /healthz, ready: /readyz}"),
    ] {
        if !lines.lines().any(|written| written.starts_with(field)) {
            writeln!(spec, "{line}").expect("a String takes any text");
        }
    }
    writeln!(spec, "{lines}").expect("a String takes any text");
    whole(&spec)
}

/// The examples and the specs of this crate's tests, by name.
pub fn examples() -> Vec<(String, Workload)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut examples: Vec<_> = ["../../examples", "tests/specs"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).expect("there is a folder of specs"))
        .map(|entry| entry.expect("a folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| {
            let name = path.file_stem().expect("a spec has a name").to_string_lossy().into_owned();
            (name, whole(&fs::read_to_string(&path).expect("a spec is text")))
        })
        .collect();
    examples.sort_by(|left, right| left.0.cmp(&right.0));
    assert!(examples.len() >= 28);
    examples
}

/// The whole of what a target says: its files, or its refusals; and its notes.
pub fn told(outcome: &Result<Emitted, Vec<Diagnostic>>) -> String {
    let mut text = String::new();
    match outcome {
        Err(refusals) => refusals.iter().for_each(|refusal| finding(&mut text, "refused", refusal)),
        Ok(emitted) => {
            emitted.warnings.iter().for_each(|warning| finding(&mut text, "warning", warning));
            for adaptation in &emitted.adapted {
                writeln!(text, "adapted {}: {}", adaptation.field, adaptation.how)
                    .expect("a String takes any text");
            }
        }
    }
    text
}

fn finding(text: &mut String, kind: &str, diagnostic: &Diagnostic) {
    let Diagnostic { code, message, help, .. } = diagnostic;
    let help = help.as_deref().unwrap_or("-");
    writeln!(text, "{kind} {}: {message}\n  help: {help}", code.id).expect("a String takes any text");
}

/// What a target makes of a spec that it takes.
#[track_caller]
pub fn emitted(target: &dyn Target, lines: &str) -> Emitted {
    target.emit(&workload(lines)).expect("the target takes it")
}

/// Every document, of all files.
pub fn documents(emitted: &Emitted) -> Vec<&Document> {
    emitted
        .bundle
        .files
        .values()
        .flat_map(|file| match file {
            File::Manifests(documents) => documents.as_slice(),
            File::Settings(document) => std::slice::from_ref(document),
            File::Text(_) => &[],
        })
        .collect()
}

/// Checks fields of the object of a kind: JSON pointers with the JSON expected, or `absent`.
#[track_caller]
pub fn check(target: &dyn Target, lines: &str, kind: &str, fields: &[(&str, &str)]) {
    let emitted = emitted(target, lines);
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
