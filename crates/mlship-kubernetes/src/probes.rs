//! Probes, as `lower` decided them.

use k8s_openapi::api::core::v1::{self, GRPCAction, HTTPGetAction, TCPSocketAction};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_spec::values::numbers::Port;
use mlship_spec::workload::{Check, Probe, Workload};

use crate::convert::int;
use crate::ports;

/// A probe of the server's container.
///
/// `initialDelaySeconds` is never set: the startup probe holds the other two back. `host` is never
/// set either, which Pod Security "baseline" forbids since Kubernetes 1.34.
pub fn probe(workload: &Workload, probe: &Probe) -> v1::Probe {
    let mut made = v1::Probe {
        period_seconds: Some(int(probe.period_seconds)),
        timeout_seconds: Some(int(probe.timeout_seconds)),
        failure_threshold: Some(int(probe.failure_threshold)),
        ..Default::default()
    };
    match &probe.check {
        Check::Http { path, port } => {
            made.http_get = Some(HTTPGetAction {
                path: Some(path.to_string()),
                port: by_name(workload, *port),
                ..Default::default()
            });
        }
        Check::Grpc { port } => {
            made.grpc = Some(GRPCAction { port: i32::from(port.get()), ..Default::default() });
        }
        Check::Tcp { port } => {
            made.tcp_socket = Some(TCPSocketAction { port: by_name(workload, *port), ..Default::default() });
        }
    }
    made
}

/// A port by its name, so that its number is written once; by number when it has no name.
fn by_name(workload: &Workload, port: Port) -> IntOrString {
    match ports::name_of(workload, port) {
        Some(name) => IntOrString::String(name),
        None => IntOrString::Int(i32::from(port.get())),
    }
}
