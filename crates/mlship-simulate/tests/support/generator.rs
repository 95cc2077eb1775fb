//! Random clusters and workloads, the same for the same seed. Shared with the comparison against a real scheduler.

use serde_json::{Value, json};

/// A generator of numbers after Marsaglia (xorshift64*).
pub struct Random(u64);

impl Random {
    /// A generator for a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next()).unwrap() % bound
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of several.
    pub fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }
}

/// A cluster and pods to be placed in it.
pub struct Case {
    pub nodes: Vec<Value>,
    pub running: Vec<Value>,
    pub pending: Vec<Value>,
}

/// What exists in every case: namespaces, priority classes and a runtime class with overhead.
pub fn surroundings() -> Vec<Value> {
    let namespace = |name: &str, tier: &str| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"tier": tier}}});
    let class = |name: &str, value: i32, policy: &str| {
        json!({"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": name},
               "value": value, "preemptionPolicy": policy})
    };
    vec![
        namespace("gold", "gold"),
        namespace("lead", "lead"),
        class("low", -5, "PreemptLowerPriority"),
        class("middle", 100, "PreemptLowerPriority"),
        class("high", 1000, "PreemptLowerPriority"),
        class("polite", 1000, "Never"),
        json!({"apiVersion": "node.k8s.io/v1", "kind": "RuntimeClass", "metadata": {"name": "heavy"},
               "handler": "heavy", "overhead": {"podFixed": {"cpu": "250m", "memory": "120Mi"}}}),
    ]
}

const HOST: &str = "kubernetes.io/hostname";
const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const ZONE: &str = "topology.kubernetes.io/zone";

impl Case {
    /// The case of a seed.
    pub fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let count = if random.chance(10) { 8 + random.below(8) } else { 1 + random.below(6) };
        let plain = random.chance(30);
        let nodes = (0..count).map(|number| node(number, plain, &mut random)).collect();
        let mut running = Vec::new();
        if random.chance(65) {
            for number in 0..random.below(2 * count + 2) {
                let mut pod = pod(&format!("r{number}"), &Style::running(&mut random), &mut random);
                pod["spec"].as_object_mut().unwrap().remove("schedulingGates");
                pod["spec"]["nodeName"] = json!(format!("n{}", random.below(count)));
                if random.chance(15) {
                    pod["spec"]["terminationGracePeriodSeconds"] = json!(0);
                }
                running.push(pod);
            }
        }
        let mut pending = Vec::new();
        let workloads = if random.chance(20) { 2 } else { 1 };
        for workload in 0..workloads {
            let pod = pod("p", &Style::pending(&mut random), &mut random);
            let most = if random.chance(20) { 14 } else { 6 };
            for number in 0..=random.below(most) {
                let mut replica = pod.clone();
                replica["metadata"]["name"] = json!(format!("w{workload}-{number}"));
                pending.push(replica);
            }
        }
        Self { nodes, running, pending }
    }
}

fn node(number: usize, plain: bool, random: &mut Random) -> Value {
    let name = format!("n{number}");
    let mut labels = json!({});
    let mut spec = json!({});
    let cpu = random.pick(&["1", "2", "4", "4", "8", "1500m", "3900m"]);
    let memory = random.pick(&["1Gi", "2Gi", "8Gi", "16Gi", "32Gi", "7500Mi"]);
    let mut allocatable = json!({"cpu": cpu, "memory": memory, "pods": "110"});
    if random.chance(90) {
        labels[HOST] = json!(name);
    }
    if random.chance(80) {
        labels[ZONE] = json!(random.pick(&["z1", "z2", "z3"]));
    }
    if random.chance(60) {
        labels["pool"] = json!(random.pick(&["a", "b"]));
    }
    if random.chance(50) {
        labels["rank"] = json!(random.pick(&["1", "2", "3", "7", "x", "07"]));
    }
    if random.chance(45) {
        allocatable["nvidia.com/gpu"] = json!(random.pick(&["0", "1", "2", "4", "8"]));
    }
    if random.chance(40) {
        allocatable["ephemeral-storage"] = json!(random.pick(&["1Gi", "10Gi", "50Gi"]));
    }
    if random.chance(15) {
        allocatable["hugepages-2Mi"] = json!(random.pick(&["4Mi", "64Mi"]));
    }
    if random.chance(20) {
        allocatable["example.com/widget"] = json!(random.pick(&["1", "3"]));
    }
    if !plain {
        if random.chance(12) {
            allocatable["pods"] = json!(random.pick(&["0", "1", "2", "3"]));
        }
        if random.chance(4) {
            allocatable.as_object_mut().unwrap().remove("memory");
        }
        if random.chance(35) {
            let mut taints = vec![taint(random)];
            let second = taint(random);
            if random.chance(50) && second["key"] != taints[0]["key"] {
                taints.push(second);
            }
            spec["taints"] = json!(taints);
        }
        if random.chance(12) {
            spec["unschedulable"] = json!(true);
        }
    }
    let mut status = json!({"capacity": allocatable, "allocatable": allocatable,
                            "conditions": [{"type": "Ready", "status": "True"}]});
    if random.chance(20) {
        status["images"] = json!([{"names": ["registry.example/model:1"], "sizeBytes": 900_000_000}]);
    }
    json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": name, "labels": labels}, "spec": spec,
           "status": status})
}

fn taint(random: &mut Random) -> Value {
    let key = random.pick(&[
        "dedicated",
        "nvidia.com/gpu",
        "node.kubernetes.io/not-ready",
        "node.kubernetes.io/unschedulable",
        "node.kubernetes.io/unreachable",
    ]);
    let effect = random.pick(&["NoSchedule", "NoSchedule", "PreferNoSchedule", "NoExecute"]);
    let mut taint = json!({"key": key, "effect": effect});
    if random.chance(60) {
        taint["value"] = json!(random.pick(&["ml", "present", "x"]));
    }
    taint
}

/// How often a pod has what, in a hundred.
struct Style {
    constraint: usize,
    priority: &'static str,
    small: bool,
}

impl Style {
    fn running(random: &mut Random) -> Self {
        Self {
            constraint: 12,
            priority: random.pick(&["", "", "low", "low", "low", "middle"]),
            small: random.chance(70),
        }
    }

    fn pending(random: &mut Random) -> Self {
        let priority = random.pick(&["", "", "middle", "middle", "high", "high", "polite", "low"]);
        Self { constraint: random.pick(&[&0, &15, &25, &40]).to_owned(), priority, small: random.chance(70) }
    }
}

fn pod(name: &str, style: &Style, random: &mut Random) -> Value {
    let namespace = random.pick(&["default", "default", "default", "gold", "lead"]);
    let mut labels = json!({"app": random.pick(&["a", "b"])});
    if random.chance(50) {
        labels["version"] = json!(random.pick(&["1", "2"]));
    }
    let mut spec = json!({"containers": containers(style, random)});
    if !style.priority.is_empty() {
        spec["priorityClassName"] = json!(style.priority);
    }
    let some = |random: &mut Random, percent: usize| random.chance(percent * style.constraint / 25);
    if some(random, 25) {
        spec["initContainers"] = init_containers(style, random);
    }
    if some(random, 12) {
        spec["runtimeClassName"] = json!("heavy");
    }
    if some(random, 10) {
        pod_level(&mut spec, random);
    }
    if some(random, 15) {
        spec["nodeSelector"] = match random.below(3) {
            0 => json!({ZONE: random.pick(&["z1", "z2"])}),
            1 => json!({"pool": random.pick(&["a", "b"])}),
            _ => json!({"pool": "a", ZONE: "z1"}),
        };
    }
    if some(random, 40) || style.constraint > 0 && random.chance(25) {
        spec["tolerations"] = (0..=random.below(2)).map(|_| toleration(random)).collect();
    }
    if some(random, 15) {
        ports(&mut spec, random);
    }
    if some(random, 4) {
        spec["schedulingGates"] = json!([{"name": "example.com/wait"}]);
    }
    if some(random, 35) {
        spec["topologySpreadConstraints"] = spreads(random);
    }
    let affinity = affinity(style, random);
    if affinity != json!({}) {
        spec["affinity"] = affinity;
    }
    json!({"apiVersion": "v1", "kind": "Pod",
           "metadata": {"name": name, "namespace": namespace, "labels": labels}, "spec": spec})
}

fn containers(style: &Style, random: &mut Random) -> Vec<Value> {
    let count = if random.chance(25) { 2 } else { 1 };
    let image = random.pick(&["registry.example/model:1", "registry.example/other:2"]);
    (0..count)
        .map(|number| json!({"name": format!("c{number}"), "image": image, "resources": resources(style, random)}))
        .collect()
}

fn resources(style: &Style, random: &mut Random) -> Value {
    let (mut requests, mut limits) = (json!({}), json!({}));
    let cpus: &[&str] =
        if style.small { &["100m", "250m", "500m", "1"] } else { &["1", "2", "1500m", "3", "5"] };
    let memories: &[&str] =
        if style.small { &["64Mi", "500Mi", "1Gi"] } else { &["1Gi", "2Gi", "6Gi", "12Gi"] };
    if random.chance(85) {
        let side = if random.chance(80) { &mut requests } else { &mut limits };
        side["cpu"] = json!(random.pick(cpus));
    }
    if random.chance(70) {
        let side = if random.chance(80) { &mut requests } else { &mut limits };
        side["memory"] = json!(random.pick(memories));
    }
    if random.chance(if style.small { 8 } else { 25 }) {
        limits["nvidia.com/gpu"] = json!(random.pick(&["1", "1", "2", "4"]));
    }
    if random.chance(7) {
        limits["example.com/widget"] = json!(random.pick(&["0", "1", "2"]));
    }
    if random.chance(8) {
        requests["ephemeral-storage"] = json!(random.pick(&["500Mi", "5Gi"]));
    }
    if random.chance(4) && requests.get("cpu").is_some() {
        limits["hugepages-2Mi"] = json!(random.pick(&["2Mi", "4Mi"]));
    }
    json!({"requests": requests, "limits": limits})
}

fn init_containers(style: &Style, random: &mut Random) -> Value {
    (0..=random.below(3))
        .map(|number| {
            let mut container = json!({"name": format!("i{number}"), "image": "registry.example/init:1",
                                       "resources": resources(style, random)});
            if random.chance(40) {
                container["restartPolicy"] = json!("Always");
                if random.chance(20) {
                    container["ports"] = json!([{"containerPort": 8080, "hostPort": 8080}]);
                }
            }
            container
        })
        .collect()
}

/// Pod-level resources, over containers that ask for little, so that the API server has nothing against them.
fn pod_level(spec: &mut Value, random: &mut Random) {
    spec.as_object_mut().unwrap().remove("initContainers");
    let own = if random.chance(50) { json!({"requests": {"cpu": "100m"}}) } else { json!({}) };
    spec["containers"] = json!([{"name": "c0", "image": "registry.example/model:1", "resources": own}]);
    spec["resources"] = match random.below(4) {
        0 => json!({"requests": {"cpu": "2", "memory": "1Gi"}}),
        1 => json!({"limits": {"cpu": "3"}}),
        2 => json!({"limits": {"memory": "4Gi"}, "requests": {"cpu": "1"}}),
        _ => json!({"requests": {"cpu": "1500m"}, "limits": {"cpu": "2", "memory": "2Gi"}}),
    };
}

fn toleration(random: &mut Random) -> Value {
    let key = random.pick(&["dedicated", "nvidia.com/gpu", "node.kubernetes.io/unschedulable"]);
    let mut toleration = match random.below(5) {
        0 => json!({"operator": "Exists"}),
        1 | 2 => json!({"key": key, "operator": "Exists"}),
        3 => json!({"key": key, "value": random.pick(&["ml", "present"])}),
        _ => json!({"key": key, "operator": "Equal"}),
    };
    if random.chance(60) {
        toleration["effect"] =
            json!(random.pick(&["NoSchedule", "NoSchedule", "NoExecute", "PreferNoSchedule"]));
    }
    toleration
}

fn ports(spec: &mut Value, random: &mut Random) {
    if random.chance(20) {
        spec["hostNetwork"] = json!(true);
        spec["containers"][0]["ports"] = json!([{"containerPort": random.pick(&[&8080, &9090])}]);
        return;
    }
    let mut port = json!({"containerPort": 80, "hostPort": random.pick(&[&8080, &8080, &9090])});
    if random.chance(30) {
        port["hostIP"] = json!(random.pick(&["10.0.0.1", "10.0.0.2", "0.0.0.0"]));
    }
    if random.chance(20) {
        port["protocol"] = json!("UDP");
    }
    spec["containers"][0]["ports"] = json!([port]);
}

fn label_selector(random: &mut Random) -> Value {
    match random.below(8) {
        0 => json!({}),
        1 => json!({"matchExpressions": [{"key": "app", "operator": "Exists"}]}),
        2 => json!({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["b"]}]}),
        3 => json!({"matchExpressions": [{"key": "app", "operator": "In", "values": ["a", "b"]}]}),
        4 => json!({"matchLabels": {"app": "b"}}),
        5 => {
            json!({"matchExpressions": [{"key": "other", "operator": "DoesNotExist"}], "matchLabels": {"app": "a"}})
        }
        _ => json!({"matchLabels": {"app": "a"}}),
    }
}

fn topology_key<'a>(random: &mut Random) -> &'a str {
    random.pick(&[HOST, HOST, ZONE, ZONE, ZONE, "pool", "missing"])
}

fn spreads(random: &mut Random) -> Value {
    let mut keys = vec![topology_key(random)];
    let second = topology_key(random);
    if random.chance(30) && second != keys[0] {
        keys.push(second);
    }
    keys.into_iter()
        .map(|key| {
            let hard = random.chance(75);
            let mut spread = json!({
                "maxSkew": 1 + random.below(2),
                "topologyKey": key,
                "whenUnsatisfiable": if hard { "DoNotSchedule" } else { "ScheduleAnyway" },
            });
            if random.chance(92) {
                spread["labelSelector"] = label_selector(random);
                if random.chance(20) {
                    spread["matchLabelKeys"] = json!(["version"]);
                }
            }
            if hard && random.chance(25) {
                spread["minDomains"] = json!(1 + random.below(4));
            }
            if random.chance(25) {
                spread["nodeAffinityPolicy"] = json!(random.pick(&["Honor", "Ignore"]));
            }
            if random.chance(30) {
                spread["nodeTaintsPolicy"] = json!(random.pick(&["Honor", "Ignore"]));
            }
            spread
        })
        .collect()
}

fn affinity(style: &Style, random: &mut Random) -> Value {
    let mut affinity = json!({});
    let some = |random: &mut Random, percent: usize| random.chance(percent * style.constraint / 25);
    if some(random, 25) {
        let terms: Vec<Value> = (0..=random.below(2)).map(|_| node_term(random)).collect();
        affinity["nodeAffinity"][REQUIRED] = json!({"nodeSelectorTerms": terms});
    }
    if some(random, 15) {
        affinity["nodeAffinity"][PREFERRED] = (0..=random.below(2))
            .map(|_| json!({"weight": 1 + random.below(100), "preference": node_term(random)}))
            .collect();
    }
    for (kind, percent) in [("podAffinity", 20), ("podAntiAffinity", 30)] {
        if some(random, percent) {
            affinity[kind][REQUIRED] = (0..=(random.below(8) / 6)).map(|_| pod_term(random)).collect();
        }
        if some(random, 12) {
            affinity[kind][PREFERRED] = (0..=random.below(2))
                .map(|_| json!({"weight": 1 + random.below(100), "podAffinityTerm": pod_term(random)}))
                .collect();
        }
    }
    affinity
}

fn node_term(random: &mut Random) -> Value {
    let name = format!("n{}", random.below(5));
    let by_name = |operator: &str| json!({"matchFields": [{"key": "metadata.name", "operator": operator, "values": [name]}]});
    match random.below(12) {
        0 => by_name("In"),
        1 => by_name("NotIn"),
        2 => json!({"matchFields": [{"key": "metadata.name", "operator": "In", "values": [name]}],
                    "matchExpressions": [{"key": "pool", "operator": "Exists"}]}),
        3 => json!({}),
        _ => {
            json!({"matchExpressions": (0..=random.below(2)).map(|_| node_expression(random)).collect::<Vec<_>>()})
        }
    }
}

fn node_expression(random: &mut Random) -> Value {
    match random.below(8) {
        0 => json!({"key": "rank", "operator": "Gt", "values": [random.pick(&["1", "2", "0"])]}),
        1 => json!({"key": "rank", "operator": "Lt", "values": [random.pick(&["3", "8"])]}),
        2 => json!({"key": "pool", "operator": "Exists"}),
        3 => json!({"key": "pool", "operator": "DoesNotExist"}),
        4 => json!({"key": ZONE, "operator": "NotIn", "values": [random.pick(&["z1", "z2"])]}),
        5 => json!({"key": "pool", "operator": "In", "values": ["a"]}),
        _ => json!({"key": ZONE, "operator": "In", "values": ["z1", random.pick(&["z2", "z3"])]}),
    }
}

fn pod_term(random: &mut Random) -> Value {
    let mut term = json!({"topologyKey": topology_key(random)});
    if random.chance(95) {
        term["labelSelector"] = label_selector(random);
        if random.chance(15) {
            let field = random.pick(&["matchLabelKeys", "mismatchLabelKeys"]);
            term[field] = json!(["version"]);
        }
    }
    match random.below(10) {
        0 => term["namespaces"] = json!(["gold", "default"]),
        1 => term["namespaceSelector"] = json!({}),
        2 => term["namespaceSelector"] = json!({"matchLabels": {"tier": "gold"}}),
        3 => {
            term["namespaces"] = json!(["default"]);
            term["namespaceSelector"] =
                json!({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["lead"]}]});
        }
        _ => {}
    }
    term
}
