//! What the two output streams can show, and what may be sent to them.

use std::borrow::Cow;
use std::env;
use std::io::{self, IsTerminal, Write};

use rustix::termios::tcgetwinsize;

/// Columns that are used where nobody looks at a terminal: logs and files.
const WIDTH_ELSEWHERE: usize = 100;

/// How text may look on a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether colours are used.
    pub color: Color,
    /// How many columns there are.
    pub width: usize,
}

/// Whether colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// None at all.
    Plain,
    /// ANSI escape sequences.
    Ansi,
}

/// A style of [`Look::paint`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// Headings and names.
    Bold,
    /// What is less important.
    Dim,
    /// Something went well.
    Good,
    /// An error.
    Error,
    /// Advice.
    Help,
}

impl Look {
    /// What standard output can show.
    pub fn stdout() -> Self {
        Self::of(io::stdout().is_terminal(), tcgetwinsize(io::stdout()).ok())
    }

    /// What standard error can show.
    pub fn stderr() -> Self {
        Self::of(io::stderr().is_terminal(), tcgetwinsize(io::stderr()).ok())
    }

    fn of(is_terminal: bool, size: Option<rustix::termios::Winsize>) -> Self {
        let width = size.map(|size| usize::from(size.ws_col)).filter(|columns| is_terminal && *columns > 0);
        let color =
            if wants_color(is_terminal, |name| env::var(name).ok()) { Color::Ansi } else { Color::Plain };
        // Below 40 columns nothing could be read.
        Self { color, width: width.unwrap_or(WIDTH_ELSEWHERE).max(40) }
    }

    /// Text in a style, where colours are used.
    pub fn paint(self, paint: Paint, text: &str) -> String {
        let code = match paint {
            Paint::Bold => "1",
            Paint::Dim => "2",
            Paint::Good => "32",
            Paint::Error => "1;91",
            Paint::Help => "1;96",
        };
        match self.color {
            Color::Plain => text.to_owned(),
            Color::Ansi => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}

/// Whether a stream gets colours, by <https://no-color.org> and <https://bixense.com/clicolors>.
fn wants_color(is_terminal: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_set = |name| variable(name).is_some_and(|value| !value.is_empty());
    if is_set("NO_COLOR") {
        return false;
    }
    if variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") {
        return true;
    }
    let is_off = variable("CLICOLOR").is_some_and(|value| value == "0");
    is_terminal && !is_off && variable("TERM").is_none_or(|terminal| terminal != "dumb")
}

/// Whether a character could steer a terminal or turn the reading direction, and so lie about the rest.
pub fn is_steering(character: char) -> bool {
    // Unicode's bidirectional controls are listed in UAX #9, section 2.
    character.is_control()
        || matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text of a user or a file as a terminal may get it: without anything that steers, line breaks kept.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(|character| is_steering(character) && character != '\n') {
        return Cow::Borrowed(text);
    }
    let shown = |character: char| match character {
        '\n' => '\n',
        '\t' => ' ',
        steering if is_steering(steering) => '\u{fffd}',
        plain => plain,
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// Writes to standard error; a closed one is nobody's loss.
pub fn talk(text: &[u8]) {
    let _ = io::stderr().lock().write_all(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_follow_the_usual_variables() {
        let wants = |is_terminal, set: &[(&str, &str)]| {
            wants_color(is_terminal, |name| {
                set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            })
        };
        assert!(wants(true, &[]));
        assert!(!wants(false, &[]));
        assert!(!wants(true, &[("NO_COLOR", "1")]));
        assert!(wants(true, &[("NO_COLOR", "")]));
        assert!(!wants(true, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
        assert!(wants(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!wants(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!wants(true, &[("CLICOLOR", "0")]));
        assert!(!wants(true, &[("TERM", "dumb")]));
    }

    #[test]
    fn nothing_that_steers_a_terminal_gets_through() {
        assert_eq!(clean("plain ü 漢 line\nbreak"), "plain ü 漢 line\nbreak");
        assert_eq!(
            clean("a\u{1b}[2Jb\u{9b}c\u{202e}d\te\rf\u{7f}"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}d e\u{fffd}f\u{fffd}"
        );
    }
}
