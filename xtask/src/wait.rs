//! Waiting with a deadline.

use crate::{Error, Result};
use std::thread;
use std::time::{Duration, Instant};

const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// One look at something that is waited for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look<T> {
    /// It has come about.
    Done(T),
    /// Not yet; the text says what was seen instead, for the error if time runs out.
    NotYet(String),
}

/// Looks again and again until `look` finds what it looks for, fails, or `deadline` has passed.
///
/// `what` completes the sentence "waited in vain for …". `look` runs at least once.
pub fn wait_until<T>(what: &str, deadline: Duration, mut look: impl FnMut() -> Result<Look<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        let last = match look()? {
            Look::Done(value) => return Ok(value),
            Look::NotYet(last) => last,
        };
        if start.elapsed() >= deadline {
            return Err(Error::TimedOut { what: what.to_owned(), after: start.elapsed(), last });
        }
        thread::sleep(BETWEEN_LOOKS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_about_is_returned_and_what_does_not_says_what_was_seen() {
        let mut looks = 0;
        let found = wait_until("the third look", Duration::from_secs(10), || {
            looks += 1;
            Ok(if looks == 3 { Look::Done(looks) } else { Look::NotYet(String::new()) })
        });
        assert_eq!(found.unwrap(), 3);

        let missed: Result<()> =
            wait_until("godot", Duration::ZERO, || Ok(Look::NotYet("only a boy".to_owned())));
        assert!(missed.unwrap_err().to_string().ends_with("in vain for godot\nonly a boy"));
    }
}
