//! The index of a classic repository of charts, `index.yaml`: read strictly, merged, newest versions first.

use std::collections::BTreeMap;

use mlship_kubernetes::yaml::print_document;
use mlship_spec::target::Document;
use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::metadata::{Dependency, Maintainer, Metadata};
use crate::oci::digest::sha256;
use crate::package::Package;
use crate::time::rfc3339;

/// The content of an `index.yaml` (<https://helm.sh/docs/topics/chart_repository/#the-index-file>, 2026-11): every field
/// that Helm knows, also those that servers of charts write, since Helm refuses all others too
/// (<https://github.com/helm/helm/blob/v4.0.0/pkg/repo/v1/index.go>, `IndexFile` and `ChartVersion`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Index {
    api_version: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
    #[serde(default)]
    entries: BTreeMap<String, Vec<Entry>>,
    #[serde(default)]
    generated: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    public_keys: Vec<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    server_info: BTreeMap<String, Value>,
}

/// One version of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Entry {
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    api_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    app_version: String,
    /// Of an old form, as are `engine`, `tillerVersion` and `url`.
    #[serde(skip_serializing_if = "String::is_empty")]
    checksum: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    condition: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    created: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<Dependency>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deprecated: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    digest: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    engine: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    home: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    icon: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    kube_version: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    maintainers: Vec<Maintainer>,
    name: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    removed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    tags: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    tiller_version: String,
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    kind: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
    urls: Vec<String>,
    version: String,
}

/// Adds packages to an index, or makes a new one; `url` is what the packages' names are put behind.
///
/// A version that is there already stays as it is, as `helm repo index --merge` has it; one whose content differs
/// is refused.
pub fn merged(before: Option<&str>, packages: &[Package], url: &str, time: u64) -> Result<String, String> {
    let mut index = match before {
        Some(text) => read(text)?,
        None => Index {
            api_version: "v1".to_owned(),
            annotations: BTreeMap::new(),
            entries: BTreeMap::new(),
            generated: String::new(),
            public_keys: Vec::new(),
            server_info: BTreeMap::new(),
        },
    };
    for package in packages {
        add(&mut index, package, url)?;
    }
    index.generated = rfc3339(time);
    for versions in index.entries.values_mut() {
        // The newest first; one that is no version of SemVer 2, which others may have written, last.
        versions.sort_by_cached_key(|entry| std::cmp::Reverse(Version::parse(&entry.version).ok()));
    }
    Ok(print_document(&Document::of(&index)))
}

fn read(text: &str) -> Result<Index, String> {
    let index: Index = serde_saphyr::from_str(text)
        .map_err(|error| format!("the index can't be read: {}", error.without_snippet()))?;
    if index.api_version == "v1" {
        Ok(index)
    } else {
        Err(format!("the index has `apiVersion: {}`; only `v1` is known", index.api_version))
    }
}

fn add(index: &mut Index, package: &Package, url: &str) -> Result<(), String> {
    let entry = entry(package, url);
    let versions = index.entries.entry(entry.name.clone()).or_default();
    match versions.iter().find(|known| known.version == entry.version) {
        Some(known) if known.digest == entry.digest => Ok(()),
        Some(_) => {
            Err(format!("the index has another {} {} already; raise the version", entry.name, entry.version))
        }
        None => {
            versions.push(entry);
            Ok(())
        }
    }
}

fn entry(package: &Package, url: &str) -> Entry {
    let file = package.metadata.file_name();
    let Metadata {
        name,
        home,
        sources,
        version,
        description,
        keywords,
        maintainers,
        icon,
        api_version,
        condition,
        tags,
        app_version,
        deprecated,
        annotations,
        kube_version,
        dependencies,
        kind,
    } = package.metadata.clone();
    let separator = if url.is_empty() || url.ends_with('/') { "" } else { "/" };
    Entry {
        annotations,
        api_version,
        app_version,
        checksum: String::new(),
        condition,
        created: rfc3339(package.time),
        dependencies,
        deprecated,
        description,
        digest: sha256(&package.bytes).trim_start_matches("sha256:").to_owned(),
        engine: String::new(),
        home,
        icon,
        keywords,
        kube_version,
        maintainers,
        name,
        removed: false,
        sources,
        tags,
        tiller_version: String::new(),
        kind,
        url: String::new(),
        urls: vec![format!("{url}{separator}{file}")],
        version,
    }
}
