//! What KServe would refuse, fail on or ignore is refused here, or written so that it works: specs with what is
//! said of them, and every recorded refusal and ignored field with its answer.

#![expect(clippy::disallowed_methods, reason = "tests read the recordings from disk")]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use mlship_kserve::KserveTarget;
use mlship_spec::diagnostic::has_errors;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::Target as _;
use serde_json::Value;

mod refusals {
    pub mod recorded;
    pub mod specs;
}

use refusals::recorded::{INEXPRESSIBLE, Recorded};
use refusals::specs::{Answer, SPECS};

#[test]
fn what_kserve_would_refuse_or_ignore_is_answered() {
    let mut wrong = Vec::new();
    for case in SPECS {
        if let Err(difference) = check(case.lines, &case.answer) {
            wrong.push(format!("{}\n  {difference}", case.lines));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(SPECS.len() >= 60, "there are only {} specs", SPECS.len());
}

fn check(lines: &str, answer: &Answer) -> Result<(), String> {
    let mut spec = "apiVersion: mlship.dev/v1\n".to_owned();
    for (key, default) in
        [("name:", "name: churn"), ("server:", "server: {image: 'ghcr.io/acme/churn:0.3.1'}")]
    {
        if !lines.lines().any(|line| line.starts_with(key)) {
            spec.push_str(default);
            spec.push('\n');
        }
    }
    spec.push_str(lines);
    let reading = read("test.yaml", spec.as_bytes(), &ReadOptions::default());
    let read_errors = has_errors(&reading.diagnostics);
    let codes = |diagnostics: &[mlship_spec::diagnostic::Diagnostic]| {
        diagnostics.iter().map(|it| format!("{} {}", it.code.id, it.message)).collect::<Vec<_>>().join("; ")
    };
    match answer {
        Answer::Reader(code) => {
            let found = reading.diagnostics.iter().any(|it| it.code.id == *code);
            if read_errors && found {
                Ok(())
            } else {
                Err(format!("the reader says {}", codes(&reading.diagnostics)))
            }
        }
        Answer::Target(code, words) => {
            let workload = reading.workloads.first().ok_or_else(|| codes(&reading.diagnostics))?;
            let refusals = KserveTarget::new().emit(workload).err().ok_or("the target takes it")?;
            let found = refusals.iter().any(|it| it.code.id == *code && it.message.contains(words));
            let explained = refusals.iter().all(|it| it.help.is_some() && it.span.is_some());
            if found && explained { Ok(()) } else { Err(format!("the target says {}", codes(&refusals))) }
        }
        Answer::Written(pointer, value) => {
            let workload = reading.workloads.first().ok_or_else(|| codes(&reading.diagnostics))?;
            let emitted = KserveTarget::new().emit(workload).map_err(|refusals| codes(&refusals))?;
            let service =
                emitted.bundle.files.values().find_map(inference_service).ok_or("nothing is made")?;
            let found = service.pointer(pointer).map_or("nothing".to_owned(), ToString::to_string);
            if found == *value { Ok(()) } else { Err(format!("{pointer} is {found}")) }
        }
        Answer::Said(code, words) => {
            let workload = reading.workloads.first().ok_or_else(|| codes(&reading.diagnostics))?;
            let emitted = KserveTarget::new().emit(workload).map_err(|refusals| codes(&refusals))?;
            let warned = emitted.warnings.iter().any(|it| it.code.id == *code && it.message.contains(words));
            let adapted = emitted.adapted.iter().any(|it| it.field == *code && it.how.contains(words));
            if warned || adapted {
                Ok(())
            } else {
                Err(format!("{:?} {}", emitted.adapted, codes(&emitted.warnings)))
            }
        }
    }
}

fn inference_service(file: &mlship_spec::target::File) -> Option<Value> {
    let mlship_spec::target::File::Manifests(documents) = file else { return None };
    documents.iter().find(|it| it.kind().ends_with("InferenceService")).map(|it| it.value().clone())
}

#[test]
fn every_recorded_refusal_and_ignored_field_has_an_answer() {
    let Some(truth) = std::env::var_os("MLSHIP_KSERVE_TRUTH").map(PathBuf::from) else {
        eprintln!("MLSHIP_KSERVE_TRUTH is not set: recorded refusals are not looked at");
        return;
    };
    let answered: BTreeSet<&str> = SPECS.iter().flat_map(|case| case.recorded).copied().collect();
    let is_inexpressible = |id: &str| INEXPRESSIBLE.iter().any(|Recorded { ids, .. }| ids.contains(&id));
    let mut known = BTreeSet::new();
    let mut missing = Vec::new();
    for file in ["refused.jsonl", "ignored.jsonl"] {
        for line in fs::read_to_string(truth.join(file)).expect("the recordings can be read").lines() {
            let recorded: Value = serde_json::from_str(line).expect("a recording is JSON");
            let id = recorded["id"].as_str().expect("a recording has an id").to_owned();
            if !answered.contains(id.as_str()) && !is_inexpressible(&id) {
                missing.push(id.clone());
            }
            known.insert(id);
        }
    }
    assert!(missing.is_empty(), "{missing:?} need a spec, or a reason why none can say it");
    let all = answered.into_iter().chain(INEXPRESSIBLE.iter().flat_map(|it| it.ids.iter().copied()));
    let unknown: Vec<_> = all.filter(|id| !known.contains(*id)).collect();
    assert!(unknown.is_empty(), "{unknown:?} are not recorded");
}
