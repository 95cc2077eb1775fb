//! Reading specs, from text to workloads and findings: tables of good and bad ones, and what holds of all.

mod cases;
mod facts;
mod render;

mod bad;
mod bounds;
mod good;
mod schema;
