//! The script that makes or updates endpoint, deployment, autoscaling and traffic.
//!
//! <https://learn.microsoft.com/azure/machine-learning/how-to-safely-rollout-online-endpoints>,
//! <https://learn.microsoft.com/azure/machine-learning/how-to-autoscale-endpoints> (2026-01)

use mlship_spec::target::Text;
use mlship_spec::workload::{AutoScale, MeteredResource, Scale, Signal, Workload};
use serde::Serialize;

use crate::findings::Findings;
use crate::script;

const TEMPLATE: &str = include_str!("../../templates/azureml.sh.hbs");

#[derive(Serialize)]
struct Values {
    endpoint: String,
    deployment: String,
    endpoint_file: String,
    deployment_file: String,
    autoscale_name: String,
    autoscale: Option<Autoscale>,
    takes_over: bool,
    canary: Option<u32>,
    mirror: Option<u32>,
}

#[derive(Serialize)]
struct Autoscale {
    min: u32,
    max: u32,
    out_when: String,
    in_when: String,
}

/// The script; `None` where the autoscaling was refused.
pub(crate) fn script(workload: &Workload, version: &str, findings: &mut Findings<'_>) -> Option<Text> {
    let autoscale = match &workload.scale {
        Scale::Fixed { .. } => None,
        Scale::Auto(auto) => Some(rules(auto, findings)?),
    };
    let canary = workload.rollout.canary.map(|canary| u32::from(canary.get()));
    let mirror = workload.targets.managed.azureml.mirror;
    if mirror.is_some() && canary.is_some() {
        let rule = "a mirrored version answers nobody, and a canary answers a share of the requests";
        findings.refuse("targets.azureml.mirror", rule, "keep one of `mirror` and `rollout.canary`");
    }
    let reason = match (canary, mirror) {
        (_, Some(_)) => {
            "the version that answers now goes on; run it again without `targets.azureml.mirror` to take over"
        }
        (Some(_), None) => {
            "the version that answers now keeps the rest; run it again without `rollout.canary` to finish"
        }
        (None, None) => {
            "the new version answers everything once its instances are ready; the old one stays beside it"
        }
    };
    findings.decide(
        "traffic",
        match (canary, mirror) {
            (_, Some(share)) => format!("{share} percent as copies"),
            (Some(share), None) => format!("{share} percent"),
            (None, None) => "100 percent".to_owned(),
        },
        reason,
    );
    for field in ["rollout.surge", "rollout.unavailable", "rollout.deadline"] {
        if findings.is_written(field) {
            findings.adapt(
                field,
                "left out: a new version is a deployment beside the old one, and takes its traffic over",
            );
        }
    }
    let name = &workload.name;
    let values = Values {
        endpoint: name.to_string(),
        deployment: version.to_owned(),
        endpoint_file: format!("{name}.endpoint.yaml"),
        deployment_file: format!("{name}.deployment.yaml"),
        autoscale_name: format!("{name}-{version}"),
        autoscale,
        takes_over: canary.is_none() && mirror.is_none(),
        canary,
        mirror,
    };
    Some(script::render(TEMPLATE, values))
}

/// The rules of Azure Monitor, which knows the use of CPU and memory of a deployment.
fn rules(auto: &AutoScale, findings: &mut Findings<'_>) -> Option<Autoscale> {
    let Signal::Resource { resource, utilization } = auto.signal else {
        let rule = "Azure Monitor scales a deployment by its own metrics, and what this signal reads is in Prometheus";
        findings.refuse("autoscale", rule, "write `on: cpu`, or `replicas` as a number");
        return None;
    };
    let metric = match resource {
        MeteredResource::Cpu => "CpuUtilizationPercentage",
        MeteredResource::Memory => {
            let message = "what Azure Monitor calls the use of memory is from memory";
            findings.warn(
                "autoscale",
                message,
                "https://learn.microsoft.com/azure/machine-learning/how-to-monitor-online-endpoints",
            );
            "CpuMemoryUtilizationPercentage"
        }
    };
    let minutes = |seconds: u32| seconds.div_ceil(60).max(1);
    // Far enough below, or one instance less would be one too few at once.
    let below = utilization / 2;
    findings.adapt(
        "autoscale",
        format!("{metric}: one instance more above {utilization} percent, one less below {below}"),
    );
    Some(Autoscale {
        min: auto.min.max(1),
        max: auto.max,
        out_when: format!("{metric} > {utilization} avg {}m", minutes(auto.up_window_seconds)),
        in_when: format!("{metric} < {below} avg {}m", minutes(auto.down_window_seconds)),
    })
}
