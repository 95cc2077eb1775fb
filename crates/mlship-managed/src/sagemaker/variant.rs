//! What an endpoint runs on: instances, or capacity that comes with the requests.

use mlship_spec::choices::SagemakerMode;
use mlship_spec::values::cloud::CloudRegion;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{ModelSource, Workload};

use super::properties::{ProductionVariant, RoutingConfig, ServerlessConfig};
use super::{check, contract, is_async};
use crate::cloudformation::Text;
use crate::cost;
use crate::findings::Findings;
use crate::limits;
use crate::machines::{self, Machine, Wanted};
use crate::pods;
use crate::prices::PriceBook;

/// The one variant; alarms and autoscaling name it.
pub(crate) const VARIANT: &str = "all";

/// What an endpoint runs on.
pub(crate) enum Capacity {
    /// Instances of a type.
    Instances {
        /// The type, with its leading `ml.`.
        machine: String,
        /// Its shape, where it is known.
        shape: Option<Machine>,
    },
    /// Capacity that comes with the requests.
    Serverless {
        /// Memory of one request, in MB.
        memory_mb: u64,
        /// Requests at once.
        concurrency: u64,
    },
}

/// What the endpoint runs on, with the reason.
pub(crate) fn capacity(workload: &Workload, book: &PriceBook, findings: &mut Findings<'_>) -> Capacity {
    let target = &workload.targets.managed.sagemaker;
    if target.mode == SagemakerMode::Serverless {
        return serverless(workload, findings);
    }
    let region = target.region.as_ref().map(CloudRegion::as_str);
    let price = |name: &str| book.price("sagemaker", name, region).map(|price| price.hourly);
    let wanted = Wanted::of(workload);
    if let Some(written) = &target.instance_type {
        return named(written.as_str(), &wanted, price, findings);
    }
    match machines::choose(machines::sagemaker(), &wanted, price) {
        Ok(choice) => {
            let machine = format!("ml.{}", choice.machine.name);
            let costs = choice.hourly.map_or_else(
                || "its price is not known".to_owned(),
                |hourly| format!("about {} an hour", cost::dollars(hourly)),
            );
            let reason = format!(
                "{}; of {} types that hold a replica the cheapest known: {costs}",
                shape(&choice.machine),
                choice.others + 1
            );
            findings.decide("targets.sagemaker.instanceType", &machine, reason);
            if u64::from(choice.machine.memory_mib) * 9 < wanted.memory_mib * 10 {
                let message = format!(
                    "a replica asks for nearly all of the {} of `{machine}`, of which the system keeps some",
                    limits::mebibytes(u64::from(choice.machine.memory_mib))
                );
                findings.warn(
                    "resources.memory",
                    message,
                    "ask for nine tenths of it, or name a larger `targets.sagemaker.instanceType`",
                );
            }
            Capacity::Instances { machine, shape: Some(choice.machine) }
        }
        Err(none) => {
            let field = if wanted.gpus > 0 && none.nearest.is_none() { "resources.gpu" } else { "resources" };
            let nearest = none.nearest.map_or_else(
                || "write another `resources.gpu.type`: nvidia-t4, nvidia-a10g, nvidia-l4, nvidia-l40s, nvidia-a100-40gb, nvidia-h100-80gb".to_owned(),
                |machine| format!("the largest is `ml.{}`: {}", machine.name, shape(&machine)),
            );
            findings.refuse(field, none.because, nearest);
            Capacity::Instances { machine: "ml.m5.large".to_owned(), shape: None }
        }
    }
}

fn named(
    written: &str,
    wanted: &Wanted<'_>,
    price: impl Fn(&str) -> Option<f64>,
    findings: &mut Findings<'_>,
) -> Capacity {
    let field = "targets.sagemaker.instanceType";
    let machine = written.to_owned();
    let Some(name) = written.strip_prefix("ml.") else {
        let rule = format!("`{written}` is no instance type of SageMaker");
        findings.refuse(field, rule, format!("write `ml.{written}`"));
        return Capacity::Instances { machine, shape: None };
    };
    let Some(known) = machines::sagemaker().iter().find(|machine| machine.name == name) else {
        let message = format!("how large `{written}` is, and what it costs, is not known here");
        findings.warn(
            field,
            message,
            "see that it holds a replica: https://aws.amazon.com/sagemaker/ai/pricing/",
        );
        return Capacity::Instances { machine, shape: None };
    };
    if !machines::fits(known, wanted) {
        let rule = format!("a replica does not fit on `{written}` with its {}", shape(known));
        let nearest = match machines::choose(machines::sagemaker(), wanted, price) {
            Ok(choice) => format!("write `ml.{}`, or take it away: that is chosen then", choice.machine.name),
            Err(none) => none.because,
        };
        findings.refuse(field, rule, nearest);
    }
    Capacity::Instances { machine, shape: Some(*known) }
}

fn serverless(workload: &Workload, findings: &mut Findings<'_>) -> Capacity {
    let asked = pods::mib(pods::memory_bytes(workload));
    let memory_mb = asked.max(1).next_multiple_of(1024).min(limits::SERVERLESS_MEMORY.value);
    if memory_mb != asked {
        findings.adapt(
            "resources.memory",
            format!("{asked} → {memory_mb} MB: the next size of serverless endpoints"),
        );
    }
    if findings.is_written("resources.cpu") {
        findings.adapt("resources.cpu", "left to SageMaker, which gives CPU by memory");
    }
    let each = u64::from(workload.server.concurrency.unwrap_or(1));
    let asked = u64::from(workload.max_replicas().max(1)) * each;
    let concurrency = asked.min(limits::SERVERLESS_CONCURRENCY.value);
    let how = format!(
        "at most {concurrency} requests at once: {}",
        if asked > concurrency {
            limits::SERVERLESS_CONCURRENCY.rule
        } else {
            "as many as the most replicas work on"
        }
    );
    findings.adapt("replicas", how);
    Capacity::Serverless { memory_mb, concurrency }
}

fn shape(machine: &Machine) -> String {
    let gpus =
        machine.gpu.map(|gpus| format!(", {} of {}", gpus.count, gpus.accelerator)).unwrap_or_default();
    format!("{} vCPU, {}{gpus}", machine.vcpus, limits::mebibytes(u64::from(machine.memory_mib)))
}

/// The variant that answers all requests.
pub(crate) fn variant(workload: &Workload, capacity: &Capacity) -> ProductionVariant {
    let base = ProductionVariant {
        variant_name: VARIANT,
        model_name: Text::attribute("Model", "ModelName"),
        initial_variant_weight: 1,
        initial_instance_count: None,
        instance_type: None,
        volume_size_in_gb: None,
        model_data_download_timeout_in_seconds: None,
        container_startup_health_check_timeout_in_seconds: None,
        routing_config: None,
        serverless_config: None,
    };
    match capacity {
        Capacity::Serverless { memory_mb, concurrency } => ProductionVariant {
            serverless_config: Some(ServerlessConfig {
                memory_size_in_mb: *memory_mb,
                max_concurrency: *concurrency,
            }),
            ..base
        },
        Capacity::Instances { machine, .. } => {
            let start = check::startup_seconds(workload).min(limits::SAGEMAKER_START.value);
            let has_weights = workload.model.source.is_some();
            ProductionVariant {
                initial_instance_count: Some(workload.min_replicas().max(1)),
                instance_type: Some(machine.clone()),
                volume_size_in_gb: volume(workload, machine),
                model_data_download_timeout_in_seconds: has_weights.then_some(limits::SAGEMAKER_START.value),
                container_startup_health_check_timeout_in_seconds: Some(start),
                routing_config: (!is_async(workload))
                    .then_some(RoutingConfig { routing_strategy: "LEAST_OUTSTANDING_REQUESTS" }),
                ..base
            }
        }
    }
}

/// Says what becomes of the disk that was asked for, and refuses what no volume holds.
pub(crate) fn check_disk(workload: &Workload, capacity: &Capacity, findings: &mut Findings<'_>) {
    let is_written = findings.is_written("resources.disk");
    match capacity {
        Capacity::Serverless { .. } if is_written => {
            findings.adapt("resources.disk", "left to SageMaker, which gives disk by memory");
        }
        Capacity::Instances { machine, .. } if has_own_disk(machine) && is_written => {
            let how = format!("left out: the disk of `{machine}` is its own, and as large as its type says");
            findings.adapt("resources.disk", how);
        }
        Capacity::Instances { machine, .. } if !has_own_disk(machine) => {
            let gb = volume_gb(workload);
            if gb > limits::SAGEMAKER_VOLUME.value >> 10 {
                let field = if is_written { "resources.disk" } else { "model.size" };
                let rule = format!("{gb} GB of disk are too much: {}", limits::SAGEMAKER_VOLUME.cited());
                findings.refuse(field, rule, "name an `instanceType` with local disks, or fetch less");
            }
        }
        Capacity::Serverless { .. } | Capacity::Instances { .. } => {}
    }
}

/// Families with local disks, beside which no volume is made.
fn has_own_disk(machine: &str) -> bool {
    ["ml.g", "ml.p"].iter().any(|family| machine.starts_with(family))
}

/// What lies on the disk, in GB: the weights with what the server writes, and an archive beside what was in it.
fn volume_gb(workload: &Workload) -> u64 {
    let weights = workload.model.source.as_ref().and(workload.model.size.as_ref()).map_or(0, Quantity::bytes);
    let archive = |source: &ModelSource| {
        source.places.all().iter().any(|place| contract::is_archive(&place.uri.to_string()))
    };
    let unpacked = if workload.model.source.as_ref().is_some_and(archive) { weights } else { 0 };
    (workload.resources.ephemeral_storage.request.bytes().max(weights) + unpacked).div_ceil(1 << 30)
}

/// The instance's volume, where it has no disk of its own: the weights, what the server writes, and room to unpack.
fn volume(workload: &Workload, machine: &str) -> Option<u64> {
    let gb = volume_gb(workload);
    // SageMaker's own volume holds 30 GB; smaller needs leave it alone.
    (!has_own_disk(machine) && gb > 30).then(|| gb.min(limits::SAGEMAKER_VOLUME.value >> 10))
}
