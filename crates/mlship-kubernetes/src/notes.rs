//! What goes along with the objects: refusals, warnings, adaptations and decisions.

use mlship_spec::codes::Code;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::provenance::Decision;
use mlship_spec::target::Adaptation;
use mlship_spec::workload::Workload;

use crate::{
    autoscale, availability, check, controller, download, exposure, labels, metrics, network, placement, pod,
    ports, service,
};

/// Everything there is to say about one workload on Kubernetes.
#[derive(Clone, Debug, Default)]
pub struct Notes {
    /// Why it can't run here; objects made all the same would be refused or would not work.
    pub refusals: Vec<Diagnostic>,
    /// What is likely not meant.
    pub warnings: Vec<Diagnostic>,
    /// What is honoured in another way than written.
    pub adapted: Vec<Adaptation>,
    /// What was decided without being asked.
    pub decisions: Vec<Decision>,
}

/// The notes that belong to [`crate::objects`] of the same workload, in the order of the spec.
pub fn notes(workload: &Workload) -> Notes {
    let mut notes = Notes::default();
    labels::note(workload, &mut notes);
    ports::note(workload, &mut notes);
    service::note(workload, &mut notes);
    pod::note(workload, &mut notes);
    download::note(workload, &mut notes);
    metrics::note(workload, &mut notes);
    autoscale::note(workload, &mut notes);
    controller::note(workload, &mut notes);
    availability::note(workload, &mut notes);
    exposure::note(workload, &mut notes);
    network::note(workload, &mut notes);
    placement::note(workload, &mut notes);
    check::note(workload, &mut notes);
    notes
}

impl Notes {
    /// Notes a refusal at a field.
    pub(crate) fn refuse(
        &mut self,
        workload: &Workload,
        code: &'static Code,
        field: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.refusals.push(Diagnostic::error(code, workload.span(field), message).help(help));
    }

    /// Notes a warning at a field.
    pub(crate) fn warn(
        &mut self,
        workload: &Workload,
        code: &'static Code,
        field: &str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.warnings.push(Diagnostic::warning(code, workload.span(field), message).help(help));
    }

    /// Notes that a field became something else.
    pub(crate) fn adapt(&mut self, field: &str, how: impl Into<String>) {
        self.adapted.push(Adaptation { field: field.to_owned(), how: how.into() });
    }

    /// Notes a value that nobody wrote.
    pub(crate) fn decide(&mut self, field: &str, value: impl Into<String>, reason: impl Into<String>) {
        self.decisions.push(Decision { field: field.to_owned(), value: value.into(), reason: reason.into() });
    }
}
