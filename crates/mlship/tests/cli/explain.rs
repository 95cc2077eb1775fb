//! `mlship explain`.

use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{BROKEN, Place, SPEC, code, stderr, stdout};

#[test]
fn a_field_is_explained() {
    let place = Place::new();
    let paths = [
        "name",
        "server.protocol",
        "resources.gpu",
        "placement.tolerations.effect",
        "server.secretEnv.HF_TOKEN.key",
        "environments.staging.replicas.max",
    ];
    let runs: Vec<String> = paths.iter().map(|path| place.run(&["explain", path])).collect();
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn a_code_is_explained() {
    let place = Place::new();
    assert_snapshot!(
        [place.run(&["explain", "ml302"]), place.run(&["explain", "ML513", "-o", "json"])].join("\n")
    );
}

#[test]
fn what_does_not_exist_leads_to_what_does() {
    let place = Place::new();
    let words = ["gpu", "resources.gpus", "server.imag", "ML999", "", "server.image.tag", "...", "zzz"];
    let runs: Vec<String> = words.iter().map(|word| place.run(&["explain", word])).collect();
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn the_overview_holds_every_field_and_code() {
    let place = Place::new();
    let text = stdout(&place.output(&["explain"]));
    let json: Value = serde_json::from_slice(&place.output(&["explain", "-o", "json"]).stdout).unwrap();
    for code in json["codes"].as_array().unwrap() {
        let id = code["id"].as_str().unwrap();
        assert!(text.contains(id));
        assert_eq!(place.output(&["explain", id]).status.code(), Some(0), "{id}");
    }
    let fields = json["fields"].as_array().unwrap();
    assert!(fields.len() > 100, "{}", fields.len());
    for field in fields {
        let path = field["path"].as_str().unwrap();
        assert!(!field["doc"].as_str().unwrap().is_empty(), "{path}");
    }
}

#[test]
fn every_field_of_the_overview_can_be_asked_for() {
    let place = Place::new();
    let json: Value = serde_json::from_slice(&place.output(&["explain", "-o", "json"]).stdout).unwrap();
    for field in json["fields"].as_array().unwrap() {
        let path = field["path"].as_str().unwrap();
        let output = place.output(&["explain", path, "-o", "json"]);
        assert_eq!(code(&output), 0, "{path}");
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(found["field"]["doc"], field["doc"], "{path}");
    }
}

#[test]
fn decisions_are_listed_with_their_reasons() {
    let place = Place::with_spec();
    let output = place.output(&["explain", "-f", "mlship.yaml"]);
    let text = stdout(&output);
    assert!(text.starts_with("Decided for churn on kubernetes, without being asked:\n"), "{text}");
    assert!(text.contains("  server.port  ") && text.lines().count() > 10, "{text}");
    let json: Value =
        serde_json::from_slice(&place.output(&["explain", "-f", "mlship.yaml", "-o", "json"]).stdout)
            .unwrap();
    let service = &json["services"][0];
    assert_eq!((&service["name"], &service["namespace"]), (&"churn".into(), &Value::Null));
    let decisions = service["decisions"].as_array().unwrap();
    assert!(
        decisions
            .iter()
            .all(|one| one["field"].is_string() && one["value"].is_string() && one["reason"].is_string())
    );
}

#[test]
fn what_was_said_is_not_decided() {
    let place = Place::with_spec();
    let text = stdout(&place.output(&["explain", "-f", "mlship.yaml", "--set", "server.port=9000"]));
    assert!(!text.contains("server.port "), "{text}");
}

#[test]
fn a_broken_spec_has_no_decisions() {
    let place = Place::new().file("mlship.yaml", BROKEN).file("ok.yaml", SPEC);
    let output = place.output(&["explain", "-f", "mlship.yaml", "-f", "ok.yaml"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (1, ""));
    assert!(stderr(&output).contains("did you mean `name`?"));
}

#[test]
fn limits_and_prices_are_told_with_their_pages() {
    let place = Place::new();
    let words = [
        "limit/eks-fargate/cpu",
        "limit/sagemaker/serverless",
        "price/eks-fargate/vcpu",
        "price/ec2/g5.xlarge",
        "price/sagemaker/g5.xlarge",
        "limit/eks-fargate/cpus",
        "price/ec2/g5.xlarg",
    ];
    let runs: Vec<String> = words.iter().map(|word| place.run(&["explain", word])).collect();
    assert_snapshot!(runs.join("\n"));
    assert_snapshot!(place.run(&["explain", "limits"]));
}

#[test]
fn programs_read_every_limit_and_price() {
    let place = Place::new();
    let of = |word: &str| -> Value {
        serde_json::from_slice(&place.output(&["explain", word, "-o", "json"]).stdout).unwrap()
    };
    let (limits, prices) = (of("limits"), of("prices"));
    let (limits, prices) = (limits["limits"].as_array().unwrap(), prices["prices"].as_array().unwrap());
    assert!(limits.len() >= 40 && prices.len() >= 150, "{} {}", limits.len(), prices.len());
    for fact in limits.iter().chain(prices) {
        assert!(fact["link"].as_str().unwrap().starts_with("https://"), "{fact}");
        assert!(
            !fact["sure"].as_str().unwrap().is_empty() && fact["dated"].as_str().unwrap().len() == 7,
            "{fact}"
        );
    }
}
