//! What an autoscaler scales: the requests of its pods.

use std::collections::BTreeMap;

use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::values::quantity::Quantity;

use super::ScaledWorkload;
use super::fields::Fields;
use crate::autoscaling::codes;
use crate::autoscaling::template::{Container, Template};

/// The object that `spec.scaleTargetRef` names. Not being there is fine if no object of its sort is: then only the
/// autoscaler was given.
pub(super) fn find(
    autoscaler: &Fields<'_>,
    objects: &[Fields<'_>],
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<ScaledWorkload> {
    let reference = autoscaler.at(&["spec", "scaleTargetRef"])?;
    // KEDA's default; an HPA always writes it.
    let kind = Some(reference.text_of("kind")).filter(|kind| !kind.is_empty()).unwrap_or("Deployment");
    let name = reference.text_of("name");
    let workloads: Vec<&Fields<'_>> =
        objects.iter().filter(|object| object.at(&["spec", "template", "spec"]).is_some()).collect();
    let found = workloads.iter().find(|object| {
        object.text_of("kind") == kind
            && object.get("metadata").is_some_and(|meta| meta.text_of("name") == name)
    });
    match found {
        Some(object) => {
            let spec = object.get("spec")?;
            let replicas = spec.integer("replicas", 0, diagnostics);
            let template = spec.get("template")?;
            Some(ScaledWorkload { replicas, ..of_template(&template) })
        }
        None if workloads.is_empty() => None,
        None => {
            let message =
                format!("`{kind}/{name}` is not among the manifests, so the autoscaler has nothing to scale");
            let refused = Diagnostic::error(&codes::MANIFEST, reference.span(), message);
            let names: Vec<String> = workloads.iter().map(|object| called(object)).collect();
            diagnostics.push(refused.help(format!("there is {}", names.join(", "))));
            None
        }
    }
}

fn called(object: &Fields<'_>) -> String {
    let name = object.get("metadata").map(|meta| meta.text_of("name")).unwrap_or_default();
    format!("`{}/{name}`", object.text_of("kind"))
}

/// What a pod template says.
pub(super) fn of_template(template: &Fields<'_>) -> ScaledWorkload {
    let Some(spec) = template.get("spec") else { return ScaledWorkload::default() };
    let items = |key: &str| spec.get(key).map(|list| list.items()).unwrap_or_default();
    let restarting =
        items("initContainers").into_iter().filter(|one| one.text_of("restartPolicy") == "Always");
    let containers: Vec<Fields<'_>> = items("containers").into_iter().chain(restarting).collect();
    ScaledWorkload {
        template: Template {
            pod: requests(&spec),
            containers: containers
                .iter()
                .map(|one| Container { name: one.text_of("name").to_owned(), requests: requests(one) })
                .collect(),
        },
        replicas: None,
        has_accelerator: containers.iter().any(has_accelerator),
    }
}

/// What the predictor of an InferenceService says: its model is the container `kserve-container`.
pub(super) fn of_predictor(predictor: &Fields<'_>) -> ScaledWorkload {
    let container = predictor.get("model");
    let Some(model) = container else {
        let containers = predictor.get("containers").map(|list| list.items()).unwrap_or_default();
        return ScaledWorkload {
            template: Template {
                pod: BTreeMap::new(),
                containers: containers
                    .iter()
                    .map(|one| Container { name: one.text_of("name").to_owned(), requests: requests(one) })
                    .collect(),
            },
            replicas: None,
            has_accelerator: containers.iter().any(has_accelerator),
        };
    };
    ScaledWorkload {
        template: Template {
            pod: BTreeMap::new(),
            containers: vec![Container { name: "kserve-container".to_owned(), requests: requests(&model) }],
        },
        replicas: None,
        has_accelerator: has_accelerator(&model),
    }
}

/// Requests; where only a limit is written, the API server takes it for the request.
fn requests(group: &Fields<'_>) -> BTreeMap<String, i64> {
    let mut requests = BTreeMap::new();
    for key in ["limits", "requests"] {
        let entries = group.at(&["resources", key]).map(|fields| fields.entries()).unwrap_or_default();
        for (resource, amount) in entries {
            if let Ok(quantity) = amount.parse::<Quantity>() {
                requests.insert(resource.to_owned(), i64::try_from(quantity.millis()).unwrap_or(i64::MAX));
            }
        }
    }
    requests
}

/// Extended resources of a vendor, such as `nvidia.com/gpu`, are accelerators as far as model servers go.
fn has_accelerator(container: &Fields<'_>) -> bool {
    ["limits", "requests"].iter().any(|key| {
        let entries = container.at(&["resources", key]).map(|fields| fields.entries()).unwrap_or_default();
        entries.iter().any(|(resource, amount)| resource.contains('/') && *amount != "0")
    })
}
