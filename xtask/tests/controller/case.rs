//! One workload on its way through KServe's controller.

use std::path::PathBuf;

use mlship_kserve::KserveTarget;
use mlship_kserve::predict::{Settings, predict, predict_graph};
use mlship_spec::choices::KserveMode;
use mlship_spec::target::{File, Target as _};
use mlship_spec::workload::Workload;
use serde_json::{Map, Value, json};

use crate::kserve::KServe;

/// A workload, what is applied of it and what is predicted.
pub struct Case {
    /// What it is called in messages.
    pub what: String,
    /// Where it is applied, alone.
    pub namespace: String,
    /// What is applied.
    pub documents: Vec<Value>,
    /// What KServe will make.
    pub predicted: Vec<Value>,
}

impl Case {
    /// The case of a workload that the target takes and Standard mode runs; it is given a namespace of its own.
    pub fn of(what: &str, number: usize, workload: &Workload, kserve: &KServe) -> Option<Self> {
        let namespace = format!("t{number}");
        let mut workload = workload.clone();
        workload.namespace = Some(namespace.parse().unwrap());
        let parts = &mut workload.targets.kserve;
        for part in [&mut parts.transformer, &mut parts.explainer].into_iter().flatten() {
            part.namespace.clone_from(&workload.namespace);
        }
        let settings = &workload.targets.kserve;
        if settings.mode == KserveMode::Knative || settings.llm.is_some() {
            return None;
        }
        let emitted = KserveTarget::with_runtimes().emit(&workload).ok()?;
        let files = emitted.bundle.files.into_values().filter_map(|file| match file {
            File::Manifests(documents) => Some(documents),
            File::Settings(_) | File::Text(_) => None,
        });
        let documents: Vec<Value> = files.flatten().map(|document| document.value().clone()).collect();
        let mut case = Self { what: what.to_owned(), namespace, documents, predicted: Vec::new() };
        case.predict(kserve);
        Some(case)
    }

    fn predict(&mut self, kserve: &KServe) {
        let mut settings = Settings { runtimes: kserve.runtimes.clone(), ..Settings::shipped() };
        settings.runtimes.splice(0..0, self.all("ServingRuntime").cloned());
        settings.accounts.extend(self.all("ServiceAccount").cloned());
        settings.secrets.extend(self.secrets());
        "nginx".clone_into(&mut settings.ingress_class);
        let (services, graphs) = (self.all("InferenceService"), self.all("InferenceGraph"));
        let made = services.map(|service| predict(service, &settings));
        let made = made.chain(graphs.map(|graph| predict_graph(graph, &settings)));
        self.predicted = made.flat_map(Result::unwrap).collect();
    }

    fn all(&self, kind: &'static str) -> impl Iterator<Item = &Value> {
        self.documents.iter().filter(move |document| document["kind"] == kind)
    }

    /// What its pods ask for and does not come along: Secrets, accounts, classes.
    pub fn needs(&self) -> Vec<Value> {
        let mut needs = self.secrets();
        for pod in self.predicted.iter().filter(|it| it["kind"] == "Pod") {
            let spec = &pod["spec"];
            if let Some(name) = spec["serviceAccountName"].as_str() {
                let is_known = self.all("ServiceAccount").any(|it| it["metadata"]["name"] == name);
                if !is_known && name != "default" {
                    needs.push(object("v1", "ServiceAccount", name, &self.namespace));
                }
            }
            if let Some(name) = spec["priorityClassName"].as_str() {
                let mut class = object("scheduling.k8s.io/v1", "PriorityClass", name, "");
                class["value"] = json!(1000);
                needs.push(class);
            }
            if let Some(name) = spec["runtimeClassName"].as_str() {
                let mut class = object("node.k8s.io/v1", "RuntimeClass", name, "");
                class["handler"] = json!("runc");
                needs.push(class);
            }
        }
        needs
    }

    /// Secrets that KServe reads itself, with what it looks for in them.
    fn secrets(&self) -> Vec<Value> {
        let storage = r#"{"type": "s3", "access_key_id": "a", "secret_access_key": "b", "endpoint_url": "http://m:9000"}"#;
        let mut secret = object("v1", "Secret", "storage-config", &self.namespace);
        let services = self.all("InferenceService");
        let keys = services.filter_map(|it| it["spec"]["predictor"]["model"]["storage"]["key"].as_str());
        let keys: Map<String, Value> = keys.map(|key| (key.to_owned(), json!(storage))).collect();
        secret["stringData"] = Value::Object(keys);
        let hung = self.all("ServiceAccount").flat_map(|it| it["secrets"].as_array().into_iter().flatten());
        let mut secrets: Vec<Value> = hung
            .filter_map(|it| Some(object("v1", "Secret", it["name"].as_str()?, &self.namespace)))
            .collect();
        if secret["stringData"] != json!({}) {
            secrets.push(secret);
        }
        secrets
    }
}

fn object(version: &str, kind: &str, name: &str, namespace: &str) -> Value {
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name}});
    if !namespace.is_empty() {
        object["metadata"]["namespace"] = json!(namespace);
    }
    object
}

/// The folder of a variable that names material beside the checkout.
pub fn material(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from)
}
