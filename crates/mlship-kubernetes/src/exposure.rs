//! The way in from outside the cluster: an Ingress, or a route of a Gateway.

use std::collections::BTreeMap;

use k8s_openapi::api::networking::v1::{
    HTTPIngressPath, HTTPIngressRuleValue, Ingress, IngressBackend, IngressRule, IngressServiceBackend,
    IngressSpec, IngressTLS, ServiceBackendPort,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mlship_spec::choices::Protocol;
use mlship_spec::values::names::DnsSubdomain;
use mlship_spec::workload::{Exposure, Issuer, Route, Tls, Workload};

use crate::custom::Custom;
use crate::custom::gateway::{
    BackendReference, GrpcRouteRule, GrpcRouteSpec, HttpPathMatch, HttpRouteMatch, HttpRouteRule,
    HttpRouteSpec, HttpRouteTimeouts, ParentReference,
};
use crate::{labels, ports, service};

mod notes;

pub(crate) use notes::note;

/// The time that nginx waits for an upstream, in seconds
/// (<https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/configmap/#proxy-read-timeout>, 2026-11);
/// other controllers and clouds have the same default.
const DEFAULT_TIMEOUT: u32 = 60;

/// The Ingress of a service that is exposed by one.
pub fn ingress(workload: &Workload) -> Option<Ingress> {
    let Exposure::Ingress { route, class, tls } = &workload.exposure else { return None };
    let annotations = ingress_annotations(workload, class.as_ref(), tls.as_ref());
    let hosts = || vec![route.host.to_string()];
    Some(Ingress {
        metadata: route_metadata(workload, route, annotations),
        spec: Some(IngressSpec {
            ingress_class_name: class.as_ref().map(ToString::to_string),
            rules: Some(vec![rule(workload, route)]),
            tls: tls.as_ref().map(|tls| {
                vec![IngressTLS { hosts: Some(hosts()), secret_name: Some(tls.secret.to_string()) }]
            }),
            ..Default::default()
        }),
        ..Default::default()
    })
}

/// The HTTPRoute of a service that a Gateway exposes.
pub fn http_route(workload: &Workload) -> Option<Custom<HttpRouteSpec>> {
    let (route, parent) = gateway(workload)?;
    if workload.server.protocol == Protocol::Grpc {
        return None;
    }
    let path = HttpPathMatch { kind: "PathPrefix", value: route.path.to_string() };
    let rule = HttpRouteRule {
        matches: vec![HttpRouteMatch { path }],
        backend_refs: vec![backend(workload)],
        timeouts: HttpRouteTimeouts { request: gateway_duration(workload.server.request_seconds) },
    };
    let spec = HttpRouteSpec {
        parent_refs: vec![parent],
        hostnames: vec![route.host.to_string()],
        rules: vec![rule],
    };
    Some(Custom { metadata: route_metadata(workload, route, BTreeMap::new()), spec })
}

/// The GRPCRoute of a gRPC service that a Gateway exposes.
pub fn grpc_route(workload: &Workload) -> Option<Custom<GrpcRouteSpec>> {
    let (route, parent) = gateway(workload)?;
    if workload.server.protocol != Protocol::Grpc {
        return None;
    }
    let rule = GrpcRouteRule { backend_refs: vec![backend(workload)] };
    let spec = GrpcRouteSpec {
        parent_refs: vec![parent],
        hostnames: vec![route.host.to_string()],
        rules: vec![rule],
    };
    Some(Custom { metadata: route_metadata(workload, route, BTreeMap::new()), spec })
}

fn rule(workload: &Workload, route: &Route) -> IngressRule {
    let service = IngressServiceBackend {
        name: workload.name.to_string(),
        port: Some(ServiceBackendPort {
            name: Some(ports::serving_name(workload).to_owned()),
            ..Default::default()
        }),
    };
    let path = HTTPIngressPath {
        path: Some(route.path.to_string()),
        path_type: "Prefix".to_owned(),
        backend: IngressBackend { service: Some(service), ..Default::default() },
    };
    IngressRule { host: Some(route.host.to_string()), http: Some(HTTPIngressRuleValue { paths: vec![path] }) }
}

fn ingress_annotations(
    workload: &Workload,
    class: Option<&DnsSubdomain>,
    tls: Option<&Tls>,
) -> BTreeMap<String, String> {
    let mut annotations = BTreeMap::new();
    let mut annotate = |key: &str, value: String| annotations.insert(key.to_owned(), value);
    // https://cert-manager.io/docs/usage/ingress/ (2026-11)
    match tls.and_then(|tls| tls.issuer.as_ref()) {
        Some(Issuer::Cluster(name)) => drop(annotate("cert-manager.io/cluster-issuer", name.to_string())),
        Some(Issuer::Namespaced(name)) => drop(annotate("cert-manager.io/issuer", name.to_string())),
        None => {}
    }
    if is_nginx(class) {
        // https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/ (2026-11)
        if workload.server.protocol == Protocol::Grpc {
            annotate("nginx.ingress.kubernetes.io/backend-protocol", "GRPC".to_owned());
        }
        let seconds = workload.server.request_seconds;
        if seconds > DEFAULT_TIMEOUT {
            annotate("nginx.ingress.kubernetes.io/proxy-read-timeout", seconds.to_string());
            annotate("nginx.ingress.kubernetes.io/proxy-send-timeout", seconds.to_string());
        }
    }
    annotations
}

/// The metadata of an Ingress or route: ours, under what was written for it alone.
fn route_metadata(workload: &Workload, route: &Route, ours: BTreeMap<String, String>) -> ObjectMeta {
    let mut metadata = labels::metadata(workload);
    let written = route.annotations.iter().map(|(key, value)| (key.to_string(), value.clone()));
    let annotations = metadata.annotations.get_or_insert_default();
    annotations.extend(ours);
    annotations.extend(written);
    if annotations.is_empty() {
        metadata.annotations = None;
    }
    metadata
}

fn gateway(workload: &Workload) -> Option<(&Route, ParentReference)> {
    let Exposure::Gateway { route, name, namespace, section } = &workload.exposure else { return None };
    let parent = ParentReference {
        name: name.to_string(),
        namespace: namespace.as_ref().map(ToString::to_string),
        section_name: section.as_ref().map(ToString::to_string),
    };
    Some((route, parent))
}

fn backend(workload: &Workload) -> BackendReference {
    BackendReference { name: workload.name.to_string(), port: service::client_port(workload) }
}

/// Seconds as a Gateway's duration, of which each number has at most five digits
/// (<https://gateway-api.sigs.k8s.io/geps/gep-2257/>).
fn gateway_duration(seconds: u32) -> String {
    if seconds < 100_000 { format!("{seconds}s") } else { format!("{}h{}s", seconds / 3600, seconds % 3600) }
}

/// Whether the class sounds like nginx, whose annotations do no harm elsewhere.
fn is_nginx(class: Option<&DnsSubdomain>) -> bool {
    class.is_some_and(|class| class.as_str().contains("nginx"))
}
