//! The commands, from outside, and what Helm makes of what they publish.

use std::fs;
use std::path::Path;
use std::process::Command;

use mlship_helm::oci::publish::tag;
use serde_json::Value;
use xtask::Outcome;
use xtask::chart::http::Http;
use xtask::tools::{self, Tool};

use crate::registry::{Access, PASSWORD, Registry, USER};
use crate::{VERSION, at_version, client, package_file, packaged};

/// The time of the packages, for the command and for [`packaged`].
const EPOCH: &str = "1700000000";

/// Runs `xtask chart` with a home of its own.
pub fn chart(home: &Path, arguments: &[&str]) -> Outcome {
    chart_with(home, arguments, &[])
}

/// The same with more of an environment.
pub fn chart_with(home: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome {
    xtask::run(command(home, arguments).envs(environment.iter().copied())).unwrap()
}

/// The same, not started yet.
pub fn command(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("chart").args(arguments).env("SOURCE_DATE_EPOCH", EPOCH).env("TZ", "Pacific/Auckland");
    command.env_remove("MLSHIP_KEY_PASSPHRASE");
    at_home(&mut command, home);
    command
}

/// Runs a Helm with the same home.
pub fn helm(tool: Tool, home: &Path, arguments: &[&str]) -> Outcome {
    let mut command = Command::new(tools::path(tool).unwrap());
    xtask::run(at_home(command.args(arguments), home)).unwrap()
}

fn at_home<'a>(command: &'a mut Command, home: &Path) -> &'a mut Command {
    for variable in ["HELM_REGISTRY_CONFIG", "HELM_CONFIG_HOME", "XDG_CONFIG_HOME", "DOCKER_CONFIG"] {
        command.env_remove(variable);
    }
    // Tools are found by the home of the user, which is another one.
    let cache = tools::cache_directory().unwrap();
    command.env("MLSHIP_TOOLS_CACHE", cache).env("HOME", home)
}

/// Judges exit code and what was said.
#[track_caller]
pub fn check(outcome: &Outcome, code: i32, said: &str) {
    let text = format!("{}{}", outcome.stdout, outcome.stderr);
    assert_eq!(outcome.code, Some(code), "{text}");
    if outcome.command.starts_with(env!("CARGO_BIN_EXE_xtask")) && [1, 3].contains(&code) {
        let messages: Vec<_> = outcome.stderr.lines().collect();
        assert!(messages.len() == 1 && messages[0].starts_with("error: "), "one message: {messages:?}");
    }
    assert!(text.contains(said), "{text}");
}

#[test]
fn what_is_published_is_pulled_by_both_helms_byte_for_byte() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let place = registry.place("charts");
    check(&chart(home.path(), &["publish", &place, "--dry-run"]), 0, "would publish");
    let published = chart(home.path(), &["publish", &place, "-o", "json"]);
    let report: Value = serde_json::from_str(&published.stdout).unwrap();
    assert_eq!(report["status"], "published", "{published:?}");
    assert_eq!(report["reference"], format!("{place}/model-server:{VERSION}"));
    check(&chart(home.path(), &["publish", &place]), 0, "there already, unchanged");
    check(&chart(home.path(), &["verify", &place]), 0, report["digest"].as_str().unwrap());
    for tool in [Tool::Helm, Tool::Helm3] {
        let folder = tempfile::tempdir().unwrap();
        let chart = format!("{place}/model-server");
        let to = folder.path().to_str().unwrap();
        let outcome =
            helm(tool, home.path(), &["pull", &chart, &at_version(), "--plain-http", "--destination", to]);
        assert!(outcome.succeeded(), "{tool:?}: {}", outcome.stderr);
        assert!(format!("{}{}", outcome.stdout, outcome.stderr).contains(report["digest"].as_str().unwrap()));
        assert_eq!(fs::read(folder.path().join(package_file())).unwrap(), packaged().bytes, "{tool:?}");
    }
}

#[test]
fn content_has_the_digests_that_helm_push_gives_it() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join(package_file());
    fs::write(&file, packaged().bytes).unwrap();
    check(&chart(home.path(), &["publish", &registry.place("ours")]), 0, "published");
    let pushed = helm(
        Tool::Helm,
        home.path(),
        &["push", file.to_str().unwrap(), &registry.place("theirs"), "--plain-http"],
    );
    assert!(pushed.succeeded(), "{}", pushed.stderr);
    let http = Http::new(None).unwrap();
    let manifest = |path: &str| -> Value {
        let tag = tag(&packaged()).unwrap();
        let (_, bytes) = client(&http, &registry, path).manifest(&tag).unwrap().unwrap();
        let mut manifest: Value = serde_json::from_slice(&bytes).unwrap();
        // Helm takes the time of the file, which the next machine does not know.
        manifest["annotations"].as_object_mut().unwrap().remove("org.opencontainers.image.created");
        manifest
    };
    assert_eq!(manifest("ours"), manifest("theirs"));
}

#[test]
fn a_login_is_used_as_helm_keeps_it_and_missed_with_one_sentence() {
    let registry = Registry::start(Access::Login);
    let home = tempfile::tempdir().unwrap();
    let place = registry.place("charts");
    let arguments = ["publish", &place];
    check(
        &chart(home.path(), &arguments),
        3,
        "wants a login, and there is none: run `helm registry login 127.0.0.1",
    );
    let login = ["registry", "login", &registry.host(), "--plain-http", "-u", USER, "-p", PASSWORD];
    assert!(helm(Tool::Helm, home.path(), &login).succeeded());
    check(&chart(home.path(), &arguments), 0, "published");
    check(&chart(home.path(), &["verify", &place]), 0, &format!("{VERSION}@sha256:"));

    let wrong = tempfile::tempdir().unwrap();
    let config = wrong.path().join(".docker/config.json");
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    let auths = format!(
        r#"{{"auths": {{"{}": {{"username": "publisher", "password": "guess"}}}}}}"#,
        registry.host()
    );
    fs::write(&config, auths).unwrap();
    let outcome = chart(wrong.path(), &arguments);
    check(&outcome, 3, "refuses the login");
    assert!(!outcome.stderr.contains("guess"), "{}", outcome.stderr);
    fs::write(&config, "{\"auths\": [\"guess\"]}").unwrap();
    let outcome = chart(wrong.path(), &arguments);
    check(&outcome, 1, "config.json: line 1 is no JSON of Docker's form");
    assert!(!outcome.stderr.contains("guess"), "{}", outcome.stderr);
}

#[test]
fn a_credential_helper_is_asked() {
    let registry = Registry::start(Access::Login);
    let home = tempfile::tempdir().unwrap();
    let helper = home.path().join("docker-credential-it");
    let answer =
        format!("#!/bin/sh\nread host\necho '{{\"Username\": \"{USER}\", \"Secret\": \"{PASSWORD}\"}}'\n");
    fs::write(&helper, answer).unwrap();
    xtask::run(Command::new("chmod").arg("755").arg(&helper)).unwrap().into_stdout().unwrap();
    fs::create_dir_all(home.path().join(".docker")).unwrap();
    fs::write(home.path().join(".docker/config.json"), r#"{"credsStore": "it"}"#).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let path = format!("{}:{}", home.path().display(), std::env::var("PATH").unwrap());
    command.args(["chart", "publish", &registry.place("charts")]).env("PATH", path);
    check(&xtask::run(at_home(&mut command, home.path())).unwrap(), 0, "published");
}

#[test]
fn a_version_that_holds_something_else_is_kept_unless_told() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let place = registry.place("charts");
    check(&chart(home.path(), &["publish", &place]), 0, "published");
    let copy = copy_of_the_chart(home.path());
    fs::write(copy.join("templates/more.yaml"), "{{/* more */}}\n").unwrap();
    let changed = ["publish", &place, "--chart", copy.to_str().unwrap()];
    check(&chart(home.path(), &changed), 1, "` is published already and holds something else (sha256:");
    check(&chart(home.path(), &[&changed[..], &["--dry-run"]].concat()), 1, "raise `version`");
    check(
        &chart(home.path(), &["verify", &place, "--chart", copy.to_str().unwrap()]),
        1,
        "should be sha256:",
    );
    check(&chart(home.path(), &[&changed[..], &["--overwrite"]].concat()), 0, "published");
}

#[test]
fn build_metadata_becomes_a_tag_that_helm_finds() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let copy = copy_of_the_chart(home.path());
    let metadata = fs::read_to_string(copy.join("Chart.yaml")).unwrap();
    fs::write(copy.join("Chart.yaml"), metadata.replace(VERSION, &format!("{VERSION}+build.7"))).unwrap();
    let place = registry.place("charts");
    check(
        &chart(home.path(), &["publish", &place, "--chart", copy.to_str().unwrap()]),
        0,
        &format!("model-server:{VERSION}_build.7@"),
    );
    let chart = format!("{place}/model-server");
    let to = home.path().to_str().unwrap();
    let pull = ["pull", &chart, &format!("--version={VERSION}+build.7"), "--plain-http", "--destination", to];
    assert!(helm(Tool::Helm, home.path(), &pull).succeeded());
}

#[test]
fn no_proxy_is_on_the_way_to_this_machine() {
    let registry = Registry::start(Access::Open);
    let home = tempfile::tempdir().unwrap();
    let proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].map(|name| (name, "http://127.0.0.1:1"));
    check(&chart_with(home.path(), &["publish", &registry.place("charts")], &proxies), 0, "published");
    let elsewhere = ["publish", "oci://registry.invalid/charts"];
    check(&chart_with(home.path(), &elsewhere, &proxies), 3, "can't reach `registry.invalid`: ");
}

#[test]
fn places_that_can_not_be_published_to_are_told_in_one_sentence() {
    let home = tempfile::tempdir().unwrap();
    let publish = |place: &str| chart(home.path(), &["publish", place]);
    check(
        &publish("https://ghcr.io/acme"),
        1,
        "`https://ghcr.io/acme` is no place in a registry: write `oci://host/path`",
    );
    check(&publish("oci://ghcr.io/acme:1.0"), 1, "leave the tag out");
    check(&publish("oci://registry.invalid/charts"), 3, "can't reach `registry.invalid`");
    check(&publish("oci://127.0.0.1:1/charts"), 3, "can't reach `127.0.0.1:1`");
    let registry = Registry::start(Access::ReadOnly);
    check(&publish(&registry.place("charts")), 3, "uploading: the registry answers 405");
}

#[test]
fn packages_are_alike_everywhere_and_a_changed_one_needs_a_new_version() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("packages");
    let to = folder.to_str().unwrap();
    check(&chart(home.path(), &["package", "--destination", to]), 0, &package_file());
    assert_eq!(fs::read(folder.join(package_file())).unwrap(), packaged().bytes);
    for time in ["", "-1", "1.5", "8589934592", "18446744073709551616"] {
        let packaged = chart_with(home.path(), &["package", "-d", to], &[("SOURCE_DATE_EPOCH", time)]);
        check(&packaged, 1, "it must be seconds since 1970, of at most the year 2242");
    }
    let copy = copy_of_the_chart(home.path());
    let again = ["package", "--chart", copy.to_str().unwrap(), "--destination", to];
    check(&chart(home.path(), &again), 0, &package_file());
    fs::write(copy.join("templates/more.yaml"), "{{/* more */}}\n").unwrap();
    check(&chart(home.path(), &again), 1, "its `templates/more.yaml` differs: raise `version` in Chart.yaml");
    fs::remove_file(copy.join("templates/more.yaml")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", copy.join("templates/link.yaml")).unwrap();
    check(&chart(home.path(), &again), 1, "a chart has plain files only");
    fs::remove_file(copy.join("templates/link.yaml")).unwrap();
    let metadata = fs::read_to_string(copy.join("Chart.yaml")).unwrap();
    fs::write(copy.join("Chart.yaml"), metadata.replace(VERSION, "v0.1")).unwrap();
    check(&chart(home.path(), &again), 1, "`v0.1` is not a version of SemVer 2");
    assert_eq!(fs::read(folder.join(package_file())).unwrap(), packaged().bytes, "nothing half-written");
}

#[test]
fn helm_lints_the_package_and_the_folder() {
    let home = tempfile::tempdir().unwrap();
    check(&chart(home.path(), &["lint"]), 0, "nothing to complain about");
    let file = home.path().join(package_file());
    fs::write(&file, packaged().bytes).unwrap();
    for tool in [Tool::Helm, Tool::Helm3] {
        let outcome = helm(tool, home.path(), &["lint", "--strict", file.to_str().unwrap()]);
        assert!(outcome.succeeded(), "{tool:?}: {}", outcome.stdout);
    }
}

/// A copy of the chart that can be changed.
pub fn copy_of_the_chart(home: &Path) -> std::path::PathBuf {
    let copy = home.join("model-server");
    let from = xtask::chart::folder();
    xtask::run(Command::new("cp").arg("-r").arg(from).arg(&copy)).unwrap().into_stdout().unwrap();
    copy
}
