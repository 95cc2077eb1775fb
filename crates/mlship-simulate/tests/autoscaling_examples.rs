//! Every example that scales can be simulated as it stands.

use mlship_simulate::autoscaling::load;
use mlship_simulate::autoscaling::run::run;
use mlship_simulate::autoscaling::signals::Kind;
use mlship_simulate::autoscaling::workload::{Assumptions, scenario};
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::workload::{Scale, Workload};

/// The examples' texts, by name.
const EXAMPLES: [(&str, &str); 5] = [
    ("churn-predictor", include_str!("../../../examples/churn-predictor.yaml")),
    ("scale-to-zero", include_str!("../../../examples/scale-to-zero.yaml")),
    ("sklearn-cpu", include_str!("../../../examples/sklearn-cpu.yaml")),
    ("triton-grpc", include_str!("../../../examples/triton-grpc.yaml")),
    ("vllm-llama", include_str!("../../../examples/vllm-llama.yaml")),
];

fn workload(name: &str) -> Workload {
    let (_, text) = EXAMPLES.into_iter().find(|(known, _)| *known == name).expect("an example");
    let reading = read(name, text.as_bytes(), &ReadOptions::default());
    reading.workloads.into_iter().next().expect("a workload")
}

#[test]
fn examples_run() {
    let mut simulated = 0;
    for (name, _) in EXAMPLES {
        let workload = workload(name);
        let load = load::parse(0, "ramp:1..40@60+300", &mut Vec::new()).expect("a load");
        let Some(scenario) = scenario(&workload, load, &Assumptions::default()) else {
            assert!(matches!(workload.scale, Scale::Fixed { .. }), "{name}");
            continue;
        };
        assert_eq!(scenario.unknown(), Vec::<String>::new(), "{name}");
        let report = run(&scenario);
        let (min, max) = (scenario.autoscaler.min(), scenario.autoscaler.max());
        assert!(report.timeline.iter().all(|moment| (min..=max).contains(&moment.desired)), "{name}");
        simulated += 1;
    }
    assert!(simulated >= 3, "{simulated}");
}

#[test]
fn a_specs_model_and_signal_are_taken_over() {
    let load = load::parse(0, "constant:1", &mut Vec::new()).expect("a load");
    let scenario = scenario(&workload("vllm-llama"), load, &Assumptions::default()).expect("it scales");
    let kinds: Vec<Kind> = scenario.signals.values().copied().collect();
    assert_eq!(kinds, [Kind::Queue]);
    assert!((scenario.service.concurrency - 64.0).abs() < 1e-9);
    assert!(scenario.service.startup.loading.seconds() >= 150.0);
}
