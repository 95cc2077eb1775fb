//! Whether a pod may go to a node, and if not, why.

use crate::placement::engine::class::Fixed;
use crate::placement::engine::state::{Engine, Move, PodId};
use crate::placement::engine::storage::StorageVerdict;
use crate::placement::engine::topology::NOWHERE;
use crate::placement::symbols::Symbol;

/// Why a pod can't go to a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    OtherNodeNamed,
    Cordoned,
    /// The node it names.
    Tainted(Option<Symbol>),
    NotSelected,
    PortTaken,
    TooManyPods,
    Insufficient(Symbol),
    VolumeElsewhere,
    NoVolumeToBind,
    VolumeZone,
    SpreadLabelMissing,
    Spread,
    Affinity,
    AntiAffinity,
    Unwelcome,
    NotPinned,
    NoVictims,
    NotHelpful,
}

/// The filter that turned a pod away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Plugin {
    Node,
    Ports,
    Resources,
    Volumes,
    Spread,
    PodAffinity,
}

/// How a node turned a pod away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rejection {
    pub(crate) reasons: Vec<Reason>,
    pub(crate) plugin: Plugin,
    /// Whether the node could do if other pods left it.
    pub(crate) curable: bool,
}

impl Rejection {
    fn new(plugin: Plugin, reason: Reason, curable: bool) -> Self {
        Self { reasons: vec![reason], plugin, curable }
    }
}

/// A pod that is being judged.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) id: PodId,
    pub(crate) template: usize,
    /// Whether other pods' labels or terms have a say: settled when its turn begins, as the scheduler does.
    pub(crate) minds_pods: bool,
}

impl Engine<'_> {
    /// A pod whose turn it is.
    pub(crate) fn candidate(&mut self, id: PodId) -> Candidate {
        let template = self.pods[id].template;
        self.prepare(template);
        let checks = &self.templates[template].checks;
        let minds_pods = !checks.affinity.is_empty()
            || !checks.anti_affinity.is_empty()
            || checks.unwelcome.iter().any(|counter| self.counters[*counter].total > 0);
        Candidate { id, template, minds_pods }
    }

    /// Whether the pod may go to the node, also with those that were nominated for it before.
    pub(crate) fn passes(&mut self, pod: Candidate, node: usize) -> bool {
        if self.nodes[node].nominated.is_empty() {
            return self.passes_alone(pod, node);
        }
        self.rejection(pod, node).is_none()
    }

    fn passes_alone(&mut self, pod: Candidate, node: usize) -> bool {
        let template = &self.templates[pod.template];
        let class = &mut self.classes[template.class];
        class.fixed[node] == Fixed::Open
            && class.fits(node, &self.nodes[node])
            && self.storage_verdict(pod.template, node) == StorageVerdict::Fine
            && self.spread_verdict(pod, node).is_none()
            && self.pods_verdict(pod, node).is_none()
    }

    /// Why the pod can't go to the node, if so. Pods of at least its priority that are nominated for the node are
    /// taken to be there; and it must do without them, too.
    pub(crate) fn rejection(&mut self, pod: Candidate, node: usize) -> Option<Rejection> {
        let priority = self.priority(pod.id);
        let nominated: Vec<PodId> = self.nodes[node]
            .nominated
            .iter()
            .copied()
            .filter(|other| *other != pod.id && self.priority(*other) >= priority)
            .collect();
        if !nominated.is_empty() {
            for other in &nominated {
                self.shift(*other, node, 1, Move::Trial);
            }
            let rejection = self.rejection_alone(pod, node);
            for other in &nominated {
                self.shift(*other, node, -1, Move::Trial);
            }
            if rejection.is_some() {
                return rejection;
            }
        }
        self.rejection_alone(pod, node)
    }

    fn rejection_alone(&mut self, pod: Candidate, node: usize) -> Option<Rejection> {
        if self.passes_alone(pod, node) {
            return None;
        }
        let class = &self.classes[self.templates[pod.template].class];
        let state = &self.nodes[node];
        match class.fixed[node] {
            Fixed::Open => {}
            Fixed::OtherNodeNamed => {
                return Some(Rejection::new(Plugin::Node, Reason::OtherNodeNamed, false));
            }
            Fixed::Cordoned => return Some(Rejection::new(Plugin::Node, Reason::Cordoned, false)),
            Fixed::Tainted => {
                return Some(Rejection::new(Plugin::Node, Reason::Tainted(Some(state.node.name)), false));
            }
            Fixed::NotSelected => return Some(Rejection::new(Plugin::Node, Reason::NotSelected, false)),
        }
        if class.clashes(state) {
            return Some(Rejection::new(Plugin::Ports, Reason::PortTaken, true));
        }
        let (short, hopeless) = class.shortages(state);
        let too_many = state.pod_count >= state.room_for_pods;
        if too_many || !short.is_empty() {
            let mut reasons = Vec::new();
            if too_many {
                reasons.push(Reason::TooManyPods);
            }
            reasons.extend(short.into_iter().map(|slot| Reason::Insufficient(self.resources.names[slot])));
            return Some(Rejection { reasons, plugin: Plugin::Resources, curable: !hopeless });
        }
        let storage = match self.storage_verdict(pod.template, node) {
            StorageVerdict::Fine => None,
            StorageVerdict::Elsewhere => Some(Reason::VolumeElsewhere),
            StorageVerdict::NoneToBind => Some(Reason::NoVolumeToBind),
            StorageVerdict::OtherZone => Some(Reason::VolumeZone),
        };
        if let Some(reason) = storage {
            return Some(Rejection::new(Plugin::Volumes, reason, false));
        }
        let (plugin, reason) = match self.spread_verdict(pod, node) {
            Some(reason) => (Plugin::Spread, reason),
            None => (Plugin::PodAffinity, self.pods_verdict(pod, node)?),
        };
        let curable = !matches!(reason, Reason::SpreadLabelMissing | Reason::Affinity);
        Some(Rejection::new(plugin, reason, curable))
    }

    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/podtopologyspread/filtering.go>
    fn spread_verdict(&self, pod: Candidate, node: usize) -> Option<Reason> {
        for check in &self.templates[pod.template].checks.spread {
            let counter = &self.counters[check.counter];
            let domain = self.topology.domain(counter.division, node);
            if domain == NOWHERE {
                return Some(Reason::SpreadLabelMissing);
            }
            if counter.get(domain) + check.own - counter.smallest(check.min_domains) > check.max_skew {
                return Some(Reason::Spread);
            }
        }
        None
    }

    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/interpodaffinity/filtering.go>
    fn pods_verdict(&self, pod: Candidate, node: usize) -> Option<Reason> {
        if !pod.minds_pods {
            return None;
        }
        let checks = &self.templates[pod.template].checks;
        let there = |counter: &usize| {
            let counter = &self.counters[*counter];
            let domain = self.topology.domain(counter.division, node);
            (domain != NOWHERE).then(|| counter.get(domain) > 0)
        };
        let mut all_there = true;
        for counter in &checks.affinity {
            match there(counter) {
                None => return Some(Reason::Affinity),
                Some(found) => all_there &= found,
            }
        }
        if !all_there {
            let nowhere = checks.affinity.iter().all(|counter| self.counters[*counter].total == 0);
            if !(nowhere && checks.affine_to_itself) {
                return Some(Reason::Affinity);
            }
        }
        if checks.anti_affinity.iter().any(|counter| there(counter) == Some(true)) {
            return Some(Reason::AntiAffinity);
        }
        checks.unwelcome.iter().any(|counter| there(counter) == Some(true)).then_some(Reason::Unwelcome)
    }
}
