//! ServingRuntime and ClusterServingRuntime, `serving.kserve.io/v1alpha1`.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, Volume};
use mlship_kubernetes::custom::CustomSpec;
use serde::Serialize;

/// The spec of a ServingRuntime.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ServingRuntimeSpec {
    /// Annotations of the pods.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// What it serves. None is chosen on its own: an InferenceService names the runtime.
    pub supported_model_formats: Vec<SupportedFormat>,
    /// What it speaks.
    pub protocol_versions: Vec<&'static str>,
    /// The server.
    pub containers: Vec<Container>,
    /// The pod's volumes.
    pub volumes: Vec<Volume>,
}

/// A format that is served.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SupportedFormat {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// The same for a whole cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterServingRuntimeSpec(pub ServingRuntimeSpec);

impl CustomSpec for ServingRuntimeSpec {
    const API_VERSION: &'static str = "serving.kserve.io/v1alpha1";
    const KIND: &'static str = "ServingRuntime";
}

impl CustomSpec for ClusterServingRuntimeSpec {
    const API_VERSION: &'static str = "serving.kserve.io/v1alpha1";
    const KIND: &'static str = "ClusterServingRuntime";
}
