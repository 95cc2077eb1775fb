//! The command line of mlship: reads files, flags and the environment, and hands everything else to the
//! crates that decide. Only here is the outside world touched.
//!
//! ```text
//! inputs --read--> ship (in parallel) --printed text--> standard output, or output::Stage --publish--> folder
//!                    `--findings--> diagnostics --human|json|sarif|github--> standard error
//! ```

mod cli;
mod commands;
mod diagnostics;
mod exit;
mod failure;
mod inputs;
mod output;
mod prices;
mod progress;
mod services;
mod ship;
pub mod targets;
mod terminal;

use std::ffi::OsString;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};

pub use exit::{Exit, TABLE};

use cli::Cli;
use failure::{Failures, Stop};
use terminal::{Look, Paint, clean, talk};

/// Runs a command line, the program's name first, and says how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; a reader that closed the pipe wants no more of them.
            let _ = error.print();
            talk(tip(&error).as_bytes());
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    match cli.exec() {
        Ok(()) => Exit::Done,
        Err(Stop::Refused) => Exit::Refused,
        Err(Stop::Pending) => Exit::Pending,
        Err(Stop::Failed(failures)) => {
            tell(&failures);
            failures.exit()
        }
    }
}

/// What else to try where a file was named without its flag; nothing elsewhere.
fn tip(error: &clap::Error) -> String {
    let is_unknown = error.kind() == ErrorKind::UnknownArgument;
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(argument)) if is_unknown && !argument.starts_with('-') => {
            format!("\n  tip: files are named by a flag: `-f {}`\n", clean(argument))
        }
        _ => String::new(),
    }
}

fn tell(failures: &Failures) {
    let look = Look::stderr();
    for failure in failures.iter() {
        let error = look.paint(Paint::Error, "error:");
        talk(format!("{error} {}\n", clean(&failure.message)).as_bytes());
        if let Some(help) = &failure.help {
            talk(format!("{} {}\n", look.paint(Paint::Help, "help:"), clean(help)).as_bytes());
        }
    }
}
