//! What is wrong or worth knowing, with its place and what to do about it.

use crate::codes::Code;
use crate::source::Span;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing comes out until it is mended.
    Error,
    /// Output is made; it is likely not what was meant.
    Warning,
}

/// One finding: a refusal, or a warning that goes along with output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code; `mlship explain CODE` says more.
    pub code: &'static Code,
    /// Whether output can be made all the same.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, the value in backticks.
    pub message: String,
    /// The place; `None` only where nothing was written that could be pointed at.
    pub span: Option<Span>,
    /// What to write instead.
    pub help: Option<String>,
    /// Other places that belong to it, each with a few words.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A refusal.
    pub fn error(code: &'static Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, span.into(), message.into())
    }

    /// A finding that does not stop the output.
    pub fn warning(code: &'static Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, span.into(), message.into())
    }

    fn new(code: &'static Code, severity: Severity, span: Option<Span>, message: String) -> Self {
        Self { code, severity, message, span, help: None, related: Vec::new() }
    }

    /// The same with the words that say what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with one more place that belongs to it.
    #[must_use]
    pub fn related(mut self, span: Span, words: impl Into<String>) -> Self {
        self.related.push((span, words.into()));
        self
    }
}

/// Whether any of these stops the output.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
