//! `mlship check`: whether specs are sound, without making anything.

use clap::Args;

use super::{Specs, Stream, conclude, print};
use crate::diagnostics::Format;
use crate::failure::Stop;
use crate::inputs;
use crate::services::{Service, Services};
use crate::ship::{self, Shipped};
use crate::terminal::{Look, Paint, clean};

const EXAMPLES: &str = "\
Examples:
  mlship check                        mlship.yaml in this folder
  mlship check -f models --env prod   every spec below a folder, with its environment `prod`
  mlship check -o sarif > mlship.sarif";

/// Say whether specs are sound: every error at once, each with its place and what to write instead
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    #[command(flatten)]
    specs: Specs,
    /// How the findings are written; those for people go to standard error
    #[arg(short, long, value_name = "FORMAT", default_value = "human")]
    output: Format,
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        let inputs = inputs::find(&self.specs.named.files)?;
        let fine = Look::stdout().paint(Paint::Good, "fine");
        let mut services = Services::default();
        let mut lines = Vec::new();
        let name = |shipped: Shipped| shipped.outcome.is_ok().then(|| Service::of(&shipped.workload));
        let findings = ship::each(inputs, &self.specs.request(), name, |read| {
            for (report, found) in read {
                for service in found {
                    if services.claim(&service, report) {
                        lines.push(format!("{}: {} is {fine}\n", clean(&report.name), service.name));
                    }
                }
            }
            Ok(())
        })?;
        if self.output != Format::Human {
            return conclude(findings, self.output, Stream::Stdout);
        }
        print(lines.concat().as_bytes())?;
        conclude(findings, self.output, Stream::Stderr)
    }
}
