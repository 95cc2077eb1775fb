//! The command line from outside: whole runs, their exit code, standard output and standard error in one
//! snapshot. `INSTA_UPDATE=always cargo test -p mlship --test cli` writes the snapshots anew.

#![expect(
    clippy::unwrap_used,
    reason = "a test that can't be set up has failed; helpers are no `#[test]` themselves"
)]

mod check;
mod decide;
mod explain;
mod folder;
mod hard;
mod init;
mod plan;
mod render;
mod simulate;
mod support;
mod usage;
