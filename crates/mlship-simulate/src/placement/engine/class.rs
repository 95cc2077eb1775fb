//! What identical pods share on each node: fixed verdicts, remembered fits and scores.

use crate::placement::engine::state::{CPU, Engine, MEMORY, NodeState};
use crate::placement::objects::{Class, Effect, Node, Taint, World};
use crate::placement::selector::{NodeTerm, Operator};
use crate::placement::symbols::Symbol;
use std::collections::BTreeSet;

/// Why a node is out of the question for a class whatever else runs there; in the order of the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fixed {
    Open,
    OtherNodeNamed,
    Cordoned,
    Tainted,
    NotSelected,
}

/// What a pod's affinity says about names of nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pinned {
    /// Nothing.
    No,
    /// Only nodes of these names are looked at.
    To(Vec<Symbol>),
    /// It asks for two names at once.
    Conflict,
}

/// A class and what is known of it on each node.
pub(crate) struct ClassState<'w> {
    pub(crate) spec: &'w Class,
    /// What it requests, by slot; only what is above 0.
    pub(crate) requests: Vec<(usize, i64)>,
    pub(crate) pinned: Pinned,
    /// Empty until the class is first looked at.
    pub(crate) fixed: Vec<Fixed>,
    /// Taints that it would rather avoid, by node; empty if no node has any.
    pub(crate) avoided: Vec<i64>,
    /// Weights of fulfilled wishes, by node; empty if there are none.
    pub(crate) wishes: Vec<i64>,
    /// Scores for images, by node; empty if all are 0.
    pub(crate) images: Vec<i64>,
    memos: Vec<Memo>,
}

/// What is known of a class on one node as long as its generation stays.
#[derive(Clone, Copy)]
struct Memo {
    generation: u32,
    fits: bool,
    score: i16,
}

impl<'w> ClassState<'w> {
    pub(crate) fn new(spec: &'w Class, requests: Vec<(usize, i64)>) -> Self {
        Self {
            spec,
            requests,
            pinned: pinned(spec),
            fixed: Vec::new(),
            avoided: Vec::new(),
            wishes: Vec::new(),
            images: Vec::new(),
            memos: Vec::new(),
        }
    }

    /// Works out what never changes on the nodes, once.
    pub(crate) fn prepare(&mut self, world: &World, nodes: &[NodeState<'_>]) {
        if !self.fixed.is_empty() || nodes.is_empty() {
            return;
        }
        let cordon = world.symbols.find("node.kubernetes.io/unschedulable");
        let empty = world.symbols.find("").unwrap_or(Symbol::NONE);
        let cordon = Taint { key: cordon.unwrap_or(Symbol::NONE), value: empty, effect: Effect::NoSchedule };
        self.fixed = nodes.iter().map(|state| fixed(self.spec, state.node, &cordon, world)).collect();
        self.memos = vec![Memo { generation: u32::MAX, fits: false, score: 0 }; nodes.len()];
        self.avoided = unless_zero(nodes.iter().map(|state| avoided(self.spec, state.node)));
        if !self.spec.preferred_nodes.is_empty() {
            self.wishes = unless_zero(nodes.iter().map(|state| wishes(self.spec, state.node, world)));
        }
        self.images = unless_zero(image_scores(self.spec, nodes).into_iter());
    }

    /// Whether ports and resources of a node suffice.
    pub(crate) fn fits(&mut self, number: usize, state: &NodeState<'_>) -> bool {
        self.memo(number, state).fits
    }

    /// The scores for resources (least allocated and balance).
    pub(crate) fn resource_score(&mut self, number: usize, state: &NodeState<'_>) -> i64 {
        i64::from(self.memo(number, state).score)
    }

    fn memo(&mut self, number: usize, state: &NodeState<'_>) -> Memo {
        let memo = self.memos[number];
        if memo.generation == state.generation {
            return memo;
        }
        let fits = self.has_room(state) && !self.clashes(state);
        let score = if fits { least_allocated(self.spec, state) + self.balance(state) } else { 0 };
        let score = i16::try_from(score).unwrap_or(0);
        let memo = Memo { generation: state.generation, fits, score };
        self.memos[number] = memo;
        memo
    }

    fn has_room(&self, state: &NodeState<'_>) -> bool {
        state.pod_count < state.room_for_pods && self.requests.iter().all(|request| !is_short(request, state))
    }

    /// Whether a port that it needs is in use.
    pub(crate) fn clashes(&self, state: &NodeState<'_>) -> bool {
        let mut wanted = self.spec.host_ports.iter();
        wanted.any(|port| state.ports.iter().any(|used| used.conflicts(port)))
    }

    /// The slots of which a node has too little left, and whether that is so even with the node empty.
    pub(crate) fn shortages(&self, state: &NodeState<'_>) -> (Vec<usize>, bool) {
        let short: Vec<_> = self.requests.iter().filter(|request| is_short(request, state)).collect();
        let hopeless = short.iter().any(|(slot, amount)| *amount > state.allocatable[*slot]);
        (short.into_iter().map(|(slot, _)| *slot).collect(), hopeless)
    }

    fn request(&self, slot: usize) -> i64 {
        self.requests.iter().find(|(other, _)| *other == slot).map_or(0, |(_, amount)| *amount)
    }

    /// How much better CPU and memory are balanced with the pod than without; 0 for a pod that requests neither.
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go>
    fn balance(&self, state: &NodeState<'_>) -> i64 {
        let request = [self.request(CPU), self.request(MEMORY)];
        if request == [0, 0] {
            return 0;
        }
        let allocatable = [state.allocatable[CPU], state.allocatable[MEMORY]];
        let before = [state.requested[CPU], state.requested[MEMORY]];
        let after = [before[0] + request[0], before[1] + request[1]];
        50 + (50 + evenness(after, allocatable) - evenness(before, allocatable)) / 2
    }
}

fn is_short((slot, amount): &(usize, i64), state: &NodeState<'_>) -> bool {
    *amount > state.allocatable[*slot] - state.requested[*slot]
}

/// The mean share of CPU and memory that stays free.
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/noderesources/least_allocated.go>
fn least_allocated(spec: &Class, state: &NodeState<'_>) -> i64 {
    let mut sum = 0;
    let mut resources = 0;
    for (slot, scored) in [CPU, MEMORY].into_iter().zip(spec.scored) {
        let allocatable = state.allocatable[slot];
        if allocatable == 0 {
            continue;
        }
        let requested = state.counted[slot] + scored;
        resources += 1;
        if requested <= allocatable {
            sum += (allocatable - requested) * 100 / allocatable;
        }
    }
    if resources == 0 { 0 } else { sum / resources }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "as the scheduler computes it"
)]
fn evenness(requested: [i64; 2], allocatable: [i64; 2]) -> i64 {
    let share = |index: usize| (requested[index] as f64 / allocatable[index] as f64).min(1.0);
    let deviation = if allocatable.contains(&0) { 0.0 } else { ((share(0) - share(1)) / 2.0).abs() };
    ((1.0 - deviation) * 100.0) as i64
}

fn fixed(spec: &Class, node: &Node, cordon: &Taint, world: &World) -> Fixed {
    let tolerates = |taint: &Taint| spec.tolerations.iter().any(|toleration| toleration.covers(taint));
    if spec.node_name.is_some_and(|name| name != node.name) {
        return Fixed::OtherNodeNamed;
    }
    if node.unschedulable && !tolerates(cordon) {
        return Fixed::Cordoned;
    }
    if is_tainted(spec, node) {
        return Fixed::Tainted;
    }
    if is_selected(spec, node, world) { Fixed::Open } else { Fixed::NotSelected }
}

/// Whether a node has a taint that forbids it to the class.
pub(crate) fn is_tainted(spec: &Class, node: &Node) -> bool {
    let mut forbidding = node.taints.iter().filter(|taint| taint.effect != Effect::PreferNoSchedule);
    forbidding.any(|taint| !spec.tolerations.iter().any(|toleration| toleration.covers(taint)))
}

/// Whether a node is among those that selector and affinity ask for.
pub(crate) fn is_selected(spec: &Class, node: &Node, world: &World) -> bool {
    spec.node_selector.iter().all(|(key, value)| node.labels.get(*key) == Some(*value))
        && spec.node_terms.as_ref().is_none_or(|terms| {
            terms.iter().any(|term| term.matches(node.name, &node.labels, &world.symbols))
        })
}

fn avoided(spec: &Class, node: &Node) -> i64 {
    let soft = node.taints.iter().filter(|taint| taint.effect == Effect::PreferNoSchedule);
    let untolerated =
        soft.filter(|taint| !spec.tolerations.iter().any(|toleration| toleration.covers(taint)));
    i64::try_from(untolerated.count()).unwrap_or(i64::MAX)
}

fn wishes(spec: &Class, node: &Node, world: &World) -> i64 {
    let fulfilled =
        spec.preferred_nodes.iter().filter(|(_, term)| term.matches(node.name, &node.labels, &world.symbols));
    fulfilled.map(|(weight, _)| weight).sum()
}

fn unless_zero(values: impl Iterator<Item = i64>) -> Vec<i64> {
    let values: Vec<_> = values.collect();
    if values.iter().all(|value| *value == 0) { Vec::new() } else { values }
}

/// The score of nodes that have a pod's images already.
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/imagelocality/image_locality.go>
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "as the scheduler computes it"
)]
fn image_scores(spec: &Class, nodes: &[NodeState<'_>]) -> Vec<i64> {
    const MEBIBYTE: i64 = 1024 * 1024;
    const LEAST: i64 = 23 * MEBIBYTE;
    let most = 1000 * MEBIBYTE * i64::try_from(spec.images.len()).unwrap_or(i64::MAX >> 40);
    let distinct: BTreeSet<Symbol> = spec.images.iter().copied().collect();
    let holders = |image: Symbol| nodes.iter().filter(|state| state.node.images.contains_key(&image)).count();
    let holders: Vec<(Symbol, usize)> = distinct.into_iter().map(|image| (image, holders(image))).collect();
    if holders.iter().all(|(_, number)| *number == 0) || most <= LEAST {
        return vec![0; nodes.len()];
    }
    let score = |state: &NodeState<'_>| {
        let mut sum = 0;
        for image in &spec.images {
            let Some(size) = state.node.images.get(image) else { continue };
            let number = holders.iter().find(|(other, _)| other == image).map_or(0, |(_, number)| *number);
            sum += (*size as f64 * (number as f64 / nodes.len() as f64)) as i64;
        }
        100 * (sum.clamp(LEAST, most) - LEAST) / (most - LEAST)
    };
    nodes.iter().map(score).collect()
}

/// The names of nodes that a pod's affinity comes down to, if every term names some.
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go>
fn pinned(spec: &Class) -> Pinned {
    let Some(terms) = spec.node_terms.as_ref().filter(|terms| !terms.is_empty()) else { return Pinned::No };
    let mut names = BTreeSet::new();
    for term in terms {
        match names_of(term) {
            None => return Pinned::No,
            Some(of_term) => names.extend(of_term),
        }
    }
    if names.is_empty() { Pinned::Conflict } else { Pinned::To(names.into_iter().collect()) }
}

/// The names that all requirements `metadata.name In` of a term have in common; none if it has no such.
fn names_of(term: &NodeTerm) -> Option<Vec<Symbol>> {
    let mut common: Option<Vec<Symbol>> = None;
    for requirement in &term.fields {
        let Operator::In(values) = &requirement.operator else { continue };
        common = Some(match common {
            None => values.clone(),
            Some(names) => names.into_iter().filter(|name| values.contains(name)).collect(),
        });
    }
    common
}

impl Engine<'_> {
    /// Works out what never changes about a template's class, once.
    pub(crate) fn prepare(&mut self, template: usize) {
        let class = self.templates[template].class;
        self.classes[class].prepare(self.world, &self.nodes);
    }
}
