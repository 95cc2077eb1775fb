//! Reads controllers and makes the pods that they would.

use crate::placement::manifest::labels::selector;
use crate::placement::manifest::place::{At, Problems};
use crate::placement::manifest::pods::{Context, template};
use crate::placement::manifest::policies::share;
use crate::placement::manifest::scalers::Scalers;
use crate::placement::objects::{Pod, Rollout, Share, Workload, World};
use std::sync::Arc;

/// The kinds that pods are made of.
pub(super) const KINDS: [&str; 4] = ["Deployment", "ReplicaSet", "StatefulSet", "Job"];

/// How many pods one workload may ask for: more than any cluster holds.
const MOST_REPLICAS: i64 = 1_000_000;

/// Takes in a controller and makes its pods.
pub(super) fn take(
    kind: &str,
    at: &At<'_, '_>,
    scalers: &Scalers,
    world: &mut World,
    problems: &mut Problems<'_>,
) {
    let metadata = at.field("metadata");
    let spec = at.field("spec");
    let name = metadata.field("name").text(problems).unwrap_or_default().to_owned();
    let namespace = world.symbols.intern(metadata.field("namespace").text(problems).unwrap_or("default"));
    let controller = match kind {
        "Job" => None,
        _ => Some(selector(&spec.field("selector"), &mut world.symbols, problems)),
    };
    let mut more_labels = Vec::new();
    if kind == "Deployment" {
        // The controller marks the pods of one version with a hash; any text will do that no other version has.
        let hash = format!("simulated-{}", world.workloads.len());
        more_labels.push((world.symbols.intern("pod-template-hash"), world.symbols.intern(&hash)));
    }
    let (classes, runtimes) = (world.priority_classes.clone(), world.runtime_classes.clone());
    let mut context = Context {
        symbols: &mut world.symbols,
        classes: &classes,
        runtimes: &runtimes,
        namespace,
        more_labels,
        controller,
    };
    let Some(template) = template(&spec.field("template"), &mut context, problems) else { return };
    let field = if kind == "Job" { "parallelism" } else { "replicas" };
    let wanted_at = spec.field(field);
    let least = scalers.least(kind, &name, metadata.field("namespace").text(problems));
    let mut wanted = match (wanted_at.integer(problems), least) {
        // An autoscaler leaves what was set to zero alone, and raises all else to its minimum.
        (Some(0), _) => 0,
        (written, least) => written.unwrap_or(1).max(least.unwrap_or(1)),
    };
    if kind == "Job" {
        wanted = wanted.min(spec.field("completions").integer(problems).unwrap_or(wanted));
    }
    let Some(replicas) = usize::try_from(wanted).ok().filter(|_| wanted <= MOST_REPLICAS) else {
        let message = format!("`{wanted}` is no number of pods");
        problems.push(wanted_at.path(), message, format!("write a number from 0 to {MOST_REPLICAS}"));
        return;
    };
    let rollout = rollout(kind, &spec, replicas, problems);
    let workload =
        Workload { kind: kind.to_owned(), name, namespace, template: Arc::new(template), replicas, rollout };
    add(workload, world);
}

/// Adds a workload and its pods, in the order of their numbers.
pub(crate) fn add(workload: Workload, world: &mut World) {
    let index = world.workloads.len();
    for number in 0..workload.replicas {
        world.pending.push(Pod {
            name: format!("{}-{number}", workload.name),
            template: Arc::clone(&workload.template),
            node: None,
            nominated: None,
            terminating: false,
            ends_at_once: false,
            daemon: false,
            started: String::new(),
            workload: Some(index),
        });
    }
    world.workloads.push(workload);
}

fn rollout(kind: &str, spec: &At<'_, '_>, replicas: usize, problems: &mut Problems<'_>) -> Rollout {
    match kind {
        "StatefulSet" => Rollout::Ordered,
        "Deployment" => {
            let strategy = spec.field("strategy");
            if strategy.field("type").text(problems) == Some("Recreate") {
                return Rollout::Recreate;
            }
            let rolling = strategy.field("rollingUpdate");
            let surge = share(&rolling.field("maxSurge"), problems).unwrap_or(Share::Percent(25));
            let unavailable = share(&rolling.field("maxUnavailable"), problems).unwrap_or(Share::Percent(25));
            resolve(surge, unavailable, replicas)
        }
        _ => Rollout::None,
    }
}

/// Shares as numbers: surge is rounded up, unavailability down, and one of the two is at least 1.
/// <https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/controller/deployment/util/deployment_util.go>
fn resolve(surge: Share, unavailable: Share, replicas: usize) -> Rollout {
    let percent = |percent: i64| usize::try_from(percent).unwrap_or(0).saturating_mul(replicas);
    let surge = match surge {
        Share::Count(count) => usize::try_from(count).unwrap_or(0),
        Share::Percent(share) => percent(share).div_ceil(100),
    };
    let unavailable = match unavailable {
        Share::Count(count) => usize::try_from(count).unwrap_or(0),
        Share::Percent(share) => percent(share) / 100,
    };
    let unavailable = if surge == 0 && unavailable == 0 { 1 } else { unavailable };
    Rollout::Rolling { surge, unavailable }
}
