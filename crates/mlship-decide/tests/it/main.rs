//! The decision, held to its cases and to what has to hold of any decision.

mod scratch;
mod support;
