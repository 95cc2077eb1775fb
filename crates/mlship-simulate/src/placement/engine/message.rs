//! What the scheduler writes about a pod that it can't place.
//!
//! <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/scheduler/framework/types.go> (`FitError`)

use crate::placement::engine::filter::Reason;
use crate::placement::engine::state::Engine;
use crate::placement::objects::Effect;
use std::collections::BTreeMap;

/// Which release's words are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wording {
    /// Up to 1.36: a taint is named with its key and value.
    NamesTaints,
    /// From 1.37 on.
    #[default]
    Current,
}

impl Wording {
    /// The words of a release such as `1.36` or `v1.37.2`; none if that is no version of Kubernetes.
    pub fn of_version(version: &str) -> Option<Self> {
        let mut numbers = version.trim_start_matches('v').split('.').map(|number| number.parse::<u32>().ok());
        let (Some(Some(1)), Some(Some(minor))) = (numbers.next(), numbers.next()) else { return None };
        Some(if minor < 37 { Self::NamesTaints } else { Self::Current })
    }
}

/// How many nodes have each reason.
pub(crate) type Histogram = BTreeMap<Reason, usize>;

pub(crate) const GATED: &str = "Scheduling is blocked due to non-empty scheduling gates";
pub(crate) const NO_NODES: &str = "no nodes available to schedule pods";

impl Engine<'_> {
    /// `0/N nodes are available: <count> <reason>, …`, closed by a full stop.
    pub(crate) fn histogram_message(
        &self,
        histogram: &Histogram,
        template: usize,
        wording: Wording,
    ) -> String {
        let mut by_text: BTreeMap<String, usize> = BTreeMap::new();
        for (reason, count) in histogram {
            *by_text.entry(self.reason(*reason, template, wording)).or_insert(0) += count;
        }
        // Sorted as text with the count in front: `10 …` comes before `2 …`.
        let mut parts: Vec<String> = by_text.iter().map(|(text, count)| format!("{count} {text}")).collect();
        parts.sort_unstable();
        let nodes = self.nodes.len();
        if parts.is_empty() {
            return format!("0/{nodes} nodes are available:");
        }
        format!("0/{nodes} nodes are available: {}.", parts.join(", "))
    }

    /// The scheduler's text of a reason.
    pub(crate) fn reason(&self, reason: Reason, template: usize, wording: Wording) -> String {
        let text = match reason {
            Reason::OtherNodeNamed => "node(s) didn't match the requested node name",
            Reason::Cordoned => "node(s) were unschedulable",
            Reason::Tainted(node) if wording == Wording::NamesTaints => {
                let number = node.and_then(|name| self.node_numbers.get(&name));
                return number.map_or_else(String::new, |number| self.named_taint(*number, template));
            }
            Reason::Tainted(_) => "node(s) had untolerated taint(s)",
            Reason::NotSelected => "node(s) didn't match Pod's node affinity/selector",
            Reason::PortTaken => "node(s) didn't have free ports for the requested pod ports",
            Reason::TooManyPods => "Too many pods",
            Reason::Insufficient(resource) => {
                return format!("Insufficient {}", self.world.symbols.text(resource));
            }
            Reason::VolumeElsewhere => "node(s) didn't match PersistentVolume's node affinity",
            Reason::NoVolumeToBind => "node(s) didn't find available persistent volumes to bind",
            Reason::VolumeZone => "node(s) had no available volume zone",
            Reason::SpreadLabelMissing => {
                "node(s) didn't match pod topology spread constraints (missing required label)"
            }
            Reason::Spread => "node(s) didn't match pod topology spread constraints",
            Reason::Affinity => "node(s) didn't match pod affinity rules",
            Reason::AntiAffinity => "node(s) didn't match pod anti-affinity rules",
            Reason::Unwelcome => "node(s) didn't satisfy existing pods anti-affinity rules",
            Reason::NotPinned => "node(s) didn't satisfy plugin(s) [NodeAffinity]",
            Reason::NoVictims => "No preemption victims found for incoming pod",
            Reason::NotHelpful => "Preemption is not helpful for scheduling",
        };
        text.to_owned()
    }

    /// The older wording, with the first taint that is not tolerated.
    fn named_taint(&self, node: usize, template: usize) -> String {
        let spec = self.classes[self.templates[template].class].spec;
        let mut forbidding =
            self.nodes[node].node.taints.iter().filter(|taint| taint.effect != Effect::PreferNoSchedule);
        let first =
            forbidding.find(|taint| !spec.tolerations.iter().any(|toleration| toleration.covers(taint)));
        let Some(taint) = first else { return String::new() };
        let symbols = &self.world.symbols;
        format!(
            "node(s) had untolerated taint {{{}: {}}}",
            symbols.text(taint.key),
            symbols.text(taint.value)
        )
    }
}
