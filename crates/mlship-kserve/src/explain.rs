//! What KServe 0.20 makes of a workload, and where that differs from plain Kubernetes.

use mlship_kubernetes::objects;
use mlship_spec::choices::{KserveMode, KserveVersion};
use mlship_spec::target::Document;
use mlship_spec::workload::Workload;
use serde::Serialize;
use serde_json::Value;

use crate::names::names;
use crate::predict::{self, Settings, Unpredicted};
use crate::{beside, canary, form, graph, own_runtimes, runtimes};

/// What KServe makes of a workload.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The objects that KServe makes, in its order: Deployment, Service, autoscaler, Ingress, pod.
    pub made: Vec<Document>,
    /// Where its Deployment and autoscaler differ from those of plain Kubernetes.
    pub differences: Vec<Difference>,
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The object and the field, such as `Deployment.spec.progressDeadlineSeconds`.
    pub field: String,
    /// What plain Kubernetes has; `None` is nothing.
    pub plain: Option<String>,
    /// What KServe makes; `None` is nothing.
    pub kserve: Option<String>,
}

/// What KServe makes of a workload that the target takes; or why that is not predicted, in a sentence.
pub fn explain(workload: &Workload) -> Result<Explanation, String> {
    let settings = &workload.targets.kserve;
    if settings.mode == KserveMode::Knative {
        return Err("what Knative makes of it is not predicted".to_owned());
    }
    if settings.version != KserveVersion::V0_20 {
        return Err(format!("only KServe {} is predicted", KserveVersion::V0_20));
    }
    if settings.llm.is_some() {
        return Err("what KServe makes of an LLMInferenceService is not predicted".to_owned());
    }
    let rendered = canary::rendered(workload);
    let workload = rendered.as_ref();
    let form = form::form(workload);
    let service = beside::service(workload, &form).object.document();
    let own = own_runtimes::cluster_wide();
    let definitions = runtimes::RUNTIMES.iter().filter_map(runtimes::Runtime::definition);
    let definitions = own.iter().map(|it| it.value().clone()).chain(definitions);
    let settings = Settings { runtimes: definitions.collect(), ..Settings::shipped() };
    let mut made = predict::predict(service.value(), &settings).map_err(words)?;
    let differences = differences(workload, &made);
    if let Some(objects) = graph::objects(workload) {
        let graph = Document::of(&objects.graph);
        made.extend(predict::predict_graph(graph.value(), &settings).map_err(words)?);
    }
    Ok(Explanation { made: made.iter().map(Document::of).collect(), differences })
}

fn words(unpredicted: Unpredicted) -> String {
    match unpredicted {
        Unpredicted::Mode => "only Standard mode is predicted",
        Unpredicted::Foreign(_) => "it has parts that mlship does not write",
        Unpredicted::Runtime => "what is in the runtime is the cluster's to know",
        Unpredicted::Agent => "KServe's agent manages it",
        Unpredicted::NameTooLong => "its name is too long",
        Unpredicted::Stopped => "it is stopped",
    }
    .to_owned()
}

fn differences(workload: &Workload, made: &[Value]) -> Vec<Difference> {
    let plain = objects(workload);
    let deployment = names(workload).deployment;
    let pairs = [plain.deployment.as_ref().map(Document::of), plain.autoscaler.as_ref().map(Document::of)];
    let mut differences = Vec::new();
    for document in pairs.into_iter().flatten() {
        let is_server =
            |it: &&Value| it["kind"] == document.kind() && it["metadata"]["name"] == deployment.as_str();
        let Some(other) = made.iter().find(is_server) else { continue };
        let mut plain = document.value()["spec"].clone();
        if let Some(pod) = plain.pointer_mut("/template/spec") {
            predict::fill_in(pod);
        }
        let path = format!("{}.spec", document.kind());
        compare(Some(&plain), Some(&other["spec"]), &path, &mut differences);
    }
    differences
}

fn compare(plain: Option<&Value>, kserve: Option<&Value>, path: &str, found: &mut Vec<Difference>) {
    match (plain, kserve) {
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            for (key, value) in left {
                compare(Some(value), right.get(key), &format!("{path}.{key}"), found);
            }
            for (key, value) in right.iter().filter(|(key, _)| !left.contains_key(*key)) {
                compare(None, Some(value), &format!("{path}.{key}"), found);
            }
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) if left.len() == right.len() => {
            for (index, (left, right)) in left.iter().zip(right).enumerate() {
                compare(Some(left), Some(right), &format!("{path}[{index}]"), found);
            }
        }
        (left, right) if left == right => {}
        (left, right) => {
            let shown = |value: Option<&Value>| value.map(ToString::to_string);
            found.push(Difference { field: path.to_owned(), plain: shown(left), kserve: shown(right) });
        }
    }
}
