//! How many more pods of a workload there is room for, and what runs out first.

use crate::placement::engine::Engine;
use crate::placement::engine::filter::Reason;
use crate::placement::engine::message::Wording;
use crate::placement::manifest::workloads;
use crate::placement::objects::{Rollout, Workload, World};
use crate::placement::report::judge;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many more replicas of a workload fit beside everything else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Capacity {
    /// The workload, as `Deployment/churn`.
    pub workload: String,
    /// How many fit beyond those that it asks for. No node is added, nobody is driven away.
    pub more: usize,
    /// What stops the next one, the most frequent reason first: a resource, or a rule such as a spread.
    pub binding: Vec<Binding>,
}

/// A reason why nodes take no more, and how many do so for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The reason in the scheduler's words.
    pub reason: String,
    /// How many nodes give it.
    pub nodes: usize,
}

/// The capacity for each workload of `world`, each on its own.
pub fn how_many(world: &World) -> Vec<Capacity> {
    (0..world.workloads.len()).map(|index| capacity(world, index)).collect()
}

fn capacity(world: &World, index: usize) -> Capacity {
    let workload = &world.workloads[index];
    let mut template = (*workload.template).clone();
    template.preempts = false;
    let mut probe = world.clone();
    let first = probe.workloads.len();
    let replicas = at_most(world, workload);
    let template = Arc::new(template);
    workloads::add(Workload { template, replicas, rollout: Rollout::None, ..workload.clone() }, &mut probe);
    let mut engine = Engine::new(&probe);
    let judgement = judge(&mut engine, Wording::Current);
    let ours = |id: usize| engine.pods[id].pod.workload == Some(first);
    let more = judgement.bound.iter().filter(|(id, ..)| ours(*id)).count();
    let stopped = judgement.pending.iter().find(|(id, _)| ours(**id));
    let mut binding: Vec<Binding> = Vec::new();
    if let Some((id, failure)) = stopped {
        let template = engine.pods[*id].template;
        let mut by_reason: BTreeMap<Reason, usize> = failure.histogram.clone();
        // A node that will never take the pod is not what runs out, unless there is nothing else.
        let scarce: BTreeMap<Reason, usize> = by_reason
            .iter()
            .filter(|(reason, _)| runs_out(**reason))
            .map(|(reason, nodes)| (*reason, *nodes))
            .collect();
        if !scarce.is_empty() {
            by_reason = scarce;
        }
        for (reason, nodes) in by_reason {
            binding.push(Binding { reason: engine.reason(reason, template, Wording::Current), nodes });
        }
        if binding.is_empty() {
            binding.push(Binding { reason: failure.message.clone(), nodes: 0 });
        }
    }
    binding.sort_by(|a, b| b.nodes.cmp(&a.nodes).then_with(|| a.reason.cmp(&b.reason)));
    Capacity { workload: format!("{}/{}", workload.kind, workload.name), more, binding }
}

fn runs_out(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Insufficient(_)
            | Reason::TooManyPods
            | Reason::PortTaken
            | Reason::Spread
            | Reason::AntiAffinity
            | Reason::Unwelcome
    )
}

/// One more than could fit on empty nodes, so that one is left to say what stops it.
fn at_most(world: &World, workload: &Workload) -> usize {
    let pods = world.symbols.find("pods");
    let on_node = |node: &crate::placement::objects::Node| {
        let room = |name| node.allocatable.get(&name).copied().unwrap_or(0);
        let by_resource = workload.template.class.requests.iter().filter(|(_, amount)| **amount > 0);
        let most = by_resource.map(|(name, amount)| room(*name) / amount).min().unwrap_or(i64::MAX);
        usize::try_from(most.min(pods.map_or(0, room))).unwrap_or(0)
    };
    world.nodes.iter().map(on_node).sum::<usize>() + 1
}
