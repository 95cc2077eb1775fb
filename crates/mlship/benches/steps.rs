//! What each step from text to printed YAML takes, for the churn predictor and for the largest example.

use std::hint::black_box;
use std::process::{Command, Stdio};

use criterion::{Criterion, criterion_group, criterion_main};
use mlship_decide::decide;
use mlship_decide::decision::Question;
use mlship_decide::weights::Weights;
use mlship_helm::HelmTarget;
use mlship_kserve::KserveTarget;
use mlship_kubernetes::yaml::print_documents;
use mlship_kubernetes::{KubernetesTarget, objects};
use mlship_lint::judge;
use mlship_lint::subject::Subject;
use mlship_managed::prices::PriceBook;
use mlship_spec::field::{Decode, Decoder, Nulls};
use mlship_spec::read::{ReadOptions, read, read_drafts};
use mlship_spec::source::Layer;
use mlship_spec::spec::Spec;
use mlship_spec::target::{Bundle, File, Target};
use mlship_spec::yaml;

const EXAMPLES: &[(&str, &str)] = &[
    ("churn-predictor", include_str!("../../../examples/churn-predictor.yaml")),
    ("vllm-llama", include_str!("../../../examples/vllm-llama.yaml")),
];

/// What stands beside an InferenceService is made too, and no more than for plain Kubernetes.
static KSERVE: KserveTarget = KserveTarget::new();

fn steps(criterion: &mut Criterion) {
    for (name, text) in EXAMPLES {
        let mut group = criterion.benchmark_group(*name);
        group.bench_function("parse", |bencher| {
            bencher.iter(|| yaml::parse(0, black_box(text), Layer::Spec, &mut Vec::new()));
        });
        let nodes = yaml::parse(0, text, Layer::Spec, &mut Vec::new());
        group.bench_function("check", |bencher| {
            bencher.iter(|| {
                Spec::decode(black_box(&nodes[0]), &mut Decoder::new(&mut Vec::new(), Nulls::Forgotten))
            });
        });
        // All the way from text: what lowering adds is the difference to the two above.
        group.bench_function("parse, check and lower", |bencher| {
            bencher.iter(|| read("mlship.yaml", black_box(text.as_bytes()), &ReadOptions::default()));
        });
        let reading = read("mlship.yaml", text.as_bytes(), &ReadOptions::default());
        let workload = &reading.workloads[0];
        group.bench_function("emit", |bencher| bencher.iter(|| KubernetesTarget.emit(black_box(workload))));
        let helm = HelmTarget::values();
        group.bench_function("emit values for Helm", |bencher| {
            bencher.iter(|| helm.emit(black_box(workload)));
        });
        group.bench_function("emit for KServe", |bencher| bencher.iter(|| KSERVE.emit(black_box(workload))));
        let emitted = KubernetesTarget.emit(workload).expect("the example can be emitted");
        group.bench_function("print", |bencher| bencher.iter(|| print(black_box(&emitted.bundle))));
        group.bench_function("judge by all rules", |bencher| {
            let objects = objects(workload);
            let subject = Subject {
                workload,
                objects: &objects,
                target: "kubernetes",
                environment: None,
                cluster: None,
            };
            bencher.iter(|| judge(black_box(&subject)));
        });
        group.bench_function("plan, the whole process", |bencher| {
            let file = format!("{}/../../examples/{name}.yaml", env!("CARGO_MANIFEST_DIR"));
            bencher.iter(|| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_mlship"));
                command.args(["plan", "--target", "kubernetes", "-f", &file]).stdout(Stdio::null());
                command.status().expect("mlship runs")
            });
        });
        group.finish();
    }
}

fn print(bundle: &Bundle) -> usize {
    let texts = bundle.files.values().map(|file| match file {
        File::Manifests(documents) => print_documents(documents).len(),
        File::Settings(document) => print_documents(std::slice::from_ref(document)).len(),
        File::Text(text) => text.len(),
    });
    texts.sum()
}

/// A whole decision: requirements alone, and a spec with its own.
fn decisions(criterion: &mut Criterion) {
    let needs =
        "apiVersion: mlship.dev/v1\nrequirements: {models: 1, platformTeam: false, traffic: {average: 20}}\n";
    let mut group = criterion.benchmark_group("decide");
    for (name, text) in [("requirements alone", needs), EXAMPLES[0]] {
        let (_, drafts) = read_drafts("mlship.yaml", text.as_bytes(), &ReadOptions::default());
        let (book, weights) = (PriceBook::embedded(), Weights::embedded());
        let question = Question {
            draft: &drafts[0],
            file: "",
            targets: mlship::targets::all(),
            book,
            weights: &weights,
        };
        group.bench_function(name, |bencher| bencher.iter(|| decide(black_box(&question))));
    }
    group.finish();
}

criterion_group!(benches, steps, decisions);
criterion_main!(benches);
