//! The Services: one that clients call, and one by which the replicas of a StatefulSet know each other.

use k8s_openapi::api::core::v1::{Service, ServicePort, ServiceSpec};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_spec::choices::{Protocol, Scrape};
use mlship_spec::workload::Workload;

use crate::labels;
use crate::notes::Notes;
use crate::ports::{self, NamedPort, Role};

/// The label that tells the Service among replicas from the one that clients call.
pub const PEERS_LABEL: &str = "mlship.dev/peers";

/// The Service that clients call.
pub fn service(workload: &Workload) -> Service {
    let ports = ports::ports(workload).into_iter().filter(|port| is_client_port(workload, port));
    Service {
        metadata: labels::metadata(workload),
        spec: Some(ServiceSpec {
            type_: Some("ClusterIP".to_owned()),
            selector: Some(labels::selector(workload)),
            ports: Some(
                ports.map(|port| service_port(workload, &port, client_number(workload, &port))).collect(),
            ),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// The headless Service of a StatefulSet, which gives each replica a name of its own.
pub fn headless(workload: &Workload) -> Option<Service> {
    workload.state.as_ref()?;
    let mut metadata = labels::metadata_named(workload, headless_name(workload));
    metadata.labels.get_or_insert_default().insert(PEERS_LABEL.to_owned(), "true".to_owned());
    let ports = ports::ports(workload);
    Some(Service {
        metadata,
        spec: Some(ServiceSpec {
            cluster_ip: Some("None".to_owned()),
            // Replicas find each other before they can serve, or a cluster of them never forms.
            publish_not_ready_addresses: Some(true),
            selector: Some(labels::selector(workload)),
            ports: Some(ports.iter().map(|port| service_port(workload, port, port.port.get())).collect()),
            ..Default::default()
        }),
        ..Default::default()
    })
}

/// The name of the headless Service.
pub fn headless_name(workload: &Workload) -> String {
    format!("{}-headless", workload.name)
}

/// The port at which clients call the Service: 80 for what is spoken over HTTP, the server's own
/// for gRPC, whose clients always name one.
pub fn client_port(workload: &Workload) -> i32 {
    match workload.server.protocol {
        Protocol::Grpc => i32::from(workload.server.port.get()),
        Protocol::Http | Protocol::OpenInference | Protocol::OpenAi => 80,
    }
}

/// Says at which port clients call.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    let reason = match workload.server.protocol {
        Protocol::Grpc => "gRPC clients always name a port: the server's own",
        Protocol::Http | Protocol::OpenInference | Protocol::OpenAi => "clients need not name a port",
    };
    notes.decide("ports.port", client_port(workload).to_string(), reason);
}

/// Prometheus goes to the pods, except through a ServiceMonitor.
fn is_client_port(workload: &Workload, port: &NamedPort) -> bool {
    let by_service =
        || workload.server.metrics.as_ref().is_some_and(|it| it.scrape == Scrape::ServiceMonitor);
    match port.role {
        Role::Serving | Role::Extra => true,
        Role::Metrics => by_service(),
    }
}

fn client_number(workload: &Workload, port: &NamedPort) -> u16 {
    match (port.role, workload.server.protocol) {
        (Role::Serving, Protocol::Http | Protocol::OpenInference | Protocol::OpenAi) => 80,
        (Role::Serving, Protocol::Grpc) | (Role::Extra | Role::Metrics, _) => port.port.get(),
    }
}

fn service_port(workload: &Workload, port: &NamedPort, number: u16) -> ServicePort {
    ServicePort {
        name: Some(port.name.clone()),
        port: i32::from(number),
        target_port: Some(IntOrString::String(port.name.clone())),
        protocol: Some("TCP".to_owned()),
        app_protocol: app_protocol(workload, port.role).map(str::to_owned),
        ..Default::default()
    }
}

/// What is spoken at a port, for meshes and gateways. `kubernetes.io/h2c` is HTTP/2 without TLS, which
/// gRPC is: <https://gateway-api.sigs.k8s.io/guides/backend-protocol/> (2026-11). Of further ports nothing
/// is known.
fn app_protocol(workload: &Workload, role: Role) -> Option<&'static str> {
    match (role, workload.server.protocol) {
        (Role::Serving, Protocol::Grpc) => Some("kubernetes.io/h2c"),
        (Role::Serving, Protocol::Http | Protocol::OpenInference | Protocol::OpenAi) | (Role::Metrics, _) => {
            Some("http")
        }
        (Role::Extra, _) => None,
    }
}
