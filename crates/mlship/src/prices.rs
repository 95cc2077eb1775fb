//! `--prices FILE`: a price book of one's own.

use std::path::PathBuf;

use clap::Args;
use mlship_managed::prices::PriceBook;
use mlship_spec::source::Sources;

use crate::commands::simulate::texts::{Flag, Text};
use crate::commands::{Stream, conclude};
use crate::diagnostics::{Format, Report};
use crate::failure::Stop;
use crate::ship::Findings;

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

impl Prices {
    /// The book that was named, if one was; everything that is wrong with it is told at once.
    pub fn given(&self) -> Result<Option<&'static PriceBook>, Stop> {
        let Some(path) = &self.prices else { return Ok(None) };
        let Text { name, text } = FLAG.read(path)?;
        let mut sources = Sources::default();
        let source = sources.add(name.clone(), text.clone());
        match PriceBook::read(source, &text) {
            // A run has one book, which lives as long as the run.
            Ok(book) => Ok(Some(Box::leak(Box::new(book)))),
            Err(diagnostics) => {
                let report = Report { name, sources, diagnostics };
                conclude(Findings::of(report), Format::Human, Stream::Stderr)?;
                Err(Stop::Refused)
            }
        }
    }
}
