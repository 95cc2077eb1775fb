//! Whole specs: what targets refuse is shown, and what fits can be rendered.

#![expect(clippy::disallowed_methods, reason = "tests read the examples from disk")]

use std::fs;
use std::path::Path;

use mlship_decide::Decision;
use mlship_spec::read::{ReadOptions, read};

use crate::support::{decided, draft, targets};

/// The specs that people copy; one document each.
fn examples() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("there are examples") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            let text = fs::read_to_string(&path).expect("an example is text");
            if read("a", text.as_bytes(), &ReadOptions::default()).workloads.len() == 1 {
                found.push((path.display().to_string(), text));
            }
        }
    }
    found.sort();
    assert!(found.len() > 10, "{}", found.len());
    found
}

/// Requirements that ask for more than a spec says.
const REQUIREMENTS: &[&[&str]] = &[
    &[],
    &["requirements.canary=true"],
    &["requirements.shadow=true"],
    &["requirements.shadow=true", "requirements.canary=true"],
    &["requirements.scaleToZero=required"],
    &["requirements.request.seconds=170", "requirements.platformTeam=false"],
    &["requirements.gpuSharing=true", "requirements.gpu.count=1"],
];

fn each(mut check: impl FnMut(&str, &str, &[String], &Decision)) {
    for (name, text) in examples() {
        for sets in REQUIREMENTS {
            let sets: Vec<String> = sets.iter().map(ToString::to_string).collect();
            check(&name, &text, &sets, &decided(&text, &sets));
        }
    }
}

#[test]
fn every_refusal_of_a_target_is_shown() {
    each(|name, text, sets, decision| {
        let workload = draft(text, sets).workload;
        for target in targets() {
            let verdict = decision.verdicts.iter().find(|it| it.target == target.name()).expect("a verdict");
            for refusal in target.emit(&workload).err().into_iter().flatten() {
                let is_shown = verdict.blockers.iter().any(|blocker| {
                    blocker.rule == refusal.code.id && blocker.text.starts_with(&refusal.message)
                });
                assert!(is_shown, "{name} {sets:?} {}: {}", target.name(), refusal.message);
            }
        }
    });
}

#[test]
fn what_fits_can_be_rendered() {
    let (mut rendered, mut mirrored) = (0, 0);
    each(|name, text, sets, decision| {
        for (verdict, next) in decision.verdicts.iter().zip(&decision.next).filter(|(it, _)| it.fits()) {
            let target = targets().into_iter().find(|it| it.name() == verdict.target).expect("a target");
            let plain = draft(text, sets).workload;
            assert!(target.emit(&plain).is_ok(), "{name} {}", verdict.target);
            // The command that is printed sets what is required beside.
            let mut all: Vec<String> = sets.iter().chain(&verdict.fit.sets).cloned().collect();
            let mirror = "targets.azureml.mirror=10";
            if next.as_ref().is_some_and(|next| next.contains(&format!(" --set {mirror}"))) {
                all.push(mirror.to_owned());
                mirrored += 1;
            }
            let asked = draft(text, &all).workload;
            let outcome = target.emit(&asked);
            assert!(outcome.is_ok(), "{name} {all:?} {}: {:?}", verdict.target, outcome.err());
            rendered += 1;
        }
    });
    assert!(rendered > 200 && mirrored > 0, "{rendered} {mirrored}");
}

/// The lesson's second question: an autoscaler on the CPU of a server that computes on a GPU.
#[test]
fn a_cpu_signal_on_a_gpu_is_found_while_the_spec_is_read() {
    let text = "apiVersion: mlship.dev/v1\nname: a\nserver: {image: 'ghcr.io/a/b:1'}\nhealth: {ready: /r}\n\
                resources: {gpu: 1}\nreplicas: {min: 1, max: 3}\nautoscale: {on: cpu, target: 70}\n";
    let reading = read("a", text.as_bytes(), &ReadOptions::default());
    assert!(reading.diagnostics.iter().any(|found| found.code.id == "ML401"), "{:?}", reading.diagnostics);
}
