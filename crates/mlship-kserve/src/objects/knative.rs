//! Knative's DomainMapping: <https://knative.dev/docs/serving/services/custom-domains/> (2026-11).

use mlship_kubernetes::custom::CustomSpec;
use serde::Serialize;

/// The spec of a DomainMapping: a host name of one's own for a Knative service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DomainMappingSpec {
    /// What answers there.
    #[serde(rename = "ref")]
    pub reference: Reference,
    /// The certificate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
}

/// A Knative service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    /// Its kind.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its API version.
    pub api_version: &'static str,
}

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tls {
    /// The Secret that holds it.
    pub secret_name: String,
}

impl CustomSpec for DomainMappingSpec {
    const API_VERSION: &'static str = "serving.knative.dev/v1beta1";
    const KIND: &'static str = "DomainMapping";
}
