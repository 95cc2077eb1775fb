//! What a service costs on nodes of one's own, which `kubernetes`, `helm` and `kserve` need: the cheapest machines that
//! hold its replicas, several on one where they fit.

use mlship_spec::choices::{Choice as _, Cloud, KserveMode};
use mlship_spec::values::names::LabelValue;
use mlship_spec::workload::{CloudIdentity, Spot, Workload};

use crate::cost::{Cost, Part, Priced, Replicas};
use crate::machines::{self, Machine, Wanted};
use crate::pods;
use crate::prices::{Price, PriceBook};

/// A target that runs on nodes of one's own.
#[derive(Clone, Copy, Debug)]
pub struct OwnNodes {
    /// Whether KServe runs the pods.
    kserve: bool,
}

impl OwnNodes {
    /// Plain objects, however they are packaged.
    pub const PLAIN: Self = Self { kserve: false };
    /// KServe.
    pub const KSERVE: Self = Self { kserve: true };
}

/// What Knative's queue-proxy asks for beside each server, in millicores:
/// <https://github.com/knative/serving/blob/main/config/core/configmaps/deployment.yaml> (2026-11, from memory).
const QUEUE_PROXY_MILLIS: u64 = 25;

/// A kind of node that holds a replica at least.
struct Candidate {
    cloud: Cloud,
    machine: Machine,
    packed: u32,
    price: Option<Price>,
}

impl Priced for OwnNodes {
    fn cost(&self, workload: &Workload, book: &PriceBook) -> Cost {
        let replicas = Replicas::of(workload);
        let (clouds, said) = clouds(workload);
        let wanted = self.wanted(workload);
        let candidates = clouds.iter().flat_map(|cloud| candidates(*cloud, workload, &wanted, book));
        let best = candidates.min_by(|left, right| {
            let rank = |candidate: &Candidate| rank(candidate, &clouds, replicas);
            let (left, right) = (rank(left), rank(right));
            left.partial_cmp(&right).unwrap_or(std::cmp::Ordering::Equal)
        });
        let (part, packed, assumed) = match best {
            Some(best) => {
                let what = best.machine.to_string();
                let assumed = assumptions(&best, said, clouds.len());
                (Part { what, amount: 1.0, price: best.price }, best.packed, assumed)
            }
            None => {
                (Part { what: "a node that holds a replica".to_owned(), amount: 1.0, price: None }, 1, vec![])
            }
        };
        Cost { parts: vec![part], packed, replicas, assumed, left_out: self.left_out(workload) }
    }
}

impl OwnNodes {
    /// What a replica reserves: its requests, since nodes are shared.
    fn wanted(self, workload: &Workload) -> Wanted<'static> {
        let beside = match workload.targets.kserve.mode {
            KserveMode::Knative if self.kserve => QUEUE_PROXY_MILLIS,
            KserveMode::Knative | KserveMode::Standard => 0,
        };
        let alone = Wanted::of(workload);
        let memory_mib = pods::mib(workload.resources.memory.request.bytes());
        Wanted { cpu_millis: alone.cpu_millis + beside, memory_mib, ..alone }
    }

    fn left_out(self, workload: &Workload) -> Vec<&'static str> {
        let mut left_out = vec![
            "the fee of the cluster's control plane",
            "load balancers, NAT gateways, traffic, logs and disks",
            "what runs on every node, and nodes for anything else",
            "reservations and Savings Plans",
        ];
        if self.kserve {
            left_out.push("KServe's controllers, and Knative's and the gateway's where they are used");
        }
        if workload.placement.spot == Spot::Preferred {
            left_out.push("what Spot capacity saves: it is preferred, not sure");
        }
        if workload.min_replicas() == 0 {
            left_out.push("nodes that stay while no replica runs: the node pool has to shrink to none");
        }
        left_out
    }
}

/// The clouds whose nodes come into question, and which field says so.
fn clouds(workload: &Workload) -> (Vec<Cloud>, Option<&'static str>) {
    if let Some(cloud) = workload.targets.kubernetes.cloud {
        return (vec![cloud], Some("targets.kubernetes.cloud"));
    }
    let of_identity = workload.identity.cloud.as_ref().map(|identity| match identity {
        CloudIdentity::Aws(_) => Cloud::Aws,
        CloudIdentity::Gcp(_) => Cloud::Gcp,
        CloudIdentity::Azure(_) => Cloud::Azure,
    });
    if let Some(cloud) = of_identity {
        return (vec![cloud], Some("identity"));
    }
    if let Some(clouds) = workload.requirements.clouds.said() {
        return (clouds.clone(), Some("requirements.clouds"));
    }
    (vec![Cloud::Aws, Cloud::Gcp, Cloud::Azure], None)
}

fn candidates(cloud: Cloud, workload: &Workload, wanted: &Wanted<'_>, book: &PriceBook) -> Vec<Candidate> {
    let (machines, service) = match cloud {
        Cloud::Aws => (machines::sagemaker(), "ec2"),
        Cloud::Gcp => (machines::vertex(), "gce"),
        Cloud::Azure => (machines::azureml(), "azure-vm"),
    };
    let label = |key: &str| {
        let found = workload.placement.node_selector.iter().find(|(known, _)| known.as_str() == key);
        found.map(|(_, value)| LabelValue::as_str(value))
    };
    let whole_gpus =
        workload.resources.gpu.as_ref().is_none_or(|gpu| gpu.resource.as_str() == "nvidia.com/gpu");
    let written = label("node.kubernetes.io/instance-type");
    // The tables hold amd64 machines with whole GPUs of NVIDIA's.
    let known = whole_gpus && label("kubernetes.io/arch").is_none_or(|arch| arch == "amd64");
    machines
        .iter()
        .filter(|machine| known && written.is_none_or(|name| name == machine.name))
        .map(|machine| (machine, machines::packed(machine, wanted)))
        .filter(|(_, packed)| *packed > 0)
        .map(|(machine, packed)| Candidate {
            cloud,
            machine: *machine,
            packed,
            price: book.price(service, machine.name, None),
        })
        .collect()
}

/// The price of the expected replicas first, then that of the most; an unknown price is no low price. Among equals the
/// smaller node, the cloud that was named first, and the earlier name.
fn rank(candidate: &Candidate, clouds: &[Cloud], replicas: Replicas) -> (f64, f64, u32, usize, &'static str) {
    let hourly = candidate.price.as_ref().map_or(f64::INFINITY, |price| price.hourly);
    let of = |count: u32| hourly * f64::from(count.max(1).div_ceil(candidate.packed));
    let cloud = clouds.iter().position(|cloud| *cloud == candidate.cloud).unwrap_or(clouds.len());
    (of(replicas.expected), of(replicas.most), candidate.machine.vcpus, cloud, candidate.machine.name)
}

fn assumptions(best: &Candidate, said: Option<&'static str>, clouds: usize) -> Vec<String> {
    let Candidate { cloud, machine, packed, .. } = best;
    let mut assumed = Vec::new();
    match said {
        None => assumed.push(format!(
            "no cloud is named: of AWS, Google Cloud and Azure the cheapest, which is `{}`; `targets.kubernetes.cloud` names one",
            cloud.as_str()
        )),
        Some(field) if clouds > 1 => {
            assumed.push(format!("of the clouds in `{field}` the cheapest, which is `{}`", cloud.as_str()));
        }
        Some(_) => {}
    }
    let replicas = if *packed == 1 { "one replica".to_owned() } else { format!("{packed} replicas") };
    assumed.push(format!(
        "nodes of one kind, `{}`, each with room for {replicas}, that come and go with the replicas",
        machine.name
    ));
    assumed
}
