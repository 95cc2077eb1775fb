//! `mlship check`, and findings in every format.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{BROKEN, Place, SPEC, code, stderr, stdout};

#[test]
fn a_sound_spec_is_fine() {
    assert_snapshot!(Place::with_spec().run(&["check"]));
}

#[test]
fn every_error_is_shown_at_once_with_its_place_and_help() {
    let place = Place::new().file("mlship.yaml", BROKEN);
    assert_snapshot!(place.run(&["check"]));
}

#[test]
fn json_says_the_same_to_programs() {
    let place = Place::new().file("mlship.yaml", BROKEN);
    assert_snapshot!(place.run(&["check", "-o", "json", "--set", "resources.gpu=0.5"]));
    assert_snapshot!(Place::with_spec().run(&["check", "-o", "json"]));
}

#[test]
fn sarif_says_the_same_to_code_scanners() {
    let place = Place::new().file("models/a b.yaml", BROKEN);
    assert_snapshot!(place.run(&["check", "-o", "sarif", "-f", "models", "--set", "resources.gpu=0.5"]));
}

#[test]
fn github_shows_it_at_the_lines() {
    let place = Place::new().file("mlship.yaml", BROKEN);
    assert_snapshot!(place.run(&["check", "-o", "github"]));
}

#[test]
fn a_secret_is_shown_in_no_format() {
    let place = Place::new().file("mlship.yaml", BROKEN);
    for format in ["human", "json", "sarif", "github"] {
        let output = place.output(&["check", "-o", format]);
        assert_eq!(code(&output), 1);
        assert!(!stdout(&output).contains("sk-live") && !stderr(&output).contains("sk-live"), "{format}");
    }
}

#[test]
fn nothing_in_a_file_steers_the_terminal() {
    let text =
        "apiVersion: mlship.dev/v1\nname: \"a\u{9b}2J\u{202e}b\"\nserver: {image: x:1, \u{85}prot: 1}\n";
    let place = Place::new().file("mlship.yaml", text).file("x\u{1b}[2J.yaml", "apiVersion: mlship.dev/v1\n");
    for format in ["human", "json", "sarif", "github"] {
        for file in ["mlship.yaml", "x\u{1b}[2J.yaml"] {
            let output = place.output(&["check", "-f", file, "-o", format]);
            for text in [stdout(&output), stderr(&output)] {
                let steers =
                    |c: char| c != '\n' && (c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c));
                assert!(!text.contains(steers), "{format}: {text:?}");
            }
        }
    }
}

#[test]
fn colours_are_for_terminals_or_on_demand() {
    let place = Place::new().file("mlship.yaml", BROKEN);
    let output = place.command(&["check"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(stderr(&output).contains("\u{1b}["));
    let output = place.command(&["check"]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!stderr(&output).contains('\u{1b}'));
}

#[test]
fn a_line_of_a_megabyte_is_cut() {
    let text = format!("apiVersion: mlship.dev/v1\nname: a\nserver: {{image: {}}}\n", "x".repeat(1 << 20));
    let place = Place::new().file("mlship.yaml", text);
    for format in ["human", "json", "sarif", "github"] {
        let output = place.output(&["check", "-o", format]);
        assert_eq!(code(&output), 1);
        let length = output.stdout.len() + output.stderr.len();
        assert!(length < 20_000, "{format}: {length} bytes");
    }
}

#[test]
fn a_flags_mistake_is_told_once_whatever_the_number_of_specs() {
    let place =
        Place::new().file("models/a.yaml", SPEC).file("models/b.yaml", SPEC.replace("churn\n", "other\n"));
    assert_snapshot!(place.run(&["check", "-f", "models", "--set", "resource.gpu=2"]));
}

#[test]
fn files_that_hold_no_spec() {
    let place = Place::new()
        .file("empty.yaml", "")
        .file("comment.yaml", "# nothing\n")
        .file("binary.yaml", [0x7f, b'E', b'L', b'F', 0, 1, 2, 3, 0xff])
        .file("utf16.yaml", [0xff, 0xfe, b'a', 0, b':', 0])
        .file("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n")
        .file("list.yaml", "- a\n- b\n")
        .file("tab.yaml", "apiVersion: mlship.dev/v1\nname: a\nserver:\n\timage: x:1\n");
    let files = ["empty", "comment", "binary", "utf16", "deployment", "list", "tab"];
    let runs: Vec<String> =
        files.iter().map(|file| place.run(&["check", "-f", &format!("{file}.yaml")])).collect();
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn the_json_is_what_the_documentation_promises() {
    let place = Place::new().file("mlship.yaml", BROKEN);
    let output = place.output(&["check", "-o", "json"]);
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["version"], 1);
    for found in document["diagnostics"].as_array().unwrap() {
        assert!(found["code"].as_str().unwrap().starts_with("ML"));
        assert_eq!(found["file"], "mlship.yaml");
        assert!(found["line"].as_u64().unwrap() >= 1 && found["column"].as_u64().unwrap() >= 1);
    }
}
