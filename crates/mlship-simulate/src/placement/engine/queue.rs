//! The order in which pods are judged, and when they are judged again.
//!
//! <https://github.com/kubernetes/kubernetes/tree/v1.37.2/pkg/scheduler/backend/queue>

use crate::placement::engine::cycle::{Failure, Outcome};
use crate::placement::engine::filter::Plugin;
use crate::placement::engine::message::{GATED, Wording};
use crate::placement::engine::preempt::Chosen;
use crate::placement::engine::state::{Engine, PodId};
use crate::placement::engine::template::fulfils;
use crate::placement::objects::Rollout;
use crate::placement::selector::Labels;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What became of every pod that waited.
pub(crate) struct Judgement {
    /// Nodes of bound pods, in the order in which they were bound, each with how many nodes were as good.
    pub(crate) bound: Vec<(PodId, usize, usize)>,
    /// Why each other pod waits.
    pub(crate) pending: BTreeMap<PodId, Arc<Failure>>,
    /// Pods that their controller has not created yet, because one before them waits.
    pub(crate) held: Vec<PodId>,
    /// Pods that were driven away.
    pub(crate) victims: Vec<PodId>,
}

/// A victim of preemption that was asked to leave.
struct Leaving {
    victim: PodId,
    preemptor: PodId,
}

/// Judges pods until nothing changes any more.
pub(crate) struct Queue<'e, 'w> {
    engine: &'e mut Engine<'w>,
    wording: Wording,
    active: BTreeSet<(Reverse<i32>, PodId)>,
    /// Pods to be judged again once `active` is empty.
    retry: BTreeSet<(Reverse<i32>, PodId)>,
    parked: BTreeMap<PodId, Arc<Failure>>,
    parked_groups: BTreeMap<(usize, BTreeSet<Plugin>), BTreeSet<PodId>>,
    /// The last failure of each template with the engine's version: it stands while the version does.
    failures: BTreeMap<usize, (u64, Arc<Failure>)>,
    /// Templates of pods that came to a node since parked pods were last told.
    arrived: BTreeSet<usize>,
    bound: Vec<(PodId, usize, usize)>,
    victims: Vec<PodId>,
    /// Victims that were asked to leave and do not yet.
    leaving: Vec<Leaving>,
    turns: u64,
    /// For each ordered workload, its pods that are not created yet.
    held: BTreeMap<usize, Vec<PodId>>,
}

impl<'e, 'w> Queue<'e, 'w> {
    pub(crate) fn new(engine: &'e mut Engine<'w>, wording: Wording) -> Self {
        Self {
            engine,
            wording,
            active: BTreeSet::new(),
            retry: BTreeSet::new(),
            parked: BTreeMap::new(),
            parked_groups: BTreeMap::new(),
            failures: BTreeMap::new(),
            arrived: BTreeSet::new(),
            bound: Vec::new(),
            victims: Vec::new(),
            leaving: Vec::new(),
            turns: 0,
            held: BTreeMap::new(),
        }
    }

    /// Judges `pods`, and what follows from it. Those without a workload wait already; the others come one by one,
    /// and the scheduler is quick enough to judge each before the next one comes.
    pub(crate) fn run(mut self, pods: impl IntoIterator<Item = PodId>) -> Judgement {
        let (new, old): (Vec<PodId>, Vec<PodId>) =
            pods.into_iter().partition(|id| self.engine.pods[*id].pod.workload.is_some());
        for id in old {
            self.create(id);
        }
        self.settle();
        for id in new {
            self.create(id);
            self.settle();
        }
        while !self.leaving.is_empty() {
            self.let_victims_leave();
            self.settle();
        }
        let held = self.held.into_values().flatten().collect();
        Judgement { bound: self.bound, pending: self.parked, held, victims: self.victims }
    }

    /// Judges pods until none has reason to be judged.
    fn settle(&mut self) {
        loop {
            while let Some((_, id)) = self.active.pop_first() {
                self.judge(id);
            }
            self.tell_of_arrivals();
            // One at a time: what comes of it may wake pods of higher priority.
            let Some((_, id)) = self.retry.pop_first() else { break };
            self.judge(id);
        }
    }

    /// A pod comes into being, unless its controller waits for one before it.
    fn create(&mut self, id: PodId) {
        let pod = self.engine.pods[id].pod;
        if let Some(workload) = pod.workload
            && self.engine.world.workloads[workload].rollout == Rollout::Ordered
        {
            if let Some(held) = self.held.get_mut(&workload) {
                held.push(id);
                return;
            }
            self.held.insert(workload, Vec::new());
        }
        self.enqueue(id);
    }

    fn enqueue(&mut self, id: PodId) {
        if self.engine.templates[self.engine.pods[id].template].spec.gated {
            let failure = Failure {
                message: GATED.to_owned(),
                histogram: BTreeMap::new(),
                plugins: BTreeSet::new(),
                preemption: None,
            };
            self.parked.insert(id, Arc::new(failure));
            return;
        }
        self.active.insert((Reverse(self.engine.priority(id)), id));
    }

    fn judge(&mut self, id: PodId) {
        self.judge_alone(id);
        self.turns += 1;
        if !self.leaving.is_empty() && self.engine.luck.victims_leave(self.turns) {
            self.let_victims_leave();
        }
    }

    fn judge_alone(&mut self, id: PodId) {
        let template = self.engine.pods[id].template;
        if self.engine.pods[id].nominated.is_none()
            && let Some((version, failure)) = self.failures.get(&template)
            && *version == self.engine.version
        {
            let failure = Arc::clone(failure);
            self.park(id, failure);
            return;
        }
        match self.engine.turn(id, self.wording) {
            Outcome::Bound { node, ties } => {
                self.engine.bind(id, node);
                self.bound.push((id, node, ties));
                self.arrived.insert(template);
                self.create_next(id);
            }
            Outcome::Failed(failure) => {
                let failure = Arc::new(failure);
                let chosen = failure.preemption.as_ref().and_then(|preemption| preemption.chosen.clone());
                let keeps = failure.preemption.as_ref().is_some_and(|preemption| preemption.keeps_nomination);
                if !keeps {
                    self.engine.withdraw(id);
                }
                self.park(id, Arc::clone(&failure));
                match chosen {
                    Some(chosen) => self.make_room(id, &chosen),
                    None => {
                        if self.engine.pods[id].nominated.is_none() {
                            self.failures.insert(template, (self.engine.version, failure));
                        }
                    }
                }
            }
        }
    }

    fn create_next(&mut self, id: PodId) {
        let Some(workload) = self.engine.pods[id].pod.workload else { return };
        if let Some(held) = self.held.get_mut(&workload)
            && !held.is_empty()
        {
            let next = held.remove(0);
            self.enqueue(next);
        }
    }

    fn park(&mut self, id: PodId, failure: Arc<Failure>) {
        let key = (self.engine.pods[id].template, failure.plugins.clone());
        self.parked_groups.entry(key).or_default().insert(id);
        self.parked.insert(id, failure);
    }

    /// Nominates the node and asks its victims to leave. Those that need no time are gone at once.
    fn make_room(&mut self, id: PodId, chosen: &Chosen) {
        let priority = self.engine.priority(id);
        self.engine.nominate(id, chosen.node);
        let lower: Vec<PodId> = self.engine.nodes[chosen.node]
            .nominated
            .iter()
            .copied()
            .filter(|other| self.engine.priority(*other) < priority)
            .collect();
        for other in &lower {
            self.engine.withdraw(*other);
            self.wake_after_departure(*other, Some(self.engine.priority(*other)), &BTreeSet::new());
        }
        for victim in &chosen.victims {
            if !self.victims.contains(victim) {
                self.victims.push(*victim);
                self.leaving.push(Leaving { victim: *victim, preemptor: id });
            }
        }
    }

    /// Victims begin to end; those that need no time are gone.
    fn let_victims_leave(&mut self) {
        let leaving = std::mem::take(&mut self.leaving);
        for (index, Leaving { victim, .. }) in leaving.iter().enumerate() {
            if !self.engine.pods[*victim].pod.ends_at_once {
                self.engine.terminate(*victim);
                continue;
            }
            self.engine.remove(*victim);
            // A pod stays out of the queue until the last of its victims was asked to leave.
            let busy = leaving[index + 1..].iter().map(|other| other.preemptor).collect();
            self.wake_after_departure(*victim, None, &busy);
        }
    }

    /// Wakes pods that may profit from room that `gone` leaves; with `at_most`, only those up to that priority.
    fn wake_after_departure(&mut self, gone: PodId, at_most: Option<i32>, busy: &BTreeSet<PodId>) {
        let gone = self.engine.pods[gone].template;
        self.wake(busy, |engine, template, plugins| {
            let spec = engine.templates[template].spec;
            let left = engine.templates[gone].spec;
            if at_most.is_some_and(|priority| spec.priority > priority) {
                return false;
            }
            plugins.contains(&Plugin::Resources)
                || plugins.contains(&Plugin::Ports)
                    && spec
                        .class
                        .host_ports
                        .iter()
                        .any(|port| left.class.host_ports.iter().any(|other| other.conflicts(port)))
                || plugins.contains(&Plugin::Spread) && counts_in_spread(engine, template, gone)
                || plugins.contains(&Plugin::PodAffinity)
                    && (spec.anti_affinity.iter().any(|term| fulfils(left, term, engine.world))
                        || left.anti_affinity.iter().any(|term| fulfils(spec, term, engine.world)))
        });
    }

    /// Wakes parked pods that pods which found a node may help.
    fn tell_of_arrivals(&mut self) {
        let arrived = std::mem::take(&mut self.arrived);
        for came in arrived {
            self.wake(&BTreeSet::new(), |engine, template, plugins| {
                plugins.contains(&Plugin::Spread) && counts_in_spread(engine, template, came)
                    || plugins.contains(&Plugin::PodAffinity) && is_affine(engine, template, came)
            });
        }
    }

    fn wake(
        &mut self,
        busy: &BTreeSet<PodId>,
        mut profits: impl FnMut(&Engine<'w>, usize, &BTreeSet<Plugin>) -> bool,
    ) {
        let engine = &*self.engine;
        let groups = self.parked_groups.keys();
        let woken = groups.filter(|(template, plugins)| profits(engine, *template, plugins));
        let woken: Vec<_> = woken.cloned().collect();
        for key in woken {
            let group = self.parked_groups.remove(&key).unwrap_or_default();
            let (stay, go): (BTreeSet<PodId>, BTreeSet<PodId>) =
                group.into_iter().partition(|id| busy.contains(id));
            for id in go {
                self.parked.remove(&id);
                self.retry.insert((Reverse(self.engine.priority(id)), id));
            }
            if !stay.is_empty() {
                self.parked_groups.insert(key, stay);
            }
        }
    }
}

/// Whether pods of template `other` count in a hard spread of `template`.
fn counts_in_spread(engine: &Engine<'_>, template: usize, other: usize) -> bool {
    let spec = engine.templates[template].spec;
    let other = engine.templates[other].spec;
    let mut hard = spec.spread.iter().filter(|spread| spread.hard);
    spec.namespace == other.namespace
        && hard.any(|spread| spread.selector.matches(&other.labels, &engine.world.symbols))
}

/// Whether a pod of template `other` fulfils all affinity terms of `template`. The scheduler does not resolve
/// selectors of namespaces here; an empty one admits all.
fn is_affine(engine: &Engine<'_>, template: usize, other: usize) -> bool {
    let spec = engine.templates[template].spec;
    let other = engine.templates[other].spec;
    let symbols = &engine.world.symbols;
    !spec.affinity.is_empty()
        && spec.affinity.iter().all(|term| {
            (term.namespaces.contains(&other.namespace)
                || term.namespace_selector.matches(&Labels::default(), symbols))
                && term.selector.matches(&other.labels, symbols)
        })
}
