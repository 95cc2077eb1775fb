//! Deployments and StatefulSets.

use crate::support::{check, check_adapted, check_kinds, check_refused};

const STATE: &str = "state: {size: 20Gi, path: /data, storageClass: ssd}\n";

#[test]
fn a_fixed_number_is_written_and_an_autoscalers_is_not() {
    check("replicas: 3", "Deployment", &[("/spec/replicas", "3")]);
    check("replicas: {min: 2, max: 5}", "Deployment", &[("/spec/replicas", "absent")]);
    check(&format!("{STATE}replicas: {{min: 2, max: 5}}"), "StatefulSet", &[("/spec/replicas", "absent")]);
}

#[test]
fn rollouts_are_as_decided() {
    check(
        "rollout: {surge: 1, unavailable: 25%, deadline: 20m}",
        "Deployment",
        &[
            (
                "/spec/strategy",
                r#"{"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": "25%"}}"#,
            ),
            ("/spec/progressDeadlineSeconds", "1200"),
            ("/spec/revisionHistoryLimit", "5"),
        ],
    );
    check_refused(
        "rollout: {canary: 10}",
        "ML012",
        "plain Kubernetes objects can't send a share of the traffic to a new version",
    );
}

#[test]
fn state_is_a_stateful_set_with_a_service_among_replicas() {
    check_kinds(
        STATE,
        &[
            "ServiceAccount/churn",
            "NetworkPolicy/churn",
            "PodDisruptionBudget/churn",
            "Service/churn",
            "Service/churn-headless",
            "StatefulSet/churn",
        ],
    );
    check(
        &format!("{STATE}labels: {{team: risk}}"),
        "StatefulSet",
        &[
            ("/spec/serviceName", r#""churn-headless""#),
            ("/spec/podManagementPolicy", r#""Parallel""#),
            ("/spec/updateStrategy", r#"{"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}}"#),
            (
                "/spec/persistentVolumeClaimRetentionPolicy",
                r#"{"whenDeleted": "Retain", "whenScaled": "Retain"}"#,
            ),
            // Claims can't be changed later: what users change at will is not in them.
            (
                "/spec/volumeClaimTemplates",
                r#"[{
                    "apiVersion": "v1", "kind": "PersistentVolumeClaim",
                    "metadata": {"name": "state", "labels": {
                        "app.kubernetes.io/instance": "churn", "app.kubernetes.io/name": "churn"}},
                    "spec": {
                        "accessModes": ["ReadWriteOnce"], "storageClassName": "ssd",
                        "resources": {"requests": {"storage": "20Gi"}}}
                }]"#,
            ),
            ("/spec/template/spec/containers/0/volumeMounts/0", r#"{"name": "state", "mountPath": "/data"}"#),
        ],
    );
}

#[test]
fn what_a_stateful_set_can_not_do_is_said() {
    check_adapted(&format!("{STATE}rollout: {{deadline: 20m}}"), &["rollout.deadline"]);
    check(
        &format!("{STATE}rollout: {{unavailable: 2}}"),
        "StatefulSet",
        &[("/spec/updateStrategy/rollingUpdate/maxUnavailable", "2")],
    );
}
