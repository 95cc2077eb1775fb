//! The ports of the container and what they are called.

use k8s_openapi::api::core::v1::ContainerPort;
use mlship_spec::choices::{Protocol, Scrape};
use mlship_spec::codes;
use mlship_spec::values::numbers::Port;
use mlship_spec::workload::Workload;

use crate::notes::Notes;

/// One port of the container, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPort {
    /// Its name, which Services, probes and monitors refer to.
    pub name: String,
    /// Its number.
    pub port: Port,
    /// What it is for.
    pub role: Role,
}

/// What a port is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Requests are answered here.
    Serving,
    /// One more that clients use.
    Extra,
    /// Only Prometheus comes here.
    Metrics,
}

/// The ports of the container: each number once, the serving port first.
pub fn ports(workload: &Workload) -> Vec<NamedPort> {
    let server = &workload.server;
    let serving =
        NamedPort { name: serving_name(workload).to_owned(), port: server.port, role: Role::Serving };
    let mut ports = vec![serving];
    for (name, port) in &server.extra_ports {
        if !ports.iter().any(|known| known.port == *port) {
            ports.push(NamedPort { name: name.to_string(), port: *port, role: Role::Extra });
        }
    }
    if let Some(metrics) = server.metrics.as_ref().filter(|metrics| metrics.scrape != Scrape::None)
        && !ports.iter().any(|known| known.port == metrics.port)
    {
        ports.push(NamedPort { name: "metrics".to_owned(), port: metrics.port, role: Role::Metrics });
    }
    ports
}

/// What the serving port is called: its protocol, which meshes also read from the name.
pub fn serving_name(workload: &Workload) -> &'static str {
    match workload.server.protocol {
        Protocol::Grpc => "grpc",
        Protocol::Http | Protocol::OpenInference | Protocol::OpenAi => "http",
    }
}

/// The name of the port with this number, when the container lists it.
pub fn name_of(workload: &Workload, port: Port) -> Option<String> {
    ports(workload).into_iter().find(|known| known.port == port).map(|known| known.name)
}

/// What the port with this number is for, when the container lists it.
pub fn role_of(workload: &Workload, port: Port) -> Option<Role> {
    ports(workload).into_iter().find(|known| known.port == port).map(|known| known.role)
}

/// The container's ports as its `ports`.
pub fn container_ports(workload: &Workload) -> Vec<ContainerPort> {
    ports(workload)
        .into_iter()
        .map(|NamedPort { name, port, .. }| ContainerPort {
            name: Some(name),
            container_port: i32::from(port.get()),
            protocol: Some("TCP".to_owned()),
            ..Default::default()
        })
        .collect()
}

/// Refuses a further port that the Service can't carry under its own number.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    if workload.server.protocol == Protocol::Grpc {
        return;
    }
    let taken = ports(workload).into_iter().find(|port| port.role != Role::Serving && port.port.get() == 80);
    if let Some(NamedPort { name, role, .. }) = taken {
        let field = match role {
            Role::Serving | Role::Extra => format!("server.ports.{name}"),
            Role::Metrics => "server.metrics.port".to_owned(),
        };
        let message = "port 80 of the Service leads to `server.port`";
        notes.refuse(workload, &codes::CONFLICT, &field, message, "let the further port listen elsewhere");
    }
}
