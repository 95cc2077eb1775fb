//! Reads nodes.

use crate::placement::manifest::amounts::amount;
use crate::placement::manifest::labels::labels;
use crate::placement::manifest::place::{At, Problems};
use crate::placement::objects::{Effect, Node, Taint};
use crate::placement::symbols::Symbols;
use std::collections::BTreeMap;

/// A node, as `kubectl get nodes -o json` prints it.
pub(super) fn node(at: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Option<Node> {
    let metadata = at.field("metadata");
    let Some(name) = metadata.field("name").text(problems) else {
        problems.push(metadata.path(), "the node has no name", "give metadata.name");
        return None;
    };
    let spec = at.field("spec");
    let status = at.field("status");
    let allocatable_at = status.field("allocatable");
    if allocatable_at.is_missing() {
        let message = format!("node `{name}` has no allocatable resources");
        problems.push(
            allocatable_at.path(),
            message,
            "take the node as `kubectl get nodes -o json` prints it",
        );
        return None;
    }
    let mut allocatable = BTreeMap::new();
    let entries = allocatable_at.entries(problems);
    for (resource, quantity) in entries {
        if let Some(amount) = amount(resource, &quantity, problems) {
            allocatable.insert(symbols.intern(resource), amount);
        }
    }
    Some(Node {
        name: symbols.intern(name),
        labels: labels(&metadata.field("labels"), symbols, problems),
        taints: taints(&spec.field("taints"), symbols, problems),
        unschedulable: spec.field("unschedulable").truth(problems),
        allocatable,
        images: images(&status.field("images"), symbols, problems),
    })
}

fn taints(at: &At<'_, '_>, symbols: &mut Symbols, problems: &mut Problems<'_>) -> Vec<Taint> {
    let mut taints = Vec::new();
    let items = at.items(problems);
    for item in items {
        let key = item.field("key").text(problems).unwrap_or_default();
        let value = item.field("value").text(problems).unwrap_or_default();
        if let Some(effect) = effect(&item.field("effect"), problems) {
            taints.push(Taint { key: symbols.intern(key), value: symbols.intern(value), effect });
        }
    }
    taints
}

/// The effect of a taint or toleration; none if it is missing or empty.
pub(super) fn effect(at: &At<'_, '_>, problems: &mut Problems<'_>) -> Option<Effect> {
    match at.text(problems)? {
        "NoSchedule" => Some(Effect::NoSchedule),
        "PreferNoSchedule" => Some(Effect::PreferNoSchedule),
        "NoExecute" => Some(Effect::NoExecute),
        "" => None,
        other => {
            let message = format!("`{other}` is no effect of a taint");
            problems.push(at.path(), message, "write NoSchedule, PreferNoSchedule or NoExecute");
            None
        }
    }
}

fn images(
    at: &At<'_, '_>,
    symbols: &mut Symbols,
    problems: &mut Problems<'_>,
) -> BTreeMap<crate::placement::symbols::Symbol, i64> {
    let mut images = BTreeMap::new();
    let items = at.items(problems);
    for item in items {
        let size = item.field("sizeBytes").integer(problems).unwrap_or(0);
        let names = item.field("names");
        let names = names.items(problems);
        for name in names {
            if let Some(name) = name.text(problems) {
                images.insert(symbols.intern(name), size);
            }
        }
    }
    images
}
