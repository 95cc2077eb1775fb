//! What stopped a command apart from the spec's own errors.

use std::fmt;
use std::io;
use std::path::Path;

use crate::exit::Exit;

/// One reason why a command could not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The exit code it leads to.
    pub exit: Exit,
    /// What happened, with the path it happened to: lower case, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Why a command ends early.
#[derive(Debug)]
pub enum Stop {
    /// The spec has errors, which were shown.
    Refused,
    /// Nothing is wrong, and something would be made or changed: asked for by `--exit-code`.
    Pending,
    /// What failed is still to be shown.
    Failed(Failures),
}

/// All reasons at once; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failures(Vec<Failure>);

impl Failure {
    /// The request can't be followed as it stands.
    pub fn refused(message: impl Into<String>) -> Self {
        Self { exit: Exit::Refused, message: message.into(), help: None }
    }

    /// The command line asks for what can't be.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), help: None }
    }

    /// The outside world failed while `doing` something to `path`.
    pub fn world(doing: &str, path: &Path, error: &io::Error) -> Self {
        let message = format!("{doing} {}: {}", path.display(), words(error));
        Self { exit: Exit::World, message, help: None }
    }

    /// Standard output took no more.
    pub fn stdout(error: &io::Error) -> Self {
        let message = format!("writing to standard output: {}", words(error));
        Self { exit: Exit::World, message, help: None }
    }

    /// The same with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl Failures {
    /// All reasons of a list, or `None` of an empty one.
    pub fn of(failures: Vec<Failure>) -> Option<Self> {
        (!failures.is_empty()).then_some(Self(failures))
    }

    /// The reasons, in the order in which they were found.
    pub fn iter(&self) -> impl Iterator<Item = &Failure> {
        self.0.iter()
    }

    /// The exit code: a failing world counts more than a refusal, since it may hide other refusals.
    pub fn exit(&self) -> Exit {
        self.0.iter().map(|failure| failure.exit).max().unwrap_or(Exit::Refused)
    }
}

impl From<Failure> for Failures {
    fn from(failure: Failure) -> Self {
        Self(vec![failure])
    }
}

impl From<Failures> for Stop {
    fn from(failures: Failures) -> Self {
        Self::Failed(failures)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// What the operating system said, in the words of our messages.
pub fn words(error: &io::Error) -> String {
    let words = match error.kind() {
        io::ErrorKind::NotFound => "no such file or folder",
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::AlreadyExists => "there is something of this name already",
        io::ErrorKind::NotADirectory => "a part of the path is not a folder",
        io::ErrorKind::IsADirectory => "it is a folder",
        io::ErrorKind::StorageFull => "no space left on the disk",
        io::ErrorKind::QuotaExceeded => "the disk quota is used up",
        io::ErrorKind::FileTooLarge => "the file grew over the limit on file sizes",
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        _ => return lower(&error.to_string()),
    };
    words.to_owned()
}

/// `Too many open files (os error 24)` as `too many open files`.
fn lower(text: &str) -> String {
    let text = text.split(" (os error").next().unwrap_or(text);
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_words_are_put_in_ours() {
        assert_eq!(words(&io::Error::from_raw_os_error(28)), "no space left on the disk");
        assert_eq!(words(&io::Error::from_raw_os_error(24)), "too many open files");
        assert_eq!(words(&io::Error::other("Odd")), "odd");
    }

    #[test]
    fn a_failing_world_outweighs_a_refusal() {
        let world = Failure::world("reading", Path::new("a.yaml"), &io::ErrorKind::NotFound.into());
        assert_eq!(world.message, "reading a.yaml: no such file or folder");
        let failures = Failures::of(vec![Failure::refused("no"), world]).unwrap();
        assert_eq!(failures.exit(), Exit::World);
    }
}
