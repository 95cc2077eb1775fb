//! From a workload to one that fills a pair of Fargate's exactly.

use mlship_kubernetes::Objects;
use mlship_spec::choices::Cloud;
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{Amount, Spot, Workload};

use super::size::{self, Asked, Pair};
use crate::findings::Findings;
use crate::limits::{self, Unit, mebibytes};
use crate::pods;

/// A workload as Fargate takes it.
pub(crate) struct Fitted {
    pub(crate) workload: Workload,
    /// What is provisioned, and paid for.
    pub(crate) pair: Pair,
    /// The disk that is provisioned, in MiB.
    pub(crate) disk_mib: u64,
}

/// The workload with requests that fill the pair that it would be given.
pub(crate) fn fit(workload: &Workload, findings: &mut Findings<'_>) -> Fitted {
    let mut fitted = workload.clone();
    fitted.placement.spot = Spot::Never;
    fitted.placement.zones.clear();
    fitted.targets.kubernetes.cloud = Some(Cloud::Aws);
    namespace(&mut fitted, findings);
    spread(&mut fitted, findings);
    let own = Asked {
        millis: workload.resources.cpu.request.millis(),
        mib: pods::mib(pods::memory_bytes(workload)),
    };
    set(&mut fitted, own);
    let need = need(&fitted, own);
    let pair = match size::provisioned(need) {
        Ok(pair) => {
            fill(&mut fitted, workload, own, pair, findings);
            pair
        }
        Err(limit) => {
            let field = if limit.unit == Unit::MilliCpu { "resources.cpu" } else { "resources.memory" };
            let rule = format!(
                "{}m of CPU and {} of memory are too much: {}",
                need.millis,
                mebibytes(need.mib),
                limit.cited()
            );
            findings.refuse(field, rule, format!("ask for at most {}", limit.amount()));
            Pair { millis: need.millis, mib: need.mib }
        }
    };
    let disk_mib = disk(&fitted, findings);
    Fitted { workload: fitted, pair, disk_mib }
}

/// Requests and limits are equal for every container: Fargate refuses to guess.
pub(crate) fn finish(objects: &mut Objects) {
    if let Some(pod) = pods::pod(objects) {
        pods::containers(pod).for_each(pods::equalize);
    }
}

/// A profile selects by namespace, so there has to be one.
fn namespace(workload: &mut Workload, findings: &mut Findings<'_>) {
    if workload.namespace.is_none() {
        workload.namespace = "default".parse().ok();
        let reason = "a profile selects pods by their namespace, and none is written";
        findings.decide("namespace", "default", reason);
    }
}

/// Each pod has a node of its own; what is left to spread over is the profile's.
fn spread(workload: &mut Workload, findings: &mut Findings<'_>) {
    if workload.availability.spread.is_empty() {
        return;
    }
    workload.availability.spread.clear();
    let how = "left to Fargate: each pod has a node of its own, and zones are those of the profile's subnets";
    let fields = ["availability.spread", "availability.spreadStrength"];
    let written: Vec<_> = fields.into_iter().filter(|field| findings.is_written(field)).collect();
    if written.is_empty() {
        findings.decide("availability.spread", "none", how);
    }
    for field in written {
        findings.adapt(field, how);
    }
}

/// What the containers need together; what downloads the weights runs before the server.
fn need(workload: &Workload, own: Asked) -> Asked {
    let mut objects = mlship_kubernetes::objects(workload);
    finish(&mut objects);
    let Some(pod) = pods::pod(&mut objects) else { return own };
    let asked = |container: &k8s_openapi::api::core::v1::Container| {
        let of = |resource: &str| pods::amount_of(container, resource);
        Asked {
            millis: of("cpu").as_ref().map_or(0, Quantity::millis),
            mib: of("memory").as_ref().map_or(0, |it| pods::mib(it.bytes())),
        }
    };
    let init: Vec<_> = pod.init_containers.iter().flatten().map(asked).collect();
    size::need(&init, &pod.containers.iter().map(asked).collect::<Vec<_>>())
}

fn set(workload: &mut Workload, asked: Asked) {
    let equal = |request: Quantity| Amount { limit: Some(request.clone()), request };
    workload.resources.cpu = equal(Quantity::from_millis(asked.millis));
    workload.resources.memory = equal(pods::quantity_of_mib(asked.mib));
}

/// Gives the server all of the pair that is paid for anyway, and says so.
fn fill(fitted: &mut Workload, workload: &Workload, own: Asked, pair: Pair, findings: &mut Findings<'_>) {
    let filled = Asked { millis: pair.millis, mib: pair.mib - limits::FARGATE_OVERHEAD.value };
    set(fitted, filled);
    let vcpus = |millis: u64| format!("{millis}m");
    let value = format!("{}m of CPU, {}", pair.millis, mebibytes(pair.mib));
    let reason = "the smallest pair that holds the pod and the 256 MiB that Fargate adds";
    findings.decide("CapacityProvisioned", value, reason);
    if filled.millis != own.millis {
        let how = format!(
            "{} → {}: Fargate has nothing between, and bills it either way",
            vcpus(own.millis),
            vcpus(filled.millis)
        );
        findings.adapt("resources.cpu.request", how);
    }
    let request = pods::mib(workload.resources.memory.request.bytes());
    if filled.mib != request {
        let why = if own.mib > request {
            "raised to its limit, since requests and limits are equal, and then to what is billed"
        } else {
            "what is billed either way"
        };
        let how = format!("{} → {}: {why}", mebibytes(request), mebibytes(filled.mib));
        findings.adapt("resources.memory.request", how);
    }
    let limit = workload.resources.cpu.limit.as_ref().map_or(0, Quantity::millis);
    if limit > filled.millis {
        let how = format!(
            "{} → {}: limits equal requests; ask for more in `resources.cpu.request`",
            vcpus(limit),
            vcpus(filled.millis)
        );
        findings.adapt("resources.cpu.limit", how);
    }
}

fn disk(workload: &Workload, findings: &mut Findings<'_>) -> u64 {
    let mut objects = mlship_kubernetes::objects(workload);
    finish(&mut objects);
    let asked = pods::pod(&mut objects).map_or(0, |pod| pods::mib(pods::disk_bytes(pod)));
    size::storage(asked).unwrap_or_else(|limit| {
        let field = if findings.is_written("resources.disk") { "resources.disk" } else { "model.size" };
        let rule = format!("{} of disk are too much: {}", mebibytes(asked), limit.cited());
        let nearest = "keep the weights on EFS: `model.cache` with `targets.eks-fargate.fileSystem`";
        findings.refuse(field, rule, nearest);
        asked
    })
}
