//! Staging folders of runs that were killed: the next run deletes them.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use super::Target;

/// What follows the target's name in the name of a staging folder beside it.
pub const INFIX: &str = ".mlship-";

/// What the name of a staging folder within the target begins with.
pub const INNER_PREFIX: &str = ".mlship-";

/// Whether a name is that of a staging folder within the target.
pub fn is_inner(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(INNER_PREFIX.as_bytes())
}

/// Locks a staging folder for as long as the file is open; the kernel lets go of it when we are killed.
pub fn lock(folder: &Path) -> io::Result<File> {
    let folder = File::open(folder)?;
    flock(&folder, FlockOperation::NonBlockingLockExclusive)?;
    Ok(folder)
}

/// Deletes the staging folders of earlier runs that nobody holds a lock on. What can't be deleted stays:
/// it is in nobody's way.
pub fn clean(target: &Target) {
    clean_in(&target.parent, target.staging_prefix().as_bytes());
    if fs::symlink_metadata(&target.path).is_ok_and(|found| found.is_dir()) {
        clean_in(&target.path, INNER_PREFIX.as_bytes());
    }
}

fn clean_in(folder: &Path, prefix: &[u8]) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder
            && entry.file_name().as_encoded_bytes().starts_with(prefix)
            && lock(&entry.path()).is_ok()
        {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
