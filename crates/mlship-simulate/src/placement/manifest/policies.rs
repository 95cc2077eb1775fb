//! Reads what surrounds pods: namespaces, priority classes, disruption budgets, services and storage.

use crate::placement::manifest::Expected;
use crate::placement::manifest::amounts::amounts;
use crate::placement::manifest::labels::{labels, node_terms, pairs, selector};
use crate::placement::manifest::place::{At, Problems};
use crate::placement::manifest::pods::tolerations;
use crate::placement::objects::{
    Budget, Claim, Keeps, PriorityClass, RuntimeClass, Share, StorageClass, Volume, World,
};
use crate::placement::selector::{NodeTerm, Operator, Requirement, Selector};
use crate::placement::symbols::Symbol;

/// Takes in an object of a kind that surrounds pods. False if it is of another kind.
pub(super) fn take(
    kind: &str,
    at: &At<'_, '_>,
    expected: Expected,
    world: &mut World,
    problems: &mut Problems<'_>,
) -> bool {
    let metadata = at.field("metadata");
    let name = metadata.field("name").text(problems).unwrap_or_default();
    let namespace = metadata.field("namespace").text(problems).unwrap_or("default");
    let name = world.symbols.intern(name);
    let namespace = world.symbols.intern(namespace);
    match kind {
        "Namespace" => {
            let labels = labels(&metadata.field("labels"), &mut world.symbols, problems);
            world.namespaces.insert(name, labels);
        }
        "PriorityClass" => {
            let value = at.field("value").integer(problems).and_then(|value| i32::try_from(value).ok());
            let global_default = at.field("globalDefault").truth(problems);
            let preempts = at.field("preemptionPolicy").text(problems) != Some("Never");
            let class = PriorityClass { value: value.unwrap_or(0), global_default, preempts };
            world.priority_classes.insert(name, class);
        }
        "RuntimeClass" => {
            let scheduling = at.field("scheduling");
            let class = RuntimeClass {
                overhead: amounts(&at.field("overhead").field("podFixed"), problems),
                node_selector: pairs(&scheduling.field("nodeSelector"), &mut world.symbols, problems),
                tolerations: tolerations(&scheduling.field("tolerations"), &mut world.symbols, problems),
            };
            world.runtime_classes.insert(name, class);
        }
        "PodDisruptionBudget" => {
            let budget = budget(at, name, namespace, world, problems);
            world.budgets.extend(budget);
        }
        "Service" => {
            let labels = pairs(&at.field("spec").field("selector"), &mut world.symbols, problems);
            if !labels.is_empty() {
                let all = labels.into_iter();
                let all = all.map(|(key, value)| Requirement { key, operator: Operator::In(vec![value]) });
                world.services.push((namespace, Selector::All(all.collect())));
            }
        }
        "PersistentVolumeClaim" | "PersistentVolume" | "StorageClass" => {
            // A claim that is yet to be made says nothing of the cluster's storage.
            world.storage.known |= kind != "PersistentVolumeClaim" || expected != Expected::Manifests;
            storage(kind, at, (namespace, name), world, problems);
        }
        _ => return false,
    }
    true
}

fn budget(
    at: &At<'_, '_>,
    name: Symbol,
    namespace: Symbol,
    world: &mut World,
    problems: &mut Problems<'_>,
) -> Option<Budget> {
    let spec = at.field("spec");
    let selector = selector(&spec.field("selector"), &mut world.symbols, problems);
    let keeps = match (
        share(&spec.field("minAvailable"), problems),
        share(&spec.field("maxUnavailable"), problems),
    ) {
        (_, Some(share)) => Keeps::AllBut(share),
        (Some(share), None) => Keeps::AtLeast(share),
        (None, None) => {
            let message = "the disruption budget names neither minAvailable nor maxUnavailable";
            problems.push(spec.path(), message, "give one of the two");
            return None;
        }
    };
    let allowed = at.field("status").field("disruptionsAllowed").integer(problems);
    Some(Budget { name: world.symbols.text(name).to_owned(), namespace, selector, keeps, allowed })
}

/// A number or a percentage.
pub(super) fn share(at: &At<'_, '_>, problems: &mut Problems<'_>) -> Option<Share> {
    if at.is_missing() {
        return None;
    }
    let text = at.scalar(problems)?;
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.parse().ok().map(Share::Percent),
        None => text.parse().ok().map(Share::Count),
    };
    if share.is_none() {
        problems.push(at.path(), format!("`{text}` is no number of pods"), "write a number or a percentage");
    }
    share
}

fn storage(
    kind: &str,
    at: &At<'_, '_>,
    (namespace, name): (Symbol, Symbol),
    world: &mut World,
    problems: &mut Problems<'_>,
) {
    let spec = at.field("spec");
    let symbols = &mut world.symbols;
    let mut named = |at: &At<'_, '_>, problems: &mut Problems<'_>| {
        at.text(problems).filter(|name| !name.is_empty()).map(|name| symbols.intern(name))
    };
    match kind {
        "PersistentVolumeClaim" => {
            let modes = spec.field("accessModes");
            let exclusive =
                modes.items(problems).iter().any(|mode| mode.text(problems) == Some("ReadWriteOncePod"));
            let volume = named(&spec.field("volumeName"), problems);
            let class = named(&spec.field("storageClassName"), problems);
            world.storage.claims.insert((namespace, name), Claim { volume, class, exclusive });
        }
        "PersistentVolume" => {
            let labels = labels(&at.field("metadata").field("labels"), symbols, problems);
            let node_terms = node_terms(&spec.field("nodeAffinity").field("required"), symbols, problems);
            world.storage.volumes.insert(name, Volume { labels, node_terms });
        }
        _ => {
            let waits = at.field("volumeBindingMode").text(problems) == Some("WaitForFirstConsumer");
            let provisioner = at.field("provisioner").text(problems).unwrap_or_default();
            let provisions = provisioner != "kubernetes.io/no-provisioner";
            let topologies = topologies(&at.field("allowedTopologies"), world, problems);
            world.storage.classes.insert(name, StorageClass { waits, provisions, topologies });
        }
    }
}

fn topologies(at: &At<'_, '_>, world: &mut World, problems: &mut Problems<'_>) -> Option<Vec<NodeTerm>> {
    let items = at.items(problems);
    if items.is_empty() {
        return None;
    }
    let term = |item: &At<'_, '_>, problems: &mut Problems<'_>, world: &mut World| {
        let list = item.field("matchLabelExpressions");
        let mut expressions = Vec::new();
        for expression in list.items(problems) {
            let Some(key) = expression.field("key").text(problems) else { continue };
            let values = expression.field("values");
            let values = values.items(problems);
            let values = values.iter().filter_map(|value| value.text(problems));
            let values = values.map(|value| world.symbols.intern(value)).collect();
            expressions.push(Requirement { key: world.symbols.intern(key), operator: Operator::In(values) });
        }
        NodeTerm { expressions, fields: Vec::new() }
    };
    Some(items.iter().map(|item| term(item, problems, world)).collect())
}
