//! `mlship render -o DIR`: the folder is written whole, and nothing else is touched.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use insta::assert_snapshot;

use crate::support::{BROKEN, Place, SPEC, code, stderr};

fn render(place: &Place, arguments: &[&str]) -> i32 {
    let output = place.output(&[&["render", "-o", "k8s"], arguments].concat());
    code(&output)
}

#[test]
fn a_folder_is_made() {
    let place = Place::with_spec();
    assert_snapshot!(place.run(&["render", "-o", "k8s"]));
    assert_eq!(place.list("k8s"), [".mlship", "churn.yaml"]);
    assert_eq!(place.list("."), ["k8s/", "k8s/.mlship", "k8s/churn.yaml", "mlship.yaml"]);
    assert_eq!(place.read("k8s/churn.yaml").into_bytes(), place.output(&["render"]).stdout);
    assert_snapshot!(place.read("k8s/.mlship"));
}

#[test]
fn stale_files_of_an_earlier_run_disappear() {
    let place = Place::with_spec();
    assert_eq!(render(&place, &[]), 0);
    assert_eq!(render(&place, &["--set", "name=other"]), 0);
    assert_eq!(place.list("k8s"), [".mlship", "other.yaml"]);
}

#[test]
fn an_empty_folder_is_filled_and_keeps_its_permissions() {
    let place = Place::with_spec();
    fs::create_dir(place.path("k8s")).unwrap();
    fs::set_permissions(place.path("k8s"), fs::Permissions::from_mode(0o750)).unwrap();
    assert_eq!(render(&place, &[]), 0);
    assert_eq!(fs::metadata(place.path("k8s")).unwrap().permissions().mode() & 0o777, 0o750);
}

#[test]
fn a_file_that_comes_out_as_it_was_keeps_its_time_stamp() {
    let place =
        Place::new().file("mlship.yaml", SPEC.to_owned() + "---\n" + &SPEC.replace("churn\n", "other\n"));
    assert_eq!(render(&place, &[]), 0);
    let identity =
        |name| fs::metadata(place.path(name)).map(|found| (found.ino(), found.mtime_nsec())).unwrap();
    let (churn, other) = (identity("k8s/churn.yaml"), identity("k8s/other.yaml"));
    let text = place.read("mlship.yaml").replacen("0.3.1", "0.3.2", 1);
    let place_after = place.file("mlship.yaml", text);
    assert_eq!(render(&place_after, &[]), 0);
    let identity =
        |name| fs::metadata(place_after.path(name)).map(|found| (found.ino(), found.mtime_nsec())).unwrap();
    assert_ne!(identity("k8s/churn.yaml"), churn);
    assert_eq!(identity("k8s/other.yaml"), other);
    assert_eq!(fs::metadata(place_after.path("k8s/other.yaml")).unwrap().nlink(), 1);
}

#[test]
fn services_of_several_namespaces_do_not_meet() {
    let place = Place::new()
        .file("models/a.yaml", SPEC)
        .file("models/b.yaml", SPEC.to_owned() + "namespace: b\n")
        .file("models/c.yaml", SPEC.to_owned() + "namespace: c\n");
    assert_eq!(render(&place, &["-f", "models"]), 0);
    assert_eq!(place.list("k8s"), [".mlship", "b/", "b/churn.yaml", "c/", "c/churn.yaml", "churn.yaml"]);
    assert_eq!(render(&place, &["-f", "models/a.yaml"]), 0);
    assert_eq!(place.list("k8s"), [".mlship", "churn.yaml"]);
}

#[test]
fn files_of_others_stop_it() {
    let place = Place::with_spec().file("k8s/notes.txt", "mine");
    assert_snapshot!(place.run(&["render", "-o", "k8s"]));
    assert_eq!(place.list("k8s"), ["notes.txt"]);
    assert_eq!(render(&place, &["--force"]), 0);
    assert_eq!(place.list("k8s"), [".mlship", "churn.yaml", "notes.txt"]);
    // From now on it knows its own files, and still not the other.
    assert_eq!(render(&place, &[]), 1);
    assert_eq!(render(&place, &["--force", "--set", "name=other"]), 0);
    assert_eq!(place.list("k8s"), [".mlship", "notes.txt", "other.yaml"]);
    assert_eq!(place.read("k8s/notes.txt"), "mine");
}

#[test]
fn an_empty_folder_of_others_and_hidden_files_count_too() {
    let place = Place::with_spec();
    assert_eq!(render(&place, &[]), 0);
    fs::create_dir(place.path("k8s/empty")).unwrap();
    assert_eq!(render(&place, &[]), 1);
    fs::remove_dir(place.path("k8s/empty")).unwrap();
    let place = place.file("k8s/.gitignore", "*");
    assert_eq!(render(&place, &[]), 1);
}

#[test]
fn links_are_not_followed() {
    let place = Place::with_spec().file("real/x", "").link("k8s", "real").link("dangling", "nowhere");
    let runs = [
        place.run(&["render", "-o", "k8s"]),
        place.run(&["render", "-o", "k8s/", "--force"]),
        place.run(&["render", "-o", "dangling"]),
    ];
    assert_snapshot!(runs.join("\n"));
    assert_eq!(place.list("real"), ["x"]);
}

#[test]
fn a_link_among_our_files_is_not_ours() {
    let place = Place::with_spec().file("outside", "precious");
    assert_eq!(render(&place, &[]), 0);
    fs::remove_file(place.path("k8s/churn.yaml")).unwrap();
    let place = place.link("k8s/churn.yaml", "../outside");
    let runs = [place.run(&["render", "-o", "k8s"]), place.run(&["render", "-o", "k8s", "--force"])];
    assert_snapshot!(runs.join("\n"));
    assert_eq!(place.read("outside"), "precious");
    assert_eq!(place.list("k8s"), [".mlship", "churn.yaml@"]);
}

#[test]
fn a_linked_folder_within_is_not_entered() {
    let namespaced = SPEC.to_owned() + "namespace: b\n";
    let place = Place::new().file("models/b.yaml", namespaced).file("outside/x", "").file("k8s/.keep", "");
    let place = place.link("k8s/b", "../outside");
    assert_snapshot!(place.run(&["render", "-f", "models", "-o", "k8s", "--force"]));
    assert_eq!(place.list("outside"), ["x"]);
    // Nor when stale files are deleted by a listing that somebody else wrote.
    let listed = place.file("k8s/.mlship", "b/x\n").file("single.yaml", SPEC);
    assert_eq!(render(&listed, &["-f", "single.yaml", "--force"]), 0);
    assert_eq!(listed.list("outside"), ["x"]);
}

#[test]
fn a_listing_that_leads_outside_is_not_believed() {
    let place = Place::with_spec().file("precious", "x").file("k8s/.mlship", "../precious\n");
    assert_eq!(render(&place, &[]), 1);
    assert_eq!(render(&place, &["--force"]), 0);
    assert_eq!(place.read("precious"), "x");
}

#[test]
fn places_where_no_folder_can_be() {
    let place = Place::with_spec();
    let runs = [
        place.run(&["render", "-o", "no/where"]),
        place.run(&["render", "-o", "mlship.yaml"]),
        place.run(&["render", "-o", "mlship.yaml/k8s"]),
        place.run(&["render", "-o", ".."]),
        place.run(&["render", "-o", "/"]),
        place.run(&["render", "-o", ""]),
    ];
    assert_snapshot!(runs.join("\n"));
}

#[test]
fn a_bad_spec_leaves_the_folder_as_it_is() {
    let place = Place::with_spec();
    assert_eq!(render(&place, &[]), 0);
    let before = place.read("k8s/churn.yaml");
    let place = place.file("mlship.yaml", BROKEN);
    assert_eq!(render(&place, &[]), 1);
    assert_eq!(place.read("k8s/churn.yaml"), before);
    assert_eq!(place.list("."), ["k8s/", "k8s/.mlship", "k8s/churn.yaml", "mlship.yaml"]);
}

#[test]
fn the_current_folder_is_written_in_place() {
    let place = Place::with_spec();
    fs::create_dir(place.path("k8s")).unwrap();
    let inode = fs::metadata(place.path("k8s")).unwrap().ino();
    for name in ["churn", "other"] {
        let set = format!("name={name}");
        let mut command = place.command(&["render", "-f", "../mlship.yaml", "-o", ".", "--set", &set]);
        let output = command.current_dir(place.path("k8s")).output().unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        assert_eq!(place.list("k8s"), [".mlship".to_owned(), format!("{name}.yaml")]);
    }
    assert_eq!(fs::metadata(place.path("k8s")).unwrap().ino(), inode);
}

#[test]
fn leftovers_of_a_killed_run_are_cleared_away() {
    let place =
        Place::with_spec().file(".k8s.mlship-abc123/churn.yaml", "half").file("k8s/.mlship-abc/x", "half");
    assert_eq!(render(&place, &[]), 0);
    assert_eq!(place.list("."), ["k8s/", "k8s/.mlship", "k8s/churn.yaml", "mlship.yaml"]);
}

#[test]
fn output_is_not_read_back_as_input() {
    let place = Place::new().file("a.yaml", SPEC);
    assert_eq!(render(&place, &["-f", "."]), 0);
    let output = place.output(&["render", "-f", ".", "-o", "k8s"]);
    assert_eq!((code(&output), stderr(&output).as_str()), (0, "note: wrote 1 file to k8s\n"));
}
