//! `--prices FILE`: a price book of one's own.

use std::path::PathBuf;

use clap::Args;
use mlship_managed::prices::PriceBook;
use mlship_spec::source::Sources;
use mlship_spec::target::Target;

use crate::commands::simulate::texts::{Flag, Text};
use crate::commands::{Stream, conclude};
use crate::diagnostics::{Format, Report};
use crate::failure::Stop;
use crate::ship::Findings;
use crate::targets;

const FLAG: Flag = Flag {
    name: "--prices",
    takes: "a price book in TOML, of the form of mlship's own",
    most_bytes: 16 << 20,
};

/// Where prices come from.
#[derive(Clone, Debug, Default, Args)]
pub struct Prices {
    /// Take prices from this book instead of mlship's own: machines are chosen and costs told by it
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    prices: Option<PathBuf>,
}

/// Prices, and the targets that choose machines by them.
#[derive(Clone, Copy)]
pub struct Market {
    /// The prices of a book of one's own.
    given: Option<&'static PriceBook>,
    /// Every target, in the order of the alphabet.
    pub targets: &'static [&'static dyn Target],
}

impl Market {
    /// mlship's own prices.
    pub fn embedded() -> Self {
        Self { given: None, targets: targets::all() }
    }

    /// The prices. mlship's own are read only where they are asked for: most targets ask for none.
    pub fn book(self) -> &'static PriceBook {
        self.given.unwrap_or_else(PriceBook::embedded)
    }

    /// The target of a name.
    pub fn find(self, name: &str) -> Option<&'static dyn Target> {
        self.targets.iter().copied().find(|target| target.name() == name)
    }
}

impl Prices {
    /// The market of the book that was named, or of mlship's own; everything that is wrong with a book is told at once.
    pub fn market(&self) -> Result<Market, Stop> {
        let Some(path) = &self.prices else { return Ok(Market::embedded()) };
        let Text { name, text } = FLAG.read(path)?;
        let mut sources = Sources::default();
        let source = sources.add(name.clone(), text.clone());
        match PriceBook::read(source, &text) {
            // A run has one book, which lives as long as the run.
            Ok(book) => {
                let book: &'static PriceBook = Box::leak(Box::new(book));
                Ok(Market { given: Some(book), targets: targets::priced_by(book) })
            }
            Err(diagnostics) => {
                let report = Report { name, sources, diagnostics };
                conclude(Findings::of(report), Format::Human, Stream::Stderr)?;
                Err(Stop::Refused)
            }
        }
    }
}
