//! Writing a folder whole or not at all.
//!
//! Everything is written into a folder of its own first, beside the target and on the same file system.
//! A full disk or a kill up to then leaves the target untouched. Then the two folders change places in
//! one step of the kernel, and the old one is deleted. A listing in the folder names what mlship wrote:
//! only such files are ever replaced or deleted. Links are never followed.
//!
//! Nothing is forced to the disk's platters: after a power cut the folder may hold anything, and rendering
//! again makes it anew. To wait for the disk would cost more than all the rest of a run.
//!
//! Where a folder can't change places (it holds files of others and `--force` was given, it is the
//! current folder or a mount, or the file system can't do it), the new files are moved into it one by
//! one: each is whole at any moment, and a run that was killed in between is completed by the next.

mod inspect;
mod leftovers;
mod listing;
mod names;
mod publish;
mod single;

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::fs::OFlags;
use tempfile::TempDir;

pub use listing::LISTING;
pub use single::write_file;

use crate::failure::Failure;
use inspect::Found;
use listing::Listing;

/// Whose files may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// Those that mlship wrote; a folder with others is refused.
    OwnFiles,
    /// Also others of the same name; all other files stay as they are.
    Force,
}

/// A folder that is being written; nothing of it can be seen before [`Stage::publish`].
pub struct Stage {
    /// The folder, as it was named.
    target: Target,
    /// What the target holds so far.
    found: Found,
    /// Whose files may be replaced.
    overwrite: Overwrite,
    /// How the new content gets there.
    mode: Mode,
    /// Where the files are written; deleted when dropped.
    staging: TempDir,
    /// Held until the end, so that another run does not take the staging folder for a leftover.
    _lock: File,
    written: Mutex<Listing>,
}

/// What publishing did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// How many files the folder got.
    pub files: usize,
    /// Where the old content went, had somebody added files to it in the very moment.
    pub kept: Option<PathBuf>,
}

/// The folder to write, its parent known to exist.
#[derive(Clone, Debug)]
struct Target {
    path: PathBuf,
    parent: PathBuf,
    name: String,
}

/// A folder of which everything is staged.
struct Finished {
    target: Target,
    found: Found,
    overwrite: Overwrite,
    mode: Mode,
    written: Listing,
}

/// How new content gets to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// Two folders change places.
    Swap,
    /// Files are moved one by one.
    InPlace,
}

impl Stage {
    /// Prepares the writing of a folder; refuses what may not be overwritten.
    pub fn open(path: &Path, overwrite: Overwrite) -> Result<Self, Failure> {
        let target = Target::of(path)?;
        leftovers::clean(&target);
        let found = inspect::inspect(&target.path)?;
        found.permit(&target.path, overwrite)?;
        let mode = inspect::mode(&target, &found);
        let (mode, staging, lock) = stage_locked(&target, &found, mode)?;
        Ok(Self { target, found, overwrite, mode, staging, _lock: lock, written: Mutex::default() })
    }

    /// Writes one file; several threads may do so at once.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), Failure> {
        names::check(name).map_err(|why| Failure::refused(format!("the file name `{name}` {why}")))?;
        let path = self.staging.path().join(name);
        let written = if self.reuse(name, content, &path) { Ok(()) } else { write_new(&path, content) };
        written.map_err(|error| {
            Failure::world("writing", &self.target.path.join(name), &error).help(UNTOUCHED)
        })?;
        self.written.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
        Ok(())
    }

    /// Takes over a file that would come out as it is: its time stamp stays, and a file system that would
    /// have to make and delete tens of thousands of files is spared that.
    fn reuse(&self, name: &str, content: &[u8], path: &Path) -> bool {
        let old = self.target.path.join(name);
        self.found.has(name) && take_over(&old, content, path).unwrap_or(false)
    }

    /// Puts what was written in its place; until here nothing of it can be seen.
    pub fn publish(self) -> Result<Published, Failure> {
        let Self { target, found, overwrite, mode, staging, _lock, written } = self;
        let written = written.into_inner().unwrap_or_else(PoisonError::into_inner);
        publish::publish(Finished { target, found, overwrite, mode, written }, staging)
    }
}

const UNTOUCHED: &str = "nothing in the folder was changed";

impl Target {
    fn of(path: &Path) -> Result<Self, Failure> {
        let current = path.as_os_str().is_empty() || path == Path::new(".") || path == Path::new("./");
        let path = if current {
            std::env::current_dir()
                .map_err(|error| Failure::world("finding the current folder", path, &error))?
        } else {
            path.to_owned()
        };
        let Some(name) = path.file_name() else {
            let message = format!("{} does not name a folder that could be written", path.display());
            return Err(Failure::refused(message).help("name the folder itself, such as `-o k8s`"));
        };
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = name.to_string_lossy().into_owned();
        if !parent.is_dir() {
            let doing = format!("making {}: its parent folder", path.display());
            let error = fs::metadata(parent).err().unwrap_or_else(|| io::ErrorKind::NotADirectory.into());
            let help = match error.kind() {
                io::ErrorKind::NotFound => format!("`mkdir -p {}` makes it", parent.display()),
                _ => "name a folder in another place".to_owned(),
            };
            return Err(Failure::world(&doing, parent, &error).help(help));
        }
        // Without the slash at its end, which would follow a link.
        let path = path.components().collect();
        Ok(Self { path, parent: parent.to_owned(), name })
    }

    /// What the names of staging folders beside the target begin with.
    fn staging_prefix(&self) -> String {
        format!(".{}{}", self.name, leftovers::INFIX)
    }
}

/// Makes the staging folder and locks it. Another run can take it for a leftover between the two.
fn stage_locked(target: &Target, found: &Found, mode: Mode) -> Result<(Mode, TempDir, File), Failure> {
    const TRIES: usize = 5;
    for _ in 1..TRIES {
        let (mode, staging) = stage(target, found, mode)?;
        if let Ok(lock) = leftovers::lock(staging.path()) {
            return Ok((mode, staging, lock));
        }
    }
    let (mode, staging) = stage(target, found, mode)?;
    let lock = leftovers::lock(staging.path());
    let lock = lock.map_err(|error| Failure::world("locking", staging.path(), &error))?;
    Ok((mode, staging, lock))
}

/// Makes the staging folder: beside the target, or within it where nothing changes places.
fn stage(target: &Target, found: &Found, mode: Mode) -> Result<(Mode, TempDir), Failure> {
    let make = |prefix: &str, folder: &Path, mode: u32| {
        tempfile::Builder::new().prefix(prefix).permissions(Permissions::from_mode(mode)).tempdir_in(folder)
    };
    if mode == Mode::Swap {
        match make(&target.staging_prefix(), &target.parent, 0o777) {
            Ok(staging) => return Ok((mode, staging)),
            // The folder itself may be writable all the same.
            Err(_) if *found != Found::Nothing => {}
            Err(error) => return Err(Failure::world("making a folder in", &target.parent, &error)),
        }
    }
    match make(leftovers::INNER_PREFIX, &target.path, 0o700) {
        Ok(staging) => Ok((Mode::InPlace, staging)),
        Err(error) => Err(Failure::world("writing to", &target.path, &error)),
    }
}

/// Gives a file that has the content already a second name.
fn take_over(old: &Path, content: &[u8], new: &Path) -> io::Result<bool> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let mut file = OpenOptions::new().read(true).custom_flags(flags).open(old)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() || metadata.len() != content.len() as u64 {
        return Ok(false);
    }
    let mut held = Vec::with_capacity(content.len());
    file.read_to_end(&mut held)?;
    if held != content {
        return Ok(false);
    }
    with_folder(new, || fs::hard_link(old, new))?;
    // Another run may have put a file of its own under the old name since it was read.
    if fs::symlink_metadata(new)?.ino() == metadata.ino() {
        return Ok(true);
    }
    fs::remove_file(new)?;
    Ok(false)
}

/// Writes a file that isn't there yet.
fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let open = || OpenOptions::new().write(true).create_new(true).open(path);
    with_folder(path, open)?.write_all(content)
}

/// Makes the folders above a path where they are missing.
fn with_folder<T>(path: &Path, make: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match make() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            make()
        }
        other => other,
    }
}
