//! A folder to run in, and runs as text.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The smallest spec that raises no warning.
pub const SPEC: &str = "\
apiVersion: mlship.dev/v1
name: churn
server: {image: ghcr.io/example/churn-service:0.3.1}
health: {ready: /readyz}
";

/// A spec with mistakes of several kinds.
pub const BROKEN: &str = "\
apiVersion: mlship.dev/v1
nmae: churn
server:
  image: ghcr.io/example/churn-service:latest
  protocol: htpp
  env: {API_TOKEN: sk-live-0123456789abcdef0123456789abcdef}
";

/// A folder of its own for one test, deleted at its end.
pub struct Place(TempDir);

impl Place {
    /// An empty folder.
    pub fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// A folder with a sound `mlship.yaml`.
    pub fn with_spec() -> Self {
        Self::new().file("mlship.yaml", SPEC)
    }

    /// The same with one more file.
    pub fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// The same with one more symbolic link.
    pub fn link(self, name: &str, target: &str) -> Self {
        std::os::unix::fs::symlink(target, self.path(name)).unwrap();
        self
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The text of a file in it.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Everything below a folder, sorted, with a `/` behind folders and a `@` behind links.
    pub fn list(&self, name: &str) -> Vec<String> {
        let mut names = Vec::new();
        list(&self.path(name), "", &mut names);
        names.sort();
        names
    }

    /// The command, ready for a run in this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("mlship"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "TERM", "COLUMNS"] {
            command.env_remove(variable);
        }
        command
    }

    /// What a run does.
    pub fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// A run as text: exit code, standard output, standard error.
    pub fn run(&self, arguments: &[&str]) -> String {
        transcript(arguments, &self.output(arguments))
    }

    /// A run that reads from standard input.
    pub fn run_with(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Whoever refuses early does not read to the end.
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), input);
        transcript(arguments, &child.wait_with_output().unwrap())
    }
}

fn transcript(arguments: &[&str], output: &Output) -> String {
    format!(
        "$ mlship {}\nexit {}\n--- stdout\n{}--- stderr\n{}",
        arguments.join(" "),
        output.status.code().map_or("by a signal".to_owned(), |code| code.to_string()),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    )
}

fn list(folder: &Path, prefix: &str, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().unwrap();
        if kind.is_symlink() {
            names.push(format!("{name}@"));
        } else if kind.is_dir() {
            names.push(format!("{name}/"));
            list(&entry.path(), &format!("{name}/"), names);
        } else {
            names.push(name);
        }
    }
}

/// The exit code of a run.
pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Standard output as text.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Standard error as text.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
