//! The way in from outside the cluster.
//!
//! KServe makes host names of the service's name, the namespace and a domain of the cluster's settings; it has
//! no field for one of the spec's own. So it is kept from making a way in (`cluster-local`), and ours leads to
//! its Service. Ours has another name: KServe takes over an Ingress or route that is called like the service.

use k8s_openapi::api::networking::v1::{Ingress, ServiceBackendPort};
use mlship_kubernetes::custom::Custom;
use mlship_kubernetes::custom::gateway::{GrpcRouteSpec, HttpRouteRule, HttpRouteSpec};
use mlship_kubernetes::{exposure, labels};
use mlship_spec::choices::KserveMode;
use mlship_spec::workload::{Exposure, Workload};

use crate::graph;
use crate::names::{self, names};
use crate::objects::knative::{DomainMappingSpec, Reference, Tls};

/// The ways in.
#[derive(Debug, Default)]
pub(crate) struct Exposed {
    /// Through an ingress controller.
    pub(crate) ingress: Option<Ingress>,
    /// Through a Gateway.
    pub(crate) http_route: Option<Custom<HttpRouteSpec>>,
    /// Through a Gateway, for gRPC.
    pub(crate) grpc_route: Option<Custom<GrpcRouteSpec>>,
    /// Through Knative.
    pub(crate) domain_mapping: Option<Custom<DomainMappingSpec>>,
}

/// The ways in of a workload.
pub(crate) fn exposed(workload: &Workload) -> Exposed {
    if workload.targets.kserve.mode == KserveMode::Knative {
        return Exposed { domain_mapping: domain_mapping(workload), ..Default::default() };
    }
    let kserve = names(workload);
    // A graph or a transformer answers in place of the server.
    let settings = &workload.targets.kserve;
    let router = settings.graph.as_ref().map(|graph| graph::router(workload, graph));
    let front = router.as_ref().or(settings.transformer.as_deref()).unwrap_or(workload);
    let scaled = &names::under(front, &kserve.service);
    let name = || Some(format!("{}-public", workload.name));
    let ours = labels::labels(workload);
    let mut exposed = Exposed {
        ingress: exposure::ingress(scaled),
        http_route: exposure::http_route(scaled),
        grpc_route: exposure::grpc_route(scaled),
        domain_mapping: None,
    };
    if settings.graph.is_some() {
        // The port of a router's Service is called like the graph.
        let specs = exposed.ingress.iter_mut().filter_map(|it| it.spec.as_mut());
        let rules = specs.flat_map(|spec| spec.rules.iter_mut().flatten());
        let paths = rules.filter_map(|rule| rule.http.as_mut()).flat_map(|http| &mut http.paths);
        for service in paths.filter_map(|path| path.backend.service.as_mut()) {
            service.port = Some(ServiceBackendPort { number: Some(kserve.port), ..Default::default() });
        }
    }
    let metadata = [
        exposed.ingress.as_mut().map(|it| &mut it.metadata),
        exposed.http_route.as_mut().map(|it| &mut it.metadata),
        exposed.grpc_route.as_mut().map(|it| &mut it.metadata),
    ];
    for metadata in metadata.into_iter().flatten() {
        metadata.name = name();
        metadata.labels = Some(ours.clone());
    }
    if let Some(route) = &mut exposed.http_route {
        route.spec.rules.splice(0..0, explain_rule(workload, &route.spec.rules));
    }
    let http = exposed.http_route.iter_mut().flat_map(|route| &mut route.spec.rules);
    http.flat_map(|rule| &mut rule.backend_refs).for_each(|backend| backend.port = kserve.port);
    let grpc = exposed.grpc_route.iter_mut().flat_map(|route| &mut route.spec.rules);
    grpc.flat_map(|rule| &mut rule.backend_refs).for_each(|backend| backend.port = kserve.port);
    exposed
}

/// The rule that leads questions to the explainer, as KServe's own routes do
/// (`reconcilers/ingress/httproute_reconciler.go` of v0.20.0).
fn explain_rule(workload: &Workload, rules: &[HttpRouteRule]) -> Option<HttpRouteRule> {
    let explainer = workload.targets.kserve.explainer.as_ref()?;
    let mut rule = rules.first()?.clone();
    for path in rule.matches.iter_mut().map(|it| &mut it.path) {
        path.kind = "RegularExpression";
        path.value = format!(r"^{}/v1/models/[\w-]+:explain$", path.value.trim_end_matches('/'));
    }
    for backend in &mut rule.backend_refs {
        backend.name = explainer.name.to_string();
    }
    Some(rule)
}

fn domain_mapping(workload: &Workload) -> Option<Custom<DomainMappingSpec>> {
    let (route, tls) = match &workload.exposure {
        Exposure::Ingress { route, tls, .. } => (route, tls.as_ref()),
        Exposure::Internal | Exposure::Gateway { .. } => return None,
    };
    let spec = DomainMappingSpec {
        reference: Reference {
            kind: "Service",
            name: names(workload).service,
            api_version: "serving.knative.dev/v1",
        },
        tls: tls.map(|tls| Tls { secret_name: tls.secret.to_string() }),
    };
    // The mapping is called like the host.
    let mut metadata = labels::metadata_named(workload, route.host.to_string());
    let written = route.annotations.iter().map(|(key, value)| (key.to_string(), value.clone()));
    metadata.annotations.get_or_insert_default().extend(written);
    metadata.annotations = metadata.annotations.filter(|annotations| !annotations.is_empty());
    Some(Custom { metadata, spec })
}
