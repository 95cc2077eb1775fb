//! Which of several possible nodes is the best.

use crate::placement::engine::counter::Counter;
use crate::placement::engine::filter::Candidate;
use crate::placement::engine::state::Engine;
use crate::placement::engine::topology::NOWHERE;

/// Weights of the default profile, <https://kubernetes.io/docs/reference/scheduling/config/#multiple-profiles>.
const TAINTS: i64 = 3;
const NODE_AFFINITY: i64 = 2;
const SPREAD: i64 = 2;
const POD_AFFINITY: i64 = 2;

impl Engine<'_> {
    /// The score of each of `nodes` for a pod, in their order.
    pub(crate) fn scores(&mut self, pod: Candidate, nodes: &[usize]) -> Vec<i64> {
        let class = &mut self.classes[self.templates[pod.template].class];
        let mut scores: Vec<i64> = nodes
            .iter()
            .map(|node| class.resource_score(*node, &self.nodes[*node]) + value(&class.images, *node))
            .collect();
        if class.avoided.is_empty() {
            add(&mut scores, TAINTS, nodes.iter().map(|_| 100));
        } else {
            let raw: Vec<i64> = nodes.iter().map(|node| class.avoided[*node]).collect();
            let most = raw.iter().copied().max().unwrap_or(0);
            let normal = |count: &i64| if most == 0 { 100 } else { 100 - 100 * count / most };
            add(&mut scores, TAINTS, raw.iter().map(normal));
        }
        if !class.wishes.is_empty() {
            let raw: Vec<i64> = nodes.iter().map(|node| class.wishes[*node]).collect();
            let most = raw.iter().copied().max().unwrap_or(0);
            let normal = |weight: &i64| if most == 0 { *weight } else { 100 * weight / most };
            add(&mut scores, NODE_AFFINITY, raw.iter().map(normal));
        }
        self.add_spread(pod, nodes, &mut scores);
        self.add_pod_affinity(pod, nodes, &mut scores);
        scores
    }

    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/interpodaffinity/scoring.go>
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "as the scheduler computes it"
    )]
    fn add_pod_affinity(&self, pod: Candidate, nodes: &[usize], scores: &mut [i64]) {
        let wishes = &self.templates[pod.template].checks.wishes;
        let active: Vec<(&Counter, i64)> =
            wishes.iter().map(|(counter, weight)| (&self.counters[*counter], *weight)).collect();
        if active.is_empty() {
            return;
        }
        let raw = |node: &usize| -> i64 {
            let weigh = |(counter, weight): &(&Counter, i64)| {
                let domain = self.topology.domain(counter.division, *node);
                if domain == NOWHERE { 0 } else { weight * counter.get(domain) }
            };
            active.iter().map(weigh).sum()
        };
        let raw: Vec<i64> = nodes.iter().map(raw).collect();
        let least = raw.iter().copied().min().unwrap_or(0);
        let span = raw.iter().copied().max().unwrap_or(0) - least;
        if span > 0 {
            let normal = |score: &i64| (100.0 * ((score - least) as f64 / span as f64)) as i64;
            add(scores, POD_AFFINITY, raw.iter().map(normal));
        }
    }

    /// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/podtopologyspread/scoring.go>
    fn add_spread(&self, pod: Candidate, nodes: &[usize], scores: &mut [i64]) {
        let checks = &self.templates[pod.template].checks;
        if checks.soft_spread.is_empty() {
            return;
        }
        let ignored = |node: usize| {
            checks.soft_needs_all
                && checks.soft_spread.iter().any(|soft| self.topology.domain(soft.division, node) == NOWHERE)
        };
        let counted: Vec<usize> = nodes.iter().copied().filter(|node| !ignored(*node)).collect();
        let weights: Vec<f64> = checks
            .soft_spread
            .iter()
            .map(|soft| {
                if soft.by_host {
                    return topology_weight(counted.len());
                }
                let division = &self.topology.divisions[soft.division];
                let mut seen = vec![false; division.domains + 1];
                let mut distinct = 0;
                for node in &counted {
                    // Nodes without the label are one domain more.
                    let domain = (division.of_node[*node] as usize).min(division.domains);
                    distinct += usize::from(!std::mem::replace(&mut seen[domain], true));
                }
                topology_weight(distinct)
            })
            .collect();
        let raw: Vec<Option<i64>> = nodes
            .iter()
            .map(|node| (!ignored(*node)).then(|| self.spread_score(pod, *node, &weights)))
            .collect();
        let least = raw.iter().flatten().copied().min().unwrap_or(0);
        let most = raw.iter().flatten().copied().max().unwrap_or(0);
        let normal = |score: &Option<i64>| match score {
            None => 0,
            Some(_) if most == 0 => 100,
            Some(score) => 100 * (most + least - score) / most,
        };
        add(scores, SPREAD, raw.iter().map(normal));
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "as the scheduler computes it"
    )]
    fn spread_score(&self, pod: Candidate, node: usize, weights: &[f64]) -> i64 {
        let mut score = 0.0;
        for (soft, weight) in self.templates[pod.template].checks.soft_spread.iter().zip(weights) {
            if self.topology.domain(soft.division, node) == NOWHERE {
                continue;
            }
            let counter = &self.counters[soft.counter];
            let count = counter.get(self.topology.domain(counter.division, node));
            score += count as f64 * weight + (soft.max_skew - 1) as f64;
        }
        score.round() as i64
    }
}

#[expect(clippy::cast_precision_loss, reason = "as the scheduler computes it")]
fn topology_weight(domains: usize) -> f64 {
    ((domains + 2) as f64).ln()
}

fn value(values: &[i64], node: usize) -> i64 {
    values.get(node).copied().unwrap_or(0)
}

fn add(scores: &mut [i64], weight: i64, normal: impl Iterator<Item = i64>) {
    for (score, normal) in scores.iter_mut().zip(normal) {
        *score += weight * normal;
    }
}
