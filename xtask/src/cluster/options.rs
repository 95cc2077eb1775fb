//! What a control plane is made of.

use crate::tools::Tool;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A program of a control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Component {
    /// The store behind the API server; always runs.
    Etcd,
    /// The API server; always runs.
    KubeApiserver,
    /// Kubernetes' controllers. Without them no pod comes of a Deployment, and namespaces get no service account.
    KubeControllerManager,
    /// The scheduler. Without it pods stay Pending without a reason.
    KubeScheduler,
    /// Fake kubelets for all nodes. Without them bound pods stay Pending.
    Kwok,
}

impl Component {
    /// The program's name, as in its log file's.
    pub fn name(self) -> &'static str {
        match self {
            Component::Etcd => "etcd",
            Component::KubeApiserver => "kube-apiserver",
            Component::KubeControllerManager => "kube-controller-manager",
            Component::KubeScheduler => "kube-scheduler",
            Component::Kwok => "kwok",
        }
    }

    /// The tool that is started.
    pub fn tool(self) -> Tool {
        match self {
            Component::Etcd => Tool::Etcd,
            Component::KubeApiserver => Tool::KubeApiserver,
            Component::KubeControllerManager => Tool::KubeControllerManager,
            Component::KubeScheduler => Tool::KubeScheduler,
            Component::Kwok => Tool::Kwok,
        }
    }
}

/// Which control plane to start. The default is etcd and the API server alone.
#[derive(Clone, Debug, Default)]
pub struct ClusterOptions {
    /// What runs besides etcd and the API server, which always run.
    pub components: BTreeSet<Component>,
    /// More flags for a component, after those it is given anyway.
    pub flags: BTreeMap<Component, Vec<String>>,
    /// How long a pod on a fake node runs before it is ready: a model that takes long to load. A pod's annotation
    /// [`READY_AFTER`] says otherwise for that pod.
    pub pod_ready_after: Duration,
}

/// The annotation of a pod that says how long it runs before it is ready, as `90s`; needs [`Component::Kwok`].
pub const READY_AFTER: &str = "xtask.mlship.dev/ready-after";

impl ClusterOptions {
    /// Everything: Deployments become pods, pods are scheduled, run and become ready.
    pub fn full() -> ClusterOptions {
        let components = [Component::KubeControllerManager, Component::KubeScheduler, Component::Kwok];
        ClusterOptions { components: components.into(), ..ClusterOptions::default() }
    }

    /// The API server and the scheduler: nodes and pods that are created as such are enough to learn what the
    /// scheduler says. Nothing needs a service account and new nodes are not tainted.
    pub fn scheduling() -> ClusterOptions {
        ClusterOptions { components: [Component::KubeScheduler].into(), ..ClusterOptions::default() }
    }

    /// The same with one more flag for `component`, as `--horizontal-pod-autoscaler-sync-period=1s`.
    #[must_use]
    pub fn flag(mut self, component: Component, flag: impl Into<String>) -> ClusterOptions {
        self.flags.entry(component).or_default().push(flag.into());
        self
    }

    /// The same with pods that become ready only after `delay`.
    #[must_use]
    pub fn pod_ready_after(mut self, delay: Duration) -> ClusterOptions {
        self.pod_ready_after = delay;
        self
    }

    /// Whether `component` is to run.
    pub fn runs(&self, component: Component) -> bool {
        matches!(component, Component::Etcd | Component::KubeApiserver)
            || self.components.contains(&component)
    }
}
