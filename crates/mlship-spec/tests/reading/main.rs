//! Reading specs, from text to workloads and findings: tables of good and bad ones, and what holds of all.

mod cases;
mod facts;
mod invariants;
mod render;

mod bad;
mod bounds;
mod good;
mod properties;
mod schema;
mod seeds;
