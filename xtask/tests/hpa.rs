//! The simulator says of every timeline what the real HPA controller does in it.
//!
//! All timelines run at once, each in a namespace of its own, with a sync a second. The simulator is told when the syncs
//! really were: on a machine that does other things too they come late, which moves what happens at the edge of a
//! window. A timeline that differs is run again with the others that do, up to four times, and must agree then: pods may
//! start late as well, and the controller writes late what it measures ages from.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

#[path = "hpa/cases.rs"]
mod cases;
#[path = "hpa/drawn.rs"]
mod drawn;
#[path = "hpa/server.rs"]
mod server;
#[path = "hpa/watch.rs"]
mod watch;

use cases::{CASES, Case};
use mlship_simulate::autoscaling::hpa::Settings;
use mlship_simulate::autoscaling::manifest;
use mlship_simulate::autoscaling::replay::{Replay, replay};
use mlship_simulate::autoscaling::report::Report;
use mlship_simulate::autoscaling::time::Time;
use mlship_simulate::autoscaling::trace::{Row, Steps};
use serde_json::{Value, json};
use server::{Script, Scripts};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use watch::Seen;
use xtask::Look;
use xtask::cluster::{Cluster, ClusterOptions, Component, FakeNode, READY_AFTER};

const DEADLINE: Duration = Duration::from_mins(3);

/// How much later than its sync a change may be seen: less than a period.
const SLACK_SECONDS: f64 = 0.9;

/// Timelines that are drawn beside those that are written down, and the seed.
const DRAWN: (u64, usize) = (8, 30);

/// How often a timeline is tried.
const TRIES: usize = 5;

fn settings() -> Settings {
    Settings {
        sync_period: Time::from_seconds(1),
        cpu_initialization: Time::from_seconds(20),
        readiness_delay: Time::from_seconds(5),
        downscale_window: Time::from_seconds(10),
        ..Settings::default()
    }
}

#[test]
fn every_timeline_is_as_the_real_controllers() {
    let cluster = start_cluster();
    let seen = Arc::new(Seen::default());
    let drawn = drawn::cases(seed(), DRAWN.1);
    let cases: Vec<&Case> = CASES.iter().chain(&drawn).collect();
    let scripts: Scripts = (0..TRIES)
        .flat_map(|attempt| cases.iter().map(move |case| (namespace(case, attempt), script(case))))
        .collect();
    let port = server::start(Arc::new(scripts), seen.clone());
    server::register(&cluster, port);
    let watches = watch::start(&cluster, &seen);

    let mut pending = cases.clone();
    let mut differences = Vec::new();
    for attempt in 0..TRIES {
        differences = run(&cluster, &seen, &pending, attempt);
        for (case, difference) in &differences {
            eprintln!("attempt {attempt}: {}\n{difference}", case.name);
        }
        pending = differences.iter().map(|(case, _)| *case).collect();
        if pending.is_empty() {
            break;
        }
    }
    drop(watches);
    let differences: Vec<String> =
        differences.iter().map(|(case, difference)| format!("{}\n{difference}", case.name)).collect();
    assert!(
        differences.is_empty(),
        "{} of {} differ:\n{}",
        differences.len(),
        cases.len(),
        differences.join("\n")
    );
}

/// Another seed for other timelines, from `HPA_SEED`.
fn seed() -> u64 {
    std::env::var("HPA_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(DRAWN.0)
}

fn start_cluster() -> Cluster {
    let manager = |options: ClusterOptions, flag: &str| options.flag(Component::KubeControllerManager, flag);
    let mut options = ClusterOptions::full();
    for flag in [
        "--horizontal-pod-autoscaler-sync-period=1s",
        "--horizontal-pod-autoscaler-cpu-initialization-period=20s",
        "--horizontal-pod-autoscaler-initial-readiness-delay=5s",
        "--horizontal-pod-autoscaler-downscale-stabilization=10s",
        "--concurrent-horizontal-pod-autoscaler-syncs=40",
        "--kube-api-qps=1000",
        "--kube-api-burst=1000",
    ] {
        options = manager(options, flag);
    }
    let cluster = Cluster::start(options).unwrap();
    let large = |name: &str| {
        FakeNode::new(name)
            .allocatable("cpu", "4000")
            .allocatable("memory", "4000Gi")
            .allocatable("pods", "2000")
    };
    cluster.create_nodes(&[large("a"), large("b")]).unwrap();
    cluster
}

/// Runs these timelines at once; what differs comes back.
fn run<'a>(
    cluster: &Cluster,
    seen: &Arc<Seen>,
    cases: &[&'a Case],
    attempt: usize,
) -> Vec<(&'a Case, String)> {
    let list = |items: Vec<Value>| json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string();
    let name = |case: &Case| namespace(case, attempt);
    cluster.apply(&list(cases.iter().map(|case| namespace_object(&name(case))).collect())).unwrap();
    cluster
        .wait("service accounts", DEADLINE, || {
            let accounts = cluster.get(&["serviceaccounts", "-A"])?;
            let has = |case: &&Case| {
                let accounts = accounts["items"].as_array().into_iter().flatten();
                accounts.filter(|one| one["metadata"]["namespace"] == name(case).as_str()).count() > 0
            };
            let missing = cases.iter().filter(|case| !has(case)).count();
            Ok(if missing == 0 { Look::Done(()) } else { Look::NotYet(format!("{missing} are missing")) })
        })
        .unwrap();
    cluster.apply(&list(cases.iter().map(|case| deployment(case, &name(case))).collect())).unwrap();
    cluster
        .wait("the first pods", DEADLINE, || {
            let short =
                |case: &&&Case| seen.ready_pods(&name(case)).len() < usize::try_from(case.replicas).unwrap();
            let missing = cases.iter().filter(short).count();
            Ok(if missing == 0 { Look::Done(()) } else { Look::NotYet(format!("{missing} are short")) })
        })
        .unwrap();
    // Samples of a resource must be a window newer than the pods' being Ready.
    thread::sleep(Duration::from_secs(3));
    cluster.apply(&list(cases.iter().map(|case| autoscaler(case, &name(case))).collect())).unwrap();
    let edits = write_by_hand(cluster, seen, cases, attempt);
    let longest = cases.iter().map(|case| case.seconds).fold(0.0, f64::max);
    while cases.iter().any(|case| seen.time(&name(case)) < longest + 1.0) {
        cluster.check().unwrap();
        thread::sleep(Duration::from_millis(200));
    }
    let events = settled_events(cluster);
    let differences = cases.iter().filter_map(|case| {
        let difference = compare(
            &predict(case, &seen.syncs(&name(case)), edits.get(&name(case))),
            &seen.states(&name(case)),
            &messages(&events, &name(case)),
        )?;
        Some((*case, difference))
    });
    let differences = differences.collect();
    for case in cases {
        cluster.kubectl(&["delete", "namespace", &name(case), "--wait=false"], None).unwrap();
    }
    differences
}

/// All events, once no more come: the controller writes them behind its work.
fn settled_events(cluster: &Cluster) -> Value {
    let mut last = cluster.get(&["events", "-A"]).unwrap();
    for _ in 0..10 {
        thread::sleep(Duration::from_secs(2));
        let now = cluster.get(&["events", "-A"]).unwrap();
        let count = |events: &Value| events["items"].as_array().map_or(0, Vec::len);
        if count(&now) == count(&last) {
            return now;
        }
        last = now;
    }
    last
}

/// Writes sizes when the cases want it; returns when that really was.
fn write_by_hand(
    cluster: &Cluster,
    seen: &Arc<Seen>,
    cases: &[&Case],
    attempt: usize,
) -> BTreeMap<String, Vec<(Time, i32)>> {
    let mut written: BTreeMap<String, Vec<(Time, i32)>> = BTreeMap::new();
    let mut edits: Vec<(f64, String, i32)> = Vec::new();
    for case in cases {
        edits.extend(case.edits.iter().map(|(at, replicas)| (*at, namespace(case, attempt), *replicas)));
    }
    edits.sort_by(|one, other| one.0.total_cmp(&other.0));
    for (at, namespace, replicas) in edits {
        // A little early, for kubectl takes a moment.
        while !seen.has_started(&namespace) || seen.time(&namespace) < at - 0.1 {
            thread::sleep(Duration::from_millis(10));
        }
        let flag = format!("--replicas={replicas}");
        let arguments = ["-n", &namespace, "scale", "deployment", "model", &flag];
        cluster.kubectl(&arguments, None).unwrap().into_stdout().unwrap();
        let at = Time::from_seconds_f64(seen.time(&namespace));
        written.entry(namespace).or_default().push((at, replicas));
    }
    written
}

fn namespace(case: &Case, attempt: usize) -> String {
    format!("{}-{attempt}", case.name)
}

fn namespace_object(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
}

fn deployment(case: &Case, namespace: &str) -> Value {
    let ready_after = format!("{}ms", case.ready_after * 1000.0);
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "model", "namespace": namespace},
        "spec": {
            "replicas": case.replicas,
            "selector": {"matchLabels": {"app": "model"}},
            "template": {
                "metadata": {"labels": {"app": "model"}, "annotations": {READY_AFTER: ready_after}},
                "spec": {"containers": [{
                    "name": "server", "image": "registry.example/model:1",
                    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}},
                }]},
            },
        },
    })
}

fn autoscaler(case: &Case, namespace: &str) -> Value {
    let mut spec: Value = serde_yaml::from_str(case.spec).unwrap();
    spec["scaleTargetRef"] = json!({"apiVersion": "apps/v1", "kind": "Deployment", "name": "model"});
    json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "model", "namespace": namespace}, "spec": spec,
    })
}

fn script(case: &Case) -> Script {
    Script { metrics: metrics(case), window: case.window }
}

fn metrics(case: &Case) -> BTreeMap<String, Steps> {
    #[expect(clippy::cast_possible_truncation, reason = "values of tests are small")]
    let row = |(at, value): &(f64, f64)| Row {
        at: Time::from_seconds_f64(*at),
        value: (!value.is_nan()).then_some((value * 1000.0).round() as i64),
    };
    let steps = |rows: &[(f64, f64)]| Steps::new(rows.iter().map(row).collect());
    case.metrics.iter().map(|(name, rows)| ((*name).to_owned(), steps(rows))).collect()
}

/// What the simulator says, from the very manifests that the cluster gets.
fn predict(case: &Case, syncs: &[f64], edits: Option<&Vec<(Time, i32)>>) -> Report {
    let text = format!("{}\n---\n{}\n", deployment(case, "x"), autoscaler(case, "x"));
    let mut diagnostics = Vec::new();
    let scaled = manifest::parse(0, &text, None, &mut diagnostics);
    let scaled = scaled.ok_or_else(|| format!("{}: {diagnostics:?}", case.name)).unwrap();
    let template = scaled.target.unwrap().template;
    replay(&Replay {
        replicas: case.replicas,
        duration: Time::from_seconds_f64(case.seconds),
        ready_after: Time::from_seconds_f64(case.ready_after),
        // A pod's Ready time is written in whole seconds, so a window of up to one second never matters here.
        metric_window: Time::from_seconds(if case.window <= 1 { 0 } else { case.window }),
        settings: settings(),
        edits: edits.cloned().unwrap_or_default(),
        syncs: Some(syncs.iter().map(|at| Time::from_seconds_f64(*at)).collect()),
        ..Replay::new(scaled.autoscaler, template, metrics(case))
    })
}

fn messages(events: &Value, namespace: &str) -> Vec<String> {
    let events = events["items"].as_array().into_iter().flatten();
    let ours = events.filter(|event| {
        event["metadata"]["namespace"] == namespace && event["reason"] == "SuccessfulRescale"
    });
    ours.filter_map(|event| event["message"].as_str().map(str::to_owned)).collect()
}

/// A change of size that was seen.
#[derive(Debug)]
struct Change {
    at: f64,
    from: i64,
    to: i64,
    limited: String,
}

/// How prediction and reality differ, if they do.
fn compare(report: &Report, states: &[(f64, Value)], messages: &[String]) -> Option<String> {
    let end = report.summary.seconds - SLACK_SECONDS;
    let predicted: Vec<_> = report.events.iter().filter(|event| event.t.seconds() < end).collect();
    let seen: Vec<Change> = changes(states);
    let mut differences = Vec::new();
    for (index, event) in predicted.iter().enumerate() {
        let Some(change) = seen.get(index) else {
            differences.push(format!("did not come: {event:?}"));
            continue;
        };
        let late = change.at - event.t.seconds();
        let is_same = (change.from, change.to) == (i64::from(event.from), i64::from(event.desired))
            && event.scaling_limited.as_deref().unwrap_or("") == change.limited
            && (-0.3..SLACK_SECONDS).contains(&late);
        if !is_same {
            differences.push(format!("predicted {event:?}\n     seen {change:?}"));
        }
        let message = format!("New size: {}; reason: {}", event.desired, event.reason);
        // From the eleventh on, the controller's event recorder combines what is similar.
        if predicted.len() <= 9 && !messages.contains(&message) {
            differences.push(format!("no event `{message}` in {messages:?}"));
        }
    }
    if let Some(more) = seen.get(predicted.len()..) {
        let more = more.iter().filter(|change| change.at < end);
        differences.extend(more.map(|change| format!("not predicted: {change:?}")));
    }
    differences.extend(compare_conditions(report, states, end));
    (!differences.is_empty()).then(|| differences.join("\n"))
}

fn changes(states: &[(f64, Value)]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut last = Value::Null;
    for (at, status) in states {
        let (from, to) = (status["currentReplicas"].as_i64(), status["desiredReplicas"].as_i64());
        let is_rescale = reason(status, "AbleToScale").ends_with("/SucceededRescale");
        // The same state is told again when only the time of a condition changes.
        if is_rescale && from != to && *status != last {
            let limited = reason(status, "ScalingLimited");
            changes.push(Change { at: *at, from: from.unwrap_or(0), to: to.unwrap_or(0), limited });
        }
        last = status.clone();
    }
    changes
}

/// Status and reason of a condition, as `True/SucceededRescale`; empty where there is none.
fn reason(status: &Value, kind: &str) -> String {
    let conditions = status["conditions"].as_array().into_iter().flatten();
    let found = conditions.clone().find(|condition| condition["type"] == kind);
    let text = |condition: &Value, key: &str| condition[key].as_str().unwrap_or_default().to_owned();
    found
        .map(|condition| format!("{}/{}", text(condition, "status"), text(condition, "reason")))
        .unwrap_or_default()
}

/// The order of states of each condition, times aside.
fn compare_conditions(report: &Report, states: &[(f64, Value)], end: f64) -> Vec<String> {
    let mut differences = Vec::new();
    for kind in ["AbleToScale", "ScalingActive", "ScalingLimited", "ScaledToZero"] {
        let changes =
            report.conditions.iter().filter(|change| change.kind == kind && change.t.seconds() < end - 1.0);
        let predicted: Vec<String> =
            changes.map(|change| format!("{}/{}", change.status, change.reason)).collect();
        let mut seen: Vec<String> = states.iter().map(|(_, status)| reason(status, kind)).collect();
        seen.retain(|reason| !reason.is_empty());
        seen.dedup();
        if !seen.starts_with(&predicted) {
            differences.push(format!("{kind}: predicted {predicted:?}\n     seen {seen:?}"));
        }
    }
    differences
}
