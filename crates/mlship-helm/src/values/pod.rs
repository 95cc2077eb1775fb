//! What concerns the pods: probes, resources, volumes, identity, tolerations.

use k8s_openapi::api::core::v1::{LocalObjectReference, ResourceRequirements, Toleration};
use mlship_kubernetes::{identity, labels as names, placement, volumes};
use mlship_spec::values::numbers::Port;
use mlship_spec::workload::{self, Check, Workload};

use super::of::own_annotations;
use super::{Config, Persistence, Probe, Probes, ServiceAccount, Strings, Values};

/// Seconds that the chart adds to the drain and the longest request.
const EXIT_SECONDS: u32 = 5;

pub(super) fn pull_secrets(workload: &Workload) -> Vec<LocalObjectReference> {
    let names = workload.server.pull_secrets.iter();
    names.map(|name| LocalObjectReference { name: name.to_string() }).collect()
}

/// What the server asks for, without its GPUs.
pub(super) fn resources(workload: &Workload) -> ResourceRequirements {
    let amounts = &workload.resources;
    mlship_kubernetes::resources::requirements([
        ("cpu", &amounts.cpu),
        ("ephemeral-storage", &amounts.ephemeral_storage),
        ("memory", &amounts.memory),
    ])
}

/// The three probes, each where it differs from what the chart works out.
pub(super) fn probes(workload: &Workload) -> Probes {
    let workload::Probes { startup, liveness, readiness } = &workload.probes;
    let mut values = Probes {
        startup: probe(workload, startup),
        liveness: probe(workload, liveness),
        readiness: probe(workload, readiness),
    };
    if startup.check == readiness.check {
        let asks_the_same = Probe { check: "", path: String::new(), port: 0, ..values.startup };
        values.startup = asks_the_same;
    }
    if startup.failure_threshold == startup_threshold(workload.model.load_seconds, startup.period_seconds) {
        values.startup.failure_threshold = 0;
    }
    values
}

/// The chart's `model-server.startupThreshold`.
fn startup_threshold(load_seconds: u32, period_seconds: u32) -> u32 {
    load_seconds.saturating_mul(3).max(60).div_ceil(period_seconds)
}

fn probe(workload: &Workload, probe: &workload::Probe) -> Probe {
    let number = |port: Port| if port == workload.server.port { 0 } else { port.get() };
    let (check, path, port) = match &probe.check {
        Check::Http { path, port } => ("http", path.to_string(), number(*port)),
        Check::Grpc { port } => ("grpc", String::new(), number(*port)),
        Check::Tcp { port } => ("tcp", String::new(), number(*port)),
    };
    Probe {
        check,
        path,
        port,
        period_seconds: probe.period_seconds,
        timeout_seconds: probe.timeout_seconds,
        failure_threshold: probe.failure_threshold,
    }
}

/// The grace period, or 0 where the chart works it out alike.
pub(super) fn grace_period(workload: &Workload) -> u32 {
    let shutdown = &workload.shutdown;
    let worked_out = shutdown.drain_seconds + workload.server.request_seconds + EXIT_SECONDS;
    if shutdown.grace_seconds == worked_out { 0 } else { shutdown.grace_seconds }
}

pub(super) fn config(workload: &Workload) -> Config {
    let Some(config) = &workload.config else { return Values::default().config };
    Config {
        mount_path: config.mount_path.to_string(),
        files: config.files.iter().map(|(name, content)| (name.to_string(), content.clone())).collect(),
    }
}

pub(super) fn persistence(workload: &Workload) -> Persistence {
    let default = Values::default().persistence;
    let Some(state) = &workload.state else { return default };
    Persistence {
        enabled: true,
        size: state.size.to_string(),
        storage_class: state.storage_class.as_ref().map(ToString::to_string).unwrap_or_default(),
        mount_path: state.mount_path.to_string(),
        ..default
    }
}

pub(super) fn service_account(workload: &Workload) -> ServiceAccount {
    match identity::service_account(workload) {
        Some(account) => ServiceAccount {
            annotations: own_annotations(account.metadata.annotations.as_ref(), workload),
            ..Values::default().service_account
        },
        None => ServiceAccount {
            create: false,
            name: identity::account_name(workload),
            annotations: Strings::new(),
        },
    }
}

/// Labels of the pods that nothing else carries.
pub(super) fn labels(workload: &Workload) -> Strings {
    let common = names::controller_metadata(workload).labels.unwrap_or_default();
    let of_pods = names::pod_metadata(workload).labels.unwrap_or_default();
    of_pods.into_iter().filter(|(key, value)| common.get(key) != Some(value)).collect()
}

pub(super) fn writable_paths(workload: &Workload) -> Vec<String> {
    let has_memory = workload.resources.shared_memory.is_some();
    let paths = workload.security.writable.iter().map(ToString::to_string);
    paths.filter(|path| !(has_memory && path == volumes::SHARED_MEMORY_PATH)).collect()
}

/// Tolerations beside that of the device, which the chart adds itself.
pub(super) fn tolerations(workload: &Workload) -> Vec<Toleration> {
    let of_device = usize::from(workload.resources.gpu.is_some());
    placement::tolerations(workload).into_iter().skip(of_device).collect()
}
