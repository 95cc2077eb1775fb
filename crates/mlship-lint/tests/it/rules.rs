//! Each rule: what breaks it, with what is said; and what does not.

use std::fmt::Write as _;

use insta::assert_snapshot;
use mlship_lint::registry;
use mlship_lint::rule::Needs;

use crate::cases::CASES;
use crate::support::{cluster, found, reading, shown, spec};

#[test]
fn every_rule_has_cases_of_both_kinds() {
    // What the reader finds is tested with the reader.
    let by_reader = ["ML401"];
    for rule in registry::rules().iter().filter(|rule| !by_reader.contains(&rule.code.id)) {
        let case = CASES.iter().find(|case| case.code == rule.code.id);
        let case = case.unwrap_or_else(|| panic!("{} has no cases", rule.code.id));
        assert!(case.fires.len() >= 2 && case.silent.len() >= 2, "{} has too few cases", rule.code.id);
    }
    assert!(CASES.iter().all(|case| registry::find(case.code).is_some()));
}

#[test]
fn what_breaks_a_rule_is_found_with_its_place() {
    let cluster = cluster();
    for case in CASES {
        let mut text = String::new();
        for lines in case.fires {
            let reading = reading(&spec(lines));
            let environment = case.environment;
            let mut findings = found(&reading.workloads[0], environment, Some(&cluster));
            findings.retain(|found| found.code.id == case.code);
            assert!(!findings.is_empty(), "{} does not fire on:\n{lines}", case.code);
            assert!(findings.iter().all(|found| found.span.is_some() && found.help.is_some()));
            writeln!(text, "{lines}\n\n{}", shown(&findings, &reading.sources)).unwrap();
        }
        assert_snapshot!(case.code, text);
    }
}

#[test]
fn what_keeps_a_rule_is_silent() {
    let cluster = cluster();
    for case in CASES {
        for lines in case.silent {
            let reading = reading(&spec(lines));
            let findings = found(&reading.workloads[0], case.environment, Some(&cluster));
            let of_rule: Vec<_> = findings.iter().filter(|found| found.code.id == case.code).collect();
            assert!(of_rule.is_empty(), "{} fires on:\n{lines}\n{of_rule:#?}", case.code);
        }
    }
}

#[test]
fn rules_of_nodes_ask_for_nodes() {
    for rule in registry::rules().iter().filter(|rule| rule.needs == Needs::Cluster) {
        let case = CASES.iter().find(|case| case.code == rule.code.id).unwrap();
        for lines in case.fires {
            let reading = reading(&spec(lines));
            let findings = found(&reading.workloads[0], None, None);
            assert!(findings.iter().all(|found| found.code.id != case.code), "{lines}");
        }
    }
}
