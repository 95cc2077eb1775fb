//! The script that sends the bodies, waits for what they begin, and moves the traffic.

use mlship_spec::target::Text;
use mlship_spec::workload::Workload;
use serde::Serialize;

use super::bodies::{DeployModelRequest, PARENT, UploadModelRequest};
use super::container;
use crate::findings::Findings;
use crate::script;

const TEMPLATE: &str = include_str!("../../templates/vertex.sh.hbs");

#[derive(Serialize)]
struct Values {
    name: String,
    project: Option<String>,
    region: Option<String>,
    /// What bodies have in place of project and region, where these are asked for.
    parent: Option<&'static str>,
    /// The image's field as it stands in the body, where it has to be replaced.
    image: Option<String>,
    /// The field of the body that another takes the place of once there is a version.
    model_id: String,
    alias: String,
    id: String,
    model_file: String,
    endpoint_file: String,
    deploy_file: String,
    traffic_file: String,
    canary: Option<u32>,
    invokes: bool,
}

/// The script of a workload.
pub(crate) fn script(
    workload: &Workload,
    model: &UploadModelRequest,
    deploy: &DeployModelRequest,
    findings: &mut Findings<'_>,
) -> Text {
    let target = &workload.targets.managed.vertex;
    let canary = workload.rollout.canary.map(|canary| u32::from(canary.get()));
    let (share, reason) = match canary {
        Some(share) => (
            share,
            "the version that answers now keeps the rest; run it again without `rollout.canary` to finish",
        ),
        None => (
            100,
            "the new version answers everything once it is ready; the old one stays deployed, and is paid for, until it is undeployed",
        ),
    };
    findings.decide("trafficSplit", format!("{share} percent"), reason);
    let name = &workload.name;
    let values = Values {
        name: name.to_string(),
        project: target.project.as_ref().map(ToString::to_string),
        region: target.region.as_ref().map(ToString::to_string),
        parent: (target.project.is_none() || target.region.is_none()).then_some(PARENT),
        image: (!container::is_in_artifact_registry(workload))
            .then(|| format!("\"imageUri\": \"{}\"", model.model.container_spec.image_uri)),
        model_id: format!("\"modelId\": \"{}\"", model.model_id),
        alias: model.model.version_aliases.concat(),
        id: deploy.deployed_model.id.clone(),
        model_file: format!("{name}.model.json"),
        endpoint_file: format!("{name}.endpoint.json"),
        deploy_file: format!("{name}.deploy.json"),
        traffic_file: format!("{name}.traffic.json"),
        canary,
        invokes: target.dedicated_endpoint && target.predict_route.is_none(),
    };
    script::render(TEMPLATE, values)
}
