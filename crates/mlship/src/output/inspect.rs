//! What a folder holds before it is written.

use std::fs::{self, Metadata, Permissions};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::listing::{LISTING, Listing};
use super::{Mode, Overwrite, Target, leftovers};
use crate::failure::Failure;

/// How many foreign files a message names.
const NAMED: usize = 3;

/// What is there before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A folder.
    Folder {
        /// What mlship wrote into it.
        own: Listing,
        /// What it did not: the first few, in the order of their names.
        foreign: Vec<String>,
        /// Who may do what with it.
        permissions: Permissions,
    },
}

impl Found {
    /// What mlship wrote.
    pub fn own(&self) -> Listing {
        match self {
            Self::Nothing => Listing::default(),
            Self::Folder { own, .. } => own.clone(),
        }
    }

    /// Whether mlship wrote a file.
    pub fn has(&self, name: &str) -> bool {
        matches!(self, Self::Folder { own, .. } if own.contains(name))
    }

    /// What it did not.
    pub fn foreign(&self) -> &[String] {
        match self {
            Self::Nothing => &[],
            Self::Folder { foreign, .. } => foreign,
        }
    }

    /// Refuses a folder with files of others, unless that was asked for.
    pub fn permit(&self, path: &Path, overwrite: Overwrite) -> Result<(), Failure> {
        let foreign = self.foreign();
        if foreign.is_empty() || overwrite == Overwrite::Force {
            return Ok(());
        }
        let more = if foreign.len() > NAMED { ", …" } else { "" };
        let foreign = foreign[..foreign.len().min(NAMED)].join(", ");
        let message = format!("{} holds files that mlship did not write: {foreign}{more}", path.display());
        Err(Failure::refused(message).help(
            "name another folder; or `--force` writes into this one: files of the same name are replaced, \
             all others stay as they are",
        ))
    }
}

/// What is at a path now; a link or a file there is refused.
pub fn inspect(path: &Path) -> Result<Found, Failure> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(Failure::world("looking at", path, &error)),
    };
    if metadata.is_symlink() {
        let message = format!("{} is a symbolic link, and links are not followed", path.display());
        return Err(Failure::refused(message).help("name the folder that it leads to"));
    }
    if !metadata.is_dir() {
        let message = format!("{} is a file, and a folder is to be written", path.display());
        return Err(
            Failure::refused(message).help("name a folder; without `-o`, manifests go to standard output")
        );
    }
    let failed = |error: io::Error| Failure::world("reading the folder", path, &error);
    let own = Listing::read(path).map_err(failed)?;
    let is_listed = own.is_some();
    let own = own.unwrap_or_default();
    let mut foreign = Vec::new();
    find_foreign(path, "", &own, is_listed, &mut foreign).map_err(failed)?;
    foreign.sort_unstable();
    Ok(Found::Folder { own, foreign, permissions: metadata.permissions() })
}

/// Collects what is not in the listing; links and empty folders are never ours.
fn find_foreign(
    folder: &Path,
    prefix: &str,
    own: &Listing,
    is_listed: bool,
    foreign: &mut Vec<String>,
) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let file_name = entry.file_name();
        let name = format!("{prefix}{}", file_name.to_string_lossy());
        let kind = entry.file_type()?;
        if (name == LISTING && is_listed) || (prefix.is_empty() && leftovers::is_inner(&file_name)) {
            continue;
        }
        if kind.is_dir() && own.has_folder(&name) {
            find_foreign(&entry.path(), &format!("{name}/"), own, is_listed, foreign)?;
        } else if !(kind.is_file() && own.contains(&name)) {
            foreign.push(if kind.is_dir() { name + "/" } else { name });
        }
        // A message names a few; there may be millions.
        if foreign.len() > NAMED * 100 {
            break;
        }
    }
    Ok(())
}

/// How new content can get to its place.
pub fn mode(target: &Target, found: &Found) -> Mode {
    let is_fixed = *found != Found::Nothing && (holds_current_folder(&target.path) || is_mount(target));
    if is_fixed || !found.foreign().is_empty() { Mode::InPlace } else { Mode::Swap }
}

/// Whether the process, and so the shell that started it, stands in the folder: it would be left in a
/// deleted one.
fn holds_current_folder(path: &Path) -> bool {
    let current = std::env::current_dir().and_then(fs::canonicalize);
    let path = fs::canonicalize(path);
    matches!((current, path), (Ok(current), Ok(path)) if current.starts_with(&path))
}

/// Whether something is mounted there, which can't be renamed.
fn is_mount(target: &Target) -> bool {
    let device = |path: &Path| fs::metadata(path).as_ref().map(Metadata::dev).ok();
    device(&target.path) != device(&target.parent) || is_mount_root(&target.path)
}

/// Whether it is the root of a mount, even one of the same file system.
#[cfg(target_os = "linux")]
fn is_mount_root(path: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(CWD, path, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::empty())
        .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(target_os = "linux"))]
fn is_mount_root(_path: &Path) -> bool {
    false
}
