//! `mlship decide`: which way to ship, and why.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{Place, SPEC, code, stderr, stdout};

#[test]
fn requirements_are_enough() {
    let place = Place::new();
    assert_snapshot!(place.run(&["decide", "--models", "1", "--platform-team", "false"]));
}

#[test]
fn a_gpu_on_a_cluster_without_gpus() {
    let place = Place::new();
    assert_snapshot!(place.run(&["decide", "--gpu-count", "1", "--cluster-gpus", "0", "--platform-team"]));
}

#[test]
fn a_file_of_requirements_and_a_spec_are_read() {
    let place = Place::with_spec().file(
        "requirements.yaml",
        "apiVersion: mlship.dev/v1\nrequirements: {models: 40, platformTeam: true, canary: true}\n",
    );
    let winner = |arguments: &[&str]| {
        let output = place.output(arguments);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let decision: Value = serde_json::from_str(&stdout(&output)).unwrap();
        decision["verdicts"][0].clone()
    };
    assert_eq!(winner(&["decide", "-f", "requirements.yaml", "-o", "json"])["target"], "kserve");
    let of_spec = winner(&["decide", "--on-premises", "--environments", "3", "-o", "json"]);
    assert_eq!(of_spec["target"], "helm");
    assert_eq!(of_spec["next"], "mlship render --target helm -o out");
    let named = winner(&["decide", "-f", "mlship.yaml", "--on-premises", "-o", "json"]);
    assert_eq!(named["next"], "mlship render -f mlship.yaml --target kubernetes | kubectl apply -f -");
}

/// The documented shape, version 1.
#[test]
fn json_has_its_documented_shape() {
    let place = Place::new();
    let output = place.output(&["decide", "--clouds", "aws,azure", "--gpu-count=1", "-o", "json"]);
    let decision: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(keys(&decision), "version verdicts flips stability assumptions");
    assert_eq!(decision["version"], 1);
    for verdict in decision["verdicts"].as_array().unwrap() {
        assert_eq!(
            keys(verdict),
            "target fits score reasons blockers cost coldStartSeconds needs learn next"
        );
        assert_eq!(keys(&verdict["cost"]), "currency per idle busy sure");
        assert_eq!(verdict["fits"].as_bool().unwrap(), verdict["next"].is_string());
        for reason in verdict["reasons"].as_array().unwrap() {
            assert_eq!(keys(reason), "rule effect text source");
        }
        for blocker in verdict["blockers"].as_array().unwrap() {
            assert_eq!(keys(blocker), "rule text source");
            assert!(!blocker["source"].as_str().unwrap().is_empty());
        }
    }
    for flip in decision["flips"].as_array().unwrap() {
        assert_eq!(keys(flip), "change from to");
        assert!(flip["change"].as_str().unwrap().starts_with("requirements."));
    }
    assert!((0.0..=1.0).contains(&decision["stability"].as_f64().unwrap()));
    assert!(decision["assumptions"].as_array().unwrap().iter().all(Value::is_string));
}

#[test]
fn a_normal_decision_fits_on_a_screen() {
    let place = Place::with_spec();
    for arguments in [
        &["decide"][..],
        &["decide", "--models", "1", "--platform-team", "false"],
        &[
            "decide",
            "--models",
            "30",
            "--canary",
            "--clouds",
            "aws",
            "--traffic-average",
            "20",
            "--budget",
            "500",
        ],
    ] {
        let lines = stdout(&place.output(arguments)).lines().count();
        assert!(lines <= 30, "{arguments:?}: {lines} lines");
    }
}

#[test]
fn details_name_every_source() {
    let place = Place::new();
    let text = stdout(&place.output(&["decide", "--service-mesh", "--details"]));
    assert!(text.contains("https://docs.aws.amazon.com/eks/latest/userguide/fargate.html"), "{text}");
    assert!(text.contains("Taken for granted"), "{text}");
}

#[test]
fn what_is_wrong_is_said() {
    let place = Place::new()
        .file("weights.yaml", "one-modl: {kubernetes: 1}\n")
        .file("several.yaml", format!("{SPEC}---\n{}", SPEC.replace("name: churn", "name: other")));
    let runs = [
        place.run(&["decide"]),
        place.run(&["decide", "--models", "none", "--clouds", "aws,google", "--platform-team=perhaps"]),
        place.run(&["decide", "--models", "1", "--weights", "weights.yaml"]),
        place.run(&["decide", "-f", "several.yaml"]),
        place.run(&["decide", "--ask"]),
        place.run(&["decide", "--model", "1"]),
        place.run(&["decide", "-f", "."]),
    ];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn colours_follow_the_usual_variables() {
    let place = Place::new();
    let colored = |variable: &str, value: &str| {
        let output = place.command(&["decide", "--models", "1"]).env(variable, value).output().unwrap();
        stdout(&output).contains('\u{1b}')
    };
    assert!(colored("CLICOLOR_FORCE", "1"));
    assert!(!colored("NO_COLOR", "1"));
}

#[test]
fn nothing_fits_is_an_answer() {
    let place = Place::new();
    let output = place.output(&["decide", "--on-premises", "--state", "--canary"]);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).starts_with("Nothing fits"), "{}", stdout(&output));
}

#[test]
fn a_price_book_of_ones_own_changes_what_targets_cost() {
    let group = "[[group]]\nservice = \"sagemaker\"\nregion = \"us-east-1\"\nlink = \"https://example.com\"\n\
                 dated = \"2026-10\"\nsure = \"read\"\n[group.hour]\n\"m5.4xlarge\" = 0.01\n";
    let place = Place::new().file("prices.toml", group);
    let of_sagemaker = |flags: &[&str]| {
        let all = [&["decide", "--models", "1", "--clouds", "aws", "-o", "json"], flags].concat();
        let decision: Value = serde_json::from_str(&stdout(&place.output(&all))).unwrap();
        let verdicts = decision["verdicts"].as_array().unwrap().clone();
        verdicts.into_iter().find(|verdict| verdict["target"] == "sagemaker").unwrap()["cost"]["busy"].clone()
    };
    assert_eq!(of_sagemaker(&["--prices", "prices.toml"]), serde_json::json!(14.6));
    assert_ne!(of_sagemaker(&[]), of_sagemaker(&["--prices", "prices.toml"]));
    let plan = ["plan", "--target", "sagemaker", "--prices", "prices.toml"];
    let planned = Place::with_spec().file("prices.toml", group);
    let set = [&plan[..], &["--set", "server.port=8080"]].concat();
    assert!(
        stdout(&planned.output(&set)).contains("for ml.m5.4xlarge ($0.01 an hour"),
        "{}",
        planned.run(&set)
    );
}
