//! Kubernetes' own HorizontalPodAutoscaler.

use k8s_openapi::api::autoscaling::v2::{
    ContainerResourceMetricSource, CrossVersionObjectReference, ExternalMetricSource,
    HorizontalPodAutoscaler, HorizontalPodAutoscalerSpec, MetricIdentifier, MetricSpec, MetricTarget,
    PodsMetricSource, ResourceMetricSource,
};
use mlship_spec::choices::{Autoscaler, MetricScope};
use mlship_spec::values::quantity::Quantity;
use mlship_spec::workload::{MeteredResource, QueryTarget, Signal, Workload};

use crate::autoscale::{self, behavior};
use crate::container;
use crate::controller::{self, ControllerRef};
use crate::{convert, labels};

/// The HorizontalPodAutoscaler of a service that is scaled by one.
pub fn autoscaler(workload: &Workload) -> Option<HorizontalPodAutoscaler> {
    let auto = autoscale::by(workload, Autoscaler::Hpa)?;
    let ControllerRef { api_version, kind } = controller::controller(workload);
    Some(HorizontalPodAutoscaler {
        metadata: labels::metadata(workload),
        spec: HorizontalPodAutoscalerSpec {
            scale_target_ref: CrossVersionObjectReference {
                api_version: Some(api_version.to_owned()),
                kind: kind.to_owned(),
                name: workload.name.to_string(),
            },
            min_replicas: Some(convert::int(auto.min)),
            max_replicas: convert::int(auto.max),
            metrics: Some(vec![metric(workload, &auto.signal)]),
            behavior: Some(behavior(auto)),
        },
        ..Default::default()
    })
}

/// The name of a metered resource.
pub fn resource_name(resource: MeteredResource) -> &'static str {
    match resource {
        MeteredResource::Cpu => "cpu",
        MeteredResource::Memory => "memory",
    }
}

fn metric(workload: &Workload, signal: &Signal) -> MetricSpec {
    let identifier = |name: &str| MetricIdentifier { name: name.to_owned(), ..Default::default() };
    match signal {
        Signal::Resource { resource, utilization } => resource_metric(workload, *resource, *utilization),
        Signal::PerReplica { metric, target, .. } => MetricSpec {
            type_: "Pods".to_owned(),
            pods: Some(PodsMetricSource { metric: identifier(metric), target: average(target) }),
            ..Default::default()
        },
        Signal::Latency { metric, target, .. } | Signal::Query { metric, target, .. } => MetricSpec {
            type_: "External".to_owned(),
            external: Some(ExternalMetricSource {
                metric: identifier(metric),
                target: match target {
                    QueryTarget::PerReplica(value) => average(value),
                    QueryTarget::Total(value) => total(value),
                },
            }),
            ..Default::default()
        },
    }
}

fn resource_metric(workload: &Workload, resource: MeteredResource, utilization: u32) -> MetricSpec {
    let name = resource_name(resource).to_owned();
    let target = MetricTarget {
        type_: "Utilization".to_owned(),
        average_utilization: Some(convert::int(utilization)),
        ..Default::default()
    };
    match workload.targets.kubernetes.metric_scope {
        MetricScope::Container => MetricSpec {
            type_: "ContainerResource".to_owned(),
            container_resource: Some(ContainerResourceMetricSource {
                name,
                container: container::SERVER.to_owned(),
                target,
            }),
            ..Default::default()
        },
        MetricScope::Pod => MetricSpec {
            type_: "Resource".to_owned(),
            resource: Some(ResourceMetricSource { name, target }),
            ..Default::default()
        },
    }
}

fn average(value: &Quantity) -> MetricTarget {
    MetricTarget {
        type_: "AverageValue".to_owned(),
        average_value: Some(convert::quantity(value)),
        ..Default::default()
    }
}

fn total(value: &Quantity) -> MetricTarget {
    MetricTarget { type_: "Value".to_owned(), value: Some(convert::quantity(value)), ..Default::default() }
}
