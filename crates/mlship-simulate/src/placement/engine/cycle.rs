//! One pod's turn: which nodes are looked at, which is chosen, and what is said if there is none.

use crate::placement::engine::class::Pinned;
use crate::placement::engine::filter::{Candidate, Plugin, Reason};
use crate::placement::engine::message::{Histogram, NO_NODES, Wording};
use crate::placement::engine::preempt::Preemption;
use crate::placement::engine::state::{Engine, Luck, PodId};
use std::collections::BTreeSet;

/// What a pod's turn came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It goes to this node. `ties` nodes had the same score, it included.
    Bound { node: usize, ties: usize },
    /// There is no node for it.
    Failed(Failure),
}

/// Why there is no node for a pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) message: String,
    /// How many nodes have each reason.
    pub(crate) histogram: Histogram,
    /// The filters that turned it away somewhere.
    pub(crate) plugins: BTreeSet<Plugin>,
    pub(crate) preemption: Option<Preemption>,
}

impl Failure {
    fn of_message(message: String) -> Self {
        Self { message, histogram: Histogram::new(), plugins: BTreeSet::new(), preemption: None }
    }
}

/// Below so many nodes, all are looked at.
const LEAST_NODES: usize = 100;
const LEAST_PERCENT: usize = 5;

/// How many possible nodes are enough.
/// <https://kubernetes.io/docs/concepts/scheduling-eviction/scheduler-perf-tuning/>
fn enough(nodes: usize) -> usize {
    if nodes < LEAST_NODES {
        return nodes;
    }
    let percent = 50_usize.saturating_sub(nodes / 125).max(LEAST_PERCENT);
    (nodes * percent / 100).max(LEAST_NODES)
}

impl Engine<'_> {
    /// Judges a pod. Nothing changes but where the next search begins.
    pub(crate) fn turn(&mut self, id: PodId, wording: Wording) -> Outcome {
        if self.nodes.is_empty() {
            return Outcome::Failed(Failure::of_message(NO_NODES.to_owned()));
        }
        let pod = self.candidate(id);
        if let Some(words) = self.refused_at_once(pod) {
            // Preemption then stumbles over what an extension did not prepare, and says so.
            let nodes = self.nodes.len();
            return Outcome::Failed(Failure::of_message(format!(
                "0/{nodes} nodes are available: {words}. not found"
            )));
        }
        if let Some(node) = self.pods[id].nominated
            && self.is_allowed_to(pod, node)
            && self.passes(pod, node)
        {
            return Outcome::Bound { node, ties: 1 };
        }
        let possible = self.search(pod);
        match possible[..] {
            [] => Outcome::Failed(self.explain(pod, wording)),
            [node] => Outcome::Bound { node, ties: 1 },
            _ => {
                let scores = self.scores(pod, &possible);
                let top = first_of_heap(&scores);
                let equal: Vec<usize> =
                    (0..scores.len()).filter(|index| scores[*index] == scores[top]).collect();
                let ties = equal.len();
                let best = self.choose(id, &equal).unwrap_or(top);
                Outcome::Bound { node: possible[best], ties }
            }
        }
    }

    /// Which of several equals is taken; none for the scheduler's own choice.
    pub(crate) fn choose(&self, id: PodId, equal: &[usize]) -> Option<usize> {
        match self.luck {
            Luck::Usual => None,
            Luck::Contrary => equal.last().copied(),
            Luck::Mixed(_) => {
                let index = self.luck.dice(id as u64) % (equal.len() as u64);
                equal.get(usize::try_from(index).unwrap_or(0)).copied()
            }
        }
    }

    fn refused_at_once(&self, pod: Candidate) -> Option<String> {
        let class = &self.classes[self.templates[pod.template].class];
        if class.pinned == Pinned::Conflict {
            return Some("pod affinity terms conflict".to_owned());
        }
        self.storage_refusal(pod.template)
    }

    fn is_allowed_to(&self, pod: Candidate, node: usize) -> bool {
        match &self.classes[self.templates[pod.template].class].pinned {
            Pinned::To(names) => names.contains(&self.nodes[node].node.name),
            Pinned::No | Pinned::Conflict => true,
        }
    }

    /// The nodes that a pod's affinity names; none if it names none.
    fn pinned_nodes(&self, pod: Candidate) -> Option<Vec<usize>> {
        match &self.classes[self.templates[pod.template].class].pinned {
            Pinned::To(names) => {
                Some(names.iter().filter_map(|name| self.node_numbers.get(name).copied()).collect())
            }
            Pinned::No | Pinned::Conflict => None,
        }
    }

    /// The possible nodes among those that are looked at: from where the last search ended, until there are enough.
    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/schedule_one.go>
    fn search(&mut self, pod: Candidate) -> Vec<usize> {
        let all = self.nodes.len();
        let pinned = self.pinned_nodes(pod);
        let count = pinned.as_ref().map_or(all, Vec::len);
        let enough = enough(count);
        let mut possible = Vec::with_capacity(enough.min(count));
        let mut looked_at = 0;
        for step in 0..count {
            let index = (self.next_start + step) % count;
            let node = pinned.as_ref().map_or(index, |nodes| nodes[index]);
            let passes = self.passes(pod, node);
            if passes && possible.len() == enough {
                // The search notices that it has enough when it finds one more.
                break;
            }
            looked_at += 1;
            if passes {
                possible.push(node);
            }
        }
        self.next_start = (self.next_start + looked_at) % all;
        possible
    }

    /// Why no node is possible, with what preemption could do.
    fn explain(&mut self, pod: Candidate, wording: Wording) -> Failure {
        let pinned = self.pinned_nodes(pod);
        let looked_at = pinned.unwrap_or_else(|| (0..self.nodes.len()).collect());
        let mut histogram = Histogram::new();
        let mut plugins = BTreeSet::new();
        let mut curable = Vec::new();
        let mut hopeless = BTreeSet::new();
        for node in &looked_at {
            let Some(rejection) = self.rejection(pod, *node) else { continue };
            plugins.insert(rejection.plugin);
            if rejection.curable {
                curable.push(*node);
            } else {
                hopeless.insert(*node);
            }
            for reason in rejection.reasons {
                *histogram.entry(same_words(reason, wording)).or_insert(0) += 1;
            }
        }
        let passed_over = self.nodes.len() - looked_at.len();
        if passed_over > 0 {
            histogram.insert(Reason::NotPinned, passed_over);
            plugins.insert(Plugin::Node);
        }
        let filter_part = self.histogram_message(&histogram, pod.template, wording);
        let preemption = self.preempt(pod, &curable, &hopeless, wording);
        let message = format!("{filter_part} preemption: {}", preemption.message);
        Failure { message, histogram, plugins, preemption: Some(preemption) }
    }
}

/// The reason as far as it is told: the current wording does not tell nodes' taints apart.
pub(crate) fn same_words(reason: Reason, wording: Wording) -> Reason {
    match reason {
        Reason::Tainted(_) if wording == Wording::Current => Reason::Tainted(None),
        other => other,
    }
}

/// Which of several scores comes to the top of a heap: not always the first of the best.
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/sorted_nodes.go>
fn first_of_heap(scores: &[i64]) -> usize {
    let mut heap: Vec<usize> = (0..scores.len()).collect();
    for start in (0..heap.len() / 2).rev() {
        let mut parent = start;
        loop {
            let left = 2 * parent + 1;
            if left >= heap.len() {
                break;
            }
            let right = left + 1;
            let child =
                if right < heap.len() && scores[heap[right]] > scores[heap[left]] { right } else { left };
            if scores[heap[child]] <= scores[heap[parent]] {
                break;
            }
            heap.swap(child, parent);
            parent = child;
        }
    }
    heap[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_nodes_are_enough() {
        for (nodes, expected) in [(1, 1), (99, 99), (100, 100), (1_000, 420), (5_000, 500), (10_000, 500)] {
            assert_eq!(enough(nodes), expected, "{nodes}");
        }
    }

    #[test]
    fn the_top_of_a_heap_is_a_best_one() {
        assert_eq!(first_of_heap(&[1, 3, 3, 2]), 1);
        assert_eq!(first_of_heap(&[5, 5, 5]), 0);
        // The right child of the root is lifted first, and stays.
        assert_eq!(first_of_heap(&[1, 2, 3, 3]), 3);
    }
}
