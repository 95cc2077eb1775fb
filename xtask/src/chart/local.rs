//! What needs no registry: checks, packages, an index, the README.

use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use mlship_helm::metadata::Metadata;
use mlship_helm::package::{self, Package};
use mlship_helm::provenance::{self, Provenance as _};
use mlship_helm::{index, readme};

use super::signing::{self, Signing};
use super::{Failure, files, print, world};
use crate::tools::{self, Tool};

/// The time of files where `SOURCE_DATE_EPOCH` says none: 1980, the first that every archive can hold. The time of
/// a commit would be another one in a shallow clone.
const TIME: u64 = 315_532_800;
/// The last time that the eleven digits of an archive's header can hold
/// (<https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html>).
const LATEST: u64 = 0o777_7777_7777;

pub(super) fn lint(folder: &Path) -> Result<(), Failure> {
    package(folder)?;
    for tool in [Tool::Helm, Tool::Helm3] {
        let outcome = crate::run(Command::new(tools::path(tool)?).args(["lint", "--strict"]).arg(folder))?;
        if !outcome.succeeded() {
            return Err(Failure::Refused(format!(
                "{}\n{}{}",
                outcome.command, outcome.stdout, outcome.stderr
            )));
        }
    }
    eprintln!("{}: nothing to complain about", folder.display());
    Ok(())
}

/// The package of a chart, with the time of the environment; refused where it is not above what was released.
pub(super) fn package(folder: &Path) -> Result<Package, Failure> {
    let package = package::package(&files::read(folder)?, time()?)?;
    for released in released(folder)? {
        package::judge_rise(&package, &released).map_err(|error| Failure::Refused(error.to_string()))?;
    }
    Ok(package)
}

/// What was released of a chart: the packages in the folder `released` beside it, if there is one.
fn released(folder: &Path) -> Result<Vec<Package>, Failure> {
    let chart = folder.canonicalize().map_err(world("reading", folder))?;
    let released = chart.parent().map(|parent| parent.join("released")).filter(|released| released.is_dir());
    released.map_or_else(|| Ok(Vec::new()), |released| packages(&released))
}

fn time() -> Result<u64, Failure> {
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.parse().ok().filter(|time| *time <= LATEST).ok_or_else(|| {
            let until = "of at most the year 2242, which is the last that every archive can hold";
            Failure::Refused(format!("SOURCE_DATE_EPOCH is `{text}`; it must be seconds since 1970, {until}"))
        }),
        Err(_) => Ok(TIME),
    }
}

/// Writes a package, and its provenance beside it if it is signed.
pub(super) fn package_into(folder: &Path, destination: &Path, signing: &Signing) -> Result<(), Failure> {
    let signer = signing.signer()?;
    let package = package(folder)?;
    let provenance = signer.as_ref().map(|signer| signer.sign(&package, signing::now())).transpose()?;
    let path = destination.join(package.metadata.file_name());
    let beside = destination.join(provenance::file_name(&package));
    if let Ok(before) = fs::read(&path) {
        package::judge_version(&package, &before).map_err(|error| Failure::Refused(error.to_string()))?;
        if provenance.is_none() && before != package.bytes && beside.exists() {
            let message = format!(
                "{} is of the package before, with other times: sign again with `--sign`, or remove it",
                beside.display()
            );
            return Err(Failure::Refused(message));
        }
    }
    fs::create_dir_all(destination).map_err(world("creating", destination))?;
    write(&path, &package.bytes)?;
    print(&path.display().to_string())?;
    if let Some(provenance) = provenance {
        write(&beside, provenance.file())?;
        print(&beside.display().to_string())?;
    }
    Ok(())
}

pub(super) fn index(folder: &Path, url: &str, merge: Option<&Path>) -> Result<(), Failure> {
    let path = folder.join("index.yaml");
    let before = match merge {
        Some(merge) => Some(fs::read_to_string(merge).map_err(world("reading", merge))?),
        None => fs::read_to_string(&path).ok(),
    };
    let time = time()?;
    let packages = packages(folder)?;
    let text = index::merged(before.as_deref(), &packages, url, time).map_err(Failure::Refused)?;
    write(&path, text.as_bytes())?;
    print(&path.display().to_string())
}

/// The packages of a folder, in the order of their names.
fn packages(folder: &Path) -> Result<Vec<Package>, Failure> {
    let entries = fs::read_dir(folder).map_err(world("reading", folder))?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(world("reading", folder))?;
    paths.retain(|path| path.extension() == Some(OsStr::new("tgz")));
    paths.sort();
    paths.iter().map(|path| packaged(path)).collect()
}

fn packaged(path: &Path) -> Result<Package, Failure> {
    let wrong = |why: String| Failure::Refused(format!("{} is no packaged chart: {why}", path.display()));
    let bytes = fs::read(path).map_err(world("reading", path))?;
    let files = package::unpack(&bytes).map_err(|error| wrong(error.to_string()))?;
    let text = files.get("Chart.yaml").and_then(|text| std::str::from_utf8(text).ok());
    let metadata = Metadata::read(text.unwrap_or_default()).map_err(wrong)?;
    Ok(Package { metadata, time: time()?, bytes })
}

pub(super) fn docs(folder: &Path) -> Result<(), Failure> {
    let path = folder.join("README.md");
    let read = |path: &Path| fs::read_to_string(path).map_err(world("reading", path));
    let made = readme::with_table(&read(&path)?, &read(&folder.join("values.yaml"))?);
    let made =
        made.ok_or_else(|| Failure::Refused("the README has no place for the table of values".to_owned()))?;
    write(&path, made.as_bytes())
}

/// Writes a file as a whole or not at all.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // As any other new file, readable as the umask has it; a temporary one would be for its owner alone.
    let mode = std::fs::Permissions::from_mode(0o666);
    let file = tempfile::Builder::new().permissions(mode).tempfile_in(folder);
    let mut file = file.map_err(world("writing into", folder))?;
    file.write_all(bytes).map_err(world("writing", path))?;
    file.persist(path).map_err(|error| world("writing", path)(error.error))?;
    Ok(())
}
