//! Endpoint and deployment in the form of `az ml`.
//!
//! <https://learn.microsoft.com/azure/machine-learning/reference-yaml-deployment-managed-online> (2026-01)

use std::collections::BTreeMap;

use mlship_spec::workload::{Check, EnvValue, Probe, Workload};
use serde::Serialize;

use crate::cost;
use crate::endpoints;
use crate::findings::Findings;
use crate::limits;
use crate::machines::{self, Wanted};
use crate::pods;
use crate::prices::PriceBook;

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Endpoint {
    #[serde(rename = "$schema")]
    schema: &'static str,
    name: String,
    auth_mode: &'static str,
    identity: Identity,
    tags: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Identity {
    #[serde(rename = "type")]
    kind: &'static str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Deployment {
    #[serde(rename = "$schema")]
    schema: &'static str,
    pub(crate) name: String,
    endpoint_name: String,
    #[serde(flatten)]
    content: Content,
    instance_type: String,
    instance_count: u32,
    request_settings: RequestSettings,
    #[serde(skip_serializing_if = "Option::is_none")]
    liveness_probe: Option<ProbeSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    readiness_probe: Option<ProbeSettings>,
    scale_settings: ScaleSettings,
    tags: BTreeMap<String, String>,
}

/// What makes a version: who changes any of it tries another one, beside the one that answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
struct Content {
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<Model>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_mount_path: Option<String>,
    environment: Environment,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    environment_variables: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Model {
    name: String,
    version: String,
    #[serde(rename = "type")]
    kind: &'static str,
    path: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Environment {
    image: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    inference_config: Option<InferenceConfig>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct InferenceConfig {
    #[serde(rename = "liveness_route")]
    liveness: Route,
    #[serde(rename = "readiness_route")]
    readiness: Route,
    #[serde(rename = "scoring_route")]
    scoring: Route,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct Route {
    port: u16,
    path: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct RequestSettings {
    request_timeout_ms: u32,
    max_concurrent_requests_per_instance: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ProbeSettings {
    initial_delay: u32,
    period: u32,
    timeout: u32,
    success_threshold: u32,
    failure_threshold: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ScaleSettings {
    #[serde(rename = "type")]
    kind: &'static str,
}

/// The endpoint, which outlives its deployments.
pub(crate) fn endpoint(workload: &Workload, tags: BTreeMap<String, String>) -> Endpoint {
    Endpoint {
        schema: "https://azuremlschemas.azureedge.net/latest/managedOnlineEndpoint.schema.json",
        name: workload.name.to_string(),
        auth_mode: "key",
        identity: Identity { kind: "system_assigned" },
        tags,
    }
}

/// The deployment of one version.
pub(crate) fn deployment(
    workload: &Workload,
    machine: String,
    tags: BTreeMap<String, String>,
    findings: &mut Findings<'_>,
) -> Deployment {
    let source = workload.model.source.as_ref();
    let concurrency = workload.server.concurrency.unwrap_or(1);
    if workload.server.concurrency.is_none() {
        let reason = "Azure's own; `server.concurrency` says how many requests a replica works on at once";
        findings.decide("max_concurrent_requests_per_instance", concurrency.to_string(), reason);
    }
    let seconds =
        workload.server.request_seconds.min(u32::try_from(limits::AZUREML_SECONDS.value).unwrap_or(180));
    let delay = workload.model.load_seconds.max(10);
    let reason = "a container has no startup probe; requests wait until the readiness route answers";
    findings.decide("liveness_probe.initial_delay", format!("{delay} s"), reason);
    let content = Content {
        model: source.and_then(|source| source.places.one()).map(|uri| Model {
            name: workload.name.to_string(),
            // What is registered can't be changed: another address is another version.
            version: format!("{:016x}", endpoints::digest(&uri.to_string())),
            kind: "custom_model",
            path: uri.to_string(),
        }),
        model_mount_path: source.map(|source| source.mount_path.to_string()),
        environment: Environment {
            image: workload.server.image.to_string(),
            inference_config: routes(workload),
        },
        environment_variables: variables(workload),
    };
    Deployment {
        schema: "https://azuremlschemas.azureedge.net/latest/managedOnlineDeployment.schema.json",
        name: version(workload, &content),
        endpoint_name: workload.name.to_string(),
        content,
        instance_type: machine,
        instance_count: workload.min_replicas().max(1),
        request_settings: RequestSettings {
            request_timeout_ms: seconds * 1000,
            max_concurrent_requests_per_instance: concurrency,
        },
        liveness_probe: Some(settings(
            &workload.probes.liveness,
            delay,
            workload.probes.liveness.failure_threshold,
        )),
        readiness_probe: Some(settings(&workload.probes.readiness, 10, startup_failures(workload))),
        scale_settings: ScaleSettings { kind: "default" },
        tags,
    }
}

/// The name of a version, of at most 32 characters: the image's tag for people, and a digest of all that makes it.
fn version(workload: &Workload, content: &Content) -> String {
    let tag: String = endpoints::version(workload).chars().take(23).collect();
    let digest = endpoints::digest(&serde_json::to_string(content).unwrap_or_default()) >> 32;
    format!("{}-{digest:08x}", tag.trim_end_matches('-'))
}

fn routes(workload: &Workload) -> Option<InferenceConfig> {
    let route = |probe: &Probe| match &probe.check {
        Check::Http { path, port } => Some(Route { port: port.get(), path: path.to_string() }),
        Check::Grpc { .. } | Check::Tcp { .. } => None,
    };
    Some(InferenceConfig {
        liveness: route(&workload.probes.liveness)?,
        readiness: route(&workload.probes.readiness)?,
        // Every path below the endpoint's is passed on.
        scoring: Route { port: workload.server.port.get(), path: "/".to_owned() },
    })
}

fn variables(workload: &Workload) -> BTreeMap<String, String> {
    let literal = |variable: &mlship_spec::workload::EnvVar| match &variable.value {
        EnvValue::Literal(value) => Some((variable.name.to_string(), value.clone())),
        EnvValue::Secret(_) => None,
    };
    workload.server.env.iter().filter_map(literal).collect()
}

/// Failures in a row until a container that still loads counts as failed.
fn startup_failures(workload: &Workload) -> u32 {
    let startup = &workload.probes.startup;
    let seconds = startup.period_seconds.saturating_mul(startup.failure_threshold);
    seconds.div_ceil(workload.probes.readiness.period_seconds.max(1)).max(30)
}

fn settings(probe: &Probe, initial_delay: u32, failure_threshold: u32) -> ProbeSettings {
    ProbeSettings {
        initial_delay,
        period: probe.period_seconds,
        timeout: probe.timeout_seconds,
        success_threshold: 1,
        failure_threshold,
    }
}

/// Tags as Azure takes them: their names hold no `/`, and a resource has so many of them at most.
///
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources>
pub(crate) fn tags(workload: &Workload, findings: &mut Findings<'_>) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    for (key, value) in &workload.labels {
        let (field, name) = (format!("labels.{key}"), key.to_string().replace('/', "-"));
        if name != key.as_str() {
            findings.adapt(&field, format!("the tag `{name}`: a tag's name holds no `/`"));
        }
        if tags.insert(name.clone(), value.to_string()).is_some() {
            let rule = format!("two labels become the tag `{name}`: a tag's name holds no `/`");
            findings.refuse(&field, rule, "take one of them away, or call it otherwise");
        }
    }
    tags.entry("managed-by".to_owned()).or_insert_with(|| "mlship".to_owned());
    let most = &limits::AZURE_TAGS;
    if u64::try_from(tags.len()).is_ok_and(|count| count > most.value) {
        let rule = format!("{} tags are too many: {}", tags.len(), most.cited());
        findings.refuse("labels", rule, "take labels away");
    }
    tags
}

/// The size of the machines: the one written where a replica fits, else the cheapest that holds one.
pub(crate) fn machine(workload: &Workload, book: &PriceBook, findings: &mut Findings<'_>) -> String {
    let field = "targets.azureml.instanceType";
    let gpu = workload.resources.gpu.as_ref();
    let count = gpu.map_or(0, |gpu| gpu.count);
    let weights = workload.model.size.as_ref().map_or(0, mlship_spec::values::quantity::Quantity::bytes);
    let wanted = Wanted {
        cpu_millis: workload.resources.cpu.request.millis(),
        memory_mib: pods::mib(pods::memory_bytes(workload)),
        gpus: count,
        accelerator: gpu.and_then(|gpu| gpu.accelerator).map(|accelerator| accelerator.name),
        gpu_bytes: (weights + weights.div_ceil(5)) / u64::from(count.max(1)),
    };
    let price = |name: &str| book.price("azureml", name, None).map(|price| price.hourly);
    let chosen = machines::choose(machines::azureml(), &wanted, price);
    if let Some(written) = &workload.targets.managed.azureml.instance_type {
        let known =
            machines::azureml().iter().find(|machine| machine.name.eq_ignore_ascii_case(written.as_str()));
        match known {
            None => findings.warn(
                field,
                format!("how large `{written}` is, and what it costs, is not known here"),
                SIZES,
            ),
            Some(known) if !machines::fits(known, &wanted) => {
                let nearest = chosen.map_or_else(
                    |none| none.because,
                    |choice| format!("write `{}`, or take it away: that is chosen then", choice.machine.name),
                );
                findings.refuse(field, format!("a replica does not fit on `{written}`"), nearest);
            }
            Some(_) => {}
        }
        return known.map_or_else(|| written.to_string(), |known| known.name.to_owned());
    }
    match chosen {
        Ok(choice) => {
            let costs = choice.hourly.map_or_else(
                || "its price is not known".to_owned(),
                |hourly| format!("about {} an hour", cost::dollars(hourly)),
            );
            let reason =
                format!("of {} sizes that hold a replica the cheapest known: {costs}", choice.others + 1);
            findings.decide(field, choice.machine.name, reason);
            choice.machine.name.to_owned()
        }
        Err(none) => {
            let nearest = none.nearest.map_or_else(
                || {
                    "write `resources.gpu.type`: nvidia-t4, nvidia-a10, nvidia-a100-80gb or nvidia-h100-94gb"
                        .to_owned()
                },
                |machine| format!("the largest is `{}`", machine.name),
            );
            findings.refuse("resources", none.because, nearest);
            "Standard_DS3_v2".to_owned()
        }
    }
}

const SIZES: &str = "see that it holds a replica: https://learn.microsoft.com/azure/machine-learning/reference-managed-online-endpoints-vm-sku-list";
