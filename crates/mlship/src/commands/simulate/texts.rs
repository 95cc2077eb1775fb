//! Files that simulations read beside specs: what `kubectl get` printed, and columns of numbers.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// One text that was read.
#[derive(Debug)]
pub struct Text {
    /// What a message calls it.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Files as a flag names them.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// The flag.
    pub name: &'static str,
    /// What it takes, for the help of a failure.
    pub takes: &'static str,
    /// The largest file that is read.
    pub most_bytes: u64,
}

impl Flag {
    /// All files that are named, those of a folder by path; what can't be read is a failure.
    pub fn read_all(self, paths: &[PathBuf], failures: &mut Vec<Failure>) -> Vec<Text> {
        let mut texts = Vec::new();
        for path in paths {
            if path.is_dir() {
                self.folder(path, &mut texts, failures);
            } else {
                self.read(path).map_or_else(|failure| failures.push(failure), |text| texts.push(text));
            }
        }
        texts
    }

    /// One file, or standard input.
    pub fn read(self, path: &Path) -> Result<Text, Failure> {
        let (name, bytes) = if path == Path::new("-") {
            ("<stdin>".to_owned(), self.some(io::stdin().lock()))
        } else {
            (path.display().to_string(), File::open(path).and_then(|file| self.some(file)))
        };
        let bytes = bytes.map_err(|error| self.unreadable(path, &error))?;
        if bytes.len() as u64 > self.most_bytes {
            let message = format!("{name} is larger than {}", format_args!("{} MiB", self.most_bytes >> 20));
            return Err(Failure::refused(message).help("is this the right file?"));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            Failure::refused(format!("{name} is not UTF-8: the byte at offset {at} belongs to no character"))
                .help("save it as UTF-8")
        })?;
        Ok(Text { name, text })
    }

    /// Reads one byte more than is allowed at most, so that an endless file ends too.
    fn some(self, from: impl Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        from.take(self.most_bytes + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn unreadable(self, path: &Path, error: &io::Error) -> Failure {
        Failure::world("reading", path, error).help(format!("`{}` takes {}", self.name, self.takes))
    }

    /// Every file with the name of a YAML or JSON file below a folder; hidden ones and links are passed over.
    fn folder(self, root: &Path, texts: &mut Vec<Text>, failures: &mut Vec<Failure>) {
        let mut paths = Vec::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            let entries = match entries {
                Ok(entries) => entries,
                Err(error) => {
                    failures.push(Failure::world("reading the folder", &folder, &error));
                    continue;
                }
            };
            for entry in
                entries.iter().filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."))
            {
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                    Ok(kind) if kind.is_file() && is_document(&entry.path()) => paths.push(entry.path()),
                    // A link could lead out of the folder; a file that vanished is none any more.
                    Ok(_) | Err(_) => {}
                }
            }
        }
        paths.sort_unstable();
        if paths.is_empty() && failures.is_empty() {
            let message = format!("there is no *.yaml or *.json file below {}", root.display());
            failures.push(Failure::refused(message).help(format!("`{}` takes {}", self.name, self.takes)));
        }
        for path in paths {
            self.read(&path).map_or_else(|failure| failures.push(failure), |text| texts.push(text));
        }
    }
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|extension| ["yaml", "yml", "json"].iter().any(|known| extension == *known))
}
