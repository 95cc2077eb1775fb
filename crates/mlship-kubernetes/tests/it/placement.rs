//! Nodes, taints, spreading, disruption.

use crate::support::check;

const AFFINITY: &str = "/spec/template/spec/affinity/nodeAffinity";

#[track_caller]
fn check_terms(lines: &str, expected: &str) {
    let pointer = format!("{AFFINITY}/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms");
    check(lines, "Deployment", &[(&pointer, expected)]);
}

#[test]
fn an_accelerator_is_found_by_any_label_and_always_in_the_zones() {
    check_terms(
        "resources: {gpu: {type: nvidia-t4}}\nplacement: {zones: [a, b]}",
        r#"[
            {"matchExpressions": [
                {"key": "nvidia.com/gpu.product", "operator": "In", "values": ["Tesla-T4"]},
                {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a", "b"]}]},
            {"matchExpressions": [
                {"key": "cloud.google.com/gke-accelerator", "operator": "In", "values": ["nvidia-tesla-t4"]},
                {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a", "b"]}]},
            {"matchExpressions": [
                {"key": "karpenter.k8s.aws/instance-gpu-name", "operator": "In", "values": ["t4"]},
                {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a", "b"]}]},
            {"matchExpressions": [
                {"key": "eks.amazonaws.com/instance-gpu-name", "operator": "In", "values": ["t4"]},
                {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a", "b"]}]},
            {"matchExpressions": [
                {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": [
                    "g4dn.xlarge", "g4dn.2xlarge", "g4dn.4xlarge", "g4dn.8xlarge", "g4dn.12xlarge", "g4dn.16xlarge", "g4dn.metal",
                    "Standard_NC4as_T4_v3", "Standard_NC8as_T4_v3", "Standard_NC16as_T4_v3", "Standard_NC64as_T4_v3"]},
                {"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a", "b"]}]}
        ]"#,
    );
}

#[test]
fn a_cloud_and_a_count_leave_what_can_match() {
    check_terms(
        "resources: {gpu: {type: nvidia-t4, count: 4}, memory: 32Gi}\ntargets: {kubernetes: {cloud: azure}}",
        r#"[
            {"matchExpressions": [{"key": "nvidia.com/gpu.product", "operator": "In", "values": ["Tesla-T4"]}]},
            {"matchExpressions": [
                {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["Standard_NC64as_T4_v3"]}]}
        ]"#,
    );
}

#[test]
fn two_accelerators_of_one_name_are_told_apart_by_machine() {
    check_terms(
        "resources: {gpu: {type: nvidia-a100-80gb, count: 8}, memory: 32Gi}\ntargets: {kubernetes: {cloud: aws}}",
        r#"[
            {"matchExpressions": [{"key": "nvidia.com/gpu.product", "operator": "In", "values": [
                "NVIDIA-A100-SXM4-80GB", "NVIDIA-A100-80GB-PCIe", "A100-SXM4-80GB"]}]},
            {"matchExpressions": [
                {"key": "node.kubernetes.io/instance-type", "operator": "In", "values": ["p4de.24xlarge"]}]}
        ]"#,
    );
}

#[test]
fn zones_alone_are_one_term() {
    check_terms(
        "placement: {zones: [a]}",
        r#"[{"matchExpressions": [{"key": "topology.kubernetes.io/zone", "operator": "In", "values": ["a"]}]}]"#,
    );
    check("", "Deployment", &[("/spec/template/spec/affinity", "absent")]);
}

#[test]
fn devices_and_spot_capacity_come_with_their_tolerations() {
    let tolerations = "/spec/template/spec/tolerations";
    check(
        "resources: {gpu: 1}\ntargets: {kubernetes: {cloud: gcp}}\nplacement: {spot: true, tolerations: [{key: team, value: ml, effect: NoExecute, tolerationSeconds: 60}, {operator: Exists, key: nvidia.com/gpu, effect: NoSchedule}]}",
        "Deployment",
        &[
            (
                tolerations,
                r#"[
                    {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"},
                    {"key": "cloud.google.com/gke-spot", "operator": "Equal", "value": "true", "effect": "NoSchedule"},
                    {"key": "team", "operator": "Equal", "value": "ml", "effect": "NoExecute", "tolerationSeconds": 60}
                ]"#,
            ),
            (
                &format!("{AFFINITY}/preferredDuringSchedulingIgnoredDuringExecution"),
                r#"[{"weight": 100, "preference": {"matchExpressions": [
                    {"key": "cloud.google.com/gke-spot", "operator": "In", "values": ["true"]}]}}]"#,
            ),
        ],
    );
    check(
        "resources: {gpu: {count: 1, type: nvidia-a100-40gb, mig: 1g.5gb}}\ntargets: {kubernetes: {cloud: aws}}",
        "Deployment",
        &[
            (tolerations, r#"[{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]"#),
            ("/spec/template/spec/containers/0/resources/limits/nvidia.com~1mig-1g.5gb", r#""1""#),
        ],
    );
}

#[test]
fn spot_capacity_that_was_refused_is_kept_off() {
    let terms = r#"[{"matchExpressions": [
        {"key": "eks.amazonaws.com/capacityType", "operator": "NotIn", "values": ["SPOT"]},
        {"key": "karpenter.sh/capacity-type", "operator": "NotIn", "values": ["spot"]}]}]"#;
    check_terms("placement: {spot: false}", terms);
    check(
        "placement: {spot: false}\ntargets: {kubernetes: {cloud: gcp}}",
        "Deployment",
        &[(AFFINITY, "absent")],
    );
}

#[test]
fn replicas_spread_within_one_version() {
    check(
        "availability: {spread: zone, spreadStrength: required}",
        "Deployment",
        &[
            (
                "/spec/template/spec/topologySpreadConstraints/0/topologyKey",
                r#""topology.kubernetes.io/zone""#,
            ),
            ("/spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable", r#""DoNotSchedule""#),
            ("/spec/template/spec/topologySpreadConstraints/0/matchLabelKeys", r#"["pod-template-hash"]"#),
            ("/spec/template/spec/topologySpreadConstraints/0/nodeTaintsPolicy", r#""Honor""#),
        ],
    );
    check(
        "state: {size: 1Gi, path: /data}",
        "StatefulSet",
        &[("/spec/template/spec/topologySpreadConstraints/0/matchLabelKeys", "absent")],
    );
}

#[test]
fn a_drain_passes_replicas_that_serve_nobody() {
    check(
        "replicas: 3\navailability: {minAvailable: 2}",
        "PodDisruptionBudget",
        &[
            ("/spec/minAvailable", "2"),
            ("/spec/maxUnavailable", "absent"),
            ("/spec/unhealthyPodEvictionPolicy", r#""AlwaysAllow""#),
        ],
    );
    check("", "PodDisruptionBudget", &[("/spec/maxUnavailable", "1")]);
}
