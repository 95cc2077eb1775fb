//! Predictions against what KServe 0.20's real controller made, recorded.

#![expect(clippy::disallowed_methods, reason = "tests read the recordings from disk")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use mlship_kserve::predict::{Settings, Unpredicted, predict, predict_graph};
use serde::Deserialize as _;
use serde_json::Value;

/// Why most cases without objects are left out.
const FAILS: &str = "KServe refuses it or fails on it, and so is it refused here: nothing is made";

/// Cases that are predicted in part or not at all, and why.
const LEFT_OUT: &[(&str, &str)] = &[
    ("007-mlflow-no-protocol-refused-by-controller", FAILS),
    ("009-onnx-no-protocol", FAILS),
    ("022-legacy-key-sklearn", "mlship writes `model`, not the legacy key"),
    ("023-legacy-key-triton-rawdeployment", "mlship writes `model`, not the legacy key"),
    ("028-custom-two-containers-none-named", FAILS),
    ("050-keda-podmetric-otel", "mlship writes no PodMetric"),
    ("051-keda-min-zero-no-max", FAILS),
    ("052-keda-scaletarget-only", FAILS),
    ("057-canary-list-ingress", "mlship writes no canary list, which splits no traffic"),
    ("058-canary-list-gateway", "mlship writes no canary list, which splits no traffic"),
    ("060-knative-canarytrafficpercent", "Knative mode is not predicted"),
    ("061-knative-full", "Knative mode is not predicted"),
    ("062-knative-llm-gpu", "Knative mode is not predicted"),
    ("067-logger-storage", "mlship sends a log to an address, not to a bucket"),
    ("070-explainer-art", "mlship writes the image of an explainer, not the shipped one"),
    ("074-requests-above-runtime-limits", FAILS),
    ("076-multinode", "mlship writes no workers, which never settle"),
    ("077-multinode-resources", "mlship writes no workers, which never settle"),
    ("078-multinode-bad-gpu-split", "mlship writes no workers, which never settle"),
    ("079-stop-annotation", "mlship stops a service by `replicas: 0`"),
    ("081-name-49-characters", FAILS),
    ("082-name-55-characters", FAILS),
    ("083-name-and-namespace-too-long", FAILS),
    ("087-predictor-name", "mlship gives the predictor no name"),
    ("088-collocated-transformer", "mlship writes a transformer with pods of its own"),
    ("091-template-braces-in-args", FAILS),
    ("092-runtime-missing", FAILS),
    ("093-runtime-wrong-protocol", FAILS),
    ("094-runtime-wrong-format", FAILS),
    ("095-version-not-string-equal", FAILS),
    ("096-storage-scheme-unsupported", FAILS),
    ("098-deploymentmode-typo", FAILS),
    ("100-confidential", "mlship writes nothing confidential"),
    (
        "101-gateway-simple",
        "of KServe's own ways in; mlship keeps the service cluster-local, for which none is made",
    ),
    (
        "102-gateway-transformer-explainer",
        "of KServe's own ways in; mlship keeps the service cluster-local, for which none is made",
    ),
    (
        "104-gateway-grpc",
        "of KServe's own ways in; mlship keeps the service cluster-local, for which none is made",
    ),
    ("107-inferencegraph-servicename-missing", FAILS),
    ("109-multimodel-trainedmodel", "mlship writes no TrainedModel"),
    ("111-both-storageuri-and-path", FAILS),
    (
        "112-no-storage-at-all",
        "mlship writes a runtime only for weights that it is brought, so no agent comes in",
    ),
    ("113-model-without-format", FAILS),
    ("114-knative-transformer", "Knative mode is not predicted"),
    ("115-predictor-and-workload-serviceaccount-missing", FAILS),
    ("119-worker-spec-on-runtime-without-one", FAILS),
    ("120-model-and-legacy-key-together", "mlship writes `model`, not the legacy key"),
    ("121-probe-handler-conflict", FAILS),
    ("123-name-one-above-limit", FAILS),
    ("124-multinode-with-replicas", "mlship writes no workers, which never settle"),
    ("127-deploymentmode-lowercase", FAILS),
    ("128-modelmesh-annotation", FAILS),
    ("129-storage-container-name", FAILS),
    (
        "132-gateway-predictor-only-logger",
        "of KServe's own ways in; mlship keeps the service cluster-local, for which none is made",
    ),
    (
        "133-gateway-no-timeout",
        "of KServe's own ways in; mlship keeps the service cluster-local, for which none is made",
    ),
];

#[test]
fn what_kserve_makes_is_predicted() {
    let Some(truth) = std::env::var_os("MLSHIP_KSERVE_TRUTH").map(PathBuf::from) else {
        eprintln!("MLSHIP_KSERVE_TRUTH is not set: predictions are not held against recordings");
        return;
    };
    let Some(crds) = std::env::var_os("MLSHIP_CRDS").map(PathBuf::from) else {
        eprintln!("MLSHIP_CRDS is not set: the runtimes of the recordings are not known");
        return;
    };
    let runtimes = documents(&crds.join("kserve/v0.20.0/runtimes.resources.yaml"));
    let left_out: BTreeMap<&str, &str> = LEFT_OUT.iter().copied().collect();
    let mut failures = String::new();
    let mut exact = 0;
    for case in sorted(&truth.join("reconcile")) {
        let name = case.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let outcome = compare(&case, &runtimes);
        match (outcome, left_out.get(name.as_str())) {
            (Ok(()), None) => exact += 1,
            (Ok(()), Some(reason)) => {
                writeln!(failures, "{name} is predicted, and was left out: {reason}").expect("text");
            }
            (Err(_), Some(_)) => {}
            (Err(difference), None) => writeln!(failures, "{name}: {difference}").expect("text"),
        }
    }
    assert!(failures.is_empty(), "{exact} are exact\n{failures}");
    assert!(exact >= 63, "only {exact} cases are predicted");
}

#[test]
fn runtimes_are_as_kserve_brings_them_along() {
    let Some(crds) = std::env::var_os("MLSHIP_CRDS").map(PathBuf::from) else {
        eprintln!("MLSHIP_CRDS is not set: KServe's runtimes are not known");
        return;
    };
    let shipped = documents(&crds.join("kserve/v0.20.0/runtimes.resources.yaml"));
    for runtime in mlship_kserve::runtimes::RUNTIMES {
        let same = |it: &&Value| it["metadata"]["name"] == runtime.name;
        let spec = &shipped.iter().find(same).unwrap_or_else(|| panic!("{}", runtime.name))["spec"];
        let args = serde_json::json!(runtime.args_for("{{.Name}}", "{{.Annotations.modelFormat}}"));
        assert_eq!(spec["containers"][0].get("args").cloned().unwrap_or_else(|| serde_json::json!([])), args);
        let protocols = spec.get("protocolVersions").cloned().unwrap_or_else(|| serde_json::json!([]));
        assert_eq!(protocols, serde_json::json!(runtime.protocols), "{}", runtime.name);
        let image = spec["containers"][0]["image"].as_str().unwrap_or_default();
        assert!(image.contains(&format!("{}:", runtime.image)), "{image}");
        let formats: Vec<_> =
            runtime.formats.iter().map(|it| mlship_kserve::runtimes::format_name(*it)).collect();
        for listed in spec["supportedModelFormats"].as_array().into_iter().flatten() {
            assert!(formats.iter().any(|it| listed["name"] == *it), "{}: {listed}", runtime.name);
        }
        if let Some(definition) = runtime.definition() {
            for field in ["annotations", "containers", "protocolVersions"] {
                differ(&definition["spec"][field], &spec[field], field).expect(runtime.name);
            }
        }
    }
}

/// The first difference between what was recorded of a case and what is predicted.
fn compare(case: &Path, runtimes: &[Value]) -> Result<(), String> {
    let applied = documents(&case.join("in.yaml"));
    let mut service = applied.last().cloned().unwrap_or_default();
    let kind = service["kind"].as_str().unwrap_or_default().to_owned();
    if !["InferenceService", "InferenceGraph"].contains(&kind.as_str()) {
        return Err(format!("a {kind}"));
    }
    let status = documents(&case.join("status.yaml"));
    name_runtime(&mut service, status.first().unwrap_or(&Value::Null));
    let mut settings = settings(runtimes);
    settings.runtimes.extend(applied.iter().filter(|it| it["kind"] == "ServingRuntime").cloned());
    settings.priorities.extend(applied.iter().filter(|it| it["kind"] == "PriorityClass").cloned());
    settings.accounts.extend(applied.iter().filter(|it| it["kind"] == "ServiceAccount").cloned());
    settings.secrets.extend(applied.iter().filter(|it| it["kind"] == "Secret").cloned());
    let predict = if kind == "InferenceGraph" { predict_graph } else { predict };
    let predicted = predict(&service, &settings).map_err(words)?;
    let recorded = documents(&case.join("out.yaml"));
    if predicted.len() != recorded.len() {
        let kinds =
            |objects: &[Value]| objects.iter().map(|it| it["kind"].to_string()).collect::<Vec<_>>().join(" ");
        return Err(format!("predicted {}, recorded {}", kinds(&predicted), kinds(&recorded)));
    }
    for (predicted, recorded) in predicted.iter().zip(&recorded) {
        differ(predicted, recorded, &predicted["kind"].to_string())?;
    }
    Ok(())
}

/// mlship always names the runtime; where a recording does not, it is the one that KServe chose.
fn name_runtime(service: &mut Value, status: &Value) {
    let chosen = ["clusterServingRuntimeName", "servingRuntimeName"].map(|field| status[field].clone());
    if let Some(model) = service["spec"]["predictor"].get_mut("model").and_then(Value::as_object_mut) {
        for chosen in chosen.into_iter().filter(Value::is_string) {
            model.entry("runtime").or_insert(chosen);
        }
    }
}

fn settings(runtimes: &[Value]) -> Settings {
    Settings {
        runtimes: runtimes.to_vec(),
        accounts: Vec::new(),
        secrets: Vec::new(),
        priorities: Vec::new(),
        initializer: "kserve/storage-initializer:latest".to_owned(),
        router: "kserve/router:latest".to_owned(),
        agent: "kserve/agent:latest".to_owned(),
        domain: "example.com".to_owned(),
        ingress_class: "nginx".to_owned(),
    }
}

fn words(unpredicted: Unpredicted) -> String {
    format!("{unpredicted:?}")
}

fn differ(predicted: &Value, recorded: &Value, path: &str) -> Result<(), String> {
    match (predicted, recorded) {
        (Value::Object(left), Value::Object(right)) => {
            for (key, value) in left {
                let Some(other) = right.get(key) else {
                    return Err(format!("{path}.{key}: predicted {value}, recorded nothing"));
                };
                differ(value, other, &format!("{path}.{key}"))?;
            }
            match right.iter().find(|(key, _)| !left.contains_key(*key)) {
                Some((key, value)) => Err(format!("{path}.{key}: predicted nothing, recorded {value}")),
                None => Ok(()),
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let mut pairs = left.iter().zip(right).enumerate();
            pairs.try_for_each(|(index, (left, right))| differ(left, right, &format!("{path}[{index}]")))
        }
        (left, right) if left == right => Ok(()),
        (left, right) => Err(format!("{path}: predicted {left}, recorded {right}")),
    }
}

fn documents(path: &Path) -> Vec<Value> {
    let Ok(text) = fs::read_to_string(path) else { return Vec::new() };
    let documents = serde_yaml::Deserializer::from_str(&text);
    let documents = documents.map(|document| Value::deserialize(document).expect("a recording is YAML"));
    documents.filter(|document| !document.is_null()).collect()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the folder of recordings can be read");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.sort();
    paths
}
