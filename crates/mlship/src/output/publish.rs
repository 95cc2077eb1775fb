//! Putting a finished folder in its place.

use std::fs;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{
    AtFlags, CWD, Mode as Bits, OFlags, RenameFlags, mkdirat, openat, renameat, renameat_with, unlinkat,
};
use rustix::io::Errno;
use tempfile::TempDir;

use super::inspect::{Found, inspect};
use super::leftovers::{self, INFIX};
use super::listing::{LISTING, Listing};
use super::{Finished, Mode, Published, Target, UNTOUCHED, write_new};
use crate::failure::Failure;

/// The staged listing of old and new files together.
const BOTH: &str = ".mlship-both";

/// How often another run may get in between.
const TRIES: usize = 5;

/// Puts the staged files in their place.
pub fn publish(mut finished: Finished, staging: TempDir) -> Result<Published, Failure> {
    write_listing(&finished.target, &staging, LISTING, &finished.written)?;
    let files = finished.written.len();
    for _ in 0..TRIES {
        if finished.mode == Mode::InPlace || !finished.found.foreign().is_empty() {
            break;
        }
        // The old folder, once it stands in the staging folder's place, must not look like a leftover.
        let _lock = leftovers::lock(&finished.target.path);
        inherit(&finished.found, staging.path());
        match swap(&finished.target, &finished.found, staging.path()) {
            Ok(()) => return Ok(Published { files, kept: discard(&finished.found, staging) }),
            Err(error) if can_go_one_by_one(error) => break,
            // Another run made the folder, or somebody deleted it, since it was looked at.
            Err(Errno::EXIST | Errno::NOENT) => {
                finished.found = inspect(&finished.target.path)?;
                finished.found.permit(&finished.target.path, finished.overwrite)?;
            }
            Err(error) => {
                return Err(Failure::world("replacing", &finished.target.path, &error.into()).help(UNTOUCHED));
            }
        }
    }
    move_files(&finished, &staging)?;
    Ok(Published { files, kept: None })
}

/// Gives the new folder the permissions of the one that it takes the place of, where they can be had.
fn inherit(found: &Found, staged: &Path) {
    if let Found::Folder { permissions, .. } = found {
        let _ = fs::set_permissions(staged, permissions.clone());
    }
}

fn write_listing(target: &Target, staging: &TempDir, name: &str, listing: &Listing) -> Result<(), Failure> {
    write_new(&staging.path().join(name), listing.print().as_bytes())
        .map_err(|error| Failure::world("writing", &target.path.join(LISTING), &error).help(UNTOUCHED))
}

/// Gives the staged folder the target's name, in one step that no reader can see half of.
fn swap(target: &Target, found: &Found, staged: &Path) -> rustix::io::Result<()> {
    let flags = match found {
        Found::Nothing => RenameFlags::NOREPLACE,
        Found::Folder { .. } => RenameFlags::EXCHANGE,
    };
    match renameat_with(CWD, staged, CWD, &target.path, flags) {
        // File systems without flags: a plain rename still refuses a folder that holds anything.
        Err(error) if *found == Found::Nothing && is_unsupported(error) => {
            renameat(CWD, staged, CWD, &target.path)
        }
        other => other,
    }
}

/// Whether the file system, or the folder's place in it, does not let two folders change places.
fn can_go_one_by_one(error: Errno) -> bool {
    is_unsupported(error) || matches!(error, Errno::BUSY | Errno::XDEV)
}

fn is_unsupported(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP)
}

/// Deletes what now stands in the staging folder's place; returns where it is, had somebody added files.
fn discard(found: &Found, staging: TempDir) -> Option<PathBuf> {
    if *found == Found::Nothing {
        // It carries the target's name now: nothing is left to delete.
        let _ = staging.keep();
        return None;
    }
    match inspect(staging.path()) {
        Ok(old) if !old.foreign().is_empty() => Some(keep(staging)),
        _ => None,
    }
}

/// Keeps the old folder under a name that no later run takes for a leftover.
fn keep(staging: TempDir) -> PathBuf {
    let path = staging.keep();
    let name = path.file_name().unwrap_or_default().to_string_lossy().replace(INFIX, ".kept-");
    let kept = path.with_file_name(name.trim_start_matches('.'));
    if fs::rename(&path, &kept).is_ok() { kept } else { path }
}

/// Moves each file to its place. The listing names old and new files while that lasts, so that a run
/// that is killed leaves nothing behind that the next one takes for somebody else's.
fn move_files(finished: &Finished, staging: &TempDir) -> Result<(), Failure> {
    let Finished { target, found, written, .. } = finished;
    let staged = staging.path();
    let failed = |name: &str, error: Errno| blocked(&target.path.join(name), error);
    let folder = open_folder(CWD, &target.path).map_err(|error| failed("", error))?;
    let old = found.own();
    // Every place is looked at before the first file is moved.
    for name in written.iter() {
        check_place(&target.path, name)?;
    }
    write_listing(target, staging, BOTH, &old.and(written))?;
    renameat(CWD, staged.join(BOTH), &folder, LISTING).map_err(|error| failed(LISTING, error))?;
    for name in written.iter() {
        let parent = open_parent(&folder, name).map_err(|error| failed(name, error))?;
        let parent = parent.as_ref().unwrap_or(&folder);
        renameat(CWD, staged.join(name), parent, last(name)).map_err(|error| failed(name, error))?;
    }
    for name in old.iter().filter(|name| !written.contains(name)) {
        remove(&folder, name).map_err(|error| failed(name, error))?;
    }
    renameat(CWD, staged.join(LISTING), &folder, LISTING).map_err(|error| failed(LISTING, error))
}

/// Refuses to put a file where a link or a folder is.
fn check_place(folder: &Path, name: &str) -> Result<(), Failure> {
    let mut path = folder.to_owned();
    let parts: Vec<&str> = name.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        path.push(part);
        let Ok(metadata) = fs::symlink_metadata(&path) else { return Ok(()) };
        let is_last = index + 1 == parts.len();
        let what = if metadata.is_symlink() {
            "a symbolic link, and links are not followed"
        } else if is_last && !metadata.is_file() {
            "not a file, and a file is to be written there"
        } else if !is_last && !metadata.is_dir() {
            "not a folder, and a folder is to be made there"
        } else {
            continue;
        };
        let failure = Failure::refused(format!("{} is {what}", path.display()));
        return Err(failure.help(format!("move it away, or name another folder; {UNTOUCHED}")));
    }
    Ok(())
}

/// The folder of a file, made where it is missing; `None` for the target itself.
fn open_parent(folder: &OwnedFd, name: &str) -> rustix::io::Result<Option<OwnedFd>> {
    let Some((parents, _)) = name.rsplit_once('/') else { return Ok(None) };
    let mut current: Option<OwnedFd> = None;
    for part in parents.split('/') {
        let from = current.as_ref().unwrap_or(folder);
        match mkdirat(from, part, Bits::from_raw_mode(0o777)) {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => return Err(error),
        }
        current = Some(open_folder(from, part)?);
    }
    Ok(current)
}

/// Deletes a file of an earlier run, and the folders above it that are empty then.
fn remove(folder: &OwnedFd, name: &str) -> rustix::io::Result<()> {
    let parts: Vec<&str> = name.split('/').collect();
    let (file, parents) = parts.split_last().map_or((name, &[][..]), |(file, parents)| (*file, parents));
    let mut opened: Vec<OwnedFd> = Vec::new();
    for part in parents {
        match open_folder(opened.last().unwrap_or(folder), *part) {
            Ok(inner) => opened.push(inner),
            // It is gone already, or something else by now: not ours to delete.
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    match unlinkat(opened.last().unwrap_or(folder), file, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT | Errno::ISDIR | Errno::PERM) => {}
        Err(error) => return Err(error),
    }
    for (depth, part) in parents.iter().enumerate().rev() {
        let above = if depth == 0 { folder } else { &opened[depth - 1] };
        if unlinkat(above, *part, AtFlags::REMOVEDIR).is_err() {
            break;
        }
    }
    Ok(())
}

/// Opens a folder; a link in its place is an error.
fn open_folder<P: rustix::path::Arg>(at: impl AsFd, name: P) -> rustix::io::Result<OwnedFd> {
    openat(at, name, OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY, Bits::empty())
}

fn last(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn blocked(path: &Path, error: Errno) -> Failure {
    if error == Errno::LOOP {
        return Failure::refused(format!(
            "{} is a symbolic link, and links are not followed",
            path.display()
        ));
    }
    Failure::world("writing", path, &error.into())
}
