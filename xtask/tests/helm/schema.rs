//! Every rule of `values.schema.json` refuses something, and both Helms say where.
//!
//! That there is a case for every rule is held by the tests of mlship-helm.

use std::fs;

use serde_json::{Value, json};
use xtask::Outcome;
use xtask::tools::Tool;

use crate::cases::{Case, cases};

#[test]
fn every_case_is_refused_by_both_helms_with_its_message() {
    // Both validate by the same library: of Helm 3 a part is enough.
    for (tool, step) in crate::HELMS.into_iter().zip([1, 5]) {
        let wrong: Vec<String> = cases()
            .into_iter()
            .step_by(step)
            .map(|case| (refusal(tool, &case), case))
            .filter(|(said, case)| {
                !said.contains(&case.said) || !said.contains("don't meet the specifications")
            })
            .map(|(said, case)| format!("{case:?}: {said}"))
            .collect();
        assert!(wrong.is_empty(), "{tool:?}\n{}", wrong.join("\n"));
    }
}

/// What is said of otherwise good values.
fn refusal(tool: Tool, case: &Case) -> String {
    let mut values = json!({"image": {"repository": "ghcr.io/acme/churn", "tag": "1"}});
    let outcome = template(tool, set(&mut values, case.path, &case.value));
    assert!(!outcome.succeeded(), "{case:?} is taken");
    outcome.stderr
}

fn set<'a>(values: &'a mut Value, path: &str, value: &Value) -> &'a Value {
    let mut place = &mut *values;
    for key in path.split('/') {
        if !place[key].is_object() {
            place[key] = json!({});
        }
        place = &mut place[key];
    }
    *place = value.clone();
    values
}

fn template(tool: Tool, values: &Value) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("values.json");
    fs::write(&file, values.to_string()).unwrap();
    let (chart, file) = (crate::chart(), file.to_str().unwrap().to_owned());
    let arguments = ["template", "it", chart.to_str().unwrap(), "--kube-version=1.37.2", "--values", &file];
    crate::helm(tool, &arguments)
}

#[test]
fn a_value_that_is_taken_away_is_missed_or_empty_and_never_a_null() {
    let text = fs::read_to_string(crate::chart().join("values.yaml")).unwrap();
    let mut paths = Vec::new();
    collect("", &serde_yaml::from_str(&text).unwrap(), &mut paths);
    assert!(paths.len() > 100, "only {} values", paths.len());
    // With everything that has objects of its own switched on, else little would be rendered of it.
    let everything = json!({
        "image": {"repository": "ghcr.io/acme/churn", "tag": "1"},
        "model": {"uri": "s3://a/b", "cache": {"enabled": true}}, "gpu": {"count": 1},
        "ingress": {"enabled": true, "hosts": [{"host": "a.b", "paths": [{"path": "/"}]}]},
        "route": {"enabled": true, "parentRefs": [{"name": "a"}]}, "autoscaling": {"enabled": true},
        "metrics": {"enabled": true, "scrape": "podMonitor"}, "config": {"files": {"a": "b"}},
    });
    for path in paths {
        let mut values = everything.clone();
        let outcome = template(Tool::Helm, set(&mut values, &path, &Value::Null));
        if outcome.succeeded() {
            let nothing = ["null", "<nil>", "<no value>"].iter().find(|word| outcome.stdout.contains(**word));
            assert_eq!(nothing, None, "{path}");
        } else {
            assert!(outcome.stderr.contains("missing property"), "{path}: {}", outcome.stderr);
        }
    }
}

/// The paths of all values, groups and what is in them.
fn collect(prefix: &str, values: &Value, paths: &mut Vec<String>) {
    for (key, value) in values.as_object().into_iter().flatten() {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}/{key}") };
        collect(&path, value, paths);
        paths.push(path);
    }
}

#[test]
fn what_a_schema_can_not_say_is_said_by_the_templates() {
    let image = "image.repository=a/b,image.tag=v1";
    let rows: [(&str, &[&str], &str); 8] = [
        ("it", &["image.repository=a/b"], "image.tag or image.digest is required"),
        ("it", &["port=8000"], "image.repository is required"),
        ("1st", &[image], "`1st` can't be the name of a Service"),
        ("a.b", &[image], "`a.b` can't be the name of a Service"),
        ("it", &[image, "extraPorts.http=9000"], "two ports are called `http`"),
        (
            "it",
            &[image, "extraPorts.metrics=9000,metrics.enabled=true,metrics.port=9001"],
            "two ports are called `metrics`",
        ),
        (
            "it",
            &[image, "extraPorts.admin=80"],
            "port 80 of the Service leads to `port`, and `admin` can't have it too",
        ),
        (
            "it",
            &[image, "service.port=9000,extraPorts.admin=9000"],
            "port 9000 of the Service leads to `port`",
        ),
    ];
    for tool in crate::HELMS {
        for (release, more, said) in &rows {
            let chart = crate::chart();
            let arguments = ["template", release, chart.to_str().unwrap(), "--kube-version=1.37.2"];
            let sets = more.iter().flat_map(|set| ["--set", set]);
            let outcome = crate::helm(tool, &arguments.into_iter().chain(sets).collect::<Vec<_>>());
            assert!(
                !outcome.succeeded() && outcome.stderr.contains(said),
                "{tool:?}, {more:?}: {}",
                outcome.stderr
            );
        }
    }
}
