//! A value of a manifest that knows where it stands, and what is wrong with it.

use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt;

/// Something in the input that can't be used, with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The file, as the caller named it.
    pub file: String,
    /// Where in the file: a path such as `items[3].status.allocatable.cpu`, or a line.
    pub place: String,
    /// What is wrong: lower case, no full stop, the value in backticks.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}; {}", self.file, self.place, self.message, self.help)
    }
}

/// Collects the problems of one file.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    pub(super) file: &'a str,
    pub(super) list: &'a mut Vec<Problem>,
}

impl Problems<'_> {
    pub(super) fn push(&mut self, place: String, message: impl Into<String>, help: impl Into<String>) {
        let file = self.file.to_owned();
        self.list.push(Problem { file, place, message: message.into(), help: help.into() });
    }
}

/// A value and the way to it from the top of its file. A value that is missing or null has none.
#[derive(Clone, Copy)]
pub(super) struct At<'v, 'p> {
    value: Option<&'v Value>,
    parent: Option<&'p At<'v, 'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Top(&'a str),
    Key(&'a str),
    Index(usize),
}

impl<'v, 'p> At<'v, 'p> {
    pub(super) fn top(name: &'p str, value: &'v Value) -> Self {
        Self { value: Some(value), parent: None, step: Step::Top(name) }
    }

    pub(super) fn field<'b>(&'b self, key: &'b str) -> At<'v, 'b> {
        let value = self.value.and_then(|value| value.get(key)).filter(|value| !value.is_null());
        At { value, parent: Some(self), step: Step::Key(key) }
    }

    /// The value, where there is one.
    pub(super) fn value(&self) -> Option<&'v Value> {
        self.value
    }

    /// Whether there is nothing.
    pub(super) fn is_missing(&self) -> bool {
        self.value.is_none()
    }

    pub(super) fn path(&self) -> String {
        let above = self.parent.map(At::path).unwrap_or_default();
        match self.step {
            Step::Top(name) => name.to_owned(),
            Step::Index(index) => format!("{above}[{index}]"),
            Step::Key(key) if key.contains(['.', '/']) => format!("{above}[\"{key}\"]"),
            Step::Key(key) if above.is_empty() => key.to_owned(),
            Step::Key(key) => format!("{above}.{key}"),
        }
    }

    fn wrong(&self, wanted: &str, problems: &mut Problems<'_>) {
        let found = match self.value {
            Some(Value::Object(_)) => "a group of fields".to_owned(),
            Some(Value::Array(_)) => "a list".to_owned(),
            Some(value) => format!("`{value}`"),
            None => "nothing".to_owned(),
        };
        problems.push(
            self.path(),
            format!("{found} stands where {wanted} belongs"),
            format!("write {wanted}"),
        );
    }

    pub(super) fn text(&self, problems: &mut Problems<'_>) -> Option<&'v str> {
        let text = self.value?.as_str();
        if text.is_none() {
            self.wrong("text", problems);
        }
        text
    }

    /// Text, or what YAML takes for a number or a boolean, as it is printed.
    pub(super) fn scalar(&self, problems: &mut Problems<'_>) -> Option<String> {
        match self.value? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => {
                self.wrong("an amount", problems);
                None
            }
        }
    }

    pub(super) fn integer(&self, problems: &mut Problems<'_>) -> Option<i64> {
        let number = self.value?.as_i64();
        if number.is_none() {
            self.wrong("a whole number", problems);
        }
        number
    }

    pub(super) fn truth(&self, problems: &mut Problems<'_>) -> bool {
        match self.value {
            None => false,
            Some(Value::Bool(truth)) => *truth,
            Some(_) => {
                self.wrong("true or false", problems);
                false
            }
        }
    }

    /// The items of a list; none if it is missing.
    pub(super) fn items<'b>(&'b self, problems: &mut Problems<'_>) -> Vec<At<'v, 'b>> {
        let items = match self.value {
            None => &[][..],
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.wrong("a list", problems);
                &[][..]
            }
        };
        let at = |(index, value)| At { value: Some(value), parent: Some(self), step: Step::Index(index) };
        items.iter().enumerate().map(at).collect()
    }

    /// The fields of a group; none if it is missing.
    pub(super) fn entries<'b>(&'b self, problems: &mut Problems<'_>) -> Vec<(&'v str, At<'v, 'b>)>
    where
        'v: 'b,
    {
        let fields: Option<&'v Map<String, Value>> = match self.value {
            Some(Value::Object(fields)) => Some(fields),
            None => None,
            Some(_) => {
                self.wrong("a group of fields", problems);
                None
            }
        };
        let at = |(key, value): (&'v String, &'v Value)| {
            (key.as_str(), At { value: Some(value), parent: Some(self), step: Step::Key(key) })
        };
        fields.into_iter().flatten().map(at).collect()
    }
}
