//! The folder of tools: one folder for each recipe, complete or absent.
//!
//! `NAME-VERSION-HASH/` holds `bin/`, for Python `site/`, and a receipt: the sha256 of every file. It is made
//! beside, under a lock, and renamed into place, so that a build that is killed leaves nothing that looks
//! finished and two processes make one tool once.

use super::recipes::{self, Recipe};
use super::{Tool, build, create_directory};
use crate::{Error, Result, run, run_with_input};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// The receipt, in the format of sha256sum.
const RECEIPT: &str = "receipt.sha256";

/// A cache of tools in one folder.
pub(super) struct Cache {
    root: PathBuf,
}

impl Cache {
    /// The cache in `root`, which is created if it does not exist.
    pub(super) fn open(root: PathBuf) -> Result<Cache> {
        create_directory(&root)?;
        Ok(Cache { root })
    }

    /// The binary of `tool`, verified against its receipt; made first if it is absent or not what was made.
    pub(super) fn obtain(&self, tool: Tool) -> Result<PathBuf> {
        let (recipe, _) = recipes::binary(tool);
        let entry = self.entry(recipe)?;
        if let Verdict::Good(path) = verify(&entry, tool)? {
            return Ok(path);
        }
        let _lock = lock(&entry)?;
        // Another process may have made it while this one waited for the lock.
        match verify(&entry, tool)? {
            Verdict::Good(path) => return Ok(path),
            Verdict::Absent => {}
            Verdict::Bad(why) => eprintln!("{}: {why}; making it anew", entry.display()),
        }
        make(recipe, &entry)?;
        match verify(&entry, tool)? {
            Verdict::Good(path) => Ok(path),
            Verdict::Absent => Err(Error::unexpected(format!("{} is gone again", entry.display()))),
            Verdict::Bad(why) => Err(Error::unexpected(format!("{}: {why}", entry.display()))),
        }
    }

    /// Where the binary of `tool` is once it is there.
    pub(super) fn binary_path(&self, tool: Tool) -> Result<PathBuf> {
        let (recipe, _) = recipes::binary(tool);
        Ok(self.entry(recipe)?.join("bin").join(tool.name()))
    }

    fn entry(&self, recipe: &Recipe) -> Result<PathBuf> {
        let hash = sha256(&build::ingredients(recipe)?)?;
        Ok(self.root.join(format!("{}-{}-{}", recipe.name, recipe.version, &hash[..12])))
    }
}

/// Waits for the sole right to make `entry`; the right ends with the returned file, or with this process.
fn lock(entry: &Path) -> Result<File> {
    let path = with_suffix(entry, ".lock");
    let locking = || Error::io(format!("locking {}", path.display()));
    let file = File::create(&path).map_err(locking())?;
    if let Err(error) = file.try_lock() {
        if let fs::TryLockError::Error(source) = error {
            return Err(locking()(source));
        }
        eprintln!("waiting for another process that makes {}", entry.display());
        file.lock().map_err(locking())?;
    }
    Ok(file)
}

enum Verdict {
    Good(PathBuf),
    Absent,
    Bad(String),
}

/// Compares the binary of `tool` in `entry`, and what all binaries there share, with the receipt.
fn verify(entry: &Path, tool: Tool) -> Result<Verdict> {
    let Ok(receipt) = fs::read_to_string(entry.join(RECEIPT)) else {
        return Ok(if entry.exists() { Verdict::Bad("no receipt".to_owned()) } else { Verdict::Absent });
    };
    let binary = format!("bin/{}", tool.name());
    let (own, others): (Vec<_>, Vec<_>) = receipt.lines().partition(|line| receipt_path(line) == binary);
    if own.is_empty() {
        return Ok(Verdict::Bad(format!("the receipt does not know {binary}")));
    }
    let shared = others.into_iter().filter(|line| !receipt_path(line).starts_with("bin/"));
    let lines: String = own.into_iter().chain(shared).flat_map(|line| [line, "\n"]).collect();
    let mut check = Command::new("sha256sum");
    check.args(["--check", "--strict", "--quiet"]).current_dir(entry).env("LC_ALL", "C");
    let checked = run_with_input(&mut check, &lines)?;
    if checked.succeeded() {
        return Ok(Verdict::Good(entry.join(binary)));
    }
    let first = checked.stdout.lines().next().unwrap_or("can't be checked").to_owned();
    Ok(Verdict::Bad(format!("not what was made here ({first})")))
}

/// The path in a line of the receipt: it follows the sum and two characters.
fn receipt_path(line: &str) -> &str {
    line.get(66..).unwrap_or_default()
}

/// Makes `entry` anew. The caller holds its lock.
fn make(recipe: &Recipe, entry: &Path) -> Result<()> {
    let start = Instant::now();
    eprintln!("making {} {} (about {} if nothing is cached)", recipe.name, recipe.version, recipe.takes);
    let partial = with_suffix(entry, ".partial");
    remove(&partial)?;
    let made = partial.join("made");
    build::make(recipe, &partial.join("work"), &made)?;
    write_receipt(&made)?;
    remove(entry)?;
    fs::rename(&made, entry).map_err(Error::io(format!("moving {} into place", entry.display())))?;
    remove(&partial)?;
    eprintln!("made {} {} in {:.0} s", recipe.name, recipe.version, start.elapsed().as_secs_f64());
    Ok(())
}

fn write_receipt(made: &Path) -> Result<()> {
    let list = format!(
        "find . -type f ! -name {RECEIPT} -printf '%P\\0' | sort -z | xargs -0 sha256sum -- >{RECEIPT}"
    );
    let mut shell = Command::new("sh");
    shell.args(["-c", &list]).current_dir(made).env("LC_ALL", "C");
    run(&mut shell)?.into_stdout().map(|_| ())
}

fn remove(directory: &Path) -> Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(format!("removing {}", directory.display()))(error))
        }
        _ => Ok(()),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Hashing is left to coreutils: in an unoptimised build of ours it would take seconds for each tool.
fn sha256(text: &str) -> Result<String> {
    let printed = run_with_input(&mut Command::new("sha256sum"), text)?.into_stdout()?;
    match printed.split_whitespace().next() {
        Some(word) if word.len() == 64 => Ok(word.to_owned()),
        _ => Err(Error::unexpected(format!("sha256sum printed {printed:?}"))),
    }
}
