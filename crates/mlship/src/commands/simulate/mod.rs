//! `mlship simulate`: what a cluster would do, without one.

pub mod autoscaling;
pub mod placement;
pub mod subject;
pub mod texts;

use clap::{ArgMatches, Args, FromArgMatches, Subcommand, ValueEnum};
use serde::Serialize;

use crate::diagnostics::harmless_json;
use crate::failure::{Failure, Stop};

const ABOUT: &str =
    "Predict what a cluster would do, without one: where pods go, whether autoscaling keeps up";

/// The command.
#[derive(Debug)]
pub struct Command {
    /// What to predict.
    what: What,
}

/// By hand, so that its many flags are put together only when it is called: other commands start faster.
impl Args for Command {
    fn augment_args(command: clap::Command) -> clap::Command {
        let command = command.about(ABOUT).subcommand_required(true).arg_required_else_help(true);
        command.defer(What::augment_subcommands)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command.defer(What::augment_subcommands_for_update)
    }
}

impl FromArgMatches for Command {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        What::from_arg_matches(matches).map(|what| Self { what })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.what.update_from_arg_matches(matches)
    }
}

#[derive(Debug, Subcommand)]
enum What {
    Placement(Box<placement::Command>),
    Autoscaling(Box<autoscaling::Command>),
}

/// How a prediction is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For people
    Table,
    /// For programs: one JSON object
    Json,
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        match &self.what {
            What::Placement(command) => command.exec(),
            What::Autoscaling(command) => command.exec(),
        }
    }
}

/// A report as JSON, in the library's own shape.
pub fn json(report: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(report)
        .map(|text| harmless_json(&text))
        .map_err(|error| Failure::refused(format!("the report can't be written as JSON: {error}")))
}

/// `1 pod`, `2 pods`.
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}
