//! How Prometheus learns of the server's numbers.

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, LabelSelectorRequirement};
use mlship_spec::choices::Scrape;
use mlship_spec::codes;
use mlship_spec::workload::{Metrics, Workload};

use crate::custom::Custom;
use crate::custom::monitoring::{MetricsEndpoint, PodMonitorSpec, ServiceMonitorSpec};
use crate::notes::Notes;
use crate::{labels, ports, service};

/// The pods' annotations that many scrape configurations look for.
pub fn annotations(workload: &Workload) -> BTreeMap<String, String> {
    let Some(metrics) = scraped_by(workload, Scrape::Annotations) else { return BTreeMap::new() };
    [
        ("prometheus.io/scrape", "true".to_owned()),
        ("prometheus.io/path", metrics.path.to_string()),
        ("prometheus.io/port", metrics.port.to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into()
}

/// The monitor that finds the pods.
pub fn pod_monitor(workload: &Workload) -> Option<Custom<PodMonitorSpec>> {
    let endpoint = endpoint(workload, scraped_by(workload, Scrape::PodMonitor)?)?;
    let spec =
        PodMonitorSpec { selector: labels::label_selector(workload), pod_metrics_endpoints: vec![endpoint] };
    Some(Custom { metadata: labels::metadata(workload), spec })
}

/// The monitor that finds the Service that clients call; the one among replicas has the same pods, and
/// they would be counted twice.
pub fn service_monitor(workload: &Workload) -> Option<Custom<ServiceMonitorSpec>> {
    let endpoint = endpoint(workload, scraped_by(workload, Scrape::ServiceMonitor)?)?;
    let no_peers = LabelSelectorRequirement {
        key: service::PEERS_LABEL.to_owned(),
        operator: "DoesNotExist".to_owned(),
        values: None,
    };
    let selector = LabelSelector {
        match_labels: Some(labels::selector(workload)),
        match_expressions: workload.state.is_some().then(|| vec![no_peers]),
    };
    let spec = ServiceMonitorSpec { selector, endpoints: vec![endpoint] };
    Some(Custom { metadata: labels::metadata(workload), spec })
}

/// Refuses what Prometheus would not find.
pub(crate) fn note(workload: &Workload, notes: &mut Notes) {
    let Some(metrics) = &workload.server.metrics else { return };
    if metrics.path.has_query() {
        let message =
            format!("Prometheus takes `{}` as a path, its query included, and finds nothing", metrics.path);
        let help = "leave the part from `?` on out";
        notes.refuse(workload, &codes::NOT_ON_TARGET, "server.metrics.path", message, help);
    }
}

fn scraped_by(workload: &Workload, scrape: Scrape) -> Option<&Metrics> {
    workload.server.metrics.as_ref().filter(|metrics| metrics.scrape == scrape)
}

fn endpoint(workload: &Workload, metrics: &Metrics) -> Option<MetricsEndpoint> {
    Some(MetricsEndpoint { port: ports::name_of(workload, metrics.port)?, path: metrics.path.to_string() })
}
