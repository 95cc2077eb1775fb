//! What a chart says of itself: its `Chart.yaml`, read strictly.

use std::collections::BTreeMap;

use semver::Version;
use serde::{Deserialize, Serialize};

/// The content of a `Chart.yaml`, its fields in the order in which Helm writes them into a registry
/// (<https://github.com/helm/helm/blob/v4.0.0/pkg/chart/v2/metadata.go>).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Metadata {
    /// The chart's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The project's page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub home: String,
    /// Where its sources are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Its version, as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// What it is, in a sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Words to find it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Who cares for it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maintainers: Vec<Maintainer>,
    /// The address of a picture.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// `v2`, the one format of charts that Helm 3 and 4 share.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// The value that switches it on as a dependency, which Helm reads nowhere but in `dependencies`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Words that switch it on as a dependency, which Helm reads nowhere but in `dependencies`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tags: String,
    /// The version of what it installs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub app_version: String,
    /// Whether it should not be used any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub deprecated: bool,
    /// Anything else.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// The versions of Kubernetes it runs on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kube_version: String,
    /// The charts that it brings along, in its folder `charts`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Dependency>,
    /// `application` or `library`.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

/// A chart that another one brings along (<https://github.com/helm/helm/blob/v4.0.0/pkg/chart/v2/dependency.go>).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Dependency {
    /// The chart's name.
    pub name: String,
    /// The version, or a range of versions.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Where it is found.
    pub repository: String,
    /// The value that switches it on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Words that switch it on, with others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Whether it is on.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub enabled: bool,
    /// Which of its values become the parent's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub import_values: Vec<serde_json::Value>,
    /// Its name in the parent.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
}

/// Who cares for a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Maintainer {
    /// The name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The address for mail.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// A page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

impl Metadata {
    /// Reads a `Chart.yaml`, or says why it can't be read.
    pub fn read(text: &str) -> Result<Self, String> {
        serde_saphyr::from_str(text).map_err(|error| error.without_snippet().to_string())
    }

    /// The name of the package: `<name>-<version>.tgz`.
    pub fn file_name(&self) -> String {
        format!("{}-{}.tgz", self.name, self.version)
    }

    /// The JSON that goes into a registry, with the escapes of Go's encoder, so that its digest is the one that
    /// `helm push` would give (<https://pkg.go.dev/encoding/json#Marshal>).
    pub fn config(&self) -> Vec<u8> {
        let text = serde_json::to_string(self).expect("texts, lists and maps of texts are JSON");
        // These stand in texts only.
        let escapes = [
            ('<', "\\u003c"),
            ('>', "\\u003e"),
            ('&', "\\u0026"),
            ('\u{2028}', "\\u2028"),
            ('\u{2029}', "\\u2029"),
        ];
        escapes.iter().fold(text, |text, (from, to)| text.replace(*from, to)).into_bytes()
    }
}

/// The strict SemVer 2 version of a text (<https://semver.org>), or why it is none.
///
/// It must also fit a tag of a registry, in which `+` becomes `_`
/// (<https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#pulling-manifests>).
pub fn version(text: &str) -> Result<Version, String> {
    let version = Version::parse(text).map_err(|error| {
        let bare = text.strip_prefix('v').filter(|bare| Version::parse(bare).is_ok());
        let instead = bare.map(|bare| format!("; write `{bare}`")).unwrap_or_default();
        format!("`{text}` is not a version of SemVer 2: {error}{instead}")
    })?;
    if text.len() > 128 {
        return Err(format!("`{text}` has {} characters; a tag of a registry has at most 128", text.len()));
    }
    Ok(version)
}

/// The tag of a version in a registry.
pub fn tag(version: &Version) -> String {
    version.to_string().replace('+', "_")
}
