//! Where the pods of all services go on the nodes that were given, together.

use std::collections::{BTreeMap, BTreeSet};

use mlship_lint::subject::{Cluster, Platform};
use mlship_simulate::placement::capacity::{Capacity, how_many};
use mlship_simulate::placement::manifest::Reader;
use mlship_simulate::placement::objects::World;
use mlship_simulate::placement::report::{Pending, Report, Wording, report, shares};
use mlship_simulate::placement::rollout::{RolloutReport, RolloutResult};
use mlship_simulate::placement::suggest::Suggestion;
use mlship_spec::catalogue::accelerators::{self, Lookup};
use mlship_spec::codes;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::workload::Workload;
use serde::Serialize;

use super::service::{Planned, manifests};
use crate::commands::simulate::counted;
use crate::commands::simulate::placement::cluster::{self, NodeGroup};
use crate::failure::Failures;

/// Labels of nodes that name the model of their accelerators, by the resource.
const MODELS: &[(&str, &str)] = &[
    ("nvidia.com/gpu.product", "nvidia.com/gpu"),
    ("cloud.google.com/gke-accelerator", "nvidia.com/gpu"),
    ("karpenter.k8s.aws/instance-gpu-name", "nvidia.com/gpu"),
    ("eks.amazonaws.com/instance-gpu-name", "nvidia.com/gpu"),
    ("amd.com/gpu.product-name", "amd.com/gpu"),
];

/// What becomes of the pods of one service.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Placed {
    /// How many pods there are at least.
    pub replicas: usize,
    /// How many of them find a node.
    pub bound: usize,
    /// What the scheduler says of the others.
    pub pending: Vec<Pending>,
    /// The most pods that there is room for, beside everything else.
    pub room: usize,
    /// How the rollout of a new version goes.
    pub rollout: Option<RolloutReport>,
    /// What would help, the best and cheapest first.
    pub suggestions: Vec<Suggestion>,
}

/// What the rules ask of the nodes.
pub fn facts(reader: &Reader, groups: &[NodeGroup]) -> Cluster {
    let world = reader.world();
    let text = |symbol| world.symbols.text(symbol);
    let mut resources = BTreeSet::new();
    let mut models: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in &world.nodes {
        let offered = node.allocatable.iter().filter(|(_, amount)| **amount > 0).map(|(name, _)| text(*name));
        let offered: BTreeSet<&str> = offered.filter(|name| name.contains('/')).collect();
        for (key, value) in node.labels.iter() {
            let of =
                MODELS.iter().find(|(label, resource)| *label == text(key) && offered.contains(resource));
            if let Some((_, resource)) = of {
                models.entry((*resource).to_owned()).or_default().insert(model(text(value)));
            }
        }
        resources.extend(offered.into_iter().map(str::to_owned));
    }
    for group in groups.iter().filter(|group| !group.shape.resource.is_empty()) {
        resources.insert(group.shape.resource.to_owned());
        models.entry(group.shape.resource.to_owned()).or_default().insert(model(group.shape.model));
    }
    Cluster { resources, accelerators: models }
}

/// The catalogue's name of a model that clouds and drivers call differently.
fn model(label: &str) -> String {
    if let Some(accelerator) = accelerators::by_product(label) {
        return accelerator.name.to_owned();
    }
    match accelerators::lookup(label) {
        Lookup::Found(accelerator) => accelerator.name.to_owned(),
        Lookup::Ambiguous(_) | Lookup::Unknown(_) => label.to_owned(),
    }
}

/// Places the services that run on nodes of one's own, and adds what is wrong with them to their findings. The result
/// has one entry for each service.
pub fn place(
    planned: &mut [&mut Planned],
    mut reader: Reader,
    cluster: &cluster::Cluster,
) -> Result<Vec<Option<Placed>>, Failures> {
    let on_nodes = |one: &Planned| one.platform() == Platform::Nodes && one.making.is_some();
    for one in planned.iter().filter(|one| on_nodes(one)) {
        reader.manifests(&one.service.name, &manifests(&one.workload));
    }
    let world = cluster.world(reader)?;
    let report = report(&world, Wording::default());
    let rooms = how_many(&world);
    let of_each = shares(&world, Wording::default());
    let mut placed = Vec::new();
    let mut index = 0;
    for one in planned.iter_mut() {
        if !on_nodes(one) {
            placed.push(None);
            continue;
        }
        let found = of_service(&world, index, &report, &of_each[index].pending, of_each[index].bound, &rooms);
        tell(one, &found, rooms.get(index));
        placed.push(Some(found));
        index += 1;
    }
    Ok(placed)
}

fn of_service(
    world: &World,
    index: usize,
    report: &Report,
    pending: &[Pending],
    bound: usize,
    rooms: &[Capacity],
) -> Placed {
    let workload = &world.workloads[index];
    let name = format!("{}/{}", workload.kind, workload.name);
    Placed {
        replicas: workload.replicas,
        bound,
        pending: pending.to_vec(),
        room: bound + rooms.get(index).map_or(0, |room| room.more),
        rollout: report.rollout.workloads.iter().find(|rollout| rollout.workload == name).cloned(),
        suggestions: report.suggestions.iter().filter(|one| one.workload == name).cloned().collect(),
    }
}

/// Adds what is wrong to the findings of a service.
fn tell(one: &mut Planned, placed: &Placed, room: Option<&Capacity>) {
    let best = placed.suggestions.first().map(|best| best.text.clone());
    for pending in &placed.pending {
        let field = field_of(&one.workload, &pending.message);
        let message = format!(
            "{} of {} find no node: {}",
            counted(pending.count, "pod"),
            placed.replicas,
            pending.message
        );
        let found = Diagnostic::error(&codes::UNSCHEDULABLE, span(&one.workload, field), message);
        one.findings.push(match &best {
            Some(best) => found.help(format!("the best and cheapest that was tried out: {best}")),
            None => found.help("no single change of the spec or the nodes was found to help"),
        });
    }
    let outcome = placed.rollout.as_ref().map(|rollout| rollout.result);
    if let Some(RolloutResult::Finishes | RolloutResult::Deadlock) = outcome {
        // What was only feared is known now.
        one.findings.retain(|found| found.code.id != "ML301");
    }
    if let Some(rollout) = placed.rollout.as_ref().filter(|rollout| rollout.result == RolloutResult::Deadlock)
    {
        let why = rollout.message.as_deref().unwrap_or("new pods find no node");
        let message = format!("a rollout never ends on these nodes: {why}");
        let help = rollout.suggestion.clone();
        if let Some(rule) = mlship_lint::registry::find("ML301") {
            let found = Diagnostic::error(rule.code, span(&one.workload, "rollout"), message);
            one.findings.push(found.help(help.unwrap_or_else(|| rule.fix.to_owned())));
        }
    }
    let most = usize::try_from(one.workload.max_replicas()).unwrap_or(usize::MAX);
    if placed.pending.is_empty() && placed.room < most {
        // Of several things that run out together, a device is the one that is hard to get.
        let bindings = room.map(|room| room.binding.as_slice()).unwrap_or_default();
        let device = bindings.iter().find(|binding| binding.reason.contains('/'));
        let why = device.or(bindings.first()).map(|binding| binding.reason.clone());
        let why = why.map_or(String::new(), |why| format!(" ({why})"));
        let message =
            format!("the nodes have room for {} of the {most} replicas there may be{why}", placed.room);
        let found =
            Diagnostic::warning(&codes::BEYOND_THE_NODES, span(&one.workload, "replicas.max"), message);
        one.findings.push(found.help("add nodes, let a node autoscaler add them, or lower `replicas.max`"));
    }
}

/// The field that a message of the scheduler is about.
fn field_of(workload: &Workload, message: &str) -> &'static str {
    let device = workload.resources.gpu.as_ref().map(|gpu| gpu.resource.to_string());
    let short_of = |resource: &str| message.contains(&format!("Insufficient {resource}"));
    if device.is_some_and(|device| short_of(&device)) {
        "resources.gpu"
    } else if short_of("memory") {
        "resources.memory"
    } else if short_of("cpu") {
        "resources.cpu"
    } else if short_of("ephemeral-storage") {
        "resources.disk"
    } else if message.contains("affinity/selector") {
        if workload.placement.node_selector.is_empty() {
            "resources.gpu.type"
        } else {
            "placement.nodeSelector"
        }
    } else if message.contains("taint") {
        "placement.tolerations"
    } else {
        "placement"
    }
}

fn span(workload: &Workload, field: &str) -> Option<mlship_spec::source::Span> {
    workload.span(field).or_else(|| workload.span("replicas")).or_else(|| workload.span("name"))
}
