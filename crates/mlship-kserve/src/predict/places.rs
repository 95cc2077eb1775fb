//! Several places of weights (`storageUris`), which the controller puts into the Deployment and not the webhook into
//! the pod (`CommonStorageInitialization` in `storage_initializer_injector.go`, called by `raw_kube_reconciler.go`).

use serde_json::{Map, Value, json};

use super::{Settings, Unpredicted, default, list, mutate, push, text};

/// Why nothing is predicted of a list, where it holds what mlship never writes: a volume, or an image.
pub(super) fn judge(part: &Value) -> Result<(), Unpredicted> {
    let is_mounted = |place: &Value| {
        let uri = text(&place["uri"]);
        uri.starts_with("pvc://") || uri.starts_with("oci")
    };
    if list(&part["storageUris"]).iter().any(is_mounted) {
        return Err(Unpredicted::Foreign("storageUris"));
    }
    Ok(())
}

/// One init container for all places, and a volume at the folder that they have in common.
pub(super) fn inject(
    part: &Value,
    pod: &mut Value,
    namespace: &str,
    annotations: &Map<String, Value>,
    settings: &Settings,
) {
    let places = list(&part["storageUris"]);
    let is_done = list(&pod["initContainers"]).iter().any(|it| it["name"] == mutate::INITIALIZER);
    if places.is_empty() || is_done {
        return;
    }
    let folders: Vec<String> = places.iter().map(folder).collect();
    let pairs: Vec<String> = places
        .iter()
        .zip(&folders)
        .flat_map(|(place, folder)| [text(&place["uri"]), folder.clone()])
        .collect();
    let common = common_parent(&folders);
    let volume = common.trim_matches('/').replace('/', "-");
    let mount = json!({"name": volume, "mountPath": common});
    push_new(pod, "volumes", json!({"name": volume, "emptyDir": {}}));
    // Credentials are those of the account that a pod without one gets.
    let mut spec = pod.clone();
    default(&mut spec, "serviceAccountName", json!("default"));
    let initializer =
        mutate::initializer(&mut spec, &pairs, std::slice::from_ref(&mount), Vec::new(), namespace, settings);
    pod["volumes"] = spec["volumes"].clone();
    push(pod, "initContainers", initializer);
    if let Some(server) = mutate::server(pod) {
        push_new(server, "volumeMounts", mutate::read_only(mount, annotations));
    }
}

/// The folder of a place; one that is not written is filled in (`DefaultModelLocalMountPath`).
fn folder(place: &Value) -> String {
    place["mountPath"].as_str().unwrap_or(mutate::FOLDER).to_owned()
}

/// The folder that holds all of them; of one alone it is that folder itself (`FindCommonParentPath`).
fn common_parent(folders: &[String]) -> String {
    let [first, rest @ ..] = folders else { return String::new() };
    if rest.is_empty() {
        return first.clone();
    }
    let parts =
        |folder: &String| -> Vec<String> { folder.trim_matches('/').split('/').map(str::to_owned).collect() };
    let mut common = parts(first);
    for other in rest.iter().map(parts) {
        let shared = common.iter().zip(&other).take_while(|(left, right)| left == right).count();
        common.truncate(shared);
    }
    format!("/{}", common.join("/"))
}

/// Appends what is not there under its name.
fn push_new(object: &mut Value, field: &str, item: Value) {
    if !list(&object[field]).iter().any(|known| known["name"] == item["name"]) {
        push(object, field, item);
    }
}
