//! Refusals that concern several parts at once: mounts that collide.

use mlship_spec::codes;
use mlship_spec::workload::Workload;

use crate::notes::Notes;
use crate::volumes;

/// Two volumes at one path are refused by the API server; one below a read-only volume fails when the
/// container starts, since the runtime can't make its folder.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    let mounts = volumes::server_mounts(workload);
    for (index, mount) in mounts.iter().enumerate() {
        let path = mount.mount_path.as_str();
        for other in mounts.iter().enumerate().filter(|(other, _)| *other != index) {
            let (position, other) = other;
            let message = if other.mount_path == path && position < index {
                format!("`{path}` is where `{}` is mounted already", other.name)
            } else if other.read_only == Some(true) && is_below(path, &other.mount_path) {
                format!("`{path}` lies in the read-only folder `{}`", other.mount_path)
            } else {
                continue;
            };
            notes.refuse(workload, &codes::CONFLICT, field_of(&mount.name), message, "choose another folder");
        }
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The field that a volume's mount path was written in.
fn field_of(volume: &str) -> &'static str {
    match volume {
        "model" => "model.path",
        "config" => "config.path",
        volumes::STATE => "state.path",
        "shm" => "resources.sharedMemory",
        _ => "security.writable",
    }
}
