//! Reads the folder of a chart: plain files, and nothing outside it.

use std::fs;
use std::path::Path;

use mlship_helm::package::Files;

use super::{Failure, world};

/// The files of a chart by their path in it. Links are refused: what they name may be anything, anywhere.
pub fn read(folder: &Path) -> Result<Files, Failure> {
    if !folder.join("Chart.yaml").is_file() {
        return Err(Failure::Refused(format!("{} is no chart: it has no Chart.yaml", folder.display())));
    }
    let mut files = Files::new();
    read_into(folder, "", &mut files)?;
    Ok(files)
}

fn read_into(folder: &Path, prefix: &str, files: &mut Files) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(world("reading", folder))? {
        let entry = entry.map_err(world("reading", folder))?;
        let path = entry.path();
        let name = entry.file_name().into_string();
        let name = name.map_err(|_| Failure::Refused(format!("{}: the name is no UTF-8", path.display())))?;
        let inside = format!("{prefix}{name}");
        // Of the entry itself, not of what a link names.
        let kind = entry.file_type().map_err(world("reading", &path))?;
        if kind.is_dir() {
            read_into(&path, &format!("{inside}/"), files)?;
        } else if kind.is_file() {
            files.insert(inside, fs::read(&path).map_err(world("reading", &path))?);
        } else {
            let message =
                format!("{}: a chart has plain files only; copy what the link names", path.display());
            return Err(Failure::Refused(message));
        }
    }
    Ok(())
}
