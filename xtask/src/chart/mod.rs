//! `cargo xtask chart …`: the chart `model-server`, from its README to its place in a registry.

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;

use crate::{Error, Result, golden};

/// What can be done with the chart.
#[derive(Debug, Subcommand)]
pub enum ChartTask {
    /// Write the table of values in the chart's README anew
    Docs,
}

/// Does it.
pub fn run(task: ChartTask) -> Result<()> {
    match task {
        ChartTask::Docs => docs(),
    }
}

/// The folder of the chart.
pub fn folder() -> PathBuf {
    golden::root().join("charts/model-server")
}

fn docs() -> Result<()> {
    let readme = folder().join("README.md");
    let read =
        |path: &PathBuf| fs::read_to_string(path).map_err(Error::io(format!("reading {}", path.display())));
    let written = read(&readme)?;
    let made = mlship_helm::readme::with_table(&written, &read(&folder().join("values.yaml"))?);
    let made = made.ok_or_else(|| Error::unexpected("the README has no place for the table of values"))?;
    fs::write(&readme, made).map_err(Error::io(format!("writing {}", readme.display())))
}
