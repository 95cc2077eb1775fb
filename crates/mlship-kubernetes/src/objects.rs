//! All objects of one service, typed.

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use k8s_openapi::api::core::v1::{ConfigMap, PersistentVolumeClaim, Service, ServiceAccount};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use k8s_openapi::api::policy::v1::PodDisruptionBudget;
use mlship_spec::target::Document;
use mlship_spec::workload::Workload;

use crate::custom::Custom;
use crate::custom::gateway::{GrpcRouteSpec, HttpRouteSpec};
use crate::custom::keda::ScaledObjectSpec;
use crate::custom::monitoring::{PodMonitorSpec, ServiceMonitorSpec};
use crate::{
    autoscale, availability, config, controller, download, exposure, identity, metrics, network, service,
};

/// The objects of one service, in the order in which they are installed.
///
/// First what pods refer to and would not start without; then what guards them, so that none runs
/// unguarded for a moment; then the Services, whose names are there when the server starts; then what makes
/// the pods; then what needs them. Kinds that a cluster may lack (KEDA's, the Gateway API's, the
/// Prometheus Operator's) come last: where one is missing, the service runs all the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Objects {
    /// Whom the pods are.
    pub service_account: Option<ServiceAccount>,
    /// Files that are mounted into the server.
    pub config_map: Option<ConfigMap>,
    /// The volume that keeps downloaded weights.
    pub cache_claim: Option<PersistentVolumeClaim>,
    /// Who may connect to the pods.
    pub network_policy: NetworkPolicy,
    /// What a drain must leave standing.
    pub disruption_budget: PodDisruptionBudget,
    /// What clients call.
    pub service: Service,
    /// By what the replicas of a StatefulSet know each other.
    pub headless_service: Option<Service>,
    /// What makes the pods of a service without state.
    pub deployment: Option<Deployment>,
    /// What makes the pods of a service with state.
    pub stateful_set: Option<StatefulSet>,
    /// Kubernetes' own autoscaler.
    pub autoscaler: Option<HorizontalPodAutoscaler>,
    /// The way in through an ingress controller.
    pub ingress: Option<Ingress>,
    /// KEDA's autoscaler.
    pub scaled_object: Option<Custom<ScaledObjectSpec>>,
    /// The way in through a Gateway.
    pub http_route: Option<Custom<HttpRouteSpec>>,
    /// The way in for gRPC through a Gateway.
    pub grpc_route: Option<Custom<GrpcRouteSpec>>,
    /// What tells Prometheus of the pods.
    pub pod_monitor: Option<Custom<PodMonitorSpec>>,
    /// What tells Prometheus of the Service.
    pub service_monitor: Option<Custom<ServiceMonitorSpec>>,
}

/// The objects that run a workload on Kubernetes. Exactly one of [`Objects::deployment`] and
/// [`Objects::stateful_set`] is there.
///
/// They are what [`crate::notes`] speaks of; where that refuses, they would not work.
pub fn objects(workload: &Workload) -> Objects {
    Objects {
        service_account: identity::service_account(workload),
        config_map: config::config_map(workload),
        cache_claim: download::cache_claim(workload),
        network_policy: network::policy(workload),
        disruption_budget: availability::budget(workload),
        service: service::service(workload),
        headless_service: service::headless(workload),
        deployment: controller::deployment(workload),
        stateful_set: controller::stateful_set(workload),
        autoscaler: autoscale::hpa::autoscaler(workload),
        ingress: exposure::ingress(workload),
        scaled_object: autoscale::keda::scaled_object(workload),
        http_route: exposure::http_route(workload),
        grpc_route: exposure::grpc_route(workload),
        pod_monitor: metrics::pod_monitor(workload),
        service_monitor: metrics::service_monitor(workload),
    }
}

impl Objects {
    /// The objects as documents, in the order in which they are installed.
    pub fn into_documents(self) -> Vec<Document> {
        [
            self.service_account.as_ref().map(Document::of),
            self.config_map.as_ref().map(Document::of),
            self.cache_claim.as_ref().map(Document::of),
            Some(Document::of(&self.network_policy)),
            Some(Document::of(&self.disruption_budget)),
            Some(Document::of(&self.service)),
            self.headless_service.as_ref().map(Document::of),
            self.deployment.as_ref().map(Document::of),
            self.stateful_set.as_ref().map(Document::of),
            self.autoscaler.as_ref().map(Document::of),
            self.ingress.as_ref().map(Document::of),
            self.scaled_object.as_ref().map(Document::of),
            self.http_route.as_ref().map(Document::of),
            self.grpc_route.as_ref().map(Document::of),
            self.pod_monitor.as_ref().map(Document::of),
            self.service_monitor.as_ref().map(Document::of),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
