//! The core of mlship: a model server's description, from text to a platform-neutral [`workload::Workload`].
//!
//! ```text
//! text --parse--> Node --layer--> Node --decode--> Spec --check--> Model --lower--> Workload --emit--> Bundle
//! ```
//!
//! Each step is a pure function between two named types, in the module of its name. Nothing here
//! knows Kubernetes' types, and nothing here reads a file, a clock or an environment variable.

pub mod catalogue;
pub mod choices;
pub mod codes;
pub mod diagnostic;
pub mod draft;
pub mod fidelity;
pub mod field;
pub mod foreign;
pub mod lower;
pub mod node;
pub mod profile;
pub mod provenance;
pub mod read;
pub mod schema;
pub mod secrets;
pub mod set;
pub mod shell;
pub mod source;
pub mod spec;
pub mod target;
pub mod values;
pub mod workload;
pub mod yaml;
