//! Monitors of the Prometheus Operator: <https://prometheus-operator.dev/docs/api-reference/api/> (v0.93).

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::Serialize;

use crate::custom::CustomSpec;

/// The spec of a PodMonitor.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodMonitorSpec {
    /// The pods that are scraped.
    pub selector: LabelSelector,
    /// Where on a pod.
    pub pod_metrics_endpoints: Vec<MetricsEndpoint>,
}

/// The spec of a ServiceMonitor.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ServiceMonitorSpec {
    /// The Services whose endpoints are scraped.
    pub selector: LabelSelector,
    /// Where on an endpoint.
    pub endpoints: Vec<MetricsEndpoint>,
}

/// Where numbers are read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricsEndpoint {
    /// The port's name.
    pub port: String,
    /// The path.
    pub path: String,
}

impl CustomSpec for PodMonitorSpec {
    const API_VERSION: &'static str = "monitoring.coreos.com/v1";
    const KIND: &'static str = "PodMonitor";
}

impl CustomSpec for ServiceMonitorSpec {
    const API_VERSION: &'static str = "monitoring.coreos.com/v1";
    const KIND: &'static str = "ServiceMonitor";
}
