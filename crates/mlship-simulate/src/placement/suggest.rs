//! What would help pods that find no node: each suggestion was tried out.

use crate::placement::change::Change;
use crate::placement::engine::Engine;
use crate::placement::engine::filter::Reason;
use crate::placement::engine::message::Wording;
use crate::placement::objects::{Effect, World};
use crate::placement::report::judge;
use crate::placement::shapes::{self, Shape};
use crate::placement::symbols::Symbol;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A change that lets more pods of a workload find a node.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// The workload, as `Deployment/churn`.
    pub workload: String,
    /// What to do, in plain words.
    pub text: String,
    /// How many of its pods are bound then.
    pub bound: usize,
    /// Whether that is all of them.
    pub solves: bool,
    /// What it costs more, in dollars for an hour, where a price is known; changes of manifests cost nothing.
    #[serde(rename = "dollarsPerHour")]
    pub dollars_per_hour: Option<f64>,
}

/// More nodes than this are not suggested.
const MOST_NODES: usize = 64;
/// So many shapes of the catalogue are tried, from the cheapest on.
const MOST_SHAPES: usize = 3;
/// So many suggestions are made for a workload.
const MOST_SUGGESTIONS: usize = 8;

/// What would help, the cheapest first, for each workload with pods that wait.
pub fn suggest(world: &World) -> Vec<Suggestion> {
    let mut engine = Engine::new(world);
    let judgement = judge(&mut engine, Wording::Current);
    let mut reasons: BTreeMap<usize, BTreeSet<Reason>> = BTreeMap::new();
    for (id, failure) in &judgement.pending {
        if let Some(workload) = engine.pods[*id].pod.workload {
            reasons.entry(workload).or_default().extend(failure.histogram.keys());
        }
    }
    let mut suggestions = Vec::new();
    for (workload, reasons) in reasons {
        let before = count_bound(&engine, &judgement.bound, workload);
        suggestions.extend(Adviser { world, workload, before }.advise(&reasons));
    }
    suggestions
}

fn count_bound(engine: &Engine<'_>, bound: &[(usize, usize, usize)], workload: usize) -> usize {
    bound.iter().filter(|(id, ..)| engine.pods[*id].pod.workload == Some(workload)).count()
}

struct Adviser<'w> {
    world: &'w World,
    workload: usize,
    /// How many of its pods find a node as it is.
    before: usize,
}

impl Adviser<'_> {
    fn advise(&self, reasons: &BTreeSet<Reason>) -> Vec<Suggestion> {
        let mut found: Vec<Suggestion> =
            self.manifest_changes(reasons).into_iter().filter_map(|change| self.tried(&change)).collect();
        found.extend(self.more_nodes());
        found.sort_by(|a, b| {
            let cost = |suggestion: &Suggestion| suggestion.dollars_per_hour.unwrap_or(f64::MAX);
            let by_cost = cost(a).total_cmp(&cost(b));
            b.solves.cmp(&a.solves).then(by_cost).then_with(|| b.bound.cmp(&a.bound))
        });
        found.truncate(MOST_SUGGESTIONS);
        found
    }

    /// Changes that cost nothing and have to do with what was said.
    fn manifest_changes(&self, reasons: &BTreeSet<Reason>) -> Vec<Change> {
        let template = &self.world.workloads[self.workload].template;
        let mut changes = Vec::new();
        if template.gated {
            changes.push(Change::OpenGates);
        }
        if !template.class.node_selector.is_empty() {
            changes.push(Change::DropNodeSelector);
        }
        if template.class.node_terms.is_some() {
            changes.push(Change::DropNodeAffinity);
        }
        let mut short = Vec::new();
        for reason in reasons {
            match reason {
                Reason::Tainted(_) => {
                    changes.extend(self.taints().map(|(key, value)| Change::Tolerate(key, value)));
                }
                Reason::Cordoned => changes.push(Change::Uncordon),
                Reason::PortTaken => changes.push(Change::DropHostPorts),
                Reason::Affinity => changes.push(Change::DropPodAffinity),
                Reason::AntiAffinity => changes.push(Change::SoftenAntiAffinity),
                Reason::Spread | Reason::SpreadLabelMissing => changes.push(Change::SoftenSpread),
                Reason::Insufficient(resource) => short.push(*resource),
                _ => {}
            }
        }
        changes.dedup();
        changes.extend(short.into_iter().filter_map(|resource| self.lowered(resource)));
        changes
    }

    /// Taints of nodes that the pods don't tolerate.
    fn taints(&self) -> impl Iterator<Item = (Symbol, Symbol)> {
        let tolerations = &self.world.workloads[self.workload].template.class.tolerations;
        let taints = self.world.nodes.iter().flat_map(|node| &node.taints);
        let forbidding = taints.filter(|taint| taint.effect != Effect::PreferNoSchedule);
        let untolerated =
            forbidding.filter(|taint| !tolerations.iter().any(|toleration| toleration.covers(taint)));
        let distinct: BTreeSet<_> = untolerated.map(|taint| (taint.key, taint.value)).collect();
        distinct.into_iter()
    }

    /// The largest request of a resource, in steps of a tenth, with which all pods find a node.
    fn lowered(&self, resource: Symbol) -> Option<Change> {
        let template = &self.world.workloads[self.workload].template;
        let request = template.class.requests.get(&resource).copied()?;
        let is_divisible =
            matches!(self.world.symbols.text(resource), "cpu" | "memory" | "ephemeral-storage");
        let steps = if is_divisible { 10 } else { request.min(10) };
        // A tenth of what was asked for is no honest advice.
        let least = if is_divisible { 3 } else { 1 };
        (least..steps)
            .rev()
            .map(|step| Change::Lower(resource, request * step / steps))
            .find(|change| self.bound_with(change) == self.replicas())
    }

    /// The fewest more nodes, of each kind that is there and of the cheapest shapes, with which all pods find a node.
    fn more_nodes(&self) -> Vec<Suggestion> {
        let mut kinds = BTreeSet::new();
        let like = (0..self.world.nodes.len()).filter(|node| {
            let node = &self.world.nodes[*node];
            let key = self.world.symbols.find("node.kubernetes.io/instance-type");
            let taints: Vec<_> = node.taints.clone();
            !node.unschedulable
                && kinds.insert((key.and_then(|key| node.labels.get(key)), node.allocatable.clone(), taints))
        });
        let mut found: Vec<Suggestion> =
            like.take(8).filter_map(|node| self.fewest(|count| Change::AddLike(node, count))).collect();
        let mut shapes: Vec<&'static Shape> = shapes::all().iter().collect();
        shapes.sort_by_key(|shape| shape.micro_dollars);
        let mut taken = 0;
        for shape in shapes {
            if taken == MOST_SHAPES {
                break;
            }
            if self.may_fit(shape)
                && let Some(suggestion) = self.fewest(|count| Change::AddShape(shape, count))
            {
                found.push(suggestion);
                taken += 1;
            }
        }
        found
    }

    /// Whether one pod could fit on an empty node of a shape.
    fn may_fit(&self, shape: &Shape) -> bool {
        let requests = &self.world.workloads[self.workload].template.class.requests;
        requests.iter().all(|(resource, amount)| {
            let offered = match self.world.symbols.text(*resource) {
                "cpu" => shape.cpu_millis,
                "memory" => shape.memory_mib << 20,
                "ephemeral-storage" => 47 << 30,
                name if name == shape.resource => shape.accelerators,
                _ => 0,
            };
            offered >= *amount
        })
    }

    fn fewest(&self, change: impl Fn(usize) -> Change) -> Option<Suggestion> {
        let solves = |count: usize| self.bound_with(&change(count)) == self.replicas();
        let mut enough = 1;
        while !solves(enough) {
            if enough == 1 && self.bound_with(&change(1)) <= self.before {
                return None;
            }
            enough *= 2;
            if enough > MOST_NODES {
                return None;
            }
        }
        let mut too_few = enough / 2;
        while enough - too_few > 1 {
            let middle = usize::midpoint(too_few, enough);
            if solves(middle) {
                enough = middle;
            } else {
                too_few = middle;
            }
        }
        self.tried(&change(enough))
    }

    fn replicas(&self) -> usize {
        self.world.workloads[self.workload].replicas
    }

    fn bound_with(&self, change: &Change) -> usize {
        let changed = change.apply(self.world, self.workload);
        let mut engine = Engine::new(&changed);
        let judgement = judge(&mut engine, Wording::Current);
        count_bound(&engine, &judgement.bound, self.workload)
    }

    fn tried(&self, change: &Change) -> Option<Suggestion> {
        let bound = self.bound_with(change);
        let workload = &self.world.workloads[self.workload];
        (bound > self.before).then(|| Suggestion {
            workload: format!("{}/{}", workload.kind, workload.name),
            text: self.words(change),
            bound,
            solves: bound == workload.replicas,
            dollars_per_hour: self.cost(change),
        })
    }

    fn cost(&self, change: &Change) -> Option<f64> {
        match change {
            Change::AddLike(node, count) => {
                let key = self.world.symbols.find("node.kubernetes.io/instance-type")?;
                let kind = self.world.nodes[*node].labels.get(key)?;
                Some(price(shapes::find(self.world.symbols.text(kind))?, *count))
            }
            Change::AddShape(shape, count) => Some(price(shape, *count)),
            _ => Some(0.0),
        }
    }

    fn words(&self, change: &Change) -> String {
        let symbols = &self.world.symbols;
        let template = &self.world.workloads[self.workload].template;
        match change {
            Change::DropNodeSelector => {
                let pairs = template.class.node_selector.iter();
                let pairs: Vec<_> = pairs
                    .map(|(key, value)| format!("`{}: {}`", symbols.text(*key), symbols.text(*value)))
                    .collect();
                format!("drop the nodeSelector {}", pairs.join(", "))
            }
            Change::DropNodeAffinity => "drop the required node affinity".to_owned(),
            Change::Tolerate(key, value) => {
                format!("tolerate the taint `{}={}`", symbols.text(*key), symbols.text(*value))
            }
            Change::Uncordon => "uncordon the cordoned nodes".to_owned(),
            Change::DropPodAffinity => "drop the required pod affinity".to_owned(),
            Change::SoftenAntiAffinity => {
                "make the pod anti-affinity preferred instead of required".to_owned()
            }
            Change::SoftenSpread => "spread with `whenUnsatisfiable: ScheduleAnyway`".to_owned(),
            Change::DropHostPorts => "use no host ports".to_owned(),
            Change::Lower(resource, amount) => {
                let name = symbols.text(*resource);
                format!("request at most {} of {name} per pod", amount_text(name, *amount))
            }
            Change::OpenGates => "remove the scheduling gates".to_owned(),
            Change::AddLike(node, count) => {
                let node = &self.world.nodes[*node];
                let kind =
                    symbols.find("node.kubernetes.io/instance-type").and_then(|key| node.labels.get(key));
                let what = kind.map_or_else(
                    || format!("like {}", symbols.text(node.name)),
                    |kind| format!("of type {} (like {})", symbols.text(kind), symbols.text(node.name)),
                );
                format!("add {count} {} {what}", if *count == 1 { "node" } else { "nodes" })
            }
            Change::AddShape(shape, count) => {
                format!("add {count} {} {}: ${:.2}/h", shape.name, nodes(*count), price(shape, *count))
            }
        }
    }
}

fn nodes(count: usize) -> &'static str {
    if count == 1 { "node" } else { "nodes" }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of nodes are small")]
fn price(shape: &Shape, count: usize) -> f64 {
    f64::from(shape.micro_dollars) * count as f64 / 1e6
}

/// An amount as people write it.
fn amount_text(resource: &str, amount: i64) -> String {
    match resource {
        "cpu" if amount % 1000 != 0 => format!("{amount}m"),
        "cpu" => (amount / 1000).to_string(),
        "memory" | "ephemeral-storage" => format!("{}Mi", amount >> 20),
        _ => amount.to_string(),
    }
}
