//! Values that cannot hold what Kubernetes, a registry or a cloud would refuse.
//!
//! Each type is made from text with `parse`, prints the text that the other side will store, and explains a
//! refusal as an [`Invalid`]. The rules were read in the validation code of Kubernetes 1.37
//! (<https://github.com/kubernetes/kubernetes/tree/v1.37.2>) or in the page named at the type.

use std::{error::Error, fmt, str::FromStr};

use serde::Serialize;

/// Declares a type that is a checked `String`, with everything a [`TextValue`] has.
macro_rules! checked_text {
    (
        $(#[$meta:meta])*
        $name:ident checked by $check:path,
        expects: $expects:literal,
        pattern: $pattern:expr,
        example: $example:literal $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text, as it will be printed.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $check(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl $crate::values::TextValue for $name {
            const EXPECTS: &'static str = $expects;
            const PATTERN: Option<&'static str> = $pattern;
            const EXAMPLE: &'static str = $example;
        }
    };
}

/// Serializes a type as the text that its `Display` prints.
macro_rules! serialize_as_text {
    ($($name:ty),+ $(,)?) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )+};
}

pub mod cloud;
pub mod duration;
pub mod identity;
pub mod image;
pub mod names;
pub mod numbers;
pub mod path;
pub mod quantity;
pub mod selector;
pub mod uri;
pub mod url;

/// Why a text is not the value it was meant to be, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// What sort of refusal it is, for callers that give each a code of its own.
    pub kind: InvalidKind,
    /// What is wrong: lower case, no full stop, the value in backticks. Never holds a secret.
    pub message: String,
    /// What to write instead, with a corrected value where there is an obvious one.
    pub help: String,
}

/// The sorts of refusal that callers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum InvalidKind {
    /// The text breaks the grammar or a limit of the value.
    Malformed,
    /// The text carries a credential, which must not be written in a spec.
    Secret,
    /// An image without a tag or digest, or with the tag `latest`: what runs could change by itself.
    Unpinned,
    /// Well formed, but of a kind that mlship does not ship on purpose.
    Unsupported,
}

impl Invalid {
    /// A refusal of [`InvalidKind::Malformed`].
    pub(crate) fn malformed(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { kind: InvalidKind::Malformed, message: message.into(), help: help.into() }
    }

    /// The same refusal, as another kind.
    pub(crate) fn of_kind(self, kind: InvalidKind) -> Self {
        Self { kind, ..self }
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

impl Error for Invalid {}

/// What the JSON Schema and `explain` say about a value that is written as text.
pub trait TextValue: FromStr<Err = Invalid> + fmt::Display + Clone + Ord {
    /// What the value must look like, for a person: a noun phrase without a full stop.
    const EXPECTS: &'static str;
    /// A regular expression (without look-around) that matches every accepted text, though perhaps more.
    const PATTERN: Option<&'static str>;
    /// A text that is accepted.
    const EXAMPLE: &'static str;
}

/// `text` in backticks, short and without anything that could move a terminal's cursor.
///
/// Control and text-direction characters are shown as `\u{…}`, see <https://trojansource.codes/>.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 80;
    if text.is_empty() {
        return "the empty text".to_owned();
    }
    let mut shown = String::from("`");
    for (index, character) in text.chars().enumerate() {
        if index == LONGEST {
            shown.push('…');
            break;
        }
        match character {
            '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
                shown.extend(character.escape_unicode());
            }
            _ if character.is_control() => shown.extend(character.escape_default()),
            _ => shown.push(character),
        }
    }
    shown.push('`');
    shown
}

/// Help that says what is expected and gives an example.
pub(crate) fn expected<T: TextValue>() -> String {
    format!("write {}, such as `{}`", T::EXPECTS, T::EXAMPLE)
}

/// Help that proposes `nearest`, or says what is expected where there is nothing near.
///
/// Whoever calls this has checked that `T` accepts `nearest`, by the rule and not by `parse`: a refusal that parses to
/// explain itself could go round for ever.
pub(crate) fn propose<T: TextValue>(nearest: Option<impl fmt::Display>) -> String {
    nearest.map_or_else(expected::<T>, |nearest| format!("write `{nearest}`"))
}

/// Refuses `text` if the rule finds a `problem` with it, and proposes the `nearest` text that the rule accepts.
pub(crate) fn judge<T: TextValue>(
    text: &str,
    noun: &str,
    problem: fn(&str) -> Option<String>,
    nearest: fn(&str) -> Option<String>,
) -> Result<(), Invalid> {
    let Some(found) = problem(text) else { return Ok(()) };
    if text.is_empty() {
        return Err(Invalid::malformed(format!("{noun} is missing: the text is empty"), expected::<T>()));
    }
    let nearest = nearest(text).filter(|nearest| problem(nearest).is_none());
    Err(Invalid::malformed(format!("{} is not {noun}: {found}", quoted(text)), propose::<T>(nearest)))
}

#[cfg(test)]
mod tests;
