//! Which autoscaler is simulated, of all that were named.

use mlship_simulate::autoscaling::autoscaler::Autoscaler;
use mlship_simulate::autoscaling::manifest::{self, Scaled};
use mlship_simulate::autoscaling::template::Template;
use mlship_simulate::autoscaling::workload;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::source::{Sources, Span};
use mlship_spec::workload::Workload;

use crate::commands::simulate::subject::Subjects;
use crate::commands::simulate::texts::Text;
use crate::diagnostics::Report;
use crate::failure::Failure;
use crate::ship::Findings;

/// What is simulated, with its autoscaler.
#[derive(Debug)]
pub struct Chosen {
    /// What it is called.
    pub name: String,
    /// The autoscaler.
    pub autoscaler: Autoscaler,
    /// What its pods request.
    pub template: Template,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where an autoscaler comes from.
#[derive(Debug)]
pub enum Origin {
    /// From a spec.
    Spec(Box<Workload>),
    /// From manifests.
    Manifests(Box<Scaled>),
}

impl Chosen {
    /// The only one, or the one of a name; nothing where something was refused.
    pub fn of(subjects: Subjects, name: Option<&str>, findings: &mut Findings) -> Option<Self> {
        let Subjects { services, manifests } = subjects;
        let all: Vec<Workload> = services.into_iter().map(|service| service.workload).collect();
        let names: Vec<String> = all.iter().map(|workload| format!("`{}`", workload.name)).collect();
        let mut fitting: Vec<Workload> = all
            .into_iter()
            .filter(|workload| name.is_none_or(|name| workload.name.to_string() == name))
            .collect();
        let failure = match (fitting.pop(), fitting.is_empty(), name) {
            (Some(workload), true, _) => match of_spec(workload) {
                Ok(chosen) => return Some(chosen),
                Err(failure) => failure,
            },
            (None, _, name) if !manifests.is_empty() => return of_manifests(manifests, name, findings),
            (None, _, Some(name)) => {
                Failure::refused(format!("no service is called `{name}`, only {}", names.join(", ")))
            }
            (None | Some(_), _, _) => {
                let message = format!("several services were named: {}", names.join(", "));
                Failure::refused(message).help("`--name` chooses one")
            }
        };
        findings.failures.push(failure);
        None
    }

    /// The number of replicas that manifests write, where they write one.
    pub fn written_replicas(&self) -> Option<i32> {
        match &self.origin {
            Origin::Spec(_) => None,
            Origin::Manifests(scaled) => scaled.target.as_ref()?.replicas.filter(|replicas| *replicas > 0),
        }
    }
}

fn of_spec(workload: Workload) -> Result<Chosen, Failure> {
    let name = workload.name.to_string();
    let Some(autoscaler) = workload::autoscaler(&workload) else {
        let message =
            format!("`{name}` always has the same number of replicas: there is no autoscaler to simulate");
        return Err(Failure::refused(message)
            .help("write `replicas: {min: 1, max: 10}` and `autoscale: {on: concurrency, target: 4}`"));
    };
    let template = workload::template(&workload);
    Ok(Chosen { name, autoscaler, template, origin: Origin::Spec(Box::new(workload)) })
}

/// The autoscaler of manifests. All files are read as one text, since an autoscaler and what it scales are often in
/// two; what is found is then said of the file that it is in.
fn of_manifests(manifests: Vec<Text>, name: Option<&str>, findings: &mut Findings) -> Option<Chosen> {
    let mut sources = Sources::default();
    let mut joined = String::new();
    let mut starts = Vec::new();
    for Text { name, text } in manifests {
        if !joined.is_empty() {
            joined += "\n---\n";
        }
        starts.push(offset(joined.len()));
        joined += &text;
        sources.add(name, text);
    }
    let mut diagnostics = Vec::new();
    let scaled = manifest::parse(0, &joined, name, &mut diagnostics);
    for diagnostic in &mut diagnostics {
        split(diagnostic, &starts, &sources);
    }
    let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
    let name = if names.len() > 3 { format!("{} files", names.len()) } else { names.join(" and ") };
    findings.keep(Report { name, sources, diagnostics });
    let scaled = scaled?;
    Some(Chosen {
        name: scaled.name.clone(),
        autoscaler: scaled.autoscaler.clone(),
        template: scaled.target.as_ref().map(|target| target.template.clone()).unwrap_or_default(),
        origin: Origin::Manifests(Box::new(scaled)),
    })
}

/// Moves the places of a finding from the joined text to the files' own.
fn split(diagnostic: &mut Diagnostic, starts: &[u32], sources: &Sources) {
    let own = |span: &mut Span| {
        let index = starts.partition_point(|start| *start <= span.start).saturating_sub(1);
        let (Some(start), Some(source)) = (starts.get(index), sources.iter().nth(index)) else { return };
        let within = |at: u32| at.saturating_sub(*start).min(offset(source.text.len()));
        *span = Span { source: offset(index), start: within(span.start), end: within(span.end) };
    };
    diagnostic.span.iter_mut().for_each(own);
    diagnostic.related.iter_mut().for_each(|(span, _)| own(span));
}

fn offset(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
