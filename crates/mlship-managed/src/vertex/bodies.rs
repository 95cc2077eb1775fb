//! The bodies of requests, in the form of the API.
//!
//! <https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models/upload>,
//! <https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints> (2026-11)

use std::collections::BTreeMap;

use mlship_spec::workload::{CloudIdentity, Spot, Workload};
use serde::Serialize;

use super::capacity::Capacity;
use super::container::ContainerSpec;
use super::scaling::MetricSpec;
use crate::endpoints;
use crate::findings::Findings;
use crate::limits;

/// The body of `models:upload`, for the first version: later ones name the model as their parent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UploadModelRequest {
    pub(crate) model_id: String,
    pub(crate) model: Model,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Model {
    display_name: String,
    pub(crate) version_aliases: Vec<String>,
    labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    artifact_uri: Option<String>,
    pub(crate) container_spec: ContainerSpec,
}

/// The body of `endpoints`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Endpoint {
    display_name: String,
    labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dedicated_endpoint_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_connection_config: Option<ClientConnectionConfig>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ClientConnectionConfig {
    inference_timeout: String,
}

/// The body of `deployModel`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeployModelRequest {
    pub(crate) deployed_model: DeployedModel,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeployedModel {
    pub(crate) id: String,
    pub(crate) model: String,
    display_name: String,
    dedicated_resources: DedicatedResources,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_account: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DedicatedResources {
    machine_spec: MachineSpec,
    min_replica_count: u32,
    max_replica_count: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    autoscaling_metric_specs: Vec<MetricSpec>,
    #[serde(skip_serializing_if = "Option::is_none")]
    spot: Option<bool>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct MachineSpec {
    machine_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    accelerator_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accelerator_count: Option<u32>,
}

/// The body of an update of the endpoint, with the mask `trafficSplit`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Traffic {
    traffic_split: BTreeMap<String, u32>,
}

/// What a body names the project and region where the spec does not: no project has capital letters.
pub(crate) const PARENT: &str = "projects/PROJECT/locations/REGION";

/// The upload of this version.
pub(crate) fn upload(
    workload: &Workload,
    container_spec: ContainerSpec,
    labels: BTreeMap<String, String>,
) -> UploadModelRequest {
    let source = workload.model.source.as_ref();
    let mut model = Model {
        display_name: workload.name.to_string(),
        version_aliases: Vec::new(),
        labels,
        artifact_uri: source.and_then(|source| source.places.one()).map(ToString::to_string),
        container_spec,
    };
    // Another content is another version, though the image's tag be the same.
    let content = digest(&model);
    model.version_aliases = vec![format!("{}-{:08x}", endpoints::version(workload), content >> 32)];
    UploadModelRequest { model_id: workload.name.to_string(), model }
}

/// The endpoint, which outlives its versions.
pub(crate) fn endpoint(workload: &Workload, labels: BTreeMap<String, String>) -> Endpoint {
    let is_dedicated = workload.targets.managed.vertex.dedicated_endpoint;
    let seconds = u64::from(workload.server.request_seconds).min(limits::VERTEX_SECONDS.value);
    Endpoint {
        display_name: workload.name.to_string(),
        labels,
        dedicated_endpoint_enabled: is_dedicated.then_some(true),
        client_connection_config: is_dedicated
            .then(|| ClientConnectionConfig { inference_timeout: format!("{seconds}s") }),
    }
}

/// The deployment of this version; its id comes from its content, so that a second run finds it.
pub(crate) fn deploy(
    workload: &Workload,
    model: &UploadModelRequest,
    capacity: &Capacity,
    autoscaling_metric_specs: Vec<MetricSpec>,
) -> DeployModelRequest {
    let target = &workload.targets.managed.vertex;
    let parent = match (&target.project, &target.region) {
        (Some(project), Some(region)) => format!("projects/{project}/locations/{region}"),
        _ => PARENT.to_owned(),
    };
    let alias = model.model.version_aliases.concat();
    let gpus = capacity.machine.and_then(|machine| machine.gpu);
    let mut deployed_model = DeployedModel {
        id: String::new(),
        model: format!("{parent}/models/{}@{alias}", workload.name),
        display_name: alias,
        dedicated_resources: DedicatedResources {
            machine_spec: MachineSpec {
                machine_type: capacity.machine_type.clone(),
                accelerator_type: capacity.accelerator,
                accelerator_count: capacity.accelerator.and(gpus).map(|gpus| gpus.count),
            },
            min_replica_count: workload.min_replicas().max(1),
            max_replica_count: workload.max_replicas().max(1),
            autoscaling_metric_specs,
            spot: (workload.placement.spot == Spot::Preferred).then_some(true),
        },
        service_account: match &workload.identity.cloud {
            Some(CloudIdentity::Gcp(account)) => Some(account.to_string()),
            Some(CloudIdentity::Aws(_) | CloudIdentity::Azure(_)) | None => None,
        },
    };
    // Ten digits, the most that an id may have, and no leading zero.
    deployed_model.id = (1_000_000_000 + digest(&deployed_model) % 9_000_000_000).to_string();
    DeployModelRequest { deployed_model }
}

/// All traffic for the version.
pub(crate) fn traffic(deploy: &DeployModelRequest) -> Traffic {
    Traffic { traffic_split: BTreeMap::from([(deploy.deployed_model.id.clone(), 100)]) }
}

const LABELS: &str = "https://cloud.google.com/resource-manager/docs/labels-overview";

/// Labels as Google Cloud takes them, of small letters, digits, `_` and `-`: [`LABELS`].
pub(crate) fn labels(workload: &Workload, findings: &mut Findings<'_>) -> BTreeMap<String, String> {
    let small = |text: &str| -> String {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        text.to_ascii_lowercase().chars().map(|c| if fits(c) { c } else { '-' }).take(63).collect()
    };
    let mut labels = BTreeMap::new();
    if workload.labels.len() >= 64 {
        let rule = format!(
            "{} labels are too many: a resource has at most 64, and one is mlship's: {LABELS}",
            workload.labels.len()
        );
        findings.refuse("labels", rule, "take some away");
    }
    for (key, value) in &workload.labels {
        let (written, value) = (key.to_string(), value.to_string());
        let mut key = small(&written);
        if !key.starts_with(|c: char| c.is_ascii_lowercase()) {
            key = format!("l-{key}").chars().take(63).collect();
        }
        let small = small(&value);
        if key != written || small != value {
            let how = format!("`{key}: {small}`: labels have small letters, digits, `_` and `-`");
            findings.adapt(&format!("labels.{written}"), how);
        }
        if labels.insert(key.clone(), small).is_some() {
            let rule = format!("two labels become `{key}`: labels have small letters, digits, `_` and `-`");
            findings.refuse(
                &format!("labels.{written}"),
                rule,
                "take one of them away, or call it otherwise",
            );
        }
    }
    labels.entry("managed-by".to_owned()).or_insert_with(|| "mlship".to_owned());
    labels
}

fn digest(body: &impl Serialize) -> u64 {
    endpoints::digest(&serde_json::to_string(body).unwrap_or_default())
}
