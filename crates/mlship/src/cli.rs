//! The command line as a whole.

use clap::{Parser, Subcommand};

use crate::commands::{check, completions, decide, explain, init, plan, render, schema, simulate};
use crate::failure::Stop;

const AFTER_HELP: &str = "\
First steps:
  mlship decide --ask                               which way to ship, and why
  mlship init ghcr.io/example/churn-service:0.3.1   write mlship.yaml
  mlship explain -f mlship.yaml                     what was decided for you, and why
  mlship render | kubectl apply -f -                ship it

Exit codes:
  0  done
  1  refused: the spec or the request has errors, and the messages say which
  2  the command line can't be understood
  3  the outside world failed: a missing file, a full disk, a closed input
  10  --exit-code was given, and something would be made or changed

NO_COLOR turns colours off, CLICOLOR_FORCE=1 turns them on.";

/// Ship a model server, described in one short file, to Kubernetes and elsewhere
#[derive(Debug, Parser)]
#[command(name = "mlship", version, after_help = AFTER_HELP, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Command),
    Check(check::Command),
    Decide(decide::Command),
    Plan(plan::Command),
    Render(render::Command),
    Explain(explain::Command),
    Simulate(simulate::Command),
    Schema(schema::Command),
    Completions(completions::Command),
}

impl Cli {
    /// Runs the command.
    pub fn exec(&self) -> Result<(), Stop> {
        match &self.command {
            Command::Init(command) => command.exec(),
            Command::Check(command) => command.exec(),
            Command::Decide(command) => command.exec(),
            Command::Plan(command) => command.exec(),
            Command::Render(command) => command.exec(),
            Command::Explain(command) => command.exec(),
            Command::Simulate(command) => command.exec(),
            Command::Schema(schema::Command {}) => schema::Command::exec(),
            Command::Completions(command) => command.exec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::exit::TABLE;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_states_every_exit_code() {
        for (exit, meaning) in TABLE {
            assert!(AFTER_HELP.contains(&format!("  {}  {meaning}\n", exit.code())), "{meaning}");
        }
    }
}
