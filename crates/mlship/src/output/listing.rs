//! The file that names what mlship wrote into a folder, and may therefore replace.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;

use super::names;

/// The listing's name in the folder that it describes.
pub const LISTING: &str = ".mlship";

const HEADER: &str =
    "# The files of this folder that mlship wrote: it replaces and deletes them, and no others.\n";

/// Relative paths with `/` between folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(BTreeSet<String>);

impl Listing {
    /// Adds a file.
    pub fn insert(&mut self, name: &str) {
        self.0.insert(name.to_owned());
    }

    /// Whether a file is in it.
    pub fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Whether a folder holds files that are in it.
    pub fn has_folder(&self, name: &str) -> bool {
        let within = format!("{name}/");
        self.0.range(within.clone()..).next().is_some_and(|file| file.starts_with(&within))
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The files, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// The files of both.
    pub fn and(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// The text of the listing.
    pub fn print(&self) -> String {
        self.0.iter().fold(HEADER.to_owned(), |text, name| text + name + "\n")
    }

    /// The listing of a folder; `None` where there is none that can be trusted.
    pub fn read(folder: &Path) -> io::Result<Option<Self>> {
        // Whatever hides behind a link or a pipe is not our listing.
        let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
        let path = folder.join(LISTING);
        let file = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => return Err(error),
            Err(_) => return Ok(None),
        };
        if !file.metadata()?.is_file() {
            return Ok(None);
        }
        let mut text = String::new();
        // Far more than the names of a hundred thousand services take.
        let is_text = file.take(256 << 20).read_to_string(&mut text).is_ok();
        Ok(if is_text { Self::parse(&text) } else { None })
    }

    fn parse(text: &str) -> Option<Self> {
        let names = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let names: Vec<&str> = names.collect();
        // A name that leads elsewhere was not written by us: then nothing in it is believed.
        names
            .iter()
            .all(|name| names::check(name).is_ok())
            .then(|| Self(names.into_iter().map(str::to_owned).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_read_back_as_it_was_written() {
        let mut listing = Listing::default();
        listing.insert("b/x.yaml");
        listing.insert("a.yaml");
        assert_eq!(Listing::parse(&listing.print()), Some(listing.clone()));
        assert!(listing.has_folder("b") && !listing.has_folder("a") && !listing.has_folder("b/x"));
        assert!(listing.print().ends_with("\na.yaml\nb/x.yaml\n"));
    }

    #[test]
    fn a_listing_that_leads_out_of_its_folder_is_not_believed() {
        assert_eq!(Listing::parse("a.yaml\n../../etc/passwd\n"), None);
    }
}
