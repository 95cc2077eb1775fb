//! Routes of the Gateway API: <https://gateway-api.sigs.k8s.io/reference/spec/> (v1.5).

use serde::Serialize;

use crate::custom::CustomSpec;

/// The spec of an HTTPRoute.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRouteSpec {
    /// The Gateways that carry it.
    pub parent_refs: Vec<ParentReference>,
    /// The host names that are asked for.
    pub hostnames: Vec<String>,
    /// What is done with a request.
    pub rules: Vec<HttpRouteRule>,
}

/// The spec of a GRPCRoute.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GrpcRouteSpec {
    /// The Gateways that carry it.
    pub parent_refs: Vec<ParentReference>,
    /// The host names that are asked for.
    pub hostnames: Vec<String>,
    /// What is done with a call.
    pub rules: Vec<GrpcRouteRule>,
}

/// A Gateway, or one of its listeners.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ParentReference {
    /// Its name.
    pub name: String,
    /// Its namespace, when it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The listener.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub section_name: Option<String>,
}

/// What is done with requests that match.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpRouteRule {
    /// What a request must look like; one match is enough.
    pub matches: Vec<HttpRouteMatch>,
    /// Where it goes.
    pub backend_refs: Vec<BackendReference>,
    /// How long it may take.
    pub timeouts: HttpRouteTimeouts,
}

/// What a request must look like.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HttpRouteMatch {
    /// Its path.
    pub path: HttpPathMatch,
}

/// What a path must look like.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HttpPathMatch {
    /// How it is compared: `PathPrefix` or `Exact`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it is compared with.
    pub value: String,
}

/// How long a request may take.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HttpRouteTimeouts {
    /// From the first byte of the request to the last of the answer, such as `300s`.
    pub request: String,
}

/// What is done with calls: all of them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GrpcRouteRule {
    /// Where they go.
    pub backend_refs: Vec<BackendReference>,
}

/// A Service of the same namespace.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BackendReference {
    /// Its name.
    pub name: String,
    /// Its port.
    pub port: i32,
}

impl CustomSpec for HttpRouteSpec {
    const API_VERSION: &'static str = "gateway.networking.k8s.io/v1";
    const KIND: &'static str = "HTTPRoute";
}

impl CustomSpec for GrpcRouteSpec {
    const API_VERSION: &'static str = "gateway.networking.k8s.io/v1";
    const KIND: &'static str = "GRPCRoute";
}
