//! Publishing a package, and comparing what is published with it.

use std::fmt;

use serde::Serialize;

use crate::metadata;
use crate::oci::client::{Client, Failure, Progress};
use crate::oci::digest::sha256;
use crate::oci::manifest::{Manifest, PROVENANCE, Stored, manifest};
use crate::package::Package;
use crate::provenance::Provenance;

/// How much is sent at once.
pub const PIECE: usize = 1 << 20;

/// What is published: a package, and what its publisher vouches for.
#[derive(Clone, Copy)]
pub struct Publication<'a> {
    /// The package.
    pub package: &'a Package,
    /// Its provenance, if it is signed.
    pub provenance: Option<&'a dyn Provenance>,
}

/// What to do with a tag that holds something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Refuse: somebody may have installed it.
    Keep,
    /// Let it hold this package from now on.
    Replace,
}

/// What became of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What was done.
    pub status: Status,
    /// The digest of what the tag holds, or would hold.
    pub digest: String,
}

/// What was done.
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
        /// In what it differs.
        differs: Differs,
    },
    /// The version is not one.
    Version(String),
    /// The registry did not do it.
    Registry(Failure),
}

/// In what a registry's content differs from what would be published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Differs {
    /// It is another package, or none.
    Content,
    /// It is the same package, not signed.
    Unsigned,
    /// It is the same package, with a provenance that this key did not sign.
    Signer,
}

impl From<Failure> for NotPublished {
    fn from(failure: Failure) -> Self {
        Self::Registry(failure)
    }
}

impl fmt::Display for NotPublished {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Taken { tag, holds, differs: Differs::Content } => write!(
                formatter,
                "`{tag}` is published already and holds something else ({holds}): raise `version` in Chart.yaml, \
                 or say `--overwrite` where nobody has installed it"
            ),
            Self::Taken { tag, holds, differs: Differs::Unsigned } => write!(
                formatter,
                "`{tag}` is published already and not signed ({holds}): say `--overwrite` to add the signature"
            ),
            Self::Taken { tag, holds, differs: Differs::Signer } => write!(
                formatter,
                "`{tag}` is published already and not signed by this key ({holds}): say `--overwrite` to replace \
                 the signature"
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
pub fn look(
    client: &Client<'_>,
    publication: Publication<'_>,
    existing: Existing,
) -> Result<Outcome, NotPublished> {
    let tag = tag(publication.package)?;
    let would_publish = || Outcome {
        status: Status::WouldPublish,
        digest: Stored::of(publication.package, publication.provenance).digest(),
    };
    let Some((holds, bytes)) = client.manifest(&tag)? else { return Ok(would_publish()) };
    match (compare(client, publication, &bytes)?, existing) {
        (None, _) => Ok(Outcome { status: Status::Unchanged, digest: holds }),
        (Some(differs), Existing::Keep) => Err(NotPublished::Taken { tag, holds, differs }),
        (Some(_), Existing::Replace) => Ok(would_publish()),
    }
}

/// Publishes a package. The tag is written last: until then nobody sees anything of it.
pub fn publish(
    client: &Client<'_>,
    publication: Publication<'_>,
    existing: Existing,
    piece: usize,
    progress: &dyn Progress,
) -> Result<Outcome, NotPublished> {
    let outcome = look(client, publication, existing)?;
    if outcome.status == Status::Unchanged {
        return Ok(outcome);
    }
    let stored = Stored::of(publication.package, publication.provenance);
    for (digest, content) in &stored.blobs {
        client.push_blob(digest, content, piece, progress)?;
    }
    // Somebody may have been faster. A registry puts a tag whatever it holds, so that it is looked as late as can be.
    let outcome = look(client, publication, existing)?;
    if outcome.status == Status::Unchanged {
        return Ok(outcome);
    }
    client.put_manifest(&tag(publication.package)?, &stored.manifest)?;
    let digest = verify(client, publication)?;
    Ok(Outcome { status: Status::Published, digest })
}

/// Reads back what a tag holds, compares it with a package, byte for byte, and returns its digest.
///
/// A package without provenance is the same as one whose publisher vouched for it: a signature takes nothing away.
pub fn verify(client: &Client<'_>, publication: Publication<'_>) -> Result<String, NotPublished> {
    let tag = tag(publication.package)?;
    let differs = |found: String| {
        let expected = Stored::of(publication.package, publication.provenance).digest();
        NotPublished::Registry(Failure::Content { what: format!("`{tag}`"), expected, found })
    };
    let (found, bytes) = client.manifest(&tag)?.ok_or_else(|| differs("not there".to_owned()))?;
    if compare(client, publication, &bytes)?.is_some() {
        return Err(differs(found));
    }
    // That content has its digest is judged as it is read.
    client.blob(&sha256(&publication.package.bytes))?;
    client.blob(&sha256(&publication.package.metadata.config()))?;
    Ok(found)
}

/// Compares what a tag holds with what is published; `None` where it is the same.
fn compare(
    client: &Client<'_>,
    publication: Publication<'_>,
    held: &[u8],
) -> Result<Option<Differs>, NotPublished> {
    let Publication { package, provenance } = publication;
    if held == manifest(package, None) {
        return Ok(provenance.map(|_| Differs::Unsigned));
    }
    let Ok(parsed) = serde_json::from_slice::<Manifest>(held) else { return Ok(Some(Differs::Content)) };
    let signed = parsed.layers.into_iter().find(|layer| layer.media_type == PROVENANCE);
    let Some(signed) = signed else { return Ok(Some(Differs::Content)) };
    if held != manifest(package, Some(signed.clone())) {
        return Ok(Some(Differs::Content));
    }
    let file = client.blob(&signed.digest)?;
    let is_same = provenance.is_none_or(|provenance| provenance.states_the_same(&file));
    Ok((!is_same).then_some(Differs::Signer))
}
