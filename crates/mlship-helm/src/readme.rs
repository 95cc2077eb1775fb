//! The table of values in the chart's README, made from the comments of `values.yaml`.

use std::fmt::Write as _;

/// The lines between which the table stands.
const BEGIN: &str = "<!-- values: `cargo xtask chart docs` writes this table -->";
const END: &str = "<!-- end of values -->";

/// A value with its comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedValue {
    /// Its path, such as `image.tag`.
    pub path: String,
    /// Its default as it is written; empty for a group that takes anything.
    pub default: String,
    /// What its comment says.
    pub description: String,
}

/// The values of a `values.yaml` that have a comment with `--`, in the order of the file.
pub fn values(text: &str) -> Vec<DescribedValue> {
    let mut found: Vec<DescribedValue> = Vec::new();
    let mut path: Vec<&str> = Vec::new();
    let mut comment: Option<String> = None;
    // The indentation of the value that was found last: what lies deeper is its default.
    let mut inside = None;
    for line in text.lines() {
        let content = line.trim_start();
        let indentation = line.len() - content.len();
        if inside.is_some_and(|limit| indentation > limit) && !content.is_empty() {
            if let Some(value) = found.last_mut() {
                let separator = if value.default.is_empty() { "" } else { "\n" };
                let _ = write!(value.default, "{separator}{}", &line[inside.unwrap_or(0) + 2..]);
            }
            continue;
        }
        inside = None;
        if let Some(words) = content.strip_prefix('#') {
            comment = continued(comment, words.trim());
            continue;
        }
        let Some((key, default)) = content.split_once(':') else {
            comment = None;
            continue;
        };
        path.truncate(indentation / 2);
        path.push(key);
        if let Some(description) = comment.take() {
            let default = default.trim().to_owned();
            inside = default.is_empty().then_some(indentation);
            found.push(DescribedValue { path: path.join("."), default, description });
        }
    }
    found
}

/// A comment with one more line; one that does not begin with `--` describes no value.
fn continued(comment: Option<String>, words: &str) -> Option<String> {
    match (comment, words.strip_prefix("--")) {
        (_, Some(words)) => Some(words.trim().to_owned()),
        (Some(comment), None) => Some(format!("{comment} {words}")),
        (None, None) => None,
    }
}

/// A README with the table of values written anew; `None` where the lines are missing between which it stands.
pub fn with_table(readme: &str, values_yaml: &str) -> Option<String> {
    let (before, rest) = readme.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}{END}{after}", table(&values(values_yaml))))
}

/// A README without the table of values, for a chart whose defaults are others than the comments speak of.
pub fn without_table(readme: &str) -> String {
    let parts = readme.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let note = "The defaults of this chart are those of one service; `values.yaml` has them.";
    parts.map_or_else(|| readme.to_owned(), |(before, after)| format!("{before}{note}{after}"))
}

fn table(values: &[DescribedValue]) -> String {
    let mut table = String::from("\n| value | default | what it does |\n|---|---|---|\n");
    for value in values {
        let default = value.default.replace('\n', "`<br>`");
        let description = value.description.replace('|', "\\|");
        // A String takes any text.
        let _ = writeln!(table, "| `{}` | `{default}` | {description} |", value.path);
    }
    table.push('\n');
    table
}
