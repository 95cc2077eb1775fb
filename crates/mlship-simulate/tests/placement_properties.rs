//! What must hold for every cluster and workload.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

#[path = "support/generator.rs"]
mod generator;

use generator::{Case, surroundings};
use mlship_simulate::placement::manifest::Reader;
use mlship_simulate::placement::objects::World;
use mlship_simulate::placement::report::{Wording, place, report};
use serde_json::{Value, json};

const CASES: std::ops::Range<u64> = 0..250;

fn world(case: &Case) -> World {
    let list = |items: &[Value]| json!({"kind": "List", "items": items}).to_string();
    let mut pods = surroundings();
    pods.extend(case.running.iter().cloned());
    let mut reader = Reader::default();
    reader.nodes("nodes", &list(&case.nodes));
    reader.pods("running", &list(&pods));
    reader.manifests("pending", &list(&case.pending));
    reader.finish().unwrap()
}

#[test]
fn every_pod_is_accounted_for_and_the_same_input_gives_the_same_output() {
    for seed in CASES {
        let case = Case::new(seed);
        let world = world(&case);
        let placement = place(&world, Wording::Current);
        let waiting: usize = placement.pending.iter().map(|pending| pending.count).sum();
        assert_eq!(placement.replicas, case.pending.len(), "{seed}");
        assert_eq!(placement.bound + waiting + placement.held, placement.replicas, "{seed}");
        assert_eq!(placement.nodes.values().sum::<usize>(), placement.bound, "{seed}");
        assert_eq!(placement, place(&world, Wording::Current), "{seed}");
    }
}

#[test]
fn new_pods_never_ask_for_more_than_a_node_has() {
    for seed in CASES {
        let case = Case::new(seed);
        let world = world(&case);
        let template = &world.pending[0].template;
        if world.pending.iter().any(|pod| pod.template.class != template.class) {
            continue;
        }
        let placement = place(&world, Wording::Current);
        for node in &world.nodes {
            let new = placement.nodes.get(world.symbols.text(node.name)).copied().unwrap_or(0);
            let new = i64::try_from(new).unwrap();
            for (resource, amount) in template.class.requests.iter().filter(|(_, amount)| **amount > 0) {
                let there = world.running.iter().filter(|pod| pod.node == Some(node.name));
                let there = there.filter(|pod| !placement.victims.contains(&pod.name));
                let used: i64 =
                    there.map(|pod| pod.template.class.requests.get(resource).copied().unwrap_or(0)).sum();
                let allocatable = node.allocatable.get(resource).copied().unwrap_or(0);
                assert!(
                    new == 0 || used + new * amount <= allocatable,
                    "{seed}: {}",
                    world.symbols.text(*resource)
                );
            }
        }
    }
}

#[test]
fn more_nodes_never_bind_fewer_pods_of_one_workload_without_rules_about_pods() {
    let mut tried = 0;
    for seed in CASES {
        let case = Case::new(seed);
        let mut world = world(&case);
        let template = world.pending[0].template.clone();
        let rules = !template.spread.is_empty()
            || !template.affinity.is_empty()
            || !template.anti_affinity.is_empty()
            || world.running.iter().any(|pod| !pod.template.anti_affinity.is_empty())
            || world.running.iter().any(|pod| pod.template.priority < template.priority)
            || world.pending.iter().any(|pod| pod.template != template);
        if rules {
            continue;
        }
        tried += 1;
        let before = place(&world, Wording::Current).bound;
        for number in 0..3 {
            let mut node = world.nodes[number % world.nodes.len()].clone();
            node.name = world.symbols.intern(&format!("more-{number}"));
            world.nodes.push(node);
            assert!(place(&world, Wording::Current).bound >= before, "{seed}");
        }
    }
    assert!(tried > 30, "{tried}");
}

#[test]
fn suggestions_never_make_it_worse() {
    for seed in 0..10 {
        let world = world(&Case::new(seed));
        let report = report(&world, Wording::Current);
        for suggestion in &report.suggestions {
            assert!(suggestion.bound > 0, "{seed}: {suggestion:?}");
            assert!(
                suggestion.dollars_per_hour.is_none_or(|dollars| dollars >= 0.0),
                "{seed}: {suggestion:?}"
            );
        }
        let json = serde_json::to_string(&report).unwrap();
        assert!(json.starts_with(r#"{"version":1,"replicas":"#), "{json}");
    }
}
