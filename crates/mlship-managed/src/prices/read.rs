//! From the text of a price book to the book, with every mistake at once.

use std::collections::BTreeMap;
use std::ops::Range;

use mlship_spec::codes;
use mlship_spec::diagnostic::Diagnostic;
use mlship_spec::field::wording::nearest;
use mlship_spec::source::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Factor, Group, PriceBook, Sureness};

/// Services that are paid for by the machine.
const BY_MACHINE: [&str; 7] = ["azure-vm", "azureml", "ec2", "gce", "gce-spot", "sagemaker", "vertex"];
/// Services that are paid for by what a pod asks for.
const BY_UNIT: [&str; 4] = ["aci", "eks-fargate", "gke-autopilot", "gke-autopilot-balanced"];
/// What such a service has prices of.
const UNITS: [&str; 5] = ["ephemeral-gib", "gib", "spot-gib", "spot-vcpu", "vcpu"];

/// A table that is read field by field.
type Table<'i> = Spanned<DeTable<'i>>;
/// Where what may stand only once stood first.
type Seen<K> = BTreeMap<K, Range<usize>>;

/// The book, or everything that is wrong with the text, in the order of the text.
pub(super) fn read(source: u32, text: &str) -> Result<PriceBook, Vec<Diagnostic>> {
    let mut reader = Reader { source, problems: Vec::new() };
    let (root, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let place = error.span().unwrap_or_default();
        reader.refuse(place, format!("this is not TOML: {}", error.message()), None);
    }
    // What follows a mistake of the grammar may be misread: it is told first, and alone.
    let book = if reader.problems.is_empty() { reader.book(&root) } else { PriceBook::default() };
    if reader.problems.is_empty() {
        return Ok(book);
    }
    reader.problems.sort_by_key(|problem| problem.span);
    Err(reader.problems)
}

/// Reads tables and collects what is wrong with them.
struct Reader {
    source: u32,
    problems: Vec<Diagnostic>,
}

impl Reader {
    fn refuse(&mut self, place: Range<usize>, message: impl Into<String>, help: Option<String>) {
        let mut problem = Diagnostic::error(&codes::BAD_PRICES, self.span(place), message);
        problem.help = help;
        self.problems.push(problem);
    }

    fn twice(&mut self, place: Range<usize>, first: Range<usize>, message: String, help: &str) {
        let problem = Diagnostic::error(&codes::BAD_PRICES, self.span(place), message);
        self.problems.push(problem.related(self.span(first), "the first is here").help(help));
    }

    fn span(&self, place: Range<usize>) -> Span {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { source: self.source, start: offset(place.start), end: offset(place.end) }
    }

    fn book(&mut self, root: &Table<'_>) -> PriceBook {
        self.only(root, &["group", "factor"]);
        let (mut prices, mut factors) = (Seen::new(), Seen::new());
        PriceBook {
            groups: self
                .tables(root, "group")
                .iter()
                .filter_map(|table| self.group(table, &mut prices))
                .collect(),
            factors: self
                .tables(root, "factor")
                .iter()
                .filter_map(|table| self.factor(table, &mut factors))
                .collect(),
        }
    }

    fn group(&mut self, table: &Table<'_>, seen: &mut Seen<[String; 3]>) -> Option<Group> {
        self.only(table, &["service", "region", "link", "dated", "sure", "hour"]);
        let known: Vec<_> = BY_MACHINE.into_iter().chain(BY_UNIT).collect();
        let service = self.service(table, "service", &known);
        let region = self.text(table, "region");
        let (link, dated, sure) = (self.text(table, "link"), self.month(table), self.sure(table));
        let hour = self.hour(table, service.as_deref());
        let (service, region) = (service?, region?);
        for (item, (_, place)) in &hour {
            let key = [service.clone(), region.clone(), item.clone()];
            if let Some(first) = seen.insert(key, place.clone()) {
                let message = format!("`{item}` of `{service}` in `{region}` has a price already");
                self.twice(place.clone(), first, message, "keep one of them");
            }
        }
        let hour = hour.into_iter().map(|(item, (price, _))| (item, price)).collect();
        Some(Group { service, region, link: link?, dated: dated?, sure: sure?, hour })
    }

    fn factor(&mut self, table: &Table<'_>, seen: &mut Seen<[String; 2]>) -> Option<Factor> {
        self.only(table, &["service", "of", "prefix", "times", "link", "dated", "sure"]);
        let service = self.service(table, "service", &BY_MACHINE);
        let of = self.service(table, "of", &BY_MACHINE);
        let prefix = match find(table, "prefix") {
            Some(_) => self.text(table, "prefix"),
            None => Some(String::new()),
        };
        let times = self.field(table, "times").and_then(|value| self.number("times", value));
        let (link, dated, sure) = (self.text(table, "link"), self.month(table), self.sure(table));
        let (service, prefix) = (service?, prefix?);
        if let Some(first) = seen.insert([service.clone(), prefix.clone()], table.span()) {
            let message = format!("`{service}` has a factor for these machines already");
            self.twice(table.span(), first, message, "keep one of them, or give one a `prefix`");
        }
        Some(Factor { service, of: of?, prefix, times: times?, link: link?, dated: dated?, sure: sure? })
    }

    /// Prices by item, each with its place.
    fn hour(&mut self, table: &Table<'_>, service: Option<&str>) -> BTreeMap<String, (f64, Range<usize>)> {
        let mut prices = BTreeMap::new();
        let Some(value) = self.field(table, "hour") else { return prices };
        let DeValue::Table(items) = value.get_ref() else {
            let help = Some("write `[group.hour]`, and the prices below it".to_owned());
            self.refuse(value.span(), "`hour` is a table of dollars by item", help);
            return prices;
        };
        if items.is_empty() {
            let help = Some("take the group away".to_owned());
            self.refuse(value.span(), "there is no price in `hour`", help);
        }
        for (item, price) in items {
            let name = item.get_ref().as_ref();
            if service.is_some_and(|service| BY_UNIT.contains(&service)) && !UNITS.contains(&name) {
                self.refuse(item.span(), format!("there is no unit `{name}`"), Some(one_of(name, &UNITS)));
            }
            if let Some(price) = self.number(name, price) {
                prices.insert(name.to_owned(), (price, item.span()));
            }
        }
        prices
    }

    /// A number above 0.
    fn number(&mut self, name: &str, value: &Spanned<DeValue<'_>>) -> Option<f64> {
        let number: Option<f64> = match value.get_ref() {
            DeValue::Float(float) => float.as_str().parse().ok(),
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
            _ => None,
        };
        let Some(number) = number else {
            let dotted = "a name with dots goes in quotes, such as \"m5.large\"".to_owned();
            let help = value.get_ref().is_table().then_some(dotted);
            self.refuse(value.span(), format!("`{name}` is a number, such as 0.0526"), help);
            return None;
        };
        if number.is_finite() && number > 0.0 {
            return Some(number);
        }
        let help = Some("leave out what is not known, and what is free".to_owned());
        self.refuse(value.span(), format!("`{name}` is {number}, and has to be above 0"), help);
        None
    }

    fn service(&mut self, table: &Table<'_>, name: &str, known: &[&str]) -> Option<String> {
        let service = self.text(table, name)?;
        if known.contains(&service.as_str()) {
            return Some(service);
        }
        let message = format!("there is no service `{service}`");
        self.refuse(place(table, name), message, Some(one_of(&service, known)));
        None
    }

    fn sure(&mut self, table: &Table<'_>) -> Option<Sureness> {
        let word = self.text(table, "sure")?;
        let found = Sureness::ALL.into_iter().find(|known| known.word() == word);
        if found.is_none() {
            let help = Some(one_of(&word, &Sureness::ALL.map(Sureness::word)));
            self.refuse(place(table, "sure"), format!("`{word}` does not say how sure the prices are"), help);
        }
        found
    }

    fn month(&mut self, table: &Table<'_>) -> Option<String> {
        let month = self.text(table, "dated")?;
        if is_month(&month) {
            return Some(month);
        }
        let help = Some("write one such as \"2026-11\"".to_owned());
        self.refuse(place(table, "dated"), format!("`{month}` is no month"), help);
        None
    }

    /// Text that is there and not empty.
    fn text(&mut self, table: &Table<'_>, name: &str) -> Option<String> {
        let value = self.field(table, name)?;
        match value.get_ref() {
            DeValue::String(text) if !text.trim().is_empty() => Some(text.clone().into_owned()),
            _ => {
                self.refuse(value.span(), format!("`{name}` is text in quotes, and not empty"), None);
                None
            }
        }
    }

    /// A field that has to be there.
    fn field<'t, 'i>(&mut self, table: &'t Table<'i>, name: &str) -> Option<&'t Spanned<DeValue<'i>>> {
        let found = find(table, name);
        if found.is_none() {
            self.refuse(table.span(), format!("`{name}` is missing here"), None);
        }
        found
    }

    /// The tables of a list; a list that is not there is empty.
    fn tables<'i>(&mut self, root: &Table<'i>, name: &str) -> Vec<Table<'i>> {
        let Some(value) = find(root, name) else { return Vec::new() };
        let help = || Some(format!("write `[[{name}]]`"));
        let DeValue::Array(values) = value.get_ref() else {
            self.refuse(value.span(), format!("`{name}` is a list of tables"), help());
            return Vec::new();
        };
        let mut tables = Vec::new();
        for value in values {
            match value.get_ref() {
                DeValue::Table(table) => tables.push(Spanned::new(value.span(), table.clone())),
                _ => self.refuse(value.span(), format!("`{name}` is a list of tables"), help()),
            }
        }
        tables
    }

    /// Refuses fields of other names.
    fn only(&mut self, table: &Table<'_>, known: &[&str]) {
        for name in table.get_ref().keys() {
            let written = name.get_ref().as_ref();
            if !known.contains(&written) {
                let help = Some(one_of(written, known));
                self.refuse(name.span(), format!("there is no field `{written}` here"), help);
            }
        }
    }
}

fn find<'t, 'i>(table: &'t Table<'i>, name: &str) -> Option<&'t Spanned<DeValue<'i>>> {
    table.get_ref().get(name)
}

/// The place of a field, or of its table.
fn place(table: &Table<'_>, name: &str) -> Range<usize> {
    find(table, name).map_or_else(|| table.span(), Spanned::span)
}

/// Whether a text is a month such as `2026-11`.
fn is_month(text: &str) -> bool {
    let digits = |part: &str, len| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('-')
        .is_some_and(|(year, month)| digits(year, 4) && digits(month, 2) && ("01"..="12").contains(&month))
}

/// What may be written, the nearest word first if there is one.
fn one_of(written: &str, words: &[&str]) -> String {
    match nearest(written, words) {
        Some(word) => format!("did you mean `{word}`?"),
        None => format!("one of: {}", words.join(", ")),
    }
}
