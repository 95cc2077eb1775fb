//! A chart as one file, the same byte for byte on every machine.
//!
//! Paths are in the order of their bytes, every file belongs to nobody and has the mode 0644 and one time, and the
//! compressor has a fixed level and no notion of where it runs.

use std::collections::BTreeMap;
use std::fmt;

use crate::lint::{self, Problem};
use crate::metadata::{self, Metadata};

mod archive;
mod ignore;

pub use archive::unpack;
pub use ignore::Ignore;

/// The files of a chart, by their path in it.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A packaged chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// What it says of itself.
    pub metadata: Metadata,
    /// The time of its files, in seconds since 1970.
    pub time: u64,
    /// The `.tgz`.
    pub bytes: Vec<u8>,
}

/// Packages the files of a chart with the time `SOURCE_DATE_EPOCH`
/// (<https://reproducible-builds.org/specs/source-date-epoch/>), or says everything that is wrong with them.
pub fn package(files: &Files, time: u64) -> Result<Package, Vec<Problem>> {
    let metadata = lint::lint(files)?;
    let ignore = Ignore::read(files.get(".helmignore").map_or(&[][..], Vec::as_slice))?;
    let kept = files.iter().filter(|(path, _)| !ignore.matches(path));
    let bytes = archive::pack(&metadata.name, kept, time);
    Ok(Package { metadata, time, bytes })
}

/// A version that was packaged already with other content, or is not above one that was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VersionDidNotRise {
    /// There is another package of the same version.
    Same {
        /// The package.
        file: String,
        /// A file in which the two differ.
        path: String,
    },
    /// There is a package of a higher version.
    Higher {
        /// The version.
        version: String,
        /// The package of the higher one.
        file: String,
    },
}

impl fmt::Display for VersionDidNotRise {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Same { file, path } => write!(
                formatter,
                "`{file}` is there already and its `{path}` differs: raise `version` in Chart.yaml"
            ),
            Self::Higher { version, file } => write!(
                formatter,
                "`{file}` is there already, and {version} is not above it: raise `version` in Chart.yaml"
            ),
        }
    }
}

/// Refuses a package whose version was packaged before with other content; that the times differ is no matter.
pub fn judge_version(package: &Package, before: &[u8]) -> Result<(), VersionDidNotRise> {
    let (new, old) = (unpack(&package.bytes).unwrap_or_default(), unpack(before).unwrap_or_default());
    let paths = new.keys().chain(old.keys());
    let differing = paths.into_iter().find(|path| new.get(*path) != old.get(*path));
    match differing {
        Some(path) => Err(VersionDidNotRise::Same { file: package.metadata.file_name(), path: path.clone() }),
        None => Ok(()),
    }
}

/// Judges the version of a package by one that was released: it is above, or the content is the same. Packages of
/// other charts say nothing about it.
pub fn judge_rise(package: &Package, released: &Package) -> Result<(), VersionDidNotRise> {
    let versions = [package, released].map(|package| metadata::version(&package.metadata.version));
    let [Ok(version), Ok(before)] = versions else { return Ok(()) };
    if package.metadata.name != released.metadata.name || version > before {
        Ok(())
    } else if version == before {
        judge_version(package, &released.bytes)
    } else {
        Err(VersionDidNotRise::Higher { version: version.to_string(), file: released.metadata.file_name() })
    }
}
