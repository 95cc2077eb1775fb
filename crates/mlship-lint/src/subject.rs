//! What rules judge.

use std::collections::{BTreeMap, BTreeSet};

use mlship_kubernetes::Objects;
use mlship_spec::source::Span;
use mlship_spec::workload::Workload;

/// One service, with what is known of where it will run.
///
/// Rules read the workload and the objects and point at places by the path of a field, never at text. Whatever can be
/// read as a workload whose provenance leads to its own text can be judged, manifests of others too.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The service.
    pub workload: &'a Workload,
    /// What `mlship-kubernetes` makes of it.
    pub objects: &'a Objects,
    /// The target's name.
    pub target: &'a str,
    /// The environment that was laid over the spec.
    pub environment: Option<&'a str>,
    /// What is known of the cluster's nodes.
    pub cluster: Option<&'a Cluster>,
}

/// What kind of platform runs the pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Nodes of one's own, which several services share.
    Nodes,
    /// Kubernetes that brings a node for each pod.
    Serverless,
    /// An endpoint of a cloud, which has machines of its own and no objects of Kubernetes.
    Endpoint,
}

/// Nodes of one's own.
pub const NODES: &[Platform] = &[Platform::Nodes];

/// Platforms that run the objects of Kubernetes.
pub const KUBERNETES: &[Platform] = &[Platform::Nodes, Platform::Serverless];

/// Every platform.
pub const EVERYWHERE: &[Platform] = &[Platform::Nodes, Platform::Serverless, Platform::Endpoint];

/// What the nodes of a cluster offer, as far as rules ask for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// The extended resources that any node offers, such as `nvidia.com/gpu`.
    pub resources: BTreeSet<String>,
    /// The models of accelerators that nodes are labelled with, by the resource that those nodes offer.
    pub accelerators: BTreeMap<String, BTreeSet<String>>,
}

impl Platform {
    /// The platform of a target, by its name.
    pub fn of(target: &str) -> Self {
        match target {
            "gke-autopilot" | "eks-fargate" | "aks-virtual-nodes" => Self::Serverless,
            "sagemaker" | "azureml" | "vertex" => Self::Endpoint,
            _ => Self::Nodes,
        }
    }
}

impl Subject<'_> {
    /// What kind of platform the target is.
    pub fn platform(&self) -> Platform {
        Platform::of(self.target)
    }

    /// The place of a field, the nearest written one above it, or at last the service's name.
    pub fn span(&self, field: &str) -> Option<Span> {
        self.workload.span(field).or_else(|| self.workload.span("name"))
    }
}
