//! How a run ended, as a number for scripts: one table for every command.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Done, or nothing to do.
    Done,
    /// The spec or the request has errors; the messages say which.
    Refused,
    /// The command line itself can't be understood.
    Usage,
    /// The outside world failed: a file that isn't there, a full disk, a closed input.
    World,
    /// `--exit-code` was given, and something would be made or changed.
    Pending,
}

/// Every exit code with its meaning, as `mlship --help` prints them.
pub const TABLE: &[(Exit, &str)] = &[
    (Exit::Done, "done"),
    (Exit::Refused, "refused: the spec or the request has errors, and the messages say which"),
    (Exit::Usage, "the command line can't be understood"),
    (Exit::World, "the outside world failed: a missing file, a full disk, a closed input"),
    (Exit::Pending, "--exit-code was given, and something would be made or changed"),
];

impl Exit {
    /// The number that the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::World => 3,
            Self::Pending => 10,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
