//! Whom a pod that finds no node may drive away.
//!
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/preemption/preemption.go>,
//! <https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/>

use crate::placement::engine::cycle::same_words;
use crate::placement::engine::filter::{Candidate, Reason, Rejection};
use crate::placement::engine::message::{Histogram, Wording};
use crate::placement::engine::state::{Engine, Move, PodId};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// What preemption came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Preemption {
    /// What the scheduler says, behind `preemption: `.
    pub(crate) message: String,
    /// The node to be nominated.
    pub(crate) chosen: Option<Chosen>,
    /// Whether the pod keeps the nomination that it has.
    pub(crate) keeps_nomination: bool,
}

/// A node and the pods that must leave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) node: usize,
    pub(crate) victims: Vec<PodId>,
}

/// A node that would do, and what it would cost.
struct Sacrifice {
    chosen: Chosen,
    violations: usize,
}

/// What a trial on one node came to.
enum Trial {
    Possible(Sacrifice),
    Refused(Vec<Reason>),
}

/// At least so many nodes are tried, or a tenth of all.
const LEAST_CANDIDATES: usize = 100;

impl Engine<'_> {
    /// Looks for a node on which pods of lower priority can make room. `curable` are the nodes where that may help.
    pub(crate) fn preempt(
        &mut self,
        pod: Candidate,
        curable: &[usize],
        hopeless: &BTreeSet<usize>,
        wording: Wording,
    ) -> Preemption {
        if let Some(message) = self.not_eligible(pod, hopeless) {
            let keeps_nomination = true;
            return Preemption { message: message.to_owned(), chosen: None, keeps_nomination };
        }
        let wanted = (curable.len() / 10).max(LEAST_CANDIDATES);
        let mut options: Vec<Sacrifice> = Vec::new();
        let mut histogram = Histogram::new();
        for node in curable {
            match self.trial(pod, *node) {
                Trial::Possible(option) => options.push(option),
                Trial::Refused(reasons) => {
                    for reason in reasons {
                        *histogram.entry(same_words(reason, wording)).or_insert(0) += 1;
                    }
                }
            }
            if options.len() >= wanted && options.iter().any(|option| option.violations == 0) {
                break;
            }
        }
        let Some(chosen) = self.best(pod.id, options) else {
            let helpless = self.nodes.len() - curable.len();
            if helpless > 0 {
                histogram.insert(Reason::NotHelpful, helpless);
            }
            let message = self.histogram_message(&histogram, pod.template, wording);
            return Preemption { message, chosen: None, keeps_nomination: false };
        };
        let name = self.world.symbols.text(self.nodes[chosen.node].node.name);
        let count = chosen.victims.len();
        let message =
            format!("found a potential placement for pod on node {name}, preempting {count} victims");
        Preemption { message, chosen: Some(chosen), keeps_nomination: true }
    }

    fn not_eligible(&self, pod: Candidate, hopeless: &BTreeSet<usize>) -> Option<&'static str> {
        if !self.templates[pod.template].spec.preempts {
            return Some("not eligible due to preemptionPolicy=Never.");
        }
        let node = self.pods[pod.id].nominated.filter(|node| !hopeless.contains(node))?;
        let priority = self.priority(pod.id);
        let mut there = self.nodes[node].pods.iter();
        there
            .any(|other| self.pods[*other].preempted && self.priority(*other) < priority)
            .then_some("not eligible due to a terminating pod on the nominated node.")
    }

    /// Takes all pods of lower priority off a node and, if that helps, puts back as many as possible.
    fn trial(&mut self, pod: Candidate, node: usize) -> Trial {
        let priority = self.priority(pod.id);
        let mut lower: Vec<PodId> =
            self.nodes[node].pods.iter().copied().filter(|other| self.priority(*other) < priority).collect();
        if lower.is_empty() {
            return Trial::Refused(vec![Reason::NoVictims]);
        }
        for other in &lower {
            self.shift(*other, node, -1, Move::Trial);
        }
        let rejection = self.rejection(pod, node);
        if let Some(Rejection { reasons, .. }) = rejection {
            for other in &lower {
                self.shift(*other, node, 1, Move::Trial);
            }
            return Trial::Refused(reasons);
        }
        lower.sort_by_key(|other| self.importance(*other));
        let (violating, harmless) = self.split_by_budgets(&lower);
        let mut victims = Vec::new();
        let mut violations = 0;
        for (others, violates) in [(violating, 1), (harmless, 0)] {
            for other in others {
                self.shift(other, node, 1, Move::Trial);
                if self.rejection(pod, node).is_some() {
                    self.shift(other, node, -1, Move::Trial);
                    victims.push(other);
                    violations += violates;
                }
            }
        }
        victims.sort_by_key(|other| self.importance(*other));
        for victim in &victims {
            self.shift(*victim, node, 1, Move::Trial);
        }
        Trial::Possible(Sacrifice { chosen: Chosen { node, victims }, violations })
    }

    /// The most important pod sorts first: higher priority, then earlier start. A start that is not known is now.
    fn importance(&self, id: PodId) -> (Reverse<i32>, bool, &str) {
        let started = self.pods[id].pod.started.as_str();
        (Reverse(self.priority(id)), started.is_empty(), started)
    }

    /// The pods whose end would break a disruption budget, and the others.
    fn split_by_budgets(&self, pods: &[PodId]) -> (Vec<PodId>, Vec<PodId>) {
        let budgets = &self.world.budgets;
        let mut left: Vec<i64> = budgets.iter().map(|budget| budget.allowed.unwrap_or(0)).collect();
        let breaks = |id: &&PodId| {
            let spec = self.templates[self.pods[**id].template].spec;
            for (budget, left) in budgets.iter().zip(&mut left) {
                let protects = budget.namespace == spec.namespace
                    && !spec.labels.is_empty()
                    && !budget.selector.is_everything()
                    && budget.selector.matches(&spec.labels, &self.world.symbols);
                if protects {
                    *left -= 1;
                    if *left < 0 {
                        return true;
                    }
                }
            }
            false
        };
        let (violating, harmless): (Vec<&PodId>, Vec<&PodId>) = pods.iter().partition(breaks);
        (violating.into_iter().copied().collect(), harmless.into_iter().copied().collect())
    }

    /// Fewest broken budgets, then the least important victim, the smallest sum of priorities, the fewest victims,
    /// the latest start; then the first.
    fn best(&self, id: PodId, options: Vec<Sacrifice>) -> Option<Chosen> {
        let cost = |option: &Sacrifice| {
            let victims = &option.chosen.victims;
            let highest = victims.first().map_or(i32::MIN, |victim| self.priority(*victim));
            let sum: i64 = victims.iter().map(|victim| i64::from(self.priority(*victim)) + (1 << 31)).sum();
            (option.violations, highest, sum, victims.len())
        };
        let earliest = |option: &Sacrifice| {
            let victims = &option.chosen.victims;
            let highest = victims.first().map_or(i32::MIN, |victim| self.priority(*victim));
            let among = victims.iter().filter(|victim| self.priority(**victim) == highest);
            let starts = among.map(|victim| {
                let started = self.pods[*victim].pod.started.clone();
                (started.is_empty(), started)
            });
            starts.min().unwrap_or_default()
        };
        let costs: Vec<_> = options.iter().map(|option| (cost(option), Reverse(earliest(option)))).collect();
        let least = costs.iter().min()?;
        let equal: Vec<usize> = (0..costs.len()).filter(|index| costs[*index] == *least).collect();
        let index = self.choose(id, &equal).or(equal.first().copied())?;
        options.into_iter().nth(index).map(|option| option.chosen)
    }
}
