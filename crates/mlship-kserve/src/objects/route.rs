//! Routes of the Gateway API that split traffic: <https://gateway-api.sigs.k8s.io/guides/traffic-splitting/> (2026-11).

use mlship_kubernetes::custom::CustomSpec;
use mlship_kubernetes::custom::gateway::{HttpRouteMatch, HttpRouteTimeouts, ParentReference};
use serde::Serialize;

/// The spec of an HTTPRoute whose traffic is split.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitHttpRouteSpec {
    /// The Gateways that carry it.
    pub parent_refs: Vec<ParentReference>,
    /// The host names that are asked for.
    pub hostnames: Vec<String>,
    /// What is done with a request.
    pub rules: Vec<SplitHttpRule>,
}

/// What is done with requests that match.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitHttpRule {
    /// What a request must look like.
    pub matches: Vec<HttpRouteMatch>,
    /// Where it goes.
    pub backend_refs: Vec<WeightedBackend>,
    /// How long it may take.
    pub timeouts: HttpRouteTimeouts,
}

/// The spec of a GRPCRoute whose calls are split.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitGrpcRouteSpec {
    /// The Gateways that carry it.
    pub parent_refs: Vec<ParentReference>,
    /// The host names that are asked for.
    pub hostnames: Vec<String>,
    /// What is done with calls.
    pub rules: Vec<SplitGrpcRule>,
}

/// What is done with calls: all of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SplitGrpcRule {
    /// Where they go.
    pub backend_refs: Vec<WeightedBackend>,
}

/// A Service or InferencePool of the same namespace, with its share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WeightedBackend {
    /// The group of its kind, unless it is a Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<&'static str>,
    /// Its kind, unless it is a Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// Its name.
    pub name: String,
    /// Its port.
    pub port: i32,
    /// Its share of the sum of all.
    pub weight: u32,
}

impl CustomSpec for SplitHttpRouteSpec {
    const API_VERSION: &'static str = "gateway.networking.k8s.io/v1";
    const KIND: &'static str = "HTTPRoute";
}

impl CustomSpec for SplitGrpcRouteSpec {
    const API_VERSION: &'static str = "gateway.networking.k8s.io/v1";
    const KIND: &'static str = "GRPCRoute";
}
