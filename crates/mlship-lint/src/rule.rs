//! What a rule is, and what it finds.

use mlship_spec::codes::Code;
use mlship_spec::diagnostic::{Diagnostic, Severity};
use mlship_spec::source::Span;

use crate::subject::{Platform, Subject};

/// One thing that goes wrong, and how it is seen beforehand.
#[derive(Debug)]
pub struct Rule {
    /// The stable code; its explanation says why it matters and what to do.
    pub code: &'static Code,
    /// How bad it is.
    pub severity: Severity,
    /// Why it matters.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
    /// Pages that show it.
    pub evidence: &'static [&'static str],
    /// Where it can happen.
    pub platforms: &'static [Platform],
    /// What has to be known.
    pub needs: Needs,
    /// Adds what it finds.
    pub judge: fn(&Subject<'_>, &mut Vec<Finding>),
}

/// What a rule has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The spec alone.
    Spec,
    /// The cluster's nodes as well.
    Cluster,
}

/// One place where a rule was broken.
#[derive(Clone, Debug)]
pub struct Finding {
    span: Option<Span>,
    message: String,
    help: String,
    related: Vec<(Span, String)>,
}

impl Rule {
    /// Whether the rule can be judged of a subject.
    pub fn applies(&self, subject: &Subject<'_>) -> bool {
        self.platforms.contains(&subject.platform())
            && (self.needs == Needs::Spec || subject.cluster.is_some())
    }
}

impl Finding {
    /// A finding at a place, with what to write instead.
    pub fn new(span: Option<Span>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: help.into(), related: Vec::new() }
    }

    /// The same with one more place that belongs to it, unless that is the place itself.
    #[must_use]
    pub fn related(mut self, span: Option<Span>, words: impl Into<String>) -> Self {
        if let Some(span) = span.filter(|span| Some(*span) != self.span) {
            self.related.push((span, words.into()));
        }
        self
    }

    pub(crate) fn into_diagnostic(self, rule: &Rule) -> Diagnostic {
        let diagnostic = match rule.severity {
            Severity::Error => Diagnostic::error(rule.code, self.span, self.message),
            Severity::Warning => Diagnostic::warning(rule.code, self.span, self.message),
        };
        self.related
            .into_iter()
            .fold(diagnostic.help(self.help), |diagnostic, (span, words)| diagnostic.related(span, words))
    }
}

/// A rule with a code of its own: title, why it matters, what to do, pages, where, what it needs, its function.
macro_rules! rule {
    ($(#[doc = $doc:literal])+ $name:ident $id:literal $severity:ident $title:literal
     why $why:literal fix $fix:literal evidence [$($page:literal),+] on $platforms:ident needs $needs:ident
     judge $judge:path) => {
        $(#[doc = $doc])+
        pub(crate) static $name: crate::rule::Rule = {
            static CODE: mlship_spec::codes::Code = mlship_spec::codes::Code {
                id: $id,
                title: $title,
                explanation: concat!($why, " ", $fix),
            };
            crate::rule::Rule {
                code: &CODE,
                severity: mlship_spec::diagnostic::Severity::$severity,
                why: $why,
                fix: $fix,
                evidence: &[$($page),+],
                platforms: crate::subject::$platforms,
                needs: crate::rule::Needs::$needs,
                judge: $judge,
            }
        };
    };
    ($(#[doc = $doc:literal])+ $name:ident = $code:ident $severity:ident
     fix $fix:literal evidence [$($page:literal),+] on $platforms:ident needs $needs:ident
     judge $judge:path) => {
        $(#[doc = $doc])+
        pub(crate) static $name: crate::rule::Rule = crate::rule::Rule {
            code: &mlship_spec::codes::$code,
            severity: mlship_spec::diagnostic::Severity::$severity,
            why: mlship_spec::codes::$code.explanation,
            fix: $fix,
            evidence: &[$($page),+],
            platforms: crate::subject::$platforms,
            needs: crate::rule::Needs::$needs,
            judge: $judge,
        };
    };
}
pub(crate) use rule;
