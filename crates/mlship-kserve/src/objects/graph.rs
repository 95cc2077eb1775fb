//! InferenceGraph, `serving.kserve.io/v1alpha1`.
//!
//! <https://github.com/kserve/kserve/blob/v0.20.0/pkg/apis/serving/v1alpha1/inference_graph.go> (2026-11)

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Affinity, Toleration};
use mlship_kubernetes::custom::CustomSpec;
use serde::Serialize;

/// The spec of an InferenceGraph.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InferenceGraphSpec {
    /// The nodes by name, `root` among them.
    pub nodes: BTreeMap<String, InferenceRouter>,
    /// Seconds that a request may take.
    pub timeout: i64,
    /// The fewest replicas of the router.
    pub min_replicas: i32,
    /// The most.
    pub max_replicas: i32,
    /// What the autoscaler follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_metric: Option<&'static str>,
    /// What it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale_target: Option<i32>,
    /// Labels of nodes that may run it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<BTreeMap<String, String>>,
    /// Nodes that may run it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affinity: Option<Affinity>,
    /// Taints that it puts up with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tolerations: Option<Vec<Toleration>>,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InferenceRouter {
    /// `Sequence`, `Ensemble`, `Splitter` or `Switch`.
    pub router_type: &'static str,
    /// Where it passes requests.
    pub steps: Vec<InferenceStep>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InferenceStep {
    /// What its answers are called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<String>,
    /// An address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_url: Option<String>,
    /// What it is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// Its share of the requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<i64>,
    /// What has to hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// `Hard` or `Soft`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dependency: Option<&'static str>,
}

impl CustomSpec for InferenceGraphSpec {
    const API_VERSION: &'static str = "serving.kserve.io/v1alpha1";
    const KIND: &'static str = "InferenceGraph";
}
