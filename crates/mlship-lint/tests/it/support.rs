//! Specs, and what is found in them as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use mlship_kubernetes::objects;
use mlship_lint::judge;
use mlship_lint::subject::{Cluster, Subject};
use mlship_spec::diagnostic::{Diagnostic, Severity};
use mlship_spec::read::{ReadOptions, Reading, read};
use mlship_spec::source::Sources;
use mlship_spec::workload::Workload;

/// The minimal spec and further lines; top-level lines given take the place of the minimal ones.
pub fn spec(lines: &str) -> String {
    let mut spec = "apiVersion: mlship.dev/v1\nname: churn\n".to_owned();
    let has = |key: &str| lines.lines().any(|line| line.starts_with(key));
    if !has("server:") {
        spec.push_str("server: {image: 'ghcr.io/acme/churn:0.3.1'}\n");
    }
    if !has("health:") && !lines.contains("protocol:") && !lines.contains("vllm") {
        spec.push_str("health: {ready: /readyz}\n");
    }
    writeln!(spec, "{lines}").unwrap();
    spec
}

/// What is found by the rules alone, for Kubernetes on nodes of one's own.
pub fn found(workload: &Workload, environment: Option<&str>, cluster: Option<&Cluster>) -> Vec<Diagnostic> {
    let objects = objects(workload);
    judge(&Subject { workload, objects: &objects, target: "kubernetes", environment, cluster })
}

/// A spec that is read without errors.
#[track_caller]
pub fn reading(text: &str) -> Reading {
    let reading = read("mlship.yaml", text.as_bytes(), &ReadOptions::default());
    let errors: Vec<_> =
        reading.diagnostics.iter().filter(|found| found.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    assert_eq!(reading.workloads.len(), 1, "{text}");
    reading
}

/// Nodes with two kinds of GPU, and slices of a third.
pub fn cluster() -> Cluster {
    let set = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
    Cluster {
        resources: set(&["nvidia.com/gpu", "nvidia.com/mig-1g.10gb"]),
        accelerators: [("nvidia.com/gpu".to_owned(), set(&["NVIDIA-L4", "Tesla-T4"]))].into(),
    }
}

/// Findings as text: severity, code, place with what stands there, message, help.
pub fn shown(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for found in diagnostics {
        let severity = if found.severity == Severity::Error { "error" } else { "warning" };
        let place = found.span.map_or("nowhere".to_owned(), |span| {
            let at = sources.position(span);
            format!("{}:{} `{}`", at.line, at.column, sources.text(span))
        });
        writeln!(text, "{severity} {} at {place}\n  {}", found.code.id, found.message).unwrap();
        for (span, words) in &found.related {
            let at = sources.position(*span);
            writeln!(text, "  {}:{} `{}`: {words}", at.line, at.column, sources.text(*span)).unwrap();
        }
        writeln!(text, "  help: {}", found.help.as_deref().unwrap_or("none")).unwrap();
    }
    text
}

/// Every example: its name and its text.
pub fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let specs = paths.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let read = |path: std::path::PathBuf| {
        (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap())
    };
    let mut examples: Vec<_> = specs.map(read).collect();
    examples.sort();
    assert!(examples.len() >= 18);
    examples
}
