//! Where specs come from: files, folders and standard input.

use std::collections::BTreeSet;
use std::fs::{self, DirEntry, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Failures};
use crate::output::LISTING;
use crate::terminal::talk;

/// The spec that is read when none is named.
pub const DEFAULT_FILE: &str = "mlship.yaml";

/// More than any spec needs; the reader itself stops far earlier, with a message of its own.
const MOST_BYTES: u64 = 16 << 20;

/// One text to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What a message calls it.
    pub name: String,
    /// Where it is.
    pub origin: Origin,
}

/// Where a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// On standard input.
    Stdin,
    /// In a file that was named, or that is called like a spec: it must be one.
    Named(PathBuf),
    /// In a file that was found in a folder: it may be something else.
    Found(PathBuf),
}

/// All texts to read, in the order in which they were named, those of a folder by path.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The texts.
    pub texts: Vec<Input>,
    /// What a folder holds beside them that looks like a spec and is not read, with the reason.
    pub passed_over: Vec<PassedOver>,
    /// Whether a folder was named: then there may be several services, however many there are today.
    pub scope: Scope,
}

/// How many services there may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// One text was named.
    #[default]
    One,
    /// Several were, or a folder.
    Many,
}

/// Something in a folder that is not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassedOver {
    /// Why.
    pub reason: Reason,
    /// What.
    pub name: String,
}

/// Why something in a folder is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It has no `apiVersion: mlship.dev/…`.
    NoSpec,
    /// It has no object of Kubernetes.
    NoObject,
    /// It is a symbolic link, which could lead out of the folder.
    Link,
    /// It is a pipe, a socket or a device.
    NoFile,
}

impl Reason {
    /// The words that a note uses.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoSpec => "no `apiVersion: mlship.dev/…` in it",
            Self::NoObject => "no `kind` in it",
            Self::Link => "a symbolic link; name it with -f to read it",
            Self::NoFile => "not a regular file",
        }
    }
}

/// Finds the texts that the `-f` flags name; without any, `mlship.yaml` in the current folder.
pub fn find(named: &[PathBuf]) -> Result<Inputs, Failures> {
    let default = [PathBuf::from(DEFAULT_FILE)];
    let named = if named.is_empty() { &default } else { named };
    let mut found = Inputs::default();
    let mut failures = Vec::new();
    let mut seen = BTreeSet::new();
    for path in named {
        let path = path.strip_prefix("./").ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(path);
        if !seen.insert(path) {
            continue;
        }
        if path == Path::new("-") {
            found.texts.push(Input { name: "<stdin>".to_owned(), origin: Origin::Stdin });
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {
                found.scope = Scope::Many;
                search(path, &mut found, &mut failures);
            }
            Ok(_) => found.texts.push(Input { name: shown(path), origin: Origin::Named(path.to_owned()) }),
            Err(error) => failures.push(unreadable(path, &error)),
        }
    }
    if found.texts.len() > 1 {
        found.scope = Scope::Many;
    }
    match Failures::of(failures) {
        Some(failures) => Err(failures),
        None => Ok(found),
    }
}

/// The bytes of a text; `None` where a file found in a folder is no spec.
pub fn read(input: &Input) -> Result<Option<Vec<u8>>, Failure> {
    let bytes = read_any(input)?;
    let is_passed_over = matches!(input.origin, Origin::Found(_)) && !is_spec(&bytes);
    Ok((!is_passed_over).then_some(bytes))
}

/// The bytes of a text, whatever it holds.
pub fn read_any(input: &Input) -> Result<Vec<u8>, Failure> {
    let (path, bytes) = match &input.origin {
        Origin::Stdin => (Path::new("<stdin>"), read_stdin()),
        Origin::Named(path) | Origin::Found(path) => (path.as_path(), File::open(path).and_then(read_some)),
    };
    let bytes = bytes.map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MOST_BYTES {
        let message = format!("{} is larger than {} MiB", input.name, MOST_BYTES >> 20);
        return Err(Failure::refused(message).help("a spec is a few lines; is this the right file?"));
    }
    Ok(bytes)
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        talk(b"reading a spec from the terminal; Ctrl-D ends it\n");
    }
    read_some(stdin.lock())
}

/// Reads one byte more than is allowed at most, so that `/dev/zero` ends too.
fn read_some(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    let failure = Failure::world("reading", path, error);
    match error.kind() {
        io::ErrorKind::NotFound if path == Path::new(DEFAULT_FILE) => {
            let message = format!("there is no {DEFAULT_FILE} in this folder");
            Failure { message, ..failure }.help("`mlship init IMAGE` writes one; `-f` names another file")
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            failure.help("`-f` takes a file, a folder or `-`")
        }
        _ => failure,
    }
}

/// Adds every `*.yaml` and `*.yml` below a folder; hidden folders and mlship's own output are not entered.
fn search(root: &Path, found: &mut Inputs, failures: &mut Vec<Failure>) {
    let mut folders = vec![root.to_owned()];
    let mut inputs = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => {
                failures.push(Failure::world("reading the folder", &folder, &error));
                continue;
            }
        };
        let is_output = folder != root && entries.iter().any(|entry| entry.file_name() == LISTING);
        if !is_output {
            for entry in &entries {
                sort(entry, &mut inputs, &mut folders, &mut found.passed_over);
            }
        }
    }
    inputs.sort_unstable_by(|one, other| one.name.cmp(&other.name));
    if inputs.is_empty() && failures.is_empty() {
        let failure = Failure::refused(format!("there is no *.yaml file below {}", root.display()));
        failures.push(failure.help("`mlship init IMAGE` writes a first spec"));
    }
    found.texts.append(&mut inputs);
}

/// Puts one entry of a folder where it belongs.
fn sort(
    entry: &DirEntry,
    inputs: &mut Vec<Input>,
    folders: &mut Vec<PathBuf>,
    passed_over: &mut Vec<PassedOver>,
) {
    let file_name = entry.file_name();
    if file_name.as_encoded_bytes().starts_with(b".") {
        return;
    }
    let path = entry.path();
    let path = path.strip_prefix("./").map_or_else(|_| path.clone(), Path::to_owned);
    let is_yaml = path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml");
    // A file that vanished in between is no spec any more.
    let Ok(kind) = entry.file_type() else { return };
    if kind.is_dir() {
        folders.push(path);
    } else if is_yaml && kind.is_file() {
        let is_named = path.file_stem().is_some_and(|stem| stem == "mlship");
        let name = shown(&path);
        inputs.push(Input { name, origin: if is_named { Origin::Named(path) } else { Origin::Found(path) } });
    } else if is_yaml {
        let reason = if kind.is_symlink() { Reason::Link } else { Reason::NoFile };
        passed_over.push(PassedOver { reason, name: shown(&path) });
    }
}

/// A path as messages call it.
fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Whether a text has a line like `apiVersion: mlship.dev/v1`, in block or flow style.
pub fn is_spec(bytes: &[u8]) -> bool {
    const KEY: &[u8] = b"apiVersion";
    let mut rest = bytes;
    while let Some(at) = rest.windows(KEY.len()).position(|window| window == KEY) {
        rest = &rest[at + KEY.len()..];
        let value =
            rest.iter().position(|byte| !b"\"': \t".contains(byte)).map_or(&[][..], |start| &rest[start..]);
        if value.starts_with(b"mlship.dev/") {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_is_known_by_its_api_version() {
        assert!(is_spec(b"apiVersion: mlship.dev/v1\nname: a\n"));
        assert!(is_spec(b"# apiVersion\n{\"apiVersion\": \"mlship.dev/v1\"}"));
        assert!(!is_spec(b"apiVersion: v1\nkind: Service\nmetadata: {annotations: {mlship.dev/x: y}}\n"));
        assert!(!is_spec(b"apiVersion"));
        assert!(!is_spec(b""));
    }
}
