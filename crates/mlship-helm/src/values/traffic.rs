//! Who reaches the service, from outside and from inside, and how Prometheus does.

use k8s_openapi::api::networking::v1::NetworkPolicyPeer;
use mlship_kubernetes::{exposure, network, ports};
use mlship_spec::choices::Scrape;
use mlship_spec::workload::{Exposure, Workload};

use super::of::own_annotations;
use super::{Ingress, IngressHost, IngressPath, Metrics, NetworkPolicy, Route, Values};

pub(super) fn ingress(workload: &Workload) -> Ingress {
    let default = Values::default().ingress;
    let Exposure::Ingress { route, class, .. } = &workload.exposure else { return default };
    let object = exposure::ingress(workload).unwrap_or_default();
    let path = IngressPath { path: route.path.to_string() };
    Ingress {
        enabled: true,
        class_name: class.as_ref().map(ToString::to_string).unwrap_or_default(),
        annotations: own_annotations(object.metadata.annotations.as_ref(), workload),
        hosts: vec![IngressHost { host: route.host.to_string(), paths: vec![path] }],
        tls: object.spec.and_then(|spec| spec.tls).unwrap_or_default(),
    }
}

pub(super) fn route(workload: &Workload) -> Route {
    let default = Values::default().route;
    let Exposure::Gateway { route, .. } = &workload.exposure else { return default };
    let of_http = exposure::http_route(workload).map(|object| (object.metadata, object.spec.parent_refs));
    let of_grpc = || exposure::grpc_route(workload).map(|object| (object.metadata, object.spec.parent_refs));
    let Some((metadata, parent_refs)) = of_http.or_else(of_grpc) else { return default };
    Route {
        enabled: true,
        annotations: own_annotations(metadata.annotations.as_ref(), workload),
        parent_refs,
        hostnames: vec![route.host.to_string()],
        path: route.path.to_string(),
    }
}

pub(super) fn network_policy(workload: &Workload) -> NetworkPolicy {
    let default = Values::default().network_policy;
    let spec = network::policy(workload).spec.unwrap_or_default();
    let rules = spec.ingress.unwrap_or_default();
    let callers = rules.first().and_then(|rule| rule.from.as_deref());
    let exposed = !matches!(workload.exposure, Exposure::Internal);
    let of_namespace = workload.network.allow_from.is_some();
    let allow = match (callers, exposed) {
        (None, true) => "auto",
        (None, false) => "anyone",
        (Some(_), false) if of_namespace => "auto",
        (Some(_), _) if of_namespace => "namespace",
        (Some(_), _) => "cluster",
    };
    // Prometheus' rule follows that of the callers, before that of the replicas among each other.
    let has_rule = rules.len() > 1 + usize::from(workload.state.is_some());
    let wants_rule = is_scraped(workload) && of_namespace;
    NetworkPolicy {
        allow,
        namespaces: callers.map(named_namespaces).unwrap_or_default(),
        metrics: has_rule || !wants_rule,
        ..default
    }
}

/// The namespaces that peers name.
fn named_namespaces(peers: &[NetworkPolicyPeer]) -> Vec<String> {
    let selectors = peers.iter().filter_map(|peer| peer.namespace_selector.as_ref());
    let expressions = selectors.flat_map(|selector| selector.match_expressions.iter().flatten());
    expressions.flat_map(|expression| expression.values.iter().flatten().cloned()).collect()
}

pub(super) fn metrics(workload: &Workload) -> Metrics {
    let default = Values::default().metrics;
    let Some(metrics) = workload.server.metrics.as_ref().filter(|_| is_scraped(workload)) else {
        return default;
    };
    let own = metrics.port == workload.server.port;
    Metrics {
        enabled: true,
        path: metrics.path.to_string(),
        port: if own { 0 } else { metrics.port.get() },
        scrape: match metrics.scrape {
            Scrape::Annotations | Scrape::None => default.scrape,
            Scrape::PodMonitor => "podMonitor",
            Scrape::ServiceMonitor => "serviceMonitor",
        },
    }
}

/// Whether Prometheus is told, and the port is one that it finds.
fn is_scraped(workload: &Workload) -> bool {
    let metrics = workload.server.metrics.as_ref().filter(|metrics| metrics.scrape != Scrape::None);
    metrics.is_some_and(|metrics| ports::role_of(workload, metrics.port).is_some())
}
