//! Text as small numbers: names, label keys and values are compared millions of times.

use std::collections::BTreeMap;

/// A text of a [`Symbols`] table. Two symbols of one table are equal if and only if their texts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol(u32);

impl Symbol {
    /// A symbol that stands for no text of any table.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// The texts that occur in one simulation, each once.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    texts: Vec<String>,
    numbers: BTreeMap<String, Symbol>,
}

impl Symbols {
    /// The symbol of `text`, which is taken in if it is new.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.numbers.get(text) {
            return *symbol;
        }
        let symbol = Symbol(u32::try_from(self.texts.len()).expect("memory ends before four billion texts"));
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), symbol);
        symbol
    }

    /// The symbol of `text`, if it occurs at all.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.numbers.get(text).copied()
    }

    /// The text of a symbol of this table.
    pub fn text(&self, symbol: Symbol) -> &str {
        &self.texts[symbol.0 as usize]
    }
}
