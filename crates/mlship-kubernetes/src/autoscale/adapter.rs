//! Rules for the Prometheus Adapter, through which an HPA reads custom and external metrics.
//!
//! The values of its chart
//! (<https://github.com/prometheus-community/helm-charts/blob/main/charts/prometheus-adapter/values.yaml>), in the
//! form that <https://github.com/kubernetes-sigs/prometheus-adapter/blob/master/docs/config.md> and
//! `docs/externalmetrics.md` beside it describe (2026-11).

use std::collections::BTreeMap;

use mlship_spec::choices::Autoscaler;
use mlship_spec::workload::{Reading, Signal, Workload};
use serde::Serialize;

use crate::autoscale;
use crate::autoscale::promql::{self, PodLabels};

/// The file that holds a service's rules, as `helm upgrade prometheus-adapter -f FILE` takes it. Its name does not
/// end in `.yaml`: `kubectl apply -f FOLDER` would take it for an object.
pub fn file_name(workload: &Workload) -> String {
    format!("{}.prometheus-adapter.values", workload.name)
}

/// Values of the prometheus-adapter chart: the rules that this service needs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdapterValues {
    /// Its rules.
    pub rules: AdapterRules,
}

/// The rules of one service, to be added to those of others.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AdapterRules {
    /// Metrics of pods.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub custom: Vec<AdapterRule>,
    /// Metrics of nothing in the cluster.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external: Vec<AdapterRule>,
}

/// How a series becomes a metric.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AdapterRule {
    /// The series that the rule is about.
    pub series_query: String,
    /// How its labels name objects.
    pub resources: AdapterResources,
    /// What the metric is called.
    pub name: AdapterName,
    /// The query for its value, a Go template with `<<` and `>>`.
    pub metrics_query: String,
}

/// How labels name objects.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AdapterResources {
    /// Objects by label.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub overrides: BTreeMap<&'static str, AdapterResource>,
    /// `false` keeps the HPA's namespace out of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespaced: Option<bool>,
}

/// A kind of object.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdapterResource {
    /// Its name in the singular.
    pub resource: &'static str,
}

/// What a metric is called.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AdapterName {
    /// The series' name, as a regular expression.
    pub matches: String,
    /// The metric's name.
    #[serde(rename = "as")]
    pub renamed: String,
}

/// The adapter's values, when the workload's HPA needs any.
pub fn values(workload: &Workload) -> Option<AdapterValues> {
    let auto = autoscale::by(workload, Autoscaler::Hpa)?;
    let rules = match &auto.signal {
        Signal::Resource { .. } => return None,
        Signal::PerReplica { metric, series, reading, .. } => AdapterRules {
            custom: promql::pod_labels(series)
                .iter()
                .map(|labels| pods(labels, metric, series, *reading))
                .collect(),
            ..Default::default()
        },
        Signal::Latency { metric, buckets, .. } => {
            AdapterRules { external: vec![latency(workload, metric, buckets)], ..Default::default() }
        }
        Signal::Query { metric, query, .. } => {
            AdapterRules { external: vec![whole(metric, query)], ..Default::default() }
        }
    };
    Some(AdapterValues { rules })
}

fn pods(labels: &PodLabels, metric: &str, series: &str, reading: Reading) -> AdapterRule {
    let PodLabels { namespace, pod } = *labels;
    let resource = |resource| AdapterResource { resource };
    // A series with both sets of labels belongs to the rule of the exported ones alone.
    let apart = if pod == "pod" && promql::pod_labels(series).len() > 1 { ",exported_pod=\"\"" } else { "" };
    AdapterRule {
        series_query: format!("{series}{{{namespace}!=\"\",{pod}!=\"\"{apart}}}"),
        resources: AdapterResources {
            overrides: [(namespace, resource("namespace")), (pod, resource("pod"))].into(),
            ..Default::default()
        },
        name: AdapterName { matches: format!("^{series}$"), renamed: metric.to_owned() },
        metrics_query: match reading {
            Reading::Gauge if promql::is_of_devices(series) => {
                "avg(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)"
            }
            Reading::Gauge => "sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)",
            Reading::Rate => "sum(rate(<<.Series>>{<<.LabelMatchers>>}[2m])) by (<<.GroupBy>>)",
        }
        .to_owned(),
    }
}

/// The latency of the pods of this service; the namespace comes with the HPA that asks.
fn latency(workload: &Workload, metric: &str, buckets: &str) -> AdapterRule {
    let selected = format!("<<.Series>>{{<<.LabelMatchers>>,pod=~\"{}\"}}", promql::pod_pattern(workload));
    let namespace = AdapterResource { resource: "namespace" };
    AdapterRule {
        series_query: format!("{buckets}{{namespace!=\"\",pod!=\"\"}}"),
        resources: AdapterResources { overrides: [("namespace", namespace)].into(), ..Default::default() },
        name: AdapterName { matches: format!("^{buckets}$"), renamed: metric.to_owned() },
        metrics_query: promql::percentile(&selected),
    }
}

/// A metric with a query of its own. The adapter wants a series to hang it on; `up` is always there.
fn whole(metric: &str, query: &str) -> AdapterRule {
    AdapterRule {
        series_query: "up".to_owned(),
        resources: AdapterResources { namespaced: Some(false), ..Default::default() },
        name: AdapterName { matches: "^up$".to_owned(), renamed: metric.to_owned() },
        metrics_query: query.to_owned(),
    }
}
