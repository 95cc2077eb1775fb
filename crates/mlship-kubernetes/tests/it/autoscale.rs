//! HPAs, ScaledObjects, rules of the Prometheus Adapter.

use crate::support::{check, check_kinds, check_refused, check_warned, emitted};

const RANGE: &str = "replicas: {min: 2, max: 8}\nserver: {image: 'a/b:1', metrics: {path: /metrics}}\n";
const KEDA: &str = "namespace: ml\nserver: {image: 'a/b:1', metrics: {path: /metrics}}\ntargets: {kubernetes: {autoscaler: keda}}\n";

#[test]
fn an_hpa_says_how_fast_it_moves() {
    check(
        &format!("{RANGE}autoscale: {{upWindow: 30s, downWindow: 10m}}"),
        "HorizontalPodAutoscaler",
        &[
            ("/spec/minReplicas", "2"),
            ("/spec/maxReplicas", "8"),
            ("/spec/scaleTargetRef", r#"{"apiVersion": "apps/v1", "kind": "Deployment", "name": "churn"}"#),
            (
                "/spec/behavior",
                r#"{
                    "scaleUp": {
                        "stabilizationWindowSeconds": 30, "selectPolicy": "Max",
                        "policies": [
                            {"type": "Pods", "value": 4, "periodSeconds": 15},
                            {"type": "Percent", "value": 100, "periodSeconds": 15}]},
                    "scaleDown": {
                        "stabilizationWindowSeconds": 600, "selectPolicy": "Max",
                        "policies": [{"type": "Percent", "value": 100, "periodSeconds": 15}]}
                }"#,
            ),
            (
                "/spec/metrics",
                r#"[{"type": "ContainerResource", "containerResource": {
                    "name": "cpu", "container": "server", "target": {"type": "Utilization", "averageUtilization": 70}}}]"#,
            ),
        ],
    );
}

#[test]
fn resources_are_metered_over_the_pod_when_asked() {
    check(
        &format!(
            "{RANGE}autoscale: {{on: memory, target: 80}}\ntargets: {{kubernetes: {{metricScope: pod}}}}"
        ),
        "HorizontalPodAutoscaler",
        &[(
            "/spec/metrics",
            r#"[{"type": "Resource", "resource": {"name": "memory", "target": {"type": "Utilization", "averageUtilization": 80}}}]"#,
        )],
    );
    check(
        &format!("{KEDA}replicas: {{min: 1, max: 8}}\nautoscale: {{on: cpu, target: 60}}"),
        "ScaledObject",
        &[(
            "/spec/triggers",
            r#"[{"type": "cpu", "metricType": "Utilization", "metadata": {"value": "60", "containerName": "server"}}]"#,
        )],
    );
}

#[test]
fn numbers_of_replicas_go_through_the_adapter() {
    let lines = format!("{RANGE}autoscale: {{on: rps, target: 50}}");
    check(
        &lines,
        "HorizontalPodAutoscaler",
        &[(
            "/spec/metrics",
            r#"[{"type": "Pods", "pods": {
                "metric": {"name": "http_requests_per_second"}, "target": {"type": "AverageValue", "averageValue": "50"}}}]"#,
        )],
    );
    check(
        &lines,
        "",
        &[(
            "/rules",
            r#"{"custom": [{
                "seriesQuery": "http_requests_total{namespace!=\"\",pod!=\"\"}",
                "resources": {"overrides": {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}},
                "name": {"matches": "^http_requests_total$", "as": "http_requests_per_second"},
                "metricsQuery": "sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)"
            }]}"#,
        )],
    );
    let files: Vec<_> = emitted(&lines).bundle.files.into_keys().collect();
    assert_eq!(files, ["churn.prometheus-adapter.values", "churn.yaml"]);
    assert_eq!(emitted(RANGE).bundle.files.len(), 1);
}

#[test]
fn the_devices_of_a_replica_are_averaged() {
    let lines = "resources: {gpu: 2, memory: 8Gi}\nautoscale: {on: gpu, target: 80}\n";
    check(
        &format!("{RANGE}{lines}"),
        "",
        &[
            (
                "/rules/custom/0/seriesQuery",
                r#""DCGM_FI_DEV_GPU_UTIL{exported_namespace!=\"\",exported_pod!=\"\"}""#,
            ),
            ("/rules/custom/0/metricsQuery", r#""avg(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)""#),
            (
                "/rules/custom/1/seriesQuery",
                r#""DCGM_FI_DEV_GPU_UTIL{namespace!=\"\",pod!=\"\",exported_pod=\"\"}""#,
            ),
            ("/rules/custom/2", "absent"),
        ],
    );
    let query = "sum(avg by (exported_pod) (DCGM_FI_DEV_GPU_UTIL{exported_namespace=\"ml\",exported_pod=~\"churn-[a-z0-9]+-[a-z0-9]{5}\"})) \
                 or sum(avg by (pod) (DCGM_FI_DEV_GPU_UTIL{namespace=\"ml\",pod=~\"churn-[a-z0-9]+-[a-z0-9]{5}\"}))";
    let lines = lines.replace("target: 80", "target: 80, prometheus: 'http://prom:9090'");
    check(
        &format!("{KEDA}replicas: {{min: 1, max: 8}}\n{lines}"),
        "ScaledObject",
        &[("/spec/triggers/0/metadata/query", &serde_json::to_string(query).expect("a string"))],
    );
}

#[test]
fn keda_counts_this_services_pods_alone() {
    let lines = "replicas: {min: 1, max: 8}\nautoscale: {on: concurrency, target: 500m, prometheus: 'http://prom:9090', downWindow: 4m}";
    check(
        &format!("{KEDA}{lines}"),
        "ScaledObject",
        &[
            ("/apiVersion", r#""keda.sh/v1alpha1""#),
            ("/spec/scaleTargetRef", r#"{"apiVersion": "apps/v1", "kind": "Deployment", "name": "churn"}"#),
            ("/spec/minReplicaCount", "1"),
            ("/spec/maxReplicaCount", "8"),
            ("/spec/cooldownPeriod", "240"),
            (
                "/spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/stabilizationWindowSeconds",
                "240",
            ),
            (
                "/spec/triggers",
                r#"[{"type": "prometheus", "metricType": "AverageValue", "metadata": {
                    "serverAddress": "http://prom:9090", "threshold": "0.5",
                    "query": "sum(http_requests_inprogress{namespace=\"ml\",pod=~\"churn-[a-z0-9]+-[a-z0-9]{5}\"})"}}]"#,
            ),
        ],
    );
    check_kinds(
        &format!("{KEDA}{lines}"),
        &[
            "ServiceAccount/churn",
            "NetworkPolicy/churn",
            "PodDisruptionBudget/churn",
            "Service/churn",
            "Deployment/churn",
            "ScaledObject/churn",
        ],
    );
    let nowhere = format!("{KEDA}{lines}").replace("namespace: ml\n", "");
    check_warned(&nowhere, &["ML453"]);
    check(
        &nowhere,
        "ScaledObject",
        &[(
            "/spec/triggers/0/metadata/query",
            r#""sum(http_requests_inprogress{pod=~\"churn-[a-z0-9]+-[a-z0-9]{5}\"})""#,
        )],
    );
    let stateful = format!("{KEDA}{lines}\nstate: {{size: 1Gi, path: /data}}");
    check(
        &stateful,
        "ScaledObject",
        &[
            ("/spec/scaleTargetRef/kind", r#""StatefulSet""#),
            (
                "/spec/triggers/0/metadata/query",
                r#""sum(http_requests_inprogress{namespace=\"ml\",pod=~\"churn-[0-9]+\"})""#,
            ),
        ],
    );
}

#[test]
fn a_sleeping_service_is_woken_from_outside() {
    let query = "replicas: {min: 0, max: 8}\nautoscale: {query: sum(queue_length), target: 5, prometheus: 'http://prom:9090'}";
    check(
        &format!("{KEDA}{query}"),
        "ScaledObject",
        &[
            ("/spec/minReplicaCount", "0"),
            (
                "/spec/triggers/0/metadata",
                r#"{"serverAddress": "http://prom:9090", "query": "sum(queue_length)", "threshold": "5", "activationThreshold": "0"}"#,
            ),
        ],
    );
    check_refused(
        &format!(
            "{KEDA}replicas: {{min: 0, max: 8}}\nautoscale: {{on: rps, target: 5, prometheus: 'http://prom:9090'}}"
        ),
        "ML012",
        "with no replica there is no `http_requests_total`, so nothing would wake the service",
    );
}

#[test]
fn numbers_of_the_whole_service_are_external() {
    let query = format!("{RANGE}autoscale: {{query: sum(queue_length), target: 5, per: service}}");
    check(
        &query,
        "HorizontalPodAutoscaler",
        &[(
            "/spec/metrics",
            r#"[{"type": "External", "external": {"metric": {"name": "churn_query"}, "target": {"type": "Value", "value": "5"}}}]"#,
        )],
    );
    check(
        &query,
        "",
        &[(
            "/rules",
            r#"{"external": [{
                "seriesQuery": "up", "resources": {"namespaced": false},
                "name": {"matches": "^up$", "as": "churn_query"}, "metricsQuery": "sum(queue_length)"}]}"#,
        )],
    );
    let latency = format!("{RANGE}autoscale: {{on: latency, target: 500m}}");
    check(
        &latency,
        "",
        &[(
            "/rules/external/0/metricsQuery",
            r#""histogram_quantile(0.95, sum by (le) (rate(<<.Series>>{<<.LabelMatchers>>,pod=~\"churn-[a-z0-9]+-[a-z0-9]{5}\"}[2m]))) > 0 or vector(0)""#,
        )],
    );
    check(
        &format!(
            "{KEDA}replicas: {{min: 1, max: 8}}\nautoscale: {{on: latency, target: 500m, prometheus: 'http://prom:9090'}}"
        ),
        "ScaledObject",
        &[
            ("/spec/triggers/0/metricType", r#""Value""#),
            (
                "/spec/triggers/0/metadata/query",
                r#""histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{namespace=\"ml\",pod=~\"churn-[a-z0-9]+-[a-z0-9]{5}\"}[2m]))) > 0 or vector(0)""#,
            ),
        ],
    );
}
