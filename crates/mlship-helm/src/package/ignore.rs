//! The `.helmignore` of a chart: the part of its patterns that means the same to everybody.

use crate::lint::Problem;

/// What is not packaged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ignore {
    patterns: Vec<Pattern>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Pattern {
    /// The name of a file or folder, with at most one `*` for any letters.
    name: String,
    of_folders: bool,
}

impl Ignore {
    /// Reads a `.helmignore`. Patterns with `!`, `**`, `?`, brackets or a path are refused: Helm and git disagree
    /// about them (<https://helm.sh/docs/chart_template_guide/helm_ignore_file/>, 2026-11).
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let text = String::from_utf8_lossy(bytes);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (mut patterns, mut problems) = (Vec::new(), Vec::new());
        for line in lines {
            let name = line.strip_suffix('/').unwrap_or(line);
            if name.contains(['!', '?', '[', '/', '\\']) || name.matches('*').count() > 1 {
                let message = format!("`{line}` is a pattern that is not read here");
                problems.push(Problem::at(
                    ".helmignore",
                    message,
                    "write the name of a file or folder, with one `*` at most",
                ));
            } else {
                patterns.push(Pattern { name: name.to_owned(), of_folders: line.ends_with('/') });
            }
        }
        if problems.is_empty() { Ok(Self { patterns }) } else { Err(problems) }
    }

    /// Whether a file, or a folder that it is in, is not packaged.
    pub fn matches(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        parts.iter().enumerate().any(|(index, part)| {
            let is_folder = index + 1 < parts.len();
            self.patterns
                .iter()
                .any(|pattern| (is_folder || !pattern.of_folders) && matches(&pattern.name, part))
        })
    }
}

fn matches(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((before, after)) => {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ignore;

    #[test]
    fn names_folders_and_one_star_are_understood() {
        let ignore = Ignore::read(b"# a comment\n.git/\n*.swp\n*~\nci/\n").expect("these are read");
        for (path, expected) in [
            (".git/config", true),
            ("templates/.a.swp", true),
            ("values.yaml~", true),
            ("ci/a/b.yaml", true),
            ("ci", false),
            ("values.yaml", false),
            (".gitignore", false),
        ] {
            assert_eq!(ignore.matches(path), expected, "{path}");
        }
    }

    #[test]
    fn what_others_read_otherwise_is_refused() {
        for line in ["!keep", "a/b", "**/x", "[ab]", "a?"] {
            assert!(Ignore::read(line.as_bytes()).is_err(), "{line}");
        }
    }
}
