//! What nodes of one's own cost: which are chosen, how many, and what is said of it.

use mlship_managed::cost::{Cost, HOURS_A_MONTH};
use mlship_managed::machines::{self, Machine, Wanted, allocatable, packed};
use mlship_managed::prices::PriceBook;
use mlship_spec::workload::Workload;
use proptest::prelude::*;

use crate::support::workload;

fn cost_of(target: &str, workload: &Workload) -> Cost {
    mlship_managed::cost_on(target, workload, PriceBook::embedded()).expect("the target is known")
}

fn cost(lines: &str) -> Cost {
    cost_of("kubernetes", &workload(lines))
}

fn machine(name: &str) -> Machine {
    let mut all = machines::sagemaker().iter().chain(machines::azureml()).chain(machines::vertex());
    *all.find(|machine| machine.name == name).expect("there is such a machine")
}

/// What nodes leave to pods: below what was seen of real ones, and not far below.
#[test]
fn nodes_leave_what_was_seen_of_real_ones() {
    for (name, cpu_millis, memory_mib, seen_millis, seen_mib) in [
        // Observed on GKE: 3920m and 12663300Ki.
        ("n1-standard-4", 3860, 12354, 3920, 12366),
        // As Karpenter computes them.
        ("c5.large", 1900, 2894, 1930, 3114),
        ("m5.xlarge", 3860, 13252, 3920, 14162),
        // Observed on AKS: 3860m and 27968340Ki.
        ("Standard_NC4as_T4_v3", 3860, 24498, 3860, 27312),
    ] {
        let found = allocatable(&machine(name));
        assert_eq!((found.cpu_millis, found.memory_mib), (cpu_millis, memory_mib), "{name}");
        assert!(cpu_millis <= seen_millis && memory_mib <= seen_mib, "{name}");
    }
}

/// Lines of the spec, the node and how many replicas it holds, and dollars an hour of the least, expected and most.
type Case = (&'static str, &'static str, u32, Option<[f64; 3]>);

static CASES: &[Case] = &[
    // Of all clouds the cheapest; no second replica fits beside what the node keeps for itself.
    ("resources: {cpu: 1, memory: 2Gi}\nreplicas: 1", "e2-standard-2", 1, Some([0.067; 3])),
    (
        "targets: {kubernetes: {cloud: aws}}\nresources: {cpu: 500m, memory: 1Gi}\nreplicas: {min: 2, max: 6}",
        "c5.large",
        2,
        Some([0.085, 0.17, 0.255]),
    ),
    (
        "targets: {kubernetes: {cloud: gcp}}\nresources: {cpu: 3, memory: 8Gi, gpu: {type: nvidia-l4}}\nreplicas: {min: 1, max: 5}\nautoscale: {on: concurrency, target: 4, metric: inflight}",
        "g2-standard-4",
        1,
        Some([0.7068, 3.0 * 0.7068, 5.0 * 0.7068]),
    ),
    (
        "targets: {kubernetes: {cloud: gcp}}\nresources: {cpu: 2, memory: 8Gi, gpu: {type: nvidia-t4}}\nreplicas: 1",
        "n1-standard-4 with 1 × nvidia-t4",
        1,
        Some([0.54; 3]),
    ),
    (
        "requirements: {clouds: [azure]}\nresources: {cpu: 3, memory: 8Gi, gpu: {type: nvidia-t4}}\nreplicas: 1",
        "Standard_NC4as_T4_v3",
        1,
        Some([0.526; 3]),
    ),
    (
        "placement: {nodeSelector: {node.kubernetes.io/instance-type: m5.4xlarge}}\nresources: {cpu: 3, memory: 8Gi}\nreplicas: {min: 5, max: 11}",
        "m5.4xlarge",
        5,
        Some([0.768, 2.0 * 0.768, 3.0 * 0.768]),
    ),
    // What is not known is not nothing.
    ("placement: {nodeSelector: {kubernetes.io/arch: arm64}}", "a node that holds a replica", 1, None),
    (
        "placement: {nodeSelector: {node.kubernetes.io/instance-type: x9.huge}}",
        "a node that holds a replica",
        1,
        None,
    ),
    ("resources: {cpu: 400, memory: 8Gi}", "a node that holds a replica", 1, None),
    ("resources: {gpu: {type: amd-mi300x}}", "a node that holds a replica", 1, None),
    (
        "targets: {kubernetes: {cloud: azure}}\nresources: {gpu: {type: nvidia-l4}}",
        "a node that holds a replica",
        1,
        None,
    ),
    (
        "targets: {kubernetes: {cloud: gcp}}\nresources: {cpu: 8, memory: 64Gi, gpu: {type: nvidia-h200-141gb, count: 8}}",
        "a3-ultragpu-8g",
        1,
        None,
    ),
];

#[test]
fn the_cheapest_nodes_hold_the_replicas() {
    for (lines, node, packed, hourly) in CASES {
        let cost = cost(lines);
        assert_eq!((cost.parts[0].what.as_str(), cost.packed), (*node, *packed), "{lines}");
        let replicas = cost.replicas;
        let found = [replicas.least, replicas.expected, replicas.most].map(|count| cost.hourly(count));
        for (found, expected) in found.into_iter().zip(hourly.map_or([None; 3], |all| all.map(Some))) {
            match (found, expected) {
                (Some(found), Some(expected)) => assert!((found - expected).abs() < 1e-9, "{lines}: {found}"),
                (found, expected) => assert_eq!(found, expected, "{lines}"),
            }
        }
        assert!(!cost.left_out.is_empty());
    }
}

#[test]
fn what_nobody_said_is_told() {
    let assumed = |lines: &str| cost(lines).assumed.join("\n");
    assert!(assumed("").contains("no cloud is named"), "{}", assumed(""));
    assert!(assumed("requirements: {clouds: [aws, gcp]}").contains("of the clouds in `requirements.clouds`"));
    let named = assumed("targets: {kubernetes: {cloud: aws}}");
    assert!(!named.contains("cloud") && named.contains("`c5.large`, each with room for"), "{named}");
    let role = "identity: {awsRole: 'arn:aws:iam::123456789012:role/churn'}";
    assert_eq!(cost(role).parts[0].what, "c5.large");
    let left_out = cost("placement: {spot: true}").left_out.join("\n");
    assert!(left_out.contains("Spot"), "{left_out}");
}

#[test]
fn kserve_s_own_containers_take_room_too() {
    let lines = "targets: {kubernetes: {cloud: aws}, kserve: {mode: knative}}\nresources: {cpu: 950m, memory: 1Gi}\nautoscale: {on: concurrency, target: 4}\nreplicas: {min: 2, max: 2}";
    let packed = |target| cost_of(target, &workload(lines)).packed;
    assert_eq!((packed("kubernetes"), packed("kserve")), (2, 1));
}

#[test]
fn a_month_by_its_average_and_its_busy_hours() {
    let cost = cost(
        "targets: {kubernetes: {cloud: aws}}\nresources: {cpu: 1, memory: 2Gi}\nreplicas: {min: 1, max: 4}",
    );
    let node = 0.085 * HOURS_A_MONTH;
    let near = |found: Option<f64>, expected: f64| {
        let found = found.expect("the price is known");
        assert!((found - expected).abs() < 1e-6, "{found} is not {expected}");
    };
    near(cost.idle(), node);
    near(cost.busy(), 4.0 * node);
    near(cost.monthly_at(0.0), 0.0);
    near(cost.monthly_at(2.5), 2.5 * node);
    near(cost.monthly_with_busy_hours(8.0), 2.0 * node);
    for strange in [-1.0, f64::NAN, f64::INFINITY] {
        assert_eq!((cost.monthly_at(strange), cost.monthly_with_busy_hours(strange)), (None, None));
    }
    assert_eq!(cost.monthly_with_busy_hours(25.0), None);
}

proptest! {
    #[test]
    fn a_node_holds_what_it_is_said_to_hold(
        cpu_millis in 1..400_000_u64,
        memory_mib in 1..3_000_000_u64,
        gpus in prop_oneof![2 => Just(0_u32), 1 => 1..9_u32],
        index in 0..40_usize,
    ) {
        let wanted = Wanted { cpu_millis, memory_mib, gpus, accelerator: None, gpu_bytes: 0 };
        for machine in [machines::sagemaker(), machines::azureml(), machines::vertex()].map(|all| all[index % all.len()]) {
            let (count, left) = (u64::from(packed(&machine, &wanted)), allocatable(&machine));
            let has = u64::from(machine.gpu.map_or(0, |it| it.count));
            prop_assert!(left.cpu_millis < u64::from(machine.vcpus) * 1000);
            prop_assert!(left.memory_mib < u64::from(machine.memory_mib));
            prop_assert!(count * cpu_millis <= left.cpu_millis && count * memory_mib <= left.memory_mib);
            prop_assert!(count * u64::from(gpus) <= has && count <= 110);
            let one_more = count + 1;
            let is_full = one_more > 110 || one_more * cpu_millis > left.cpu_millis
                || one_more * memory_mib > left.memory_mib || one_more * u64::from(gpus) > has;
            prop_assert!(is_full || (gpus == 0) != (has == 0));
        }
    }
}
