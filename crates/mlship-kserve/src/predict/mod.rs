//! What KServe 0.20 makes of an InferenceService in Standard mode: Deployment, Service, autoscaler, Ingress and
//! pod, with the defaults that the API server fills in.
//!
//! The steps are KServe's own, in its order: defaults, merge with the runtime, reconcilers, pod webhook
//! (`pkg/controller/v1beta1/inferenceservice/components/predictor.go`,
//! `pkg/webhook/admission/pod/mutator.go` of v0.20.0). Held against recordings of the real controller. Objects
//! of others are read and changed here field by field, so they are JSON.

use serde_json::{Map, Value, json};

mod agent;
mod beside;
mod container;
mod credentials;
mod defaults;
mod graph;
mod mutate;
mod objects;
mod placeholders;
mod places;
mod runtime;
mod scaling;

/// What KServe is set to, as far as it shows in what it makes.
#[derive(Clone, Debug)]
pub struct Settings {
    /// ServingRuntimes and ClusterServingRuntimes by name.
    pub runtimes: Vec<Value>,
    /// ServiceAccounts, for the Secrets that hang on them.
    pub accounts: Vec<Value>,
    /// Secrets, of which the keys and annotations are read.
    pub secrets: Vec<Value>,
    /// PriorityClasses.
    pub priorities: Vec<Value>,
    /// The image of the storage initializer.
    pub initializer: String,
    /// The image of a graph's router.
    pub router: String,
    /// The image of the agent.
    pub agent: String,
    /// The domain of its host names.
    pub domain: String,
    /// The class of its Ingresses.
    pub ingress_class: String,
}

impl Settings {
    /// What KServe 0.20 is shipped with, without runtimes.
    pub fn shipped() -> Self {
        Self {
            runtimes: Vec::new(),
            accounts: Vec::new(),
            secrets: Vec::new(),
            priorities: Vec::new(),
            initializer: "kserve/storage-initializer:v0.20.0".to_owned(),
            router: "kserve/router:v0.20.0".to_owned(),
            agent: "kserve/agent:v0.20.0".to_owned(),
            domain: "example.com".to_owned(),
            ingress_class: "istio".to_owned(),
        }
    }
}

pub use graph::predict_graph;

/// Why nothing is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpredicted {
    /// The mode is not Standard.
    Mode,
    /// A part that mlship never writes: workers, a log kept in a bucket, weights of a component beside the predictor.
    Foreign(&'static str),
    /// A model without a runtime's name, or a runtime that is not among the settings.
    Runtime,
    /// A pod that KServe's agent manages.
    Agent,
    /// A name and namespace that KServe can't make a host name of.
    NameTooLong,
    /// A stopped service: nothing is made.
    Stopped,
}

/// Parts of a component that mlship never writes.
const FOREIGN: [&str; 14] = [
    "name",
    "storageContainerName",
    "workerSpec",
    "confidential",
    "art",
    "sklearn",
    "xgboost",
    "tensorflow",
    "pytorch",
    "triton",
    "onnx",
    "huggingface",
    "pmml",
    "lightgbm",
];

/// The longest label of a host name.
const LONGEST_LABEL: usize = 63;

/// A component as the reconcilers see it.
struct Component {
    /// `predictor`, `transformer` or `explainer`.
    role: &'static str,
    /// The InferenceService's name.
    service: String,
    /// The namespace, empty when it is left to whoever applies it.
    namespace: String,
    /// What the Deployment, the Service and the autoscaler are called.
    name: String,
    labels: Map<String, Value>,
    annotations: Map<String, Value>,
    /// The pod as the Deployment has it.
    pod: Value,
    /// Replicas, strategy and autoscaling as written.
    extension: Value,
    /// Where the weights come from.
    source: Option<String>,
    /// The storage that is looked up by its key.
    storage: Option<Value>,
}

/// Components by name, in which order their objects come.
const ROLES: [&str; 3] = ["explainer", "predictor", "transformer"];

/// What KServe makes of an InferenceService, in the order Deployments, Services, autoscalers, Ingress, pods.
pub fn predict(service: &Value, settings: &Settings) -> Result<Vec<Value>, Unpredicted> {
    let spec = &service["spec"];
    if spec.get("canary").is_some() {
        return Err(Unpredicted::Foreign("canary"));
    }
    for part in ROLES.into_iter().filter_map(|role| spec.get(role)) {
        if let Some(foreign) = FOREIGN.into_iter().find(|field| part.get(field).is_some()) {
            return Err(Unpredicted::Foreign(foreign));
        }
        if part["logger"].get("storage").is_some() {
            return Err(Unpredicted::Foreign("logger.storage"));
        }
    }
    let beside = ["explainer", "transformer"].into_iter().filter_map(|role| spec.get(role));
    if beside.into_iter().any(|part| part.get("storageUris").is_some()) {
        return Err(Unpredicted::Foreign("storageUris"));
    }
    places::judge(&spec["predictor"])?;
    let metadata = defaults::service_metadata(service);
    if metadata["annotations"][crate::service::MODE] != "Standard" {
        return Err(Unpredicted::Mode);
    }
    if metadata["annotations"]["serving.kserve.io/stop"] == "true" {
        return Err(Unpredicted::Stopped);
    }
    let components = components(&metadata, spec, settings)?;
    if components.iter().any(|it| it.name.len() + 1 + it.namespace.len() > LONGEST_LABEL) {
        return Err(Unpredicted::NameTooLong);
    }
    let mut made: Vec<Value> = components.iter().map(objects::deployment).collect();
    made.extend(components.iter().map(objects::service));
    made.extend(components.iter().filter_map(scaling::autoscaler));
    made.extend(objects::ingress(&components, &metadata, settings));
    made.extend(components.iter().map(|component| mutate::pod(component, settings)));
    Ok(made)
}

/// The components of an InferenceService. The predictor's runtime labels the service, and so all of them.
fn components(metadata: &Value, spec: &Value, settings: &Settings) -> Result<Vec<Component>, Unpredicted> {
    let (predictor, own_labels) = component(metadata, &spec["predictor"], settings)?;
    let mut labelled = metadata.clone();
    default(&mut labelled, "labels", json!({}));
    if let Some(labels) = labelled["labels"].as_object_mut() {
        labels.extend(own_labels);
    }
    let mut components = vec![predictor];
    for role in ["explainer", "transformer"] {
        components.extend(spec.get(role).map(|part| beside::component(&labelled, role, part)));
    }
    components.sort_by_key(|component| component.role);
    Ok(components)
}

/// Fills in what the API server would, so that a pod compares with what was made.
pub(crate) fn fill_in(pod: &mut Value) {
    defaults::template(pod);
}

fn component(
    metadata: &Value,
    predictor: &Value,
    settings: &Settings,
) -> Result<(Component, Map<String, Value>), Unpredicted> {
    let service = text(&metadata["name"]);
    let name = format!("{service}-predictor");
    let merged = match predictor.get("model") {
        Some(model) => runtime::merged(metadata, predictor, model, settings)?,
        None => container::custom(predictor),
    };
    let mut labels = merged.labels;
    labels.extend(map(&metadata["labels"]));
    labels.extend(merged.own_labels.clone());
    labels.extend(map(&predictor["labels"]));
    labels.insert("serving.kserve.io/inferenceservice".to_owned(), json!(service));
    labels.insert("component".to_owned(), json!("predictor"));
    labels.insert("app".to_owned(), json!(format!("isvc.{name}")));
    let mut annotations = merged.annotations;
    annotations.extend(map(&metadata["annotations"]));
    for key in DISALLOWED {
        annotations.remove(key);
    }
    if let Some(source) = &merged.source {
        annotations.insert(SOURCE.to_owned(), json!(source));
    }
    if let Some(storage) = &merged.storage {
        credentials::annotate(storage, &mut annotations);
    }
    agent::annotate(predictor, &mut annotations);
    annotations.extend(map(&predictor["annotations"]));
    let mut pod = merged.pod;
    for server in items_mut(&mut pod, "containers") {
        container::set_variable(server, "INFERENCE_SERVICE_NAME", &service);
    }
    let namespace = text(&metadata["namespace"]);
    places::inject(predictor, &mut pod, &namespace, &annotations, settings);
    defaults::template(&mut pod);
    let component = Component {
        role: "predictor",
        namespace,
        extension: predictor.clone(),
        source: merged.source,
        storage: merged.storage,
        service,
        name,
        labels,
        annotations,
        pod,
    };
    Ok((component, merged.own_labels))
}

/// The annotation by which the pod webhook learns of the weights.
const SOURCE: &str = "internal.serving.kserve.io/storage-initializer-sourceuri";

/// Annotations that KServe keeps to the InferenceService (`ServiceAnnotationDisallowedList`).
const DISALLOWED: [&str; 5] = [
    "autoscaling.knative.dev/min-scale",
    "autoscaling.knative.dev/max-scale",
    SOURCE,
    "kubectl.kubernetes.io/last-applied-configuration",
    crate::service::FORMAT,
];

/// A pod with what a runtime, or the container itself, gave it.
struct Merged {
    pod: Value,
    labels: Map<String, Value>,
    annotations: Map<String, Value>,
    /// Labels that KServe puts onto the InferenceService for the runtime.
    own_labels: Map<String, Value>,
    source: Option<String>,
    /// The storage that is looked up by its key.
    storage: Option<Value>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

/// The elements of a list that may be missing.
fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The elements of a list, to be changed; none when it is missing.
fn items_mut<'a>(object: &'a mut Value, field: &str) -> impl Iterator<Item = &'a mut Value> {
    object.get_mut(field).and_then(Value::as_array_mut).into_iter().flatten()
}

/// Sets a field that is not there.
fn default(object: &mut Value, field: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.entry(field).or_insert(value);
    }
}

/// Appends to a list that may be missing.
fn push(object: &mut Value, field: &str, item: Value) {
    default(object, field, json!([]));
    if let Some(items) = object[field].as_array_mut() {
        items.push(item);
    }
}

/// Takes a field away when it holds nothing.
fn drop_empty(object: &mut Value, field: &str) {
    let is_empty = match object.get(field) {
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(fields)) => fields.is_empty(),
        Some(Value::Null) => true,
        None | Some(Value::Bool(_) | Value::Number(_) | Value::String(_)) => false,
    };
    if let Some(fields) = object.as_object_mut().filter(|_| is_empty) {
        fields.remove(field);
    }
}
