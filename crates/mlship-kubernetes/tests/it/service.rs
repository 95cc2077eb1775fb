//! Services, ports, metrics.

use crate::support::{check, check_kinds, check_refused};

#[test]
fn clients_call_port_80_by_name() {
    for protocol in ["http", "open-inference", "openai"] {
        check(
            &format!(
                "server: {{image: 'a/b:1', port: 8000, protocol: {protocol}, metrics: {{scrape: none}}}}"
            ),
            "Service",
            &[
                ("/spec/type", r#""ClusterIP""#),
                (
                    "/spec/ports",
                    r#"[{"name": "http", "port": 80, "targetPort": "http", "protocol": "TCP", "appProtocol": "http"}]"#,
                ),
            ],
        );
    }
}

#[test]
fn grpc_keeps_its_port_and_says_http_2() {
    check(
        "server: {image: 'a/b:1', protocol: grpc, port: 9000, ports: {admin: 8081}}",
        "Service",
        &[(
            "/spec/ports",
            r#"[
                {"name": "grpc", "port": 9000, "targetPort": "grpc", "protocol": "TCP", "appProtocol": "kubernetes.io/h2c"},
                {"name": "admin", "port": 8081, "targetPort": "admin", "protocol": "TCP"}
            ]"#,
        )],
    );
}

#[test]
fn port_80_leads_to_one_place() {
    check_refused(
        "server: {image: 'a/b:1', port: 8000, ports: {admin: 80}}",
        "ML007",
        "port 80 of the Service leads to `server.port`",
    );
}

#[test]
fn replicas_find_each_other_before_they_can_serve() {
    let lines = "server: {image: 'a/b:1', port: 6333, ports: {peers: 6335}}\nstate: {size: 1Gi, path: /data}";
    let fields = [
        ("/spec/clusterIP", r#""None""#),
        ("/spec/publishNotReadyAddresses", "true"),
        ("/spec/ports/0/port", "6333"),
        ("/spec/ports/1/port", "6335"),
        ("/metadata/labels/mlship.dev~1peers", r#""true""#),
    ];
    // The first of the kind is the one that clients call.
    check(
        lines,
        "Service",
        &[("/spec/clusterIP", "absent"), ("/metadata/labels/mlship.dev~1peers", "absent")],
    );
    let emitted = crate::support::emitted(lines);
    let headless = crate::support::documents(&emitted)
        .into_iter()
        .find(|it| it.name() == "churn-headless")
        .expect("there is one");
    for (pointer, expected) in fields {
        assert_eq!(
            headless.value().pointer(pointer).map(ToString::to_string).as_deref(),
            Some(expected),
            "{pointer}"
        );
    }
}

#[test]
fn prometheus_is_told_in_three_ways() {
    let metrics = |scrape| {
        format!("server: {{image: 'a/b:1', metrics: {{port: 9400, path: /stats, scrape: {scrape}}}}}")
    };
    check(
        &metrics("annotations"),
        "Deployment",
        &[
            (
                "/spec/template/metadata/annotations",
                r#"{"prometheus.io/path": "/stats", "prometheus.io/port": "9400", "prometheus.io/scrape": "true"}"#,
            ),
            (
                "/spec/template/spec/containers/0/ports/1",
                r#"{"name": "metrics", "containerPort": 9400, "protocol": "TCP"}"#,
            ),
        ],
    );
    check(&metrics("annotations"), "Service", &[("/spec/ports/1", "absent")]);
    check(
        &metrics("pod-monitor"),
        "PodMonitor",
        &[
            ("/apiVersion", r#""monitoring.coreos.com/v1""#),
            ("/spec/podMetricsEndpoints", r#"[{"port": "metrics", "path": "/stats"}]"#),
        ],
    );
    check(
        &metrics("service-monitor"),
        "ServiceMonitor",
        &[("/spec/endpoints", r#"[{"port": "metrics", "path": "/stats"}]"#)],
    );
    check(&metrics("service-monitor"), "Service", &[("/spec/ports/1/name", r#""metrics""#)]);
    check(
        &metrics("none"),
        "Deployment",
        &[
            ("/spec/template/metadata/annotations", "absent"),
            ("/spec/template/spec/containers/0/ports/1", "absent"),
        ],
    );
    let stateful = format!("{}\nstate: {{size: 1Gi, path: /data}}", metrics("service-monitor"));
    check(
        &stateful,
        "ServiceMonitor",
        &[(
            "/spec/selector/matchExpressions",
            r#"[{"key": "mlship.dev/peers", "operator": "DoesNotExist"}]"#,
        )],
    );
}

#[test]
fn the_namespace_is_written_only_when_it_is_given() {
    check("namespace: ml", "Service", &[("/metadata/namespace", r#""ml""#)]);
    check("", "Service", &[("/metadata/namespace", "absent")]);
    check_kinds(
        "identity: {serviceAccount: shared}",
        &["NetworkPolicy/churn", "PodDisruptionBudget/churn", "Service/churn", "Deployment/churn"],
    );
}
