//! One workload, through both targets.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use mlship_kserve::predict::{Settings, Unpredicted, predict, predict_graph};
use mlship_kserve::{KserveTarget, own_runtimes, runtimes};
use mlship_kubernetes::objects;
use mlship_spec::choices::KserveStorage;
use mlship_spec::target::{File, Target as _};
use mlship_spec::workload::Workload;
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::agreed::{Case, is_agreed};
use super::compare::{Difference, differences};

/// What became of a workload.
#[derive(Debug)]
pub enum Outcome {
    /// Where KServe's objects differ from the plain ones, without those that are agreed.
    Made(Vec<Difference>),
    /// The target refuses it, for these reasons.
    Refused(Vec<String>),
    /// What KServe makes of it is not predicted.
    Unpredicted(String),
}

/// Compares workloads under the same settings of KServe.
pub struct Checker {
    settings: Settings,
}

impl Checker {
    /// With mlship's runtimes and KServe's, all of them where its definitions are at hand.
    pub fn new() -> Self {
        let own = own_runtimes::cluster_wide();
        let known = runtimes::RUNTIMES.iter().filter_map(runtimes::Runtime::definition);
        let runtimes = own.iter().map(|it| it.value().clone()).chain(known);
        let mut settings = Settings { runtimes: runtimes.collect(), ..Settings::shipped() };
        match std::env::var_os("MLSHIP_CRDS").map(PathBuf::from) {
            Some(crds) => {
                let path = crds.join("kserve/v0.20.0/runtimes.resources.yaml");
                let text = fs::read_to_string(path).expect("the runtimes can be read");
                let documents = serde_yaml::Deserializer::from_str(&text);
                settings.runtimes.extend(documents.map(|it| Value::deserialize(it).expect("it is YAML")));
            }
            None => eprintln!("MLSHIP_CRDS is not set: some of KServe's runtimes are not known"),
        }
        Self { settings }
    }

    /// Compares what both targets make of a workload.
    pub fn check(&self, workload: &Workload) -> Outcome {
        let emitted = match KserveTarget::new().emit(workload) {
            Ok(emitted) => emitted,
            Err(refusals) => return Outcome::Refused(refusals.into_iter().map(|it| it.message).collect()),
        };
        let documents = manifests(emitted.bundle.files.into_values());
        if workload.rollout.canary.is_some() {
            return Outcome::Unpredicted("a trial has a name and a number of its own".to_owned());
        }
        let adapted: Vec<String> = emitted.adapted.into_iter().map(|it| it.field).collect();
        if let Some(service) = documents.iter().find(|it| it["kind"] == "LLMInferenceService") {
            let case = Case { workload: workload.clone(), adapted, runtime: None };
            let mut found = templates(workload, service);
            found.retain(|difference| !is_agreed(difference, &case));
            return Outcome::Made(found);
        }
        let service = documents.iter().find(|it| it["kind"] == "InferenceService").expect("one of the two");
        let mut made = match predict(service, &self.settings) {
            Ok(made) => made,
            Err(reason @ (Unpredicted::Mode | Unpredicted::Runtime)) => {
                return Outcome::Unpredicted(format!("{reason:?}"));
            }
            Err(reason) => return Outcome::Refused(vec![format!("it is not predicted: {reason:?}")]),
        };
        if let Some(graph) = documents.iter().find(|it| it["kind"] == "InferenceGraph") {
            made.extend(predict_graph(graph, &self.settings).expect("a graph is predicted"));
        }
        let case = Case {
            workload: workload.clone(),
            adapted,
            runtime: service["spec"]["predictor"]["model"]["runtime"].as_str().map(str::to_owned),
        };
        let mut found = pods(workload, service, &made);
        let settings = &workload.targets.kserve;
        for (role, part) in [("transformer", &settings.transformer), ("explainer", &settings.explainer)] {
            found.extend(part.iter().flat_map(|part| parts(role, part, &made)));
        }
        found.extend(super::compare::rollouts(workload, &made));
        found.extend(beside(workload, &documents, &made));
        found.retain(|difference| !is_agreed(difference, &case));
        Outcome::Made(found)
    }
}

fn manifests(files: impl Iterator<Item = File>) -> Vec<Value> {
    let documents = files.filter_map(|file| match file {
        File::Manifests(documents) => Some(documents),
        File::Settings(_) | File::Text(_) => None,
    });
    documents.flatten().map(|document| document.value().clone()).collect()
}

/// The pod of plain Kubernetes against the one that comes out of KServe's webhook.
fn pods(workload: &Workload, service: &Value, made: &[Value]) -> Vec<Difference> {
    let is_server = |it: &&Value| it["kind"] == "Pod" && it["metadata"]["labels"]["component"] == "predictor";
    let pod = made.iter().find(is_server).expect("a predictor has a pod");
    let plain = serde_json::to_value(objects(workload).deployment).expect("it is an object");
    let mut plain = plain["spec"]["template"].clone();
    plain["spec"]["containers"][0]["name"] = json!("kserve-container");
    let is_kserves = workload.targets.kserve.storage == KserveStorage::Kserve;
    let is_runtime = service["spec"]["predictor"].get("model").is_some();
    let init = plain.pointer_mut("/spec/initContainers/0/name");
    if let Some(name) = init.filter(|_| is_kserves || is_runtime) {
        *name = json!("storage-initializer");
    }
    differences(&plain, pod)
}

/// The same for a server beside the model's.
fn parts(role: &str, part: &Workload, made: &[Value]) -> Vec<Difference> {
    let is_part = |it: &&Value| it["kind"] == "Pod" && it["metadata"]["labels"]["component"] == role;
    let pod = made.iter().find(is_part).expect("a component has a pod");
    let plain = serde_json::to_value(objects(part).deployment).expect("it is an object");
    let mut plain = plain["spec"]["template"]["spec"].clone();
    plain["containers"][0]["name"] = json!("kserve-container");
    // KServe's arguments come behind those written.
    let mut made = pod["spec"].clone();
    let written = plain["containers"][0]["args"].as_array().map_or(0, Vec::len);
    if let Some(args) = made["containers"][0]["args"].as_array_mut() {
        args.truncate(written);
    }
    if written == 0 {
        plain["containers"][0]["args"] = json!([]);
    }
    differences(&json!({"spec": plain}), &json!({"spec": made}))
}

/// The pod of plain Kubernetes against what is written of it in an LLMInferenceService, which KServe lays over a
/// preset.
fn templates(workload: &Workload, service: &Value) -> Vec<Difference> {
    let plain = serde_json::to_value(objects(workload).deployment).expect("it is an object");
    let mut plain = plain["spec"]["template"]["spec"].clone();
    plain["containers"][0]["name"] = json!("main");
    differences(&json!({"llm": plain}), &json!({"llm": service["spec"]["template"]}))
}

/// What stands beside KServe's objects, against what plain Kubernetes has, and what it points at.
fn beside(workload: &Workload, documents: &[Value], made: &[Value]) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut missing = |path: &str, plain: Value| {
        let path = path.split('/').map(str::to_owned).collect();
        found.push(Difference { path, plain: Some(plain), made: None });
    };
    let settings = &workload.targets.kserve;
    let has_front = settings.transformer.is_some() || settings.graph.is_some();
    let all: Vec<&Value> = documents.iter().chain(made).collect();
    let named: BTreeMap<(String, String), &Value> =
        all.iter().map(|it| ((text(&it["kind"]), text(&it["metadata"]["name"])), *it)).collect();
    for document in objects(workload).into_documents() {
        // What scales is KServe's or stands beside it; either moves its Deployment.
        let kind = match document.kind() {
            // A transformer or a router answers over HTTP.
            "GRPCRoute" if has_front => "HTTPRoute",
            kind => kind,
        };
        if !all.iter().any(|it| it["kind"] == kind) {
            missing(&format!("kinds/{kind}"), document.value().clone());
        }
    }
    let pods: Vec<&&Value> = all.iter().filter(|it| it["kind"] == "Pod").collect();
    for object in documents {
        let kind = text(&object["kind"]);
        let selector = match kind.as_str() {
            "NetworkPolicy" => &object["spec"]["podSelector"]["matchLabels"],
            "PodDisruptionBudget" | "PodMonitor" => &object["spec"]["selector"]["matchLabels"],
            _ => &Value::Null,
        };
        let selects = |pod: &&&&Value| {
            let mut labels = selector.as_object().into_iter().flatten();
            labels.all(|(key, value)| pod["metadata"]["labels"][key] == *value)
        };
        if selector.is_object() && pods.iter().filter(selects).count() != 1 {
            missing(&format!("selected/{kind}"), object.clone());
        }
        let target = &object["spec"]["scaleTargetRef"];
        if target.is_object() && !named.contains_key(&(text(&target["kind"]), text(&target["name"]))) {
            missing(&format!("scaled/{kind}"), object.clone());
        }
        for (name, port) in backends(object) {
            let service = named.get(&("Service".to_owned(), name));
            let ports = service.and_then(|it| it["spec"]["ports"].as_array()).cloned().unwrap_or_default();
            if !ports.iter().any(|it| it["port"] == port || it["name"] == port) {
                missing(&format!("routed/{kind}"), object.clone());
            }
        }
    }
    found
}

/// The Services and ports that a way in leads to.
fn backends(object: &Value) -> Vec<(String, Value)> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let rules = list(&object["spec"]["rules"]);
    let of_routes = rules.iter().flat_map(|rule| list(&rule["backendRefs"]));
    let of_routes = of_routes.map(|backend| (text(&backend["name"]), backend["port"].clone()));
    let of_ingresses = rules.iter().flat_map(|rule| list(&rule["http"]["paths"])).map(|path| {
        let service = &path["backend"]["service"];
        let port = service["port"].as_object().and_then(|port| port.values().next().cloned());
        (text(&service["name"]), port.unwrap_or_default())
    });
    let is_route = object["kind"].as_str().is_some_and(|kind| kind.ends_with("Route"));
    if is_route { of_routes.collect() } else { of_ingresses.filter(|(name, _)| !name.is_empty()).collect() }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
