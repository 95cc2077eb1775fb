//! Writing one file whole or not at all.

use std::fs::Permissions;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::failure::Failure;

/// Writes the file beside its place and moves it there, so that it is never seen half.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(".mlship-")
            // Narrowed by the umask, as of any file.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Failure::world("writing", path, &error)
            .help(format!("`mkdir -p {}` makes its folder", folder.display())),
        _ => Failure::world("writing", path, &error),
    })
}
