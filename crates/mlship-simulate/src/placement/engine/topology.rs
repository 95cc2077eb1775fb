//! Which nodes lie together, by the labels that affinities and spreads name.

use crate::placement::objects::Node;
use crate::placement::symbols::Symbol;
use std::collections::BTreeMap;

/// The domain of a node that lacks the label.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// One way to divide the nodes into domains.
#[derive(Debug)]
pub(crate) struct Division {
    /// The domain of each node, or [`NOWHERE`].
    pub(crate) of_node: Vec<u32>,
    /// How many domains there are.
    pub(crate) domains: usize,
}

/// All divisions that a simulation needs. Number 0 has each node in a domain of its own.
#[derive(Debug)]
pub(crate) struct Topology {
    pub(crate) divisions: Vec<Division>,
    by_key: BTreeMap<Symbol, usize>,
}

/// The division in which each node is alone.
pub(crate) const BY_NODE: usize = 0;

impl Topology {
    pub(crate) fn new(nodes: usize) -> Self {
        let of_node = (0..nodes).map(|node| u32::try_from(node).unwrap_or(NOWHERE)).collect();
        Self { divisions: vec![Division { of_node, domains: nodes }], by_key: BTreeMap::new() }
    }

    /// The division by a label.
    pub(crate) fn division(&mut self, key: Symbol, nodes: &[&Node]) -> usize {
        if let Some(division) = self.by_key.get(&key) {
            return *division;
        }
        let mut numbers = BTreeMap::new();
        let of_node = nodes.iter().map(|node| match node.labels.get(key) {
            None => NOWHERE,
            Some(value) => {
                let next = u32::try_from(numbers.len()).unwrap_or(NOWHERE);
                *numbers.entry(value).or_insert(next)
            }
        });
        let of_node = of_node.collect();
        self.divisions.push(Division { of_node, domains: numbers.len() });
        self.by_key.insert(key, self.divisions.len() - 1);
        self.divisions.len() - 1
    }

    /// The domain of a node in a division, or [`NOWHERE`].
    pub(crate) fn domain(&self, division: usize, node: usize) -> u32 {
        self.divisions[division].of_node[node]
    }
}
