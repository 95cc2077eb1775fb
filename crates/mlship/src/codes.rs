//! The codes of everything that mlship finds: those of the spec, and those that only a target knows.

use mlship_kubernetes::codes as kubernetes;
use mlship_spec::codes::{self, Code};

/// Every code, by its number.
pub fn all() -> Vec<&'static Code> {
    let of_targets = [&kubernetes::UNSCOPED_QUERY, &kubernetes::SHUT_OUT, &kubernetes::INGRESS_DEFAULTS];
    let mut all: Vec<&Code> = codes::all().iter().copied().chain(of_targets).collect();
    all.sort_by_key(|code| code.id);
    all
}

/// The code of an id, in any case of its letters.
pub fn lookup(id: &str) -> Option<&'static Code> {
    all().into_iter().find(|code| code.id.eq_ignore_ascii_case(id))
}
