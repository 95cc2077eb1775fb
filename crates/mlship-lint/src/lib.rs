//! The rules by which a model server is judged before it runs: what would start, but not work.
//!
//! ```text
//! Subject --rules--> Vec<Diagnostic> --ignore, allow, deny--> what is told
//! ```
//!
//! A rule is one small function and what there is to say of it, in the file of its family under `rules/`.
//! [`catalogue`] accounts for everything that is known to go wrong: what is no rule here is refused when a spec is
//! read, can't come out of mlship at all, or shows only in a cluster, and says so.

mod arguments;
pub mod catalogue;
pub mod ignore;
pub mod policy;
pub mod registry;
pub mod rule;
mod rules;
pub mod subject;

use mlship_spec::diagnostic::Diagnostic;

use crate::rule::Finding;
use crate::subject::Subject;

/// Everything that the rules find in a subject, in the order of the codes.
pub fn judge(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in registry::rules().iter().filter(|rule| rule.applies(subject)) {
        let mut findings = Vec::new();
        (rule.judge)(subject, &mut findings);
        found.extend(findings.into_iter().map(|finding: Finding| finding.into_diagnostic(rule)));
    }
    found
}
