//! The rules against specs that break them, specs that don't, and every example.
#![expect(clippy::disallowed_methods, reason = "tests read the examples from disk")]
#![expect(clippy::unwrap_used, reason = "a helper of tests that finds nothing has found a failure")]

mod accounts;
mod cases;
mod examples;
mod ignores;
mod prevented;
mod rules;
mod support;
