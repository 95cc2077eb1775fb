//! The command line of [`xtask`]: `cargo xtask …`.

use clap::{Parser, Subcommand};
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use xtask::chart::{self, ChartTask};
use xtask::cluster::background::{self, Status, UpArguments};
use xtask::test::{self, Missing, Tier};
use xtask::tools::{self, Tool};
use xtask::{Error, Result};

/// Work on mlship itself
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Obtain real tools, all or those named, and print name, version and path of each
    Tools {
        /// The tools to obtain; all if none is named
        names: Vec<Tool>,
        /// Obtain nothing: print every tool and whether it is there
        #[arg(long, conflicts_with = "names")]
        list: bool,
    },
    /// Keep a real control plane running in the background
    #[command(subcommand)]
    Cluster(ClusterTask),
    /// Check, package and publish the chart model-server
    #[command(subcommand)]
    Chart(ChartTask),
    /// Render every example for every target into the golden files
    Golden,
    /// Write the generated files of the project anew: the JSON Schema
    Codegen,
    /// Check licences and sources of all dependencies
    Deny,
    /// Measure rendering, whole processes with a peer beside them, and print the README's table
    Bench,
    /// Run all tests, in order, up to the first step that fails
    Test {
        /// Only the steps of this tier; may be given several times
        #[arg(long = "tier")]
        tiers: Vec<Tier>,
    },
}

#[derive(Debug, Subcommand)]
enum ClusterTask {
    /// Start it and print a line that sets KUBECONFIG
    Up(UpArguments),
    /// End it
    Down,
    /// Say whether it runs, and what runs in it
    Status,
    /// What `up` starts
    #[command(hide = true)]
    Serve(UpArguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    match task {
        Task::Tools { list: true, .. } => list_tools()?,
        Task::Tools { names, list: false } => obtain_tools(&names)?,
        Task::Cluster(ClusterTask::Up(arguments)) => print_export(&background::up(arguments)?)?,
        Task::Cluster(ClusterTask::Down) => {
            let was_running = background::down()?;
            eprintln!(
                "{}",
                if was_running { "the control plane has ended" } else { "no control plane runs" }
            );
        }
        Task::Cluster(ClusterTask::Status) => return print_status(),
        Task::Cluster(ClusterTask::Serve(arguments)) => background::serve(arguments)?,
        Task::Chart(task) => return Ok(chart::run(&task)),
        Task::Golden => xtask::golden::golden()?,
        Task::Codegen => xtask::golden::codegen()?,
        Task::Deny => xtask::test::deny()?,
        Task::Bench => print(&xtask::bench::run()?)?,
        Task::Test { tiers } => test::run(&tiers, Missing::from_environment())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn obtain_tools(names: &[Tool]) -> Result<()> {
    for tool in if names.is_empty() { Tool::all() } else { names } {
        let path = tools::path(*tool)?;
        print(&format!("{:<24} {:<8} {}", tool.name(), tool.version(), path.display()))?;
    }
    Ok(())
}

fn list_tools() -> Result<()> {
    for tool in Tool::all() {
        let path = tools::expected_path(*tool)?;
        let place = if path.exists() { path.display().to_string() } else { "(not obtained yet)".to_owned() };
        print(&format!("{:<24} {:<8} {place}", tool.name(), tool.version()))?;
    }
    Ok(())
}

fn print_status() -> Result<ExitCode> {
    match background::status()? {
        Status::Running { kubeconfig, report } => {
            print_export(&kubeconfig)?;
            eprint!("{report}");
            Ok(ExitCode::SUCCESS)
        }
        Status::Down => {
            eprintln!("no control plane runs");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn print_export(kubeconfig: &Path) -> Result<()> {
    print(&format!("export KUBECONFIG={}", kubeconfig.display()))
}

fn print(line: &str) -> Result<()> {
    writeln!(io::stdout(), "{line}").map_err(Error::io("writing to standard output"))
}
