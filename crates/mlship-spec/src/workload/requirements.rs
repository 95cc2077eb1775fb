//! What the team needs, as `mlship decide` reads it.

use crate::catalogue::accelerators::Accelerator;
use crate::choices::{
    Burstiness, Cloud, ClusterPart, Compliance, Isolation, LockIn, Protocol, Skill, Topology, ZeroNeed,
};
use crate::values::cloud::CloudRegion;
use crate::values::duration::Seconds;
use crate::values::quantity::Quantity;

/// What was said of one item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer<T> {
    /// Nothing.
    #[default]
    NotSaid,
    /// That nobody knows.
    Unknown,
    /// A value.
    Said(T),
}

impl<T> Answer<T> {
    /// The value, where there is one.
    pub fn said(&self) -> Option<&T> {
        match self {
            Self::Said(value) => Some(value),
            Self::NotSaid | Self::Unknown => None,
        }
    }
}

impl<T: PartialEq> Answer<T> {
    /// Whether this very value was said.
    pub fn is(&self, value: &T) -> bool {
        self.said() == Some(value)
    }
}

/// What the team needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requirements {
    /// How many models are served.
    pub models: Answer<u32>,
    /// Whether a platform team runs the cluster.
    pub platform_team: Answer<bool>,
    /// Whether a platform is being built that other teams will use.
    pub platform_for_others: Answer<bool>,
    /// Clouds that may be used; an empty list is none.
    pub clouds: Answer<Vec<Cloud>>,
    /// Regions that may be used.
    pub regions: Answer<Vec<CloudRegion>>,
    /// Whether it has to run on machines of one's own.
    pub on_premises: Answer<bool>,
    /// The cluster that is there.
    pub cluster: ClusterFacts,
    /// The GPUs of one replica.
    pub gpu: GpuNeeds,
    /// How far apart tenants of the cluster must be kept.
    pub isolation: Answer<Isolation>,
    /// Whether the service must be part of a service mesh.
    pub service_mesh: Answer<bool>,
    /// Whether the cluster's network plugin is one of its own.
    pub custom_cni: Answer<bool>,
    /// What clients speak.
    pub protocol: Answer<Protocol>,
    /// How many requests come, and when.
    pub traffic: Traffic,
    /// The time within which 95 of 100 requests must be answered, in milliseconds.
    pub latency_milliseconds: Answer<u32>,
    /// The largest body of a request or an answer.
    pub request_size: Answer<Quantity>,
    /// How long the longest request takes.
    pub request_seconds: Answer<Seconds>,
    /// Whether the service may, or must, cost nothing while idle.
    pub scale_to_zero: Answer<ZeroNeed>,
    /// How long the first request after a pause may wait, in seconds.
    pub cold_start_seconds: Answer<u32>,
    /// Whether a new version must be tried on a share of the traffic first.
    pub canary: Answer<bool>,
    /// Whether a new version must be tried on copies of requests first.
    pub shadow: Answer<bool>,
    /// Whether several models share one server.
    pub multi_model: Answer<bool>,
    /// Whether several servers share one GPU.
    pub gpu_sharing: Answer<bool>,
    /// Whether replicas keep data of their own.
    pub state: Answer<bool>,
    /// Rules that bind the service.
    pub compliance: Answer<Vec<Compliance>>,
    /// What may be spent a month, in US dollars.
    pub budget: Answer<u32>,
    /// How well the team knows Kubernetes.
    pub kubernetes_skill: Answer<Skill>,
    /// How well the team knows the managed services of a cloud.
    pub cloud_skill: Answer<Skill>,
    /// How much being bound to one vendor is put up with.
    pub lock_in: Answer<LockIn>,
    /// In how many environments it runs.
    pub environments: Answer<u32>,
    /// Whether a GitOps tool applies what lies in a repository.
    pub gitops: Answer<bool>,
}

/// The cluster that is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterFacts {
    /// Whether there is one that can be used.
    pub exists: Answer<bool>,
    /// How many GPUs its nodes have in all.
    pub gpus: Answer<u32>,
    /// What is installed in it.
    pub installed: Answer<Vec<ClusterPart>>,
}

/// GPUs of one replica.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GpuNeeds {
    /// How many; 0 is none.
    pub count: Answer<u32>,
    /// Which model.
    pub accelerator: Answer<&'static Accelerator>,
    /// How they have to be linked.
    pub topology: Answer<Topology>,
}

/// How many requests come, and when. Rates are requests a second.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    /// On average over the hours in which there are any.
    pub average: Answer<f64>,
    /// At the peak.
    pub peak: Answer<f64>,
    /// Hours a day in which there are requests.
    pub hours_per_day: Answer<u32>,
    /// How it changes.
    pub burstiness: Answer<Burstiness>,
    /// What one replica answers.
    pub per_replica: Answer<f64>,
}
