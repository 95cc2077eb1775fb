//! The commands: one file each, with its flags and what it does.

pub mod check;
pub mod completions;
pub mod decide;
pub mod explain;
pub mod init;
pub mod plan;
pub mod render;
pub mod schema;
pub mod simulate;

use std::io::{self, Write};
use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use mlship_spec::read::ReadOptions;
use mlship_spec::target::Target;

use crate::diagnostics::{self, Format};
use crate::failure::{Failure, Failures, Stop};
use crate::inputs::{self, PassedOver, Reason};
use crate::services::{Service, Services};
use crate::ship::{self, Findings, Request, Shipped};
use crate::targets;
use crate::terminal::{Look, Paint, clean, talk};

/// Which specs are meant, what is laid over them, and what is made of them.
#[derive(Debug, Args)]
pub struct Specs {
    #[command(flatten)]
    pub named: Named,
    /// What to make
    #[arg(long, value_name = "TARGET", default_value = "kubernetes", value_parser = target_parser())]
    pub target: TargetName,
}

/// Which specs are meant, and what is laid over them.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Named {
    /// The spec: a file, a folder, or `-` for standard input; can be given several times.
    ///
    /// Of a folder, every *.yaml and *.yml below it with an `apiVersion: mlship.dev/…` is read, in the
    /// order of the paths. Hidden folders, links and folders that mlship wrote are passed over.
    #[arg(short = 'f', long = "file", value_name = "FILE|DIR|-", value_hint = clap::ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Lay `environments.NAME` of the spec over it
    #[arg(long = "env", value_name = "NAME")]
    pub environment: Option<String>,
    /// Set one field, over all else: `--set replicas.max=10`
    #[arg(long, value_name = "FIELD=VALUE")]
    pub set: Vec<String>,
}

impl Named {
    /// How they are read.
    pub fn options(&self) -> ReadOptions {
        ReadOptions { environment: self.environment.clone(), set: self.set.clone() }
    }

    /// Whether anything is laid over the specs.
    pub fn has_layers(&self) -> bool {
        self.environment.is_some() || !self.set.is_empty()
    }
}

/// The target that the command line named.
#[derive(Clone)]
pub struct TargetName(&'static dyn Target);

impl std::fmt::Debug for TargetName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0.name())
    }
}

fn target_parser() -> impl TypedValueParser<Value = TargetName> {
    PossibleValuesParser::new(targets::names())
        .try_map(|name| targets::find(&name).map(TargetName).ok_or("not a target"))
}

impl Specs {
    /// The request that they make.
    pub fn request(&self) -> Request {
        Request { options: self.named.options(), target: self.target.0 }
    }
}

/// What `finish` makes of every service that is named, where no two carry the same name, and what was found.
pub fn of_services<T: Send>(
    files: &[PathBuf],
    request: &Request,
    service: impl Fn(&T) -> &Service,
    finish: impl Fn(Shipped) -> Option<T> + Sync,
) -> Result<(Vec<T>, Findings), Failures> {
    let mut services = Services::default();
    let mut made = Vec::new();
    let findings = ship::each(inputs::find(files)?, request, finish, |read| {
        for (report, ready) in read {
            made.extend(ready.into_iter().filter(|one| services.claim(service(one), report)));
        }
        Ok(())
    })?;
    Ok((made, findings))
}

/// Where findings go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// They are what the command is run for.
    Stdout,
    /// They go along with other output.
    Stderr,
}

/// Says what was found, and whether it allows to go on.
pub fn conclude(findings: Findings, format: Format, stream: Stream) -> Result<(), Stop> {
    let is_fatal = findings.are_fatal();
    if format == Format::Human {
        note_passed_over(findings.passed_over);
    }
    let mut text = Vec::new();
    let look = if stream == Stream::Stdout { Look::stdout() } else { Look::stderr() };
    diagnostics::write(&mut text, format, &findings.reports, look)
        .map_err(|error| Failure::refused(format!("findings can't be written as text: {error}")))?;
    match stream {
        Stream::Stdout => print(&text)?,
        Stream::Stderr => talk(&text),
    }
    match Failures::of(findings.failures) {
        Some(failures) => Err(Stop::Failed(failures)),
        None if is_fatal => Err(Stop::Refused),
        None => Ok(()),
    }
}

/// Says which files of a folder were not read: a misspelt `apiVersion` must not go unnoticed.
fn note_passed_over(mut passed_over: Vec<PassedOver>) {
    const NAMED: usize = 3;
    passed_over.sort_unstable();
    for group in passed_over.chunk_by(|one, other| one.reason == other.reason) {
        let names: Vec<_> = group.iter().take(NAMED).map(|entry| clean(&entry.name).into_owned()).collect();
        let more =
            if group.len() > NAMED { format!(" and {} more", group.len() - NAMED) } else { String::new() };
        let reason = group.first().map_or("", |entry| Reason::words(entry.reason));
        note(&format!("passed over {}{more}: {reason}", names.join(", ")));
    }
}

/// Tells something that is neither an error nor a warning.
pub fn note(text: &str) {
    talk(format!("{} {text}\n", Look::stderr().paint(Paint::Help, "note:")).as_bytes());
}

/// Writes data to standard output. A reader that has seen enough is no failure.
pub fn print(data: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    done(stdout.write_all(data).and_then(|()| stdout.flush()))
}

/// The outcome of writing to standard output.
pub fn done(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::stdout(&error)),
        _ => Ok(()),
    }
}
