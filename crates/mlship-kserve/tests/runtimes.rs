//! The runtimes below `kserve/` are those of the crate, printed. `UPDATE_EXPECTED=1` writes them anew.

#![expect(clippy::disallowed_methods, reason = "tests read and write the files of the project")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use mlship_kserve::{KserveTarget, own_runtimes};
use mlship_kubernetes::yaml::print_document;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{Document, File, Target as _};

#[test]
fn files_are_the_runtimes_of_the_crate() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../kserve");
    let named = |place: &str, documents: Vec<mlship_spec::target::Document>| {
        let place = folder.join(place);
        let file = move |it: mlship_spec::target::Document| {
            (place.join(format!("{}.yaml", it.name())), print_document(&it))
        };
        documents.into_iter().map(file).collect::<Vec<_>>()
    };
    let mut expected: BTreeMap<PathBuf, String> = BTreeMap::new();
    expected.extend(named("runtimes", own_runtimes::namespaced()));
    expected.extend(named("cluster-runtimes", own_runtimes::cluster_wide()));
    if std::env::var_os("UPDATE_EXPECTED").is_some() {
        for (path, text) in &expected {
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder is made");
            fs::write(path, text).expect("the file is written");
        }
    }
    for (path, text) in &expected {
        let found = fs::read_to_string(path).unwrap_or_default();
        assert_eq!(&found, text, "{} differs; UPDATE_EXPECTED=1 writes it anew", path.display());
    }
    for place in ["runtimes", "cluster-runtimes"] {
        for entry in fs::read_dir(folder.join(place)).expect("the folder is there") {
            let path = entry.expect("a file").path();
            assert!(expected.contains_key(&path), "{} is of no runtime", path.display());
        }
    }
}

#[test]
fn the_readme_says_when_to_take_which() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../kserve");
    let readme = fs::read_to_string(folder.join("README.md")).expect("there is a README");
    for runtime in own_runtimes::namespaced() {
        assert!(readme.contains(&format!("`{}`", runtime.name())), "{} is not in the README", runtime.name());
    }
}

#[test]
fn a_runtime_comes_along_when_it_is_asked_for_and_ours() {
    let cases = [
        ("mlship-sklearn", KserveTarget::new(), None),
        ("mlship-sklearn", KserveTarget::with_runtimes(), Some("mlship-sklearn")),
        ("kserve-sklearnserver", KserveTarget::with_runtimes(), None),
        ("acme-sklearn", KserveTarget::with_runtimes(), None),
    ];
    for (name, target, expected) in cases {
        let spec = format!(
            "apiVersion: mlship.dev/v1\nname: churn\nnamespace: risk\n\
             server: {{image: 'docker.io/kserve/sklearnserver:v0.20.0', port: 8080}}\n\
             model: {{format: sklearn, uri: 'pvc://models/churn'}}\ntargets: {{kserve: {{runtime: {name}}}}}\n"
        );
        let reading = read("test.yaml", spec.as_bytes(), &ReadOptions::default());
        let workload = reading.workloads.first().expect("the spec is read");
        let emitted = target.emit(workload).expect("it is emitted");
        let File::Manifests(documents) = &emitted.bundle.files["churn.yaml"] else { panic!("no manifests") };
        let runtime = documents.iter().find(|it| it.kind() == "ServingRuntime");
        assert_eq!(runtime.map(Document::name), expected, "{name}");
        if let Some(runtime) = runtime {
            assert_eq!(runtime.value()["metadata"]["namespace"], "risk");
            assert_eq!(documents.first().map(Document::kind), Some("ServingRuntime"), "it comes first");
        }
    }
}
