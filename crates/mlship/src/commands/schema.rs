//! `mlship schema`: the JSON Schema of the spec, for editors.

use clap::Args;
use mlship_spec::schema::JSON_SCHEMA;

use super::print;
use crate::failure::Stop;

const EXAMPLES: &str = "\
Examples:
  mlship schema > mlship.schema.json
  # and in mlship.yaml, for editors with the YAML language server:
  # yaml-language-server: $schema=mlship.schema.json";

/// Print the JSON Schema of the spec, so that editors complete and check it
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct Command {}

impl Command {
    /// Runs it.
    pub fn exec() -> Result<(), Stop> {
        Ok(print(JSON_SCHEMA.as_bytes())?)
    }
}
