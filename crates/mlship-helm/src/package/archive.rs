//! The archive itself: ustar in gzip.

use std::io::{Read as _, Write as _};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};

use super::Files;

/// The most that is unpacked, so that a hostile archive can't use up the machine.
const MOST_BYTES: u64 = 64 << 20;

/// "Unknown" of <https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1>: the bytes don't tell where they were made.
const NO_OPERATING_SYSTEM: u8 = 255;

/// Packs files below a folder with the chart's name, in the order of their paths.
pub(super) fn pack<'a>(
    name: &str,
    files: impl Iterator<Item = (&'a String, &'a Vec<u8>)>,
    time: u64,
) -> Vec<u8> {
    const IN_MEMORY: &str = "a Vec takes every byte, and lint has judged the paths";
    let gzip = GzBuilder::new().mtime(0).operating_system(NO_OPERATING_SYSTEM);
    let mut archive = tar::Builder::new(gzip.write(Vec::new(), Compression::new(9)));
    for (path, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, format!("{name}/{path}"), content.as_slice()).expect(IN_MEMORY);
    }
    let mut gzip = archive.into_inner().expect(IN_MEMORY);
    gzip.flush().expect(IN_MEMORY);
    gzip.finish().expect(IN_MEMORY)
}

/// The files of a packaged chart by their path in it; an error where it is not an archive of plain files.
pub fn unpack(bytes: &[u8]) -> std::io::Result<Files> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes).take(MOST_BYTES));
    let mut files = Files::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.to_string_lossy().into_owned();
        let mut content = Vec::new();
        entry.read_to_end(&mut content)?;
        let inside = path.split_once('/').map_or(path.as_str(), |(_, inside)| inside).to_owned();
        files.insert(inside, content);
    }
    Ok(files)
}
