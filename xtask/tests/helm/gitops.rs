//! What GitOps tools read, judged by their own definitions on a real API server.

use std::fs;
use std::process::Command;
use std::time::Duration;

use mlship_helm::HelmTarget;
use mlship_helm::gitops::GitOps;
use mlship_kubernetes::yaml::print_documents;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{File, Target as _};
use serde_json::Value;
use xtask::Look;
use xtask::cluster::{Cluster, ClusterOptions, PodSecurity};

/// A definition in the sources of its tool: the Go module with version and checksum, and the file.
const DEFINITIONS: [(&str, &str, &str); 3] = [
    (
        "github.com/argoproj/argo-cd/v3@v3.5.7",
        "h1:Xm1BF+I5OgDKUG3SDK49vn2/Y5AMyaNVko+/JT08gj0=",
        "manifests/crds/application-crd.yaml",
    ),
    (
        "github.com/fluxcd/source-controller@v1.9.6",
        "h1:nG534/bI6nVpyHra7ONAk6xDB3xPsVT+EOLHZHXPrrc=",
        "config/crd/bases/source.toolkit.fluxcd.io_ocirepositories.yaml",
    ),
    (
        "github.com/fluxcd/helm-controller@v1.4.0",
        "h1:rkm8rmB6Na7eNc4pJOnvtXEaJ19iKluRtayHKjBxcUM=",
        "config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml",
    ),
];

fn definition(module: &str, sum: &str, file: &str) -> String {
    let mut go = Command::new("go");
    // The checksum is held here, so that no database of checksums is asked for it.
    go.args(["mod", "download", "-json", module])
        .env("GOFLAGS", "")
        .env("GOWORK", "off")
        .env("GONOSUMDB", "*");
    let told = xtask::run(&mut go).unwrap().into_stdout().unwrap();
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["Sum"], sum, "{module}");
    fs::read_to_string(format!("{}/{file}", told["Dir"].as_str().unwrap())).unwrap()
}

#[test]
fn every_example_is_taken_by_the_definitions_of_argo_cd_and_flux() {
    let cluster = Cluster::start(ClusterOptions::default()).unwrap();
    for (module, sum, file) in DEFINITIONS {
        let apply = ["apply", "--server-side", "-f", "-"];
        cluster.kubectl(&apply, Some(&definition(module, sum, file))).unwrap().into_stdout().unwrap();
    }
    for kind in [
        "applications.argoproj.io",
        "ocirepositories.source.toolkit.fluxcd.io",
        "helmreleases.helm.toolkit.fluxcd.io",
    ] {
        cluster
            .wait(kind, Duration::from_mins(1), || {
                let outcome = cluster.kubectl(&["get", kind, "-A"], None)?;
                Ok(if outcome.succeeded() { Look::Done(()) } else { Look::NotYet(outcome.stderr) })
            })
            .unwrap();
    }
    cluster.create_namespace("argocd", PodSecurity::Unenforced).unwrap();
    let mut checked = 0;
    for entry in fs::read_dir(crate::root().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "yaml") {
            continue;
        }
        let reading = read("example", &fs::read(&path).unwrap(), &ReadOptions::default());
        for workload in &reading.workloads {
            if let Some(namespace) = &workload.namespace {
                // Another example may have made it.
                cluster.kubectl(&["create", "namespace", namespace.as_str()], None).unwrap();
            }
            for tool in [GitOps::Argocd, GitOps::Flux] {
                let repository = "oci://registry.example.com:5000/charts".parse().unwrap();
                let emitted = HelmTarget::gitops(tool, repository).emit(workload);
                let emitted = emitted.map_err(|refusals| format!("{refusals:?}")).unwrap();
                for file in emitted.bundle.files.values() {
                    let File::Manifests(documents) = file else { continue };
                    let apply =
                        ["apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-"];
                    let outcome = cluster.kubectl(&apply, Some(&print_documents(documents))).unwrap();
                    let is_quiet = outcome.succeeded() && !outcome.stderr.contains("Warning");
                    assert!(is_quiet, "{}, {tool:?}: {}", path.display(), outcome.stderr);
                    checked += documents.len();
                }
            }
        }
    }
    assert!(checked >= 40, "only {checked} objects were judged");
}
