//! Pictures of a simulation, as files.

use std::path::{Path, PathBuf};

use clap::Args;
use mlship_simulate::autoscaling::picture::{html, svg};
use mlship_simulate::autoscaling::report::Report;

use super::png;
use crate::commands::note;
use crate::failure::Failure;
use crate::output::write_file;

/// Where pictures are written.
#[derive(Debug, Args)]
#[group(skip)]
#[command(next_help_heading = "Output")]
pub struct Pictures {
    /// Write load, replicas, queue and latency over time as a picture
    #[arg(long, value_name = "FILE.svg|FILE.png", value_parser = plot_path, value_hint = clap::ValueHint::FilePath)]
    plot: Option<PathBuf>,
    /// Write a page with everything: it needs no network
    #[arg(long, value_name = "FILE.html", value_parser = html_path, value_hint = clap::ValueHint::FilePath)]
    report: Option<PathBuf>,
}

impl Pictures {
    /// Writes those that were asked for.
    pub fn write(&self, report: &Report, name: &str) -> Result<(), Failure> {
        if let Some(path) = &self.plot {
            let drawing = svg::plot(report);
            if has_ending(path, &["png"]) {
                let picture = png::of(&drawing)
                    .map_err(|error| Failure::refused(format!("drawing {}: {error}", path.display())))?;
                write(path, &picture)?;
            } else {
                write(path, drawing.as_bytes())?;
            }
        }
        if let Some(path) = &self.report {
            write(path, html::page(report, &format!("Autoscaling of {name}")).as_bytes())?;
        }
        Ok(())
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write_file(path, bytes)?;
    note(&format!("wrote {}", path.display()));
    Ok(())
}

fn plot_path(text: &str) -> Result<PathBuf, &'static str> {
    path(text, &["svg", "png"]).ok_or("the picture is SVG or PNG: name a file that ends with .svg or .png")
}

fn html_path(text: &str) -> Result<PathBuf, &'static str> {
    path(text, &["html", "htm"]).ok_or("the page is HTML: name a file that ends with .html")
}

fn path(text: &str, endings: &[&str]) -> Option<PathBuf> {
    let path = PathBuf::from(text);
    has_ending(&path, endings).then_some(path)
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|found| endings.iter().any(|known| found.eq_ignore_ascii_case(known)))
}
