//! Who changes the number of replicas, and by which fields.
//!
//! Of an HPA, KServe writes a share of CPU or memory and nothing else; of KEDA, a query and its threshold. Where
//! the spec asks for more, the class is `external`: KServe then leaves the number alone, and the autoscaler is
//! the one that mlship writes on plain Kubernetes, pointed at KServe's Deployment.
//! (`reconcilers/hpa/hpa_reconciler.go`, `reconcilers/keda/keda_reconciler.go` of v0.20.0)

use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;
use mlship_kubernetes::autoscale::promql;
use mlship_kubernetes::custom::Custom;
use mlship_kubernetes::custom::keda::ScaledObjectSpec;
use mlship_spec::choices::{Autoscaler, KserveMode, MetricScope, SignalKind};
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{AutoScale, MeteredResource, QueryTarget, Scale, Signal, Workload};

use crate::objects::inference_service::{
    AutoScaling, Behavior, Component, ExternalMetric, Metric, PrometheusQuery, ResourceMetric,
    UtilizationTarget, ValueTarget, Window,
};
use crate::version;

/// The window in which the HPA looks for a higher demand before it takes replicas away, when none is written
/// (`--horizontal-pod-autoscaler-downscale-stabilization`), and the cool-down of KEDA (`cooldownPeriod`).
const DEFAULT_DOWN_SECONDS: u32 = 300;

/// Who changes the number of replicas.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scaling {
    /// Nobody: the class is `none`.
    Fixed(u32),
    /// KServe's HPA.
    Hpa(ResourceMetric, Bounds),
    /// KServe's KEDA ScaledObject.
    Keda(AutoScaling, Bounds),
    /// Our own autoscaler.
    External,
    /// Knative.
    Knative(Option<KnativeMetric>, Bounds),
}

/// The fewest and the most replicas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: u32,
    pub(crate) max: u32,
}

/// What Knative follows, and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnativeMetric {
    pub(crate) name: &'static str,
    pub(crate) target: u32,
}

/// Who changes the number of replicas of a workload. `scaled` is the same workload under the name of KServe's
/// Deployment, which its pods' names begin with.
pub(crate) fn scaling(workload: &Workload, scaled: &Workload) -> Scaling {
    let is_knative = workload.targets.kserve.mode == KserveMode::Knative;
    let is_llm = workload.targets.kserve.llm.is_some();
    match &workload.scale {
        Scale::Auto(_) if is_llm => Scaling::External,
        Scale::Fixed { replicas } if is_knative => {
            Scaling::Knative(None, Bounds { min: *replicas, max: *replicas })
        }
        Scale::Fixed { replicas } => Scaling::Fixed(*replicas),
        Scale::Auto(auto) if is_knative => {
            Scaling::Knative(knative_metric(workload, auto), Bounds { min: auto.min, max: auto.max })
        }
        Scale::Auto(auto) => standard(workload, scaled, auto),
    }
}

/// Who changes the numbers of replicas of a service's components. The class is one for all of them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scalings {
    pub(crate) predictor: Scaling,
    pub(crate) transformer: Option<Scaling>,
    pub(crate) explainer: Option<Scaling>,
}

/// Who changes the numbers of replicas of a workload's components; `scaled` as for [`scaling`].
pub(crate) fn scalings(workload: &Workload, scaled: &Workload) -> Scalings {
    let settings = &workload.targets.kserve;
    // A component's Deployment is called like its workload.
    let of = |part: &Option<Box<Workload>>| part.as_ref().map(|part| scaling(part, part));
    let mut scalings = Scalings {
        predictor: scaling(workload, scaled),
        transformer: of(&settings.transformer),
        explainer: of(&settings.explainer),
    };
    let parts = [Some(&scalings.predictor), scalings.transformer.as_ref(), scalings.explainer.as_ref()];
    let parts: Vec<&Scaling> = parts.into_iter().flatten().collect();
    // The class that does what every part needs.
    let is_any = |is: fn(&Scaling) -> bool| parts.iter().any(|part| is(part));
    let join: Option<fn(Scaling) -> Scaling> = if is_any(|part| *part == Scaling::External) {
        Some(|_| Scaling::External)
    } else if is_any(|part| matches!(part, Scaling::Keda(..))) {
        Some(Scaling::by_keda)
    } else if is_any(|part| matches!(part, Scaling::Hpa(..))) {
        Some(Scaling::by_hpa)
    } else {
        None
    };
    if let Some(join) = join {
        scalings.predictor = join(scalings.predictor);
        scalings.transformer = scalings.transformer.map(join);
        scalings.explainer = scalings.explainer.map(join);
    }
    scalings
}

/// The workload whose autoscaler stands beside KServe's objects; a fixed number is a range of one.
pub(crate) fn ranged(workload: &Workload) -> Workload {
    let mut ranged = workload.clone();
    if let Scale::Fixed { replicas } = workload.scale
        && replicas > 1
    {
        ranged.scale = Scale::Auto(AutoScale {
            min: replicas,
            max: replicas,
            signal: Signal::Resource { resource: MeteredResource::Cpu, utilization: HELD_PERCENT },
            down_window_seconds: DEFAULT_DOWN_SECONDS,
            up_window_seconds: 0,
            autoscaler: Autoscaler::Hpa,
            prometheus: None,
        });
    }
    ranged
}

/// The share of CPU that KServe follows where nothing is said; where a number is fixed it moves nothing.
const HELD_PERCENT: u32 = 80;

impl Scaling {
    /// The same by KServe's HPA.
    fn by_hpa(self) -> Self {
        match self {
            Self::Fixed(replicas) if replicas > 0 => Self::Hpa(
                resource_metric(MeteredResource::Cpu, HELD_PERCENT),
                Bounds { min: replicas, max: replicas },
            ),
            other => other,
        }
    }

    /// The same by KServe's ScaledObject.
    fn by_keda(self) -> Self {
        let by = |metric, bounds| {
            let metrics = vec![Metric::Resource { resource: metric }];
            Self::Keda(AutoScaling { metrics, behavior: None }, bounds)
        };
        match self {
            Self::Fixed(replicas) if replicas > 0 => by(
                resource_metric(MeteredResource::Cpu, HELD_PERCENT),
                Bounds { min: replicas, max: replicas },
            ),
            Self::Hpa(metric, bounds) => by(metric, bounds),
            other => other,
        }
    }

    /// The value of the annotation `serving.kserve.io/autoscalerClass`.
    pub(crate) fn class(&self) -> Option<&'static str> {
        match self {
            Self::Fixed(_) => Some("none"),
            Self::Hpa(..) => Some("hpa"),
            Self::Keda(..) => Some("keda"),
            Self::External => Some("external"),
            Self::Knative(..) => None,
        }
    }

    /// Writes the fields that this class acts on, and no other.
    pub(crate) fn write(&self, predictor: &mut Component) {
        let bounds = match self {
            // Of the two, class `none` reads the first.
            Self::Fixed(replicas) => (Some(int(*replicas)), None),
            Self::Hpa(_, bounds) | Self::Keda(_, bounds) | Self::Knative(_, bounds) => {
                (Some(int(bounds.min)), Some(int(bounds.max)))
            }
            Self::External => (None, None),
        };
        (predictor.min_replicas, predictor.max_replicas) = bounds;
        match self {
            Self::Fixed(_) | Self::External | Self::Knative(None, _) => {}
            Self::Hpa(metric, _) => {
                predictor.scale_metric = Some(metric.name);
                predictor.scale_target = Some(metric.target.average_utilization);
            }
            Self::Keda(auto_scaling, _) => predictor.auto_scaling = Some(auto_scaling.clone()),
            Self::Knative(Some(metric), _) => {
                predictor.scale_metric = Some(metric.name);
                predictor.scale_target = Some(int(metric.target));
            }
        }
    }
}

fn standard(workload: &Workload, scaled: &Workload, auto: &AutoScale) -> Scaling {
    let bounds = Bounds { min: auto.min, max: auto.max };
    let own = match auto.autoscaler {
        Autoscaler::Hpa => hpa(workload, auto).map(|metric| Scaling::Hpa(metric, bounds)),
        Autoscaler::Keda => keda(workload, scaled, auto).map(|scaling| Scaling::Keda(scaling, bounds)),
    };
    own.unwrap_or(Scaling::External)
}

/// The metric of KServe's HPA, when that does what the spec says.
fn hpa(workload: &Workload, auto: &AutoScale) -> Option<ResourceMetric> {
    let Signal::Resource { resource, utilization } = &auto.signal else { return None };
    // The webhook takes a percentage up to 100; the windows are KServe's to forget.
    let fits = *utilization <= 100 && has_default_windows(auto) && !asks_for_container_metric(workload);
    fits.then(|| resource_metric(*resource, *utilization))
}

/// KServe's ScaledObject, when that does what the spec says.
fn keda(workload: &Workload, scaled: &Workload, auto: &AutoScale) -> Option<AutoScaling> {
    // A sleeping service goes to sleep after the cool-down, which KServe does not write.
    let sleeps_in_time = auto.min > 0 || auto.down_window_seconds == DEFAULT_DOWN_SECONDS;
    let metric = match &auto.signal {
        Signal::Resource { resource, utilization } if !asks_for_container_metric(workload) => {
            Metric::Resource { resource: resource_metric(*resource, *utilization) }
        }
        Signal::PerReplica { series, reading, target, .. } => {
            query(auto, promql::total(scaled, series, *reading), target)?
        }
        Signal::Latency { buckets, target: QueryTarget::PerReplica(target), .. } => {
            query(auto, promql::latency(scaled, buckets), target)?
        }
        Signal::Query { query: text, target: QueryTarget::PerReplica(target), .. } => {
            query(auto, text.clone(), target)?
        }
        // KServe writes no metricType: KEDA then divides the value by the number of replicas, and meters pods.
        Signal::Resource { .. } | Signal::Latency { .. } | Signal::Query { .. } => return None,
    };
    let window = |seconds| Window { stabilization_window_seconds: int(seconds) };
    let has_field = version::has_autoscaling_behavior(workload.targets.kserve.version);
    let behavior = has_field.then(|| Behavior {
        scale_up: window(auto.up_window_seconds),
        scale_down: window(auto.down_window_seconds),
    });
    let keeps_windows = has_field || has_default_windows(auto);
    (sleeps_in_time && keeps_windows).then(|| AutoScaling { metrics: vec![metric], behavior })
}

fn query(auto: &AutoScale, query: String, target: &Quantity) -> Option<Metric> {
    // KServe passes the quantity on as it is, and KEDA reads a plain number.
    let value = target.is_whole().then(|| target.bytes().to_string())?;
    Some(Metric::External {
        external: ExternalMetric {
            metric: PrometheusQuery {
                backend: "prometheus",
                server_address: auto.prometheus.clone()?,
                query,
            },
            target: ValueTarget { kind: "Value", value },
        },
    })
}

/// Concurrency and requests a second, which Knative counts itself.
fn knative_metric(workload: &Workload, auto: &AutoScale) -> Option<KnativeMetric> {
    let name = match workload.targets.kserve.signal? {
        SignalKind::Concurrency => "concurrency",
        SignalKind::Rps => "rps",
        SignalKind::Cpu
        | SignalKind::Memory
        | SignalKind::Gpu
        | SignalKind::QueueDepth
        | SignalKind::Latency
        | SignalKind::Query => return None,
    };
    let Signal::PerReplica { target, .. } = &auto.signal else { return None };
    let target = u32::try_from(target.bytes()).ok().filter(|_| target.is_whole())?;
    Some(KnativeMetric { name, target })
}

fn has_default_windows(auto: &AutoScale) -> bool {
    auto.up_window_seconds == 0 && auto.down_window_seconds == DEFAULT_DOWN_SECONDS
}

fn asks_for_container_metric(workload: &Workload) -> bool {
    workload.targets.kubernetes.metric_scope == MetricScope::Container
        && workload.provenance.is_written("targets.kubernetes.metricScope")
}

fn resource_metric(resource: MeteredResource, utilization: u32) -> ResourceMetric {
    let name = match resource {
        MeteredResource::Cpu => "cpu",
        MeteredResource::Memory => "memory",
    };
    ResourceMetric {
        name,
        target: UtilizationTarget { kind: "Utilization", average_utilization: int(utilization) },
    }
}

/// A count, which Kubernetes holds in 31 bits; what the spec accepts is never larger.
pub(crate) fn int(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Meters the container that answers requests, by the name that KServe knows it by.
pub(crate) fn meter(autoscaler: &mut HorizontalPodAutoscaler, container: &str) {
    let metrics = autoscaler.spec.metrics.iter_mut().flatten();
    for source in metrics.filter_map(|metric| metric.container_resource.as_mut()) {
        container.clone_into(&mut source.container);
    }
}

/// [`meter`], for KEDA.
pub(crate) fn meter_object(object: &mut Custom<ScaledObjectSpec>, container: &str) {
    for trigger in &mut object.spec.triggers {
        if let Some(name) = trigger.metadata.get_mut("containerName") {
            container.clone_into(name);
        }
    }
}
