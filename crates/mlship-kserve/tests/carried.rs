//! Every example runs on KServe as it does on plain Kubernetes: what KServe makes of it carries the resources,
//! probes, environment, arguments, placement and security context of the spec.

#![expect(clippy::disallowed_methods, reason = "tests read the examples from disk")]

use std::fs;
use std::path::Path;

use mlship_kserve::KserveTarget;
use mlship_kserve::predict::{Settings, predict};
use mlship_kubernetes::objects;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{File, Target as _};
use mlship_spec::workload::Workload;
use serde_json::Value;

/// Examples that KServe can't run: replicas with volumes of their own.
const STATEFUL: [&str; 2] = ["milvus.yaml", "qdrant.yaml"];

#[test]
fn what_kserve_makes_carries_what_the_spec_says() {
    let mut checked = 0;
    for (name, workload) in examples() {
        let emitted = KserveTarget::new().emit(&workload);
        if STATEFUL.contains(&name.as_str()) {
            let refusals = emitted.expect_err("a StatefulSet is refused");
            assert!(
                refusals.iter().all(|refusal| refusal.message.contains("Deployments only")),
                "{refusals:?}"
            );
            continue;
        }
        let emitted = emitted.unwrap_or_else(|refusals| panic!("{name} is refused: {refusals:?}"));
        let service = emitted.bundle.files.values().find_map(inference_service).expect("it is there");
        let made = predict(&service, &settings()).unwrap_or_else(|reason| panic!("{name}: {reason:?}"));
        let plain = serde_json::to_value(objects(&workload).deployment).expect("it is an object");
        carries(&name, &plain["spec"]["template"], &made[0]["spec"]["template"]);
        checked += 1;
    }
    assert!(checked >= 16, "only {checked} examples were checked");
}

fn carries(name: &str, plain: &Value, made: &Value) {
    let (spec, pod) = (&plain["spec"], &made["spec"]);
    for field in [
        "nodeSelector",
        "affinity",
        "tolerations",
        "topologySpreadConstraints",
        "securityContext",
        "priorityClassName",
        "runtimeClassName",
        "imagePullSecrets",
        "terminationGracePeriodSeconds",
        "serviceAccountName",
        "automountServiceAccountToken",
        "enableServiceLinks",
    ] {
        assert_eq!(spec[field], pod[field], "{name}: {field}");
    }
    assert!(spec["volumes"].is_null() || contains(&pod["volumes"], &spec["volumes"]), "{name}: volumes");
    let (server, container) = (&spec["containers"][0], &pod["containers"][0]);
    for field in ["image", "command", "args", "lifecycle", "ports", "volumeMounts", "imagePullPolicy"] {
        assert_eq!(server[field], container[field], "{name}: {field}");
    }
    for field in ["env", "resources", "securityContext", "startupProbe", "livenessProbe", "readinessProbe"] {
        assert!(contains(&container[field], &server[field]), "{name}: {field} {}", container[field]);
    }
    assert!(contains(&made["metadata"]["labels"], &plain["metadata"]["labels"]), "{name}: labels");
    let annotations = &plain["metadata"]["annotations"];
    assert!(annotations.is_null() || contains(&made["metadata"]["annotations"], annotations), "{name}");
}

/// Whether all of `part` is in `whole`, which may have defaults and additions beside it.
fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            part.iter().all(|(key, value)| whole.get(key).is_some_and(|found| contains(found, value)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            part.iter().all(|item| whole.iter().any(|found| contains(found, item)))
        }
        (whole, part) => whole == part,
    }
}

fn inference_service(file: &File) -> Option<Value> {
    let File::Manifests(documents) = file else { return None };
    let document = documents.iter().find(|document| document.kind() == "InferenceService");
    document.map(|document| document.value().clone())
}

fn settings() -> Settings {
    let runtimes =
        mlship_kserve::runtimes::RUNTIMES.iter().filter_map(mlship_kserve::runtimes::Runtime::definition);
    Settings { runtimes: runtimes.collect(), ..Settings::shipped() }
}

fn examples() -> Vec<(String, Workload)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut examples = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder of examples") {
        let path = entry.expect("an example").path();
        // The folder holds pictures too.
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let text = fs::read(&path).expect("an example can be read");
        let reading = read(&name, &text, &ReadOptions::default());
        examples.extend(reading.workloads.into_iter().map(|workload| (name.clone(), workload)));
    }
    examples.sort_by(|left, right| left.0.cmp(&right.0));
    examples
}

#[test]
fn differences_from_plain_kubernetes_are_few_and_named() {
    let (_, churn) =
        examples().into_iter().find(|(name, _)| name == "churn-predictor.yaml").expect("the example");
    let explanation = mlship_kserve::explain::explain(&churn).expect("it is predicted");
    let kinds: Vec<_> = explanation.made.iter().map(|made| made.kind().to_owned()).collect();
    assert_eq!(kinds, ["Deployment", "Service", "Pod"]);
    let fields: Vec<_> = explanation.differences.iter().map(|it| it.field.as_str()).collect();
    for expected in
        ["Deployment.spec.revisionHistoryLimit", "Deployment.spec.template.spec.containers[0].name"]
    {
        assert!(fields.contains(&expected), "{fields:?}");
    }
    assert!(fields.len() < 30, "{fields:#?}");
}
