//! Random specs of what KServe knows, on top of those that every target is tried with.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

#[path = "../../../../xtask/tests/helm/specs.rs"]
mod plain;

/// A model that a server of a format serves: what is written of both.
fn servers() -> Vec<Value> {
    let of = |server: Value, format: &str, runtime: &str| json!({"server": server, "model": {"format": format}, "targets": {"kserve": {"runtime": runtime}}});
    let args =
        |name: &str| json!([format!("--model_name={name}"), "--model_dir=/mnt/models", "--http_port=8080"]);
    vec![
        of(json!({"image": "docker.io/kserve/sklearnserver:v0.20.0", "args": args("churn")}), "sklearn", ""),
        of(json!({"image": "docker.io/kserve/xgbserver:v0.20.0"}), "xgboost", "kserve-xgbserver"),
        of(json!({"image": "docker.io/kserve/lgbserver:v0.20.0"}), "lightgbm", "kserve-lgbserver"),
        of(json!({"image": "docker.io/kserve/pmmlserver:v0.20.0"}), "pmml", "kserve-pmmlserver"),
        of(json!({"image": "docker.io/kserve/paddleserver:v0.20.0"}), "paddle", "kserve-paddleserver"),
        of(json!({"image": "docker.io/kserve/sklearnserver:v0.20.0"}), "sklearn", "kserve-predictiveserver"),
        of(
            json!({"image": "docker.io/seldonio/mlserver:1.7.1", "protocol": "open-inference"}),
            "mlflow",
            "kserve-mlserver",
        ),
        of(
            json!({"image": "docker.io/tensorflow/serving:2.19.0"}),
            "tensorflow",
            "kserve-tensorflow-serving",
        ),
        of(json!({"image": "docker.io/pytorch/torchserve-kfs:0.12.0"}), "pytorch", "kserve-torchserve"),
        of(
            json!({"image": "nvcr.io/nvidia/tritonserver:25.09-py3", "protocol": "open-inference"}),
            "onnx",
            "kserve-tritonserver",
        ),
        of(
            json!({"image": "nvcr.io/nvidia/tritonserver:25.09-py3", "protocol": "grpc", "port": 9000}),
            "tensorrt",
            "kserve-tritonserver",
        ),
        of(
            json!({"image": "docker.io/kserve/huggingfaceserver:v0.20.0", "protocol": "openai"}),
            "huggingface",
            "kserve-huggingfaceserver",
        ),
        of(
            json!({"image": "docker.io/vllm/vllm-openai:v0.11.0", "protocol": "openai"}),
            "vllm",
            "kserve-vllmserver",
        ),
        of(
            json!({"image": "docker.io/vllm/vllm-openai:v0.11.0", "protocol": "openai"}),
            "vllm",
            "mlship-vllm",
        ),
        of(
            json!({"image": "nvcr.io/nvidia/tritonserver:25.09-py3", "protocol": "open-inference"}),
            "triton",
            "mlship-triton",
        ),
        of(json!({"image": "docker.io/kserve/sklearnserver:v0.20.0"}), "sklearn", "mlship-sklearn"),
        of(
            json!({"image": "docker.io/seldonio/mlserver:1.7.1", "protocol": "open-inference"}),
            "mlflow",
            "mlship-mlserver",
        ),
        of(
            json!({"image": "docker.io/vllm/vllm-openai:v0.11.0", "protocol": "openai", "port": 8000}),
            "vllm",
            "",
        ),
        llm(&json!({})),
        llm(&json!({"parallelism": {"tensor": 2, "expert": true}})),
        llm(&json!({"route": true, "scheduler": true})),
    ]
}

/// vLLM as an LLMInferenceService.
fn llm(llm: &Value) -> Value {
    json!({
        "server": {
            "image": "docker.io/vllm/vllm-openai:v0.11.0",
            "protocol": "openai",
            "port": 8000,
            "args": ["--model=/mnt/models", "--port=8000"],
        },
        "model": {"format": "vllm", "uri": "hf://acme/model", "size": "2Gi", "path": "/mnt/models"},
        "resources": {"cpu": 4, "memory": "16Gi", "gpu": 2},
        "targets": {"kserve": {"llm": llm}},
    })
}

/// The same with several models.
fn servers_of_several() -> Vec<Value> {
    let uris = json!({"churn": "s3://models/churn/v3", "fraud_v2": "gs://models/fraud", "hub": "hf://acme/c:4f2a1c9"});
    let triton = json!({"image": "nvcr.io/nvidia/tritonserver:25.09-py3", "protocol": "open-inference"});
    let of = |runtime: &str| json!({"server": triton, "model": {"format": "triton", "uris": uris}, "targets": {"kserve": {"runtime": runtime}}});
    vec![of("mlship-triton"), of("")]
}

/// Variables that KServe, or a server's runtime, gives a meaning to.
const VARIABLES: [&str; 11] = [
    "MLSERVER_MODEL_NAME",
    "MLSERVER_MODEL_URI",
    "MLSERVER_HTTP_PORT",
    "PROTOCOL_VERSION",
    "PROTOCOL",
    "MODEL_INIT_MODE",
    "HOME",
    "HF_HOME",
    "STORAGE_CONFIG",
    "TS_SERVICE_ENVELOPE",
    "VLLM_CACHE_ROOT",
];

/// What only KServe knows.
fn kserve() -> BoxedStrategy<Value> {
    let parts = vec![
        json!({}),
        json!({}),
        json!({"storage": "kserve"}),
        json!({"storage": "kserve", "storageKey": "warehouse"}),
        json!({"transformer": {"image": "ghcr.io/acme/features:0.3.0", "replicas": 3, "env": {"A": "1"}}}),
        json!({"transformer": {"image": "ghcr.io/acme/features:0.3.0", "port": 9000, "args": ["--http_port=9000"],
            "replicas": {"min": 2, "max": 4}, "resources": {"cpu": 1, "memory": "1Gi"}}}),
        json!({"explainer": {"image": "ghcr.io/acme/explain:0.3.0", "replicas": 1}}),
        json!({"logger": {"url": "http://log.observability:8080", "headers": ["x-request-id"]}}),
        json!({"logger": {"url": "http://log.observability:8080", "mode": "request"}, "batcher": {"maxBatchSize": 16}}),
        json!({"batcher": {"maxLatency": 250}}),
        json!({"graph": {"nodes": {"root": {"steps": [{"service": "features"}, {"url": "http://a.b:80/c", "data": "$response"}]}}}}),
    ];
    select(parts).boxed()
}

/// A spec as JSON, which is YAML too.
pub fn spec() -> impl Strategy<Value = Value> {
    let variables = prop::collection::btree_map(select(&VARIABLES[..]), Just("it"), 0..3);
    let names = prop_oneof![3 => Just("churn".to_owned()), 1 => "[a-z]([a-z0-9-]{0,48}[a-z0-9])?"];
    let known = prop::option::weighted(0.6, select([servers(), servers_of_several()].concat()));
    (plain::spec(), known, kserve(), variables, names).prop_map(
        |(mut spec, known, kserve, variables, name)| {
            spec["name"] = json!(name);
            if let Some(known) = known {
                lay_over(&mut spec, &known);
            }
            // An LLM has none of the parts of an InferenceService.
            let is_llm = spec["targets"]["kserve"].get("llm").is_some();
            if is_llm {
                likely_llm(&mut spec);
            } else {
                lay_over(&mut spec, &json!({"targets": {"kserve": kserve}}));
            }
            let runtime = &mut spec["targets"]["kserve"]["runtime"];
            if runtime == "" || runtime.is_null() {
                spec["targets"]["kserve"].as_object_mut().expect("it is a map").remove("runtime");
            }
            if !variables.is_empty() {
                lay_over(&mut spec, &json!({"server": {"env": variables}}));
            }
            likely(&mut spec);
            spec
        },
    )
}

/// Takes away what makes nearly every spec be refused, which the tests of refusals look at.
fn likely(spec: &mut Value) {
    let is_runtime = !spec["targets"]["kserve"]["runtime"].is_null();
    let remove = |value: &mut Value, field: &str| {
        value.as_object_mut().and_then(|map| map.remove(field));
    };
    remove(spec, "state");
    if spec["config"]["files"].as_object().is_some_and(Map::is_empty) {
        remove(spec, "config");
    }
    if spec["server"]["requestTimeout"] == "28h" {
        remove(&mut spec["server"], "requestTimeout");
    }
    if spec["model"].is_null() {
        remove(spec, "model");
    }
    for field in ["cache", "credentials", "path"] {
        let uri = spec["model"]["uri"].as_str().unwrap_or("pvc:").to_owned();
        if spec.get("model").is_some() && (uri.starts_with("pvc:") || uri.starts_with("oci:")) {
            remove(&mut spec["model"], field);
        }
    }
    if spec["model"].get("uris").is_some() {
        remove(&mut spec["model"], "uri");
        lay_over(spec, &json!({"model": {"size": "4Gi"}}));
    } else if is_runtime && spec["model"].get("uri").is_none() {
        lay_over(spec, &json!({"model": {"uri": "s3://bucket/model", "size": "1Gi"}}));
    }
    if spec.get("model").is_some() && (is_runtime || spec["targets"]["kserve"]["storage"] == "kserve") {
        remove(&mut spec["model"], "path");
    }
}

/// The same for an LLM.
fn likely_llm(spec: &mut Value) {
    for (part, field) in [("server", "ports"), ("health", "port"), ("health", "live"), ("model", "path")] {
        if let Some(part) = spec[part].as_object_mut() {
            part.remove(field);
        }
    }
    lay_over(spec, &json!({"health": {"ready": "/health"}}));
}

fn lay_over(spec: &mut Value, part: &Value) {
    let (Some(spec), Some(part)) = (spec.as_object_mut(), part.as_object()) else { return };
    for (key, value) in part {
        match spec.get_mut(key) {
            Some(known) if known.is_object() && value.is_object() => lay_over(known, value),
            Some(_) | None => {
                let value = if value.is_null() { Value::Object(Map::new()) } else { value.clone() };
                spec.insert(key.clone(), value);
            }
        }
    }
}
