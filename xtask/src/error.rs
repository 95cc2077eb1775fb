//! What can go wrong outside this program.

use std::fmt;
use std::io;
use std::time::Duration;

/// The result of work that reaches outside this program.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure of the file system, of a program that was started, or of waiting for one.
#[derive(Debug)]
pub enum Error {
    /// An operation of the file system or the network failed.
    Io {
        /// What was being done, as `writing /tmp/x`.
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program could not be started.
    NotStarted {
        /// The program's name or path.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program ended with a failure.
    CommandFailed {
        /// The command line.
        command: String,
        /// Its exit code; `None` if a signal ended it.
        code: Option<i32>,
        /// The end of what it printed.
        output: String,
    },
    /// A component of a control plane ended by itself.
    ComponentDied {
        /// The component's name.
        component: &'static str,
        /// How it ended.
        status: String,
        /// The end of its log.
        log: String,
    },
    /// Something did not come about in time.
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long.
        after: Duration,
        /// What was seen last, or the end of the logs that may explain it.
        last: String,
    },
    /// Something answered in a way this program does not understand.
    Unexpected {
        /// What was expected and what came instead.
        what: String,
    },
}

impl Error {
    /// Wraps an [`io::Error`] for `map_err`, with what was being done.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Error {
        let doing = doing.into();
        move |source| Error::Io { doing, source }
    }

    /// An answer that does not make sense.
    pub fn unexpected(what: impl Into<String>) -> Error {
        Error::Unexpected { what: what.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { doing, source } => write!(formatter, "{doing}: {source}"),
            Error::NotStarted { program, source } => write!(formatter, "can't start `{program}`: {source}"),
            Error::CommandFailed { command, code: Some(code), output } => {
                write!(formatter, "`{command}` failed with exit code {code}:\n{output}")
            }
            Error::CommandFailed { command, code: None, output } => {
                write!(formatter, "`{command}` was ended by a signal:\n{output}")
            }
            Error::ComponentDied { component, status, log } => {
                write!(formatter, "{component} ended by itself ({status}); the end of its log:\n{log}")
            }
            Error::TimedOut { what, after, last } => {
                write!(formatter, "waited {:.1} s in vain for {what}\n{last}", after.as_secs_f64())
            }
            Error::Unexpected { what } => formatter.write_str(what),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } | Error::NotStarted { source, .. } => Some(source),
            Error::CommandFailed { .. }
            | Error::ComponentDied { .. }
            | Error::TimedOut { .. }
            | Error::Unexpected { .. } => None,
        }
    }
}
