//! Specs in, objects out: tables of what each field of a spec becomes.

#![expect(clippy::panic, reason = "what fails in a helper is a failed test")]

mod autoscale;
mod awkward;
mod controller;
mod delivery;
mod exposure;
mod network;
mod placement;
mod pod;
mod roundtrip;
mod scalars;
mod service;
mod support;
