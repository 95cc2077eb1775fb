//! How the weights come into the pod.
//!
//! KServe's own storage initializer has no security context, so Pod Security "restricted" refuses the pod; it
//! has the cluster's resources, whatever the model's size, one folder, and no cache
//! (`pkg/webhook/admission/pod/storage_initializer_injector.go` of v0.20.0). So the pod brings the init
//! container that mlship writes on plain Kubernetes. Under the name `storage-initializer` KServe finds its work
//! done and adds nothing (the same file, "Don't inject if InitContainer already injected"; since 0.15).

use k8s_openapi::api::core::v1::{EnvVar, ObjectReference, PodSpec, ServiceAccount};
use mlship_kubernetes::download::{self, Delivery};
use mlship_spec::choices::KserveStorage;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::{self, ModelSource, Place, Places, Workload};

use crate::form::Form;
use crate::objects::inference_service::{Storage, StorageUri};
use crate::version;

/// The name by which KServe knows its initializer.
const INITIALIZER: &str = "storage-initializer";

/// Volumes of the pod that have to do with a download.
const DOWNLOAD_VOLUMES: [&str; 3] = ["model", "download-tmp", "download-credentials"];

/// What KServe is told of one place of weights in `model.storageUri`; the pod is made to fit.
pub(crate) fn storage_uri(workload: &Workload, form: &Form, pod: &mut PodSpec) -> Option<String> {
    let uri = workload.model.source.as_ref()?.places.one()?;
    let is_kserves = workload.targets.kserve.storage == KserveStorage::Kserve;
    match (form, is_kserves) {
        (Form::Container, false) => None,
        (Form::Container, true) => {
            remove_delivery(pod);
            let uri = EnvVar {
                name: "STORAGE_URI".to_owned(),
                value: Some(kserve_uri(uri, None)),
                ..Default::default()
            };
            for server in &mut pod.containers {
                server.env.get_or_insert_default().push(uri.clone());
            }
            None
        }
        (Form::Runtime(_), false) => {
            let scheme = version::image_volume_scheme(workload.targets.kserve.version);
            match download::delivery(workload) {
                Delivery::InImage | Delivery::Claim { .. } | Delivery::Image(_) => remove_delivery(pod),
                Delivery::Download(_) => take_initializers_name(pod),
            }
            Some(kserve_uri(uri, scheme))
        }
        (Form::Runtime(_), true) => {
            remove_delivery(pod);
            Some(kserve_uri(uri, None))
        }
    }
}

/// What KServe is told of several places of weights in `storageUris`; the pod is made to fit.
///
/// KServe downloads them by one init container, and does nothing where one of its name is there
/// (`CommonStorageInitialization` of the injector, v0.17.0 and v0.20.0).
pub(crate) fn storage_uris(workload: &Workload, form: &Form, pod: &mut PodSpec) -> Vec<StorageUri> {
    let Some(ModelSource { places: places @ Places::Several(_), mount_path, .. }) = &workload.model.source
    else {
        return Vec::new();
    };
    match (form, workload.targets.kserve.storage) {
        (Form::Container, KserveStorage::Pod) => return Vec::new(),
        (Form::Runtime(_), KserveStorage::Pod) => take_initializers_name(pod),
        (Form::Container | Form::Runtime(_), KserveStorage::Kserve) => remove_delivery(pod),
    }
    let told = |place: Place<'_>| StorageUri {
        uri: kserve_uri(place.uri, None),
        mount_path: place.folder(mount_path.as_str()),
    };
    places.all().into_iter().map(told).collect()
}

/// Under this name KServe finds its work done.
fn take_initializers_name(pod: &mut PodSpec) {
    for container in pod.init_containers.iter_mut().flatten() {
        INITIALIZER.clone_into(&mut container.name);
    }
}

/// The weights in a storage that the cluster knows by a key.
pub(crate) fn by_key(workload: &Workload) -> Option<Storage> {
    let settings = &workload.targets.kserve;
    let key = settings.storage_key.as_ref().filter(|_| settings.storage == KserveStorage::Kserve)?;
    let Some(ModelUri::S3 { bucket, key: path, .. }) = workload.model.source.as_ref()?.places.one() else {
        return None;
    };
    let parameters = [("type", "s3".to_owned()), ("bucket", bucket.to_string())];
    Some(Storage {
        key: key.to_string(),
        path: path.as_ref().map(ToString::to_string).unwrap_or_default(),
        parameters: parameters.map(|(name, value)| (name.to_owned(), value)).into(),
    })
}

/// The Secret with the download's credentials hung on the account, where KServe downloads: it looks nowhere
/// else (`pkg/credentials/service_account_credentials.go`).
pub(crate) fn hang_credentials(workload: &Workload, account: &mut Option<ServiceAccount>) {
    if workload.targets.kserve.storage != KserveStorage::Kserve {
        return;
    }
    let credentials = workload.model.source.as_ref().and_then(|source| source.credentials.as_ref());
    if let (Some(account), Some(secret)) = (account, credentials) {
        let secret = ObjectReference { name: Some(secret.to_string()), ..Default::default() };
        account.secrets = Some(vec![secret]);
    }
}

/// Variables of the server by which a download would be let in, and which KServe's own does not see.
pub(crate) fn unseen_variables(workload: &Workload) -> Vec<&workload::EnvVar> {
    let Some(source) = &workload.model.source else { return Vec::new() };
    if workload.targets.kserve.storage != KserveStorage::Kserve || source.credentials.is_some() {
        return Vec::new();
    }
    let prefixes: Vec<&str> = source.places.all().iter().filter_map(|place| prefix(place.uri)).collect();
    let is_meant = |variable: &&workload::EnvVar| {
        prefixes.iter().any(|prefix| variable.name.as_str().starts_with(prefix))
    };
    workload.server.env.iter().filter(is_meant).collect()
}

/// How the variables begin by which a download from a place is let in.
fn prefix(uri: &ModelUri) -> Option<&'static str> {
    match uri {
        ModelUri::S3 { .. } => Some("AWS_"),
        ModelUri::HuggingFace { .. } => Some("HF_"),
        ModelUri::Azure { .. } => Some("AZURE_"),
        ModelUri::Gcs { .. } => Some("GOOGLE_"),
        ModelUri::Pvc { .. } | ModelUri::Oci(_) | ModelUri::Https(_) | ModelUri::Http(_) => None,
    }
}

/// The URI as KServe reads it: of Azure it knows the blob form, and an image may be a volume.
pub(crate) fn kserve_uri(uri: &ModelUri, image_scheme: Option<&str>) -> String {
    match uri {
        ModelUri::Azure { account, container, path, .. } => {
            let path = path.as_ref().map(|path| format!("/{path}")).unwrap_or_default();
            format!("https://{account}.blob.core.windows.net/{container}{path}")
        }
        ModelUri::Oci(image) => format!("{}{image}", image_scheme.unwrap_or("oci://")),
        other => other.to_string(),
    }
}

pub(crate) fn remove_delivery(pod: &mut PodSpec) {
    pod.init_containers = None;
    let is_kept = |name: &str| !DOWNLOAD_VOLUMES.contains(&name);
    if let Some(volumes) = &mut pod.volumes {
        volumes.retain(|volume| is_kept(&volume.name));
    }
    pod.volumes = pod.volumes.take().filter(|volumes| !volumes.is_empty());
    for container in &mut pod.containers {
        if let Some(mounts) = &mut container.volume_mounts {
            mounts.retain(|mount| is_kept(&mount.name));
        }
        container.volume_mounts = container.volume_mounts.take().filter(|mounts| !mounts.is_empty());
    }
}
