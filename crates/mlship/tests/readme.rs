//! What the README shows is what the commands print: each block of `console` is run again, and so are the pictures.
//!
//! `UPDATE_README=1 cargo test -p mlship --test readme` writes the blocks and pictures anew.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const BEGIN: &str = "```console\n";
const END: &str = "```\n";

#[test]
fn the_readme_shows_what_commands_print() {
    let place = Place::new();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut written = String::new();
    let mut rest = readme.as_str();
    let mut blocks = 0;
    while let Some((before, from)) = rest.split_once(BEGIN) {
        let (block, after) = from.split_once(END).unwrap();
        written.push_str(before);
        written.push_str(BEGIN);
        for (line, shown) in commands(block) {
            place.bring(line, &shown);
            written.extend(["$ ", line, "\n", &place.run(line)]);
        }
        written.push_str(END);
        rest = after;
        blocks += 1;
    }
    written.push_str(rest);
    assert!(blocks >= 2, "only {blocks} blocks were found");
    same(&root().join("README.md"), &readme, &written);
    for picture in fs::read_dir(root().join("examples/pictures")).unwrap() {
        let path = picture.unwrap().path();
        let made = place.0.path().join("examples/pictures").join(path.file_name().unwrap());
        same(&path, &fs::read_to_string(&path).unwrap(), &fs::read_to_string(made).unwrap());
    }
}

/// The command lines of a block, each with what is shown of it.
fn commands(block: &str) -> Vec<(&str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, String::new())),
            (None, Some((_, shown))) => shown.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    commands
}

/// Compares what is committed with what was made, or commits it.
fn same(path: &Path, committed: &str, made: &str) {
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(path, made).unwrap();
        return;
    }
    let differing = committed.lines().zip(made.lines()).find(|(old, new)| old != new);
    let what = path.display();
    assert!(
        committed == made,
        "{what} is not what the commands make: {differing:?}; UPDATE_README=1 writes it anew"
    );
}

/// A folder with the examples in it, where commands may write.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(TempDir::new().unwrap());
        let examples = place.0.path().join("examples");
        fs::create_dir_all(examples.join("pictures")).unwrap();
        for example in fs::read_dir(root().join("examples")).unwrap() {
            let example = example.unwrap();
            if example.file_type().unwrap().is_file() {
                fs::copy(example.path(), examples.join(example.file_name())).unwrap();
            }
        }
        place
    }

    /// Writes the file that a block shows by `cat`: its reader has it, and the commands after it read it.
    fn bring(&self, line: &str, shown: &str) {
        if let Some(name) = line.strip_prefix("cat ") {
            fs::write(self.0.path().join(name), shown).unwrap();
        }
    }

    /// What a command line prints on a terminal of no colours: what it says, and then what it puts out.
    fn run(&self, line: &str) -> String {
        let program = assert_cmd::cargo::cargo_bin!("mlship");
        let folder = program.parent().unwrap().display().to_string();
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(self.0.path())
            .env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap_or_default()))
            .env("NO_COLOR", "1")
            .output()
            .unwrap();
        let text = [output.stderr, output.stdout].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        // Spaces at the end of lines are lost to editors.
        text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}
