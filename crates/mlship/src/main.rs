//! The `mlship` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    mlship::run(std::env::args_os()).into()
}
