//! The way in through Google's load balancers: Ingress with BackendConfig, Gateway with HealthCheckPolicy.
//!
//! <https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-configuration>,
//! <https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources> (2026-11)

use k8s_openapi::api::core::v1::Service;
use mlship_kubernetes::custom::{Custom, CustomSpec};
use mlship_kubernetes::{Objects, labels};
use mlship_spec::choices::Protocol;
use mlship_spec::codes::{self, Code};
use mlship_spec::target::Document;
use mlship_spec::values::names::DnsSubdomain;
use mlship_spec::workload::{Check, Exposure, Workload};
use serde::Serialize;

use crate::findings::Findings;
use crate::pods;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct BackendConfigSpec {
    timeout_sec: u32,
    connection_draining: Draining,
    #[serde(skip_serializing_if = "Option::is_none")]
    health_check: Option<HealthCheck>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Draining {
    draining_timeout_sec: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct HealthCheck {
    #[serde(rename = "type")]
    kind: &'static str,
    request_path: String,
    port: u16,
    check_interval_sec: u32,
    timeout_sec: u32,
}

impl CustomSpec for BackendConfigSpec {
    const API_VERSION: &'static str = "cloud.google.com/v1";
    const KIND: &'static str = "BackendConfig";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct HealthCheckPolicySpec {
    default: HealthCheckDefault,
    target_ref: ServiceReference,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct HealthCheckDefault {
    check_interval_sec: u32,
    timeout_sec: u32,
    config: HealthCheckConfig,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct HealthCheckConfig {
    #[serde(rename = "type")]
    kind: &'static str,
    http_health_check: HttpHealthCheck,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct HttpHealthCheck {
    port: u16,
    request_path: String,
}

impl CustomSpec for HealthCheckPolicySpec {
    const API_VERSION: &'static str = "networking.gke.io/v1";
    const KIND: &'static str = "HealthCheckPolicy";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct GcpBackendPolicySpec {
    default: BackendDefault,
    target_ref: ServiceReference,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct BackendDefault {
    timeout_sec: u32,
    connection_draining: Draining,
}

impl CustomSpec for GcpBackendPolicySpec {
    const API_VERSION: &'static str = "networking.gke.io/v1";
    const KIND: &'static str = "GCPBackendPolicy";
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ServiceReference {
    group: &'static str,
    kind: &'static str,
    name: String,
}

/// The doubts about an Ingress that don't hold for Google's load balancer: its BackendConfig says how long to wait.
pub(crate) fn silenced(workload: &Workload) -> Option<&'static Code> {
    let Exposure::Ingress { class, .. } = &workload.exposure else { return None };
    is_google_s(class.as_ref()).then_some(&codes::INGRESS_DEFAULTS)
}

/// Whether a class of Ingresses is of Google's load balancers.
fn is_google_s(class: Option<&DnsSubdomain>) -> bool {
    class.is_none_or(|class| matches!(class.as_str(), "gce" | "gce-internal"))
}

/// Objects of Google's load balancers; what other controllers serve stays as it is.
pub(crate) fn finish(
    workload: &Workload,
    objects: &mut Objects,
    findings: &mut Findings<'_>,
) -> Vec<Document> {
    match &workload.exposure {
        Exposure::Internal => Vec::new(),
        Exposure::Ingress { class, .. } if is_google_s(class.as_ref()) => {
            by_ingress(workload, objects, findings)
        }
        Exposure::Ingress { class, .. } => {
            let class = class.as_ref().map_or_else(String::new, |class| format!(" `{class}`"));
            let message = format!("class{class} needs a controller that runs on the cluster itself");
            let help = "write `expose.class: gce` for Google's load balancer, which Autopilot comes with";
            findings.warn("expose.class", message, help);
            Vec::new()
        }
        Exposure::Gateway { .. } => by_gateway(workload, findings),
    }
}

fn by_ingress(workload: &Workload, objects: &mut Objects, findings: &mut Findings<'_>) -> Vec<Document> {
    if workload.server.protocol == Protocol::Grpc {
        let rule = "Google's load balancer speaks HTTP/2 to servers with TLS only: https://cloud.google.com/kubernetes-engine/docs/how-to/ingress-http2";
        findings.refuse(
            "expose",
            rule,
            "expose it through `expose.gateway`, or by a controller such as nginx",
        );
        return Vec::new();
    }
    if let Some(ingress) = &mut objects.ingress {
        let spec = ingress.spec.get_or_insert_default();
        let class = spec.ingress_class_name.take().unwrap_or_else(|| "gce".to_owned());
        // GKE's controller looks at the annotation, not at the field.
        findings.adapt(
            "expose.class",
            format!("the annotation kubernetes.io/ingress.class: {class}, which GKE reads"),
        );
        pods::annotate(&mut ingress.metadata, "kubernetes.io/ingress.class", class);
    }
    link(&mut objects.service, workload);
    let health_check = path_and_port(workload).map(|(request_path, port)| HealthCheck {
        kind: "HTTP",
        request_path,
        port,
        check_interval_sec: workload.probes.readiness.period_seconds,
        timeout_sec: workload.probes.readiness.timeout_seconds.min(workload.probes.readiness.period_seconds),
    });
    if health_check.is_none() {
        let message =
            "the load balancer asks `/` of the server for its health, and nothing says that it answers 200";
        findings.warn("health.ready", message, "write `health.ready` with a path that answers 200");
    }
    let reason =
        "the load balancer's own 30 s would cut longer answers off, and it has to know what is healthy";
    findings.decide("BackendConfig", format!("{} s", timeout(workload)), reason);
    let spec = BackendConfigSpec {
        timeout_sec: timeout(workload),
        connection_draining: Draining { draining_timeout_sec: timeout(workload) },
        health_check,
    };
    vec![Document::of(&Custom { metadata: labels::metadata(workload), spec })]
}

/// Lets the Service's pods be reached directly, by the rules of the BackendConfig.
fn link(service: &mut Service, workload: &Workload) {
    pods::annotate(&mut service.metadata, "cloud.google.com/neg", r#"{"ingress": true}"#);
    let config = format!(r#"{{"default": "{}"}}"#, workload.name);
    pods::annotate(&mut service.metadata, "cloud.google.com/backend-config", config);
}

fn by_gateway(workload: &Workload, findings: &mut Findings<'_>) -> Vec<Document> {
    let reference = || ServiceReference { group: "", kind: "Service", name: workload.name.to_string() };
    let backend = GcpBackendPolicySpec {
        default: BackendDefault {
            timeout_sec: timeout(workload),
            connection_draining: Draining { draining_timeout_sec: timeout(workload) },
        },
        target_ref: reference(),
    };
    let mut documents = vec![Document::of(&Custom { metadata: labels::metadata(workload), spec: backend })];
    let reason =
        "Gateways of Google's classes read health and time-outs there; those of others don't look at it";
    findings.decide("GCPBackendPolicy", format!("{} s", timeout(workload)), reason);
    if let Some((request_path, port)) = path_and_port(workload) {
        let config =
            HealthCheckConfig { kind: "HTTP", http_health_check: HttpHealthCheck { port, request_path } };
        let readiness = &workload.probes.readiness;
        let default = HealthCheckDefault {
            check_interval_sec: readiness.period_seconds,
            timeout_sec: readiness.timeout_seconds.min(readiness.period_seconds),
            config,
        };
        let spec = HealthCheckPolicySpec { default, target_ref: reference() };
        documents.push(Document::of(&Custom { metadata: labels::metadata(workload), spec }));
    }
    documents
}

fn path_and_port(workload: &Workload) -> Option<(String, u16)> {
    match &workload.probes.readiness.check {
        Check::Http { path, port } => Some((path.to_string(), port.get())),
        Check::Grpc { .. } | Check::Tcp { .. } => None,
    }
}

fn timeout(workload: &Workload) -> u32 {
    workload.server.request_seconds
}
