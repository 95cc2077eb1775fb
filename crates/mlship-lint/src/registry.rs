//! Every rule, by its code.

use mlship_spec::codes::{self, Code};
use mlship_spec::diagnostic::{Diagnostic, Severity};

use crate::ignore;
use crate::rule::Rule;
use crate::rules::{devices, memory, rollout, scaling, startup, supply};
use crate::subject::Platform;

/// Every rule, in the order of the codes.
pub fn rules() -> &'static [&'static Rule] {
    static ALL: &[&Rule] = &[
        &devices::ANY_ACCELERATOR,
        &devices::PARALLELISM,
        &devices::NO_SUCH_MACHINE,
        &memory::SMALL_SHARED_MEMORY,
        &memory::SHARED_MEMORY_ABOVE_LIMIT,
        &memory::MEMORY_NOT_RESERVED,
        &memory::CPU_LIMIT_ON_GPU,
        &memory::WEIGHTS_ABOVE_MEMORY,
        &memory::DISK_BELOW_MODEL,
        &devices::OTHER_SHARING,
        &startup::LOAD_TIME_TOO_SHORT,
        &startup::READY_TOO_EARLY,
        &startup::DEADLINE_BELOW_START,
        &rollout::SURGE_ON_GPU,
        &rollout::LONELY_REPLICA,
        &rollout::SURGE_ON_SINGLE_NODE_VOLUME,
        &scaling::CPU_ON_GPU,
        &scaling::VALUE_TARGET,
        &scaling::NEVER_FIRES,
        &scaling::ABOVE_SLOTS,
        &scaling::SHORT_WINDOW,
        &scaling::COLD_START,
        &scaling::SHORT_COOLDOWN,
        &supply::TAG_IN_PRODUCTION,
        &supply::MOVING_MODEL,
        &supply::REMOTE_CODE,
        &supply::PICKLED_WEIGHTS,
        &supply::CACHE_NOT_WRITABLE,
        &supply::NO_TLS,
    ];
    ALL
}

/// The rule of a code.
pub fn find(id: &str) -> Option<&'static Rule> {
    rules().iter().copied().find(|rule| rule.code.id.eq_ignore_ascii_case(id))
}

/// The codes that this crate adds to those of the core, in order.
pub fn codes() -> Vec<&'static Code> {
    let own = rules().iter().map(|rule| rule.code).chain(ignore::CODES.iter().copied());
    own.filter(|code| codes::lookup(code.id).is_none()).collect()
}

/// Gives what the reader only warned of the severity of its rule: the reader refuses what can't be made, and a rule
/// judges whether it will work.
pub fn weigh(diagnostics: &mut [Diagnostic], platform: Platform) {
    for diagnostic in diagnostics.iter_mut().filter(|found| found.severity == Severity::Warning) {
        let rule = find(diagnostic.code.id).filter(|rule| rule.platforms.contains(&platform));
        if let Some(rule) = rule {
            diagnostic.severity = rule.severity;
        }
    }
}
