//! Reads what `kubectl get … -o json|yaml` prints, and manifests.
//!
//! Objects may stand alone, in a `List`, in several YAML documents or one after the other in JSON. Whatever is wrong
//! is a [`Problem`] with its place, and reading goes on behind it.

mod affinity;
mod amounts;
mod labels;
mod nodes;
mod place;
mod pods;
mod policies;
mod scalers;
pub(crate) mod workloads;

use crate::placement::objects::{Pod, Rollout, Workload, World};
use place::{At, Problems};
use pods::Context;
use scalers::Scalers;
use serde_json::Value;
use std::sync::Arc;

pub use place::Problem;

/// Collects the input of one simulation, file by file.
#[derive(Debug, Default)]
pub struct Reader {
    world: World,
    problems: Vec<Problem>,
    /// What has pods that are to be placed: read last, since an autoscaler of a later file may say how many they are.
    deferred: Vec<Deferred>,
    scalers: Scalers,
}

/// An object that is read once all files are known.
#[derive(Debug)]
struct Deferred {
    file: String,
    path: String,
    kind: String,
    object: Value,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Expected {
    Nodes,
    Pods,
    Manifests,
}

impl Reader {
    /// Takes in nodes. Objects of any other kind are a problem.
    pub fn nodes(&mut self, file: &str, text: &str) {
        self.read(file, text, Expected::Nodes);
    }

    /// Takes in what is in the cluster already: pods, and any of namespaces, priority classes, disruption budgets,
    /// services, claims, volumes and storage classes. Pods without a node wait before those of
    /// [`Reader::manifests`].
    pub fn pods(&mut self, file: &str, text: &str) {
        self.read(file, text, Expected::Pods);
    }

    /// Takes in manifests that are to be placed. Kinds that have nothing to do with placement are passed over.
    pub fn manifests(&mut self, file: &str, text: &str) {
        self.read(file, text, Expected::Manifests);
    }

    /// The nodes and what runs on them, as far as they were read.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What was read, or every problem that was found.
    pub fn finish(mut self) -> Result<World, Vec<Problem>> {
        for Deferred { file, path, kind, object } in std::mem::take(&mut self.deferred) {
            let mut problems = Problems { file: &file, list: &mut self.problems };
            let at = At::top(&path, &object);
            if kind == "Pod" {
                pod(&at, Expected::Manifests, &mut self.world, &mut problems);
            } else {
                workloads::take(&kind, &at, &self.scalers, &mut self.world, &mut problems);
            }
        }
        if self.problems.is_empty() { Ok(self.world) } else { Err(self.problems) }
    }

    fn read(&mut self, file: &str, text: &str, expected: Expected) {
        let mut problems = Problems { file, list: &mut self.problems };
        let documents = documents(text, &mut problems);
        let names: Vec<String> = match documents.len() {
            1 => vec![String::new()],
            count => (1..=count).map(|number| format!("document {number}: ")).collect(),
        };
        let tops = names.iter().zip(&documents).map(|(name, document)| At::top(name, document));
        let tops: Vec<At<'_, '_>> = tops.collect();
        let lists: Vec<At<'_, '_>> = tops.iter().map(|top| top.field("items")).collect();
        let mut objects = Vec::new();
        for ((top, list), document) in tops.iter().zip(&lists).zip(&documents) {
            if document.is_array() {
                objects.extend(top.items(&mut problems));
            } else if !list.is_missing() {
                objects.extend(list.items(&mut problems));
            } else if !document.is_null() {
                objects.push(*top);
            }
        }
        // What surrounds pods comes first: reading a pod needs the priority classes.
        let mut rest = Vec::new();
        for object in objects {
            let Some(kind) = kind(&object, expected, &mut problems) else { continue };
            if expected == Expected::Nodes && kind != "Node" {
                let message = format!("a `{kind}` stands among nodes");
                problems.push(object.path(), message, "give nodes alone here, and pods and the rest as pods");
            } else if !policies::take(kind, &object, expected, &mut self.world, &mut problems) {
                rest.push((kind, object));
            }
        }
        for (kind, object) in rest {
            let has_pods = kind == "Pod" || workloads::KINDS.contains(&kind);
            let is_placed = expected == Expected::Manifests;
            if is_placed && self.scalers.take(kind, &object, &mut problems) {
                continue;
            }
            if let Some(value) = object.value().filter(|_| is_placed && has_pods) {
                let (file, path) = (file.to_owned(), object.path());
                self.deferred.push(Deferred { file, path, kind: kind.to_owned(), object: value.clone() });
            } else {
                take(kind, &object, expected, &mut self.world, &mut problems);
            }
        }
    }
}

fn kind<'v>(at: &At<'v, '_>, expected: Expected, problems: &mut Problems<'_>) -> Option<&'v str> {
    let kind = at.field("kind");
    if kind.is_missing() {
        // Items of typed lists such as NodeList may lack a kind.
        let allocatable = !at.field("status").field("allocatable").is_missing();
        if allocatable && expected == Expected::Nodes {
            return Some("Node");
        }
        if expected == Expected::Pods && !at.field("spec").field("containers").is_missing() {
            return Some("Pod");
        }
        problems.push(at.path(), "the object has no kind", "give apiVersion and kind");
        return None;
    }
    kind.text(problems)
}

fn take(kind: &str, at: &At<'_, '_>, expected: Expected, world: &mut World, problems: &mut Problems<'_>) {
    match kind {
        "Node" => {
            if let Some(node) = nodes::node(at, &mut world.symbols, problems) {
                if world.nodes.iter().any(|other| other.name == node.name) {
                    let name = world.symbols.text(node.name);
                    problems.push(at.path(), format!("node `{name}` is given twice"), "keep one of the two");
                } else {
                    world.nodes.push(node);
                }
            }
        }
        "Pod" => pod(at, expected, world, problems),
        "DaemonSet" | "CronJob" if expected == Expected::Manifests => {
            let message = format!("a `{kind}` can't be placed");
            problems.push(at.path(), message, "give the pods it makes, or leave it out");
        }
        // Other kinds have no part in placement.
        _ => {}
    }
}

fn pod(at: &At<'_, '_>, expected: Expected, world: &mut World, problems: &mut Problems<'_>) {
    let status = at.field("status");
    if matches!(status.field("phase").text(problems), Some("Succeeded" | "Failed")) {
        return;
    }
    let metadata = at.field("metadata");
    let name = metadata.field("name").text(problems).unwrap_or_default().to_owned();
    let namespace = world.symbols.intern(metadata.field("namespace").text(problems).unwrap_or("default"));
    let (classes, runtimes) = (world.priority_classes.clone(), world.runtime_classes.clone());
    let symbols = &mut world.symbols;
    let mut context = Context {
        symbols,
        classes: &classes,
        runtimes: &runtimes,
        namespace,
        more_labels: Vec::new(),
        controller: None,
    };
    let Some(template) = pods::template(at, &mut context, problems) else { return };
    let template = Arc::new(template);
    let mut named = |at: &At<'_, '_>, problems: &mut Problems<'_>| {
        at.text(problems).filter(|name| !name.is_empty()).map(|name| world.symbols.intern(name))
    };
    let owners = metadata.field("ownerReferences");
    let owners = owners.items(problems);
    let grace = at.field("spec").field("terminationGracePeriodSeconds").integer(problems);
    let node = named(&at.field("spec").field("nodeName"), problems);
    let nominated = named(&status.field("nominatedNodeName"), problems);
    let mut pod = Pod {
        name,
        template,
        node,
        nominated,
        terminating: !metadata.field("deletionTimestamp").is_missing(),
        ends_at_once: grace == Some(0),
        daemon: owners.iter().any(|owner| owner.field("kind").text(problems) == Some("DaemonSet")),
        started: status.field("startTime").text(problems).unwrap_or_default().to_owned(),
        workload: None,
    };
    if node.is_some() {
        world.running.push(pod);
        return;
    }
    if expected == Expected::Manifests {
        pod.workload = Some(world.workloads.len());
        world.workloads.push(Workload {
            kind: "Pod".to_owned(),
            name: pod.name.clone(),
            namespace,
            template: Arc::clone(&pod.template),
            replicas: 1,
            rollout: Rollout::None,
        });
    }
    world.pending.push(pod);
}

/// The documents of a text: JSON if it can be, YAML otherwise.
fn documents(text: &str, problems: &mut Problems<'_>) -> Vec<Value> {
    let starts_as_json = text.trim_start().starts_with(['{', '[']);
    let json: Option<Result<Vec<Value>, serde_json::Error>> =
        starts_as_json.then(|| serde_json::Deserializer::from_str(text).into_iter().collect());
    if let Some(Ok(documents)) = json {
        return documents;
    }
    match (yaml(text), json) {
        (Ok(documents), _) => documents,
        (Err(_), Some(Err(error))) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            problems.push(place, format!("this is not JSON: {error}"), "mend the text, or get it anew");
            Vec::new()
        }
        (Err(error), _) => {
            let place = error.location().map_or_else(
                || "the text".to_owned(),
                |location| format!("line {}, column {}", location.line(), location.column()),
            );
            problems.push(place, format!("this is not YAML: {error}"), "mend the text, or get it anew");
            Vec::new()
        }
    }
}

fn yaml(text: &str) -> Result<Vec<Value>, serde_saphyr::Error> {
    let most = text.len() + 1_000;
    let options = serde_saphyr::options! {
        with_snippet: false,
        strict_booleans: true,
        // No limit beyond the text's own size: ten thousand nodes are a fair input.
        budget: serde_saphyr::budget! {
            max_events: most,
            max_nodes: most,
            max_documents: most,
            max_total_scalar_bytes: most,
        },
    };
    serde_saphyr::from_multiple_with_options(text, options)
}
