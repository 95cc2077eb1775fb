//! Labels, and what selects by them.

use crate::placement::symbols::{Symbol, Symbols};

/// Labels of an object, sorted by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Labels(Vec<(Symbol, Symbol)>);

impl Labels {
    /// Labels from pairs of key and value; the last of equal keys counts.
    pub fn new(pairs: impl IntoIterator<Item = (Symbol, Symbol)>) -> Self {
        let mut labels = Self::default();
        for (key, value) in pairs {
            labels.set(key, value);
        }
        labels
    }

    /// The value of a key.
    pub fn get(&self, key: Symbol) -> Option<Symbol> {
        self.0.binary_search_by_key(&key, |(key, _)| *key).ok().map(|index| self.0[index].1)
    }

    /// Sets a label, in place of what the key had.
    pub fn set(&mut self, key: Symbol, value: Symbol) {
        match self.0.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(index) => self.0[index].1 = value,
            Err(index) => self.0.insert(index, (key, value)),
        }
    }

    /// All labels, by key.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, Symbol)> + '_ {
        self.0.iter().copied()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// One condition on the labels of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Requirement {
    /// The label's key, or the field's name.
    pub key: Symbol,
    /// The condition on its value.
    pub operator: Operator,
}

/// A condition on a value, as in
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors> and, with `Gt` and
/// `Lt`, <https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#operators>.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operator {
    /// The label is there and has one of these values.
    In(Vec<Symbol>),
    /// The label is missing or has none of these values.
    NotIn(Vec<Symbol>),
    /// The label is there.
    Exists,
    /// The label is missing.
    DoesNotExist,
    /// The label is there and is a number above this one.
    GreaterThan(i64),
    /// The label is there and is a number below this one.
    LessThan(i64),
}

impl Requirement {
    /// Whether labels with `value` under the key fulfil this.
    pub fn admits(&self, value: Option<Symbol>, symbols: &Symbols) -> bool {
        let number = || value.and_then(|value| go_integer(symbols.text(value)));
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.contains(&value)),
            Operator::NotIn(values) => value.is_none_or(|value| !values.contains(&value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan(bound) => number().is_some_and(|number| number > *bound),
            Operator::LessThan(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

/// A whole number as Go's `strconv.ParseInt` reads it: an optional sign and decimal digits.
pub(crate) fn go_integer(text: &str) -> Option<i64> {
    text.parse().ok()
}

/// A label selector: all requirements must hold. [`Selector::everything`] has none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selector {
    /// Selects no object: what an absent selector means.
    Nothing,
    /// Selects objects that fulfil all of these.
    All(Vec<Requirement>),
}

impl Selector {
    /// The empty selector, which selects every object.
    pub fn everything() -> Self {
        Self::All(Vec::new())
    }

    /// Whether this is the empty selector.
    pub fn is_everything(&self) -> bool {
        matches!(self, Self::All(requirements) if requirements.is_empty())
    }

    /// Whether an object with these labels is selected.
    pub fn matches(&self, labels: &Labels, symbols: &Symbols) -> bool {
        match self {
            Self::Nothing => false,
            Self::All(requirements) => requirements
                .iter()
                .all(|requirement| requirement.admits(labels.get(requirement.key), symbols)),
        }
    }

    /// The selector with another value for a key wherever it asks for `old`.
    pub(crate) fn replace(&mut self, key: Symbol, old: Symbol, new: Symbol) {
        let Self::All(requirements) = self else { return };
        for requirement in requirements.iter_mut().filter(|requirement| requirement.key == key) {
            if let Operator::In(values) | Operator::NotIn(values) = &mut requirement.operator {
                values.iter_mut().filter(|value| **value == old).for_each(|value| *value = new);
            }
        }
    }

    /// The selector with one more requirement; nothing stays nothing.
    pub fn require(&mut self, requirement: Requirement) {
        if let Self::All(requirements) = self {
            requirements.push(requirement);
        }
    }
}

/// One term of a node affinity: all of its requirements must hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NodeTerm {
    /// Requirements on labels.
    pub expressions: Vec<Requirement>,
    /// Requirements on `metadata.name`.
    pub fields: Vec<Requirement>,
}

impl NodeTerm {
    /// Whether a node of this name with these labels fulfils the term. A term without requirements admits none.
    pub fn matches(&self, name: Symbol, labels: &Labels, symbols: &Symbols) -> bool {
        if self.expressions.is_empty() && self.fields.is_empty() {
            return false;
        }
        self.expressions.iter().all(|requirement| requirement.admits(labels.get(requirement.key), symbols))
            && self.fields.iter().all(|requirement| requirement.admits(Some(name), symbols))
    }
}
