//! The text of a first spec.

use handlebars::{Handlebars, RenderError};
use serde::Serialize;

const TEMPLATE: &str = include_str!("../../../templates/mlship.yaml.hbs");

/// Comments begin at this column at the latest; longer lines carry theirs right behind.
const COMMENTS_AT_MOST: usize = 52;

/// What the template is filled with.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// The service's name.
    pub name: String,
    /// The image.
    pub image: String,
    /// The port.
    pub port: u16,
    /// Where the port is from.
    pub port_source: String,
    /// The protocol.
    pub protocol: String,
    /// The arguments, in flow style.
    pub args: Option<&'static str>,
    /// What they are.
    pub args_comment: &'static str,
    /// Cores.
    pub cpu: String,
    /// Memory.
    pub memory: String,
    /// GPUs; `None` is none.
    pub gpu: Option<u32>,
    /// The fields of `health`, in flow style.
    pub health: Option<&'static str>,
    /// The fields of `state`, in flow style.
    pub state: Option<&'static str>,
    /// The folders of `security.writable`, in flow style.
    pub writable: Option<&'static str>,
    /// `replicas`, in flow style.
    pub replicas: &'static str,
    /// Why so many.
    pub replicas_comment: &'static str,
    /// The public host name.
    pub host: Option<String>,
}

/// The text of a first spec.
pub fn render(facts: &Facts) -> Result<String, RenderError> {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_escape_fn(scalar);
    handlebars.render_template(TEMPLATE, facts).map(|text| align(&text))
}

/// A value as a YAML scalar, in quotes where it would be read as something else.
fn scalar(text: &str) -> String {
    let is_word = |word: &&str| word.eq_ignore_ascii_case(text);
    let means_something =
        ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~"].iter().any(is_word);
    let is_plain = text.starts_with(|first: char| first.is_ascii_alphanumeric())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/:@+".contains(&byte))
        && !text.ends_with(':');
    if is_plain && !means_something { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// Puts the comments, which the template sets off by a tab, under each other.
fn align(text: &str) -> String {
    let width = |line: &str| line.split('\t').next().unwrap_or(line).chars().count();
    let commented = text.lines().filter(|line| line.contains('\t')).map(width);
    let column = commented.filter(|width| *width <= COMMENTS_AT_MOST).max().unwrap_or(0);
    let aligned = text.lines().map(|line| match line.split_once('\t') {
        Some((content, comment)) => format!("{content:column$}  {comment}\n"),
        None => format!("{line}\n"),
    });
    aligned.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_yaml_would_read_otherwise_are_quoted() {
        assert_eq!(scalar("churn"), "churn");
        assert_eq!(scalar("localhost:5000/a:1"), "localhost:5000/a:1");
        assert_eq!(scalar("on"), "'on'");
        assert_eq!(scalar("Null"), "'Null'");
        assert_eq!(scalar("*.example.com"), "'*.example.com'");
        assert_eq!(scalar("it's: #1"), "'it''s: #1'");
    }

    #[test]
    fn comments_stand_under_each_other() {
        assert_eq!(align("a\t# x\nbbb\t# y\nc\n"), "a    # x\nbbb  # y\nc\n");
    }
}
