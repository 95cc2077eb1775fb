//! Pictures of a simulation, as files.

use std::path::{Path, PathBuf};

use clap::Args;
use mlship_simulate::autoscaling::picture::{html, svg};
use mlship_simulate::autoscaling::report::Report;

use crate::commands::note;
use crate::failure::Failure;
use crate::output::write_file;

/// Where pictures are written.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Output")]
pub struct Pictures {
    /// Write load, replicas, queue and latency over time as a picture
    #[arg(long, value_name = "FILE.svg", value_parser = svg_path, value_hint = clap::ValueHint::FilePath)]
    plot: Option<PathBuf>,
    /// Write a page with everything: it needs no network
    #[arg(long, value_name = "FILE.html", value_parser = html_path, value_hint = clap::ValueHint::FilePath)]
    report: Option<PathBuf>,
}

impl Pictures {
    /// Writes those that were asked for.
    pub fn write(&self, report: &Report, name: &str) -> Result<(), Failure> {
        if let Some(path) = &self.plot {
            write(path, &svg::plot(report))?;
        }
        if let Some(path) = &self.report {
            write(path, &html::page(report, &format!("Autoscaling of {name}")))?;
        }
        Ok(())
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    write_file(path, text)?;
    note(&format!("wrote {}", path.display()));
    Ok(())
}

fn svg_path(text: &str) -> Result<PathBuf, &'static str> {
    path(text, &["svg"]).ok_or("the picture is SVG: name a file that ends with .svg")
}

fn html_path(text: &str) -> Result<PathBuf, &'static str> {
    path(text, &["html", "htm"]).ok_or("the page is HTML: name a file that ends with .html")
}

fn path(text: &str, endings: &[&str]) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    let has_ending =
        path.extension().is_some_and(|found| endings.iter().any(|known| found.eq_ignore_ascii_case(known)));
    has_ending.then_some(path)
}
