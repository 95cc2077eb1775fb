//! The examples are what people copy: nothing is found in them but what they say is right there.

use std::fmt::Write as _;

use mlship_kubernetes::KubernetesTarget;
use mlship_lint::ignore::{self, Judged};
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::Target as _;

use crate::support::{examples, found, shown};

#[test]
fn nothing_is_found_in_the_examples_that_they_do_not_answer() {
    let mut told = String::new();
    for (name, text) in examples() {
        let mut environments = vec![None];
        environments.extend(
            ["development", "staging", "production"]
                .map(Some)
                .into_iter()
                .filter(|_| text.contains("environments:")),
        );
        for environment in environments {
            let options =
                ReadOptions { environment: environment.map(str::to_owned), ..ReadOptions::default() };
            let reading = read(&name, text.as_bytes(), &options);
            let mut findings = reading.diagnostics;
            for workload in &reading.workloads {
                findings.extend(found(workload, environment, None));
                findings.extend(KubernetesTarget.emit(workload).unwrap().warnings);
            }
            let whole = |code: &str| !code.starts_with("ML7");
            let judged = if environment.is_none() { Judged::Whole(&whole) } else { Judged::InPart };
            ignore::apply(&reading.sources, &mut findings, &|_| true, judged);
            if !findings.is_empty() {
                let shown = shown(&findings, &reading.sources);
                writeln!(told, "{name} {environment:?}\n{shown}").unwrap();
            }
        }
    }
    assert!(told.is_empty(), "{told}");
}
