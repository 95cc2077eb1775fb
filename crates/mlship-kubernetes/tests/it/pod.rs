//! The pod: its container, security, volumes, labels.

use crate::support::{check, check_adapted, check_refused, documents, emitted};

const POD: &str = "/spec/template/spec";

/// The same with the pod's path in front.
fn in_pod<'a>(fields: &'a [(String, &'a str)]) -> Vec<(&'a str, &'a str)> {
    fields.iter().map(|(pointer, expected)| (pointer.as_str(), *expected)).collect()
}

#[track_caller]
fn check_pod(lines: &str, fields: &[(&str, &str)]) {
    let fields: Vec<_> =
        fields.iter().map(|(pointer, expected)| (format!("{POD}{pointer}"), *expected)).collect();
    check(lines, "Deployment", &in_pod(&fields));
}

#[test]
fn every_pod_is_restricted() {
    for lines in ["", "security: {readOnlyRootFilesystem: false, runAsUser: 1000, runAsGroup: 2000}"] {
        check_pod(
            lines,
            &[
                ("/securityContext/runAsNonRoot", "true"),
                ("/securityContext/fsGroupChangePolicy", r#""OnRootMismatch""#),
                ("/securityContext/seccompProfile", r#"{"type": "RuntimeDefault"}"#),
                ("/automountServiceAccountToken", "false"),
                ("/enableServiceLinks", "false"),
                ("/containers/0/securityContext/allowPrivilegeEscalation", "false"),
                ("/containers/0/securityContext/capabilities", r#"{"drop": ["ALL"]}"#),
                ("/hostNetwork", "absent"),
            ],
        );
    }
    check_pod("", &[("/securityContext/runAsUser", "65532"), ("/securityContext/fsGroup", "65532")]);
    check_pod(
        "security: {runAsUser: 1000, runAsGroup: 2000}",
        &[
            ("/securityContext/runAsUser", "1000"),
            ("/securityContext/runAsGroup", "2000"),
            ("/securityContext/fsGroup", "2000"),
        ],
    );
}

#[test]
fn a_read_only_root_has_a_writable_tmp_and_home() {
    check_pod(
        "",
        &[
            ("/containers/0/securityContext/readOnlyRootFilesystem", "true"),
            ("/containers/0/env", r#"[{"name": "HOME", "value": "/tmp"}]"#),
            ("/containers/0/volumeMounts", r#"[{"name": "tmp", "mountPath": "/tmp"}]"#),
            ("/volumes", r#"[{"name": "tmp", "emptyDir": {}}]"#),
        ],
    );
    check_pod(
        "security: {readOnlyRootFilesystem: false}",
        &[
            ("/containers/0/securityContext/readOnlyRootFilesystem", "false"),
            ("/containers/0/env", "absent"),
            ("/containers/0/volumeMounts", "absent"),
            ("/volumes", "absent"),
        ],
    );
    let own_home = "server: {image: 'a/b:1', env: {HOME: /data}}\nsecurity: {writable: [/data, /cache]}";
    check_pod(
        own_home,
        &[
            ("/containers/0/env", r#"[{"name": "HOME", "value": "/data"}]"#),
            ("/containers/0/volumeMounts/0", r#"{"name": "scratch-0", "mountPath": "/cache"}"#),
            ("/containers/0/volumeMounts/1", r#"{"name": "scratch-1", "mountPath": "/data"}"#),
        ],
    );
}

#[test]
fn the_environment_keeps_its_order_and_its_secrets_stay_references() {
    check_pod(
        "server: {image: 'a/b:1', env: {Z: 'on', A: $(Z)}, secretEnv: {HF_TOKEN: {secret: hf, key: token}}}",
        &[
            ("/containers/0/env/1", r#"{"name": "Z", "value": "on"}"#),
            ("/containers/0/env/2", r#"{"name": "A", "value": "$(Z)"}"#),
            (
                "/containers/0/env/3",
                r#"{"name": "HF_TOKEN", "valueFrom": {"secretKeyRef": {"name": "hf", "key": "token"}}}"#,
            ),
        ],
    );
}

#[test]
fn devices_are_requested_as_they_are_limited() {
    check_pod(
        "resources: {gpu: {count: 2, type: nvidia-l4}, memory: 16Gi, sharedMemory: 4Gi}\nreplicas: 1",
        &[
            ("/containers/0/resources/requests/nvidia.com~1gpu", r#""2""#),
            ("/containers/0/resources/limits/nvidia.com~1gpu", r#""2""#),
            ("/containers/0/volumeMounts/0", r#"{"name": "shm", "mountPath": "/dev/shm"}"#),
            ("/volumes/0", r#"{"name": "shm", "emptyDir": {"medium": "Memory", "sizeLimit": "4Gi"}}"#),
        ],
    );
}

#[test]
fn probes_ask_named_ports_and_have_no_delay() {
    check_pod(
        "health: {live: /livez, ready: /readyz}",
        &[
            ("/containers/0/readinessProbe/httpGet", r#"{"path": "/readyz", "port": "http"}"#),
            ("/containers/0/livenessProbe/initialDelaySeconds", "absent"),
            ("/containers/0/startupProbe/httpGet/port", r#""http""#),
        ],
    );
    check_pod(
        "health: {live: /livez, ready: /readyz, port: 9901}",
        &[("/containers/0/readinessProbe/httpGet/port", "9901")],
    );
    check_pod(
        "server: {image: 'a/b:1', protocol: grpc}",
        &[("/containers/0/readinessProbe/grpc", r#"{"port": 9000}"#)],
    );
}

#[test]
fn a_replica_drains_without_a_shell() {
    check_pod("", &[("/containers/0/lifecycle/preStop", r#"{"sleep": {"seconds": 10}}"#)]);
}

#[test]
fn low_ports_need_no_capability() {
    let sysctls = r#"[{"name": "net.ipv4.ip_unprivileged_port_start", "value": "80"}]"#;
    check_pod("server: {image: 'a/b:1', port: 80}", &[("/securityContext/sysctls", sysctls)]);
    check_pod("", &[("/securityContext/sysctls", "absent")]);
}

#[test]
fn files_roll_the_pods_when_they_change() {
    let hash = |content: &str| {
        let emitted = emitted(&format!("config: {{files: {{app.yaml: '{content}'}}}}"));
        let documents = documents(&emitted);
        let deployment =
            documents.iter().find(|document| document.kind() == "Deployment").expect("there is one");
        deployment.value()["spec"]["template"]["metadata"]["annotations"]["mlship.dev/config-hash"].clone()
    };
    assert_eq!(hash("a: 1"), hash("a: 1"));
    assert_ne!(hash("a: 1"), hash("a: 2"));
    check_pod(
        "config: {path: /etc/app, files: {app.yaml: 'a: 1'}}",
        &[
            ("/volumes/0", r#"{"name": "config", "configMap": {"name": "churn"}}"#),
            (
                "/containers/0/volumeMounts/0",
                r#"{"name": "config", "mountPath": "/etc/app", "readOnly": true}"#,
            ),
        ],
    );
}

#[test]
fn user_labels_reach_every_object_and_no_selector() {
    let lines = "labels: {team: risk, app.kubernetes.io/name: other, app.kubernetes.io/component: api}\n\
                 annotations: {example.com/owner: risk}\nserver: {image: 'a/b:1.2'}";
    check(
        lines,
        "Deployment",
        &[
            ("/metadata/labels/team", r#""risk""#),
            ("/metadata/labels/app.kubernetes.io~1name", r#""churn""#),
            ("/metadata/labels/app.kubernetes.io~1component", r#""api""#),
            ("/metadata/labels/app.kubernetes.io~1version", r#""1.2""#),
            ("/metadata/annotations/example.com~1owner", r#""risk""#),
            ("/spec/template/metadata/labels/team", r#""risk""#),
            (
                "/spec/selector/matchLabels",
                r#"{"app.kubernetes.io/instance": "churn", "app.kubernetes.io/name": "churn"}"#,
            ),
        ],
    );
    check(
        lines,
        "Service",
        &[("/metadata/labels/team", r#""risk""#), ("/metadata/labels/app.kubernetes.io~1version", "absent")],
    );
    check_adapted(lines, &["labels.\"app.kubernetes.io/name\""]);
}

#[test]
fn an_identity_of_a_cloud_is_the_accounts_and_needs_no_token() {
    let azure = "identity: {azureClientId: 00000000-0000-0000-0000-000000000001}";
    check(
        azure,
        "ServiceAccount",
        &[
            (
                "/metadata/annotations",
                r#"{"azure.workload.identity/client-id": "00000000-0000-0000-0000-000000000001"}"#,
            ),
            ("/automountServiceAccountToken", "false"),
        ],
    );
    check(
        azure,
        "Deployment",
        &[("/spec/template/metadata/labels/azure.workload.identity~1use", r#""true""#)],
    );
    let aws = "identity: {awsRole: 'arn:aws:iam::123456789012:role/churn'}";
    check(
        aws,
        "ServiceAccount",
        &[("/metadata/annotations/eks.amazonaws.com~1role-arn", r#""arn:aws:iam::123456789012:role/churn""#)],
    );
    check_pod("identity: {serviceAccount: shared}", &[("/serviceAccountName", r#""shared""#)]);
}

#[test]
fn mounts_that_collide_are_refused() {
    let config = |path: &str| {
        format!("config: {{path: {path}, files: {{a: b}}}}\nmodel: {{uri: 'pvc://weights', path: /models}}")
    };
    check_refused(&config("/models"), "ML007", "`/models` is where `model` is mounted already");
    check_refused(&config("/models/etc"), "ML007", "`/models/etc` lies in the read-only folder `/models`");
}
