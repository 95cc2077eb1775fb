//! What a registry keeps of a chart: a manifest, a config and the package.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::metadata::Metadata;
use crate::oci::digest::sha256;
use crate::package::Package;
use crate::provenance::Provenance;
use crate::time::rfc3339;

/// The media type of a manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// The media type of what a chart says of itself
/// (<https://github.com/helm/helm/blob/v4.0.0/pkg/registry/constants.go>).
pub const CONFIG: &str = "application/vnd.cncf.helm.config.v1+json";
/// The media type of a packaged chart.
pub const CHART: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
/// The media type of a package's provenance.
pub const PROVENANCE: &str = "application/vnd.cncf.helm.chart.provenance.v1.prov";

/// A manifest, with its fields as Helm writes them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    schema_version: u8,
    /// What the chart says of itself.
    pub config: Descriptor,
    /// The package, and perhaps its provenance.
    pub layers: Vec<Descriptor>,
    /// What people read in a registry.
    #[serde(default)]
    pub annotations: BTreeMap<String, String>,
}

/// Content by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor {
    /// What kind of content it is.
    pub media_type: String,
    /// Its digest.
    pub digest: String,
    /// Its size in bytes.
    pub size: u64,
}

/// A chart as a registry keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The manifest's bytes, whose digest names the whole.
    pub manifest: Vec<u8>,
    /// The content that the manifest names, each with its digest, in the order in which it is sent.
    pub blobs: Vec<(String, Vec<u8>)>,
}

impl Stored {
    /// What a registry keeps of a package, with its provenance if it is signed.
    pub fn of(package: &Package, provenance: Option<&dyn Provenance>) -> Self {
        let file = provenance.map(Provenance::file);
        let signed = file.map(|file| descriptor(PROVENANCE, file));
        let content =
            [Some(package.metadata.config()), Some(package.bytes.clone()), file.map(<[u8]>::to_vec)];
        let blobs = content.into_iter().flatten().map(|content| (sha256(&content), content)).collect();
        Self { manifest: manifest(package, signed), blobs }
    }

    /// The digest of the whole.
    pub fn digest(&self) -> String {
        sha256(&self.manifest)
    }
}

/// The manifest of a package, with a provenance that may be another's.
pub(crate) fn manifest(package: &Package, provenance: Option<Descriptor>) -> Vec<u8> {
    let mut layers = vec![descriptor(CHART, &package.bytes)];
    layers.extend(provenance);
    // As Helm does, for the same digest whatever comes first
    // (https://github.com/helm/helm/blob/v4.0.0/pkg/registry/client.go, `Push`).
    layers.sort_by(|one, other| one.digest.cmp(&other.digest));
    let manifest = Manifest {
        schema_version: 2,
        config: descriptor(CONFIG, &package.metadata.config()),
        layers,
        annotations: annotations(&package.metadata, package.time),
    };
    serde_json::to_vec(&manifest).expect("texts and numbers are JSON")
}

fn descriptor(media_type: &str, content: &[u8]) -> Descriptor {
    Descriptor { media_type: media_type.to_owned(), digest: sha256(content), size: content.len() as u64 }
}

/// The annotations of Helm (<https://github.com/helm/helm/blob/v4.0.0/pkg/registry/chart.go>), with the package's
/// own time where Helm takes the file's, so that every machine makes the same manifest.
fn annotations(metadata: &Metadata, time: u64) -> BTreeMap<String, String> {
    let standard = |name: &str| format!("org.opencontainers.image.{name}");
    let author = |maintainer: &crate::metadata::Maintainer| match maintainer.email.as_str() {
        "" => maintainer.name.clone(),
        email => format!("{} ({email})", maintainer.name),
    };
    let authors: Vec<_> = metadata.maintainers.iter().map(author).collect();
    let known = [
        ("title", metadata.name.clone()),
        ("version", metadata.version.clone()),
        ("description", metadata.description.clone()),
        ("url", metadata.home.clone()),
        ("source", metadata.sources.first().cloned().unwrap_or_default()),
        ("authors", authors.join(", ")),
        ("created", rfc3339(time)),
    ];
    let mut annotations: BTreeMap<_, _> = known
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (standard(name), value))
        .collect();
    for (key, value) in &metadata.annotations {
        if *key != standard("title") && *key != standard("version") {
            annotations.insert(key.clone(), value.clone());
        }
    }
    annotations
}
