//! Volumes that tie a pod to some nodes.
//!
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/volumebinding/volume_binding.go>,
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/plugins/volumezone/volume_zone.go>

use crate::placement::engine::state::Engine;
use crate::placement::objects::{Claim, Node};
use crate::placement::selector::NodeTerm;
use crate::placement::symbols::Symbol;

/// What a pod's volumes say about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StorageVerdict {
    Fine,
    /// A volume that is bound can't be used from there.
    Elsewhere,
    /// No volume can be made or found there.
    NoneToBind,
    /// A volume's labels say another zone.
    OtherZone,
}

impl Engine<'_> {
    fn claims(&self, template: usize) -> impl Iterator<Item = (Symbol, Option<&Claim>)> {
        let spec = self.templates[template].spec;
        let storage = &self.world.storage;
        spec.class.claims.iter().map(move |name| (*name, storage.claims.get(&(spec.namespace, *name))))
    }

    /// Why no node is looked at, if so. Without any storage object in the input, claims are taken to be fine.
    pub(crate) fn storage_refusal(&self, template: usize) -> Option<String> {
        if !self.world.storage.known {
            return None;
        }
        let mut immediate = false;
        let mut lost = None;
        for (name, claim) in self.claims(template) {
            let Some(claim) = claim else {
                return Some(format!(
                    "persistentvolumeclaim \"{}\" not found",
                    self.world.symbols.text(name)
                ));
            };
            lost = lost.or(claim.volume.filter(|volume| !self.world.storage.volumes.contains_key(volume)));
            if claim.volume.is_none() {
                let class = claim.class.and_then(|class| self.world.storage.classes.get(&class));
                immediate |= class.is_none_or(|class| !class.waits);
            }
        }
        if immediate {
            return Some("pod has unbound immediate PersistentVolumeClaims".to_owned());
        }
        lost.map(|volume| format!("persistentvolume \"{}\" not found", self.world.symbols.text(volume)))
    }

    pub(crate) fn storage_verdict(&self, template: usize, node: usize) -> StorageVerdict {
        if !self.world.storage.known || self.templates[template].spec.class.claims.is_empty() {
            return StorageVerdict::Fine;
        }
        let node = self.nodes[node].node;
        let mut verdict = StorageVerdict::Fine;
        for (_, claim) in self.claims(template) {
            let Some(claim) = claim else { continue };
            match self.claim_verdict(claim, node) {
                StorageVerdict::Fine => {}
                StorageVerdict::Elsewhere => return StorageVerdict::Elsewhere,
                other if verdict == StorageVerdict::Fine => verdict = other,
                _ => {}
            }
        }
        verdict
    }

    fn claim_verdict(&self, claim: &Claim, node: &Node) -> StorageVerdict {
        let Some(name) = claim.volume else {
            let class = claim.class.and_then(|class| self.world.storage.classes.get(&class));
            let possible = class
                .is_some_and(|class| class.provisions && self.fulfils_any(class.topologies.as_ref(), node));
            return if possible { StorageVerdict::Fine } else { StorageVerdict::NoneToBind };
        };
        let Some(volume) = self.world.storage.volumes.get(&name) else { return StorageVerdict::Fine };
        if !self.fulfils_any(volume.node_terms.as_ref(), node) {
            return StorageVerdict::Elsewhere;
        }
        let keys = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"];
        let mut known = keys.iter().filter_map(|key| self.world.symbols.find(key));
        let differs = known.any(|key| {
            let Some(zones) = volume.labels.get(key) else { return false };
            let there = node.labels.get(key).map(|zone| self.world.symbols.text(zone));
            // A volume in several zones names them all, joined by `__`.
            there.is_some_and(|there| !self.world.symbols.text(zones).split("__").any(|zone| zone == there))
        });
        if differs { StorageVerdict::OtherZone } else { StorageVerdict::Fine }
    }

    fn fulfils_any(&self, terms: Option<&Vec<NodeTerm>>, node: &Node) -> bool {
        terms.is_none_or(|terms| {
            terms.iter().any(|term| term.matches(node.name, &node.labels, &self.world.symbols))
        })
    }
}
