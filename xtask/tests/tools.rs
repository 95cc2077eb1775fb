//! The cache of tools, with the smallest real one.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

#[test]
fn a_tool_is_made_once_and_made_anew_when_it_was_changed() {
    let cache = tempfile::tempdir().unwrap();

    let first = start(cache.path()).wait_with_output().unwrap();
    assert!(said(&first, "making kubeconform 0.8.0"), "{first:?}");
    let binary = printed_path(&first);
    assert!(!said(&start(cache.path()).wait_with_output().unwrap(), "making"), "made twice");

    let good = fs::read(&binary).unwrap();
    fs::write(&binary, b"#!/bin/sh\nexit 0\n").unwrap();
    let again = start(cache.path()).wait_with_output().unwrap();
    assert!(said(&again, "not what was made here (bin/kubeconform: FAILED)"), "{again:?}");
    assert_eq!(fs::read(&binary).unwrap(), good, "the same recipe makes the same bytes");
}

#[test]
fn what_a_killed_build_leaves_is_not_taken_for_a_tool() {
    let cache = tempfile::tempdir().unwrap();
    let binary = printed_path(&start(cache.path()).wait_with_output().unwrap());
    let entry = binary.parent().unwrap().parent().unwrap();
    fs::rename(entry, entry.with_extension("moved")).unwrap();
    let partial = PathBuf::from(format!("{}.partial", entry.display()));
    fs::create_dir_all(partial.join("made/bin")).unwrap();
    fs::write(partial.join("made/bin/kubeconform"), b"half").unwrap();

    let output = start(cache.path()).wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(binary.exists() && !partial.exists());
}

#[test]
fn two_processes_make_a_tool_once() {
    let cache = tempfile::tempdir().unwrap();
    let outputs = [start(cache.path()), start(cache.path())].map(|child| child.wait_with_output().unwrap());
    assert_eq!(printed_path(&outputs[0]), printed_path(&outputs[1]));
    let made = outputs.iter().filter(|output| said(output, "made kubeconform")).count();
    assert_eq!(made, 1, "{outputs:?}");
}

fn start(cache: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["tools", "kubeconform"])
        .env("MLSHIP_TOOLS_CACHE", cache)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn said(output: &Output, text: &str) -> bool {
    String::from_utf8_lossy(&output.stderr).contains(text)
}

fn printed_path(output: &Output) -> PathBuf {
    let line = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<&str> = line.split_whitespace().collect();
    let ["kubeconform", "0.8.0", path] = words[..] else { panic!("{output:?}") };
    PathBuf::from(path)
}
