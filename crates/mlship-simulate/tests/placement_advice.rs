//! Rollouts, drains, capacity and suggestions on clusters that can be worked out by hand.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use mlship_simulate::placement::capacity::how_many;
use mlship_simulate::placement::manifest::{Problem, Reader};
use mlship_simulate::placement::objects::World;
use mlship_simulate::placement::report::{Report, Wording, place, report};
use mlship_simulate::placement::rollout::RolloutResult;
use mlship_simulate::placement::shapes;

fn world(nodes: &str, running: &str, manifests: &str) -> World {
    let mut reader = Reader::default();
    reader.nodes("nodes.yaml", nodes);
    reader.pods("pods.yaml", running);
    reader.manifests("app.yaml", manifests);
    reader.finish().unwrap()
}

fn gpu_nodes(count: usize) -> String {
    let node = |number: usize| {
        format!(
            "---\nkind: Node\nmetadata: {{name: g{number}, labels: {{node.kubernetes.io/instance-type: g6.xlarge}}}}\n\
             status: {{allocatable: {{cpu: 3920m, memory: 14Gi, pods: 58, nvidia.com/gpu: 1}}}}\n"
        )
    };
    (0..count).map(node).collect::<Vec<_>>().concat()
}

fn deployment(replicas: usize, strategy: &str, rest: &str) -> String {
    format!(
        "kind: Deployment\nmetadata: {{name: llm}}\nspec:\n  replicas: {replicas}\n  {strategy}\n  \
         selector: {{matchLabels: {{app: llm}}}}\n  template:\n    metadata: {{labels: {{app: llm}}}}\n    spec:\n      \
         containers: [{{name: c, image: x, resources: {{requests: {{cpu: 1}}, limits: {{nvidia.com/gpu: 1}}}}}}]\n      {rest}\n"
    )
}

const SURGE: &str = "strategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}";

#[test]
fn a_surge_without_a_free_gpu_is_a_deadlock_and_the_way_out_is_named() {
    let judged =
        |nodes: usize| report(&world(&gpu_nodes(nodes), "", &deployment(2, SURGE, "")), Wording::Current);
    let stuck = judged(2);
    let rollout = &stuck.rollout.workloads[0];
    assert_eq!((rollout.result, rollout.updated, rollout.old), (RolloutResult::Deadlock, 0, 2));
    assert!(
        rollout
            .message
            .as_ref()
            .unwrap()
            .starts_with("0/2 nodes are available: 2 Insufficient nvidia.com/gpu.")
    );
    assert!(rollout.suggestion.as_ref().unwrap().contains("maxSurge to 0"));
    let free = judged(3);
    assert_eq!(free.rollout.workloads[0].result, RolloutResult::Finishes);
    assert_eq!(free.rollout.workloads[0].lowest, 2);
    let short = judged(1);
    assert_eq!(short.rollout.workloads[0].result, RolloutResult::NotPlaced);
}

#[test]
fn default_rollouts_of_one_replica_surge() {
    let judged = report(&world(&gpu_nodes(1), "", &deployment(1, "", "")), Wording::Current);
    assert_eq!(judged.rollout.workloads[0].result, RolloutResult::Deadlock);
    let recreate = deployment(1, "strategy: {type: Recreate}", "");
    let judged = report(&world(&gpu_nodes(1), "", &recreate), Wording::Current);
    assert_eq!(
        (judged.rollout.workloads[0].result, judged.rollout.workloads[0].lowest),
        (RolloutResult::Finishes, 0)
    );
}

fn texts(judged: &Report) -> Vec<(&str, bool, Option<f64>)> {
    judged
        .suggestions
        .iter()
        .map(|suggestion| (suggestion.text.as_str(), suggestion.solves, suggestion.dollars_per_hour))
        .collect()
}

#[test]
fn suggestions_are_tried_and_the_cheapest_comes_first() {
    let judged = report(&world(&gpu_nodes(1), "", &deployment(3, "", "")), Wording::Current);
    assert_eq!((judged.placement.bound, judged.placement.replicas), (1, 3));
    let texts = texts(&judged);
    assert!(texts.contains(&("add 2 nodes of type g6.xlarge (like g0)", true, Some(1.6096))), "{texts:?}");
    assert!(texts.is_sorted_by(|a, b| (!a.1, a.2.unwrap()) <= (!b.1, b.2.unwrap())), "{texts:?}");
    let selective = deployment(1, "", "nodeSelector: {pool: gpu}");
    let judged = report(&world(&gpu_nodes(1), "", &selective), Wording::Current);
    assert_eq!(judged.suggestions[0].text, "drop the nodeSelector `pool: gpu`");
    assert_eq!(judged.suggestions[0].dollars_per_hour, Some(0.0));
}

#[test]
fn a_taint_needs_a_toleration() {
    let nodes = "kind: Node\nmetadata: {name: a}\nspec: {taints: [{key: nvidia.com/gpu, value: present, effect: NoSchedule}]}\n\
                 status: {allocatable: {cpu: 8, memory: 32Gi, pods: 110, nvidia.com/gpu: 1}}\n";
    let judged = report(&world(nodes, "", &deployment(1, "", "")), Wording::Current);
    assert_eq!(judged.suggestions[0].text, "tolerate the taint `nvidia.com/gpu=present`");
    let older = place(&world(nodes, "", &deployment(1, "", "")), Wording::of_version("1.34").unwrap());
    assert!(
        older.pending[0].message.contains("1 node(s) had untolerated taint {nvidia.com/gpu: present}."),
        "{}",
        older.pending[0].message
    );
}

#[test]
fn capacity_and_what_binds() {
    let capacity = how_many(&world(&gpu_nodes(5), "", &deployment(2, "", "")));
    assert_eq!(capacity[0].more, 3);
    assert_eq!(capacity[0].binding[0].reason, "Insufficient nvidia.com/gpu");
    assert_eq!(capacity[0].binding[0].nodes, 5);
}

#[test]
fn a_budget_that_lets_nobody_go_blocks_a_drain() {
    let budget = |rule: &str| {
        format!(
            "---\nkind: PodDisruptionBudget\nmetadata: {{name: llm}}\nspec: {{selector: {{matchLabels: {{app: llm}}}}, {rule}}}\n"
        )
    };
    let drained = |nodes: usize, rule: &str| {
        let manifests = deployment(2, "", "") + &budget(rule);
        report(&world(&gpu_nodes(nodes), "", &manifests), Wording::Current).drain
    };
    let blocked = drained(3, "minAvailable: 2");
    assert_eq!(blocked.len(), 2, "{blocked:?}");
    assert_eq!(blocked[0].budget, "default/llm");
    assert!(drained(3, "maxUnavailable: 1").is_empty());
    assert!(drained(2, "maxUnavailable: 1").is_empty(), "one may go, even if it finds no other node");
}

#[test]
fn clusters_that_do_not_exist_yet() {
    let mut world = world("", "", &deployment(5, "", ""));
    shapes::add_nodes(&mut world, shapes::find("g6.12xlarge").unwrap(), 1);
    assert_eq!(place(&world, Wording::Current).bound, 4);
}

#[test]
fn the_json_has_the_promised_shape() {
    let judged = report(&world(&gpu_nodes(1), "", &deployment(2, "", "")), Wording::Current);
    let json = serde_json::to_value(&judged).unwrap();
    for field in ["version", "replicas", "bound", "pending", "nodes", "nominated", "rollout", "suggestions"] {
        assert!(json.get(field).is_some(), "{field}");
    }
    assert_eq!(json["nodes"]["g0"], 1);
    assert_eq!(json["pending"][0]["count"], 1);
}

fn problems(nodes: &str, manifests: &str) -> Vec<Problem> {
    let mut reader = Reader::default();
    reader.nodes("nodes.yaml", nodes);
    reader.manifests("app.yaml", manifests);
    reader.finish().unwrap_err()
}

#[test]
fn bad_input_is_named_with_its_place() {
    let no_allocatable = r#"{"kind":"List","items":[{"kind":"Node","metadata":{"name":"a"}}]}"#;
    let found = problems(no_allocatable, "");
    assert_eq!(
        (found[0].file.as_str(), found[0].place.as_str()),
        ("nodes.yaml", "items[0].status.allocatable")
    );
    let quantity =
        "kind: Node\nmetadata: {name: a}\nstatus: {allocatable: {cpu: 4 cores, nvidia.com/gpu: 1}}\n";
    let found = problems(quantity, "");
    assert_eq!(found[0].place, "status.allocatable.cpu");
    assert!(found[0].message.contains("4 cores"), "{found:?}");
    let mixed = "kind: List\nitems: [{kind: Pod, metadata: {name: p}}]\n";
    assert!(problems(mixed, "")[0].message.contains("a `Pod` stands among nodes"));
    let syntax = "kind: [\n";
    assert!(problems(syntax, "")[0].place.starts_with("line "), "{:?}", problems(syntax, ""));
    assert!(problems("{\"kind\": \"Node\"", "")[0].place.starts_with("line 1, column "));
    let second = "---\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, resources: {requests: {memory: lots}}}]}\n";
    let found = problems("", &format!("kind: Service\n{second}"));
    assert_eq!(found[0].place, "document 2: .spec.containers[0].resources.requests.memory");
}
