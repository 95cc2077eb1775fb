//! `mlship render` to standard output.

use std::io::Read;
use std::process::Stdio;

use insta::assert_snapshot;

use crate::support::{BROKEN, Place, SPEC, code, stderr, stdout};

/// The kinds and names of a stream of manifests.
fn objects(manifests: &str) -> Vec<String> {
    let field = |document: &str, key: &str| {
        document.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default().to_owned()
    };
    let documents = manifests.split("---\n").filter(|document| !document.is_empty());
    documents
        .map(|document| format!("{}/{}", field(document, "kind: "), field(document, "  name: ")))
        .collect()
}

fn named(name: &str) -> String {
    SPEC.replace("name: churn", &format!("name: {name}"))
}

#[test]
fn manifests_go_to_standard_output_and_nothing_else() {
    let output = Place::with_spec().output(&["render"]);
    assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
    let objects = objects(&stdout(&output));
    assert!(objects.contains(&"Deployment/churn".to_owned()), "{objects:?}");
    assert!(objects.iter().all(|object| !object.starts_with('/')), "{objects:?}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let place = Place::with_spec();
    assert_eq!(place.output(&["render"]).stdout, place.output(&["render"]).stdout);
}

#[test]
fn a_spec_can_come_from_standard_input() {
    let place = Place::with_spec();
    let run = place.run_with(&["render", "-f", "-"], SPEC.as_bytes());
    let expected = place.run(&["render"]).replace("$ mlship render", "$ mlship render -f -");
    assert_eq!(run, expected);
}

#[test]
fn several_specs_come_out_in_the_order_of_their_paths() {
    let place = Place::new()
        .file("models/b.yaml", named("b") + "---\n" + &named("a"))
        .file("models/a/z.yml", named("z"))
        .file("models/.hidden/x.yaml", named("hidden"))
        .file("models/values.yaml", "replicas: 2\n")
        .file("models/notes.txt", named("txt"))
        .link("models/link.yaml", "b.yaml")
        .link("models/loop", ".");
    let output = place.output(&["render", "-f", "models"]);
    let deployments: Vec<String> =
        objects(&stdout(&output)).into_iter().filter(|object| object.starts_with("Deployment")).collect();
    assert_eq!(deployments, ["Deployment/z", "Deployment/b", "Deployment/a"]);
    assert_snapshot!(stderr(&output));
}

#[test]
fn one_bad_spec_of_many_stops_them_all() {
    let place =
        Place::new().file("models/a.yaml", SPEC).file("models/b.yaml", BROKEN).file("models/c.yaml", "[");
    let output = place.output(&["render", "-f", "models"]);
    assert_eq!((code(&output), stdout(&output).as_str()), (1, ""));
    assert!(stderr(&output).contains("models/b.yaml:2:1"), "{}", stderr(&output));
}

#[test]
fn two_services_of_one_name_are_refused() {
    let place = Place::new().file("a.yaml", SPEC).file("b.yaml", SPEC);
    assert_snapshot!(place.run(&["render", "-f", "b.yaml", "-f", "a.yaml"]));
    let elsewhere = Place::new().file("a.yaml", SPEC).file("b.yaml", SPEC.to_owned() + "namespace: other\n");
    assert_eq!(code(&elsewhere.output(&["render", "-f", "a.yaml", "-f", "b.yaml"])), 0);
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let place = Place::with_spec();
    let output = place.output(&["render", "-f", "mlship.yaml", "-f", "./mlship.yaml"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
}

#[test]
fn environments_and_flags_are_laid_over() {
    let place = Place::new().file("mlship.yaml", SPEC.to_owned() + "environments: {prod: {replicas: 7}}\n");
    assert!(stdout(&place.output(&["render", "--env", "prod"])).contains("replicas: 7"));
    assert!(
        stdout(&place.output(&["render", "--env", "prod", "--set", "replicas=9"])).contains("replicas: 9")
    );
}

#[test]
fn mistakes_in_flags_are_underlined_like_those_in_files() {
    let place = Place::new().file("mlship.yaml", SPEC.to_owned() + "environments: {prod: {replicas: 7}}\n");
    let runs = [
        place.run(&["render", "--env", "prd"]),
        place.run(&["render", "--set", "replicas"]),
        place.run(&["render", "--set", "server.prot=1"]),
        place.run(&["render", "--set", "resources.gpu=0.5", "--set", "rplicas=1"]),
    ];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn what_cannot_be_read() {
    let place = Place::with_spec()
        .file("empty/.keep", "")
        .file("objects/a.yaml", "apiVersion: v1\nkind: Service\n")
        .file("plain", "x")
        .link("loop.yaml", "loop.yaml")
        .link("gone.yaml", "nowhere.yaml");
    let runs = [
        Place::new().run(&["render"]),
        place.run(&["render", "-f", "no.yaml", "-f", "neither.yaml"]),
        place.run(&["render", "-f", "plain/mlship.yaml"]),
        place.run(&["render", "-f", "empty"]),
        place.run(&["render", "-f", "objects"]),
        place.run(&["render", "-f", "loop.yaml"]),
        place.run(&["render", "-f", "gone.yaml"]),
    ];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn endless_input_ends() {
    let output = Place::new().output(&["render", "-f", "/dev/zero"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("larger than"), "{}", stderr(&output));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let many: String = (0..300).map(|number| named(&format!("svc-{number}")) + "---\n").collect();
    let place = Place::new().file("mlship.yaml", many);
    let mut child = place.command(&["render"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), stderr(&output).as_str()), (0, ""));
}

#[test]
fn a_full_standard_output_is_a_failure() {
    let place = Place::with_spec();
    for arguments in
        [&["render"][..], &["check"], &["schema"], &["explain"], &["explain", "-f", "mlship.yaml"]]
    {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = place.command(arguments).stdout(full).output().unwrap();
        assert_eq!(code(&output), 3, "{arguments:?}");
        assert_eq!(stderr(&output), "error: writing to standard output: no space left on the disk\n");
    }
}

#[test]
fn findings_can_be_had_for_programs_beside_the_manifests() {
    let warned = SPEC.replace("health: {ready: /readyz}\n", "");
    let place = Place::new().file("mlship.yaml", warned);
    let output = place.output(&["render", "--diagnostics", "json"]);
    assert_eq!(code(&output), 0);
    let found: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(found["diagnostics"][0]["severity"], "warning");
    assert!(!objects(&stdout(&output)).is_empty());
}

#[test]
fn the_report_says_what_became_of_each_field() {
    let place = Place::with_spec();
    assert_snapshot!(place.run(&[
        "render",
        "--report",
        "--set",
        "namespace=risk",
        "--set",
        "server.port=8080",
        "--target",
        "sagemaker"
    ]));
    assert_snapshot!(place.run(&["render", "--report", "-o", "json"]));
}

#[test]
fn the_report_of_what_is_refused_is_of_the_reasons() {
    assert_snapshot!(Place::with_spec().run(&[
        "render",
        "--report",
        "--target",
        "sagemaker",
        "--set",
        "server.port=9000"
    ]));
}

#[test]
fn kserve_says_what_its_controller_will_make() {
    let place = Place::with_spec();
    assert_snapshot!(place.run(&["render", "--target", "kserve", "--explain"]));
    let json = place.command(&["render", "--target", "kserve", "--explain", "-o", "json"]).output().unwrap();
    let value: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let service = &value["services"][0];
    assert_eq!((&value["version"], &service["made"][0]["kind"]), (&1.into(), &"Deployment".into()));
    assert!(service["differences"].as_array().is_some_and(|differences| !differences.is_empty()));
}

#[test]
fn what_knative_makes_is_not_predicted() {
    let knative = ["render", "--target", "kserve", "--explain", "--set", "targets.kserve.mode=knative"];
    assert_snapshot!(Place::with_spec().run(&knative));
}

#[test]
fn forms_of_one_target_are_not_of_others() {
    let place = Place::with_spec();
    for flags in [
        &["--chart"][..],
        &["--with-runtimes"],
        &["--iac", "eksctl"],
        &["--explain"],
        &["--gitops", "flux", "--chart-repository", "oci://registry.example.com/charts"],
        &["--target", "helm", "--chart"],
        &["--target", "helm", "--gitops", "flux"],
        &["--target", "helm", "--chart-repository", "https://registry.example.com"],
        &["--report", "-o", "folder"],
    ] {
        let output = place.command(&[&["render"], flags].concat()).output().unwrap();
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{flags:?}");
    }
    let refused = place.run(&["render", "--chart"]);
    assert_snapshot!(refused);
}

#[test]
fn helm_has_four_forms() {
    let place = Place::with_spec();
    let helm = |flags: &[&str]| place.run(&[&["render", "--target", "helm"], flags].concat());
    let repository = ["--chart-repository", "oci://registry.example.com/charts"];
    assert_snapshot!(helm(&[&["--gitops", "argocd"], &repository[..]].concat()));
    assert_snapshot!(helm(&[&["--gitops", "flux"], &repository[..]].concat()));
    helm(&[&repository[..], &["-o", "values"]].concat());
    assert!(place.read("values/churn.helm.sh").contains("oci://registry.example.com/charts/model-server"));
    helm(&["--chart", "-o", "chart"]);
    assert!(place.list("chart").contains(&"churn-chart/Chart.yaml".to_owned()));
}

#[test]
fn a_price_book_of_ones_own_chooses_the_machine() {
    let group = "[[group]]\nservice = \"sagemaker\"\nregion = \"us-east-1\"\nlink = \"https://example.com\"\n\
                 dated = \"2026-10\"\nsure = \"read\"\n[group.hour]\n\"m5.4xlarge\" = 0.001\n\"c5.large\" = 9.0\n";
    let place = Place::with_spec()
        .file("good.toml", group)
        .file("bad.toml", group.replace("0.001", "-1").replace("group]]", "groups]]"));
    let render = ["render", "--target", "sagemaker", "--set", "server.port=8080", "--prices"];
    let chosen = stdout(&place.output(&[&render[..], &["good.toml"]].concat()));
    assert!(chosen.contains("InstanceType: ml.m5.4xlarge"), "{chosen}");
    let run = |book: &str| place.run(&[&render[..], &[book]].concat());
    assert_snapshot!([run("bad.toml"), run("none.toml")].join("\n"));
}
