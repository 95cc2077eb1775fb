//! What is known before any target is looked at: the requirements, and what the spec says in their place.

use mlship_spec::choices::{Burstiness, ClusterPart, Protocol, Topology, ZeroNeed};
use mlship_spec::workload::Workload;
use mlship_spec::workload::requirements::Requirements;

use crate::rules::keeps_apart;

/// Below this many requests an hour, a serverless endpoint is said to be cheaper:
/// <https://www.wring.co/blog/aws-sagemaker-inference-guide> (2026-03, a claim of its author).
const RARE_AN_HOUR: f64 = 1000.0;

/// From here down a latency counts as tight, in milliseconds: a round trip through a front door of a cloud takes a
/// good part of it. A judgement, not a vendor's number.
const TIGHT_MILLISECONDS: u32 = 100;

/// The requirements, and the spec that they belong to.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// What the team needs.
    pub needs: &'a Requirements,
    /// The service, as the spec alone says it.
    pub workload: &'a Workload,
}

impl Facts<'_> {
    /// How many models are served.
    pub fn models(&self) -> Option<u32> {
        self.needs.models.said().copied()
    }

    /// In how many environments it runs.
    pub fn environments(&self) -> Option<u32> {
        self.needs.environments.said().copied()
    }

    /// Whether a platform team runs a cluster; who builds a platform for others is one.
    pub fn has_team(&self) -> Option<bool> {
        self.needs.platform_team.said().copied().or_else(|| self.builds_platform().then_some(true))
    }

    /// Whether a platform for others is built.
    pub fn builds_platform(&self) -> bool {
        self.needs.platform_for_others.is(&true)
    }

    /// How many GPUs one replica has.
    pub fn gpus(&self) -> u32 {
        let of_spec = || self.workload.resources.gpu.as_ref().map_or(0, |gpu| gpu.count);
        self.needs.gpu.count.said().copied().unwrap_or_else(of_spec)
    }

    /// What clients speak.
    pub fn protocol(&self) -> Protocol {
        self.needs.protocol.said().copied().unwrap_or(self.workload.server.protocol)
    }

    /// Whether a new version is tried on a share of the traffic first.
    pub fn wants_canary(&self) -> bool {
        let of_spec = || self.workload.rollout.canary.is_some();
        self.needs.canary.said().copied().unwrap_or_else(of_spec)
    }

    /// Whether replicas keep data of their own.
    pub fn has_state(&self) -> bool {
        self.needs.state.said().copied().unwrap_or_else(|| self.workload.state.is_some())
    }

    /// Whether servers share a GPU.
    pub fn shares_gpus(&self) -> bool {
        let of_spec = || {
            let gpu = self.workload.resources.gpu.as_ref();
            gpu.is_some_and(|gpu| {
                gpu.resource.as_str() != "nvidia.com/gpu" && gpu.resource.as_str() != "amd.com/gpu"
            })
        };
        self.gpus() > 0 && self.needs.gpu_sharing.said().copied().unwrap_or_else(of_spec)
    }

    /// Whether it has to cost nothing while idle.
    pub fn must_sleep(&self) -> bool {
        match self.needs.scale_to_zero.said() {
            Some(ZeroNeed::Required) => true,
            Some(ZeroNeed::Tolerated | ZeroNeed::Refused) => false,
            None => self.workload.min_replicas() == 0,
        }
    }

    /// Whether tenants are kept apart.
    pub fn isolates(&self) -> bool {
        self.needs.isolation.said().copied().is_some_and(keeps_apart)
    }

    /// Whether the spec picks nodes by more than its GPU.
    pub fn picks_nodes(&self) -> bool {
        let placement = &self.workload.placement;
        !placement.node_selector.is_empty()
            || !placement.tolerations.is_empty()
            || placement.runtime_class.is_some()
    }

    /// Whether something was said that only plain objects show.
    pub fn needs_raw(&self) -> bool {
        self.builds_platform()
            || self.needs.on_premises.is(&true)
            || self.needs.gpu.topology.is(&Topology::Exotic)
            || self.needs.service_mesh.is(&true)
            || self.needs.custom_cni.is(&true)
            || self.isolates()
            || self.picks_nodes()
    }

    /// Whether traffic comes in bursts.
    pub fn is_bursty(&self) -> bool {
        self.needs.traffic.burstiness.is(&Burstiness::Bursty)
    }

    /// Whether requests are so few that a serverless endpoint is made for them.
    pub fn is_rare(&self) -> bool {
        let is_few = |average: &f64| average * 3600.0 < RARE_AN_HOUR;
        let may_sleep = !self.needs.scale_to_zero.is(&ZeroNeed::Refused);
        self.gpus() == 0 && may_sleep && self.needs.traffic.average.said().is_some_and(is_few)
    }

    /// Whether answers are wanted fast.
    pub fn is_tight(&self) -> bool {
        self.needs.latency_milliseconds.said().is_some_and(|latency| *latency <= TIGHT_MILLISECONDS)
    }

    /// Whether a part is in the cluster; `None` is not said.
    pub fn installed(&self, part: ClusterPart) -> Option<bool> {
        self.needs.cluster.installed.said().map(|parts| parts.contains(&part))
    }
}
