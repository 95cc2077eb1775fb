//! Each filter and each score by itself.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use mlship_simulate::placement::manifest::Reader;
use mlship_simulate::placement::report::{Placement, Wording, place};

fn run(nodes: &str, running: &str, pods: &str) -> Placement {
    let mut reader = Reader::default();
    reader.nodes("nodes", nodes);
    reader.pods("running", running);
    reader.manifests("pods", pods);
    place(&reader.finish().unwrap(), Wording::Current)
}

/// A node in YAML's flow style: labels, then what else its spec says.
fn node(name: &str, allocatable: &str, labels: &str, spec: &str) -> String {
    format!(
        "---\n{{kind: Node, metadata: {{name: {name}, labels: {{{labels}}}}}, spec: {{{spec}}}, \
         status: {{allocatable: {{pods: 110, {allocatable}}}}}}}\n"
    )
}

/// A pod with the label `app: a`; `container` and `rest` go on in its container and its spec.
fn pod(name: &str, container: &str, rest: &str) -> String {
    format!(
        "---\n{{kind: Pod, metadata: {{name: {name}, labels: {{app: a}}}}, \
         spec: {{containers: [{{name: c, image: x{container}}}]{rest}}}}}\n"
    )
}

/// On one node of 4 CPU and 8 GiB: why the pod is turned away, or nothing.
fn reason(labels: &str, spec: &str, running: &str, container: &str, rest: &str) -> String {
    let placement = run(&node("n", "cpu: 4, memory: 8Gi", labels, spec), running, &pod("p", container, rest));
    let message = placement.pending.first().map(|pending| pending.message.clone()).unwrap_or_default();
    let reason = message.strip_prefix("0/1 nodes are available: 1 ").unwrap_or(&message);
    reason.split(". preemption").next().unwrap_or_default().to_owned()
}

const TAINTED: &str = "node(s) had untolerated taint(s)";
const SELECTOR: &str = "node(s) didn't match Pod's node affinity/selector";
const PORTS: &str = "node(s) didn't have free ports for the requested pod ports";

#[test]
fn taints_and_tolerations() {
    let taint = |effect: &str| format!("taints: [{{key: k, value: v, effect: {effect}}}]");
    let cases = [
        ("NoSchedule", "", TAINTED),
        ("NoExecute", "", TAINTED),
        ("PreferNoSchedule", "", ""),
        ("NoSchedule", "{key: k, operator: Exists}", ""),
        ("NoSchedule", "{operator: Exists}", ""),
        ("NoSchedule", "{key: k, value: v}", ""),
        ("NoSchedule", "{key: k, value: v, effect: NoSchedule}", ""),
        ("NoSchedule", "{key: k, value: v, effect: NoExecute}", TAINTED),
        ("NoSchedule", "{key: k, value: w}", TAINTED),
        ("NoSchedule", "{key: k}", TAINTED),
        ("NoExecute", "{key: k, operator: Exists, effect: NoSchedule}", TAINTED),
    ];
    for (effect, toleration, expected) in cases {
        let rest = format!(", tolerations: [{toleration}]");
        assert_eq!(reason("", &taint(effect), "", "", &rest), expected, "{effect} {toleration}");
    }
    let cordon = "unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]";
    assert_eq!(reason("", cordon, "", "", ""), "node(s) were unschedulable");
    let tolerant = ", tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}]";
    assert_eq!(reason("", cordon, "", "", tolerant), "");
    let only_taint = "taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]";
    assert_eq!(reason("", only_taint, "", "", ""), TAINTED);
    for (key, effect, expected) in [
        ("not-ready", "NoExecute", ""),
        ("unreachable", "NoExecute", ""),
        ("not-ready", "NoSchedule", TAINTED),
    ] {
        let spec = format!("taints: [{{key: node.kubernetes.io/{key}, effect: {effect}}}]");
        assert_eq!(reason("", &spec, "", "", ""), expected, "{key} {effect}");
    }
}

#[test]
fn node_affinity_operators() {
    let cases = [
        ("{key: a, operator: In, values: [x, y]}", ""),
        ("{key: a, operator: In, values: [y]}", SELECTOR),
        ("{key: missing, operator: In, values: [x]}", SELECTOR),
        ("{key: a, operator: NotIn, values: [x]}", SELECTOR),
        ("{key: missing, operator: NotIn, values: [x]}", ""),
        ("{key: a, operator: Exists}", ""),
        ("{key: missing, operator: Exists}", SELECTOR),
        ("{key: missing, operator: DoesNotExist}", ""),
        ("{key: n, operator: Gt, values: ['4']}", ""),
        ("{key: n, operator: Gt, values: ['5']}", SELECTOR),
        ("{key: n, operator: Lt, values: ['6']}", ""),
        ("{key: missing, operator: Lt, values: ['6']}", SELECTOR),
        ("{key: a, operator: Gt, values: ['0']}", SELECTOR),
        ("{key: a, operator: Exists}, {key: missing, operator: Exists}", SELECTOR),
    ];
    let rest = |terms: &str| {
        format!(
            ", affinity: {{nodeAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: \
             {{nodeSelectorTerms: [{terms}]}}}}}}"
        )
    };
    for (expressions, expected) in cases {
        let term = format!("{{matchExpressions: [{expressions}]}}");
        assert_eq!(reason("a: x, n: '5'", "", "", "", &rest(&term)), expected, "{expressions}");
    }
    let either = "{matchExpressions: [{key: missing, operator: Exists}]}, {matchExpressions: [{key: a, operator: Exists}]}";
    assert_eq!(reason("a: x", "", "", "", &rest(either)), "");
    assert_eq!(reason("a: x", "", "", "", &rest("{}")), SELECTOR);
    let by_name = |operator: &str, name: &str| {
        rest(&format!("{{matchFields: [{{key: metadata.name, operator: {operator}, values: [{name}]}}]}}"))
    };
    assert_eq!(reason("", "", "", "", &by_name("In", "n")), "");
    assert_eq!(reason("", "", "", "", &by_name("NotIn", "n")), SELECTOR);
    let elsewhere = "node(s) didn't satisfy plugin(s) [NodeAffinity]";
    assert_eq!(reason("", "", "", "", &by_name("In", "other")), elsewhere);
    assert_eq!(reason("a: x", "", "", "", ", nodeSelector: {a: x}"), "");
    assert_eq!(reason("a: x", "", "", "", ", nodeSelector: {a: y}"), SELECTOR);
}

#[test]
fn host_ports() {
    let port = |text: &str| format!(", ports: [{text}]");
    let running = |text: &str| pod("r", &port(text), ", nodeName: n");
    let plain = "{containerPort: 1, hostPort: 80}";
    let first = "{containerPort: 1, hostPort: 80, hostIP: 10.0.0.1}";
    let second = "{containerPort: 1, hostPort: 80, hostIP: 10.0.0.2}";
    let udp = "{containerPort: 1, hostPort: 80, protocol: UDP}";
    for (there, wanted, expected) in [
        (plain, plain, PORTS),
        (plain, first, PORTS),
        (first, plain, PORTS),
        (first, first, PORTS),
        (first, second, ""),
        (plain, udp, ""),
        (plain, "{containerPort: 80}", ""),
    ] {
        assert_eq!(reason("", "", &running(there), &port(wanted), ""), expected, "{there} {wanted}");
    }
    let on_host = reason("", "", &running(plain), &port("{containerPort: 80}"), ", hostNetwork: true");
    assert_eq!(on_host, PORTS);
    let init = |policy: &str| {
        format!(", initContainers: [{{name: i, ports: [{{containerPort: 1, hostPort: 80}}]{policy}}}]")
    };
    assert_eq!(reason("", "", &running(plain), "", &init("")), "");
    assert_eq!(reason("", "", &running(plain), "", &init(", restartPolicy: Always")), PORTS);
}

#[test]
fn requests_add_up_as_the_pod_runs() {
    let cpu = |amount: &str| format!(", resources: {{requests: {{cpu: {amount}}}}}");
    let init = |amounts: &[(&str, &str)]| {
        let containers: Vec<String> = amounts
            .iter()
            .map(|(amount, policy)| {
                format!("{{name: i, resources: {{requests: {{cpu: {amount}}}}}{policy}}}")
            })
            .collect();
        format!(", initContainers: [{}]", containers.join(", "))
    };
    let sidecar = ", restartPolicy: Always";
    let insufficient = "Insufficient cpu";
    let cases = [
        ("a request that just fits", cpu("4"), String::new(), ""),
        ("one that does not", cpu("4001m"), String::new(), insufficient),
        (
            "a limit stands in for a request",
            ", resources: {limits: {cpu: 5}}".to_owned(),
            String::new(),
            insufficient,
        ),
        ("an init container runs before", cpu("1"), init(&[("4", "")]), ""),
        ("it may be larger than the rest", cpu("1"), init(&[("5", "")]), insufficient),
        ("a sidecar runs beside", cpu("3"), init(&[("2", sidecar)]), insufficient),
        ("a sidecar before an init container", cpu("1"), init(&[("2", sidecar), ("3", "")]), insufficient),
        ("a sidecar after it", cpu("1"), init(&[("3", ""), ("2", sidecar)]), ""),
        ("overhead", cpu("3"), ", overhead: {cpu: 1500m}".to_owned(), insufficient),
        (
            "a pod-level request replaces the sum",
            cpu("1"),
            ", resources: {requests: {cpu: 5}}".to_owned(),
            insufficient,
        ),
        (
            "a pod-level limit alone",
            String::new(),
            ", resources: {limits: {cpu: 5}}".to_owned(),
            insufficient,
        ),
        ("but not against containers' requests", cpu("1"), ", resources: {limits: {cpu: 5}}".to_owned(), ""),
    ];
    for (rule, container, rest, expected) in cases {
        assert_eq!(reason("", "", "", &container, &rest), expected, "{rule}");
    }
    let gone = pod("r", &cpu("4"), ", nodeName: n").replace("}}\n", "}, status: {phase: Succeeded}}\n");
    assert_eq!(reason("", "", &gone, &cpu("4"), ""), "", "a pod that ended holds nothing: {gone}");
    let overcommitted = pod("r", &cpu("9"), ", nodeName: n");
    assert_eq!(reason("", "", &overcommitted, "", ""), "", "what is not asked for is not checked");
}

#[test]
fn affinities_between_pods() {
    let rule = |kind: &str, rest: &str| {
        format!(
            ", affinity: {{{kind}: {{requiredDuringSchedulingIgnoredDuringExecution: \
             [{{topologyKey: zone, labelSelector: {{matchLabels: {{app: b}}}}{rest}}}]}}}}"
        )
    };
    let other = |namespace: &str| {
        pod("r", "", ", nodeName: n")
            .replace("labels: {app: a}", &format!("namespace: {namespace}, labels: {{app: b}}"))
    };
    let near = "node(s) didn't match pod affinity rules";
    let far = "node(s) didn't match pod anti-affinity rules";
    for (kind, labels, namespace, more, expected) in [
        ("podAffinity", "zone: z", "default", "", ""),
        ("podAffinity", "", "default", "", near),
        ("podAffinity", "zone: z", "other", "", near),
        ("podAffinity", "zone: z", "other", ", namespaces: [other]", ""),
        ("podAffinity", "zone: z", "other", ", namespaceSelector: {}", ""),
        (
            "podAffinity",
            "zone: z",
            "other",
            ", namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}",
            "",
        ),
        ("podAffinity", "zone: z", "other", ", namespaceSelector: {matchLabels: {tier: x}}", near),
        ("podAntiAffinity", "zone: z", "default", "", far),
        ("podAntiAffinity", "", "default", "", ""),
        ("podAntiAffinity", "zone: z", "other", "", ""),
        ("podAntiAffinity", "zone: z", "other", ", namespaceSelector: {}", far),
    ] {
        let found = reason(labels, "", &other(namespace), "", &rule(kind, more));
        assert_eq!(found, expected, "{kind} {labels} {namespace} {more}");
    }
    let to_itself = rule("podAffinity", "").replace("app: b", "app: a");
    assert_eq!(reason("zone: z", "", "", "", &to_itself), "", "the first pod of a group");
}

#[test]
fn spreads_count_only_what_they_should() {
    let nodes = [
        node("a", "cpu: 4", "zone: z1", ""),
        node("b", "cpu: 4", "zone: z2, pool: other", "taints: [{key: t, effect: NoSchedule}]"),
    ]
    .concat();
    let spread = |more: &str| {
        format!(
            ", topologySpreadConstraints: [{{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule{more}}}]"
        )
    };
    let selector = ", labelSelector: {matchLabels: {app: a}}";
    let two = |rest: &str| run(&nodes, "", &[pod("p", "", rest), pod("q", "", rest)].concat()).bound;
    assert_eq!(two(&spread(selector)), 1, "a zone that can't be used holds the minimum at 0");
    assert_eq!(two(&spread(&format!("{selector}, nodeTaintsPolicy: Honor"))), 2);
    let selective =
        |policy: &str| format!("{}, nodeSelector: {{zone: z1}}", spread(&format!("{selector}{policy}")));
    assert_eq!(two(&selective("")), 2, "excluded nodes are no domain");
    assert_eq!(two(&selective(", nodeAffinityPolicy: Ignore")), 1);
    assert_eq!(two(&spread("")), 2, "no selector counts nothing");
    assert_eq!(two(&spread(", labelSelector: {}").replace("maxSkew: 1", "maxSkew: 2")), 2);
    assert_eq!(two(&selective(", minDomains: 2")), 1);
    assert_eq!(two(&spread(&format!("{selector}, matchLabelKeys: [app]"))), 1);
}

/// The only node of `nodes` that a pod goes to.
fn chosen(nodes: &[String], running: &str, container: &str, rest: &str) -> String {
    let placement = run(&nodes.concat(), running, &pod("p", container, rest));
    assert_eq!(placement.bound, 1, "{placement:?}");
    placement.nodes.keys().next().unwrap().clone()
}

#[test]
fn scores_decide_among_possible_nodes() {
    let plain = |name: &str| {
        node(name, "cpu: 4, memory: 8Gi", &format!("kubernetes.io/hostname: {name}, zone: z-{name}"), "")
    };
    let cpu = |amount: &str| format!(", resources: {{requests: {{cpu: {amount}, memory: 1Gi}}}}");
    let on = |node: &str| pod("r", &cpu("2"), &format!(", nodeName: {node}"));
    let (a, b) = (plain("a"), plain("b"));
    let both = [a.clone(), b.clone()];
    assert_eq!(chosen(&both, &on("a"), &cpu("1"), ""), "b", "the emptier node");
    let avoided =
        [node("a", "cpu: 4, memory: 8Gi", "", "taints: [{key: t, effect: PreferNoSchedule}]"), b.clone()];
    assert_eq!(chosen(&avoided, &on("b"), &cpu("1"), ""), "b", "no taint, though it is fuller");
    let wish = |weight: usize, name: &str| {
        format!(
            ", affinity: {{nodeAffinity: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: {weight}, \
             preference: {{matchFields: [{{key: metadata.name, operator: In, values: [{name}]}}]}}}}]}}}}"
        )
    };
    assert_eq!(
        chosen(&both, &on("a"), &cpu("1"), &wish(1, "a")),
        "a",
        "a wish, however weak, against the load"
    );
    let near = |kind: &str| {
        format!(
            ", affinity: {{{kind}: {{preferredDuringSchedulingIgnoredDuringExecution: [{{weight: 1, podAffinityTerm: \
             {{topologyKey: zone, labelSelector: {{matchLabels: {{app: a}}}}}}}}]}}}}"
        )
    };
    assert_eq!(chosen(&both, &on("a"), &cpu("1"), &near("podAffinity")), "a");
    assert_eq!(chosen(&both, &on("a"), &cpu("1"), &near("podAntiAffinity")), "b");
    let soft = ", topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, \
                labelSelector: {matchLabels: {app: a}}}]";
    let larger = [node("a", "cpu: 64, memory: 256Gi", "zone: z-a", ""), b.clone()];
    assert_eq!(chosen(&larger, "", &cpu("1"), ""), "a");
    assert_eq!(chosen(&larger, &on("a"), &cpu("1"), soft), "b", "the spread outweighs the room");
    let image =
        a.replace("allocatable", "images: [{names: ['x:latest'], sizeBytes: 1000000000}], allocatable");
    assert_eq!(chosen(&[b, image], "", &cpu("1"), ""), "a", "the node that has the image");
    let lopsided = [node("a", "cpu: 4, memory: 8Gi", "", ""), node("b", "cpu: 8, memory: 4Gi", "", "")];
    // a: (75 + 87) / 2 = 81 and 50 + (50 + 93 - 100) / 2 = 71; b: (87 + 75) / 2 = 81 and the same.
    assert_eq!(chosen(&lopsided, "", &cpu("1"), ""), "a", "a tie goes to the first");
}

#[test]
fn the_pods_of_a_deployment_spread_over_hosts_by_default() {
    let nodes: String = ["a", "b", "c"]
        .map(|name| node(name, "cpu: 64, memory: 256Gi", &format!("kubernetes.io/hostname: {name}"), ""))
        .concat();
    let deployment = "{kind: Deployment, metadata: {name: d}, spec: {replicas: 6, selector: {matchLabels: {app: d}}, \
                      template: {metadata: {labels: {app: d}}, spec: {containers: [{name: c, image: x}]}}}}";
    let placement = run(&nodes, "", deployment);
    assert_eq!(placement.nodes.values().copied().collect::<Vec<_>>(), [2, 2, 2]);
}
