//! Cases on disk: `<topic>/<case>.yaml`, and beside it what is expected of it.

#![expect(clippy::disallowed_methods, reason = "tests read their cases from disk")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use mlship_spec::read::{ReadOptions, Reading, read};

/// One spec on disk.
pub struct Case {
    /// Its file, from the table's folder on: `names/capitals.yaml`.
    pub name: String,
    /// Its bytes, which need not be text.
    pub bytes: Vec<u8>,
    /// What its first line asks for: `# flags: --env staging --set a.b=1`.
    pub options: ReadOptions,
    expected: PathBuf,
}

impl Case {
    /// What the reader makes of it.
    pub fn read(&self) -> Reading {
        let file = self.name.rsplit('/').next().unwrap_or(&self.name);
        read(file, &self.bytes, &self.options)
    }
}

/// The folder of this crate's tests.
pub fn tests_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Every case of a table, in order.
pub fn table(name: &str) -> Vec<Case> {
    let root = tests_folder().join(name);
    let mut cases = Vec::new();
    for topic in sorted(&root) {
        for file in sorted(&topic).into_iter().filter(|file| has_extension(file, "yaml")) {
            cases.push(case(&root, &file));
        }
    }
    cases
}

/// The specs that people copy, by name.
pub fn examples() -> Vec<(String, Vec<u8>)> {
    files("../../examples")
        .into_iter()
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|it| it == "yaml"))
        .collect()
}

/// The fuzzer's corpus, by name.
pub fn seeds() -> Vec<(String, Vec<u8>)> {
    files("../../fuzz/seeds")
}

/// The files of a folder, as seen from this crate's.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let named = |file: PathBuf| {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        (name, fs::read(&file).expect("a file can be read"))
    };
    let files = sorted(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).into_iter();
    files.filter(|file| file.is_file()).map(named).collect()
}

/// Compares what a table's cases give with the files beside them, which must be neither too few nor
/// too many. `UPDATE_EXPECTED=1` writes them anew.
pub fn compare(table_name: &str, actual: impl Fn(&Case) -> String) {
    let update = std::env::var_os("UPDATE_EXPECTED").is_some();
    let root = tests_folder().join(table_name);
    let cases = table(table_name);
    let mut report = String::new();
    for case in &cases {
        let actual = actual(case);
        if update {
            fs::write(&case.expected, &actual).expect("what is expected can be written");
        }
        let expected = fs::read_to_string(&case.expected).unwrap_or_default();
        if actual != expected {
            let _ = write!(report, "\n{}\nexpected:\n{expected}\nfound:\n{actual}", case.name);
        }
    }
    let known: BTreeSet<&PathBuf> = cases.iter().map(|case| &case.expected).collect();
    for file in sorted(&root).iter().flat_map(|topic| sorted(topic)) {
        if !has_extension(&file, "yaml") && !known.contains(&file) {
            let _ = write!(report, "\n{} belongs to no case", file.display());
        }
    }
    assert!(report.is_empty(), "set UPDATE_EXPECTED=1 to accept, after reading it:\n{report}");
}

fn case(root: &Path, file: &Path) -> Case {
    let bytes = fs::read(file).expect("a case can be read");
    Case {
        name: file.strip_prefix(root).expect("a case lies in its table").to_string_lossy().replace('\\', "/"),
        options: flags_of(&bytes),
        expected: file.with_extension("expected"),
        bytes,
    }
}

/// What the first line asks for: `# flags: --env staging --set a.b=1`.
pub fn flags_of(bytes: &[u8]) -> ReadOptions {
    let first_line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let flags = str::from_utf8(first_line).ok().and_then(|line| line.trim_end().strip_prefix("# flags: "));
    let mut options = ReadOptions::default();
    let mut words = words(flags.unwrap_or_default()).into_iter();
    while let (Some(flag), Some(value)) = (words.next(), words.next()) {
        if flag == "--env" {
            options.environment = Some(value);
        } else {
            options.set.push(value);
        }
    }
    options
}

/// Words with blanks between them; single quotes hold blanks together, as in a shell.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            letter => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

fn has_extension(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder of cases can be read");
    let mut entries: Vec<PathBuf> =
        entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    entries.sort();
    entries
}
