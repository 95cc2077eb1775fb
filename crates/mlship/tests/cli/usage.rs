//! Help, usage errors, `schema`, `completions`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Place, code, stderr, stdout};

#[test]
fn help_is_an_answer() {
    let place = Place::new();
    let commands = [
        &["--help"][..],
        &["init", "--help"],
        &["check", "--help"],
        &["render", "--help"],
        &["explain", "-h"],
        &["simulate", "--help"],
        &["simulate", "placement", "--help"],
        &["simulate", "autoscaling", "--help"],
    ];
    let runs: Vec<String> = commands.iter().map(|arguments| place.run(arguments)).collect();
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn what_is_not_understood_is_usage() {
    let place = Place::with_spec();
    let runs = [
        place.run(&[]),
        place.run(&["rendr"]),
        place.run(&["render", "--target", "kubernets"]),
        place.run(&["render", "mlship.yaml"]),
        place.run(&["init"]),
        place.run(&["init", "x:1", "--gpu=many"]),
        place.run(&["explain", "name", "-f", "mlship.yaml"]),
        place.run(&["explain", "mlship.yaml"]),
        place.run(&["completions", "tcsh"]),
    ];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn the_version_is_that_of_the_package() {
    let output = Place::new().output(&["--version"]);
    assert_eq!((code(&output), stdout(&output)), (0, format!("mlship {}\n", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn the_schema_is_json() {
    let output = Place::new().output(&["schema"]);
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(code(&output), 0);
    assert!(schema["properties"]["server"].is_object(), "{schema}");
}

#[test]
fn every_shell_gets_its_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = Place::new().output(&["completions", shell]);
        assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
        assert!(stdout(&output).contains("mlship"), "{shell}");
    }
}
