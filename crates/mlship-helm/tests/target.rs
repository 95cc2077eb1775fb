//! What the target writes, form by form.

use mlship_helm::HelmTarget;
use mlship_helm::gitops::GitOps;
use mlship_kubernetes::yaml::{print_document, print_documents};
use mlship_spec::diagnostic::has_errors;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{File, Target as _};
use mlship_spec::workload::Workload;

const SPEC: &str = "
apiVersion: mlship.dev/v1
name: churn
namespace: ml
server: {image: 'ghcr.io/acme/churn:0.3.1', port: 8000, args: ['{{ .Values.x }}']}
health: {live: /healthz, ready: /readyz}
replicas: 2
";

fn workload(spec: &str) -> Workload {
    let reading = read("test.yaml", spec.as_bytes(), &ReadOptions::default());
    assert!(!has_errors(&reading.diagnostics), "{:#?}", reading.diagnostics);
    reading.workloads.into_iter().next().expect("a spec without errors gives a workload")
}

/// The files of a target, each as text.
#[track_caller]
fn files(target: &HelmTarget) -> Vec<(String, String)> {
    let emitted = target.emit(&workload(SPEC)).expect("the target takes it");
    let text = |file: &File| match file {
        File::Manifests(documents) => print_documents(documents),
        File::Settings(document) => print_document(document),
        File::Text(text) => text.to_string(),
    };
    emitted.bundle.files.iter().map(|(path, file)| (path.clone(), text(file))).collect()
}

const VALUES: &str = r#"image:
  repository: ghcr.io/acme/churn
  tag: 0.3.1
args:
- "{{ .Values.x }}"
port: 8000
resources:
  limits:
    ephemeral-storage: 2Gi
    memory: 2Gi
  requests:
    cpu: "1"
    ephemeral-storage: 1Gi
    memory: 2Gi
probes:
  liveness:
    check: http
    path: /healthz
  readiness:
    check: http
    path: /readyz
"#;

#[test]
fn values_hold_what_differs_from_the_defaults_and_no_more() {
    let files = files(&HelmTarget::values());
    let version = mlship_helm::chart::VERSION;
    let line = format!(
        "helm upgrade --install churn \
                \"${{CHARTS:?say where the chart is, such as oci://registry.example.com/charts}}\"/model-server \
                --version {version} --namespace ml --create-namespace --values churn.values.yaml\n"
    );
    assert_eq!(files[0], ("churn.helm.sh".to_owned(), line));
    assert_eq!(files[1].0, "churn.values.yaml");
    let read = |text: &str| serde_yaml::from_str::<serde_json::Value>(text).expect("values are YAML");
    assert_eq!(read(&files[1].1), read(VALUES), "{}", files[1].1);
    assert_eq!(files.len(), 2);
}

#[test]
fn the_line_names_the_place_where_the_chart_is_published() {
    let repository = "oci://registry.example.com/charts".parse().expect("a place of charts");
    let line = &files(&HelmTarget::values_from(repository))[0].1;
    assert!(line.starts_with(
        "helm upgrade --install churn oci://registry.example.com/charts/model-server --version"
    ));
    let repository = "oci://[::1]:5000/charts".parse().expect("a place of charts");
    let line = &files(&HelmTarget::values_from(repository))[0].1;
    assert!(line.contains(r" oci://\[::1\]:5000/charts/model-server "), "a shell reads brackets: {line}");
}

#[test]
fn a_chart_of_ones_own_holds_every_file_with_the_values_as_defaults() {
    let files = files(&HelmTarget::chart());
    assert_eq!(files.len(), mlship_helm::chart::FILES.len());
    let values = files.iter().find(|(path, _)| path == "churn-chart/values.yaml").expect("there are values");
    let values: serde_json::Value = serde_yaml::from_str(&values.1).expect("values are YAML");
    assert_eq!(values["args"][0], "{{ .Values.x }}");
    assert_eq!(values["drainSeconds"], 10);
}

#[test]
fn gitops_tools_read_where_the_chart_is_and_the_same_values() {
    let repository = || "oci://registry.example.com/charts".parse().expect("a place of charts");
    let argocd = &files(&HelmTarget::gitops(GitOps::Argocd, repository()))[0];
    assert_eq!(argocd.0, "churn.argocd.yaml");
    let application: serde_json::Value = serde_yaml::from_str(&argocd.1).expect("an Application is YAML");
    let source = &application["spec"]["source"];
    assert_eq!(source["repoURL"], "registry.example.com/charts");
    assert_eq!(source["helm"]["valuesObject"]["image"]["tag"], "0.3.1");
    assert_eq!(application["spec"]["destination"]["namespace"], "ml");

    let flux = &files(&HelmTarget::gitops(GitOps::Flux, repository()))[0];
    assert_eq!(flux.0, "churn.flux.yaml");
    assert!(flux.1.contains("url: oci://registry.example.com/charts/model-server\n"), "{}", flux.1);
    assert!(flux.1.contains("kind: HelmRelease\n"), "{}", flux.1);
}

#[test]
fn places_of_charts_are_checked() {
    for good in ["oci://ghcr.io/yourorg/charts", "oci://localhost:5000/charts/", "oci://host"] {
        assert!(good.parse::<mlship_helm::gitops::ChartRepository>().is_ok(), "{good}");
    }
    for bad in [
        "https://charts.example.com",
        "ghcr.io/yourorg",
        "oci://",
        "oci://a/B",
        "oci://a//b",
        "oci://a/$(b)",
        "oci://a;b/c",
        "oci://ghcr.io/yourorg:1.0",
        "oci://:5000/a",
        "oci://a:b/c",
        "oci://user:word@a/b",
    ] {
        assert!(bad.parse::<mlship_helm::gitops::ChartRepository>().is_err(), "{bad}");
    }
}

#[test]
fn a_name_that_no_release_can_have_is_refused_at_its_place() {
    let name = "a".repeat(54);
    let refusals =
        HelmTarget::values().emit(&workload(&SPEC.replace("name: churn", &format!("name: {name}"))));
    let refusals = refusals.expect_err("the target refuses it");
    assert_eq!(refusals[0].code.id, "ML603");
    assert!(refusals[0].message.ends_with("has 54 characters; Helm gives a release at most 53"));
}

#[test]
fn annotations_that_take_objects_out_of_the_release_are_refused_at_their_places() {
    let hooks = "annotations: {helm.sh/hook: test, helm.sh/resource-policy: keep}\n\
                 expose: {host: a.example.com, annotations: {helm.sh/hook: pre-install}}\n";
    let refusals = HelmTarget::values().emit(&workload(&format!("{SPEC}{hooks}")));
    let refusals = refusals.expect_err("the target refuses them");
    assert_eq!(refusals.len(), 2, "{refusals:?}");
    for refusal in refusals {
        assert_eq!((refusal.code.id, refusal.span.is_some()), ("ML012", true));
        assert!(refusal.message.contains("`helm.sh/hook` makes hooks of objects"), "{}", refusal.message);
    }
}

#[test]
fn the_sum_of_files_that_the_chart_writes_itself_is_refused() {
    let annotated = "annotations: {checksum/config: abc}\n";
    let files = "config: {path: /etc/churn, files: {a.txt: b}}\n";
    assert!(HelmTarget::values().emit(&workload(&format!("{SPEC}{annotated}"))).is_ok());
    let refusals = HelmTarget::values().emit(&workload(&format!("{SPEC}{annotated}{files}")));
    let refusals = refusals.expect_err("the target refuses it");
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert!(refusals[0].message.contains("`checksum/config`"), "{}", refusals[0].message);
    assert!(refusals[0].span.is_some());
}

#[test]
fn of_all_files_the_values_alone_are_settings_so_that_they_can_be_piped_on() {
    let scaled = "replicas: {min: 1, max: 4}\nautoscale: {on: concurrency, target: 4, metric: inflight}\n";
    let spec = SPEC.replace("replicas: 2\n", scaled);
    let emitted = HelmTarget::values().emit(&workload(&spec)).expect("the target takes it");
    let settings = emitted.bundle.files.iter().filter(|(_, file)| matches!(file, File::Settings(_)));
    assert_eq!(settings.map(|(path, _)| path.as_str()).collect::<Vec<_>>(), ["churn.values.yaml"]);
    assert!(emitted.bundle.files.contains_key("churn.prometheus-adapter.values"));
}
