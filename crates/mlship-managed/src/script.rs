//! Shell scripts from templates: every value is quoted, a missing one is an error.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use handlebars::Handlebars;
use serde::Serialize;

/// The script of a template and its values.
pub(crate) fn render(template: &'static str, values: &impl Serialize) -> String {
    // The templates are part of the program, and their values structs made for them: a test renders each.
    engine(template).render("script", values).expect("the template fits its values")
}

/// The engine that knows a template: it is read once, since whoever compares targets renders it many times.
fn engine(template: &'static str) -> Arc<Handlebars<'static>> {
    static ENGINES: LazyLock<Mutex<BTreeMap<&str, Arc<Handlebars<'static>>>>> = LazyLock::new(Mutex::default);
    let mut engines = ENGINES.lock().unwrap_or_else(PoisonError::into_inner);
    let made = || {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(quoted);
        engine.register_template_string("script", template).expect("the template is one");
        Arc::new(engine)
    };
    Arc::clone(engines.entry(template).or_insert_with(made))
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
