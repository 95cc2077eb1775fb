//! The volumes of a pod and where the server's container sees them.

use k8s_openapi::api::core::v1::{
    ConfigMapVolumeSource, EmptyDirVolumeSource, PersistentVolumeClaim, PersistentVolumeClaimSpec, Volume,
    VolumeMount, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mlship_spec::choices::{AccessMode, Choice as _};
use mlship_spec::values::names::DnsSubdomain;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::Workload;

use crate::{convert, download, labels};

/// The volume of each replica's own state; its claims are called `state-<name>-<ordinal>`.
pub const STATE: &str = "state";
/// The memory volume at /dev/shm.
pub const SHARED_MEMORY_PATH: &str = "/dev/shm";

/// The pod's volumes, without those that a StatefulSet claims for it.
pub fn volumes(workload: &Workload) -> Vec<Volume> {
    let mut volumes = download::volumes(workload);
    if workload.config.is_some() {
        let config = ConfigMapVolumeSource { name: workload.name.to_string(), ..Default::default() };
        volumes.push(Volume { name: "config".to_owned(), config_map: Some(config), ..Default::default() });
    }
    if let Some(size) = &workload.resources.shared_memory {
        volumes.push(memory("shm", size));
    }
    volumes.extend(scratch(workload).into_iter().map(|(name, _)| empty(&name, None)));
    volumes
}

/// Where the server's container sees its volumes.
pub fn server_mounts(workload: &Workload) -> Vec<VolumeMount> {
    let mut mounts = Vec::from_iter(download::server_mount(workload));
    if let Some(config) = &workload.config {
        mounts.push(VolumeMount { read_only: Some(true), ..mount("config", config.mount_path.as_str()) });
    }
    if let Some(state) = &workload.state {
        mounts.push(mount(STATE, state.mount_path.as_str()));
    }
    if workload.resources.shared_memory.is_some() {
        mounts.push(mount("shm", SHARED_MEMORY_PATH));
    }
    mounts.extend(scratch(workload).into_iter().map(|(name, path)| mount(&name, &path)));
    mounts
}

/// The claims that a StatefulSet makes for each replica.
pub fn claim_templates(workload: &Workload) -> Vec<PersistentVolumeClaim> {
    let Some(state) = &workload.state else { return Vec::new() };
    let metadata = labels::claim_template_metadata(workload, STATE);
    vec![claim(metadata, &state.size, state.storage_class.as_ref(), AccessMode::ReadWriteOnce)]
}

/// A claim on a volume with a file system.
pub fn claim(
    metadata: ObjectMeta,
    size: &Quantity,
    storage_class: Option<&DnsSubdomain>,
    access: AccessMode,
) -> PersistentVolumeClaim {
    let requests = [("storage".to_owned(), convert::quantity(size))].into();
    PersistentVolumeClaim {
        metadata,
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec![access.as_str().to_owned()]),
            resources: Some(VolumeResourceRequirements { requests: Some(requests), ..Default::default() }),
            storage_class_name: storage_class.map(ToString::to_string),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// An empty folder on the node's disk, bounded when a size is given.
pub fn empty(name: &str, size_limit: Option<&Quantity>) -> Volume {
    let source = EmptyDirVolumeSource { size_limit: size_limit.map(convert::quantity), ..Default::default() };
    Volume { name: name.to_owned(), empty_dir: Some(source), ..Default::default() }
}

/// A mount that can be written.
pub fn mount(name: &str, path: &str) -> VolumeMount {
    VolumeMount { name: name.to_owned(), mount_path: path.to_owned(), ..Default::default() }
}

/// An empty folder in memory; what is in it counts as the memory of the container that writes it.
fn memory(name: &str, size: &Quantity) -> Volume {
    let source = EmptyDirVolumeSource {
        medium: Some("Memory".to_owned()),
        size_limit: Some(convert::quantity(size)),
        ..Default::default()
    };
    Volume { name: name.to_owned(), empty_dir: Some(source), ..Default::default() }
}

/// Folders that are writable although the root file system may not be, by volume name.
///
/// They have no size limit of their own: the container's ephemeral-storage limit bounds them all.
fn scratch(workload: &Workload) -> Vec<(String, String)> {
    let has_memory = workload.resources.shared_memory.is_some();
    let paths = workload.security.writable.iter().map(mlship_spec::values::path::AbsolutePath::as_str);
    let paths = paths.filter(|path| !(has_memory && *path == SHARED_MEMORY_PATH));
    let named = |(index, path): (usize, &str)| match path {
        "/tmp" => ("tmp".to_owned(), path.to_owned()),
        _ => (format!("scratch-{index}"), path.to_owned()),
    };
    paths.enumerate().map(named).collect()
}
