//! A model laid over its runtime.

use serde_json::{Map, Value, json};

use super::{Merged, Settings, Unpredicted, container, credentials, list, map, placeholders, text};

/// Fields of a model that are not the container's.
const MODEL: [&str; 7] =
    ["modelFormat", "runtime", "protocolVersion", "storageUri", "storage", "runtimeVersion", "name"];

/// The pod of a model and its runtime.
pub(super) fn merged(
    metadata: &Value,
    predictor: &Value,
    model: &Value,
    settings: &Settings,
) -> Result<Merged, Unpredicted> {
    let runtime = settings.runtimes.iter().find(|it| it["metadata"]["name"] == model["runtime"]);
    let runtime = runtime.ok_or(Unpredicted::Runtime)?;
    let format = text(&model["modelFormat"]["name"]);
    let storage = model.get("storage").cloned();
    let has_weights = model.get("storageUri").is_some() || predictor.get("storageUris").is_some();
    if !has_weights && storage.is_none() && format != "huggingface" {
        return Err(Unpredicted::Agent);
    }
    let kind = text(&runtime["metadata"]["annotations"]["serving.kserve.io/server-type"]);
    let protocol = protocol(model, &format, &kind);
    let own_labels = labels_for(&kind, &format, &protocol);
    let mut metadata = metadata.clone();
    super::default(&mut metadata, "labels", json!({}));
    if let Some(labels) = metadata["labels"].as_object_mut() {
        labels.extend(own_labels.clone());
    }
    let spec = &runtime["spec"];
    let mut over = map(model);
    for field in MODEL {
        over.remove(field);
    }
    let mut over = Value::Object(over);
    told(&mut over, &kind, &metadata, &protocol);
    let base = list(&spec["containers"]).iter().find(|it| it["name"] == crate::pod::SERVER);
    let server = container::laid_over(base.ok_or(Unpredicted::Runtime)?, &over);
    let mut server = placeholders::filled(&server, &metadata);
    update_image(&mut server, &kind, model);
    let mut pod = pod_of(spec, predictor);
    let others = list(&spec["containers"]).iter().filter(|it| it["name"] != crate::pod::SERVER);
    let others: Vec<Value> = others.map(|it| placeholders::filled(it, &metadata)).collect();
    let added = list(&pod["containers"]).to_vec();
    pod["containers"] = std::iter::once(server).chain(others).chain(added).collect();
    Ok(Merged {
        pod,
        labels: map(&spec["labels"]),
        annotations: map(&spec["annotations"]),
        own_labels,
        source: model.get("storageUri").map(text).or_else(|| storage.as_ref().map(credentials::placeholder)),
        storage,
    })
}

/// The runtime's pod under that of the predictor (`MergePodSpec`).
fn pod_of(spec: &Value, predictor: &Value) -> Value {
    const FIELDS: [&str; 6] =
        ["nodeSelector", "affinity", "tolerations", "volumes", "imagePullSecrets", "schedulerName"];
    let fields = FIELDS.into_iter().filter_map(|field| Some((field.to_owned(), spec.get(field)?.clone())));
    let base = Value::Object(fields.collect());
    container::merge(&base, &container::pod_fields(predictor), None)
}

/// An unset protocol is v1, except where the format or the server has one of its own.
fn protocol(model: &Value, format: &str, kind: &str) -> String {
    match model["protocolVersion"].as_str() {
        Some(protocol) => protocol.to_owned(),
        None if matches!(format, "triton" | "vLLM") || kind == "mlserver" => "v2".to_owned(),
        None => "v1".to_owned(),
    }
}

/// Labels by which a server's variables learn of the format (`SetRuntimeDefaults`).
fn labels_for(kind: &str, format: &str, protocol: &str) -> Map<String, Value> {
    let label = |key: &str, value: &str| Map::from_iter([(key.to_owned(), json!(value))]);
    let class = match format {
        "sklearn" => "mlserver_sklearn.SKLearnModel",
        "xgboost" => "mlserver_xgboost.XGBoostModel",
        "lightgbm" => "mlserver_lightgbm.LightGBMModel",
        "mlflow" => "mlserver_mlflow.MLflowRuntime",
        _ => "",
    };
    match kind {
        "mlserver" => label("modelClass", class),
        "torchserve" if protocol == "v1" => label("serviceEnvelope", "kserve"),
        "torchserve" => label("serviceEnvelope", "kservev2"),
        _ => Map::new(),
    }
}

/// Variables that a server is told by: MLServer's where none is written, TorchServe's over any other
/// (`SetMlServerDefaults` and `SetTorchServeDefaults`).
fn told(server: &mut Value, kind: &str, metadata: &Value, protocol: &str) {
    match kind {
        "mlserver" => {
            let name = text(&metadata["name"]);
            for (variable, value) in
                [("MLSERVER_MODEL_NAME", name.as_str()), ("MLSERVER_MODEL_URI", "/mnt/models")]
            {
                if !list(&server["env"]).iter().any(|written| written["name"] == variable) {
                    container::set_variable(server, variable, value);
                }
            }
        }
        "torchserve" => container::set_variable(server, "PROTOCOL_VERSION", protocol),
        _ => {}
    }
}

/// GPU builds, and vLLM's build for CPUs (`UpdateImageTag`).
fn update_image(server: &mut Value, kind: &str, model: &Value) {
    let image = text(&server["image"]);
    if image.contains("@sha256:") {
        return;
    }
    let slash = image.rfind('/').map_or(0, |slash| slash + 1);
    let Some((repository, tag)) = image[slash..].rfind(':').map(|colon| image.split_at(slash + colon)) else {
        return;
    };
    let changed = if let Some(version) = model["runtimeVersion"].as_str() {
        format!("{repository}:{version}")
    } else {
        match (kind, has_nvidia(server)) {
            ("tensorflow-serving" | "tfserving" | "torchserve" | "huggingfaceserver", true)
                if !image.ends_with("-gpu") =>
            {
                format!("{image}-gpu")
            }
            ("vllmserver", false) if !repository.ends_with("-cpu") => format!("{repository}-cpu{tag}"),
            _ => return,
        }
    };
    server["image"] = json!(changed);
}

fn has_nvidia(server: &Value) -> bool {
    let limits = super::map(&server["resources"]["limits"]);
    limits.keys().any(|name| name == "nvidia.com/gpu" || name.starts_with("nvidia.com/mig-"))
}
