//! Which way to ship, and why: requirements to ranked verdicts over all targets.
//!
//! ```text
//! Draft --targets emit--> Fit --gates--> Blocker   --rank--> Verdict --search--> Flip
//!                            `--rules--> Reason ---'              `--shake--> stability
//! ```
//!
//! A target's hard "why not" is what its own `emit` refuses, of the spec and of the fields that requirements ask for
//! ([`probe`]), and what no field of the spec asks for ([`gates`]). What is left is ranked by soft reasons ([`rules`]),
//! whose points are a file ([`weights`]) and add up to the score exactly. What would change the answer is found by
//! asking the same function again ([`flips`]).

pub mod decision;
pub mod facts;
pub mod fit;
pub mod flips;
pub mod gates;
pub mod items;
pub mod probe;
pub mod rules;
pub mod stability;
pub mod traffic;
pub mod verdict;
pub mod weights;

pub use decision::{Decision, decide};
