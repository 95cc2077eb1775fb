//! Files of the project that are made from other files of it, and committed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Error, Result, run};

/// Renders every example for every target into `crates/mlship/tests/golden`. The test that compares them
/// does it, so that there is one way of rendering them.
pub fn golden() -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["test", "--package", "mlship", "--test", "golden"]).env("UPDATE_GOLDEN", "1");
    command.current_dir(root());
    run(&mut command)?.into_stdout()?;
    Ok(())
}

/// Writes the JSON Schema of the spec from its declarations.
pub fn codegen() -> Result<()> {
    let path = root().join("crates/mlship-spec/mlship.schema.json");
    fs::write(&path, mlship_spec::schema::printed()).map_err(Error::io(format!("writing {}", path.display())))
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
