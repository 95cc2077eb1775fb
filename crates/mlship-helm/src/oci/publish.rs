//! Publishing a package, and comparing what is published with it.

use std::fmt;

use serde::Serialize;

use crate::metadata;
use crate::oci::client::{Client, Failure, Progress};
use crate::oci::manifest::{CHART, Manifest, Stored};
use crate::package::Package;

/// How much is sent at once.
pub const PIECE: usize = 1 << 20;

/// What to do with a tag that holds something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Refuse: somebody may have installed it.
    Keep,
    /// Let it hold this package from now on.
    Replace,
}

/// What became of a publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It was sent.
    Published,
    /// It was there already.
    Unchanged,
    /// It would be sent.
    WouldPublish,
}

/// Why a package was not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPublished {
    /// The tag holds something else.
    Taken {
        /// The tag.
        tag: String,
        /// The digest of what it holds.
        holds: String,
    },
    /// The version is not one.
    Version(String),
    /// The registry did not do it.
    Registry(Failure),
}

impl From<Failure> for NotPublished {
    fn from(failure: Failure) -> Self {
        Self::Registry(failure)
    }
}

impl fmt::Display for NotPublished {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { tag, holds } => write!(
                formatter,
                "`{tag}` is published already and holds something else ({holds}): raise `version` in Chart.yaml, \
                 or say `--overwrite` where nobody has installed it"
            ),
            Self::Version(message) => formatter.write_str(message),
            Self::Registry(failure) => failure.fmt(formatter),
        }
    }
}

impl std::error::Error for NotPublished {}

/// The tag of a package.
pub fn tag(package: &Package) -> Result<String, NotPublished> {
    metadata::version(&package.metadata.version)
        .map(|version| metadata::tag(&version))
        .map_err(NotPublished::Version)
}

/// Looks whether a package is there, and whether it may be sent.
pub fn look(client: &Client<'_>, package: &Package, existing: Existing) -> Result<Status, NotPublished> {
    let tag = tag(package)?;
    match client.manifest(&tag)? {
        Some((holds, _)) if holds == Stored::of(package).digest() => Ok(Status::Unchanged),
        Some((holds, _)) if existing == Existing::Keep => Err(NotPublished::Taken { tag, holds }),
        Some(_) | None => Ok(Status::WouldPublish),
    }
}

/// Publishes a package. The tag is written last: until then nobody sees anything of it.
pub fn publish(
    client: &Client<'_>,
    package: &Package,
    existing: Existing,
    piece: usize,
    progress: &dyn Progress,
) -> Result<Status, NotPublished> {
    if look(client, package, existing)? == Status::Unchanged {
        return Ok(Status::Unchanged);
    }
    let stored = Stored::of(package);
    for (digest, content) in &stored.blobs {
        client.push_blob(digest, content, piece, progress)?;
    }
    client.put_manifest(&tag(package)?, &stored.manifest)?;
    verify(client, package)?;
    Ok(Status::Published)
}

/// Reads back what a tag holds and compares it with a package, byte for byte.
pub fn verify(client: &Client<'_>, package: &Package) -> Result<String, NotPublished> {
    let (tag, stored) = (tag(package)?, Stored::of(package));
    let expected = stored.digest();
    let differs = |found: String| {
        NotPublished::Registry(Failure::Content {
            what: format!("`{tag}`"),
            expected: expected.clone(),
            found,
        })
    };
    let (found, manifest) = client.manifest(&tag)?.ok_or_else(|| differs("not there".to_owned()))?;
    if found != expected {
        return Err(differs(found));
    }
    let manifest: Manifest =
        serde_json::from_slice(&manifest).map_err(|_| differs("no manifest".to_owned()))?;
    for layer in manifest.layers.iter().filter(|layer| layer.media_type == CHART) {
        // That the content has the digest is judged as it is read.
        client.blob(&layer.digest)?;
    }
    Ok(found)
}
