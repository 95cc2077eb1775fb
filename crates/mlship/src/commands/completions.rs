//! `mlship completions`: the script with which a shell completes the command line.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::print;
use crate::cli::Cli;
use crate::failure::Stop;

const EXAMPLES: &str = "\
Examples:
  mlship completions bash > /etc/bash_completion.d/mlship
  mlship completions zsh > ~/.zfunc/_mlship
  mlship completions fish > ~/.config/fish/completions/mlship.fish";

/// Print the script with which a shell completes mlship's command line
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    /// The shell
    shell: Shell,
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "mlship", &mut script);
        Ok(print(&script)?)
    }
}
