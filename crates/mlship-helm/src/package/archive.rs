//! The archive itself: ustar in gzip.

use std::io::{self, Read as _};

use flate2::Crc;
use flate2::read::GzDecoder;

use super::Files;

/// The most that is unpacked, so that a hostile archive can't use up the machine.
const MOST_BYTES: u64 = 64 << 20;

/// The header of a gzip file with no time, no name, "slowest algorithm" and an unknown operating system: its bytes
/// don't tell where it was made (<https://www.rfc-editor.org/rfc/rfc1952#section-2.3>).
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];

/// The level of compression.
const LEVEL: u8 = 9;

/// Packs files below a folder with the chart's name, in the order of their paths.
pub(super) fn pack<'a>(
    name: &str,
    files: impl Iterator<Item = (&'a String, &'a Vec<u8>)>,
    time: u64,
) -> Vec<u8> {
    const IN_MEMORY: &str = "a Vec takes every byte, and lint has judged the paths";
    let mut archive = tar::Builder::new(Vec::new());
    for (path, content) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        archive.append_data(&mut header, format!("{name}/{path}"), content.as_slice()).expect(IN_MEMORY);
    }
    gzip(&archive.into_inner().expect(IN_MEMORY))
}

/// Compresses by one compressor by name. Of flate2's several, the one that runs is chosen by the features of whatever
/// else is built, and each gives other bytes.
fn gzip(content: &[u8]) -> Vec<u8> {
    let mut crc = Crc::new();
    crc.update(content);
    let mut bytes = HEADER.to_vec();
    bytes.extend(miniz_oxide::deflate::compress_to_vec(content, LEVEL));
    bytes.extend(crc.sum().to_le_bytes());
    bytes.extend(crc.amount().to_le_bytes());
    bytes
}

/// The files of a packaged chart by their path in it; an error where it is not an archive of plain files.
pub fn unpack(bytes: &[u8]) -> io::Result<Files> {
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
