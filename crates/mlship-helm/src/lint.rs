//! What must hold of a chart before it is packaged. Helm's own linter comes on top of it.

use std::fmt;

use crate::metadata::{self, Metadata};
use crate::package::Files;
use crate::readme;

/// One thing that is wrong with a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// What to do instead.
    pub help: String,
}

impl Problem {
    pub(crate) fn at(path: &str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { path: path.to_owned(), message: message.into(), help: help.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}; {}", self.path, self.message, self.help)
    }
}

/// The largest file that Helm loads from a package
/// (<https://github.com/helm/helm/blob/v4.0.0/pkg/chart/loader/archive/archive.go>, `MaxDecompressedFileSize`).
const LARGEST_FILE: usize = 5 << 20;

/// Judges the files of a chart and returns what it says of itself, or everything that is wrong.
pub fn lint(files: &Files) -> Result<Metadata, Vec<Problem>> {
    let mut problems = Vec::new();
    for (path, content) in files {
        judge_path(path, &mut problems);
        judge_content(path, content, &mut problems);
    }
    let metadata =
        text(files, "Chart.yaml", &mut problems).and_then(|text| judge_metadata(text, &mut problems));
    if let Some(schema) = text(files, "values.schema.json", &mut problems) {
        judge_schema(schema, &mut problems);
    }
    for needed in ["values.yaml", "README.md"] {
        text(files, needed, &mut problems);
    }
    judge_readme(files, &mut problems);
    if let Some(metadata) = &metadata {
        judge_dependencies(metadata, files, &mut problems);
    }
    if !files.keys().any(|path| path.starts_with("templates/")) {
        problems.push(Problem::at(
            "templates",
            "there are none",
            "a chart without templates installs nothing",
        ));
    }
    match metadata {
        Some(metadata) if problems.is_empty() => Ok(metadata),
        Some(_) | None => Err(problems),
    }
}

fn text<'a>(files: &'a Files, path: &str, problems: &mut Vec<Problem>) -> Option<&'a str> {
    let Some(content) = files.get(path) else {
        problems.push(Problem::at(path, "it is not there", "add it"));
        return None;
    };
    // That it is no text is said by `judge_content`.
    std::str::from_utf8(content).ok()
}

/// A path must mean the same on every system, and lie in the chart.
fn judge_path(path: &str, problems: &mut Vec<Problem>) {
    let is_part = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    if !path.split('/').all(is_part) || path.len() > 90 {
        let help = "name files by ASCII letters, digits, `.`, `_` and `-`, inside the chart, in short";
        problems.push(Problem::at(path, "the path is not the same on every system", help));
    }
}

fn judge_content(path: &str, content: &[u8], problems: &mut Vec<Problem>) {
    if content.len() > LARGEST_FILE {
        problems.push(Problem::at(
            path,
            "Helm loads no file above 5 MiB",
            "leave it out, or make it smaller",
        ));
    } else if std::str::from_utf8(content).is_err() {
        problems.push(Problem::at(path, "it is no UTF-8 text", "leave binaries out of a chart"));
    } else if content.windows(2).any(|two| two == b"\r\n") {
        problems.push(Problem::at(
            path,
            "its lines end with CR LF",
            "save it with LF, so that packages don't differ",
        ));
    }
}

fn judge_metadata(text: &str, problems: &mut Vec<Problem>) -> Option<Metadata> {
    let mut complain = |message: String, help: &str| problems.push(Problem::at("Chart.yaml", message, help));
    let metadata = match Metadata::read(text) {
        Ok(metadata) => metadata,
        Err(error) => {
            complain(error, "write the fields of https://helm.sh/docs/topics/charts/#the-chartyaml-file");
            return None;
        }
    };
    let named = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if metadata.name.is_empty() || !metadata.name.chars().all(named) {
        complain(
            format!("`{}` is no name of a chart", metadata.name),
            "use lower-case letters, digits and `-`",
        );
    }
    if let Err(error) = metadata::version(&metadata.version) {
        complain(error, "write `version: 1.2.3`");
    }
    if metadata.api_version != "v2" {
        complain(format!("`apiVersion` is `{}`", metadata.api_version), "write `apiVersion: v2`");
    }
    if metadata.description.is_empty() {
        complain("there is no `description`".to_owned(), "say in a sentence what it installs");
    }
    if !["", "application", "library"].contains(&metadata.kind.as_str()) {
        complain(format!("`type` is `{}`", metadata.kind), "write `application` or `library`");
    }
    Some(metadata)
}

/// Helm installs no chart that lacks what it depends on, and fetches nothing while it installs.
fn judge_dependencies(metadata: &Metadata, files: &Files, problems: &mut Vec<Problem>) {
    for dependency in &metadata.dependencies {
        let path = format!("charts/{}/Chart.yaml", dependency.name);
        if !files.contains_key(&path) {
            let message = format!("the chart depends on `{}`, which is not there", dependency.name);
            problems.push(Problem::at(&path, message, "unpack it there with `helm pull --untar -d charts`"));
        }
    }
}

/// A README that has a table of values has the one that is made of them.
fn judge_readme(files: &Files, problems: &mut Vec<Problem>) {
    let text = |path| files.get(path).and_then(|content| std::str::from_utf8(content).ok());
    let (Some(written), Some(values)) = (text("README.md"), text("values.yaml")) else { return };
    if readme::with_table(written, values).is_some_and(|made| made != written) {
        let message = "the table of values is not the one of values.yaml";
        problems.push(Problem::at("README.md", message, "run `cargo xtask chart docs`"));
    }
}

fn judge_schema(text: &str, problems: &mut Vec<Problem>) {
    let path = "values.schema.json";
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(schema) if schema["additionalProperties"] == false => {}
        Ok(_) => {
            let help =
                "write `\"additionalProperties\": false`, so that a misspelled value is no silent default";
            problems.push(Problem::at(path, "it takes values that it does not know", help));
        }
        Err(error) => problems.push(Problem::at(path, format!("it is no JSON: {error}"), "correct it")),
    }
}
