//! Ingresses and routes.

use crate::support::{check, check_adapted, check_kinds, check_refused, check_warned};

#[test]
fn an_ingress_has_a_class_a_certificate_and_time() {
    let lines = "server: {image: 'a/b:1', requestTimeout: 2m}\n\
                 expose: {host: churn.example.com, class: nginx, tls: {issuer: letsencrypt}, annotations: {example.com/a: b}}";
    check(
        lines,
        "Ingress",
        &[
            (
                "/metadata/annotations",
                r#"{
                    "cert-manager.io/cluster-issuer": "letsencrypt", "example.com/a": "b",
                    "nginx.ingress.kubernetes.io/proxy-read-timeout": "120",
                    "nginx.ingress.kubernetes.io/proxy-send-timeout": "120"
                }"#,
            ),
            ("/spec/ingressClassName", r#""nginx""#),
            ("/spec/tls", r#"[{"hosts": ["churn.example.com"], "secretName": "churn-tls"}]"#),
            (
                "/spec/rules",
                r#"[{"host": "churn.example.com", "http": {"paths": [{
                    "path": "/", "pathType": "Prefix",
                    "backend": {"service": {"name": "churn", "port": {"name": "http"}}}}]}}]"#,
            ),
        ],
    );
    check_warned(lines, &[]);
}

#[test]
fn controllers_are_told_what_they_can_be_told() {
    let expose = |class: &str, protocol: &str, rest: &str| {
        format!(
            "server: {{image: 'a/b:1', protocol: {protocol}, requestTimeout: 30s}}\n\
             expose: {{host: churn.example.com, class: {class}{rest}}}"
        )
    };
    check(
        &expose("nginx", "http", ""),
        "Ingress",
        &[("/metadata/annotations", "absent"), ("/spec/tls", "absent")],
    );
    let grpc = r#"{"nginx.ingress.kubernetes.io/backend-protocol": "GRPC"}"#;
    check(&expose("nginx", "grpc", ""), "Ingress", &[("/metadata/annotations", grpc)]);
    check_warned(&expose("nginx", "grpc", ""), &["ML560"]);
    check_warned(&expose("nginx", "grpc", ", tls: {secret: tls}"), &[]);
    check_warned(&expose("traefik", "grpc", ""), &["ML560"]);
    check_warned(&expose("traefik", "http", ""), &[]);
    check_warned("server: {image: 'a/b:1', requestTimeout: 5m}\nexpose: {host: a.example.com}", &["ML560"]);
    let issuer = r#"{"cert-manager.io/issuer": "own"}"#;
    check(
        &expose("nginx", "http", ", tls: {issuer: own, issuerKind: Issuer}"),
        "Ingress",
        &[("/metadata/annotations", issuer)],
    );
}

#[test]
fn a_gateway_gets_a_route_of_the_protocol() {
    let gateway =
        "expose: {host: churn.example.com, gateway: {name: public, namespace: infra, section: https}}";
    check(
        &format!("server: {{image: 'a/b:1', requestTimeout: 2m}}\n{gateway}"),
        "HTTPRoute",
        &[
            ("/apiVersion", r#""gateway.networking.k8s.io/v1""#),
            ("/spec/parentRefs", r#"[{"name": "public", "namespace": "infra", "sectionName": "https"}]"#),
            ("/spec/hostnames", r#"["churn.example.com"]"#),
            (
                "/spec/rules",
                r#"[{
                    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                    "backendRefs": [{"name": "churn", "port": 80}],
                    "timeouts": {"request": "120s"}
                }]"#,
            ),
        ],
    );
    let grpc =
        format!("server: {{image: 'a/b:1', protocol: grpc, port: 9000, requestTimeout: 2m}}\n{gateway}");
    check(&grpc, "GRPCRoute", &[("/spec/rules", r#"[{"backendRefs": [{"name": "churn", "port": 9000}]}]"#)]);
    check_adapted(&grpc, &["server.requestTimeout"]);
    check_refused(
        "server: {image: 'a/b:1', protocol: grpc}\nexpose: {host: a.example.com, path: /v1, gateway: {name: public}}",
        "ML012",
        "a GRPCRoute matches services and methods, not the path `/v1`",
    );
}

#[test]
fn an_internal_service_has_no_way_in() {
    check_kinds(
        "",
        &[
            "ServiceAccount/churn",
            "NetworkPolicy/churn",
            "PodDisruptionBudget/churn",
            "Service/churn",
            "Deployment/churn",
        ],
    );
}
