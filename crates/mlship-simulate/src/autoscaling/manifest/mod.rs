//! Autoscalers and what they scale, read from manifests.

mod fields;
mod hpa;
mod keda;
mod knative;
mod workload;

use mlship_spec::diagnostic::{self, Diagnostic};
use mlship_spec::node::Node;
use mlship_spec::source::{Layer, Span};
use mlship_spec::yaml;

use crate::autoscaling::autoscaler::Autoscaler;
use crate::autoscaling::codes;
use crate::autoscaling::hpa::{Hpa, Source, Target};
use crate::autoscaling::template::Template;
use fields::Fields;

/// An autoscaler, and what its manifests say of its pods.
#[derive(Clone, Debug)]
pub struct Scaled {
    /// The name of the autoscaler's object.
    pub name: String,
    /// The autoscaler.
    pub autoscaler: Autoscaler,
    /// What it scales, where that is among the manifests.
    pub target: Option<ScaledWorkload>,
}

/// What an autoscaler scales.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScaledWorkload {
    /// What each pod requests.
    pub template: Template,
    /// The size that is written, if it is.
    pub replicas: Option<i32>,
    /// Whether its pods compute on an accelerator.
    pub has_accelerator: bool,
}

/// Reads text of any number of YAML or JSON documents, Lists among them. Exactly one autoscaler must be there, or one
/// called `name`; nothing comes back if something was refused.
pub fn parse(
    source: u32,
    text: &str,
    name: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Scaled> {
    let mut found = Vec::new();
    let documents = yaml::parse(source, text, Layer::Spec, &mut found);
    let objects = objects(&documents);
    let scaled = choose(source, &objects, name, &mut found)
        .and_then(|(name, object)| read(name, &object, &objects, &mut found));
    let is_refused = diagnostic::has_errors(&found);
    diagnostics.append(&mut found);
    scaled.filter(|_| !is_refused)
}

/// The documents, with Lists taken apart.
fn objects(documents: &[Node]) -> Vec<Fields<'_>> {
    let mut objects = Vec::new();
    for document in documents {
        let fields = Fields::new(document);
        match fields.get("items") {
            Some(items) if fields.text_of("kind").ends_with("List") => {
                objects.extend(items.items().iter().map(|item| Fields::new(item.node)));
            }
            Some(_) | None => objects.push(fields),
        }
    }
    objects
}

/// The kinds that scale something, with the start of their `apiVersion`.
const AUTOSCALERS: [(&str, &str); 4] = [
    ("HorizontalPodAutoscaler", "autoscaling/"),
    ("ScaledObject", "keda.sh/"),
    ("Service", "serving.knative.dev/"),
    ("InferenceService", "serving.kserve.io/"),
];

fn choose<'a>(
    source: u32,
    objects: &[Fields<'a>],
    name: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(String, Fields<'a>)> {
    let start = Span { source, start: 0, end: 0 };
    let name_of =
        |object: &Fields<'a>| object.get("metadata").map(|meta| meta.text_of("name")).unwrap_or_default();
    let mut found: Vec<(String, &Fields<'a>)> = objects
        .iter()
        .filter(|object| {
            AUTOSCALERS.iter().any(|(kind, group)| {
                object.text_of("kind") == *kind && object.text_of("apiVersion").starts_with(group)
            })
        })
        .map(|object| (name_of(object).to_owned(), object))
        .collect();
    let names: Vec<String> = found.iter().map(|(name, _)| format!("`{name}`")).collect();
    if let Some(name) = name {
        found.retain(|(candidate, _)| candidate == name);
    }
    match found[..] {
        [(ref name, object)] => Some((name.clone(), object.clone())),
        [] => {
            let help =
                "give a HorizontalPodAutoscaler, a ScaledObject, a Knative Service or an InferenceService";
            let message = match (name, names.is_empty()) {
                (Some(name), false) => format!("no autoscaler is called `{name}`, only {}", names.join(", ")),
                (Some(_) | None, _) => "no autoscaler is among the manifests".to_owned(),
            };
            diagnostics.push(Diagnostic::error(&codes::MANIFEST, start, message).help(help));
            None
        }
        [_, (_, second), ..] => {
            let message = format!("several autoscalers are among the manifests: {}", names.join(", "));
            let refused = Diagnostic::error(&codes::MANIFEST, second.span(), message);
            diagnostics.push(refused.help("name one of them, or give its manifests alone"));
            None
        }
    }
}

fn read(
    name: String,
    object: &Fields<'_>,
    objects: &[Fields<'_>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Scaled> {
    match object.text_of("kind") {
        "HorizontalPodAutoscaler" => {
            let hpa = hpa::read(object, diagnostics)?;
            let target = workload::find(object, objects, diagnostics);
            needs_requests(&hpa, target.as_ref(), object, diagnostics);
            Some(Scaled { name, autoscaler: Autoscaler::Hpa(hpa), target })
        }
        "ScaledObject" => {
            let keda = keda::read(&name, object, diagnostics)?;
            let target = workload::find(object, objects, diagnostics);
            needs_requests(&keda.hpa, target.as_ref(), object, diagnostics);
            Some(Scaled { name, autoscaler: Autoscaler::Keda(keda), target })
        }
        "Service" => {
            let autoscaler = knative::service(object, diagnostics)?;
            let target = object.at(&["spec", "template"]).map(|template| workload::of_template(&template));
            Some(Scaled { name, autoscaler, target })
        }
        _ => {
            let autoscaler = knative::inference_service(object, diagnostics)?;
            let target =
                object.at(&["spec", "predictor"]).map(|predictor| workload::of_predictor(&predictor));
            Some(Scaled { name, autoscaler, target })
        }
    }
}

/// A percentage of what is requested needs the pods' template.
fn needs_requests(
    hpa: &Hpa,
    target: Option<&ScaledWorkload>,
    object: &Fields<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (index, metric) in hpa.metrics.iter().enumerate() {
        let Target::Utilization(_) = metric.target else { continue };
        let words = match (&metric.source, target) {
            (_, None) => "what it scales is not among the manifests".to_owned(),
            (Source::ContainerResource { name, container }, Some(target)) => {
                match target.template.request(name, Some(container)) {
                    Ok(_) => continue,
                    Err(words) => words,
                }
            }
            (source, Some(target)) => match target.template.request(source.name(), None) {
                Ok(_) => continue,
                Err(words) => words,
            },
        };
        let message = format!(
            "metric {index} wants a percentage of the request of `{}`, which is not known: {words}",
            metric.source.name()
        );
        let refused = Diagnostic::error(&codes::MANIFEST, object.span(), message);
        diagnostics.push(refused.help("give the Deployment too, with requests in every container"));
    }
}
