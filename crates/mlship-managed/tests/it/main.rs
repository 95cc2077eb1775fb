//! The managed targets, from their arithmetic to their files.

#![expect(clippy::panic, reason = "what fails in a helper is a failed test")]

mod autopilot_sizes;
mod choice;
mod costs;
mod examples;
mod facts;
mod fargate_sizes;
mod objects;
mod own_nodes;
mod price_book;
mod refusals;
mod support;
