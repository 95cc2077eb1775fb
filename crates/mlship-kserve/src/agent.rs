//! KServe's agent: a proxy beside the server that logs requests, or puts them together.
//!
//! It asks the server's readiness probe itself, by a library that takes ports for numbers
//! (`pkg/webhook/admission/pod/agent_injector.go` and `cmd/agent/main.go` of v0.20.0).

use k8s_openapi::api::core::v1::PodSpec;
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_kubernetes::ports;
use mlship_spec::choices::Choice as _;
use mlship_spec::workload::Workload;

use crate::objects::inference_service::{Batcher, Component, Logger};
use crate::scaling::int;

/// Where the agent listens, and KServe's Service leads to.
const PORT: i32 = 9081;

/// Whether KServe puts its agent beside the server.
pub(crate) fn is_there(workload: &Workload) -> bool {
    let settings = &workload.targets.kserve;
    settings.logger.is_some() || settings.batcher.is_some()
}

/// Writes what the agent does, and fits the pod to it.
pub(crate) fn fit(workload: &Workload, predictor: &mut Component, pod: &mut PodSpec) {
    let settings = &workload.targets.kserve;
    predictor.logger = settings.logger.as_ref().map(|logger| Logger {
        url: logger.url.to_string(),
        mode: logger.mode.as_str(),
        metadata_headers: logger.headers.iter().map(ToString::to_string).collect(),
        metadata_annotations: logger.annotations.iter().map(ToString::to_string).collect(),
    });
    predictor.batcher = settings.batcher.as_ref().map(|batcher| Batcher {
        max_batch_size: batcher.max_batch_size.map(int),
        max_latency: batcher.max_latency.map(int),
    });
    for probe in pod.containers.iter_mut().filter_map(|server| server.readiness_probe.as_mut()) {
        let checks = [
            probe.http_get.as_mut().map(|check| &mut check.port),
            probe.tcp_socket.as_mut().map(|check| &mut check.port),
        ];
        for port in checks.into_iter().flatten() {
            if let IntOrString::String(name) = port
                && let Some(named) = ports::ports(workload).iter().find(|known| known.name == *name)
            {
                *port = IntOrString::Int(i32::from(named.port.get()));
            }
        }
    }
}

/// Lets the agent be reached, which stands before the server.
pub(crate) fn open_port(policy: &mut NetworkPolicy) {
    let port = NetworkPolicyPort {
        port: Some(IntOrString::Int(PORT)),
        protocol: Some("TCP".to_owned()),
        ..Default::default()
    };
    let rules = policy.spec.iter_mut().flat_map(|spec| spec.ingress.iter_mut().flatten());
    for ports in rules.filter_map(|rule| rule.ports.as_mut()) {
        ports.push(port.clone());
    }
}
