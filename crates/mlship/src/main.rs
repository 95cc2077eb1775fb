//! The `mlship` command.

use std::process::ExitCode;

/// Documents are trees of small pieces, made and dropped by the thousand: this takes about a tenth less time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    mlship::run(std::env::args_os()).into()
}
