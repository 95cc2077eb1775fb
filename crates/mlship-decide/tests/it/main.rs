//! The decision, held to its cases and to what has to hold of any decision.

mod cases;
mod properties;
mod specs;
mod support;
mod weights;
