//! The network policy: who may open a connection to a replica.

use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyEgressRule, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort,
    NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;
use mlship_spec::choices::Scrape;
use mlship_spec::values::names::DnsLabel;
use mlship_spec::workload::{Exposure, Metrics, Workload};

use crate::labels;
use crate::notes::Notes;
use crate::ports::{self, NamedPort, Role};
use mlship_spec::codes::SHUT_OUT;

/// Ingress controllers that run as pods, by a word in the name of their class. Traffic of the others
/// (AWS, Google, Azure) comes from load balancers outside the cluster.
const IN_CLUSTER: [&str; 8] =
    ["nginx", "traefik", "haproxy", "contour", "kong", "istio", "apisix", "webapprouting"];

/// The network policy of the replicas.
///
/// The kubelet's probes come in whatever a policy says.
pub fn policy(workload: &Workload) -> NetworkPolicy {
    let mut rules = vec![rule(numbers(workload, |role| role != Role::Metrics), callers(workload))];
    // Prometheus may live in any namespace.
    rules.extend(metrics_port(workload).map(|port| rule(vec![port], Some(vec![any_namespace()]))));
    if workload.state.is_some() {
        // Replicas of a database speak to each other at ports of their own.
        let peers =
            NetworkPolicyPeer { pod_selector: Some(labels::label_selector(workload)), ..Default::default() };
        rules.push(rule(Vec::new(), Some(vec![peers])));
    }
    NetworkPolicy {
        metadata: labels::metadata(workload),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(labels::label_selector(workload)),
            policy_types: Some(vec!["Ingress".to_owned(), "Egress".to_owned()]),
            ingress: Some(rules),
            // Everything may be called: where weights, token services and telemetry lie can't be written as
            // addresses, and a rule that forgets DNS stops the start. It is said all the same, so that a
            // cluster whose default denies is not surprised.
            egress: Some(vec![NetworkPolicyEgressRule::default()]),
        }),
    }
}

/// Warns when the list of callers may lack one that is needed.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    notes.decide(
        "egress",
        "everything",
        "where weights, tokens and telemetry lie can't be written as addresses",
    );
    let Some(namespaces) = &workload.network.allow_from else {
        if callers(workload).is_none() {
            let reason =
                "load balancers outside the cluster must reach it, and their addresses are not known";
            notes.decide("network.allowFrom", "anybody who can reach the pods", reason);
        }
        return;
    };
    let sounds_like =
        |words: &[&str]| namespaces.iter().any(|it| words.iter().any(|word| it.as_str().contains(word)));
    let proxies = match &workload.exposure {
        Exposure::Internal => None,
        Exposure::Ingress { .. } => Some("the ingress controller"),
        Exposure::Gateway { .. } => Some("the Gateway's proxies"),
    };
    if let Some(proxies) = proxies
        && !sounds_like(&["ingress", "gateway", "traefik", "istio", "kong", "contour", "haproxy", "envoy"])
    {
        let message = format!("by its name, none of the namespaces that may call is that of {proxies}");
        shut_out(workload, message, notes);
    }
    let Some(metrics) = scraped(workload) else { return };
    if metrics_port(workload).is_some() {
        if ports::role_of(workload, metrics.port) != Some(Role::Metrics) {
            let reason = "Prometheus reads the metrics there, and its namespace is not known";
            notes.decide("network.allowFrom", format!("every namespace, at port {}", metrics.port), reason);
        }
    } else if !sounds_like(&["monitor", "prometheus", "observ", "metrics"]) {
        let message = "Prometheus reads the metrics at a port for clients, and by its name none of the namespaces \
                       that may call is Prometheus' own";
        shut_out(workload, message.to_owned(), notes);
    }
}

/// The port that Prometheus reads, where it is open to every namespace: unless it is one for clients, and
/// who may call those was written.
fn metrics_port(workload: &Workload) -> Option<i32> {
    let port = scraped(workload)?.port;
    let role = ports::role_of(workload, port)?;
    let is_open = role == Role::Metrics || !workload.provenance.is_written("network.allowFrom");
    let is_needed = role == Role::Metrics || workload.network.allow_from.is_some();
    (is_open && is_needed).then(|| i32::from(port.get()))
}

fn scraped(workload: &Workload) -> Option<&Metrics> {
    workload.server.metrics.as_ref().filter(|metrics| metrics.scrape != Scrape::None)
}

fn shut_out(workload: &Workload, message: String, notes: &mut Notes) {
    notes.warn(workload, &SHUT_OUT, "network.allowFrom", message, "add its namespace to `network.allowFrom`");
}

/// Who may call the ports for clients; `None` is anybody, also from outside the cluster.
fn callers(workload: &Workload) -> Option<Vec<NetworkPolicyPeer>> {
    if let Some(namespaces) = &workload.network.allow_from {
        return Some(own_and(namespaces));
    }
    match &workload.exposure {
        Exposure::Internal => Some(vec![any_namespace()]),
        Exposure::Ingress { class: Some(class), .. }
            if IN_CLUSTER.iter().any(|word| class.as_str().contains(word)) =>
        {
            Some(vec![any_namespace()])
        }
        Exposure::Ingress { .. } | Exposure::Gateway { .. } => None,
    }
}

/// The pods of the own namespace, and of those named.
fn own_and(namespaces: &[DnsLabel]) -> Vec<NetworkPolicyPeer> {
    let own = NetworkPolicyPeer { pod_selector: Some(LabelSelector::default()), ..Default::default() };
    let named = LabelSelectorRequirement {
        // Every namespace has this label, and nobody can change it.
        key: "kubernetes.io/metadata.name".to_owned(),
        operator: "In".to_owned(),
        values: Some(namespaces.iter().map(ToString::to_string).collect()),
    };
    let named = LabelSelector { match_expressions: Some(vec![named]), ..Default::default() };
    let mut peers = vec![own];
    if !namespaces.is_empty() {
        peers.push(NetworkPolicyPeer { namespace_selector: Some(named), ..Default::default() });
    }
    peers
}

fn any_namespace() -> NetworkPolicyPeer {
    NetworkPolicyPeer { namespace_selector: Some(LabelSelector::default()), ..Default::default() }
}

fn rule(ports: Vec<i32>, from: Option<Vec<NetworkPolicyPeer>>) -> NetworkPolicyIngressRule {
    // By number: not every network plugin resolves names.
    let port = |number| NetworkPolicyPort {
        port: Some(IntOrString::Int(number)),
        protocol: Some("TCP".to_owned()),
        ..Default::default()
    };
    let ports: Vec<_> = ports.into_iter().map(port).collect();
    NetworkPolicyIngressRule { from, ports: Some(ports).filter(|ports| !ports.is_empty()) }
}

fn numbers(workload: &Workload, wanted: impl Fn(Role) -> bool) -> Vec<i32> {
    let ports = ports::ports(workload).into_iter().filter(|port| wanted(port.role));
    ports.map(|NamedPort { port, .. }| i32::from(port.get())).collect()
}
