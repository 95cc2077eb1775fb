//! What a service would cost, as numbers and as words.

use mlship_managed::cost::{Cost, money};
use serde::Serialize;

/// What a service would cost, in US dollars.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Costs {
    /// With the fewest replicas.
    pub least: At,
    /// Half way between, unless the number is fixed.
    pub expected: At,
    /// With the most replicas.
    pub most: At,
    /// What is paid for by the hour: by each replica, or by each node that several share.
    pub parts: Vec<Part>,
    /// How many replicas share the parts.
    pub replicas_per_part: u32,
    /// What nobody said and was taken for granted.
    pub assumed: Vec<String>,
    /// What is not in it.
    pub left_out: Vec<&'static str>,
}

/// What so many replicas cost; `None` where a price is not known.
#[derive(Debug, Serialize)]
pub struct At {
    /// How many replicas.
    pub replicas: u32,
    /// Dollars an hour.
    pub hourly: Option<f64>,
    /// Dollars a month of 730 hours.
    pub monthly: Option<f64>,
}

/// One thing that is paid for by the hour.
#[derive(Debug, Serialize)]
pub struct Part {
    /// What it is.
    pub what: String,
    /// How much of its unit.
    pub amount: f64,
    /// Dollars an hour for one unit; `None` where it is not known.
    pub hourly: Option<f64>,
    /// Where the price holds.
    pub region: Option<String>,
    /// The page that says so.
    pub link: Option<String>,
    /// The month in which it was read.
    pub dated: Option<String>,
    /// How sure it is.
    pub sure: Option<&'static str>,
}

/// What a cost is made of, rounded to a hundredth of a cent.
pub fn of(cost: &Cost) -> Costs {
    let round = |amount: f64| (amount * 1e4).round() / 1e4;
    let at = |replicas: u32| At {
        replicas,
        hourly: cost.hourly(replicas).map(round),
        monthly: cost.monthly(replicas).map(round),
    };
    let parts = cost.parts.iter().map(|part| {
        let price = part.price.as_ref();
        Part {
            what: part.what.clone(),
            amount: part.amount,
            hourly: price.map(|price| price.hourly),
            region: price.map(|price| price.region.clone()),
            link: price.map(|price| price.link.clone()),
            dated: price.map(|price| price.dated.clone()),
            sure: price.map(|price| price.sure.word()),
        }
    });
    Costs {
        least: at(cost.replicas.least),
        expected: at(cost.replicas.expected),
        most: at(cost.replicas.most),
        parts: parts.collect(),
        replicas_per_part: cost.packed,
        assumed: cost.assumed.clone(),
        left_out: cost.left_out.clone(),
    }
}

impl Costs {
    /// The range of a month in a few words, such as `$1,175 to $11,750 a month`.
    pub fn range(&self) -> String {
        match (self.least.monthly, self.most.monthly) {
            (Some(least), Some(most)) if money(least) == money(most) => format!("{} a month", money(least)),
            (Some(least), Some(most)) => format!("{} to {} a month", money(least), money(most)),
            _ => "at a price that is not known".to_owned(),
        }
    }
}
