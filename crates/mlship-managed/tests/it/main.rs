//! The managed targets, from their arithmetic to their files.

mod autopilot_sizes;
mod choice;
mod examples;
mod facts;
mod fargate_sizes;
mod support;
