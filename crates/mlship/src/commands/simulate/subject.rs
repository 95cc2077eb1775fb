//! What is simulated: specs, or manifests as they are.

use std::path::PathBuf;

use clap::Args;
use mlship_kubernetes::KubernetesTarget;
use mlship_kubernetes::yaml::print_documents;
use mlship_spec::read::ReadOptions;
use mlship_spec::target::{Emitted, File};
use mlship_spec::workload::Workload;

use super::texts::Text;
use crate::commands::{Stream, conclude};
use crate::diagnostics::Format;
use crate::failure::{Failure, Stop};
use crate::inputs::{self, Input, Origin, PassedOver, Reason, is_spec};
use crate::services::{Service, Services};
use crate::ship::{Findings, Request, Shipped, judge};

/// What is simulated.
#[derive(Debug, Args)]
pub struct Subject {
    /// A spec, or Kubernetes manifests: a file, a folder, or `-` for standard input; can be given several times
    ///
    /// What has an `apiVersion: mlship.dev/…` is a spec, all else manifests. Without it: mlship.yaml in this folder.
    #[arg(short = 'f', long = "file", value_name = "FILE|DIR|-", value_hint = clap::ValueHint::AnyPath)]
    files: Vec<PathBuf>,
    /// Lay `environments.NAME` of the spec over it
    #[arg(long = "env", value_name = "NAME")]
    environment: Option<String>,
    /// Set one field of the spec, over all else: `--set replicas.min=3`
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Subjects {
    /// The services of specs.
    pub services: Vec<Rendered>,
    /// The texts of manifests.
    pub manifests: Vec<Text>,
}

/// A service of a spec, with the manifests that are placed for it.
#[derive(Debug)]
pub struct Rendered {
    /// The service.
    pub workload: Workload,
    /// The name of the text that it was read from.
    pub file: String,
    /// Its manifests.
    pub manifests: String,
}

impl Subject {
    /// Whether standard input is asked for.
    pub fn reads_stdin(&self) -> bool {
        self.files.iter().any(|file| file.as_os_str() == "-")
    }

    /// Reads it. A spec with errors stops everything; warnings are told.
    pub fn read(&self) -> Result<Subjects, Stop> {
        let inputs = inputs::find(&self.files)?;
        let options = ReadOptions { environment: self.environment.clone(), set: self.set.clone() };
        let mut reading = Reading {
            request: Request { options, target: &KubernetesTarget },
            subjects: Subjects::default(),
            services: Services::default(),
            findings: Findings::default(),
        };
        reading.findings.passed_over = inputs.passed_over;
        for input in inputs.texts {
            reading.take(input);
        }
        let Reading { subjects, mut findings, .. } = reading;
        let has_layers = !self.set.is_empty() || self.environment.is_some();
        if has_layers && subjects.services.is_empty() && !findings.are_fatal() {
            let failure = Failure::refused("`--set` and `--env` change specs, and only manifests were named");
            findings.failures.push(failure.help("change the manifests themselves, or name a spec"));
        }
        conclude(findings, Format::Human, Stream::Stderr)?;
        Ok(subjects)
    }
}

/// What was read so far.
struct Reading {
    request: Request,
    subjects: Subjects,
    services: Services,
    findings: Findings,
}

impl Reading {
    fn take(&mut self, input: Input) {
        match inputs::read_any(&input) {
            Ok(bytes) if is_spec(&bytes) || names_a_spec(&input.origin) => self.spec(&input.name, &bytes),
            Ok(bytes) => self.manifests(input, bytes),
            Err(failure) => self.findings.failures.push(failure),
        }
    }

    fn spec(&mut self, name: &str, bytes: &[u8]) {
        let named = |shipped: Shipped| {
            let emitted = shipped.outcome.ok()?;
            Some((Service::of(&shipped.workload), shipped.workload, emitted))
        };
        let (mut report, read) = judge(name, bytes, &self.request, &named);
        for (service, workload, emitted) in read {
            if self.services.claim(&service, &mut report) {
                self.subjects.services.push(rendered(name, workload, emitted));
            }
        }
        self.findings.keep(report);
    }

    fn manifests(&mut self, input: Input, bytes: Vec<u8>) {
        let Input { name, origin } = input;
        if matches!(origin, Origin::Found(_)) && !bytes.windows(4).any(|word| word == b"kind") {
            self.findings.passed_over.push(PassedOver { reason: Reason::NoObject, name });
        } else if let Ok(text) = String::from_utf8(bytes) {
            self.subjects.manifests.push(Text { name, text });
        } else {
            let failure = Failure::refused(format!("{name} is not UTF-8"));
            self.findings.failures.push(failure.help("save it as UTF-8"));
        }
    }
}

/// A file called `mlship.yaml` must be a spec, whatever it holds.
fn names_a_spec(origin: &Origin) -> bool {
    match origin {
        Origin::Stdin | Origin::Found(_) => false,
        Origin::Named(path) => path.file_stem().is_some_and(|stem| stem == "mlship"),
    }
}

fn rendered(file: &str, workload: Workload, emitted: Emitted) -> Rendered {
    let files = emitted.bundle.files.into_values();
    let texts = files.filter_map(|file| match file {
        File::Manifests(documents) => Some(print_documents(&documents)),
        File::Settings(_) | File::Text(_) => None,
    });
    let manifests = texts.collect::<Vec<_>>().join("---\n");
    Rendered { workload, file: file.to_owned(), manifests }
}
