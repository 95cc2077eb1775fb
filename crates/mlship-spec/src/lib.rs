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
pub mod diagnostic;
pub mod provenance;
pub mod source;
pub mod target;
pub mod values;
pub mod workload;
pub mod codes;
pub mod field;
pub mod node;
pub mod spec;
pub mod yaml;
pub mod lower;
pub mod read;
pub mod schema;
pub mod secrets;
pub mod set;
