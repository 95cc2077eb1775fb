//! The scripts, under shellcheck and against programs that stand in for those of the clouds.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use mlship_managed::vertex::VertexTarget;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{File, Target as _};
use xtask::tools::{self, Tool};

use crate::made;
use crate::models::judged;

const FAKE_AZ: &str = include_str!("fake_az.sh");
const FAKE_GCLOUD: &str = include_str!("fake_gcloud.sh");
const FAKE_CURL: &str = include_str!("fake_curl.py");

/// A folder with the fake programs, and one for scripts that a shell would take apart, were its name not quoted.
struct Stage {
    folder: tempfile::TempDir,
    files: PathBuf,
}

impl Stage {
    fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let bin = folder.path().join("bin");
        fs::create_dir(&bin).unwrap();
        for (name, program) in [("az", FAKE_AZ), ("gcloud", FAKE_GCLOUD), ("curl", FAKE_CURL)] {
            fs::write(bin.join(name), program).unwrap();
            fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        }
        // The second look is soon enough.
        fs::write(bin.join("sleep"), "#!/bin/sh\n").unwrap();
        fs::set_permissions(bin.join("sleep"), fs::Permissions::from_mode(0o755)).unwrap();
        let files = folder.path().join("it's $HOME of \"files\"");
        fs::create_dir(&files).unwrap();
        Self { folder, files }
    }

    fn log(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.log"))
    }

    /// Runs a script; what it printed to both streams, and whether it ended well.
    fn run(&self, script: &Path, log: &Path, variables: &[(&str, &str)]) -> (String, bool) {
        let bin = self.folder.path().join("bin");
        let mut bash = Command::new("bash");
        bash.arg(script).env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()));
        bash.env("FAKE_LOG", log).envs(variables.iter().copied());
        let outcome = xtask::run(&mut bash).unwrap();
        let ended_well = outcome.succeeded();
        (format!("{}{}", outcome.stdout, outcome.stderr), ended_well)
    }

    /// What is written to a log by a script that ends well.
    fn logged(&self, script: &Path, log: &Path, variables: &[(&str, &str)]) -> String {
        let before = fs::read_to_string(log).unwrap_or_default().len();
        let (said, ended_well) = self.run(script, log, variables);
        assert!(ended_well, "{}: {said}", script.display());
        fs::read_to_string(log).unwrap()[before..].to_owned()
    }
}

#[test]
fn shellcheck_finds_nothing_in_any_script() {
    let folder = tempfile::tempdir().unwrap();
    let mut scripts = Vec::new();
    for made in made() {
        let File::Text(text) = &made.file else { continue };
        if made.is("sh") {
            let path = folder.path().join(format!("{}.sh", made.what));
            fs::write(&path, text).unwrap();
            scripts.push(path);
        }
    }
    assert!(scripts.len() >= 8, "there are only {} scripts", scripts.len());
    let mut command = Command::new(tools::path(Tool::Shellcheck).unwrap());
    command.args(["--severity=style", "--enable=all", "--exclude=SC2310,SC2311,SC2312,SC2250", "--"]);
    let outcome = xtask::run(command.args(&scripts)).unwrap();
    assert!(outcome.succeeded(), "{}{}", outcome.stdout, outcome.stderr);
}

#[test]
fn scripts_of_azureml_run_to_the_end_and_may_be_run_again() {
    let stage = Stage::set();
    let mut ran = 0;
    for made in made() {
        let File::Text(script) = &made.file else { continue };
        if !made.what.ends_with(".azureml") || !made.is("sh") {
            continue;
        }
        let (file, log) = (stage.files.join(&made.path), stage.log(&made.what));
        fs::write(&file, script).unwrap();
        let run = || {
            let variables = [("RESOURCE_GROUP", "rg of \"it's\" $x"), ("WORKSPACE", "models")];
            stage.logged(&file, &log, &variables)
        };
        let first = run();
        assert!(
            first.contains("<online-endpoint><create>") && first.contains("<online-deployment><create>"),
            "{first}"
        );
        assert!(first.contains("<rg of \"it's\" $x>"), "{first}");
        assert!(first.contains("=100>"), "the first version answers everything: {first}");
        fs::write(format!("{}.old", log.display()), "v-0\n").unwrap();
        let second = run();
        assert!(!second.contains("<create><--file>"), "{second}");
        assert!(second.contains("<--traffic><v-0="), "the version that answered keeps its part: {second}");
        ran += 1;
    }
    assert!(ran >= 2, "only {ran} scripts were run");
}

/// Where the scripts of Vertex AI are told what their specs leave open.
const PLACE: [(&str, &str); 3] = [
    ("PROJECT", "acme-models"),
    ("REGION", "europe-west4"),
    ("IMAGE", "europe-west4-docker.pkg.dev/acme-models/serving/churn:0.3.1"),
];

#[test]
fn scripts_of_vertex_run_to_the_end_and_may_be_run_again() {
    let stage = Stage::set();
    let mut scripts = Vec::new();
    for made in made() {
        let File::Text(text) = &made.file else { continue };
        if made.what.ends_with(".vertex") {
            let folder = stage.files.join(&made.what);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(&made.path), text).unwrap();
            scripts.extend(made.is("sh").then(|| (made.what.clone(), folder.join(&made.path))));
        }
    }
    assert!(scripts.len() >= 8, "there are only {} scripts", scripts.len());
    for (what, script) in scripts {
        let log = stage.log(&what);
        let first = stage.logged(&script, &log, &PLACE);
        for wanted in
            ["/models:upload\n", "/endpoints?endpointId=", ":deployModel\n", "?updateMask=trafficSplit\n"]
        {
            assert_eq!(first.matches(wanted).count(), 1, "{what}: {wanted} in {first}");
        }
        let second = stage.logged(&script, &log, &PLACE);
        assert!(!second.contains("POST"), "{what} makes again what is there: {second}");
        assert!(second.contains("?updateMask=trafficSplit\n"), "{what}: {second}");
        let told = fs::read_to_string(format!("{}.gcloud", log.display())).unwrap();
        assert!(told.lines().all(|line| line == "<auth><print-access-token>"), "{told}");
    }
    // What was sent, with every name put in, is what the API reads.
    let mut sent: Vec<PathBuf> = fs::read_dir(stage.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == "json"))
        .filter(|path| !path.to_string_lossy().ends_with(".log.json"))
        .collect();
    sent.sort();
    assert!(sent.len() >= 40, "only {} bodies were sent", sent.len());
    for said in judged(Tool::GoogleCloudAiplatform, "vertex.py", &sent) {
        assert!(said["error"].is_null() && said["same"] == true, "{said}");
        let text = fs::read_to_string(said["path"].as_str().unwrap()).unwrap();
        assert!(!text.contains("PROJECT") && !text.contains("ghcr.io"), "{text}");
    }
}

/// Writes the files of a spec for Vertex AI into a folder; the path of the script.
fn shipped(folder: &Path, image: &str, more: &str) -> PathBuf {
    let spec = format!(
        "apiVersion: mlship.dev/v1\nname: churn\nserver: {{image: '{image}', env: {{A: 'it''s \"so\" $HOME & |'}}}}\n\
         health: {{live: /healthz, ready: /readyz}}\nreplicas: 2\n{more}"
    );
    let reading = read("test.yaml", spec.as_bytes(), &ReadOptions::default());
    let workload = reading.workloads.first().unwrap();
    for (path, file) in VertexTarget::new().emit(workload).unwrap().bundle.files {
        let File::Text(text) = file else { continue };
        fs::write(folder.join(path), text).unwrap();
    }
    folder.join("churn.deploy.sh")
}

#[test]
fn a_new_version_takes_the_traffic_over_in_two_steps() {
    let stage = Stage::set();
    let log = stage.log("versions");
    let ship = |image: &str, more: &str| {
        let script = shipped(&stage.files, image, more);
        stage.logged(&script, &log, &PLACE)
    };
    let split = || {
        let known: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(format!("{}.json", log.display())).unwrap()).unwrap();
        let split = known["endpoint"]["trafficSplit"].as_object().unwrap().clone();
        let mut shares: Vec<_> = split.values().map(|share| share.as_u64().unwrap()).collect();
        shares.sort_unstable();
        (shares, known["versions"].as_array().unwrap().len())
    };
    let registry = "europe-west4-docker.pkg.dev/acme-models/serving/churn";
    ship(&format!("{registry}:1"), "");
    assert_eq!(split(), (vec![100], 1));
    let canary = ship(&format!("{registry}:2"), "rollout: {canary: 10}\n");
    assert!(canary.contains("/models:upload"), "{canary}");
    assert_eq!(split(), (vec![10, 90], 2));
    // The rest of it: nothing is uploaded or deployed anew, and only the traffic moves.
    let rest = ship(&format!("{registry}:2"), "");
    assert!(!rest.contains("POST"), "{rest}");
    assert_eq!(split(), (vec![100], 2));
}

#[test]
fn what_would_be_taken_apart_is_refused_before_anything_is_sent() {
    let stage = Stage::set();
    let log = stage.log("refused");
    let script = shipped(&stage.files, "ghcr.io/acme/churn:0.3.1", "");
    for (variable, value) in [
        ("PROJECT", "acme \"models\""),
        ("PROJECT", "$HOME"),
        ("REGION", "it's"),
        ("IMAGE", "ghcr.io/acme/churn:0.3.1"),
        ("IMAGE", "eu-docker.pkg.dev/p/r/a:1\", \"x\": \""),
        ("IMAGE", ""),
    ] {
        let mut variables = PLACE.to_vec();
        variables.iter_mut().filter(|(name, _)| *name == variable).for_each(|(_, old)| *old = value);
        let (said, ended_well) = stage.run(&script, &log, &variables);
        assert!(!ended_well && !said.is_empty(), "{variable}={value}: {said}");
    }
    assert!(!log.exists(), "something was sent: {}", fs::read_to_string(&log).unwrap());
}
