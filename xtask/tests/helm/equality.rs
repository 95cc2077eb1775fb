//! Every example, and random specs, through both targets.

use std::fs;

use mlship_spec::diagnostic::has_errors;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::workload::Workload;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::{compare, hard, specs};

/// The examples' environments.
const ENVIRONMENTS: [Option<&str>; 4] = [None, Some("development"), Some("staging"), Some("production")];

#[test]
fn every_example_renders_as_the_kubernetes_target_does() {
    let mut checked = 0;
    for entry in fs::read_dir(crate::root().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let text = fs::read(&path).unwrap();
        for environment in ENVIRONMENTS {
            let options =
                ReadOptions { environment: environment.map(str::to_owned), ..ReadOptions::default() };
            let what = format!("{} {}", path.display(), environment.unwrap_or_default());
            let reading = read(&what, &text, &options);
            // Most examples have no environments.
            if environment.is_some() && has_errors(&reading.diagnostics) {
                continue;
            }
            assert!(!has_errors(&reading.diagnostics), "{what}");
            for workload in &reading.workloads {
                compare::check(&what, workload);
                checked += 1;
            }
        }
    }
    assert!(checked >= 20, "only {checked} workloads of the examples were rendered");
}

#[test]
fn hard_specs_render_as_the_kubernetes_target_does() {
    for spec in hard::specs() {
        let text = spec.to_string();
        let what: String = text.chars().take(2000).collect();
        let workload = workload(&text).unwrap_or_else(|| panic!("{what} is refused"));
        compare::check(&what, &workload);
    }
}

#[test]
fn random_specs_render_as_the_kubernetes_target_does() {
    let cases = std::env::var("MLSHIP_HELM_CASES").map_or(32, |cases| cases.parse().unwrap());
    let mut runner = TestRunner::new(Config {
        cases,
        max_global_rejects: cases * 20,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&specs::spec(), |spec| {
            let Some(workload) = workload(&spec.to_string()) else {
                return Err(TestCaseError::reject("refused"));
            };
            compare::check(&spec.to_string(), &workload);
            Ok(())
        })
        .unwrap();
}

/// The workload of a spec that the kubernetes target takes.
fn workload(spec: &str) -> Option<Workload> {
    let reading = read("random.yaml", spec.as_bytes(), &ReadOptions::default());
    if has_errors(&reading.diagnostics) {
        return None;
    }
    let workload = reading.workloads.into_iter().next()?;
    let refused = !mlship_kubernetes::notes(&workload).refusals.is_empty();
    (!refused).then_some(workload)
}
