//! The whole test run, as developers and CI start it: named steps in order, up to the first that fails.

use crate::{Error, Result};
use std::ffi::OsString;
use std::process::Command;
use std::time::{Duration, Instant};

/// A group of steps that can be run by itself. What a tier needs beside Rust is in its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Tier {
    /// Formatting and lints.
    Lint,
    /// Tests that need nothing but Rust.
    Unit,
    /// Tests against real tools and a real control plane.
    Real,
}

/// One command of the test run.
#[derive(Debug)]
struct Step {
    tier: Tier,
    title: &'static str,
    /// Arguments of cargo.
    cargo: &'static [&'static str],
    /// Programs without which the step can't run.
    needs: &'static [&'static str],
}

/// What obtaining the real tools takes.
const TOOLCHAINS: &[&str] = &["go", "python3", "npm"];

static STEPS: &[Step] = &[
    Step { tier: Tier::Lint, title: "formatting", cargo: &["fmt", "--all", "--check"], needs: &[] },
    Step {
        tier: Tier::Lint,
        title: "lints",
        cargo: &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
        needs: &[],
    },
    Step {
        tier: Tier::Lint,
        title: "lints of the tests against real tools",
        cargo: &["clippy", "-p", "xtask", "--features", "real", "--all-targets", "--", "-D", "warnings"],
        needs: &[],
    },
    Step {
        tier: Tier::Lint,
        title: "licences and sources of dependencies",
        cargo: &["run", "--quiet", "--package", "xtask", "--", "deny"],
        needs: &[],
    },
    Step { tier: Tier::Unit, title: "tests without tools", cargo: &["test", "--workspace"], needs: &[] },
    Step {
        tier: Tier::Real,
        title: "tests against real tools and a real control plane",
        cargo: &["test", "-p", "xtask", "--features", "real"],
        needs: TOOLCHAINS,
    },
];

/// What a test run does about a step that this machine has not the programs for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Leaves it out and says so.
    Skip,
    /// Fails.
    Fail,
}

impl Missing {
    /// [`Missing::Fail`] where the environment says `CI=true`.
    pub fn from_environment() -> Missing {
        if std::env::var_os("CI").is_some_and(|value| value == "true") {
            Missing::Fail
        } else {
            Missing::Skip
        }
    }
}

/// Runs the steps of `tiers`, or of all tiers if none is given, and stops with an error at the first that
/// fails. Their output goes where this program's does.
pub fn run(tiers: &[Tier], missing: Missing) -> Result<()> {
    let mut done: Vec<(&Step, Ended)> = Vec::new();
    let result =
        STEPS.iter().filter(|step| tiers.is_empty() || tiers.contains(&step.tier)).try_for_each(|step| {
            let ended = run_step(step, missing)?;
            done.push((step, ended));
            Ok(())
        });
    eprintln!("\n== summary");
    for (step, ended) in done {
        match ended {
            Ended::Passed(time) => eprintln!("passed   {:7.1} s  {}", time.as_secs_f64(), step.title),
            Ended::Skipped(program) => eprintln!("skipped             {}: needs {program}", step.title),
        }
    }
    result
}

/// Checks licences, bans and sources of the whole dependency graph. Advisories are left to whoever has their
/// database: it is not in a package registry.
pub fn deny() -> Result<()> {
    let mut deny = Command::new(crate::tools::path(crate::tools::Tool::CargoDeny)?);
    deny.args(["--log-level", "error", "--all-features", "check", "licenses", "bans", "sources"]);
    deny.current_dir(crate::golden::root());
    crate::run(&mut deny)?.into_stdout().map(drop)
}

enum Ended {
    Passed(Duration),
    Skipped(&'static str),
}

fn run_step(step: &Step, missing: Missing) -> Result<Ended> {
    let line = step.cargo.join(" ");
    eprintln!("\n== {} (cargo {line})", step.title);
    if let Some(program) = step.needs.iter().find(|program| !is_installed(program)) {
        return match missing {
            Missing::Skip => {
                eprintln!("skipped: needs `{program}`");
                Ok(Ended::Skipped(program))
            }
            Missing::Fail => {
                Err(Error::unexpected(format!("{} can't run: `{program}` is not installed", step.title)))
            }
        };
    }
    let start = Instant::now();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let status = Command::new(&cargo)
        .args(step.cargo)
        .status()
        .map_err(|source| Error::NotStarted { program: "cargo".to_owned(), source })?;
    if status.success() {
        return Ok(Ended::Passed(start.elapsed()));
    }
    let seconds = start.elapsed().as_secs_f64();
    Err(Error::unexpected(format!("{} failed after {seconds:.1} s (cargo {line}: {status})", step.title)))
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;

    #[test]
    fn every_tier_has_a_step() {
        for tier in Tier::value_variants() {
            assert!(STEPS.iter().any(|step| step.tier == *tier), "{tier:?}");
        }
    }

    #[test]
    fn a_step_that_lacks_a_program_is_skipped_or_fails() {
        let step = Step { tier: Tier::Real, title: "it", cargo: &["--version"], needs: &["no-such-program"] };
        assert!(matches!(run_step(&step, Missing::Skip), Ok(Ended::Skipped("no-such-program"))));
        let error = run_step(&step, Missing::Fail).err().unwrap().to_string();
        assert_eq!(error, "it can't run: `no-such-program` is not installed");
    }
}
