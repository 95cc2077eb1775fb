//! No field of the spec is without an answer, and none is honoured in words alone.

use std::collections::BTreeSet;

use mlship_kserve::KserveTarget;
use mlship_kserve::fidelity::{Fate, answer, fates};
use mlship_spec::field::{Shape, StructInfo};
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::spec::root;
use mlship_spec::target::Target as _;

#[test]
fn every_field_of_the_schema_has_an_answer() {
    let fields = fields();
    assert!(fields.len() > 90, "only {} fields were found", fields.len());
    let without: Vec<_> = fields.iter().filter(|field| answer(field).is_none()).collect();
    assert!(without.is_empty(), "{without:?} have no answer on KServe");
}

fn fields() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    walk("", root(), &mut fields);
    fields
}

fn walk(path: &str, info: &'static StructInfo, fields: &mut BTreeSet<String>) {
    for field in info.fields {
        let path = if path.is_empty() { field.name.to_owned() } else { format!("{path}.{}", field.name) };
        match groups(&(field.shape)()) {
            Some(group) if group.name != root().name => walk(&path, group, fields),
            Some(_) | None => {
                fields.insert(path);
            }
        }
    }
}

/// The group of fields that a shape is, in its long form.
fn groups(shape: &Shape) -> Option<&'static StructInfo> {
    match shape {
        Shape::Struct(info) => Some(info),
        Shape::OneOf(shapes) => shapes.iter().find_map(groups),
        _ => None,
    }
}

/// Each line changes one field; what is emitted, said or refused must change with it.
const CHANGES: &[(&str, &str)] = &[
    ("namespace", "risk"),
    ("labels", "{team: risk}"),
    ("annotations", "{example.com/a: b}"),
    ("server.port", "9001"),
    ("server.protocol", "grpc"),
    ("server.ports", "{admin: 9000}"),
    ("server.command", "[serve]"),
    ("server.args", "[--a]"),
    ("server.env", "{A: b}"),
    ("server.secretEnv", "{A: {secret: s, key: k}}"),
    ("server.pullSecrets", "[login]"),
    ("server.pullPolicy", "Never"),
    ("server.metrics", "{path: /m}"),
    ("server.requestTimeout", "3m"),
    ("model.uri", "pvc://models/x"),
    ("model.size", "12Gi"),
    ("model.loadSeconds", "500"),
    ("resources.cpu", "3"),
    ("resources.memory", "{request: 3Gi, limit: 4Gi}"),
    ("resources.disk", "30Gi"),
    ("resources.gpu", "{type: nvidia-l4}"),
    ("resources.sharedMemory", "1Gi"),
    ("health", "{live: /l, ready: /r}"),
    ("replicas", "7"),
    ("rollout.surge", "2"),
    ("rollout.unavailable", "2"),
    ("rollout.deadline", "40m"),
    ("rollout.canary", "10"),
    ("availability.spread", "zone"),
    ("availability.spreadStrength", "required"),
    ("availability.minAvailable", "50%"),
    ("availability.maxUnavailable", "2"),
    ("expose", "{host: a.example.com, class: nginx}"),
    ("network.allowFrom", "[search]"),
    ("placement.nodeSelector", "{a: b}"),
    ("placement.tolerations", "[{key: a, operator: Exists}]"),
    ("placement.zones", "[a]"),
    ("placement.spot", "true"),
    ("placement.priorityClass", "high"),
    ("placement.runtimeClass", "nvidia"),
    ("security.runAsUser", "1000"),
    ("security.runAsGroup", "1000"),
    ("security.readOnlyRootFilesystem", "false"),
    ("security.writable", "[/data]"),
    ("identity.serviceAccount", "models"),
    ("identity.gcpServiceAccount", "churn-reader@project-one.iam.gserviceaccount.com"),
    ("config", "{files: {a.yaml: b}}"),
    ("state", "{size: 1Gi, path: /data}"),
    ("targets.kserve.version", "\"0.15\""),
    ("targets.kserve.mode", "knative"),
];

#[test]
fn every_field_that_is_honoured_changes_something() {
    let base = outcome(&[]);
    for (field, value) in CHANGES {
        let changed = outcome(&[format!("{field}={value}")]);
        assert_ne!(base, changed, "`{field}: {value}` changes nothing");
    }
}

#[test]
fn what_is_refused_or_adapted_is_so_in_the_report() {
    let report = |sets: &[&str]| {
        let workload = workload(&sets.iter().map(ToString::to_string).collect::<Vec<_>>());
        fates(&workload, &KserveTarget::new().emit(&workload))
    };
    assert!(matches!(report(&["rollout.deadline=40m"])["rollout.deadline"], Fate::Adapted(_)));
    assert!(matches!(report(&["rollout.canary=10"])["rollout.canary"], Fate::Refused(_)));
    assert!(matches!(report(&["replicas=4"])["replicas"], Fate::Honoured(_)));
    assert!(matches!(
        report(&["requirements.scaleToZero=true"])["requirements.scaleToZero"],
        Fate::Elsewhere(_)
    ));
}

fn workload(set: &[String]) -> mlship_spec::workload::Workload {
    let spec =
        "apiVersion: mlship.dev/v1\nname: churn\nserver: {image: 'ghcr.io/acme/churn:0.3.1'}\nreplicas: 3\n";
    let options = ReadOptions { set: set.to_vec(), ..Default::default() };
    let reading = read("test.yaml", spec.as_bytes(), &options);
    let said = format!("{set:?}: {:?}", reading.diagnostics);
    reading.workloads.into_iter().next().expect(&said)
}

/// Everything that comes out, as text, without places.
fn outcome(set: &[String]) -> String {
    match KserveTarget::new().emit(&workload(set)) {
        Ok(emitted) => format!("{:?} {:?}", emitted.bundle, emitted.adapted),
        Err(refusals) => refusals.iter().map(|refusal| refusal.message.clone()).collect(),
    }
}
