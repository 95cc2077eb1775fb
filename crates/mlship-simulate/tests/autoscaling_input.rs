//! What is read, and what is refused with its place.

use mlship_simulate::autoscaling::autoscaler::Autoscaler;
use mlship_simulate::autoscaling::hpa::{Change, Hpa, Select, Source, Target};
use mlship_simulate::autoscaling::keda::{Fallback, FallbackBehavior};
use mlship_simulate::autoscaling::knative::Measure;
use mlship_simulate::autoscaling::manifest::{self, Scaled};
use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::trace::{self, Kind};
use mlship_spec::diagnostic::Diagnostic;

fn read(text: &str) -> Result<Scaled, Vec<Diagnostic>> {
    let mut diagnostics = Vec::new();
    manifest::parse(0, text, None, &mut diagnostics).ok_or(diagnostics)
}

fn hpa(spec: &str) -> Hpa {
    let text = format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: model}}\n\
         spec:\n  scaleTargetRef: {{kind: Deployment, name: model}}\n  maxReplicas: 9\n{spec}"
    );
    read(&text).expect("an HPA").autoscaler.hpa().expect("an HPA").clone()
}

const PODS: &str = "  metrics: [{type: Pods, pods: {metric: {name: rps}, target: {type: AverageValue, averageValue: 1500m}}}]\n";

#[test]
fn defaults_are_the_api_servers() {
    let plain = hpa(PODS);
    assert_eq!((plain.min, plain.max, &plain.behavior), (1, 9, &None));
    assert_eq!(plain.metrics[0].target, Target::AverageValue(1500));

    let filled = hpa(&format!(
        "{PODS}  behavior: {{scaleDown: {{policies: [{{type: Pods, value: 2, periodSeconds: 60}}]}}}}\n"
    ));
    let behavior = filled.behavior.expect("written");
    assert_eq!((behavior.up.window, behavior.up.select), (Some(Time::ZERO), Select::Max));
    let up: Vec<Change> = behavior.up.policies.iter().map(|policy| policy.change).collect();
    assert_eq!(up, [Change::Pods(4), Change::Percent(100)]);
    assert_eq!(behavior.down.window, None);
    assert_eq!(behavior.down.policies.len(), 1);

    let tolerant =
        hpa(&format!("{PODS}  behavior: {{scaleUp: {{tolerance: 20m}}, scaleDown: {{tolerance: 0}}}}\n"));
    let behavior = tolerant.behavior.expect("written");
    assert_eq!((behavior.up.tolerance, behavior.down.tolerance), (Some(0.02), Some(0.0)));
}

#[test]
fn a_selector_is_printed_as_go_prints_it() {
    let metric = "  metrics: [{type: External, external: {metric: {name: depth, selector: {matchLabels: {q: b, a: c}, \
                  matchExpressions: [{key: k, operator: In, values: [x, y]}]}}, target: {type: Value, value: 3}}}]\n";
    let Source::External { selector, .. } = &hpa(metric).metrics[0].source else { panic!("external") };
    assert_eq!(
        selector,
        "&LabelSelector{MatchLabels:map[string]string{a: c,q: b,},\
         MatchExpressions:[]LabelSelectorRequirement{LabelSelectorRequirement{Key:k,Operator:In,Values:[x y],},},}"
    );
}

#[test]
fn a_scaled_object_has_kedas_defaults() {
    let text = "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: model}\nspec:\n  \
                scaleTargetRef: {name: model}\n  triggers:\n  - type: prometheus\n    metadata: {query: q, threshold: '5', activationThreshold: '2'}\n  \
                fallback: {failureThreshold: 3, replicas: 6, behavior: currentReplicasIfHigher}\n";
    let Autoscaler::Keda(keda) = read(text).expect("a ScaledObject").autoscaler else { panic!("KEDA") };
    assert_eq!((keda.min, keda.hpa.min, keda.hpa.max), (0, 1, 100));
    assert_eq!((keda.polling, keda.cooldown), (Time::from_seconds(30), Time::from_seconds(300)));
    assert_eq!(
        (keda.activation.as_slice(), keda.hpa.metrics[0].target),
        (&[2000][..], Target::AverageValue(5000))
    );
    let behavior = FallbackBehavior::CurrentIfHigher;
    assert_eq!(keda.fallback, Some(Fallback { failure_threshold: 3, replicas: 6, behavior }));
}

#[test]
fn knative_targets_count_the_utilisation_in() {
    let service = |annotations: &str, spec: &str| {
        let text = format!(
            "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {{name: model}}\nspec: {{template: {{metadata: \
             {{annotations: {annotations}}}, spec: {spec}}}}}\n"
        );
        let Autoscaler::Knative(knative) = read(&text).expect("a Service").autoscaler else {
            panic!("Knative")
        };
        knative
    };
    let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
    assert!(near(service("{}", "{containers: []}").target, 70.0));
    assert!(near(service("{}", "{containerConcurrency: 10}").target, 7.0));
    let lower = service("{autoscaling.knative.dev/target: '4'}", "{containerConcurrency: 10}");
    assert!(near(lower.target, 2.8));
    let rate = service("{autoscaling.knative.dev/metric: rps, autoscaling.knative.dev/minScale: '2'}", "{}");
    assert_eq!((rate.measure, rate.min), (Measure::Rate, 2));
    assert!(near(rate.target, 140.0));
}

#[test]
fn inference_services_become_what_their_mode_makes() {
    let service = |mode: &str| {
        format!(
            "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {{name: m, annotations: \
             {{serving.kserve.io/deploymentMode: {mode}}}}}\nspec: {{predictor: {{minReplicas: 0, maxReplicas: 5, scaleTarget: 60, \
             scaleMetric: cpu, model: {{resources: {{requests: {{cpu: '2'}}, limits: {{nvidia.com/gpu: '1'}}}}}}}}}}\n"
        )
    };
    let standard = read(&service("Standard")).expect("standard");
    let Autoscaler::Hpa(hpa) = &standard.autoscaler else { panic!("{standard:?}") };
    assert_eq!((hpa.min, hpa.max, hpa.metrics[0].target), (1, 5, Target::Utilization(60)));
    let target = standard.target.expect("its predictor");
    assert!(target.has_accelerator);
    assert_eq!(target.template.request("cpu", None), Ok(2000));
    let Autoscaler::Knative(knative) = read(&service("Knative")).expect("knative").autoscaler else {
        panic!("Knative")
    };
    assert_eq!((knative.min, knative.max), (0, 5));
}

#[test]
fn manifests_are_refused_with_their_place() {
    let text = |spec: &str| {
        format!(
            "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: model}}\nspec: {spec}\n"
        )
    };
    let deployment = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: other}\nspec: {template: {spec: {containers: [{name: a}]}}}\n";
    let reference = "scaleTargetRef: {kind: Deployment, name: model}";
    for (text, message, place) in [
        (String::from("kind: ConfigMap\napiVersion: v1\n"), "no autoscaler is among the manifests", ""),
        (text("{maxReplicas: 3}"), "`spec.scaleTargetRef` is missing", "{maxReplicas: 3}"),
        (text(&format!("{{{reference}}}")), "`spec.maxReplicas` is missing", ""),
        (
            text(&format!("{{{reference}, maxReplicas: many}}")),
            "`spec.maxReplicas: many` wants a whole number from 1 on",
            "many",
        ),
        (
            text(&format!(
                "{{{reference}, maxReplicas: 3, metrics: [{{type: Pods, pods: {{metric: {{name: a}}}}}}]}}"
            )),
            "`spec.metrics[0].pods.target` is missing",
            "{metric: {name: a}}",
        ),
        (
            text(&format!(
                "{{{reference}, maxReplicas: 3, metrics: [{{type: Pods, pods: {{metric: {{name: a}}, target: {{type: Value, value: 1}}}}}}]}}"
            )),
            "`spec.metrics[0].pods.target.type: Value` does not go with a metric of type Pods",
            "Value",
        ),
        (
            text(&format!("{{{reference}, minReplicas: 5, maxReplicas: 3}}")),
            "`spec.maxReplicas: 3` is below `minReplicas: 5`",
            "3",
        ),
        (
            text(&format!("{{{reference}, minReplicas: 0, maxReplicas: 3}}")),
            "`spec.minReplicas: 0` needs at least one Object or External metric: without pods there is no other",
            "0",
        ),
        (
            format!("{}{deployment}", text(&format!("{{{reference}, maxReplicas: 3}}"))),
            "`Deployment/model` is not among the manifests, so the autoscaler has nothing to scale",
            "{kind: Deployment, name: model}",
        ),
        (
            text(&format!(
                "{{{reference}, maxReplicas: 3, behavior: {{scaleUp: {{stabilizationWindowSeconds: 4000}}}}}}"
            )),
            "`spec.behavior.scaleUp.stabilizationWindowSeconds: 4000` is more than the API server allows, 3600",
            "4000",
        ),
    ] {
        let diagnostics = read(&text).expect_err(message);
        let found = diagnostics.iter().find(|diagnostic| diagnostic.message == message);
        let found = found.unwrap_or_else(|| panic!("{message}: {diagnostics:#?}"));
        let span = found.span.expect("a place");
        if !place.is_empty() {
            assert_eq!(&text[span.start as usize..span.end as usize], place, "{message}");
        }
    }
}

#[test]
fn traces_are_refused_with_their_place() {
    for (text, kind, message, place) in [
        ("seconds,value\n0,1\nx,2\n", Kind::Metric, "`x` is not a number of seconds", "x"),
        ("0,1\n-5,2\n", Kind::Metric, "the time `-5` is below zero", "-5"),
        ("0,1\n60,2\n30,3\n", Kind::Load, "the time `30` lies before the row's before, 60", "30"),
        ("0,1\n0,2\n", Kind::Load, "the time `0` is the same as the row's before, 0", "0"),
        ("0,1\n60,-2\n", Kind::Load, "the rate `-2` is below zero", "-2"),
        ("0,1\n60,\n", Kind::Load, "the rate is missing", "\n"),
        ("0,1\n60\n", Kind::Load, "`60` is not two columns", "60"),
        ("0,one\n", Kind::Metric, "`one` is not a number", "one"),
        ("0,1\n1700000000,2\n", Kind::Load, "the time `1700000000` lies beyond 31 days", "1700000000"),
        ("second,a,b\n0,12,31868\n", Kind::Load, "this row has 3 columns, not two", "0,12,31868"),
        ("seconds,value\n", Kind::Metric, "the trace has no rows", ""),
    ] {
        let mut diagnostics = Vec::new();
        assert_eq!(trace::parse(0, text, kind, &mut diagnostics), None, "{text}");
        assert_eq!(diagnostics[0].message, message, "{text}");
        let span = diagnostics[0].span.expect("a place");
        assert_eq!(&text[span.start as usize..span.end as usize], place, "{text}");
    }
}

#[test]
fn traces_hold_until_the_next_row() {
    let text = "\u{feff}seconds, value\r\n# a comment\n0, 1.5\n5.5, 500m\n\n10,\n12,2k\n";
    let mut diagnostics = Vec::new();
    let steps =
        trace::parse(0, text, Kind::Metric, &mut diagnostics).unwrap_or_else(|| panic!("{diagnostics:?}"));
    let at = |seconds: f64| steps.at(Time::from_seconds_f64(seconds));
    assert_eq!(
        [at(0.0), at(5.4), at(5.5), at(10.0), at(12.0), at(99.0)].map(Option::unwrap_or_default),
        [1500, 1500, 500, 0, 2_000_000, 2_000_000]
    );
    assert_eq!(at(10.0), None);
}

#[test]
fn a_gap_is_warned_of() {
    let times = (0..12).chain(112..120);
    let rows: Vec<String> = times.map(|time| format!("{time},5\n")).collect();
    let mut diagnostics = Vec::new();
    assert!(trace::parse(0, &rows.concat(), Kind::Load, &mut diagnostics).is_some());
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].message, "101 s without a row, where 1 s is usual; the rate before is held");
}
