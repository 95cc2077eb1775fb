//! Queries in Prometheus' language, bound to the pods of one service.

use mlship_spec::workload::{Reading, Workload};

/// A regular expression that the names of the service's pods match, and those of `<name>-v2` don't.
///
/// A Deployment's pods are called `<name>-<hash>-<five characters>`, a StatefulSet's `<name>-<number>`.
/// Prometheus compares the whole value: <https://prometheus.io/docs/prometheus/latest/querying/basics/> (2026-11).
pub fn pod_pattern(workload: &Workload) -> String {
    match workload.state {
        None => format!("{}-[a-z0-9]+-[a-z0-9]{{5}}", workload.name),
        Some(_) => format!("{}-[0-9]+", workload.name),
    }
}

/// The sum of a series over all replicas.
///
/// The DCGM exporter's series are percentages of one device each: a replica's number is their average.
pub fn total(workload: &Workload, series: &str, reading: Reading) -> String {
    let of = |labels: &PodLabels| {
        let selected = format!("{series}{{{}}}", matchers(workload, labels));
        match reading {
            Reading::Gauge if is_of_devices(series) => format!("sum(avg by ({}) ({selected}))", labels.pod),
            Reading::Gauge => format!("sum({selected})"),
            Reading::Rate => format!("sum(rate({selected}[2m]))"),
        }
    };
    pod_labels(series).iter().map(of).collect::<Vec<_>>().join(" or ")
}

/// The 95th percentile of a histogram over all replicas, 0 while there are no requests.
pub fn latency(workload: &Workload, buckets: &str) -> String {
    let labels = &pod_labels(buckets)[0];
    percentile(&format!("{buckets}{{{}}}", matchers(workload, labels)))
}

/// The 95th percentile of the buckets selected. Without requests it is no number, which neither KEDA nor
/// the adapter can pass on: the comparison drops it.
pub(crate) fn percentile(selected: &str) -> String {
    format!("histogram_quantile(0.95, sum by (le) (rate({selected}[2m]))) > 0 or vector(0)")
}

/// Whether there is a series for each device, not for each replica.
pub(crate) fn is_of_devices(series: &str) -> bool {
    series.starts_with("DCGM_")
}

/// The labels that name a pod and its namespace in a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PodLabels {
    pub(crate) namespace: &'static str,
    pub(crate) pod: &'static str,
}

/// The labels that name a pod in this series, the likelier ones first.
///
/// The DCGM exporter reports the pods that use a device. Prometheus calls their labels `exported_*` when the
/// scrape has a pod of its own, the exporter's, unless it is told to honour the exporter's labels:
/// <https://prometheus.io/docs/prometheus/latest/configuration/configuration/#scrape_config> (`honor_labels`, 2026-11).
pub(crate) fn pod_labels(series: &str) -> &'static [PodLabels] {
    const OWN: PodLabels = PodLabels { namespace: "namespace", pod: "pod" };
    const EXPORTED: PodLabels = PodLabels { namespace: "exported_namespace", pod: "exported_pod" };
    if is_of_devices(series) { &[EXPORTED, OWN] } else { &[OWN] }
}

fn matchers(workload: &Workload, labels: &PodLabels) -> String {
    let pod = format!("{}=~\"{}\"", labels.pod, pod_pattern(workload));
    match &workload.namespace {
        // Names of namespaces and services hold letters, digits and dashes: nothing to escape.
        Some(namespace) => format!("{}=\"{namespace}\",{pod}", labels.namespace),
        None => pod,
    }
}
