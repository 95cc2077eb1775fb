//! Kubernetes' HorizontalPodAutoscaler, as its controller of 1.37 computes it.
//!
//! Rules from runs of kube-controller-manager 1.37.2 and its source:
//! <https://github.com/kubernetes/kubernetes/tree/v1.37.2/pkg/controller/podautoscaler>.
//!
//! The parts: [`proposal`] turns one metric into a number of pods, [`limits`] tames that number over time,
//! [`controller`] is one sync from reading the scale to writing it.

pub mod controller;
pub mod limits;
pub mod proposal;

use crate::autoscaling::time::Time;

/// An autoscaler's spec, with the defaults of the API server filled in.
#[derive(Clone, Debug, PartialEq)]
pub struct Hpa {
    /// The fewest pods; 1 where the manifest says nothing.
    pub min: i32,
    /// The most pods.
    pub max: i32,
    /// What is followed; the largest proposal wins.
    pub metrics: Vec<Metric>,
    /// How fast it moves; without it the older rules hold ([`limits`]).
    pub behavior: Option<Behavior>,
}

/// One metric with its target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Where it is read.
    pub source: Source,
    /// What it is held to.
    pub target: Target,
}

/// Where a metric is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// What the pods use of a resource, all their containers together.
    Resource {
        /// `cpu` or `memory`.
        name: String,
    },
    /// What one container of each pod uses of a resource.
    ContainerResource {
        /// `cpu` or `memory`.
        name: String,
        /// The container.
        container: String,
    },
    /// A number that each pod reports.
    Pods {
        /// The metric's name.
        metric: String,
    },
    /// A number of one object, such as a Service.
    Object {
        /// The metric's name.
        metric: String,
        /// The object's kind, which event texts name.
        kind: String,
        /// Its label selector, as for [`Source::External`].
        selector: String,
    },
    /// A number from outside the cluster.
    External {
        /// The metric's name.
        metric: String,
        /// Its label selector as the controller prints it in event texts: `nil`, or `&LabelSelector{…}`.
        selector: String,
    },
}

impl Source {
    /// The metric's or resource's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Resource { name } | Self::ContainerResource { name, .. } => name,
            Self::Pods { metric } | Self::Object { metric, .. } | Self::External { metric, .. } => metric,
        }
    }

    /// The reason that the condition `ScalingActive` gives when this metric can't be read.
    pub fn failure_reason(&self) -> &'static str {
        match self {
            Self::Resource { .. } => "FailedGetResourceMetric",
            Self::ContainerResource { .. } => "FailedGetContainerResourceMetric",
            Self::Pods { .. } => "FailedGetPodsMetric",
            Self::Object { .. } => "FailedGetObjectMetric",
            Self::External { .. } => "FailedGetExternalMetric",
        }
    }

    /// Whether each pod has a value of its own.
    pub fn is_per_pod(&self) -> bool {
        match self {
            Self::Resource { .. } | Self::ContainerResource { .. } | Self::Pods { .. } => true,
            Self::Object { .. } | Self::External { .. } => false,
        }
    }
}

/// What a metric is held to. Values in thousandths, as the controller counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Percent of what the pods request.
    Utilization(i32),
    /// The average over the pods.
    AverageValue(i64),
    /// The value itself.
    Value(i64),
}

/// How fast it moves.
#[derive(Clone, Debug, PartialEq)]
pub struct Behavior {
    /// Towards more pods.
    pub up: Rules,
    /// Towards fewer pods.
    pub down: Rules,
}

/// How fast it moves in one direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// How long a need must hold. `None`, for the way down only: the controller's own window.
    pub window: Option<Time>,
    /// Which policy counts.
    pub select: Select,
    /// How much it may change in how long.
    pub policies: Vec<Policy>,
    /// How far the metric may stray from its target; `None` takes the controller's own.
    pub tolerance: Option<f64>,
}

impl Rules {
    /// What the API server fills in for the way up:
    /// <https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#default-behavior>.
    pub fn default_up() -> Self {
        Self {
            window: Some(Time::ZERO),
            select: Select::Max,
            policies: Self::default_up_policies(),
            tolerance: None,
        }
    }

    /// What the API server fills in for the way down.
    pub fn default_down() -> Self {
        Self { window: None, select: Select::Max, policies: Self::default_down_policies(), tolerance: None }
    }

    /// Four pods or as many again, each 15 s.
    pub fn default_up_policies() -> Vec<Policy> {
        let period = Time::from_seconds(15);
        vec![Policy { change: Change::Pods(4), period }, Policy { change: Change::Percent(100), period }]
    }

    /// All of them at once.
    pub fn default_down_policies() -> Vec<Policy> {
        vec![Policy { change: Change::Percent(100), period: Time::from_seconds(15) }]
    }

    /// The longest period of a policy.
    pub(crate) fn longest_period(&self) -> Time {
        self.policies.iter().map(|policy| policy.period).max().unwrap_or(Time::ZERO)
    }
}

/// Which of several policies counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Select {
    /// The one that allows the largest change.
    Max,
    /// The one that allows the smallest change.
    Min,
    /// None: never in this direction.
    Disabled,
}

/// How much may change in how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How much.
    pub change: Change,
    /// In how long.
    pub period: Time,
}

/// How much may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// So many pods.
    Pods(i32),
    /// So many percent of the pods that there were at the period's start.
    Percent(i32),
}

/// The controller's own settings: flags of kube-controller-manager.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// `--horizontal-pod-autoscaler-sync-period`.
    pub sync_period: Time,
    /// `--horizontal-pod-autoscaler-tolerance`.
    pub tolerance: f64,
    /// `--horizontal-pod-autoscaler-cpu-initialization-period`.
    pub cpu_initialization: Time,
    /// `--horizontal-pod-autoscaler-initial-readiness-delay`.
    pub readiness_delay: Time,
    /// `--horizontal-pod-autoscaler-downscale-stabilization`.
    pub downscale_window: Time,
}

impl Default for Settings {
    /// The flags' defaults at 1.37:
    /// <https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/>.
    fn default() -> Self {
        Self {
            sync_period: Time::from_seconds(15),
            tolerance: 0.1,
            cpu_initialization: Time::from_seconds(300),
            readiness_delay: Time::from_seconds(30),
            downscale_window: Time::from_seconds(300),
        }
    }
}

/// A pod as the controller sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pod {
    /// How far it is.
    pub phase: Phase,
    /// Whether it has been told to end.
    pub deleting: bool,
    /// When the node took it; `None` before.
    pub started: Option<Time>,
    /// Whether it is Ready, and since when that has been so; `None` before anybody said.
    pub ready: Option<Readiness>,
}

impl Pod {
    /// Whether it takes requests.
    pub fn is_ready(&self) -> bool {
        self.phase == Phase::Running && self.ready.is_some_and(|ready| ready.status)
    }
}

/// How far a pod is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Not placed, or its images are not there.
    Pending,
    /// Its containers run; whether it is Ready is another question.
    Running,
    /// Ended with an error.
    Failed,
}

/// The condition `Ready` of a pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Whether it is Ready.
    pub status: bool,
    /// Since when that has been so.
    pub since: Time,
}

/// What one metric says at one sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It can't be read: not served, or an empty answer.
    Absent,
    /// A value for each pod, in their order; `None` where a pod has no sample.
    PerPod {
        /// The samples.
        samples: Vec<Option<Sample>>,
        /// What a pod requests of the resource, in thousandths; the words say what is missing.
        request: Result<i64, String>,
    },
    /// Values of the whole, in thousandths: one, or several series of an External metric.
    Whole(Vec<i64>),
}

/// A pod's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// In thousandths.
    pub value: i64,
    /// When it was taken.
    pub taken: Time,
    /// The length of time that it covers.
    pub window: Time,
}
