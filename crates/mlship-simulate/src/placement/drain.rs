//! Which nodes can be drained, and which disruption budget keeps others from it.

use crate::placement::engine::Engine;
use crate::placement::engine::cycle::Outcome;
use crate::placement::engine::message::Wording;
use crate::placement::engine::state::PodId;
use crate::placement::objects::{Budget, Keeps, Share, World};
use crate::placement::report::judge;
use serde::Serialize;

/// A node that can't be drained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undrainable {
    /// The node.
    pub node: String,
    /// The disruption budget that is in the way, as `namespace/name`.
    pub budget: String,
    /// A pod that may not be evicted.
    pub pod: String,
    /// Why: in plain words.
    pub reason: String,
}

/// The nodes that can't be drained once all waiting pods are placed. A pod that was evicted counts as back if it
/// finds another node.
pub fn undrainable(world: &World) -> Vec<Undrainable> {
    if world.budgets.is_empty() {
        return Vec::new();
    }
    let mut engine = Engine::new(world);
    judge(&mut engine, Wording::Current);
    let mut found = Vec::new();
    for node in 0..engine.nodes.len() {
        found.extend(drain(&mut engine, node));
    }
    found
}

/// Evicts the pods of a node one after the other, then puts them back.
fn drain(engine: &mut Engine<'_>, node: usize) -> Option<Undrainable> {
    let pods: Vec<PodId> =
        engine.nodes[node].pods.iter().copied().filter(|id| !engine.pods[*id].pod.daemon).collect();
    let mut moved: Vec<PodId> = Vec::new();
    let mut homeless: Vec<PodId> = Vec::new();
    let mut blocked = None;
    for id in pods {
        let budgets: Vec<&Budget> =
            engine.world.budgets.iter().filter(|budget| protects(engine, budget, id)).collect();
        blocked = budgets.iter().find_map(|budget| refusal(engine, budget, id, &homeless, budgets.len()));
        if blocked.is_some() {
            break;
        }
        engine.unbind(id);
        match away_from(engine, id, node) {
            Some(other) => engine.bind(id, other),
            None => homeless.push(id),
        }
        moved.push(id);
    }
    for id in moved.into_iter().rev() {
        engine.unbind(id);
        engine.bind(id, node);
    }
    blocked
}

/// Another node for a pod.
fn away_from(engine: &mut Engine<'_>, id: PodId, node: usize) -> Option<usize> {
    // What is cordoned for the drain takes no pod; a full node does neither.
    let room = std::mem::replace(&mut engine.nodes[node].room_for_pods, 0);
    engine.touch(node);
    let outcome = engine.turn(id, Wording::Current);
    engine.nodes[node].room_for_pods = room;
    engine.touch(node);
    match outcome {
        Outcome::Bound { node, .. } => Some(node),
        Outcome::Failed(_) => None,
    }
}

fn protects(engine: &Engine<'_>, budget: &Budget, id: PodId) -> bool {
    let spec = engine.templates[engine.pods[id].template].spec;
    budget.namespace == spec.namespace && budget.selector.matches(&spec.labels, &engine.world.symbols)
}

fn refusal(
    engine: &Engine<'_>,
    budget: &Budget,
    id: PodId,
    homeless: &[PodId],
    budgets: usize,
) -> Option<Undrainable> {
    let all: Vec<PodId> = (0..engine.pods.len())
        .filter(|other| !engine.pods[*other].gone && protects(engine, budget, *other))
        .collect();
    let healthy =
        all.iter().filter(|other| engine.pods[**other].node.is_some() && !engine.pods[**other].terminating);
    let healthy = i64::try_from(healthy.count()).unwrap_or(i64::MAX);
    let expected = i64::try_from(all.len()).unwrap_or(i64::MAX);
    let lost = homeless.iter().filter(|other| protects(engine, budget, **other)).count();
    let allowed = match budget.allowed {
        Some(allowed) => allowed - i64::try_from(lost).unwrap_or(0),
        None => healthy - must_stay(budget.keeps, expected),
    };
    let reason = if budgets > 1 {
        "more than one disruption budget covers the pod, and the eviction API refuses such".to_owned()
    } else if allowed > 0 {
        return None;
    } else if lost > 0 {
        format!("{lost} evicted pods find no other node, so no more may go")
    } else {
        format!("it lets none of its {healthy} running pods go")
    };
    let namespace = engine.world.symbols.text(budget.namespace);
    let state = &engine.pods[id];
    let node = state.node.map_or("", |node| engine.world.symbols.text(engine.nodes[node].node.name));
    Some(Undrainable {
        node: node.to_owned(),
        budget: format!("{namespace}/{}", budget.name),
        pod: state.pod.name.clone(),
        reason,
    })
}

/// How many of the expected pods must stay. Percentages are rounded up.
/// <https://kubernetes.io/docs/tasks/run-application/configure-pdb/#rounding-logic-when-specifying-percentages>
fn must_stay(keeps: Keeps, expected: i64) -> i64 {
    let number = |share: Share| match share {
        Share::Count(count) => count,
        Share::Percent(percent) => (percent * expected + 99) / 100,
    };
    match keeps {
        Keeps::AtLeast(share) => number(share),
        Keeps::AllBut(share) => (expected - number(share)).max(0),
    }
}
