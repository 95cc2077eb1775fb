//! Small changes to a cluster or a workload, to see what would help.

use crate::placement::objects::{Node, Template, World};
use crate::placement::shapes::{self, Shape};
use crate::placement::symbols::Symbol;
use std::sync::Arc;

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Change {
    DropNodeSelector,
    DropNodeAffinity,
    /// Tolerate this taint: key and value.
    Tolerate(Symbol, Symbol),
    Uncordon,
    DropPodAffinity,
    SoftenAntiAffinity,
    SoftenSpread,
    DropHostPorts,
    /// Request no more than this of a resource.
    Lower(Symbol, i64),
    OpenGates,
    /// So many more nodes like this one.
    AddLike(usize, usize),
    AddShape(&'static Shape, usize),
}

impl Change {
    /// The world with the change made for one workload.
    pub(crate) fn apply(&self, world: &World, workload: usize) -> World {
        let mut world = world.clone();
        match self {
            Self::Uncordon => {
                for node in &mut world.nodes {
                    node.unschedulable = false;
                }
            }
            Self::AddLike(node, count) => add_like(&mut world, *node, *count),
            Self::AddShape(shape, count) => shapes::add_nodes(&mut world, shape, *count),
            of_template => {
                let mut template = (*world.workloads[workload].template).clone();
                of_template.change_template(&mut template);
                let template = Arc::new(template);
                for pod in &mut world.pending {
                    if pod.workload == Some(workload) {
                        pod.template = Arc::clone(&template);
                    }
                }
                world.workloads[workload].template = template;
            }
        }
        world
    }

    fn change_template(&self, template: &mut Template) {
        match self {
            Self::DropNodeSelector => template.class.node_selector.clear(),
            Self::DropNodeAffinity => template.class.node_terms = None,
            Self::Tolerate(key, value) => {
                let toleration = crate::placement::objects::Toleration {
                    key: Some(*key),
                    value: Some(*value),
                    effect: None,
                };
                template.class.tolerations.push(toleration);
            }
            Self::DropPodAffinity => template.affinity.clear(),
            Self::SoftenAntiAffinity => {
                let terms = std::mem::take(&mut template.anti_affinity);
                template.preferred_pods.extend(terms.into_iter().map(|term| (-100, term)));
            }
            Self::SoftenSpread => template.spread.iter_mut().for_each(|spread| spread.hard = false),
            Self::DropHostPorts => template.class.host_ports.clear(),
            Self::Lower(resource, amount) => {
                template.class.requests.insert(*resource, *amount);
            }
            Self::OpenGates => template.gated = false,
            Self::Uncordon | Self::AddLike(..) | Self::AddShape(..) => {}
        }
    }
}

/// Adds nodes with all that a node has but its pods, its name and what only it may be labelled with.
fn add_like(world: &mut World, node: usize, count: usize) {
    let model = world.nodes[node].clone();
    let host = world.symbols.intern("kubernetes.io/hostname");
    let base = world.symbols.text(model.name).to_owned();
    for number in 1..=count {
        let name = world.symbols.intern(&format!("{base}-new-{number}"));
        let mut labels = model.labels.clone();
        if labels.get(host).is_some() {
            labels.set(host, name);
        }
        world.nodes.push(Node { name, labels, ..model.clone() });
    }
}
