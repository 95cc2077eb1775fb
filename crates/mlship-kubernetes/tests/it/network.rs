//! Network policies.

use crate::support::{check, check_warned};

#[track_caller]
fn check_ingress(lines: &str, expected: &str) {
    check(
        lines,
        "NetworkPolicy",
        &[
            ("/spec/ingress", expected),
            ("/spec/egress", "[{}]"),
            ("/spec/policyTypes", r#"["Ingress", "Egress"]"#),
        ],
    );
}

const EXPOSED: &str = "expose: {host: a.example.com, class: nginx}\n";

#[test]
fn an_internal_service_is_called_from_its_namespace() {
    check_ingress("", r#"[{"from": [{"podSelector": {}}], "ports": [{"port": 8080, "protocol": "TCP"}]}]"#);
    check_ingress(
        "network: {allowFrom: [web, jobs]}",
        r#"[{
            "from": [{"podSelector": {}}, {"namespaceSelector": {"matchExpressions": [
                {"key": "kubernetes.io/metadata.name", "operator": "In", "values": ["web", "jobs"]}]}}],
            "ports": [{"port": 8080, "protocol": "TCP"}]
        }]"#,
    );
}

#[test]
fn whoever_carries_requests_gets_in() {
    let anywhere = r#"[{"ports": [{"port": 8080, "protocol": "TCP"}]}]"#;
    let any_namespace =
        r#"[{"from": [{"namespaceSelector": {}}], "ports": [{"port": 8080, "protocol": "TCP"}]}]"#;
    check_ingress(EXPOSED, any_namespace);
    // Load balancers of clouds are no pods.
    check_ingress("expose: {host: a.example.com, class: alb}", anywhere);
    check_ingress("expose: {host: a.example.com}", anywhere);
    check_ingress("expose: {host: a.example.com, gateway: {name: public}}", anywhere);
}

#[test]
fn prometheus_gets_in_unless_it_was_written_who_may() {
    let metrics = |port| format!("server: {{image: 'a/b:1', metrics: {{port: {port}}}}}\n");
    let own = r#""from": [{"podSelector": {}}]"#;
    let any = r#""from": [{"namespaceSelector": {}}]"#;
    check_ingress(
        &metrics(9400),
        &format!(
            r#"[{{{own}, "ports": [{{"port": 8080, "protocol": "TCP"}}]}}, {{{any}, "ports": [{{"port": 9400, "protocol": "TCP"}}]}}]"#
        ),
    );
    check_ingress(
        &metrics(8080),
        &format!(
            r#"[{{{own}, "ports": [{{"port": 8080, "protocol": "TCP"}}]}}, {{{any}, "ports": [{{"port": 8080, "protocol": "TCP"}}]}}]"#
        ),
    );
    let closed = format!("{}network: {{allowFrom: []}}", metrics(8080));
    check_ingress(&closed, &format!(r#"[{{{own}, "ports": [{{"port": 8080, "protocol": "TCP"}}]}}]"#));
    check_warned(&closed, &["ML513"]);
    check_warned(&format!("{}network: {{allowFrom: [monitoring]}}", metrics(8080)), &[]);
    check_warned(&format!("{EXPOSED}network: {{allowFrom: [web]}}"), &["ML513"]);
    check_warned(&format!("{EXPOSED}network: {{allowFrom: [web, ingress-nginx]}}"), &[]);
}

#[test]
fn replicas_of_a_database_reach_each_other_at_every_port() {
    check(
        "state: {size: 1Gi, path: /data}",
        "NetworkPolicy",
        &[(
            "/spec/ingress/1",
            r#"{"from": [{"podSelector": {"matchLabels": {
                "app.kubernetes.io/instance": "churn", "app.kubernetes.io/name": "churn"}}}]}"#,
        )],
    );
}
