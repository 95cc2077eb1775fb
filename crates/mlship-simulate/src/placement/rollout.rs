//! Does the rollout of a new version finish with the room there is?

use crate::placement::engine::Engine;
use crate::placement::engine::cycle::Outcome;
use crate::placement::engine::message::Wording;
use crate::placement::engine::queue::Queue;
use crate::placement::engine::state::PodId;
use crate::placement::manifest::workloads;
use crate::placement::objects::{Rollout, Template, Workload, World};
use serde::Serialize;
use std::sync::Arc;

/// How the rollout of a new version of a workload goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RolloutReport {
    /// The workload, as `Deployment/churn`.
    pub workload: String,
    /// What becomes of it.
    pub result: RolloutResult,
    /// How many pods of the new version run at the end.
    pub updated: usize,
    /// How many of the old version run at the end.
    pub old: usize,
    /// The fewest pods that ran at any time.
    pub lowest: usize,
    /// What the scheduler says of a new pod that finds no node.
    pub message: Option<String>,
    /// What to do about a deadlock, tried out.
    pub suggestion: Option<String>,
}

/// What becomes of a rollout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RolloutResult {
    /// The new version takes over.
    Finishes,
    /// New pods find no node, and old ones may not go.
    Deadlock,
    /// Not even the present version finds enough nodes.
    NotPlaced,
}

/// The rollout of each workload that rolls, once its present version is placed and all else stays.
///
/// New pods are taken to become ready once they have a node.
pub fn rollouts(world: &World) -> Vec<RolloutReport> {
    let rolls = |workload: &Workload| matches!(workload.rollout, Rollout::Rolling { .. } | Rollout::Recreate);
    (0..world.workloads.len())
        .filter(|index| rolls(&world.workloads[*index]))
        .map(|index| {
            let workload = &world.workloads[index];
            let mut report = roll(world, index, workload.rollout);
            if report.result == RolloutResult::Deadlock {
                report.suggestion = remedy(world, index);
            }
            report
        })
        .collect()
}

/// Letting one pod go first is enough wherever the same room is used again.
fn remedy(world: &World, index: usize) -> Option<String> {
    let other = Rollout::Rolling { surge: 0, unavailable: 1 };
    let helps = roll(world, index, other).result == RolloutResult::Finishes;
    helps.then(|| {
        "set maxSurge to 0 and maxUnavailable to 1: each old pod makes room for a new one".to_owned()
    })
}

/// The course of one rollout, step by step as the Deployment controller takes them.
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/deployment/rolling.go>
struct Course<'w> {
    engine: Engine<'w>,
    wanted: usize,
    surge: usize,
    unavailable: usize,
    old: Vec<PodId>,
    /// New pods that are not created yet, the next one last.
    uncreated: Vec<PodId>,
    /// New pods without a node.
    waiting: Vec<PodId>,
    updated: usize,
    lowest: usize,
    message: Option<String>,
}

fn roll(world: &World, index: usize, rollout: Rollout) -> RolloutReport {
    let workload = &world.workloads[index];
    let wanted = workload.replicas;
    let (surge, unavailable) = match rollout {
        Rollout::Rolling { surge, unavailable } => (surge, unavailable),
        Rollout::Recreate | Rollout::Ordered | Rollout::None => (0, wanted),
    };
    let mut next = world.clone();
    let new_version = next.workloads.len();
    let template = Arc::new(renamed(workload, &mut next));
    workloads::add(Workload { template, rollout: Rollout::None, ..workload.clone() }, &mut next);
    let mut engine = Engine::new(&next);
    let of = |version: usize, engine: &Engine<'_>, id: PodId| engine.pods[id].pod.workload == Some(version);
    let (uncreated, present): (Vec<PodId>, Vec<PodId>) =
        (world.running.len()..engine.pods.len()).partition(|id| of(new_version, &engine, *id));
    let placed = Queue::new(&mut engine, Wording::Current).run(present);
    let old: Vec<PodId> =
        placed.bound.iter().map(|(id, ..)| *id).filter(|id| of(index, &engine, *id)).collect();
    let stuck = placed.pending.iter().find(|(id, _)| of(index, &engine, **id));
    let message = stuck.map(|(_, failure)| failure.message.clone());
    let lowest = old.len();
    let is_placed = old.len() == wanted;
    let uncreated = uncreated.into_iter().rev().collect();
    let mut course = Course {
        engine,
        wanted,
        surge,
        unavailable,
        old,
        uncreated,
        waiting: Vec::new(),
        updated: 0,
        lowest,
        message,
    };
    let result = if is_placed { course.run() } else { RolloutResult::NotPlaced };
    RolloutReport {
        workload: format!("{}/{}", workload.kind, workload.name),
        result,
        updated: course.updated,
        old: course.old.len(),
        lowest: course.lowest,
        message: course.message,
        suggestion: None,
    }
}

impl Course<'_> {
    fn run(&mut self) -> RolloutResult {
        loop {
            let before = (self.old.len(), self.updated, self.uncreated.len());
            self.create();
            self.schedule();
            self.scale_down();
            if self.updated == self.wanted && self.old.is_empty() {
                return RolloutResult::Finishes;
            }
            if before == (self.old.len(), self.updated, self.uncreated.len()) {
                return RolloutResult::Deadlock;
            }
        }
    }

    fn create(&mut self) {
        let there = self.old.len() + self.updated + self.waiting.len();
        let room = (self.wanted + self.surge).saturating_sub(there);
        for _ in 0..room {
            self.waiting.extend(self.uncreated.pop());
        }
    }

    fn schedule(&mut self) {
        self.message = None;
        for id in std::mem::take(&mut self.waiting) {
            // Once one of several equal pods finds no node, the others don't either.
            if self.message.is_some() {
                self.waiting.push(id);
                continue;
            }
            match self.engine.turn(id, Wording::Current) {
                Outcome::Bound { node, .. } => {
                    self.engine.bind(id, node);
                    self.updated += 1;
                }
                Outcome::Failed(failure) => {
                    self.message = Some(failure.message);
                    self.waiting.push(id);
                }
            }
        }
    }

    fn scale_down(&mut self) {
        let must_stay = self.wanted.saturating_sub(self.unavailable);
        let may_go = (self.old.len() + self.updated).saturating_sub(must_stay);
        for _ in 0..may_go {
            let Some(gone) = self.old.pop() else { break };
            self.engine.remove(gone);
        }
        self.lowest = self.lowest.min(self.old.len() + self.updated);
    }
}

/// The template of the next version: its pods bear another hash, so that constraints on one version alone hold for
/// each by itself.
fn renamed(workload: &Workload, next: &mut World) -> Template {
    let mut template = (*workload.template).clone();
    let Some(hash) = next.symbols.find("pod-template-hash") else { return template };
    let Some(old) = template.labels.get(hash) else { return template };
    let new = format!("{}-next", next.symbols.text(old));
    let new = next.symbols.intern(&new);
    template.labels.set(hash, new);
    for selector in template.selectors_mut() {
        selector.replace(hash, old, new);
    }
    template
}
