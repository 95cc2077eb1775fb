//! What a code means.

use mlship_simulate::autoscaling;
use mlship_spec::codes::{self, Code};
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

/// Every code, those of the simulators too, by their number.
pub fn all() -> Vec<&'static Code> {
    let mut all: Vec<_> = codes::all().iter().chain(autoscaling::codes::ALL).copied().collect();
    all.sort_by_key(|code| code.id);
    all
}

/// The code of an identifier in any case of its letters.
pub fn find(id: &str) -> Option<&'static Code> {
    all().into_iter().find(|code| code.id.eq_ignore_ascii_case(id))
}

/// Whether a word means a code, known or not.
pub fn looks_like_one(word: &str) -> bool {
    let prefix = word.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("ML"));
    prefix && word.len() > 2 && word[2..].bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_findings_share_a_code() {
        let all = all();
        assert!(all.windows(2).all(|pair| pair[0].id < pair[1].id));
        assert_eq!(find("ml467").map(|code| code.id), Some("ML467"));
    }
}
