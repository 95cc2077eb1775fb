//! `cargo xtask chart …`: a chart, from its README to its place in a registry.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use mlship_helm::lint::Problem;
use mlship_helm::oci::publish::Existing;

use crate::golden;

mod files;
pub mod http;
mod local;
mod login;
mod registry;
mod signing;
mod tls;

pub use files::read;
pub use login::credentials;
pub use signing::Signing;

/// What can be done with a chart.
#[derive(Debug, Subcommand)]
pub enum ChartTask {
    /// Check the chart: our own rules, its README, and both Helms' `lint --strict`
    Lint(ChartFolder),
    /// Write the chart as one file, the same byte for byte on every machine
    Package {
        /// Which chart.
        #[command(flatten)]
        chart: ChartFolder,
        /// The folder to write it to
        #[arg(short, long, value_name = "DIR", default_value = "target/charts")]
        destination: PathBuf,
        /// By whom it is signed.
        #[command(flatten)]
        signing: Signing,
    },
    /// Send the chart to an OCI registry, unless it is there already
    Publish {
        /// Which chart.
        #[command(flatten)]
        chart: ChartFolder,
        /// Which registry.
        #[command(flatten)]
        registry: Registry,
        /// Send nothing: say what would be sent
        #[arg(long)]
        dry_run: bool,
        /// Replace what the version holds in the registry
        #[arg(long)]
        overwrite: bool,
        /// By whom it is signed.
        #[command(flatten)]
        signing: Signing,
    },
    /// Read the chart back from a registry and compare it with what is here
    Verify {
        /// Which chart.
        #[command(flatten)]
        chart: ChartFolder,
        /// Which registry.
        #[command(flatten)]
        registry: Registry,
    },
    /// Write the `index.yaml` of a classic repository, beside the packages of a folder
    Index {
        /// The folder
        #[arg(value_name = "DIR", default_value = "target/charts")]
        folder: PathBuf,
        /// The address under which the packages can be fetched; without it they lie beside the index
        #[arg(long, default_value = "")]
        url: String,
        /// An index whose versions are kept; the folder's own if there is one
        #[arg(long, value_name = "FILE")]
        merge: Option<PathBuf>,
    },
    /// Write the table of values in the chart's README anew
    Docs(ChartFolder),
}

/// Which chart.
#[derive(Debug, Args)]
pub struct ChartFolder {
    /// The chart's folder; `charts/model-server` if none is named
    #[arg(long = "chart", value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl ChartFolder {
    fn path(&self) -> PathBuf {
        self.folder.clone().unwrap_or_else(folder)
    }
}

/// Which registry, and how it is spoken to.
#[derive(Debug, Args)]
pub struct Registry {
    /// Where to, as `oci://host/path`; the chart's name and version are added
    #[arg(value_name = "oci://HOST/PATH")]
    place: String,
    /// Speak plain HTTP, which everybody on the way can read and change; this machine is spoken to in what it speaks
    #[arg(long, conflicts_with = "ca_file")]
    plain_http: bool,
    /// Trust the certificates of this file in place of the public ones
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// How the outcome is printed
    #[arg(short, long, value_name = "FORMAT", default_value = "text")]
    output: Output,
}

/// How an outcome is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    Text,
    /// For programs: one object on one line.
    Json,
}

/// Why a task was not done, with the exit codes of mlship.
#[derive(Debug)]
pub enum Failure {
    /// The chart, or what was asked for, is not right: 1.
    Refused(String),
    /// The outside world failed: 3.
    World(String),
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        Self::World(error.to_string())
    }
}

impl From<Vec<Problem>> for Failure {
    fn from(problems: Vec<Problem>) -> Self {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        Self::Refused(lines.join("\nerror: "))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(message) | Self::World(message) => formatter.write_str(message),
        }
    }
}

/// Does a task, says what went wrong, and returns the exit code: 0 done, 1 refused, 3 the outside world failed.
pub fn run(task: &ChartTask) -> ExitCode {
    let done = match task {
        ChartTask::Lint(chart) => local::lint(&chart.path()),
        ChartTask::Package { chart, destination, signing } => {
            local::package_into(&chart.path(), destination, signing)
        }
        ChartTask::Publish { chart, registry, dry_run, overwrite, signing } => {
            let wanted = registry::Wanted {
                existing: if *overwrite { Existing::Replace } else { Existing::Keep },
                effect: if *dry_run { registry::Effect::Look } else { registry::Effect::Send },
            };
            registry::publish(&chart.path(), registry, signing, wanted)
        }
        ChartTask::Verify { chart, registry } => registry::verify(&chart.path(), registry),
        ChartTask::Index { folder, url, merge } => local::index(folder, url, merge.as_deref()),
        ChartTask::Docs(chart) => local::docs(&chart.path()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(match failure {
                Failure::Refused(_) => 1,
                Failure::World(_) => 3,
            })
        }
    }
}

/// The folder of the chart `model-server`.
pub fn folder() -> PathBuf {
    golden::root().join("charts/model-server")
}

fn print(line: &str) -> Result<(), Failure> {
    writeln!(io::stdout(), "{line}")
        .map_err(|error| Failure::World(format!("writing to standard output: {error}")))
}

fn world(doing: &str, path: &Path) -> impl FnOnce(io::Error) -> Failure {
    let what = format!("{doing} {}", path.display());
    move |error| Failure::World(format!("{what}: {error}"))
}
