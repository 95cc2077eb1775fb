//! What a code means.

use mlship_spec::codes::Code;
use serde::Serialize;

use super::layout::wrap;
use super::{Output, json};
use crate::terminal::{Look, Paint};

/// A code, as programs read it.
#[derive(Serialize)]
pub struct Entry {
    id: &'static str,
    title: &'static str,
    explanation: &'static str,
}

impl From<&'static Code> for Entry {
    fn from(code: &'static Code) -> Self {
        Self { id: code.id, title: code.title, explanation: code.explanation }
    }
}

/// The explanation of a code.
pub fn text(code: &'static Code, output: Output) -> String {
    if output == Output::Json {
        return json("code", &Entry::from(code));
    }
    let look = Look::stdout();
    let title = look.paint(Paint::Bold, &format!("{}: {}", code.id, code.title));
    format!("{title}\n\n{}\n", wrap(code.explanation, look.width, ""))
}

/// Whether a word means a code, known or not.
pub fn looks_like_one(word: &str) -> bool {
    let prefix = word.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("ML"));
    prefix && word.len() > 2 && word[2..].bytes().all(|byte| byte.is_ascii_digit())
}
