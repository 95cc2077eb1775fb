//! Shell scripts from templates: every value is quoted, a missing one is an error.

use handlebars::Handlebars;
use mlship_spec::target::Text;
use serde::Serialize;

/// The script of a template and its values.
pub(crate) fn render(template: &'static str, values: impl Serialize + Send + 'static) -> Text {
    Text::written_by(move || {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(quoted);
        // The templates are part of the program, and their values structs made for them: a test renders each.
        engine.render_template(template, &values).expect("the template fits its values")
    })
}

/// Text as one word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        for (text, word) in [
            ("churn-1.0", "churn-1.0"),
            ("", "''"),
            ("two words", "'two words'"),
            ("it's", r"'it'\''s'"),
            ("$HOME `id` \"x\"", "'$HOME `id` \"x\"'"),
            ("a\nb", "'a\nb'"),
        ] {
            assert_eq!(quoted(text), word);
        }
    }
}
