//! What KServe makes of a spec runs as it does on plain Kubernetes: every example in every environment, specs that
//! use what only KServe knows, and random ones. Where the two differ, it is among the agreed differences.

#![expect(clippy::disallowed_methods, reason = "tests read the examples from disk")]

use std::fs;
use std::path::{Path, PathBuf};

use mlship_kserve::explain::explain;
use mlship_spec::diagnostic::has_errors;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::workload::Workload;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

mod carried {
    pub mod agreed;
    pub mod check;
    pub mod compare;
    pub mod specs;
}

use carried::check::{Checker, Outcome};

/// Examples that KServe can't run: replicas with volumes of their own.
const STATEFUL: [&str; 2] = ["milvus.yaml", "qdrant.yaml"];

/// The examples' environments.
const ENVIRONMENTS: [Option<&str>; 4] = [None, Some("development"), Some("staging"), Some("production")];

#[test]
fn every_example_runs_as_on_plain_kubernetes() {
    let targets = Checker::new();
    let mut checked = 0;
    for (name, workload) in files("../../examples") {
        let outcome = targets.check(&workload);
        if STATEFUL.contains(&name.as_str()) {
            let Outcome::Refused(refusals) = outcome else { panic!("{name}: a StatefulSet is refused") };
            assert!(refusals.iter().all(|refusal| refusal.contains("Deployments only")), "{refusals:?}");
            continue;
        }
        let Outcome::Made(differences) = outcome else { panic!("{name}: {outcome:?}") };
        assert!(differences.is_empty(), "{name}: {differences:#?}");
        checked += 1;
    }
    assert!(checked >= 19, "only {checked} examples were checked");
}

#[test]
fn what_only_kserve_knows_runs_as_on_plain_kubernetes() {
    let targets = Checker::new();
    let mut checked = 0;
    for (name, workload) in files("tests/specs") {
        match targets.check(&workload) {
            Outcome::Made(differences) => {
                assert!(differences.is_empty(), "{name}: {differences:#?}");
                checked += 1;
            }
            Outcome::Unpredicted(reason) => println!("{name}: {reason}"),
            Outcome::Refused(refusals) => panic!("{name}: {refusals:?}"),
        }
    }
    assert!(checked >= 7, "only {checked} specs were checked");
}

#[test]
fn random_specs_run_as_on_plain_kubernetes() {
    let cases = std::env::var("MLSHIP_KSERVE_CASES").map_or(1500, |cases| cases.parse().expect("a number"));
    // The same specs in every run, so that a failure is everybody's.
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let targets = Checker::new();
    let specs = carried::specs::spec();
    let (mut made, mut unpredicted) = (0, 0);
    for _ in 0..cases {
        let spec = specs.new_tree(&mut runner).expect("nothing is rejected").current().to_string();
        let reading = read("random.yaml", spec.as_bytes(), &ReadOptions::default());
        if has_errors(&reading.diagnostics) {
            continue;
        }
        for workload in &reading.workloads {
            match targets.check(workload) {
                Outcome::Made(differences) => {
                    assert!(differences.is_empty(), "{spec}\n{differences:#?}");
                    made += 1;
                }
                Outcome::Unpredicted(_) => unpredicted += 1,
                Outcome::Refused(refusals) => {
                    assert!(
                        refusals.iter().all(|it| !it.contains("is not predicted")),
                        "{spec}\n{refusals:?}"
                    );
                }
            }
        }
    }
    println!("{made} compared, {unpredicted} not predicted, of {cases}");
    assert!(made * 3 >= cases, "only {made} specs of {cases} were compared");
}

#[test]
fn every_agreed_difference_has_its_reason() {
    for agreed in carried::agreed::AGREED {
        assert!(!agreed.why.is_empty() && !agreed.path.ends_with('/'), "{}", agreed.path);
    }
}

#[test]
fn differences_from_plain_kubernetes_are_few_and_named() {
    let (_, churn) = files("../../examples")
        .into_iter()
        .find(|(name, _)| name == "churn-predictor.yaml")
        .expect("it is there");
    let explanation = explain(&churn).expect("it is predicted");
    let kinds: Vec<_> = explanation.made.iter().map(|made| made.kind().to_owned()).collect();
    assert_eq!(kinds, ["Deployment", "Service", "Pod"]);
    let fields: Vec<_> = explanation.differences.iter().map(|it| it.field.as_str()).collect();
    for expected in
        ["Deployment.spec.revisionHistoryLimit", "Deployment.spec.template.spec.containers[0].name"]
    {
        assert!(fields.contains(&expected), "{fields:?}");
    }
    assert!(fields.len() < 30, "{fields:#?}");
}

/// The workloads of the specs in a folder, in each environment that they have.
fn files(folder: &str) -> Vec<(String, Workload)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("a file").path()).collect();
    // The folder of examples holds pictures too.
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let mut workloads = Vec::new();
    for path in paths {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read(&path).expect("a spec can be read");
        for environment in ENVIRONMENTS {
            let environment = environment.map(str::to_owned);
            let is_plain = environment.is_none();
            let reading = read(&name, &text, &ReadOptions { environment, ..ReadOptions::default() });
            // Most have no environments.
            let is_right = !has_errors(&reading.diagnostics);
            assert!(is_right || !is_plain, "{name}: {:?}", reading.diagnostics);
            if is_right {
                workloads.extend(reading.workloads.into_iter().map(|workload| (name.clone(), workload)));
            }
        }
    }
    workloads
}
