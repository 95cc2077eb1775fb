//! The values that make the chart render a workload: what does not concern one part alone.

use mlship_kubernetes::{availability, container, labels, ports};
use mlship_spec::choices::{Choice as _, PullPolicy};
use mlship_spec::workload::{DisruptionBudget, Workload};

use super::{
    Amount, Gpu, Image, PodDisruptionBudget, Strings, TopologySpread, Values, delivery, pod, scaling, traffic,
};

/// Labels that the chart writes itself, whatever its user wrote.
const OWN: [&str; 3] = [labels::NAME, labels::INSTANCE, labels::MANAGED_BY];

/// The values of a workload: laid over the chart's defaults they give the objects of
/// [`mlship_kubernetes::objects()`], in a release that is named like the workload.
pub fn of(workload: &Workload) -> Values {
    let server = &workload.server;
    let serving = ports::serving_name(workload);
    let extra = ports::ports(workload).into_iter().filter(|port| port.role == ports::Role::Extra);
    Values {
        common_labels: common_labels(workload),
        common_annotations: common_annotations(workload),
        image: image(workload),
        image_pull_secrets: pod::pull_secrets(workload),
        command: server.command.clone(),
        args: server.args.clone(),
        env: container::env(&server.env),
        port: server.port.get(),
        protocol: serving,
        extra_ports: extra.map(|port| (port.name, port.port.get())).collect(),
        request_timeout_seconds: server.request_seconds,
        load_seconds: workload.model.load_seconds,
        model: delivery::model(workload),
        gpu: gpu(workload),
        resources: pod::resources(workload),
        shared_memory: workload.resources.shared_memory.as_ref().map(ToString::to_string).unwrap_or_default(),
        probes: pod::probes(workload),
        drain_seconds: workload.shutdown.drain_seconds,
        termination_grace_period_seconds: pod::grace_period(workload),
        replica_count: scaling::replica_count(workload),
        autoscaling: scaling::autoscaling(workload),
        rollout: scaling::rollout(workload),
        pod_disruption_budget: disruption_budget(workload),
        topology_spread: spread(workload),
        ingress: traffic::ingress(workload),
        route: traffic::route(workload),
        network_policy: traffic::network_policy(workload),
        metrics: traffic::metrics(workload),
        config: pod::config(workload),
        persistence: pod::persistence(workload),
        service_account: pod::service_account(workload),
        pod_labels: pod::labels(workload),
        pod_security_context: mlship_kubernetes::security::pod(workload),
        security_context: mlship_kubernetes::security::server(workload),
        writable_paths: pod::writable_paths(workload),
        node_selector: mlship_kubernetes::placement::node_selector(workload).unwrap_or_default(),
        tolerations: pod::tolerations(workload),
        affinity: mlship_kubernetes::placement::affinity(workload).unwrap_or_default(),
        priority_class_name: workload
            .placement
            .priority_class
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        runtime_class_name: workload
            .placement
            .runtime_class
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        ..Values::default()
    }
}

/// The annotations of every object.
pub(super) fn common_annotations(workload: &Workload) -> Strings {
    workload.annotations.iter().map(|(key, value)| (key.to_string(), value.clone())).collect()
}

/// The annotations of an object beside those of every object.
pub(super) fn own_annotations(annotations: Option<&Strings>, workload: &Workload) -> Strings {
    let common = common_annotations(workload);
    let own = annotations.into_iter().flatten().filter(|(key, value)| common.get(*key) != Some(value));
    own.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn common_labels(workload: &Workload) -> Strings {
    let written = workload.labels.iter().map(|(key, value)| (key.to_string(), value.to_string()));
    written.filter(|(key, _)| !OWN.contains(&key.as_str())).collect()
}

fn image(workload: &Workload) -> Image {
    let server = &workload.server;
    let image = &server.image;
    Image {
        repository: image.name().to_owned(),
        tag: image.tag().unwrap_or_default().to_owned(),
        digest: image.digest().unwrap_or_default().to_owned(),
        pull_policy: policy_unless(default_policy(image.digest()), server.pull_policy),
    }
}

/// The chart's own rule: a digest never changes, a tag may.
pub(super) fn default_policy(digest: Option<&str>) -> PullPolicy {
    if digest.is_some() { PullPolicy::IfNotPresent } else { PullPolicy::Always }
}

/// A policy, unless it is the default anyway.
pub(super) fn policy_unless(default: PullPolicy, policy: PullPolicy) -> String {
    if policy == default { String::new() } else { policy.as_str().to_owned() }
}

fn gpu(workload: &Workload) -> Gpu {
    match &workload.resources.gpu {
        Some(gpu) => Gpu { count: gpu.count, resource: gpu.resource.to_string() },
        None => Values::default().gpu,
    }
}

fn disruption_budget(workload: &Workload) -> PodDisruptionBudget {
    let default = Values::default().pod_disruption_budget;
    match workload.availability.budget {
        DisruptionBudget::MaxUnavailable(amount) => {
            PodDisruptionBudget { max_unavailable: Amount::from(amount), ..default }
        }
        DisruptionBudget::MinAvailable(amount) => {
            PodDisruptionBudget { min_available: Amount::from(amount), ..default }
        }
    }
}

fn spread(workload: &Workload) -> Vec<TopologySpread> {
    let constraints = availability::spread(workload).into_iter();
    constraints
        .map(|constraint| TopologySpread {
            topology_key: constraint.topology_key,
            when_unsatisfiable: constraint.when_unsatisfiable,
        })
        .collect()
}
