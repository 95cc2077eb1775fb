//! LLMInferenceService, `serving.kserve.io/v1alpha2`.
//!
//! <https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1alpha2/llm_inference_service_types.go> (2026-11)

use std::collections::BTreeMap;

use mlship_kubernetes::custom::CustomSpec;
use serde::Serialize;

use crate::objects::PodFields;

/// The spec of an LLMInferenceService.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LlmInferenceServiceSpec {
    /// The model.
    pub model: LlmModel,
    /// Whether KServe brings the weights; unset, it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage_initializer: Option<StorageInitializer>,
    /// How many replicas; unset, somebody else says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    /// How the model is laid over accelerators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallelism: Option<LlmParallelism>,
    /// What leads requests to the replicas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub router: Option<Router>,
    /// Labels of the pods. KServe puts them into the Deployment's selector, which can't be changed.
    pub labels: BTreeMap<String, String>,
    /// Annotations of the pods.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// The pod, laid over KServe's preset.
    pub template: PodFields,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LlmModel {
    /// Where the weights lie.
    pub uri: String,
    /// By what name requests ask for it.
    pub name: String,
}

/// Whether KServe brings the weights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StorageInitializer {
    /// Whether it does.
    pub enabled: bool,
}

/// How a model is laid over accelerators.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LlmParallelism {
    /// Parts of each layer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tensor: Option<i32>,
    /// Groups of layers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pipeline: Option<i32>,
    /// Copies of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<i32>,
    /// Copies in one pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_local: Option<i32>,
    /// Whether experts are laid over accelerators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expert: Option<bool>,
}

/// What leads requests to the replicas.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Router {
    /// A route of KServe's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<Managed>,
    /// KServe's own Gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Managed>,
    /// An endpoint picker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheduler: Option<Managed>,
}

/// A part that is made as KServe's presets say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Managed {}

impl CustomSpec for LlmInferenceServiceSpec {
    const API_VERSION: &'static str = "serving.kserve.io/v1alpha2";
    const KIND: &'static str = "LLMInferenceService";
}
