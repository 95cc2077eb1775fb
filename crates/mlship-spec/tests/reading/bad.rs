//! What is wrong with a spec is said at its place, with what to write instead.

use std::collections::BTreeSet;

use mlship_spec::codes;

use crate::cases;
use crate::render;

/// What every secret of the cases is made with, so that it can be looked for.
const SECRET: &str = "geheim";

/// Codes that reading does not find, and who finds them.
const FOUND_ELSEWHERE: &[(&str, &str)] = &[
    ("ML012", "targets refuse what they can't do"),
    ("ML014", "the command line compares the specs of all files"),
    ("ML150", "the simulator of placement finds it"),
    ("ML404", "a rule finds it"),
    ("ML405", "a rule finds it"),
    ("ML406", "a rule finds it"),
    ("ML407", "a rule finds it"),
    ("ML409", "a rule finds it"),
    ("ML410", "the simulator of placement finds it"),
    ("ML412", "a rule finds it"),
    ("ML453", "the Kubernetes target knows which namespaces a query reaches"),
    ("ML513", "the Kubernetes target writes the network policy"),
    ("ML560", "the Kubernetes target writes the Ingress"),
    ("ML701", "the managed targets know what their platform may see otherwise"),
    ("ML702", "the command line knows the date"),
    ("ML703", "the price book is read by the managed targets"),
    ("ML710", "the KServe target knows the faults of its versions"),
];

#[test]
fn every_bad_spec_is_explained() {
    cases::compare("bad", |case| render::findings(&case.read()));
}

#[test]
fn every_bad_spec_has_findings_with_help() {
    for case in cases::table("bad") {
        let reading = case.read();
        assert!(!reading.diagnostics.is_empty(), "{} has no findings", case.name);
        for diagnostic in &reading.diagnostics {
            let message = &diagnostic.message;
            assert!(diagnostic.help.is_some(), "{}: `{message}` does not say what to do", case.name);
            assert!(diagnostic.span.is_some(), "{}: `{message}` has no place", case.name);
            assert!(!message.ends_with('.'), "{}: `{message}` ends with a full stop", case.name);
            let words = format!("{message}{}", diagnostic.help.as_deref().unwrap_or_default());
            assert!(!words.chars().any(steers), "{}: `{words:?}` would steer a terminal", case.name);
            assert!(words.len() < 1000, "{}: `{words}` is too long to be read", case.name);
        }
    }
}

/// Escape sequences and marks of text direction can make a terminal show what is not there.
fn steers(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn there_are_enough_bad_specs() {
    assert!(cases::table("bad").len() >= 130);
}

#[test]
fn every_code_is_found_or_has_a_reason_not_to_be() {
    let found: BTreeSet<&str> = cases::table("bad")
        .iter()
        .flat_map(|case| case.read().diagnostics)
        .map(|diagnostic| diagnostic.code.id)
        .collect();
    let elsewhere: BTreeSet<&str> = FOUND_ELSEWHERE.iter().map(|(id, _)| *id).collect();
    let all: BTreeSet<&str> = codes::all().iter().map(|code| code.id).collect();
    let missing: Vec<&&str> =
        all.iter().filter(|id| !found.contains(*id) && !elsewhere.contains(*id)).collect();
    assert!(missing.is_empty(), "{missing:?} need a case, or a reason in FOUND_ELSEWHERE");
    let both: Vec<&&str> = found.intersection(&elsewhere).collect();
    assert!(both.is_empty(), "{both:?} are found by reading after all");
}

#[test]
fn no_secret_is_ever_shown() {
    for case in cases::table("bad") {
        let reading = case.read();
        let rendered = render::findings(&reading);
        assert!(!rendered.contains(SECRET), "{}:\n{rendered}", case.name);
        for source in reading.sources.iter() {
            assert!(!source.shown().contains(SECRET), "{}:\n{}", case.name, source.shown());
        }
        let decided = reading.workloads.iter().flat_map(|workload| &workload.provenance.decisions);
        for decision in decided {
            assert!(!format!("{decision:?}").contains(SECRET), "{}: {decision:?}", case.name);
        }
    }
}
