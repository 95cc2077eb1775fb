//! Killed runs, full disks and crowded folders: the old content stays whole.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::support::{Place, SPEC, code, stderr};

/// How many services the folder of these tests gets: enough for a kill to hit the writing.
const SERVICES: usize = 150;

fn many() -> Place {
    (0..SERVICES).fold(Place::new(), |place, number| {
        let spec = SPEC.replace("name: churn", &format!("name: svc-{number}"));
        place.file(&format!("models/{number}.yaml"), spec)
    })
}

/// Which of the image's tags the folder's manifests carry; they must all be the same, and all be there.
fn whole(place: &Place) -> String {
    let files: Vec<String> = place.list("k8s").into_iter().filter(|name| name != ".mlship").collect();
    assert_eq!(files.len(), SERVICES);
    let tag = |name: &String| {
        let text = place.read(&format!("k8s/{name}"));
        text.split("churn-service:").nth(1).unwrap_or_default().lines().next().unwrap_or_default().to_owned()
    };
    let tags: Vec<String> = files.iter().map(tag).collect();
    assert!(tags.iter().all(|tag| *tag == tags[0]), "{tags:?}");
    tags[0].clone()
}

fn arguments(tag: &str) -> [String; 7] {
    let set = format!("server.image=ghcr.io/example/churn-service:{tag}");
    ["render", "-f", "models", "-o", "k8s", "--set", &set].map(str::to_owned)
}

#[test]
fn a_kill_at_any_moment_leaves_the_folder_whole() {
    let place = many();
    let run = |tag: &str| {
        let arguments = arguments(tag);
        place.command(&arguments.each_ref().map(String::as_str))
    };
    assert_eq!(code(&run("t0").output().unwrap()), 0);
    let mut last = "t0".to_owned();
    for round in 1..=40 {
        let tag = format!("t{round}");
        let mut child = run(&tag).stderr(Stdio::null()).spawn().unwrap();
        sleep(Duration::from_millis(round));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = whole(&place);
        assert!(found == last || found == tag, "{found} is neither {last} nor {tag}");
        last = found;
    }
    assert_eq!(code(&run("end").output().unwrap()), 0);
    assert_eq!(whole(&place), "end");
    let mut top: Vec<String> = fs::read_dir(place.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    top.sort();
    assert_eq!(top, ["k8s", "models"], "leftovers");
}

#[test]
fn a_disk_that_fills_up_leaves_the_folder_whole() {
    let place = many();
    let arguments = arguments("t0");
    assert_eq!(code(&place.output(&arguments.each_ref().map(String::as_str))), 0);
    // A limit on the size of files stands in for a full disk: writes fail in the middle of a file.
    let script = "trap '' XFSZ; ulimit -f 4; exec \"$@\"";
    let mlship = place.command(&[]).get_program().to_owned();
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh"]).arg(mlship).args(self::arguments("t1")).current_dir(place.path("."));
    let output = command.output().unwrap();
    assert_eq!(code(&output), 3, "{}", stderr(&output));
    assert!(stderr(&output).contains("writing k8s/"), "{}", stderr(&output));
    assert!(stderr(&output).contains("nothing in the folder was changed"));
    assert_eq!(whole(&place), "t0");
    assert!(!place.list(".").iter().any(|name| name.contains(".mlship-")), "leftovers");
}

#[test]
fn two_runs_at_once_leave_one_of_their_results() {
    let place = many();
    let start = |tag: &str| {
        let arguments = arguments(tag);
        place.command(&arguments.each_ref().map(String::as_str)).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children = ["t1", "t2", "t3", "t4"].map(start);
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
    }
    whole(&place);
    assert!(!place.list(".").iter().any(|name| name.contains("mlship-")), "leftovers");
}
