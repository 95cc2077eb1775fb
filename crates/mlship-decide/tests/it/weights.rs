//! Weights: the embedded file, and files in its place.

use mlship_decide::rules::RULES;
use mlship_decide::weights::{EMBEDDED, Weights};
use mlship_spec::diagnostic::Diagnostic;

use crate::support::{alone, decided, decided_by, targets};

fn read(text: &str) -> Result<Weights, Vec<Diagnostic>> {
    let names: Vec<&str> = targets().iter().map(|target| target.name()).collect();
    let mut diagnostics = Vec::new();
    Weights::read(0, text, &names, &mut diagnostics).ok_or(diagnostics)
}

#[test]
fn the_embedded_file_has_points_for_every_rule_and_for_targets_alone() {
    assert_eq!(read(EMBEDDED).expect("the file is sound"), Weights::embedded());
    for rule in RULES {
        assert!(EMBEDDED.contains(&format!("\n{}: {{", rule.id)), "{}", rule.id);
    }
}

#[test]
fn other_points_make_another_winner() {
    let needs = alone("{models: 1, platformTeam: false}");
    let raw = read("one-model: {kubernetes: 10}").expect("weights");
    assert_eq!(decided_by(&raw, &needs, &[]).winner().map(|it| it.target), Some("kubernetes"));
    assert_ne!(decided(&needs, &[]).winner().map(|it| it.target), Some("kubernetes"));
}

#[test]
fn what_is_wrong_is_said_all_at_once() {
    let found = read("one-modl: {kubernetes: 1}\ngitops: {k8s: 1, own: lots, helm: 1.234}\nsteady: 3\n")
        .expect_err("it is wrong");
    let messages: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "there is no rule `one-modl`",
            "`k8s` is neither a target nor a group of targets",
            "this is no number of points",
            "this is no number of points",
            "this is a single value, expected points by target",
        ]
    );
    assert!(found.iter().all(|found| found.help.is_some() && found.span.is_some()));
    assert!(read("").is_err());
    assert!(read("- a").is_err());
}

#[test]
fn points_are_read_to_the_hundredth() {
    for (text, is_read) in [
        ("1.5", true),
        ("-0.25", true),
        ("100", true),
        ("100.01", false),
        ("1e3", false),
        ("", false),
        (".5", false),
    ] {
        assert_eq!(read(&format!("gitops: {{own: \"{text}\"}}")).is_ok(), is_read, "{text}");
    }
}
