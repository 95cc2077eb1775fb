//! What a simulation found, ready to be printed.

use crate::placement::capacity::Capacity;
use crate::placement::drain::{Undrainable, undrainable};
use crate::placement::engine::Engine;
use crate::placement::engine::queue::{Judgement, Queue};
use crate::placement::objects::World;
use crate::placement::rollout::{RolloutReport, RolloutResult, rollouts};
use crate::placement::suggest::{Suggestion, suggest};
use serde::Serialize;
use std::collections::BTreeMap;

pub use crate::placement::engine::message::Wording;
pub use crate::placement::engine::state::Luck;

/// Where the pods of a [`World`]'s workloads go, and what is said of those that go nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placement {
    /// How many pods the workloads ask for.
    pub replicas: usize,
    /// How many of them found a node.
    pub bound: usize,
    /// What the scheduler says of the others: the most frequent first.
    pub pending: Vec<Pending>,
    /// How many of them each node took.
    pub nodes: BTreeMap<String, usize>,
    /// Nodes that wait for victims to leave, by pod.
    pub nominated: Vec<Nominated>,
    /// Pods that are driven away.
    pub victims: Vec<String>,
    /// How many pods their controller does not create, because one before them waits.
    pub held: usize,
}

/// A message of the scheduler and how many pods have it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Pending {
    /// The message of the pods' condition `PodScheduled`.
    pub message: String,
    /// How many pods have it.
    pub count: usize,
}

/// A pod that will take a node over from pods of lower priority.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Nominated {
    /// The pod.
    pub pod: String,
    /// The node.
    pub node: String,
    /// The pods that are driven away.
    pub victims: Vec<String>,
}

/// What becomes of the pods of one workload.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// How many found a node.
    pub bound: usize,
    /// What the scheduler says of the others: the most frequent first.
    pub pending: Vec<Pending>,
}

/// All that is said about a world, in the shape of `mlship simulate placement -o json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The version of this shape.
    pub version: u32,
    /// Where pods go.
    #[serde(flatten)]
    pub placement: Placement,
    /// How rollouts go.
    pub rollout: Rollouts,
    /// Nodes that can't be drained.
    pub drain: Vec<Undrainable>,
    /// What would help pods that find no node, the cheapest first.
    pub suggestions: Vec<Suggestion>,
    /// How many more pods fit, where that was asked for.
    #[serde(rename = "howMany", skip_serializing_if = "Option::is_none")]
    pub how_many: Option<Vec<Capacity>>,
    /// What could not be judged, in plain words.
    pub unknown: Vec<String>,
}

/// How the rollouts of all workloads go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rollouts {
    /// The worst of them; none if nothing rolls.
    pub result: Option<RolloutResult>,
    /// Each of them.
    pub workloads: Vec<RolloutReport>,
}

/// Judges a world in every respect but [`crate::placement::capacity::how_many`].
pub fn report(world: &World, wording: Wording) -> Report {
    let workloads = rollouts(world);
    let result = workloads.iter().map(|rollout| rollout.result).max();
    Report {
        version: 1,
        placement: place(world, wording),
        rollout: Rollouts { result, workloads },
        drain: undrainable(world),
        suggestions: suggest(world),
        how_many: None,
        unknown: unknown(world),
    }
}

fn unknown(world: &World) -> Vec<String> {
    let claims = world.pending.iter().any(|pod| !pod.template.class.claims.is_empty());
    let mut unknown = Vec::new();
    if claims && !world.storage.known {
        unknown.push(
            "pods mount claims, and no PersistentVolumeClaim, PersistentVolume or StorageClass is given: where \
             their volumes can be used is not judged"
                .to_owned(),
        );
    }
    unknown
}

/// Simulates the scheduler on all pods of `world` that wait.
pub fn place(world: &World, wording: Wording) -> Placement {
    place_with(world, wording, Luck::Usual)
}

/// What becomes of each workload of `world`, in the order of [`World::workloads`].
pub fn shares(world: &World, wording: Wording) -> Vec<Share> {
    let mut engine = Engine::new(world);
    let judgement = judge(&mut engine, wording);
    let mut shares: Vec<Share> = world.workloads.iter().map(|_| Share::default()).collect();
    let of = |id: usize| engine.pods[id].pod.workload;
    for (id, ..) in &judgement.bound {
        if let Some(share) = of(*id).and_then(|workload| shares.get_mut(workload)) {
            share.bound += 1;
        }
    }
    let mut counts: BTreeMap<(usize, &str), usize> = BTreeMap::new();
    for (id, failure) in &judgement.pending {
        if let Some(workload) = of(*id) {
            *counts.entry((workload, failure.message.as_str())).or_insert(0) += 1;
        }
    }
    for ((workload, message), count) in counts {
        if let Some(share) = shares.get_mut(workload) {
            share.pending.push(Pending { message: message.to_owned(), count });
        }
    }
    for share in &mut shares {
        share.pending.sort_by_key(|pending| std::cmp::Reverse(pending.count));
    }
    shares
}

/// The same with a say in which of equally good nodes are taken.
pub fn place_with(world: &World, wording: Wording, luck: Luck) -> Placement {
    let mut engine = Engine::new(world);
    engine.luck = luck;
    let judgement = judge(&mut engine, wording);
    summary(&engine, &judgement)
}

pub(crate) fn judge(engine: &mut Engine<'_>, wording: Wording) -> Judgement {
    let waiting = engine.world.running.len()..engine.pods.len();
    Queue::new(engine, wording).run(waiting)
}

fn summary(engine: &Engine<'_>, judgement: &Judgement) -> Placement {
    let ours = |id: usize| engine.pods[id].pod.workload.is_some();
    let name = |node: usize| engine.world.symbols.text(engine.nodes[node].node.name).to_owned();
    let mut nodes = BTreeMap::new();
    let mut bound = 0;
    for (id, node, _) in &judgement.bound {
        if ours(*id) {
            *nodes.entry(name(*node)).or_insert(0) += 1;
            bound += 1;
        }
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut nominated = Vec::new();
    for (id, failure) in &judgement.pending {
        if !ours(*id) {
            continue;
        }
        *counts.entry(failure.message.as_str()).or_insert(0) += 1;
        let chosen = failure.preemption.as_ref().and_then(|preemption| preemption.chosen.as_ref());
        if let (Some(node), Some(chosen)) = (engine.pods[*id].nominated, chosen) {
            let victims = chosen.victims.iter().map(|victim| engine.pods[*victim].pod.name.clone()).collect();
            nominated.push(Nominated { pod: engine.pods[*id].pod.name.clone(), node: name(node), victims });
        }
    }
    let mut pending: Vec<_> =
        counts.into_iter().map(|(message, count)| Pending { message: message.to_owned(), count }).collect();
    pending.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.message.cmp(&b.message)));
    let replicas = engine.pods.iter().filter(|state| state.pod.workload.is_some()).count();
    let victims = judgement.victims.iter().map(|id| engine.pods[*id].pod.name.clone()).collect();
    Placement { replicas, bound, pending, nodes, nominated, victims, held: judgement.held.len() }
}
