//! `mlship render`: specs to files of a target.

mod forms;
mod prediction;
mod report;

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};
use std::path::PathBuf;

use clap::Args;
use mlship_kubernetes::yaml::print_documents;
use mlship_spec::diagnostic::has_errors;
use mlship_spec::target::{Adaptation, Bundle, Emitted, File};
use rayon::prelude::*;
use tempfile::SpooledTempFile;

use self::forms::Forms;
use super::{Specs, Stream, conclude, done, note};
use crate::diagnostics::Format;
use crate::failure::{Failure, Failures, Stop, words};
use crate::inputs::{self, Scope};
use crate::output::{Overwrite, Published, Stage};
use crate::prices::Prices;
use crate::services::{Service, Services};
use crate::ship::{self, Request, Shipped};
use crate::terminal::clean;

const EXAMPLES: &str = "\
Examples:
  mlship render | kubectl apply -f -         mlship.yaml in this folder
  mlship render -f models -o k8s --env prod  every spec below a folder
  mlship render --set replicas=1 -f -        from standard input, with one field set";

/// More text than this waits in a temporary file until it is certain that nothing is wrong.
const MOST_BYTES_IN_MEMORY: usize = 16 << 20;

/// Write the files that ship a service, or none at all when anything is wrong
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {
    #[command(flatten)]
    specs: Specs,
    /// The folder to write, or `-` for standard output
    ///
    /// The folder is replaced as a whole, in one step; one that holds files which mlship did not write is
    /// refused. Of a folder of specs, or of several specs, those that name a namespace go to DIR/NAMESPACE.
    #[arg(short, long, value_name = "DIR|-", default_value = "-", value_hint = clap::ValueHint::DirPath)]
    output: PathBuf,
    /// Write into a folder that holds files of others: those of the same name are replaced, all others stay
    #[arg(long)]
    force: bool,
    /// Say what became of each field that was written, instead of writing files; `-o json` for programs
    #[arg(long, conflicts_with_all = ["explain", "force"])]
    report: bool,
    /// Print what the target's own controller will make of the service; `-o json` for programs (kserve)
    #[arg(long, conflicts_with = "force")]
    explain: bool,
    /// How errors and warnings are written to standard error
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    diagnostics: Format,
    #[command(flatten)]
    prices: Prices,
    #[command(flatten)]
    forms: Forms,
}

/// How what is no file is written.
#[derive(Clone, Copy, Debug)]
enum Shown {
    /// For people.
    People,
    /// For programs: one JSON object.
    Json,
}

/// One service as text, ready to be written.
struct Printed {
    service: Service,
    files: Vec<PrintedFile>,
    adapted: Vec<Adaptation>,
}

struct PrintedFile {
    name: String,
    text: String,
    purpose: Purpose,
}

/// What a file is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// It is applied.
    Applied,
    /// It is read or merged by somebody.
    Read,
}

/// Where the files go.
enum Destination {
    /// To standard output, once everything is known to be right.
    Stdout(SpooledTempFile),
    /// Into a folder.
    Folder(Box<Stage>),
    /// Nowhere any more: something is wrong.
    Nowhere,
}

/// What is told at the end, each once.
#[derive(Default)]
struct Notes {
    /// Adaptations, with the first service and how many there are.
    adapted: BTreeMap<(String, String), (String, usize)>,
    /// Files that standard output does not get.
    left_out: BTreeMap<String, usize>,
}

impl Command {
    /// Runs it.
    pub fn exec(&self) -> Result<(), Stop> {
        let mut request = self.specs.request();
        request.options.set.extend(self.forms.set());
        if let Some(target) = self.prices.market()?.find(request.target.name()) {
            request.target = target;
        }
        request.target = self.forms.target(request.target)?;
        if self.report {
            return report::exec(&self.specs, &request, self.shown("--report")?, self.diagnostics);
        }
        if self.explain {
            if request.target.name() != "kserve" {
                let message =
                    format!("no controller makes anything of what `{}` writes", request.target.name());
                return Err(Failure::usage(message).help("`--explain` is of `--target kserve`").into());
            }
            return prediction::exec(&self.specs, &request, self.shown("--explain")?, self.diagnostics);
        }
        if self.forms.is_folder() && self.is_stdout() {
            return Err(Failure::usage("a chart is a folder").help("name it: `-o DIR`").into());
        }
        self.write(&request)
    }

    /// How a report is written: `-o` names its format, since it is no folder of files.
    fn shown(&self, flag: &str) -> Result<Shown, Failure> {
        match self.output.to_str() {
            Some("-" | "table" | "yaml") => Ok(Shown::People),
            Some("json") => Ok(Shown::Json),
            _ => Err(Failure::usage(format!("`{flag}` writes no files into `{}`", self.output.display()))
                .help("write `-o json` for programs, or no `-o`")),
        }
    }

    fn is_stdout(&self) -> bool {
        self.output.as_os_str() == "-"
    }

    fn write(&self, request: &Request) -> Result<(), Stop> {
        let inputs = inputs::find(&self.specs.named.files)?;
        let mut scope = inputs.scope;
        let mut refused = None;
        let mut destination = self.destination().unwrap_or_else(|failure| {
            refused = Some(failure);
            Destination::Nowhere
        });
        let mut services = Services::default();
        let mut notes = Notes::default();
        let mut findings = ship::each(inputs, request, print, |read| {
            if read.iter().any(|(_, printed)| printed.len() > 1) {
                scope = Scope::Many;
            }
            let mut ready = Vec::new();
            for (report, printed) in read {
                ready.extend(printed.into_iter().filter(|one| services.claim(&one.service, report)));
                if has_errors(&report.diagnostics) {
                    destination = Destination::Nowhere;
                }
            }
            for printed in &ready {
                notes.take(printed, &destination);
            }
            destination.take(&ready, scope)
        })?;
        findings.failures.extend(refused);
        conclude(findings, self.diagnostics, Stream::Stderr)?;
        let published = destination.publish()?;
        if self.diagnostics == Format::Human {
            notes.tell();
            self.tell(published.as_ref());
        }
        Ok(())
    }

    fn destination(&self) -> Result<Destination, Failure> {
        if self.is_stdout() {
            return Ok(Destination::Stdout(SpooledTempFile::new(MOST_BYTES_IN_MEMORY)));
        }
        let overwrite = if self.force { Overwrite::Force } else { Overwrite::OwnFiles };
        Stage::open(&self.output, overwrite).map(|stage| Destination::Folder(Box::new(stage)))
    }

    fn tell(&self, published: Option<&Published>) {
        let Some(Published { files, kept }) = published else { return };
        let plural = if *files == 1 { "" } else { "s" };
        note(&format!("wrote {files} file{plural} to {}", self.output.display()));
        if let Some(kept) = kept {
            note(&format!(
                "files came into the old folder while it was replaced; they are in {}",
                kept.display()
            ));
        }
    }
}

impl Destination {
    /// Takes in the files of some services.
    fn take(&mut self, ready: &[Printed], scope: Scope) -> Result<(), Failures> {
        match self {
            Self::Nowhere => Ok(()),
            Self::Stdout(spool) => {
                let applied = ready
                    .iter()
                    .flat_map(|printed| &printed.files)
                    .filter(|file| file.purpose == Purpose::Applied);
                let written = applied.into_iter().try_for_each(|file| write_documents(spool, &file.text));
                written.map_err(|error| spool_failed(&error).into())
            }
            Self::Folder(stage) => match ready {
                [one] => write_files(stage, one, scope).map_err(Failures::from),
                many => {
                    many.par_iter().try_for_each(|one| write_files(stage, one, scope)).map_err(Failures::from)
                }
            },
        }
    }

    /// Makes everything visible.
    fn publish(self) -> Result<Option<Published>, Failure> {
        match self {
            Self::Nowhere => Ok(None),
            Self::Stdout(mut spool) => {
                spool.rewind().map_err(|error| spool_failed(&error))?;
                let mut stdout = io::stdout().lock();
                done(io::copy(&mut spool, &mut stdout).and_then(|_| stdout.flush()))?;
                Ok(None)
            }
            Self::Folder(stage) => stage.publish().map(Some),
        }
    }
}

impl Notes {
    fn take(&mut self, printed: &Printed, destination: &Destination) {
        for Adaptation { field, how } in &printed.adapted {
            let entry = self.adapted.entry((field.clone(), how.clone()));
            entry.or_insert_with(|| (printed.service.name.clone(), 0)).1 += 1;
        }
        if matches!(destination, Destination::Stdout(_)) {
            for file in printed.files.iter().filter(|file| file.purpose == Purpose::Read) {
                *self.left_out.entry(file.name.clone()).or_default() += 1;
            }
        }
    }

    fn tell(&self) {
        for ((field, how), (first, count)) in &self.adapted {
            let others = if *count > 1 { format!(" and {} more", count - 1) } else { String::new() };
            note(&format!("{first}{others}: `{}`: {}", clean(field), clean(how)));
        }
        if !self.left_out.is_empty() {
            let names: Vec<&str> = self.left_out.keys().map(String::as_str).collect();
            note(&format!(
                "not in this output, since it is not applied; `-o DIR` writes it: {}",
                names.join(", ")
            ));
        }
    }
}

fn print(shipped: Shipped) -> Option<Printed> {
    let Emitted { bundle: Bundle { files }, adapted, .. } = shipped.outcome.ok()?;
    // Where nothing is applied, as with values of a chart or a template of a cloud, settings are what was asked for.
    let is_applied = files.values().any(|file| matches!(file, File::Manifests(_)));
    let of_settings = if is_applied { Purpose::Read } else { Purpose::Applied };
    let files = files.into_iter().map(|(name, file)| {
        let (text, purpose) = match file {
            File::Manifests(documents) => (print_documents(&documents), Purpose::Applied),
            File::Settings(document) => (print_documents(&[document]), of_settings),
            File::Text(text) => (text.to_string(), Purpose::Read),
        };
        PrintedFile { name, text, purpose }
    });
    let files = files.collect();
    Some(Printed { service: Service::of(&shipped.workload), files, adapted })
}

/// Writes documents after others: each stream of documents begins with a separator.
fn write_documents(spool: &mut SpooledTempFile, text: &str) -> io::Result<()> {
    if !text.starts_with("---\n") && spool.stream_position()? > 0 {
        spool.write_all(b"---\n")?;
    }
    spool.write_all(text.as_bytes())
}

fn write_files(stage: &Stage, printed: &Printed, scope: Scope) -> Result<(), Failure> {
    // The names of the files begin with the service's own, so that a folder for each namespace keeps them apart.
    let Service { namespace, .. } = &printed.service;
    let folder = match (scope, namespace) {
        (Scope::Many, Some(namespace)) => format!("{namespace}/"),
        (Scope::One, _) | (Scope::Many, None) => String::new(),
    };
    printed
        .files
        .iter()
        .try_for_each(|file| stage.write(&format!("{folder}{}", file.name), file.text.as_bytes()))
}

fn spool_failed(error: &io::Error) -> Failure {
    Failure {
        exit: crate::exit::Exit::World,
        message: format!("keeping the output in a temporary file: {}", words(error)),
        help: Some("TMPDIR names another folder for it".to_owned()),
    }
}
