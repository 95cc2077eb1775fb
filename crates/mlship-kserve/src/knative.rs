//! What Knative takes of a pod, and what it has in place of the rest.
//!
//! <https://github.com/knative/serving/blob/knative-v1.21.1/pkg/apis/serving/fieldmask.go>,
//! <https://knative.dev/docs/serving/configuration/feature-flags/> (2026-11)

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, PodSpec, Probe};
use k8s_openapi::api::networking::v1::{NetworkPolicy, NetworkPolicyPort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_spec::choices::Protocol;
use mlship_spec::workload::{Scale, Workload};

use crate::objects::inference_service::Component;

/// Ports of Knative's proxy in the pod: requests, HTTP/2, TLS, probes, and two for metrics.
/// <https://github.com/knative/serving/blob/knative-v1.21.1/pkg/networking/constants.go> (2026-11)
const PROXY_PORTS: [i32; 6] = [8012, 8013, 8112, 8022, 9090, 9091];

/// Seconds that Knative lets a request take unless its settings say more
/// (`max-revision-timeout-seconds` of `config-defaults`).
pub(crate) const LONGEST_REQUEST_SECONDS: u32 = 600;

/// The switch by which Knative takes init containers.
pub(crate) const INIT_CONTAINERS: &str = "kubernetes.podspec-init-containers";

/// Fits a predictor to Knative.
pub(crate) fn fit(workload: &Workload, predictor: &mut Component, pod: &mut PodSpec) {
    // Knative waits for the longest request before it ends a pod, and its proxy drains.
    pod.termination_grace_period_seconds = None;
    for container in &mut pod.containers {
        fit_container(workload, container);
    }
    predictor.timeout = Some(i64::from(workload.server.request_seconds));
    predictor.canary_traffic_percent = workload.rollout.canary.map(|percent| i64::from(percent.get()));
    predictor.container_concurrency = workload.server.concurrency.map(i64::from);
    predictor.annotations.extend(annotations(workload));
}

/// Lets Knative's proxy be reached, which stands before the server.
pub(crate) fn open_proxy_ports(policy: &mut NetworkPolicy) {
    let port = |number| NetworkPolicyPort {
        port: Some(IntOrString::Int(number)),
        protocol: Some("TCP".to_owned()),
        ..Default::default()
    };
    let rules = policy.spec.iter_mut().flat_map(|spec| spec.ingress.iter_mut().flatten());
    for ports in rules.filter_map(|rule| rule.ports.as_mut()) {
        ports.extend(PROXY_PORTS.map(port));
    }
}

/// Switches of Knative that the pod needs, off by default (`config-features`).
pub(crate) fn feature_flags(pod: &PodSpec) -> Vec<&'static str> {
    let has_claim = pod.volumes.iter().flatten().any(|volume| volume.persistent_volume_claim.is_some());
    [
        (pod.node_selector.is_some(), "kubernetes.podspec-nodeselector"),
        (pod.affinity.is_some(), "kubernetes.podspec-affinity"),
        (pod.tolerations.is_some(), "kubernetes.podspec-tolerations"),
        (pod.topology_spread_constraints.is_some(), "kubernetes.podspec-topologyspreadconstraints"),
        (pod.priority_class_name.is_some(), "kubernetes.podspec-priorityclassname"),
        (pod.runtime_class_name.is_some(), "kubernetes.podspec-runtimeclassname"),
        (pod.security_context.is_some(), "kubernetes.podspec-securitycontext"),
        (pod.init_containers.is_some(), INIT_CONTAINERS),
        (has_claim, "kubernetes.podspec-persistent-volume-claim"),
    ]
    .into_iter()
    .filter_map(|(is_needed, flag)| is_needed.then_some(flag))
    .collect()
}

fn fit_container(workload: &Workload, container: &mut Container) {
    container.lifecycle = None;
    // One port, whose name says what is spoken.
    if let Some(ports) = &mut container.ports {
        ports.truncate(1);
        for port in ports {
            let name = match workload.server.protocol {
                Protocol::Grpc => "h2c",
                Protocol::Http | Protocol::OpenInference | Protocol::OpenAi => "http1",
            };
            port.name = Some(name.to_owned());
        }
    }
    let serving = i32::from(workload.server.port.get());
    let probes =
        [&mut container.startup_probe, &mut container.liveness_probe, &mut container.readiness_probe];
    for probe in probes.into_iter().flatten() {
        by_number(probe, serving);
    }
}

/// The serving port by its number: its name is another one here.
fn by_number(probe: &mut Probe, serving: i32) {
    let ports = [
        probe.http_get.as_mut().map(|check| &mut check.port),
        probe.tcp_socket.as_mut().map(|check| &mut check.port),
    ];
    for port in ports.into_iter().flatten() {
        if matches!(port, IntOrString::String(_)) {
            *port = IntOrString::Int(serving);
        }
    }
}

fn annotations(workload: &Workload) -> BTreeMap<String, String> {
    let mut annotations = BTreeMap::new();
    let deadline = workload.rollout.progress_deadline_seconds;
    annotations.insert("serving.knative.dev/progress-deadline".to_owned(), format!("{deadline}s"));
    if let Scale::Auto(auto) = &workload.scale {
        let delay = format!("{}s", auto.down_window_seconds);
        annotations.insert("autoscaling.knative.dev/scale-down-delay".to_owned(), delay);
    }
    annotations
}
