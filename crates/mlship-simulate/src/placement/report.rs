//! What a simulation found, ready to be printed.

use crate::placement::engine::Engine;
use crate::placement::engine::message::Wording as Words;
use crate::placement::engine::queue::{Judgement, Queue};
use crate::placement::objects::World;
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

/// Simulates the scheduler on all pods of `world` that wait.
pub fn place(world: &World, wording: Words) -> Placement {
    place_with(world, wording, Luck::Usual)
}

/// The same with a say in which of equally good nodes are taken.
pub fn place_with(world: &World, wording: Words, luck: Luck) -> Placement {
    let mut engine = Engine::new(world);
    engine.luck = luck;
    let judgement = judge(&mut engine, wording);
    report(&engine, &judgement)
}

pub(crate) fn judge(engine: &mut Engine<'_>, wording: Words) -> Judgement {
    let waiting = engine.world.running.len()..engine.pods.len();
    Queue::new(engine, wording).run(waiting)
}

fn report(engine: &Engine<'_>, judgement: &Judgement) -> Placement {
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
