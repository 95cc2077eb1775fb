//! The way in through an Application Load Balancer, which reaches pods of Fargate by their addresses alone.
//!
//! <https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/> (2026-08)

use mlship_kubernetes::Objects;
use mlship_spec::choices::Protocol;
use mlship_spec::codes::Code;
use mlship_spec::workload::{Check, Exposure, Workload};

use crate::findings::Findings;

/// The longest that an idle connection may be kept.
const LONGEST_IDLE: u32 = 4000;

/// The warning of the raw target that does not hold where the load balancer is told all it needs.
pub(crate) fn silenced(workload: &Workload) -> Option<&'static Code> {
    is_by_alb(workload).then_some(super::HANDLED)
}

/// Tells the load balancer what it needs; other controllers run on pods, and reach others' by address anyway.
pub(crate) fn finish(workload: &Workload, objects: &mut Objects, findings: &mut Findings<'_>) {
    if !is_by_alb(workload) {
        return;
    }
    let Some(ingress) = &mut objects.ingress else { return };
    let spec = ingress.spec.get_or_insert_default();
    let has_tls = spec.tls.is_some();
    spec.ingress_class_name = Some("alb".to_owned());
    let mut annotate = |key: &str, value: String| {
        let key = format!("alb.ingress.kubernetes.io/{key}");
        let annotations = ingress.metadata.annotations.get_or_insert_default();
        // What was written for the ingress alone stands.
        annotations.entry(key).or_insert(value);
    };
    annotate("target-type", "ip".to_owned());
    annotate("scheme", "internet-facing".to_owned());
    if workload.server.protocol == Protocol::Grpc {
        annotate("backend-protocol-version", "GRPC".to_owned());
    }
    if let Check::Http { path, port } = &workload.probes.readiness.check {
        annotate("healthcheck-path", path.to_string());
        annotate("healthcheck-port", port.to_string());
    }
    if workload.server.request_seconds > 60 {
        let seconds = workload.server.request_seconds.min(LONGEST_IDLE);
        annotate("load-balancer-attributes", format!("idle_timeout.timeout_seconds={seconds}"));
    }
    if has_tls {
        annotate("listen-ports", r#"[{"HTTPS": 443}]"#.to_owned());
        certificate(ingress, findings);
    }
    if !findings.is_written("expose.class") {
        findings.decide("expose.class", "alb", "the load balancer of AWS, by its controller");
    }
    let reason = "pods of Fargate are reached by their addresses, not through nodes";
    findings.decide("alb.ingress.kubernetes.io/target-type", "ip", reason);
    let reason = "`expose` is for clients outside; `expose.annotations` can say `internal`";
    findings.decide("alb.ingress.kubernetes.io/scheme", "internet-facing", reason);
    if workload.server.protocol == Protocol::Grpc && !has_tls {
        let rule = "the load balancer speaks gRPC to clients with TLS only: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html";
        findings.refuse("expose", rule, "add `expose.tls`, with a certificate of the host in ACM");
    }
}

/// The load balancer knows no Secret: it finds the host's certificate in ACM.
fn certificate(ingress: &mut k8s_openapi::api::networking::v1::Ingress, findings: &mut Findings<'_>) {
    let annotations = ingress.metadata.annotations.get_or_insert_default();
    annotations.retain(|key, _| !key.starts_with("cert-manager.io/"));
    for tls in ingress.spec.get_or_insert_default().tls.iter_mut().flatten() {
        tls.secret_name = None;
    }
    findings.adapt(
        "expose.tls",
        "a certificate of the host in ACM, which the load balancer finds by its name; it reads no Secret",
    );
}

/// Whether an Application Load Balancer serves the exposure.
fn is_by_alb(workload: &Workload) -> bool {
    let Exposure::Ingress { class, .. } = &workload.exposure else { return false };
    class.as_ref().is_none_or(|class| class.as_str() == "alb")
}
