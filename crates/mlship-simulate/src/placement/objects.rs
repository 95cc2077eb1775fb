//! What the scheduler looks at: nodes, pods and what surrounds them, read and with every default filled in.

use crate::placement::selector::{Labels, NodeTerm, Selector};
use crate::placement::symbols::{Symbol, Symbols};
use mlship_spec::values::quantity::Quantity;
use std::collections::{BTreeMap, BTreeSet};

/// Everything one simulation starts from. Fill it with [`crate::placement::manifest::Reader`].
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The texts that the symbols below stand for.
    pub symbols: Symbols,
    /// The nodes, in the order in which the scheduler came to know them.
    pub nodes: Vec<Node>,
    /// Pods that have a node already, in the order in which they came.
    pub running: Vec<Pod>,
    /// Pods without a node, in the order in which they were created.
    pub pending: Vec<Pod>,
    /// The workloads that pending pods came from.
    pub workloads: Vec<Workload>,
    /// Labels of namespaces, by name.
    pub namespaces: BTreeMap<Symbol, Labels>,
    /// Disruption budgets.
    pub budgets: Vec<Budget>,
    /// Values of priority classes by name.
    pub priority_classes: BTreeMap<Symbol, PriorityClass>,
    /// Overhead and placement of runtime classes by name.
    pub runtime_classes: BTreeMap<Symbol, RuntimeClass>,
    /// Services' namespaces and selectors, for the default topology spread.
    pub services: Vec<(Symbol, Selector)>,
    /// Claims, volumes and storage classes.
    pub storage: Storage,
}

/// A node, as far as scheduling sees it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// Its name.
    pub name: Symbol,
    /// Its labels.
    pub labels: Labels,
    /// Its taints.
    pub taints: Vec<Taint>,
    /// Whether it is cordoned.
    pub unschedulable: bool,
    /// What pods may request in sum: CPU in thousandths, all else in whole units.
    pub allocatable: BTreeMap<Symbol, i64>,
    /// Size in bytes of each image it has, by every name of the image.
    pub images: BTreeMap<Symbol, i64>,
}

/// A taint of a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taint {
    /// The key.
    pub key: Symbol,
    /// The value; empty if none was given.
    pub value: Symbol,
    /// What it does to pods that don't tolerate it.
    pub effect: Effect,
}

/// What a taint does to pods that don't tolerate it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// They are not scheduled there.
    NoSchedule,
    /// They are scheduled elsewhere if that is possible.
    PreferNoSchedule,
    /// They are not scheduled there and driven away.
    NoExecute,
}

/// A pod's leave to ignore taints.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Toleration {
    /// The key of the taints; none stands for every key.
    pub key: Option<Symbol>,
    /// The value of the taints; none stands for every value.
    pub value: Option<Symbol>,
    /// The effect of the taints; none stands for every effect.
    pub effect: Option<Effect>,
}

impl Toleration {
    /// Whether this is a leave to ignore `taint`.
    pub fn covers(&self, taint: &Taint) -> bool {
        self.effect.is_none_or(|effect| effect == taint.effect)
            && self.key.is_none_or(|key| key == taint.key)
            && self.value.is_none_or(|value| value == taint.value)
    }
}

/// What a pod asks of a node on its own, without regard to other pods' labels. Many templates share one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// What is reserved for it: CPU in thousandths, all else in whole units. Entries of 0 are kept.
    pub requests: BTreeMap<Symbol, i64>,
    /// CPU and memory that scoring counts once it runs: containers without a request count 100m and 200 MiB.
    pub counted: [i64; 2],
    /// The same while it is being placed; differs only with pod-level requests.
    pub scored: [i64; 2],
    /// The node it names itself.
    pub node_name: Option<Symbol>,
    /// Labels that its node must have.
    pub node_selector: Vec<(Symbol, Symbol)>,
    /// Its node must fulfil one of these; none means that none is asked for.
    pub node_terms: Option<Vec<NodeTerm>>,
    /// Weighted wishes for its node.
    pub preferred_nodes: Vec<(i64, NodeTerm)>,
    /// The taints it tolerates.
    pub tolerations: Vec<Toleration>,
    /// The ports of the node that it uses.
    pub host_ports: BTreeSet<HostPort>,
    /// Normalised names of its containers' and image volumes' images.
    pub images: Vec<Symbol>,
    /// Claims that it mounts, by name in its namespace.
    pub claims: BTreeSet<Symbol>,
}

/// A port of a node in use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HostPort {
    /// The port.
    pub port: i64,
    /// The protocol.
    pub protocol: Symbol,
    /// The address; none stands for all of them.
    pub address: Option<Symbol>,
}

impl HostPort {
    /// Whether both can't be used on one node.
    pub fn conflicts(&self, other: &Self) -> bool {
        self.port == other.port
            && self.protocol == other.protocol
            && (self.address.is_none() || other.address.is_none() || self.address == other.address)
    }
}

/// What all pods of one kind have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Template {
    /// The namespace.
    pub namespace: Symbol,
    /// The labels.
    pub labels: Labels,
    /// What it asks of its node.
    pub class: Class,
    /// The priority.
    pub priority: i32,
    /// Whether it may take the place of pods of lower priority.
    pub preempts: bool,
    /// Whether a scheduling gate holds it back.
    pub gated: bool,
    /// Constraints on its spread that were written in the pod.
    pub spread: Vec<Spread>,
    /// Selectors of its Service and controller: the default spread, where the pod has none of its own.
    pub default_spread: Option<Selector>,
    /// Terms of which each must be fulfilled by one and the same pod nearby.
    pub affinity: Vec<PodTerm>,
    /// Terms of which no pod nearby may fulfil any.
    pub anti_affinity: Vec<PodTerm>,
    /// Weighted wishes for pods nearby; a negative weight for pods that are better far.
    pub preferred_pods: Vec<(i64, PodTerm)>,
}

impl Template {
    /// Every selector of pods in it.
    pub(crate) fn selectors_mut(&mut self) -> impl Iterator<Item = &mut Selector> {
        let spreads = self.spread.iter_mut().map(|spread| &mut spread.selector);
        let terms = self.affinity.iter_mut().chain(&mut self.anti_affinity).map(|term| &mut term.selector);
        spreads.chain(terms).chain(self.preferred_pods.iter_mut().map(|(_, term)| &mut term.selector))
    }
}

/// A topology spread constraint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spread {
    /// By how many pods domains may differ.
    pub max_skew: i64,
    /// The label of nodes that makes them one domain.
    pub key: Symbol,
    /// Whether it is a condition (`DoNotSchedule`) or a wish.
    pub hard: bool,
    /// Which pods are counted.
    pub selector: Selector,
    /// With fewer domains, the smallest count is taken to be 0.
    pub min_domains: i64,
    /// Whether nodes count that the pod's selector and affinity exclude.
    pub honor_affinity: bool,
    /// Whether nodes with taints that the pod doesn't tolerate are left out.
    pub honor_taints: bool,
}

/// A term of a pod affinity or anti-affinity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PodTerm {
    /// The label of nodes that makes them near to each other.
    pub key: Symbol,
    /// Which pods it is about.
    pub selector: Selector,
    /// The namespaces it names.
    pub namespaces: BTreeSet<Symbol>,
    /// More namespaces, by their labels.
    pub namespace_selector: Selector,
}

/// One pod.
#[derive(Clone, Debug)]
pub struct Pod {
    /// Its name.
    pub name: String,
    /// What it has in common with others.
    pub template: std::sync::Arc<Template>,
    /// The node it is bound to.
    pub node: Option<Symbol>,
    /// The node that was nominated for it.
    pub nominated: Option<Symbol>,
    /// Whether it is being deleted.
    pub terminating: bool,
    /// Whether it is gone as soon as it is deleted (`terminationGracePeriodSeconds: 0`).
    pub ends_at_once: bool,
    /// When it started, as text that sorts by time; empty if that is not known.
    pub started: String,
    /// Whether a DaemonSet made it, which a drain leaves alone.
    pub daemon: bool,
    /// The workload it came from: an index into [`World::workloads`].
    pub workload: Option<usize>,
}

/// A controller, or a bare pod, that asked for pods.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The kind, such as `Deployment`.
    pub kind: String,
    /// The name.
    pub name: String,
    /// The namespace.
    pub namespace: Symbol,
    /// What its pods have in common.
    pub template: std::sync::Arc<Template>,
    /// How many pods it wants.
    pub replicas: usize,
    /// How a new version is rolled out.
    pub rollout: Rollout,
}

/// How a workload goes from one version to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rollout {
    /// Step by step, with as many pods more and fewer than wanted.
    Rolling {
        /// Pods beyond the wanted number.
        surge: usize,
        /// Pods that may be missing.
        unavailable: usize,
    },
    /// All old pods go first.
    Recreate,
    /// One after the other, the old one first (StatefulSet).
    Ordered,
    /// Not at all (pods and jobs).
    None,
}

/// The value of a priority class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriorityClass {
    /// The priority.
    pub value: i32,
    /// Whether it is given to pods that name no class.
    pub global_default: bool,
    /// Whether its pods take the place of others.
    pub preempts: bool,
}

/// What a runtime class adds to its pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeClass {
    /// Resources beyond those of the containers.
    pub overhead: BTreeMap<String, Quantity>,
    /// Labels that nodes must have.
    pub node_selector: Vec<(Symbol, Symbol)>,
    /// Taints that are tolerated.
    pub tolerations: Vec<Toleration>,
}

/// A disruption budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Symbol,
    /// The pods it protects.
    pub selector: Selector,
    /// What must stay.
    pub keeps: Keeps,
    /// `status.disruptionsAllowed`, where the cluster has worked it out.
    pub allowed: Option<i64>,
}

/// What a disruption budget asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keeps {
    /// At least so many pods stay.
    AtLeast(Share),
    /// At most so many pods are missing.
    AllBut(Share),
}

/// A number of pods, or a share of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// So many.
    Count(i64),
    /// So many in a hundred.
    Percent(i64),
}

/// Claims, volumes and storage classes.
#[derive(Clone, Debug, Default)]
pub struct Storage {
    /// Claims by namespace and name.
    pub claims: BTreeMap<(Symbol, Symbol), Claim>,
    /// Volumes by name.
    pub volumes: BTreeMap<Symbol, Volume>,
    /// Storage classes by name.
    pub classes: BTreeMap<Symbol, StorageClass>,
    /// Whether any storage object was given: without, claims can't be judged.
    pub known: bool,
}

/// A persistent volume claim.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The volume it is bound to.
    pub volume: Option<Symbol>,
    /// Its storage class.
    pub class: Option<Symbol>,
    /// Whether one pod alone may use it (`ReadWriteOncePod`).
    pub exclusive: bool,
}

/// A persistent volume.
#[derive(Clone, Debug)]
pub struct Volume {
    /// Its labels, of which zone and region count.
    pub labels: Labels,
    /// A node must fulfil one of these to use it.
    pub node_terms: Option<Vec<NodeTerm>>,
}

/// A storage class.
#[derive(Clone, Debug)]
pub struct StorageClass {
    /// Whether it waits for the first pod before it makes a volume.
    pub waits: bool,
    /// Whether it makes volumes at all.
    pub provisions: bool,
    /// Where it makes them; a node must fulfil one of these.
    pub topologies: Option<Vec<NodeTerm>>,
}
