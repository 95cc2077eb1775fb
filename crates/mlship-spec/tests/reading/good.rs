//! What is right is read as it is meant, whatever way YAML allows to write it.

use mlship_spec::diagnostic::Severity;
use mlship_spec::read::{ReadOptions, Reading, read};
use mlship_spec::source::Layer;
use mlship_spec::workload::Workload;

use crate::cases;
use crate::facts;
use crate::render;

#[test]
fn every_good_spec_is_read_as_it_is_meant() {
    cases::compare("good", |case| {
        let reading = case.read();
        // Elsewhere the same decisions would be repeated in every file.
        let is_about_decisions = ["defaults/", "layers/"].iter().any(|topic| case.name.starts_with(topic));
        let decisions = if is_about_decisions { facts::decisions(&reading) } else { String::new() };
        format!("{}{decisions}", facts::facts(&reading))
    });
}

#[test]
fn no_good_spec_has_errors() {
    for case in cases::table("good") {
        let reading = case.read();
        let errors = reading.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
        assert_eq!(errors, 0, "{}:\n{}", case.name, render::findings(&reading));
        assert!(!reading.workloads.is_empty(), "{} has no workload", case.name);
    }
}

/// How the text was stored changes nothing.
#[test]
fn line_ends_and_marks_change_nothing() {
    let same = [
        "carriage-returns",
        "byte-order-mark",
        "byte-order-mark-and-carriage-returns",
        "old-carriage-returns",
    ];
    let of = |wanted: &str| {
        let mut table = cases::table("good").into_iter();
        let case = table.find(|case| case.name == format!("text/{wanted}.yaml")).expect("the case is there");
        facts::facts(&case.read())
    };
    let plain = of("no-line-break-at-the-end");
    for name in same {
        assert_eq!(of(name), plain, "{name}");
    }
}

const LAYERED: &str = "
apiVersion: mlship.dev/v1
name: churn
server:
  image: ghcr.io/acme/churn:1.0.0
  env: {A: spec, B: spec}
  args: [spec]
resources: {cpu: {request: 1, limit: 2}}
replicas: 2
environments:
  staging:
    server: {env: {B: environment, C: environment}, args: [environment, twice]}
    resources: {cpu: {limit: 3}}
    replicas: 3
";

fn layered(environment: Option<&str>, set: &[&str]) -> Reading {
    let options = ReadOptions {
        environment: environment.map(str::to_owned),
        set: set.iter().map(|flag| (*flag).to_owned()).collect(),
    };
    read("mlship.yaml", LAYERED.as_bytes(), &options)
}

fn only(reading: &Reading) -> &Workload {
    assert_eq!(reading.workloads.len(), 1, "{}", render::findings(reading));
    &reading.workloads[0]
}

fn layer(workload: &Workload, field: &str) -> Option<Layer> {
    workload.provenance.written.get(field).map(|origin| origin.layer)
}

#[test]
fn every_field_knows_the_layer_that_wrote_it() {
    let reading = layered(Some("staging"), &["replicas=4", "server.env.C=flag", "namespace=here"]);
    let workload = only(&reading);
    assert_eq!(layer(workload, "name"), Some(Layer::Spec));
    assert_eq!(layer(workload, "server.env.A"), Some(Layer::Spec));
    assert_eq!(layer(workload, "server.env.B"), Some(Layer::Environment));
    assert_eq!(layer(workload, "server.env.C"), Some(Layer::Set));
    assert_eq!(layer(workload, "resources.cpu.request"), Some(Layer::Spec));
    assert_eq!(layer(workload, "resources.cpu.limit"), Some(Layer::Environment));
    assert_eq!(layer(workload, "replicas"), Some(Layer::Set));
    assert_eq!(layer(workload, "namespace"), Some(Layer::Set));
    assert_eq!(layer(workload, "environments"), None);
    assert_eq!(layer(workload, "resources.memory"), None);
}

#[test]
fn every_written_field_is_found_in_its_source() {
    let reading = layered(Some("staging"), &["namespace=here", "server.env.C=flag"]);
    let workload = only(&reading);
    let text = |field: &str| reading.sources.text(workload.provenance.written[field].span);
    assert_eq!(text("name"), "churn");
    assert_eq!(text("server.env.B"), "environment");
    assert_eq!(text("server.env.C"), "flag");
    assert_eq!(text("namespace"), "here");
    assert_eq!(text("server.args"), "[environment, twice]");
    // A group is pointed at by its name.
    assert_eq!(text("server"), "server");
    // What was not written is found at what it would stand under.
    assert_eq!(
        workload.span("server.port").map(|span| reading.sources.text(span)).as_deref(),
        Some("server")
    );
    assert_eq!(workload.span("state.size"), None);
}

#[test]
fn maps_merge_and_lists_are_replaced() {
    let reading = layered(Some("staging"), &[]);
    let workload = only(&reading);
    assert_eq!(workload.server.args, ["environment", "twice"]);
    let names: Vec<&str> = workload.server.env.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["A", "B", "C"], "the order is that in which they were first written");
}

#[test]
fn null_takes_a_field_away() {
    let reading = layered(Some("staging"), &["server.env.A=null", "server.args=", "resources=~"]);
    let workload = only(&reading);
    let names: Vec<&str> = workload.server.env.iter().map(|variable| variable.name.as_str()).collect();
    assert_eq!(names, ["B", "C"]);
    assert!(workload.server.args.is_empty());
    assert!(!workload.provenance.is_written("resources"));
    assert!(workload.provenance.decisions.iter().any(|decision| decision.field == "resources.cpu"));
}

#[test]
fn a_quoted_null_is_text() {
    let reading = layered(None, &["server.env.A=\"null\"", "server.env.B=''"]);
    let workload = only(&reading);
    let values: Vec<String> =
        workload.server.env.iter().map(|variable| format!("{:?}", variable.value)).collect();
    assert_eq!(values, ["Literal(\"null\")", "Literal(\"\")"]);
}

#[test]
fn the_later_flag_wins() {
    let reading = layered(None, &["replicas=4", "replicas=5"]);
    assert_eq!(only(&reading).min_replicas(), 5);
}

#[test]
fn a_secret_of_a_flag_is_never_shown() {
    for flag in [
        "server.env.HF_TOKEN=geheim",
        "server.env.A=hf_geheimgeheimgeheimgeheim",
        "server.args=[--token=geheim",
    ] {
        let reading = layered(None, &[flag]);
        let rendered = render::findings(&reading);
        assert!(reading.workloads.is_empty() && !reading.diagnostics.is_empty());
        assert!(!rendered.contains("geheim"), "{rendered}");
        assert!(reading.sources.iter().all(|source| !source.shown().contains("geheim")), "{flag}");
    }
}

#[test]
fn a_flag_holds_one_document() {
    let reading = layered(None, &["replicas=1\n---\n2"]);
    assert_eq!(reading.diagnostics[0].code.id, "ML009");
    assert!(reading.workloads.is_empty());
}

#[test]
fn the_spec_of_an_unselected_environment_is_not_used() {
    let reading = layered(None, &[]);
    let workload = only(&reading);
    assert_eq!(workload.min_replicas(), 2);
    assert_eq!(workload.server.args, ["spec"]);
}
