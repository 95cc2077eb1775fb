//! From texts to what a target made of them, in parallel where there are many.

use std::collections::BTreeSet;

use mlship_lint::ignore::{self, Judged};
use mlship_spec::diagnostic::{Diagnostic, has_errors};
use mlship_spec::read::{ReadOptions, read};
use mlship_spec::target::{Emitted, Target};
use mlship_spec::workload::Workload;
use rayon::prelude::*;

use crate::commands::explain::code;
use crate::diagnostics::Report;
use crate::failure::{Failure, Failures};
use crate::inputs::{self, Input, Inputs, PassedOver, Reason};
use crate::progress::Progress;

/// Specs in flight at once: bounds the memory, whatever the size of a folder.
const AT_ONCE: usize = 256;

/// How texts are read, and for which target.
pub struct Request {
    /// The layers above the spec.
    pub options: ReadOptions,
    /// The target.
    pub target: &'static dyn Target,
}

/// One service with what the target made of it.
#[derive(Debug)]
pub struct Shipped {
    /// The service.
    pub workload: Workload,
    /// What the target made of it; its warnings, or why it refused, are in the report already.
    pub outcome: Result<Emitted, Vec<Diagnostic>>,
}

/// What became of one text.
#[derive(Debug)]
pub enum Reached<T> {
    /// It was read, with what came of its services.
    Read(Report, Vec<T>),
    /// It is no spec.
    PassedOver(PassedOver),
    /// It could not be read.
    Failed(Failure),
}

/// What is left to say once all texts were worked on.
#[derive(Debug, Default)]
pub struct Findings {
    /// The inputs of which something is to be said.
    pub reports: Vec<Report>,
    /// What failed beside the specs themselves.
    pub failures: Vec<Failure>,
    /// What a folder held beside specs.
    pub passed_over: Vec<PassedOver>,
    /// What was said of a flag already: every spec would repeat it.
    of_flags: BTreeSet<(&'static str, String)>,
}

impl Findings {
    /// Whether anything stops the output.
    pub fn are_fatal(&self) -> bool {
        !self.failures.is_empty() || self.reports.iter().any(|report| has_errors(&report.diagnostics))
    }
}

/// Works on every text, up to `finish` in parallel, and hands over what came of the services in the order of the
/// texts, a bounded number at a time. `finish` sees the refused ones too.
pub fn each<T: Send>(
    inputs: Inputs,
    request: &Request,
    finish: impl Fn(Shipped) -> Option<T> + Sync,
    mut take: impl FnMut(Vec<(&mut Report, Vec<T>)>) -> Result<(), Failures>,
) -> Result<Findings, Failures> {
    let mut findings = Findings { passed_over: inputs.passed_over, ..Findings::default() };
    let mut read_any = false;
    let progress = Progress::over(inputs.texts.len());
    let work = |input: &Input| work(input, request, &finish);
    for chunk in inputs.texts.chunks(AT_ONCE) {
        // One text alone does not wait for a thread pool to start.
        let reached: Vec<_> = match chunk {
            [one] => vec![work(one)],
            many => many.par_iter().map(work).collect(),
        };
        progress.advance(chunk.len());
        let mut read = findings.sort(reached);
        take(read.iter_mut().map(|(report, services)| (report, std::mem::take(services))).collect())?;
        read_any |= !read.is_empty();
        for (report, _) in read {
            findings.keep(report);
        }
    }
    if !read_any && findings.failures.is_empty() {
        let failure = Failure::refused("there is no spec in what was named");
        findings.failures.push(failure.help("a spec has a line `apiVersion: mlship.dev/v1`"));
    }
    Ok(findings)
}

impl Findings {
    /// Findings of one report alone.
    pub fn of(report: Report) -> Self {
        Self { reports: vec![report], ..Self::default() }
    }

    /// Keeps a report with something in it that the spec itself does not answer; of several that say the same of a
    /// flag, the first.
    pub fn keep(&mut self, mut report: Report) {
        // Rules are judged by `plan` alone, which does not leave its reports here.
        ignore::apply(&report.sources, &mut report.diagnostics, &code::is_known, Judged::InPart);
        let sources = &report.sources;
        report.diagnostics.retain(|found| {
            let flag = found.span.map(|span| sources.of(span)).filter(|source| source.name.starts_with("--"));
            flag.is_none_or(|flag| {
                self.of_flags.insert((found.code.id, format!("{}\n{}", flag.text, found.message)))
            })
        });
        if !report.diagnostics.is_empty() {
            self.reports.push(report);
        }
    }

    /// Keeps what failed, and returns what was read.
    fn sort<T>(&mut self, reached: Vec<Reached<T>>) -> Vec<(Report, Vec<T>)> {
        let mut read = Vec::with_capacity(reached.len());
        for reached in reached {
            match reached {
                Reached::Read(report, services) => read.push((report, services)),
                Reached::PassedOver(passed_over) => self.passed_over.push(passed_over),
                Reached::Failed(failure) => self.failures.push(failure),
            }
        }
        read
    }
}

fn work<T>(input: &Input, request: &Request, finish: &impl Fn(Shipped) -> Option<T>) -> Reached<T> {
    let bytes = match inputs::read(input) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            return Reached::PassedOver(PassedOver { reason: Reason::NoSpec, name: input.name.clone() });
        }
        Err(failure) => return Reached::Failed(failure),
    };
    let (report, services) = judge(&input.name, &bytes, request, finish);
    Reached::Read(report, services)
}

/// Works on one text that was read already.
pub fn judge<T>(
    name: &str,
    bytes: &[u8],
    request: &Request,
    finish: &impl Fn(Shipped) -> Option<T>,
) -> (Report, Vec<T>) {
    let reading = read(name, bytes, &request.options);
    let mut report =
        Report { name: name.to_owned(), sources: reading.sources, diagnostics: reading.diagnostics };
    let mut services = Vec::with_capacity(reading.workloads.len());
    for workload in reading.workloads {
        let mut outcome = request.target.emit(&workload);
        match &mut outcome {
            Ok(emitted) => report.diagnostics.append(&mut emitted.warnings),
            Err(refusals) => report.diagnostics.extend_from_slice(refusals),
        }
        services.extend(finish(Shipped { workload, outcome }));
    }
    (report, services)
}
