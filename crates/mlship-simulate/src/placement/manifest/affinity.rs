//! Reads affinities and topology spread constraints.

use crate::placement::manifest::labels::{labels, node_term, selector};
use crate::placement::manifest::place::{At, Problems};
use crate::placement::objects::{PodTerm, Spread};
use crate::placement::selector::{Labels, NodeTerm, Operator, Requirement, Selector};
use crate::placement::symbols::{Symbol, Symbols};
use std::collections::BTreeSet;

/// What a pod says about other pods.
pub(super) struct PodAffinity {
    pub(super) affinity: Vec<PodTerm>,
    pub(super) anti_affinity: Vec<PodTerm>,
    pub(super) preferred: Vec<(i64, PodTerm)>,
}

/// The pod of which an affinity is read: defaults depend on it.
pub(super) struct Owner<'a> {
    pub(super) namespace: Symbol,
    pub(super) labels: &'a Labels,
}

pub(super) fn pod_affinity(
    at: &At<'_, '_>,
    owner: &Owner<'_>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> PodAffinity {
    let near = at.field("podAffinity");
    let far = at.field("podAntiAffinity");
    let mut required = |at: &At<'_, '_>| -> Vec<PodTerm> {
        let list = at.field("requiredDuringSchedulingIgnoredDuringExecution");
        let items = list.items(problems);
        items.iter().filter_map(|item| pod_term(item, owner, symbols, problems)).collect()
    };
    let affinity = required(&near);
    let anti_affinity = required(&far);
    let mut preferred = Vec::new();
    for (at, sign) in [(&near, 1), (&far, -1)] {
        let list = at.field("preferredDuringSchedulingIgnoredDuringExecution");
        let items = list.items(problems);
        for item in items {
            let weight = item.field("weight").integer(problems).unwrap_or(0);
            if let Some(term) = pod_term(&item.field("podAffinityTerm"), owner, symbols, problems) {
                preferred.push((sign * weight, term));
            }
        }
    }
    PodAffinity { affinity, anti_affinity, preferred }
}

fn pod_term(
    at: &At<'_, '_>,
    owner: &Owner<'_>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> Option<PodTerm> {
    let key = topology_key(at, symbols, problems)?;
    let mut pods = selector(&at.field("labelSelector"), symbols, problems);
    for (field, wanted) in [("matchLabelKeys", true), ("mismatchLabelKeys", false)] {
        for (key, value) in own_labels(&at.field(field), owner, symbols, problems) {
            let operator = if wanted { Operator::In(vec![value]) } else { Operator::NotIn(vec![value]) };
            pods.require(Requirement { key, operator });
        }
    }
    let list = at.field("namespaces");
    let items = list.items(problems);
    let mut namespaces: BTreeSet<Symbol> =
        items.iter().filter_map(|item| item.text(problems)).map(|name| symbols.intern(name)).collect();
    let namespace_selector = selector(&at.field("namespaceSelector"), symbols, problems);
    if namespaces.is_empty() && namespace_selector == Selector::Nothing {
        namespaces.insert(owner.namespace);
    }
    Some(PodTerm { key, selector: pods, namespaces, namespace_selector })
}

/// The owner's labels of the keys in a list such as `matchLabelKeys`.
fn own_labels(
    at: &At<'_, '_>,
    owner: &Owner<'_>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> Vec<(Symbol, Symbol)> {
    let items = at.items(problems);
    let keys = items.iter().filter_map(|item| item.text(problems));
    keys.filter_map(|key| {
        let key = symbols.intern(key);
        owner.labels.get(key).map(|value| (key, value))
    })
    .collect()
}

fn topology_key(at: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Option<Symbol> {
    let key = at.field("topologyKey");
    if key.is_missing() {
        problems.push(
            key.path(),
            "a topology key is missing",
            "name a label of nodes, such as kubernetes.io/hostname",
        );
    }
    key.text(problems).map(|key| symbols.intern(key))
}

pub(super) fn spread(
    at: &At<'_, '_>,
    owner: &Owner<'_>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> Option<Spread> {
    let key = topology_key(at, symbols, problems)?;
    let mut pods = selector(&at.field("labelSelector"), symbols, problems);
    for (key, value) in own_labels(&at.field("matchLabelKeys"), owner, symbols, problems) {
        pods.require(Requirement { key, operator: Operator::In(vec![value]) });
    }
    let hard_at = at.field("whenUnsatisfiable");
    let hard = match hard_at.text(problems) {
        Some("ScheduleAnyway") => false,
        Some("DoNotSchedule") | None => true,
        Some(other) => {
            let message = format!("`{other}` says nothing about a spread");
            problems.push(hard_at.path(), message, "write DoNotSchedule or ScheduleAnyway");
            true
        }
    };
    Some(Spread {
        max_skew: at.field("maxSkew").integer(problems).unwrap_or(1),
        key,
        hard,
        selector: pods,
        min_domains: at.field("minDomains").integer(problems).unwrap_or(1),
        honor_affinity: at.field("nodeAffinityPolicy").text(problems) != Some("Ignore"),
        honor_taints: at.field("nodeTaintsPolicy").text(problems) == Some("Honor"),
    })
}

/// Weighted terms of a node affinity. Those without weight or requirements count nothing.
pub(super) fn preferred_nodes(
    at: &At<'_, '_>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> Vec<(i64, NodeTerm)> {
    let list = at.field("preferredDuringSchedulingIgnoredDuringExecution");
    let items = list.items(problems);
    let mut preferred = Vec::new();
    for item in items {
        let weight = item.field("weight").integer(problems).unwrap_or(0);
        let term = node_term(&item.field("preference"), symbols, problems);
        preferred.push((weight, term));
    }
    preferred
}

pub(super) fn labels_of(metadata: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Labels {
    labels(&metadata.field("labels"), symbols, problems)
}
