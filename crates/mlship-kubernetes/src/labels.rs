//! Names, labels and annotations of every object.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use mlship_spec::target::Adaptation;
use mlship_spec::values::names::LabelValue;
use mlship_spec::workload::{CloudIdentity, Workload};

use crate::notes::Notes;
use crate::{config, metrics};

// The recommended labels:
// https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/ (2026-11)
/// The label of the application's name.
pub const NAME: &str = "app.kubernetes.io/name";
/// The label of the one installation of the application.
pub const INSTANCE: &str = "app.kubernetes.io/instance";
/// The label of the tool that owns the object.
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
/// The label of the application's part.
pub const COMPONENT: &str = "app.kubernetes.io/component";
/// The label of the application's version.
pub const VERSION: &str = "app.kubernetes.io/version";

/// Labels that only mlship writes: two select pods, the third says who owns the object.
const RESERVED: [&str; 3] = [NAME, INSTANCE, MANAGED_BY];

/// What selects a service's pods.
///
/// The selector of a Deployment or StatefulSet can't be changed once it is made, so nothing is in it
/// that a user may write or a new version may change.
pub fn selector(workload: &Workload) -> BTreeMap<String, String> {
    [NAME, INSTANCE].map(|key| (key.to_owned(), workload.name.to_string())).into()
}

/// [`selector`], as most objects want it.
pub fn label_selector(workload: &Workload) -> LabelSelector {
    LabelSelector { match_labels: Some(selector(workload)), ..Default::default() }
}

/// The labels of every object: the user's, under our own.
pub fn labels(workload: &Workload) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::from([(COMPONENT.to_owned(), "model-server".to_owned())]);
    labels.extend(workload.labels.iter().map(|(key, value)| (key.to_string(), value.to_string())));
    labels.extend(selector(workload));
    labels.insert(MANAGED_BY.to_owned(), "mlship".to_owned());
    labels
}

/// The metadata of an object that is named like the service.
pub fn metadata(workload: &Workload) -> ObjectMeta {
    metadata_named(workload, workload.name.to_string())
}

/// The metadata of an object with a name of its own.
pub fn metadata_named(workload: &Workload, name: String) -> ObjectMeta {
    ObjectMeta {
        name: Some(name),
        namespace: workload.namespace.as_ref().map(ToString::to_string),
        labels: Some(labels(workload)),
        annotations: Some(annotations(workload)).filter(|annotations| !annotations.is_empty()),
        ..Default::default()
    }
}

/// The metadata of the Deployment or StatefulSet, which alone says which version runs.
pub fn controller_metadata(workload: &Workload) -> ObjectMeta {
    let mut metadata = metadata(workload);
    metadata.labels.get_or_insert_default().extend(version(workload));
    metadata
}

/// The metadata of the pods.
pub fn pod_metadata(workload: &Workload) -> ObjectMeta {
    let mut labels = labels(workload);
    labels.extend(version(workload));
    if matches!(workload.identity.cloud, Some(CloudIdentity::Azure(_))) {
        // The webhook of Microsoft Entra Workload ID looks at pods with this label only:
        // https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html (2026-11)
        labels.insert("azure.workload.identity/use".to_owned(), "true".to_owned());
    }
    let mut annotations = annotations(workload);
    annotations.extend(metrics::annotations(workload));
    annotations.extend(config::hash_annotation(workload));
    ObjectMeta {
        labels: Some(labels),
        annotations: Some(annotations).filter(|annotations| !annotations.is_empty()),
        ..Default::default()
    }
}

/// The metadata of a volume claim in a StatefulSet, which can't be changed once it is made.
pub fn claim_template_metadata(workload: &Workload, name: &str) -> ObjectMeta {
    ObjectMeta { name: Some(name.to_owned()), labels: Some(selector(workload)), ..Default::default() }
}

/// Says which of the user's labels gave way to ours.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    let own = labels(workload);
    for (key, value) in &workload.labels {
        if RESERVED.contains(&key.as_str()) && own.get(key.as_str()).is_some_and(|own| own != value.as_str())
        {
            notes.adapted.push(Adaptation {
                field: format!("labels.\"{key}\""),
                how: format!(
                    "`{key}` stays `{}`: what selects the pods can't be changed later",
                    own[key.as_str()]
                ),
            });
        }
    }
}

fn annotations(workload: &Workload) -> BTreeMap<String, String> {
    workload.annotations.iter().map(|(key, value)| (key.to_string(), value.clone())).collect()
}

/// The version label, when the image's tag can be one: at most 63 characters, ending in a letter or digit.
fn version(workload: &Workload) -> Option<(String, String)> {
    let version: LabelValue = workload.server.image.tag()?.parse().ok()?;
    Some((VERSION.to_owned(), version.to_string()))
}
