//! `mlship explain`: what a field or a code means, what platforms allow and charge, and what was decided for a service.

pub mod code;
mod decisions;
mod facts;
mod field;
pub mod layout;
mod overview;
mod tree;

use clap::{Args, ValueEnum};

use super::{Specs, print};
use crate::failure::{Failure, Stop};

const EXAMPLES: &str = "\
Examples:
  mlship explain                   every field and every code, one line each
  mlship explain resources.gpu     a field: what it holds, its default, what it becomes, why
  mlship explain ML302             a code of an error or a warning
  mlship explain limits            what platforms allow; `prices` what they charge
  mlship explain -f mlship.yaml    what was decided for this service without being asked";

/// Explain a field, a code, or what was decided for a service without being asked
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// A field such as `resources.gpu`, a code such as ML302, or `limits`, `prices` and one of them
    #[arg(value_name = "PATH|CODE|FACT", conflicts_with_all = ["files", "environment", "set"])]
    what: Option<String>,
    #[command(flatten)]
    specs: Specs,
    /// How it is written
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    output: Output,
}

/// How an explanation is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people
    Human,
    /// For programs: one JSON object
    Json,
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        let text = match &self.what {
            Some(what) => explain(what, self.output)?,
            None if self.asks_for_a_spec() => return decisions::exec(&self.specs, self.output),
            None => overview::text(self.output),
        };
        Ok(print(text.as_bytes())?)
    }

    fn asks_for_a_spec(&self) -> bool {
        !self.specs.named.files.is_empty() || self.specs.named.has_layers()
    }
}

/// The explanation of a code or a field.
fn explain(what: &str, output: Output) -> Result<String, Failure> {
    if let Some(code) = code::find(what) {
        return Ok(code::text(&code, output));
    }
    if code::looks_like_one(what) {
        let failure = Failure::refused(format!("there is no code {what}"));
        return Err(failure.help("`mlship explain` lists them all"));
    }
    if facts::asked_for(what) {
        return facts::text(what, output);
    }
    field::text(what, output)
}

/// JSON for programs, with the version that all of mlship's own formats carry.
fn json(key: &str, value: &impl serde::Serialize) -> String {
    let document = serde_json::json!({ "version": 1, key: value });
    format!("{document:#}\n")
}
