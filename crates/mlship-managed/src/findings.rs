//! What a target says beside its files: refusals, warnings, adaptations, decisions.

use mlship_kubernetes::Notes;
use mlship_spec::codes::{self, Code};
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::provenance::Decision;
use mlship_spec::target::{Adaptation, Bundle, Emitted};
use mlship_spec::workload::Workload;

/// Collects what there is to say about one workload on one target.
pub(crate) struct Findings<'a> {
    workload: &'a Workload,
    notes: Notes,
}

impl<'a> Findings<'a> {
    pub(crate) fn of(workload: &'a Workload) -> Self {
        Self { workload, notes: Notes::default() }
    }

    /// Refuses a field: which rule it breaks, and the nearest thing that works.
    pub(crate) fn refuse(&mut self, field: &str, rule: impl Into<String>, nearest: impl Into<String>) {
        let span = self.workload.span(field);
        self.notes.refusals.push(Diagnostic::error(&codes::NOT_ON_TARGET, span, rule).help(nearest));
    }

    /// Warns of what the platform may see differently.
    pub(crate) fn warn(&mut self, field: &str, message: impl Into<String>, help: impl Into<String>) {
        let span = self.workload.span(field);
        self.notes.warnings.push(Diagnostic::warning(&codes::PLATFORM_DOUBT, span, message).help(help));
    }

    /// Notes that a field became something else.
    pub(crate) fn adapt(&mut self, field: &str, how: impl Into<String>) {
        self.notes.adapted.push(Adaptation { field: field.to_owned(), how: how.into() });
    }

    /// Notes a value that nobody wrote.
    pub(crate) fn decide(&mut self, field: &str, value: impl Into<String>, reason: impl Into<String>) {
        let decision = Decision { field: field.to_owned(), value: value.into(), reason: reason.into() };
        self.notes.decisions.push(decision);
    }

    /// Whether a field, or anything under it, was written.
    pub(crate) fn is_written(&self, field: &str) -> bool {
        self.workload.provenance.is_written(field)
    }

    /// Adds what the objects below say of themselves, but for warnings of one code: what they warn of was seen to.
    pub(crate) fn include_but(&mut self, mut notes: Notes, silenced: Option<&'static Code>) {
        notes.warnings.retain(|warning| Some(warning.code) != silenced);
        self.include(notes);
    }

    /// Adds what the objects below say of themselves.
    pub(crate) fn include(&mut self, notes: Notes) {
        self.notes.refusals.extend(notes.refusals);
        self.notes.warnings.extend(notes.warnings);
        self.notes.adapted.extend(notes.adapted);
        self.notes.decisions.extend(notes.decisions);
    }

    /// The files, or every reason why there are none.
    pub(crate) fn conclude(self, bundle: Bundle) -> Result<Emitted, Vec<Diagnostic>> {
        let Notes { refusals, warnings, adapted, decisions } = self.notes;
        if refusals.is_empty() { Ok(Emitted { bundle, warnings, adapted, decisions }) } else { Err(refusals) }
    }
}
