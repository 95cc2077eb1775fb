//! Asking on a terminal for what the flags left open.

use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal};
use std::str::FromStr;

use crate::terminal::{Look, Paint, talk};

/// Whether somebody is there to answer.
pub fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks until the answer is one; an empty line, or the end of input, takes the proposal.
pub fn ask<T: FromStr + Display>(
    question: &str,
    proposal: Option<T>,
    why_not: impl Fn(&T::Err) -> String,
) -> Option<T> {
    let look = Look::stderr();
    loop {
        let shown = proposal.as_ref().map_or_else(String::new, |proposal| format!(" [{proposal}]"));
        talk(format!("{}{}: ", look.paint(Paint::Bold, question), look.paint(Paint::Dim, &shown)).as_bytes());
        let mut answer = String::new();
        match io::stdin().lock().read_line(&mut answer) {
            Ok(read) if read > 0 => {}
            _ => {
                talk(b"\n");
                return proposal;
            }
        }
        let answer = answer.trim();
        if answer.is_empty() {
            return proposal;
        }
        match answer.parse() {
            Ok(value) => return Some(value),
            Err(error) => talk(format!("  {}\n", why_not(&error)).as_bytes()),
        }
    }
}
