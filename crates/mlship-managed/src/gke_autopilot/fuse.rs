//! Weights of a bucket, mounted by GCS FUSE in place of a download.
//!
//! <https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-storage-fuse-csi-driver-ephemeral> (2026-11)

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{CSIVolumeSource, PodTemplateSpec, Volume, VolumeMount};
use mlship_spec::values::quantity::Quantity;
use mlship_spec::values::uri::ModelUri;
use mlship_spec::workload::{Amount, Workload};

use crate::findings::Findings;
use crate::limits;
use crate::pods;

const PAGE: &str =
    "https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-storage-fuse-csi-driver-ephemeral";
const DRIVER: &str = "gcsfuse.csi.storage.gke.io";
const VOLUME: &str = "model";

/// A bucket's folder as a volume.
pub(crate) struct Mount {
    bucket: String,
    folder: Option<String>,
    path: String,
}

/// Takes the download away where the weights lie in a bucket, are large, and need no key of their own.
pub(crate) fn replace(workload: &mut Workload, findings: &mut Findings<'_>) -> Option<Mount> {
    let source = workload.model.source.as_ref()?;
    let Some(ModelUri::Gcs { bucket, path }) = source.places.one() else { return None };
    let size = workload.model.size.as_ref().map_or(0, Quantity::bytes);
    // A download doubles the weights on a disk that holds ten GiB at most: from half of it on they are mounted.
    if pods::mib(size) * 2 < limits::AUTOPILOT_DISK.value
        || source.credentials.is_some()
        || source.cache.is_some()
    {
        return None;
    }
    let mount = Mount {
        bucket: bucket.to_string(),
        folder: path.as_ref().map(ToString::to_string),
        path: source.mount_path.to_string(),
    };
    if let Some(folder) = mount.folder.as_ref().filter(|folder| folder.contains(',')) {
        let rule = format!("GCS FUSE takes options with commas between them, and `{folder}` has one: {PAGE}");
        findings.refuse("model.uri", rule, "copy the weights to a folder without a comma in its name");
    }
    let reason = "the weights are read where they lie, without a copy on a disk that is small; GKE adds a container to \
                  each pod, which is paid for too";
    findings.decide("model.uri", "mounted by GCS FUSE", reason);
    if workload.identity.cloud.is_none() {
        let message = "the bucket has to let the pods' service account in";
        let help = "grant roles/storage.objectViewer to it, or write `identity.gcpServiceAccount`";
        findings.warn("model.uri", message, help);
    }
    workload.model.source = None;
    if !workload.provenance.is_written("resources.disk") {
        // What was reserved for the copy is not needed.
        let reserved = Quantity::from_gib(2);
        workload.resources.ephemeral_storage = Amount { limit: Some(reserved.clone()), request: reserved };
    }
    Some(mount)
}

/// Adds the volume to the pods, and where the server sees it.
pub(crate) fn mount(mount: &Mount, template: &mut PodTemplateSpec) {
    pods::annotate(template.metadata.get_or_insert_default(), "gke-gcsfuse/volumes", "true");
    let Some(spec) = &mut template.spec else { return };
    let options = mount.folder.as_ref().map(|folder| format!(",only-dir={folder}")).unwrap_or_default();
    let attributes = BTreeMap::from([
        ("bucketName".to_owned(), mount.bucket.clone()),
        ("mountOptions".to_owned(), format!("implicit-dirs{options}")),
    ]);
    let csi = CSIVolumeSource {
        driver: DRIVER.to_owned(),
        read_only: Some(true),
        volume_attributes: Some(attributes),
        ..Default::default()
    };
    let volume = Volume { name: VOLUME.to_owned(), csi: Some(csi), ..Default::default() };
    spec.volumes.get_or_insert_default().insert(0, volume);
    for container in &mut spec.containers {
        let seen = VolumeMount {
            name: VOLUME.to_owned(),
            mount_path: mount.path.clone(),
            read_only: Some(true),
            ..Default::default()
        };
        container.volume_mounts.get_or_insert_default().insert(0, seen);
    }
}
