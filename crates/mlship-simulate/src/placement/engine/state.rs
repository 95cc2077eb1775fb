//! What is where: nodes with what is used of them, and pods.

use crate::placement::engine::class::ClassState;
use crate::placement::engine::counter::Counter;
use crate::placement::engine::template::{Registry, TemplateState};
use crate::placement::engine::topology::{NOWHERE, Topology};
use crate::placement::objects::{HostPort, Node, Pod, World};
use crate::placement::symbols::Symbol;
use std::collections::BTreeMap;

/// A pod of the simulation: first those that run, then those that wait, each in their order.
pub(crate) type PodId = usize;

/// One run of the scheduler over a [`World`].
pub(crate) struct Engine<'w> {
    pub(crate) world: &'w World,
    pub(crate) nodes: Vec<NodeState<'w>>,
    pub(crate) node_numbers: BTreeMap<Symbol, usize>,
    pub(crate) resources: Resources,
    pub(crate) classes: Vec<ClassState<'w>>,
    pub(crate) templates: Vec<TemplateState<'w>>,
    pub(crate) topology: Topology,
    pub(crate) counters: Vec<Counter>,
    /// Sets of nodes whose pods a spread counts.
    pub(crate) node_sets: Vec<Vec<bool>>,
    pub(crate) pods: Vec<PodState<'w>>,
    /// Where the next search for nodes begins.
    pub(crate) next_start: usize,
    /// What the input leaves open.
    pub(crate) luck: Luck,
    /// Grows with everything that could change a verdict.
    pub(crate) version: u64,
}

/// A node and what is used of it.
pub(crate) struct NodeState<'w> {
    pub(crate) node: &'w Node,
    pub(crate) allocatable: Vec<i64>,
    pub(crate) requested: Vec<i64>,
    /// CPU and memory as scoring counts them.
    pub(crate) counted: [i64; 2],
    pub(crate) room_for_pods: i64,
    pub(crate) pod_count: i64,
    pub(crate) pods: Vec<PodId>,
    pub(crate) ports: Vec<&'w HostPort>,
    /// Pods for which the node is nominated.
    pub(crate) nominated: Vec<PodId>,
    /// Grows with every change of the above.
    pub(crate) generation: u32,
}

/// A pod and what became of it.
pub(crate) struct PodState<'w> {
    pub(crate) pod: &'w Pod,
    pub(crate) template: usize,
    pub(crate) node: Option<usize>,
    pub(crate) nominated: Option<usize>,
    pub(crate) terminating: bool,
    /// Whether it is being deleted to make room.
    pub(crate) preempted: bool,
    /// Whether it is no more.
    pub(crate) gone: bool,
}

/// Resources by slot; the first three are always there.
#[derive(Debug)]
pub(crate) struct Resources {
    pub(crate) names: Vec<Symbol>,
    slots: BTreeMap<Symbol, usize>,
}

pub(crate) const CPU: usize = 0;
pub(crate) const MEMORY: usize = 1;

impl Resources {
    fn new(world: &World) -> Self {
        let mut resources = Self { names: Vec::new(), slots: BTreeMap::new() };
        for name in ["cpu", "memory", "ephemeral-storage"] {
            if let Some(name) = world.symbols.find(name) {
                resources.take(name);
            } else {
                // Nobody names it, so nobody asks for its slot by name.
                resources.names.push(Symbol::NONE);
            }
        }
        let pods = world.running.iter().chain(&world.pending);
        for name in pods.flat_map(|pod| pod.template.class.requests.keys()) {
            resources.take(*name);
        }
        resources
    }

    fn take(&mut self, name: Symbol) {
        if !self.slots.contains_key(&name) {
            self.slots.insert(name, self.names.len());
            self.names.push(name);
        }
    }

    pub(crate) fn slot(&self, name: Symbol) -> Option<usize> {
        self.slots.get(&name).copied()
    }
}

/// What the input leaves open: which of equally good nodes a pod goes to, and how soon victims of preemption leave.
///
/// The scheduler decides on the first by its list of nodes, but several threads look at nodes at once, so their
/// timing has a say: only what is the same with any luck is certain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Luck {
    /// What the scheduler comes to if its threads take turns; victims leave after all pods were judged once.
    #[default]
    Usual,
    /// The last of equally good nodes; victims leave at once.
    Contrary,
    /// Now this one, now that one.
    Mixed(u64),
}

impl Luck {
    /// Whether victims leave after this turn of the scheduler.
    pub(crate) fn victims_leave(self, turn: u64) -> bool {
        match self {
            Self::Usual => false,
            Self::Contrary => true,
            Self::Mixed(_) => self.dice(turn).is_multiple_of(2),
        }
    }

    /// A number that seed and `number` determine, without a pattern.
    pub(crate) fn dice(self, number: u64) -> u64 {
        let seed = if let Self::Mixed(seed) = self { seed } else { 0 };
        let mixed = (number + 1).wrapping_mul(seed | 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 32
    }
}

/// How a pod comes to a node or leaves it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    /// It is so.
    Real,
    /// To see what would be: the scheduler then counts pods that are being deleted, too.
    Trial,
}

impl<'w> Engine<'w> {
    pub(crate) fn new(world: &'w World) -> Self {
        let nodes = in_scheduler_order(world);
        let resources = Resources::new(world);
        let pods_name = world.symbols.find("pods");
        let states: Vec<_> = nodes.iter().map(|node| NodeState::new(node, &resources, pods_name)).collect();
        let node_numbers = nodes.iter().enumerate().map(|(number, node)| (node.name, number)).collect();
        let registry = Registry::new(world, &nodes);
        let mut engine = Self {
            world,
            nodes: states,
            node_numbers,
            resources,
            classes: Vec::new(),
            templates: Vec::new(),
            topology: Topology::new(nodes.len()),
            counters: Vec::new(),
            node_sets: Vec::new(),
            pods: Vec::new(),
            next_start: 0,
            luck: Luck::default(),
            version: 0,
        };
        registry.fill(&mut engine);
        engine.place_running();
        engine
    }

    fn place_running(&mut self) {
        for id in 0..self.pods.len() {
            let pod = self.pods[id].pod;
            if let Some(node) = pod.node.and_then(|name| self.node_numbers.get(&name).copied()) {
                self.bind(id, node);
            } else if let Some(node) = pod.nominated.and_then(|name| self.node_numbers.get(&name).copied()) {
                self.nominate(id, node);
            }
        }
    }

    /// Binds a pod to a node for good.
    pub(crate) fn bind(&mut self, id: PodId, node: usize) {
        self.withdraw(id);
        self.pods[id].node = Some(node);
        self.nodes[node].pods.push(id);
        self.shift(id, node, 1, Move::Real);
        self.version += 1;
    }

    /// Takes a pod off its node for good.
    pub(crate) fn remove(&mut self, id: PodId) {
        let Some(node) = self.pods[id].node else { return };
        self.shift(id, node, -1, Move::Real);
        self.nodes[node].pods.retain(|other| *other != id);
        self.pods[id].node = None;
        self.pods[id].gone = true;
        self.version += 1;
    }

    /// Takes a pod off its node as if it had never been there.
    pub(crate) fn unbind(&mut self, id: PodId) {
        self.remove(id);
        self.pods[id].gone = false;
    }

    /// Makes the scheduler look at a node anew.
    pub(crate) fn touch(&mut self, node: usize) {
        self.nodes[node].generation = self.nodes[node].generation.wrapping_add(1);
        self.version += 1;
    }

    /// Marks a pod as being deleted to make room: it stays on its node, but spreads count it no more.
    pub(crate) fn terminate(&mut self, id: PodId) {
        self.version += 1;
        self.pods[id].preempted = true;
        if self.pods[id].terminating {
            return;
        }
        let Some(node) = self.pods[id].node else { return };
        for index in 0..self.templates[self.pods[id].template].hits.len() {
            let number = self.templates[self.pods[id].template].hits[index];
            if self.counters[number].living_only {
                self.count(number, node, -1);
            }
        }
        self.pods[id].terminating = true;
    }

    pub(crate) fn nominate(&mut self, id: PodId, node: usize) {
        self.withdraw(id);
        self.pods[id].nominated = Some(node);
        self.nodes[node].nominated.push(id);
        self.version += 1;
    }

    /// Takes a pod's nomination back.
    pub(crate) fn withdraw(&mut self, id: PodId) {
        if let Some(node) = self.pods[id].nominated.take() {
            self.nodes[node].nominated.retain(|other| *other != id);
            self.version += 1;
        }
    }

    /// Adds a pod to what is used of a node (`sign` 1), or takes it off (-1).
    pub(crate) fn shift(&mut self, id: PodId, node: usize, sign: i64, how: Move) {
        let template = &self.templates[self.pods[id].template];
        let class = &self.classes[template.class];
        let state = &mut self.nodes[node];
        state.generation = state.generation.wrapping_add(1);
        state.pod_count += sign;
        for (slot, amount) in &class.requests {
            state.requested[*slot] += sign * amount;
        }
        for (sum, amount) in state.counted.iter_mut().zip(class.spec.counted) {
            *sum += sign * amount;
        }
        for port in &class.spec.host_ports {
            if sign > 0 {
                state.ports.push(port);
            } else if let Some(index) = state.ports.iter().position(|used| *used == port) {
                state.ports.swap_remove(index);
            }
        }
        let dying = self.pods[id].terminating && how == Move::Real;
        for index in 0..self.templates[self.pods[id].template].hits.len() {
            let number = self.templates[self.pods[id].template].hits[index];
            if !(dying && self.counters[number].living_only) {
                self.count(number, node, sign);
            }
        }
        for index in 0..self.templates[self.pods[id].template].owns.len() {
            let (number, weight) = self.templates[self.pods[id].template].owns[index];
            self.count(number, node, sign * weight);
        }
    }

    fn count(&mut self, number: usize, node: usize, amount: i64) {
        let counter = &mut self.counters[number];
        if counter.eligible.is_some_and(|set| !self.node_sets[set][node]) {
            return;
        }
        let domain = self.topology.domain(counter.division, node);
        if domain != NOWHERE {
            counter.add(domain, amount);
        }
    }

    pub(crate) fn priority(&self, id: PodId) -> i32 {
        self.pods[id].pod.template.priority
    }
}

impl<'w> NodeState<'w> {
    fn new(node: &'w Node, resources: &Resources, pods: Option<Symbol>) -> Self {
        let amount = |name: &Symbol| node.allocatable.get(name).copied().unwrap_or(0);
        let allocatable: Vec<i64> = resources.names.iter().map(amount).collect();
        Self {
            node,
            requested: vec![0; allocatable.len()],
            allocatable,
            counted: [0, 0],
            room_for_pods: pods.map_or(0, |pods| amount(&pods)),
            pod_count: 0,
            pods: Vec::new(),
            ports: Vec::new(),
            nominated: Vec::new(),
            generation: 0,
        }
    }
}

/// The nodes as the scheduler lists them: one of each zone in turn, zones and their nodes as they came.
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/backend/cache/node_tree.go>
fn in_scheduler_order(world: &World) -> Vec<&Node> {
    let label = |node: &Node, keys: [&str; 2]| {
        keys.iter().find_map(|key| world.symbols.find(key).and_then(|key| node.labels.get(key)))
    };
    let mut zones: Vec<Vec<&Node>> = Vec::new();
    let mut numbers = BTreeMap::new();
    for node in &world.nodes {
        let region =
            label(node, ["failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"]);
        let zone = label(node, ["failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"]);
        let number = *numbers.entry((region, zone)).or_insert(zones.len());
        if number == zones.len() {
            zones.push(Vec::new());
        }
        zones[number].push(node);
    }
    let longest = zones.iter().map(Vec::len).max().unwrap_or(0);
    (0..longest).flat_map(|index| zones.iter().filter_map(move |zone| zone.get(index).copied())).collect()
}
