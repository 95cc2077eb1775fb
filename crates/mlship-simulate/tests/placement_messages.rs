//! Every message that was observed on a real scheduler, by hand.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use mlship_simulate::placement::manifest::Reader;
use mlship_simulate::placement::report::{Placement, Wording, place};

/// Nodes, running pods and pods to be placed, each as YAML documents.
struct Case {
    name: &'static str,
    nodes: String,
    running: String,
    pods: String,
    bound: usize,
    pending: &'static [(&'static str, usize)],
}

fn run(nodes: &str, running: &str, pods: &str) -> Placement {
    let mut reader = Reader::default();
    reader.nodes("nodes", nodes);
    reader.pods("running", running);
    reader.manifests("pods", pods);
    place(&reader.finish().unwrap(), Wording::Current)
}

fn check(case: &Case) {
    let placement = run(&case.nodes, &case.running, &case.pods);
    let pending: Vec<(&str, usize)> =
        placement.pending.iter().map(|pending| (pending.message.as_str(), pending.count)).collect();
    let mut expected = case.pending.to_vec();
    expected.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    assert_eq!((placement.bound, pending), (case.bound, expected), "{}", case.name);
}

/// A node of these resources; `rest` goes on in its YAML flow map: `labels: …`, `spec: …`.
fn node(name: &str, allocatable: &str, labels: &str, spec: &str) -> String {
    format!(
        "---\nkind: Node\nmetadata: {{name: {name}, labels: {{{labels}}}}}\nspec: {{{spec}}}\n\
         status: {{allocatable: {{pods: 110, memory: 8Gi, {allocatable}}}}}\n"
    )
}

fn plain(name: &str) -> String {
    node(name, "cpu: 4", "", "")
}

fn pod(name: &str, requests: &str, labels: &str, rest: &str) -> String {
    format!(
        "---\nkind: Pod\nmetadata: {{name: {name}, labels: {{{labels}}}}}\n\
         spec: {{containers: [{{name: c, image: x, resources: {{requests: {{{requests}}}}}}}]{rest}}}\n"
    )
}

fn pods(count: usize, requests: &str, labels: &str, rest: &str) -> String {
    (0..count).map(|number| pod(&format!("p{number}"), requests, labels, rest)).collect()
}

const NO_VICTIMS_1: &str = "0/1 nodes are available: 1 Insufficient cpu. \
    preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.";

#[test]
fn worked_examples() {
    let tainted = "taints: [{key: a, value: b, effect: NoSchedule}, {key: c, effect: NoSchedule}]";
    let ten = (0..10).map(|number| node(&format!("t{number}"), "cpu: 4", "", tainted));
    let cordoned = (0..2)
        .map(|number| node(&format!("c{number}"), "cpu: 4", "", &format!("unschedulable: true, {tainted}")));
    let zone = |name: &str, zone: &str| node(name, "cpu: 4", &format!("zone: {zone}"), "");
    let spread = ", topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule, \
                  labelSelector: {matchLabels: {app: a}}MORE}]";
    let to_itself = ", affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                     [{topologyKey: zone, labelSelector: {matchLabels: {app: a}}}]}}";
    let cases = [
        Case {
            name: "1",
            nodes: [node("a", "cpu: 4, nvidia.com/gpu: 1", "", ""), plain("b"), plain("c")].concat(),
            running: String::new(),
            pods: pods(1, "cpu: 5, memory: 10Gi, nvidia.com/gpu: 1", "", ""),
            bound: 0,
            pending: &[(
                "0/3 nodes are available: 2 Insufficient nvidia.com/gpu, 3 Insufficient cpu, 3 Insufficient memory. \
                 preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
                1,
            )],
        },
        Case {
            name: "2",
            nodes: plain("a"),
            running: String::new(),
            pods: pods(2, "cpu: 3", "", ""),
            bound: 1,
            pending: &[(NO_VICTIMS_1, 1)],
        },
        Case {
            name: "3",
            nodes: ten.chain(cordoned).chain([node("small", "cpu: 1", "", "")]).collect(),
            running: String::new(),
            pods: pods(1, "cpu: 2", "", ""),
            bound: 0,
            pending: &[(
                "0/13 nodes are available: 1 Insufficient cpu, 10 node(s) had untolerated taint(s), \
                 2 node(s) were unschedulable. \
                 preemption: 0/13 nodes are available: 13 Preemption is not helpful for scheduling.",
                1,
            )],
        },
        Case {
            name: "4",
            nodes: [node("n0", "cpu: 1", "", ""), plain("n1"), plain("n2"), plain("n3")].concat(),
            running: String::new(),
            pods: pods(
                1,
                "cpu: 2",
                "",
                ", affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
                 [{matchFields: [{key: metadata.name, operator: In, values: [n0]}]}]}}}",
            ),
            bound: 0,
            pending: &[(
                "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. \
                 preemption: 0/4 nodes are available: 4 Preemption is not helpful for scheduling.",
                1,
            )],
        },
        Case {
            name: "5",
            nodes: [zone("a", "z1"), zone("b", "z2"), plain("c")].concat(),
            running: String::new(),
            pods: pods(3, "cpu: 3", "app: a", &spread.replace("MORE", "")),
            bound: 2,
            pending: &[(
                "0/3 nodes are available: 1 node(s) didn't match pod topology spread constraints \
                 (missing required label), 2 Insufficient cpu. \
                 preemption: 0/3 nodes are available: 1 Preemption is not helpful for scheduling, \
                 2 No preemption victims found for incoming pod.",
                1,
            )],
        },
        Case {
            name: "6",
            nodes: [zone("a", "z1"), zone("b", "z2")].concat(),
            running: String::new(),
            pods: pods(3, "cpu: 1", "app: a", &spread.replace("MORE", ", minDomains: 3")),
            bound: 2,
            pending: &[(
                "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints. \
                 preemption: 0/2 nodes are available: 2 No preemption victims found for incoming pod.",
                1,
            )],
        },
        Case {
            name: "7",
            nodes: [zone("a", "z1"), plain("b")].concat(),
            running: String::new(),
            pods: pods(2, "cpu: 3", "app: a", to_itself),
            bound: 1,
            pending: &[(
                "0/2 nodes are available: 1 Insufficient cpu, 1 node(s) didn't match pod affinity rules. \
                 preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, \
                 1 Preemption is not helpful for scheduling.",
                1,
            )],
        },
        Case {
            name: "8",
            nodes: [node("a", "cpu: 4", "host: a", ""), node("b", "cpu: 500m", "host: b", "")].concat(),
            running: pod(
                "r",
                "cpu: 1",
                "",
                ", nodeName: a, affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: \
                 [{topologyKey: host, labelSelector: {matchLabels: {app: a}}}]}}",
            ),
            pods: pods(1, "cpu: 1", "app: a", ""),
            bound: 0,
            pending: &[(
                "0/2 nodes are available: 1 Insufficient cpu, \
                 1 node(s) didn't satisfy existing pods anti-affinity rules. \
                 preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, \
                 1 Preemption is not helpful for scheduling.",
                1,
            )],
        },
        Case {
            name: "9",
            nodes: node("a", "cpu: 4", "", "").replace("pods: 110", "pods: 1"),
            running: String::new(),
            pods: pods(2, "cpu: 4", "", ""),
            bound: 1,
            pending: &[(
                "0/1 nodes are available: 1 Insufficient cpu, 1 Too many pods. \
                 preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
                1,
            )],
        },
        Case {
            name: "10",
            nodes: [
                plain("a"),
                plain("b"),
                node("c", "cpu: 1", "", ""),
                node("d", "cpu: 8", "", "taints: [{key: t, effect: NoSchedule}]"),
            ]
            .concat(),
            running: [
                pod("r1", "cpu: 4", "", ", nodeName: a, priority: 10"),
                pod("r2", "cpu: 1", "", ", nodeName: b, priority: 1"),
                pod("r3", "cpu: 3", "", ", nodeName: b, priority: 10"),
            ]
            .concat(),
            pods: pods(1, "cpu: 2", "", ", priority: 5"),
            bound: 0,
            pending: &[(
                "0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 Insufficient cpu. \
                 preemption: 0/4 nodes are available: 1 Insufficient cpu, \
                 1 No preemption victims found for incoming pod, 2 Preemption is not helpful for scheduling.",
                1,
            )],
        },
        Case {
            name: "11",
            nodes: plain("a"),
            running: [
                pod("r1", "cpu: 2", "", ", nodeName: a, priority: 1"),
                pod("r2", "cpu: 2", "", ", nodeName: a, priority: 1"),
            ]
            .concat(),
            pods: pods(3, "cpu: 2", "", ", priority: 5"),
            bound: 0,
            pending: &[
                (
                    "0/1 nodes are available: 1 Insufficient cpu. \
                     preemption: found a potential placement for pod on node a, preempting 1 victims",
                    1,
                ),
                (
                    "0/1 nodes are available: 1 Insufficient cpu. \
                     preemption: found a potential placement for pod on node a, preempting 2 victims",
                    1,
                ),
                (
                    "0/1 nodes are available: 1 Insufficient cpu. \
                     preemption: 0/1 nodes are available: 1 Insufficient cpu.",
                    1,
                ),
            ],
        },
        Case {
            name: "12",
            nodes: plain("a"),
            running: String::new(),
            pods: pods(
                2,
                "cpu: 1",
                "",
                ", overhead: {cpu: 250m}, initContainers: \
                 [{name: s, restartPolicy: Always, resources: {requests: {cpu: 1}}}, \
                 {name: i, resources: {requests: {cpu: 2500m}}}]",
            ),
            bound: 1,
            pending: &[(NO_VICTIMS_1, 1)],
        },
    ];
    for case in &cases {
        check(case);
    }
}

#[test]
fn without_nodes_or_with_gates_or_never_preempting() {
    let placement = run("", "", &pods(2, "cpu: 1", "", ""));
    assert_eq!(placement.pending[0].message, "no nodes available to schedule pods");
    let placement = run(&plain("a"), "", &pods(1, "cpu: 1", "", ", schedulingGates: [{name: g}]"));
    assert_eq!(placement.pending[0].message, "Scheduling is blocked due to non-empty scheduling gates");
    let placement = run(&plain("a"), "", &pods(1, "cpu: 5", "", ", preemptionPolicy: Never"));
    assert_eq!(
        placement.pending[0].message,
        "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never."
    );
    let placement = run(
        &plain("a"),
        "",
        &pods(
            1,
            "cpu: 1",
            "",
            ", affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
             [{matchFields: [{key: metadata.name, operator: In, values: [a]}, \
             {key: metadata.name, operator: In, values: [b]}]}]}}}",
        ),
    );
    assert_eq!(
        placement.pending[0].message,
        "0/1 nodes are available: pod affinity terms conflict. not found"
    );
}
