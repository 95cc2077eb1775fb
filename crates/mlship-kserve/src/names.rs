//! What KServe calls the parts that it makes, for what is pointed at them.

use mlship_spec::workload::Workload;

use crate::{graph, pod};

/// What KServe calls the parts of a service.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    /// The Deployment.
    pub(crate) deployment: String,
    /// The Service that requests are sent to: that of the graph or of the transformer, where there is one.
    pub(crate) service: String,
    /// The port of the Service that leads to the server, whatever is spoken there.
    pub(crate) port: i32,
    /// The container that answers requests.
    pub(crate) container: &'static str,
}

/// The names of a workload's parts.
pub(crate) fn names(workload: &Workload) -> Names {
    let name = &workload.name;
    if workload.targets.kserve.llm.is_some() {
        // `mainDeploymentName` and `reconcileWorkloadService` of `pkg/controller/v1alpha2/llmisvc`, v0.17 and v0.20.
        return Names {
            deployment: format!("{name}-kserve"),
            service: format!("{name}-kserve-workload-svc"),
            port: 8000,
            container: "main",
        };
    }
    let predictor = format!("{name}-predictor");
    let settings = &workload.targets.kserve;
    let service = match (&settings.graph, &settings.transformer) {
        (Some(_), _) => graph::name(workload),
        (None, Some(_)) => format!("{name}-transformer"),
        (None, None) => predictor.clone(),
    };
    Names { deployment: predictor, service, port: 80, container: pod::SERVER }
}

/// The same workload under another name, for what is pointed at it.
pub(crate) fn under(workload: &Workload, name: &str) -> Workload {
    let mut renamed = workload.clone();
    // A name that is too long is refused elsewhere.
    if let Ok(name) = name.parse() {
        renamed.name = name;
    }
    renamed
}
