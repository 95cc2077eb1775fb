//! Decision cases: who has to win, and who must not fit.

use std::collections::BTreeMap;

use serde_yaml::Value;

use crate::support::{alone, decided};

const CASES: &str = include_str!("../cases.yaml");

struct Case {
    name: String,
    needs: String,
    winners: Vec<String>,
    out: BTreeMap<String, String>,
    because: String,
}

fn cases() -> Vec<Case> {
    let cases: Vec<Value> = serde_yaml::from_str(CASES).expect("the cases are YAML");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    cases
        .iter()
        .map(|case| Case {
            name: text(&case["name"]),
            // JSON is YAML, and in one line.
            needs: serde_json::to_string(&case["needs"]).expect("needs are plain"),
            winners: case["winners"].as_sequence().expect("a list").iter().map(text).collect(),
            out: case["out"]
                .as_mapping()
                .map(|out| out.iter().map(|(target, rule)| (text(target), text(rule))).collect())
                .unwrap_or_default(),
            because: text(&case["because"]),
        })
        .collect()
}

#[test]
fn there_are_enough_cases_and_each_is_justified() {
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    assert!(cases.iter().all(|case| case.because.len() > 15 && !case.winners.is_empty()));
    let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn every_case_is_decided_as_it_has_to_be() {
    let mut wrong = Vec::new();
    for case in cases() {
        let decision = decided(&alone(&case.needs), &[]);
        let scores: Vec<_> =
            decision.verdicts.iter().map(|it| (it.target, it.fits(), it.hundredths())).collect();
        match decision.winner() {
            Some(winner) if case.winners.iter().any(|name| name == winner.target) => {}
            other => wrong.push(format!(
                "{}: {:?} wins, not one of {:?}\n    {scores:?}",
                case.name,
                other.map(|it| it.target),
                case.winners
            )),
        }
        for (target, rule) in &case.out {
            let verdict = decision.verdicts.iter().find(|it| it.target == target).expect("a target");
            if !verdict.blockers.iter().any(|blocker| blocker.rule == *rule) {
                wrong.push(format!(
                    "{}: {target} is not ruled out by {rule}: {:?}",
                    case.name, verdict.blockers
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
