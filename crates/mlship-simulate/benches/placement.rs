//! How long the scheduler's verdict on whole clusters takes.

use criterion::{Criterion, criterion_group, criterion_main};
use mlship_simulate::placement::manifest::Reader;
use mlship_simulate::placement::objects::World;
use mlship_simulate::placement::report::{Wording, place};
use std::fmt::Write as _;
use std::hint::black_box;

fn nodes(count: usize) -> String {
    let mut text = String::from(r#"{"kind":"List","items":["#);
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        let _ = write!(
            text,
            r#"{comma}{{"kind":"Node","metadata":{{"name":"n{number}","labels":{{"kubernetes.io/hostname":"n{number}",
            "topology.kubernetes.io/zone":"z{}"}}}},"status":{{"allocatable":{{"cpu":"32","memory":"256Gi",
            "pods":"110","nvidia.com/gpu":"4"}}}}}}"#,
            number % 3
        );
    }
    text + "]}"
}

/// Deployments of `size` pods each; `rest` goes on in the pods' spec, with APP for their name.
fn deployments(count: usize, size: usize, rest: &str) -> String {
    let mut text = String::from(r#"{"kind":"List","items":["#);
    for number in 0..count {
        let comma = if number == 0 { "" } else { "," };
        let rest = rest.replace("APP", &format!("a{number}"));
        let _ = write!(
            text,
            r#"{comma}{{"kind":"Deployment","metadata":{{"name":"a{number}"}},"spec":{{"replicas":{size},
            "selector":{{"matchLabels":{{"app":"a{number}"}}}},"template":{{"metadata":{{"labels":{{"app":"a{number}"}}}},
            "spec":{{"containers":[{{"name":"c","image":"x","resources":{{"requests":{{"cpu":"900m","memory":"1500Mi"}}}}}}]{rest}}}}}}}}}"#
        );
    }
    text + "]}"
}

const APART: &str = r#","affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[
    {"topologyKey":"kubernetes.io/hostname","labelSelector":{"matchLabels":{"app":"APP"}}}]}},
    "topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"topology.kubernetes.io/zone",
    "whenUnsatisfiable":"DoNotSchedule","labelSelector":{"matchLabels":{"app":"APP"}}}]"#;

fn world(nodes: &str, workloads: &str) -> World {
    let mut reader = Reader::default();
    reader.nodes("nodes", nodes);
    reader.manifests("workloads", workloads);
    reader.finish().expect("the text above is in order")
}

/// The same with pods that no controller selects: the default spread is not scored.
fn bare(mut world: World) -> World {
    for pod in &mut world.pending {
        let mut template = (*pod.template).clone();
        template.default_spread = None;
        pod.template = std::sync::Arc::new(template);
    }
    world
}

fn placement(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("placement");
    group.sample_size(10);
    let plain = bare(world(&nodes(1_000), &deployments(1, 3_000, "")));
    group.bench_function("1000 nodes, 3000 plain pods", |b| {
        b.iter(|| place(black_box(&plain), Wording::Current));
    });
    let owned = world(&nodes(1_000), &deployments(1, 3_000, ""));
    group.bench_function("1000 nodes, 3000 pods of a Deployment", |b| {
        b.iter(|| place(black_box(&owned), Wording::Current));
    });
    let apart = bare(world(&nodes(1_000), &deployments(150, 20, APART)));
    group.bench_function("1000 nodes, 3000 pods apart", |b| {
        b.iter(|| place(black_box(&apart), Wording::Current));
    });
    let large = world(&nodes(10_000), &deployments(5_000, 20, APART));
    group.bench_function("10000 nodes, 100000 pods apart", |b| {
        b.iter(|| place(black_box(&large), Wording::Current));
    });
    group.finish();
}

criterion_group!(benches, placement);
criterion_main!(benches);
