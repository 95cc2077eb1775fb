//! The three lines of the project's README, as they are written there.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use xtask::tools::{self, Tool};

/// The lines that publish the chart.
fn lines() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (_, section) = readme.split_once("\n## Publishing the chart\n").unwrap();
    section.split("```\n").nth(1).unwrap().to_owned()
}

#[test]
fn the_lines_that_publish_the_chart_publish_it() {
    let lines = lines();
    assert_eq!(lines.lines().count(), 3, "{lines}");
    let home = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| {
        let path = home.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    };
    // Whoever tests this has built xtask already, and Helm is where its tools are.
    write("cargo", format!("#!/bin/sh\nshift\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_xtask")));
    write("helm", format!("#!/bin/sh\nexec '{}' \"$@\"\n", tools::path(Tool::Helm).unwrap().display()));
    // Another port than the one that somebody may be using on this machine.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let config = "xtask/tools/registry/config.yaml";
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let settings = fs::read_to_string(root.join(config)).unwrap();
    assert!(settings.contains("addr: 127.0.0.1:5000,") && lines.contains(config), "{settings}");
    write("config.yaml", settings.replace(":5000", &format!(":{port}")));
    let there = home.path().join("config.yaml");
    let lines = lines.replace("localhost:5000", &format!("localhost:{port}"));
    let lines = lines.replace(config, there.to_str().unwrap());

    let path = format!("{}:{}", home.path().display(), std::env::var("PATH").unwrap());
    let script = format!("trap 'kill %1' EXIT\nset -e\n{lines}");
    let mut bash = Command::new("bash");
    bash.args(["-m", "-c", &script]).current_dir(root).env("PATH", path).env("HOME", home.path());
    bash.env("MLSHIP_TOOLS_CACHE", tools::cache_directory().unwrap()).env_remove("SOURCE_DATE_EPOCH");
    let outcome = xtask::run(&mut bash).unwrap();
    assert!(outcome.succeeded(), "{outcome:?}");
    let published = format!("published oci://localhost:{port}/charts/model-server:");
    assert!(outcome.stdout.contains(&published), "{outcome:?}");
    assert!(outcome.stdout.contains("kind: Deployment\n"), "{outcome:?}");
    assert!(outcome.stdout.contains("image: \"ghcr.io/acme/churn:v1\"\n"), "{outcome:?}");
}
