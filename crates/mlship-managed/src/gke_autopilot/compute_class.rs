//! A ComputeClass of the service's own: which capacity is tried in which order.
//!
//! <https://cloud.google.com/kubernetes-engine/docs/reference/crds/computeclass>, rules by
//! <https://github.com/google/skills/tree/1af7775/plugins/cloud/google-cloud-gke> (2026-08): Spot last.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use mlship_kubernetes::custom::{Custom, CustomSpec};
use mlship_kubernetes::labels;
use mlship_spec::target::Document;
use mlship_spec::workload::{Spot, Workload};
use serde::Serialize;

use crate::findings::Findings;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct ComputeClassSpec {
    priorities: Vec<Priority>,
    node_pool_auto_creation: Enabled,
    when_unsatisfiable: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Priority {
    #[serde(skip_serializing_if = "Option::is_none")]
    machine_family: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gpu: Option<GpuPriority>,
    spot: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct GpuPriority {
    #[serde(rename = "type")]
    model: String,
    count: u32,
    driver_version: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Enabled {
    enabled: bool,
}

impl CustomSpec for ComputeClassSpec {
    const API_VERSION: &'static str = "cloud.google.com/v1";
    const KIND: &'static str = "ComputeClass";
}

/// The class named like the service; it belongs to the whole cluster, so it has no namespace.
pub(crate) fn document(
    workload: &Workload,
    gpu_label: Option<&str>,
    findings: &mut Findings<'_>,
) -> Document {
    let spots: &[bool] = match workload.placement.spot {
        Spot::Never => &[false],
        Spot::Preferred => &[false, true],
    };
    let count = workload.resources.gpu.as_ref().map_or(0, |gpu| gpu.count);
    let gpu =
        gpu_label.map(|label| GpuPriority { model: label.to_owned(), count, driver_version: "default" });
    let families: &[Option<&str>] = if gpu.is_some() { &[None] } else { &[Some("n4"), Some("n2")] };
    let priority = |spot: bool| {
        let gpu = gpu.clone();
        families.iter().map(move |family| Priority { machine_family: *family, gpu: gpu.clone(), spot })
    };
    if workload.placement.spot == Spot::Preferred {
        findings.adapt(
            "placement.spot",
            "tried last: what serves requests should not be the first to be taken away",
        );
    }
    findings.decide(
        "whenUnsatisfiable",
        "DoNotScaleUp",
        "other machines than those listed would be a surprise on the bill",
    );
    let spec = ComputeClassSpec {
        priorities: spots.iter().flat_map(|spot| priority(*spot)).collect(),
        node_pool_auto_creation: Enabled { enabled: true },
        when_unsatisfiable: "DoNotScaleUp",
    };
    let metadata = ObjectMeta { namespace: None, ..labels::metadata(workload) };
    Document::of(&Custom { metadata, spec })
}
