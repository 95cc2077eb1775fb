//! Starting programs and reading what they say.

use crate::{Error, Result};
use std::fmt::Write as _;
use std::io::{Seek as _, Write as _};
use std::process::{Command, Stdio};

/// What a program that ended has left: its exit code and everything it printed.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The command line, for messages.
    pub command: String,
    /// The exit code; `None` if a signal ended the program.
    pub code: Option<i32>,
    /// Its standard output; bytes that are no UTF-8 are replaced.
    pub stdout: String,
    /// Its standard error; bytes that are no UTF-8 are replaced.
    pub stderr: String,
}

impl Outcome {
    /// Whether the exit code is 0.
    pub fn succeeded(&self) -> bool {
        self.code == Some(0)
    }

    /// The standard output of a program that succeeded; otherwise an error that shows what it printed.
    pub fn into_stdout(self) -> Result<String> {
        if self.succeeded() {
            return Ok(self.stdout);
        }
        let mut output = tail(&self.stdout, 20);
        let _ = write!(output, "{}", tail(&self.stderr, 60));
        Err(Error::CommandFailed { command: self.command, code: self.code, output })
    }
}

/// Runs `command` to its end, without standard input. A non-zero exit code is no error here: see
/// [`Outcome::into_stdout`].
pub fn run(command: &mut Command) -> Result<Outcome> {
    finish(command, Stdio::null())
}

/// Runs `command` to its end with `input` as its standard input.
pub fn run_with_input(command: &mut Command, input: &str) -> Result<Outcome> {
    // A file rather than a pipe: a program that prints before it has read everything can't block us.
    let doing = "keeping the input of a program in a temporary file";
    let mut file = tempfile::tempfile().map_err(Error::io(doing))?;
    file.write_all(input.as_bytes()).map_err(Error::io(doing))?;
    file.rewind().map_err(Error::io(doing))?;
    finish(command, Stdio::from(file))
}

fn finish(command: &mut Command, input: Stdio) -> Result<Outcome> {
    let line = command_line(command);
    let output = command.stdin(input).output().map_err(|source| Error::NotStarted {
        program: command.get_program().display().to_string(),
        source,
    })?;
    Ok(Outcome {
        command: line,
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// The program and its arguments, separated by spaces: to be read, not to be run.
pub(crate) fn command_line(command: &Command) -> String {
    let mut line = command.get_program().display().to_string();
    for argument in command.get_args() {
        let _ = write!(line, " {}", argument.display());
    }
    line
}

/// The last `lines` lines of `text`.
pub(crate) fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].iter().flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_shows_both_outputs_and_the_code() {
        let outcome = run(Command::new("sh").args(["-c", "echo out; echo err >&2; exit 3"])).unwrap();
        let error = outcome.into_stdout().unwrap_err().to_string();
        assert_eq!(error, "`sh -c echo out; echo err >&2; exit 3` failed with exit code 3:\nout\nerr\n");
    }

    #[test]
    fn input_larger_than_a_pipe_comes_back_whole() {
        let input = "0123456789abcdef\n".repeat(100_000);
        let outcome = run_with_input(&mut Command::new("cat"), &input).unwrap();
        assert_eq!(outcome.stdout, input);
    }

    #[test]
    fn tail_keeps_the_last_lines() {
        assert_eq!(tail("a\nb\nc", 2), "b\nc\n");
        assert_eq!(tail("", 2), "");
    }
}
