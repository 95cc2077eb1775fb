//! The price book: dollars per hour, each with its region, source and how sure it is.
//!
//! A price that is not in the book is unknown. It is never taken for 0, and a sum with it is unknown too.

mod read;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use mlship_spec::diagnostic::Diagnostic;

/// The book that comes with mlship.
const EMBEDDED: &str = include_str!("../prices.toml");

/// Prices by service and item.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceBook {
    /// Prices of one service in one region from one source.
    pub groups: Vec<Group>,
    /// What a managed endpoint costs in times of the machine below it.
    pub factors: Vec<Factor>,
}

/// Prices of one service in one region from one source.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The service, such as `ec2` or `eks-fargate`.
    pub service: String,
    /// The region that the prices hold for.
    pub region: String,
    /// The page.
    pub link: String,
    /// The month of the copy that was read.
    pub dated: String,
    /// How sure the prices are.
    pub sure: Sureness,
    /// Dollars per hour by item: a machine, or a unit such as `vcpu`.
    pub hour: BTreeMap<String, f64>,
}

/// What a managed endpoint costs in times of the machine below it.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// The managed service.
    pub service: String,
    /// The service whose machines it runs on.
    pub of: String,
    /// Only for machines whose names begin so; the longest that fits counts.
    pub prefix: String,
    /// The factor.
    pub times: f64,
    /// The page.
    pub link: String,
    /// The month of the copy that was read.
    pub dated: String,
    /// How sure the factor is.
    pub sure: Sureness,
}

/// How sure a price is, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sureness {
    /// Read on the page linked, or in what its owner generates from it.
    Read,
    /// Read where others repeat the page linked.
    Repeated,
    /// Computed from other numbers.
    Inferred,
    /// From memory: check it before relying on it.
    Remembered,
}

impl Sureness {
    /// Every one, the surest first.
    pub const ALL: [Self; 4] = [Self::Read, Self::Repeated, Self::Inferred, Self::Remembered];

    /// The word in a book of prices.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Repeated => "repeated",
            Self::Inferred => "inferred",
            Self::Remembered => "remembered",
        }
    }
}

impl fmt::Display for Sureness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Read => "read at the source",
            Self::Repeated => "repeated by others",
            Self::Inferred => "an estimate",
            Self::Remembered => "from memory",
        })
    }
}

/// The book that a target chooses machines by: the embedded one, unless another is given.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ChosenBy<'a>(Option<&'a PriceBook>);

impl<'a> ChosenBy<'a> {
    /// The embedded book, which is read only once a price is asked for.
    pub(crate) const EMBEDDED: Self = Self(None);

    pub(crate) const fn given(book: &'a PriceBook) -> Self {
        Self(Some(book))
    }

    pub(crate) fn book(self) -> &'a PriceBook {
        self.0.unwrap_or_else(|| PriceBook::embedded())
    }
}

/// One price, with where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Price {
    /// Dollars per hour.
    pub hourly: f64,
    /// The region that it holds for.
    pub region: String,
    /// The page of the number itself.
    pub link: String,
    /// The month of the copy that was read.
    pub dated: String,
    /// How sure it is; of several numbers, the least sure.
    pub sure: Sureness,
}

impl PriceBook {
    /// The book that comes with mlship, read when it is first asked for.
    pub fn embedded() -> &'static Self {
        static BOOK: LazyLock<PriceBook> = LazyLock::new(|| {
            PriceBook::read(0, EMBEDDED).expect("the embedded book is one: a test reads it")
        });
        &BOOK
    }

    /// The book of a text in the form of the embedded one, or everything that is wrong with it; places are in the
    /// source of that number.
    pub fn read(source: u32, text: &str) -> Result<Self, Vec<Diagnostic>> {
        read::read(source, text)
    }

    /// The price of an item of a service, in the book's region or in the one given.
    pub fn price(&self, service: &str, item: &str, region: Option<&str>) -> Option<Price> {
        let own = self.own_price(service, item, region);
        own.or_else(|| {
            let factor = self.factor(service, item)?;
            let price = self.own_price(&factor.of, item, region)?;
            Some(Price { hourly: price.hourly * factor.times, sure: price.sure.max(factor.sure), ..price })
        })
    }

    fn own_price(&self, service: &str, item: &str, region: Option<&str>) -> Option<Price> {
        let mut groups = self
            .groups
            .iter()
            .filter(|group| group.service == service && region.is_none_or(|region| region == group.region));
        groups.find_map(|group| {
            Some(Price {
                hourly: *group.hour.get(item)?,
                region: group.region.clone(),
                link: group.link.clone(),
                dated: group.dated.clone(),
                sure: group.sure,
            })
        })
    }

    fn factor(&self, service: &str, item: &str) -> Option<&Factor> {
        let fitting = self.factors.iter().filter(|it| it.service == service && item.starts_with(&it.prefix));
        fitting.max_by_key(|factor| factor.prefix.len())
    }
}
