//! The flags of a server's command line.

use mlship_spec::source::Span;
use mlship_spec::workload::{EnvValue, Workload};

/// A server's command line in words, each with its place.
pub struct Arguments<'a> {
    words: Vec<Word<'a>>,
}

struct Word<'a> {
    text: &'a str,
    span: Option<Span>,
}

/// A flag with its value.
pub struct Flag<'a> {
    /// The value; empty for a flag without one.
    pub value: &'a str,
    /// Where the flag was written.
    pub span: Option<Span>,
}

impl<'a> Arguments<'a> {
    /// The command line of a workload. What a shell is given in one piece is taken apart as well.
    pub fn of(workload: &'a Workload) -> Self {
        let server = &workload.server;
        let lists = [("server.command", &server.command), ("server.args", &server.args)];
        let items = lists.into_iter().flat_map(|(field, list)| {
            list.iter().enumerate().map(move |(index, item)| (item, (field, index)))
        });
        let words = items.flat_map(|(item, (field, index))| {
            let span = workload.provenance.item_span(field, index);
            item.split_whitespace().map(move |text| Word { text, span })
        });
        Self { words: words.collect() }
    }

    /// The flag of any of these names, the last one written: servers let a later flag win.
    pub fn flag(&self, names: &[&str]) -> Option<Flag<'a>> {
        let mut with_next = self.words.iter().enumerate().rev();
        with_next.find_map(|(index, word)| self.read(index, word, names))
    }

    /// A flag whose value is a whole number.
    pub fn number(&self, names: &[&str]) -> Option<(u32, Option<Span>)> {
        let flag = self.flag(names)?;
        Some((flag.value.parse().ok()?, flag.span))
    }

    /// Whether a flag of any of these names is there, whatever its value.
    pub fn has(&self, names: &[&str]) -> bool {
        self.flag(names).is_some()
    }

    /// Whether any word of the command line holds a text.
    pub fn mention(&self, text: &str) -> bool {
        self.words.iter().any(|word| word.text.contains(text))
    }

    /// The word after `vllm serve`, which names the model.
    pub fn after(&self, words: [&str; 2]) -> Option<Flag<'a>> {
        let found = self.words.windows(3).find(|window| {
            window[0].text.ends_with(words[0])
                && window[1].text == words[1]
                && !window[2].text.starts_with('-')
        })?;
        Some(Flag { value: found[2].text, span: found[2].span })
    }

    fn read(&self, index: usize, word: &Word<'a>, names: &[&str]) -> Option<Flag<'a>> {
        if !word.text.starts_with('-') {
            return None;
        }
        let (name, value) = match word.text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word.text, None),
        };
        // Parsers of Python take `--max_num_seqs` for `--max-num-seqs`.
        let same = |wanted: &&str| name == *wanted || name.replace('_', "-") == *wanted;
        if !names.iter().any(same) {
            return None;
        }
        let next = || self.words.get(index + 1).map(|next| next.text).filter(|next| !next.starts_with('-'));
        let value = value.or_else(next).unwrap_or_default();
        Some(Flag { value: value.trim_matches(['"', '\'']), span: word.span })
    }
}

/// The text of an environment variable that was written literally.
pub fn variable<'a>(workload: &'a Workload, name: &str) -> Option<&'a str> {
    let variable = workload.server.env.iter().find(|variable| variable.name.as_str() == name)?;
    match &variable.value {
        EnvValue::Literal(text) => Some(text),
        EnvValue::Secret(_) => None,
    }
}

/// Whether a text names a repository of the Hugging Face hub: `owner/model`, and no path.
pub fn is_repository(text: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty()
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter))
    };
    text.split_once('/')
        .is_some_and(|(owner, model)| is_name(owner) && is_name(model) && !owner.starts_with('.'))
}
