//! What would be made: each object with the facts of it that matter.

use mlship_spec::target::{Bundle, Document, File};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// One object that would be made.
#[derive(Debug, Serialize)]
pub struct Made {
    /// Its kind, such as `Deployment` or `AWS::SageMaker::Endpoint`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// What matters of it, by short names; which there are depends on the kind.
    pub facts: Map<String, Value>,
}

/// What a bundle makes: its objects, and the names of the files that are for people or other tools.
pub fn of(bundle: &Bundle) -> (Vec<Made>, Vec<String>) {
    let mut made = Vec::new();
    let mut files = Vec::new();
    for (name, file) in &bundle.files {
        match file {
            File::Manifests(documents) => made.extend(documents.iter().map(object)),
            File::Settings(document) => match settings(document) {
                found if found.is_empty() => files.push(name.clone()),
                found => made.extend(found),
            },
            File::Text(text) => match request(text) {
                Some(found) => made.push(found),
                None => files.push(name.clone()),
            },
        }
    }
    (made, files)
}

/// An object of Kubernetes.
pub fn object(document: &Document) -> Made {
    let value = document.value();
    let mut facts = Facts::default();
    let spec = &value["spec"];
    match document.kind() {
        "Deployment" => workload(spec, &mut facts),
        "StatefulSet" => {
            workload(spec, &mut facts);
            facts
                .text("volume", &spec["volumeClaimTemplates"][0]["spec"]["resources"]["requests"]["storage"]);
        }
        "Service" => {
            facts.list("ports", &spec["ports"], |port| port["port"].clone());
            facts.flag("headless", spec["clusterIP"] == "None");
        }
        "Ingress" => {
            facts.list("hosts", &spec["rules"], |rule| rule["host"].clone());
            facts.text("class", &spec["ingressClassName"]);
            facts.put("tls", json!(spec["tls"].is_array()));
        }
        "HTTPRoute" | "GRPCRoute" => {
            facts.list("hosts", &spec["hostnames"], Clone::clone);
            facts.list("gateways", &spec["parentRefs"], |parent| parent["name"].clone());
        }
        "HorizontalPodAutoscaler" => {
            facts.number("minReplicas", &spec["minReplicas"]);
            facts.number("maxReplicas", &spec["maxReplicas"]);
            facts.list("metrics", &spec["metrics"], metric);
        }
        "ScaledObject" => {
            facts.number("minReplicas", &spec["minReplicaCount"]);
            facts.number("maxReplicas", &spec["maxReplicaCount"]);
            facts.list("metrics", &spec["triggers"], |trigger| trigger["type"].clone());
        }
        "PodDisruptionBudget" => {
            facts.text("maxUnavailable", &spec["maxUnavailable"]);
            facts.text("minAvailable", &spec["minAvailable"]);
        }
        "PersistentVolumeClaim" => {
            facts.text("size", &spec["resources"]["requests"]["storage"]);
            facts.text("storageClass", &spec["storageClassName"]);
            facts.list("access", &spec["accessModes"], Clone::clone);
        }
        "ConfigMap" => facts.keys("files", &value["data"]),
        "InferenceService" => inference_service(spec, &mut facts),
        _ => {}
    }
    Made { kind: document.kind().to_owned(), name: document.name().to_owned(), facts: facts.0 }
}

/// What a document of a cloud's own makes; nothing where it is a file for people.
fn settings(document: &Document) -> Vec<Made> {
    let value = document.value();
    if let Some(resources) = value["Resources"].as_object() {
        return resources.iter().map(|(name, resource)| cloud_resource(name, resource)).collect();
    }
    let schema = value["$schema"].as_str().unwrap_or_default();
    let kind = match schema {
        schema if schema.contains("OnlineEndpoint") => "online endpoint",
        schema if schema.contains("OnlineDeployment") => "online deployment",
        schema if schema.contains("environment") => "environment",
        schema if schema.contains("model") => "model",
        _ => return Vec::new(),
    };
    let mut facts = Facts::default();
    facts.text("instanceType", &value["instance_type"]);
    facts.number("instances", &value["instance_count"]);
    let name = value["name"].as_str().unwrap_or_default().to_owned();
    vec![Made { kind: kind.to_owned(), name, facts: facts.0 }]
}

/// What the body of a request to Vertex AI makes; nothing where the text is something else.
/// <https://docs.cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints/deployModel>
fn request(text: &str) -> Option<Made> {
    let value: Value = serde_json::from_str(text).ok()?;
    let mut facts = Facts::default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let (kind, name) = if value["deployedModel"].is_object() {
        let resources = &value["deployedModel"]["dedicatedResources"];
        facts.text("instanceType", &resources["machineSpec"]["machineType"]);
        facts.text("device", &resources["machineSpec"]["acceleratorType"]);
        facts.text("devices", &resources["machineSpec"]["acceleratorCount"]);
        facts.number("minReplicas", &resources["minReplicaCount"]);
        facts.number("maxReplicas", &resources["maxReplicaCount"]);
        ("deployed model", text(&value["deployedModel"]["displayName"])?)
    } else if value["model"].is_object() {
        facts.text("image", &value["model"]["containerSpec"]["imageUri"]);
        ("model", text(&value["modelId"]).or_else(|| text(&value["model"]["displayName"]))?)
    } else if value["trafficSplit"].is_object() {
        return None;
    } else {
        ("endpoint", text(&value["displayName"])?)
    };
    Some(Made { kind: kind.to_owned(), name, facts: facts.0 })
}

fn cloud_resource(name: &str, resource: &Value) -> Made {
    let mut facts = Facts::default();
    let properties = &resource["Properties"];
    let variant = &properties["ProductionVariants"][0];
    facts.text("instanceType", &variant["InstanceType"]);
    facts.number("instances", &variant["InitialInstanceCount"]);
    facts.number("minInstances", &properties["MinCapacity"]);
    facts.number("maxInstances", &properties["MaxCapacity"]);
    facts.text("image", &properties["PrimaryContainer"]["Image"]);
    let kind = resource["Type"].as_str().unwrap_or_default().to_owned();
    Made { kind, name: name.to_owned(), facts: facts.0 }
}

/// What makes pods.
fn workload(spec: &Value, facts: &mut Facts) {
    // Left to an autoscaler where there is one.
    facts.number("replicas", &spec["replicas"]);
    container(&spec["template"]["spec"]["containers"][0], facts);
}

fn inference_service(spec: &Value, facts: &mut Facts) {
    let predictor = &spec["predictor"];
    facts.number("minReplicas", &predictor["minReplicas"]);
    facts.number("maxReplicas", &predictor["maxReplicas"]);
    let containers = &predictor["containers"][0];
    container(if containers.is_object() { containers } else { &predictor["model"] }, facts);
}

fn container(container: &Value, facts: &mut Facts) {
    facts.text("image", &container["image"]);
    let (requests, limits) = (&container["resources"]["requests"], &container["resources"]["limits"]);
    for name in ["cpu", "memory"] {
        facts.text(name, &requests[name]);
        if limits[name] != requests[name] {
            facts.text(&format!("{name}Limit"), &limits[name]);
        }
    }
    for (name, amount) in limits.as_object().into_iter().flatten().filter(|(name, _)| name.contains('/')) {
        facts.put("device", json!(name));
        facts.text("devices", amount);
    }
}

/// What an HPA follows and holds, as `http_requests_inprogress 4`.
fn metric(metric: &Value) -> Value {
    let kind = metric["type"].as_str().unwrap_or_default();
    let key = format!("{}{}", kind[..kind.len().min(1)].to_lowercase(), kind.get(1..).unwrap_or_default());
    let source = &metric[key];
    let name = source["name"].as_str().or_else(|| source["metric"]["name"].as_str()).unwrap_or_default();
    let target = &source["target"];
    let held = match target["averageUtilization"].as_i64() {
        Some(percent) => format!("{percent}%"),
        None => scalar(&target["averageValue"]).or_else(|| scalar(&target["value"])).unwrap_or_default(),
    };
    json!(format!("{name} {held}"))
}

/// A text or a number as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Facts that are put together; what is not there is left out.
#[derive(Default)]
struct Facts(Map<String, Value>);

impl Facts {
    fn put(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    fn flag(&mut self, name: &str, is_so: bool) {
        if is_so {
            self.put(name, json!(true));
        }
    }

    fn text(&mut self, name: &str, value: &Value) {
        if let Some(text) = scalar(value) {
            self.put(name, json!(text));
        }
    }

    fn number(&mut self, name: &str, value: &Value) {
        if value.is_number() {
            self.put(name, value.clone());
        }
    }

    fn list(&mut self, name: &str, values: &Value, of: impl Fn(&Value) -> Value) {
        let list: Vec<Value> =
            values.as_array().into_iter().flatten().map(of).filter(|it| !it.is_null()).collect();
        if !list.is_empty() {
            self.put(name, json!(list));
        }
    }

    fn keys(&mut self, name: &str, values: &Value) {
        let keys: Vec<&String> = values.as_object().into_iter().flatten().map(|(key, _)| key).collect();
        self.put(name, json!(keys));
    }
}

impl Made {
    /// The facts in words, for people.
    pub fn words(&self) -> String {
        let text = |value: &Value| match value {
            Value::Array(items) => items.iter().filter_map(scalar).collect::<Vec<_>>().join(", "),
            value => scalar(value).unwrap_or_default(),
        };
        let get = |name: &str| self.facts.get(name).map(text);
        let mut words = Vec::new();
        if let Some(replicas) = get("replicas") {
            words.push(format!("{replicas} replicas"));
        }
        if let (Some(min), Some(max)) = (get("minReplicas"), get("maxReplicas")) {
            words.push(format!("{min} to {max} replicas"));
        }
        if let (Some(min), Some(max)) = (get("minInstances"), get("maxInstances")) {
            words.push(format!("{min} to {max} instances"));
        }
        words.extend(get("metrics").map(|metrics| format!("by {metrics}")));
        for (name, unit) in [("cpu", "CPU"), ("memory", "memory")] {
            if let Some(amount) = get(name) {
                let limit =
                    get(&format!("{name}Limit")).map_or(String::new(), |limit| format!(" to {limit}"));
                words.push(format!("{unit} {amount}{limit}"));
            }
        }
        if let (Some(devices), Some(device)) = (get("devices"), get("device")) {
            words.push(format!("{devices} {device}"));
        }
        for (name, before) in [
            ("instanceType", ""),
            ("instances", "instances: "),
            ("ports", "port "),
            ("hosts", ""),
            ("class", "class "),
            ("gateways", "gateway "),
            ("maxUnavailable", "at most away: "),
            ("minAvailable", "at least there: "),
            ("size", ""),
            ("volume", "a volume of "),
            ("storageClass", "class "),
            ("access", ""),
            ("files", ""),
        ] {
            words.extend(get(name).filter(|text| !text.is_empty()).map(|text| format!("{before}{text}")));
        }
        if self.facts.get("tls") == Some(&json!(true)) {
            words.push("TLS".to_owned());
        }
        if self.facts.contains_key("headless") {
            words.push("headless".to_owned());
        }
        words.join(", ")
    }
}
