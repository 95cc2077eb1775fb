//! The chart `model-server` under real Helm, 3 and 4: it renders what the kubernetes target emits, refuses what its
//! schema refuses, and installs, upgrades, rolls back and goes on a real API server.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

#[path = "../../crates/mlship-helm/tests/schema/cases.rs"]
mod cases;
#[path = "helm/compare.rs"]
mod compare;
#[path = "helm/equality.rs"]
mod equality;
#[path = "helm/gitops.rs"]
mod gitops;
#[path = "helm/hard.rs"]
mod hard;
#[path = "helm/lifecycle.rs"]
mod lifecycle;
#[path = "helm/readme.rs"]
mod readme;
#[path = "helm/schema.rs"]
mod schema;
#[path = "hpa/server.rs"]
mod server;
#[path = "helm/specs.rs"]
mod specs;
#[expect(dead_code, reason = "the autoscaler's own tests need more of it")]
#[path = "hpa/watch.rs"]
mod watch;

use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::Outcome;
use xtask::tools::{self, Tool};

/// Both Helms that clusters are fed with.
const HELMS: [Tool; 2] = [Tool::Helm, Tool::Helm3];

fn chart() -> PathBuf {
    root().join("charts/model-server")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs a Helm with a home of its own, so that nothing of the user's settings is read.
fn helm(tool: Tool, arguments: &[&str]) -> Outcome {
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(tools::path(tool).unwrap());
    command.args(arguments).env("HOME", home.path()).env_remove("KUBECONFIG");
    xtask::run(&mut command).unwrap()
}

#[test]
fn the_chart_lints_without_a_word() {
    for tool in HELMS {
        let outcome = helm(tool, &["lint", "--strict", "--quiet", chart().to_str().unwrap()]);
        assert!(outcome.succeeded(), "{tool:?}: {}{}", outcome.stdout, outcome.stderr);
        assert!(!outcome.stdout.contains("[WARNING]"), "{tool:?}: {}", outcome.stdout);
    }
}
