//! The scripts, under shellcheck and against programs that stand in for those of the clouds.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use mlship_kubernetes::yaml;
use mlship_managed::azureml::AzuremlTarget;
use mlship_managed::vertex::VertexTarget;
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{File, Target};
use serde_json::{Value, json};
use xtask::tools::{self, Tool};

use crate::made;
use crate::models::judged;

const FAKE_AZ: &str = include_str!("fake_az.py");
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
            fs::write(&path, &**text).unwrap();
            scripts.push(path);
        }
    }
    assert!(scripts.len() >= 8, "there are only {} scripts", scripts.len());
    let mut command = Command::new(tools::path(Tool::Shellcheck).unwrap());
    command.args(["--severity=style", "--enable=all", "--exclude=SC2310,SC2311,SC2312,SC2250", "--"]);
    let outcome = xtask::run(command.args(&scripts)).unwrap();
    assert!(outcome.succeeded(), "{}{}", outcome.stdout, outcome.stderr);
}

/// Where the scripts of Azure Machine Learning are told to go; a shell would take the name apart, were it not quoted.
const WORKSPACE: [(&str, &str); 2] = [("RESOURCE_GROUP", "rg of \"it's\" $x"), ("WORKSPACE", "models")];

#[test]
fn scripts_of_azureml_run_to_the_end_and_may_be_run_again() {
    let stage = Stage::set();
    let mut scripts = Vec::new();
    for made in made().iter().filter(|made| made.what.ends_with(".azureml")) {
        let folder = stage.files.join(&made.what);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(&made.path), printed(&made.file)).unwrap();
        scripts.extend(made.is("sh").then(|| (made.what.clone(), folder.join(&made.path))));
    }
    assert!(scripts.len() >= 3, "there are only {} scripts", scripts.len());
    for (what, script) in scripts {
        let log = stage.log(&what);
        let first = stage.logged(&script, &log, &WORKSPACE);
        for wanted in ["<online-endpoint><create>", "<online-deployment><create>", "<rg of \"it's\" $x>"] {
            assert!(first.contains(wanted), "{what}: {wanted} in {first}");
        }
        let second = stage.logged(&script, &log, &WORKSPACE);
        assert!(!second.contains("<create><--file>"), "{what}: {second}");
        let shares = state(&log)["endpoint"]["traffic"].clone();
        let shares: Vec<_> = shares.as_object().unwrap().values().collect();
        assert_eq!(shares, [100], "{what}: the first version answers everything");
    }
}

/// What a fake program remembers.
fn state(log: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(format!("{}.json", log.display())).unwrap()).unwrap()
}

#[test]
fn versions_of_azureml_answer_or_get_copies_as_the_spec_says() {
    let stage = Stage::set();
    let log = stage.log("versions");
    let ship = |version: u32, more: &str| {
        let script =
            shipped(&stage.files, &AzuremlTarget::new(), &format!("acme.azurecr.io/churn:{version}"), more);
        let said = stage.logged(&script, &log, &WORKSPACE);
        let endpoint = state(&log)["endpoint"].clone();
        // Without the digest of what makes a version.
        let of_tags = |shares: &Value| -> Value {
            let tag = |name: &String| name.rsplit_once('-').unwrap().0.to_owned();
            shares.as_object().unwrap().iter().map(|(name, share)| (tag(name), share.clone())).collect()
        };
        (of_tags(&endpoint["traffic"]), of_tags(&endpoint["mirror_traffic"]), said)
    };
    let shares = |version: u32, more: &str| {
        let (traffic, copies, _) = ship(version, more);
        (traffic, copies)
    };
    let mirror = "targets: {azureml: {mirror: 20}}\n";
    let canary = "rollout: {canary: 10}\n";
    // A first version answers whatever the spec says, and goes on when it is shipped again.
    for _ in 0..2 {
        assert_eq!(shares(1, mirror), (json!({"v-1": 100}), json!({})));
    }
    // A second gets copies, as often as the script is run.
    for _ in 0..2 {
        assert_eq!(shares(2, mirror), (json!({"v-1": 100}), json!({"v-2": 20})));
    }
    // A third takes the copies over; the version that answers stays the old one, not the one that got copies.
    assert_eq!(shares(3, mirror), (json!({"v-1": 100}), json!({"v-3": 20})));
    // From copies to a share of the requests and back.
    assert_eq!(shares(3, canary), (json!({"v-1": 90, "v-3": 10}), json!({})));
    assert_eq!(shares(3, mirror), (json!({"v-1": 100}), json!({"v-3": 20})));
    // Without either, all of it, and nobody gets copies any more.
    assert_eq!(shares(3, ""), (json!({"v-3": 100}), json!({})));
    assert_eq!(shares(2, mirror), (json!({"v-3": 100}), json!({"v-2": 20})));
    assert_eq!(shares(4, canary), (json!({"v-3": 90, "v-4": 10}), json!({})));
    // Of three that could answer, the one that answers most keeps the rest.
    assert_eq!(shares(5, canary), (json!({"v-3": 90, "v-5": 10}), json!({})));
    // No step of the way leaves a moment in which nobody answers.
    let (_, _, said) = ship(6, "");
    let updates: Vec<_> = said.lines().filter(|line| line.contains("<online-endpoint><update>")).collect();
    assert_eq!(updates.len(), 2, "{said}");
    assert!(updates[0].contains("<--file>") && updates[1].contains("<--traffic><v-6-"), "{said}");
    // What the endpoint was updated by, with its traffic put in, is what Azure reads.
    let sent = files_beside(&stage, ".endpoint.yaml");
    assert!(sent.len() >= 10, "only {} files were sent", sent.len());
    let told = judged(Tool::AzureAiMl, "azureml.py", &sent);
    assert!(told.iter().all(|said| said["error"].is_null()), "{told:?}");
    let mirrored = |said: &Value| said["mirror"].as_object().is_some_and(|mirror| mirror.len() == 1);
    assert!(told.iter().any(mirrored), "{told:?}");
}

#[test]
fn other_weights_are_another_version_though_the_image_is_the_same() {
    let stage = Stage::set();
    let log = stage.log("weights");
    let ship = |more: &str| {
        let script = shipped(&stage.files, &AzuremlTarget::new(), "acme.azurecr.io/churn:1", more);
        stage.logged(&script, &log, &WORKSPACE);
        let known = state(&log);
        let shares = known["endpoint"]["traffic"].as_object().unwrap().clone();
        let mut shares: Vec<_> = shares.values().map(|share| share.as_u64().unwrap()).collect();
        shares.sort_unstable();
        (shares, known["deployments"].as_array().unwrap().len())
    };
    let weights = |folder: &str| {
        format!("model: {{uri: 'https://acme.blob.core.windows.net/models/{folder}', size: 1Gi}}\n")
    };
    assert_eq!(ship(&weights("a")), (vec![100], 1));
    assert_eq!(ship(&(weights("b") + "rollout: {canary: 10}\n")), (vec![10, 90], 2));
    // The rest of it: nothing is made anew, and more instances are no other version.
    assert_eq!(
        ship(&(weights("b") + "targets: {azureml: {instanceType: Standard_DS4_v2}}\n")),
        (vec![100], 2)
    );
}

/// What fake programs kept, by the end of the names.
fn files_beside(stage: &Stage, end: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(stage.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(end))
        .collect();
    files.sort();
    files
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
            fs::write(folder.join(&made.path), &**text).unwrap();
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
    let mut sent = files_beside(&stage, ".json");
    sent.retain(|path| !path.to_string_lossy().ends_with(".log.json"));
    assert!(sent.len() >= 40, "only {} bodies were sent", sent.len());
    for said in judged(Tool::GoogleCloudAiplatform, "vertex.py", &sent) {
        assert!(said["error"].is_null() && said["same"] == true, "{said}");
        let text = fs::read_to_string(said["path"].as_str().unwrap()).unwrap();
        assert!(!text.contains("PROJECT") && !text.contains("ghcr.io"), "{text}");
    }
}

/// Writes the files of a spec for a target into a folder; the path of the script.
fn shipped(folder: &Path, target: &dyn Target, image: &str, more: &str) -> PathBuf {
    let spec = format!(
        "apiVersion: mlship.dev/v1\nname: churn\nserver: {{image: '{image}', env: {{A: 'it''s \"so\" $HOME & |'}}}}\n\
         health: {{live: /healthz, ready: /readyz}}\nreplicas: 2\n{more}"
    );
    let reading = read("test.yaml", spec.as_bytes(), &ReadOptions::default());
    let workload = reading.workloads.first().unwrap();
    for (path, file) in target.emit(workload).unwrap().bundle.files {
        fs::write(folder.join(path), printed(&file)).unwrap();
    }
    folder.join("churn.deploy.sh")
}

/// A file as it is printed.
fn printed(file: &File) -> String {
    match file {
        File::Text(text) => text.to_string(),
        File::Settings(document) => yaml::print_document(document),
        File::Manifests(documents) => documents.iter().map(yaml::print_document).collect(),
    }
}

#[test]
fn a_new_version_takes_the_traffic_over_in_two_steps() {
    let stage = Stage::set();
    let log = stage.log("versions");
    let ship = |image: &str, more: &str| {
        let script = shipped(&stage.files, &VertexTarget::new(), image, more);
        stage.logged(&script, &log, &PLACE)
    };
    let split = || {
        let known = state(&log);
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
    let script = shipped(&stage.files, &VertexTarget::new(), "ghcr.io/acme/churn:0.3.1", "");
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
