//! How the weights reach the server, as values: read off the typed init container and volumes.

use k8s_openapi::api::core::v1::{Container, Volume};
use mlship_kubernetes::download::{self, Delivery};
use mlship_spec::choices::{Choice as _, PullPolicy};
use mlship_spec::workload::{ModelSource, Workload};

use super::of::{default_policy, policy_unless};
use super::{Cache, Download, Model, Values, pod};

/// The values of `model`.
pub(super) fn model(workload: &Workload) -> Model {
    let default = Values::default().model;
    let Some(source) = &workload.model.source else { return default };
    let mount_path = source.mount_path.to_string();
    match download::delivery(workload) {
        Delivery::InImage => default,
        Delivery::Claim { .. } => Model { uri: uri(source), mount_path, ..default },
        Delivery::Image(image) => {
            let policy = policy_unless(default_policy(image.digest()), image_policy(workload));
            Model { uri: uri(source), mount_path, pull_policy: policy, ..default }
        }
        Delivery::Download(source) => downloaded(workload, source, mount_path),
    }
}

/// The one place; several are refused.
fn uri(source: &ModelSource) -> String {
    source.places.one().map(ToString::to_string).unwrap_or_default()
}

fn downloaded(workload: &Workload, source: &ModelSource, mount_path: String) -> Model {
    let default = Values::default().model;
    let container = download::init_container(workload).unwrap_or_default();
    let volumes = download::volumes(workload);
    let mut arguments = container.args.clone().unwrap_or_default().into_iter();
    Model {
        uri: arguments.next().unwrap_or_default(),
        mount_path,
        cache: cache(workload, arguments.next().unwrap_or_default()),
        download: download_values(workload, source, &container, &volumes),
        ..default
    }
}

fn cache(workload: &Workload, folder: String) -> Cache {
    let default = Values::default().model.cache;
    let Some(cache) = download::cache(workload) else { return default };
    Cache {
        enabled: true,
        size: cache.size.to_string(),
        storage_class: cache.storage_class.as_ref().map(ToString::to_string).unwrap_or_default(),
        access_mode: cache.access.as_str().to_owned(),
        folder,
    }
}

fn download_values(
    workload: &Workload,
    source: &ModelSource,
    container: &Container,
    volumes: &[Volume],
) -> Download {
    let default = Values::default().model.download;
    let google = volumes.iter().find_map(|volume| volume.secret.as_ref()?.secret_name.clone());
    // The chart sets these itself: HOME, then POD_NAME and the path of the credentials where they are needed.
    let own = 1 + usize::from(source.cache.is_some()) + usize::from(google.is_some());
    let mut secrets = container.env_from.iter().flatten();
    let size_limit = volumes.iter().find_map(|volume| volume.empty_dir.as_ref()?.size_limit.clone());
    let resources = container.resources.clone().unwrap_or_default();
    Download {
        credentials_secret: secrets
            .find_map(|source| Some(source.secret_ref.as_ref()?.name.clone()))
            .unwrap_or_default(),
        google_credentials_secret: google.unwrap_or_default(),
        env: container.env.iter().flatten().skip(own).cloned().collect(),
        resources: if resources == pod::resources(workload) { default.resources } else { resources },
        size_limit: size_limit.map(|limit| limit.0).unwrap_or_default(),
        ..default
    }
}

/// The policy of the image that holds the weights, as the kubernetes target writes it.
fn image_policy(workload: &Workload) -> PullPolicy {
    let written = download::volumes(workload).into_iter().find_map(|volume| volume.image?.pull_policy);
    match written.as_deref() {
        Some("Never") => PullPolicy::Never,
        Some("IfNotPresent") => PullPolicy::IfNotPresent,
        Some(_) | None => PullPolicy::Always,
    }
}
