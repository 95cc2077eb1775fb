//! Comments that answer a finding.

use mlship_lint::ignore::{self, Judged};
use mlship_lint::{catalogue, registry};
use mlship_spec::source::Sources;
use proptest::prelude::*;

use crate::support::{found, reading, shown, spec};

fn is_known(code: &str) -> bool {
    registry::find(code).is_some() || catalogue::find(code).is_some()
}

/// What is left of the findings, and what was ignored with which reason.
#[track_caller]
fn check(lines: &str, left: &str, reasons: &[&str]) {
    let reading = reading(&spec(lines));
    let mut findings = reading.diagnostics.clone();
    findings.extend(found(&reading.workloads[0], None, None));
    let ignored = ignore::apply(&reading.sources, &mut findings, &is_known, Judged::Whole(&|_| true));
    let reasons_found: Vec<&str> = ignored.iter().map(|one| one.reason.as_str()).collect();
    assert_eq!(reasons_found, reasons, "{lines}");
    let codes: Vec<&str> = findings.iter().map(|found| found.code.id).collect();
    assert_eq!(codes.join(" "), left, "{lines}\n{}", shown(&findings, &reading.sources));
}

#[test]
fn a_comment_with_a_reason_is_followed() {
    let gpu = "resources:\n  gpu: 1\n  cpu: {request: 1, limit: 2}";
    check(gpu, "ML112", &[]);
    check(&format!("{gpu}  # mlship:ignore ML112 our quota"), "", &["our quota"]);
    check(&gpu.replace("  cpu", "  # mlship:ignore ML112: our quota\n  cpu"), "", &["our quota"]);
    // A block is covered as a whole, whatever comes between.
    check(&format!("# mlship:ignore ML112 - our quota\n\n# more\n{gpu}"), "", &["our quota"]);
    check(&gpu.replace("resources:", "resources: # mlship:ignore ml112 our quota"), "", &["our quota"]);
    let several = "resources:  # mlship:ignore ML111, ML112 our quota\n  gpu: 1\n  cpu: {limit: 2}\n  memory: {request: 1Gi, limit: 2Gi}";
    check(several, "", &["our quota", "our quota"]);
}

#[test]
fn what_it_does_not_cover_is_told() {
    let gpu = "resources:\n  cpu: {request: 1, limit: 2}\n  gpu: 1";
    check(&format!("{gpu} # mlship:ignore ML112 the wrong line"), "ML112 ML652", &[]);
    check(&format!("# mlship:ignore ML112 another block\nlabels: {{a: b}}\n{gpu}"), "ML112 ML652", &[]);
}

#[test]
fn an_ignore_that_is_wrong_is_a_finding() {
    let gpu = "resources: {gpu: 1, cpu: {request: 1, limit: 2}}";
    check(&format!("{gpu} # mlship:ignore ML112"), "ML112 ML650", &[]);
    check(&format!("{gpu} # mlship:ignore ML999 no such code"), "ML112 ML651", &[]);
    check(&format!("{gpu} # mlship:ignore because I say so"), "ML112 ML651", &[]);
    check("replicas: 3 # mlship:ignore ML112 nothing is wrong here", "ML652", &[]);
}

#[test]
fn what_only_looks_like_a_comment_is_none() {
    let config =
        "config:\n  files:\n    a.sh: |\n      # mlship:ignore ML112 this is the script's\n      run\n";
    check(config, "", &[]);
    check("labels: {a: b}\nannotations: {note: 'x # mlship:ignore ML112 text'}", "", &[]);
}

#[test]
fn a_part_that_is_not_in_force_may_ignore() {
    let spec = "replicas: 2\nenvironments:\n  staging:\n    # mlship:ignore ML112 a small quota\n    resources: {gpu: 1, cpu: {limit: 2}}";
    check(spec, "", &[]);
}

/// Pieces of text that comments, codes and YAML are made of.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("# mlship:ignore ML112 why".to_owned()),
        Just("#mlship:ignore".to_owned()),
        Just(" # mlship:ignore ML999,ML112: ü".to_owned()),
        Just("mlship:ignore ML1".to_owned()),
        Just("\n  ".to_owned()),
        Just("\r\n".to_owned()),
        Just("---\n".to_owned()),
        Just("environments:\n".to_owned()),
        Just("a: |\n".to_owned()),
        Just("- 'x # \n".to_owned()),
        "[a-z:{}# 漢\t]{0,8}",
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_is_searched_for_comments(text in text()) {
        let mut sources = Sources::default();
        sources.add("mlship.yaml", text.clone());
        let mut found = Vec::new();
        ignore::apply(&sources, &mut found, &is_known, Judged::Whole(&|_| true));
        for one in &found {
            let span = one.span.unwrap();
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some(), "{text:?} {span:?}");
        }
    }
}
