//! What Knative has no way to do.

use mlship_spec::codes::{CONFLICT, NOT_ON_TARGET};
use mlship_spec::workload::{Exposure, Issuer, Scale};

use crate::beside::Service;
use crate::knative::LONGEST_REQUEST_SECONDS;
use crate::remarks::Remarks;
use crate::scaling::Scaling;

const STANDARD: &str = "take it away, or write `targets.kserve.mode: standard`";

/// Refuses what Knative would refuse or ignore.
pub(super) fn judge(remarks: &mut Remarks<'_>, service: &Service) {
    pod(remarks);
    written(remarks);
    scale(remarks, service);
    exposure(remarks);
}

fn pod(remarks: &mut Remarks<'_>) {
    let server = &remarks.workload.server;
    for name in server.extra_ports.keys() {
        let message = "a Knative service has one port";
        remarks.refuse(&NOT_ON_TARGET, &format!("server.ports.{name}"), message, STANDARD);
    }
    if remarks.is_written("health.port") {
        let message = "Knative's proxy asks at the serving port";
        remarks.refuse(&NOT_ON_TARGET, "health.port", message, STANDARD);
    }
    let seconds = server.request_seconds;
    if seconds > LONGEST_REQUEST_SECONDS {
        let message = format!(
            "Knative refuses a time-out of {seconds}s unless `max-revision-timeout-seconds` of its settings says more \
             than {LONGEST_REQUEST_SECONDS}"
        );
        remarks.refuse(&NOT_ON_TARGET, "server.requestTimeout", message, "write at most `10m`");
    }
    let by_monitor = server.metrics.as_ref().is_some_and(|metrics| {
        use mlship_spec::choices::Scrape;
        matches!(metrics.scrape, Scrape::PodMonitor | Scrape::ServiceMonitor)
    });
    if by_monitor {
        let message =
            "the monitor names a port, and pods of Knative name only the serving one, their own way";
        remarks.refuse(&NOT_ON_TARGET, "server.metrics.scrape", message, "write `scrape: annotations`");
    }
}

/// Fields that nothing of Knative corresponds to.
fn written(remarks: &mut Remarks<'_>) {
    let fields = [
        ("rollout.surge", "Knative starts the new version beside the old one and moves the traffic over"),
        (
            "rollout.unavailable",
            "Knative starts the new version beside the old one and moves the traffic over",
        ),
        ("autoscale.prometheus", "Knative counts requests itself and asks no Prometheus"),
        ("autoscale.metric", "Knative counts requests itself and reads no series"),
        ("autoscale.upWindow", "Knative adds replicas at once"),
        ("targets.kubernetes.autoscaler", "Knative is the autoscaler"),
        ("targets.kubernetes.metricScope", "Knative meters requests"),
    ];
    for (field, message) in fields {
        if remarks.is_written(field) {
            remarks.refuse(&CONFLICT, field, message, STANDARD);
        }
    }
}

fn scale(remarks: &mut Remarks<'_>, service: &Service) {
    match (&remarks.workload.scale, &service.scaling) {
        (Scale::Fixed { replicas: 0 }, _) => {
            let message = "Knative takes 0 for no bound at all";
            remarks.refuse(&NOT_ON_TARGET, "replicas", message, "write `replicas: {min: 0, max: 1}`");
        }
        (Scale::Auto(_), Scaling::Knative(None, _)) => {
            let message = "Knative scales on requests: concurrency, or whole requests a second";
            let help = "write `autoscale: {on: concurrency, target: 4}`, or `targets.kserve.mode: standard`";
            let field = if remarks.is_written("autoscale") { "autoscale" } else { "replicas" };
            remarks.refuse(&NOT_ON_TARGET, field, message, help);
        }
        (Scale::Fixed { .. } | Scale::Auto(_), _) => {}
    }
}

fn exposure(remarks: &mut Remarks<'_>) {
    match &remarks.workload.exposure {
        Exposure::Internal => {}
        Exposure::Gateway { .. } => {
            let message = "Knative routes through its own ingress, whatever Gateway is named";
            remarks.refuse(&NOT_ON_TARGET, "expose.gateway", message, STANDARD);
        }
        Exposure::Ingress { route, class, tls } => {
            let refused = [
                (class.is_some(), "expose.class", "Knative routes through its own ingress"),
                (route.path.as_str() != "/", "expose.path", "a DomainMapping has the whole host"),
                (
                    tls.as_ref().is_some_and(|tls| {
                        matches!(tls.issuer, Some(Issuer::Cluster(_) | Issuer::Namespaced(_)))
                    }),
                    "expose.tls.issuer",
                    "Knative's own settings name the issuer of its certificates",
                ),
            ];
            for (is_refused, field, message) in refused {
                if is_refused {
                    remarks.refuse(&NOT_ON_TARGET, field, message, STANDARD);
                }
            }
        }
    }
}
