//! Which findings are told, and which stop: `--allow` and `--deny`.

use std::collections::BTreeSet;

use mlship_spec::diagnostic::{Diagnostic, Severity};

use crate::ignore::may_be_dropped;

/// What a command line says of findings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Codes that are not told.
    pub allow: BTreeSet<String>,
    /// Codes that are errors.
    pub deny: BTreeSet<String>,
    /// Whether every warning is an error.
    pub deny_warnings: bool,
}

impl Policy {
    /// Leaves out what is allowed and raises what is denied. Refusals stay: without them nothing would say why there is
    /// no output.
    pub fn apply(&self, diagnostics: &mut Vec<Diagnostic>) {
        diagnostics.retain(|found| !self.allow.contains(found.code.id) || !may_be_dropped(found));
        for found in diagnostics.iter_mut() {
            if self.deny_warnings || self.deny.contains(found.code.id) {
                found.severity = Severity::Error;
            }
        }
    }
}
