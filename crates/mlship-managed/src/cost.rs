//! What a rendered target costs: per hour and month, at the least, the expected and the most replicas, and at any
//! number of them on average.

use mlship_spec::workload::Workload;

use crate::prices::{Price, Sureness};

/// Hours of a month, as clouds count them: 365 × 24 ÷ 12.
pub const HOURS_A_MONTH: f64 = 730.0;

/// What a target can be asked beside its files.
pub trait Priced {
    /// What the workload costs there by a price book. It means something only where the target does not refuse it.
    fn cost(&self, workload: &Workload, book: &crate::prices::PriceBook) -> Cost;
}

/// What a workload costs on one target.
#[derive(Clone, Debug, PartialEq)]
pub struct Cost {
    /// What is paid for together: what one replica is made of, or the node that several share.
    pub parts: Vec<Part>,
    /// How many replicas share the parts; 1 but on nodes.
    pub packed: u32,
    /// How many replicas run.
    pub replicas: Replicas,
    /// What nobody said and was taken for granted, in words.
    pub assumed: Vec<String>,
    /// What is not in it, in words.
    pub left_out: Vec<&'static str>,
}

/// One thing that is paid for by the hour.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it is: `1 vCPU`, `ml.g5.xlarge`.
    pub what: String,
    /// How much of its unit.
    pub amount: f64,
    /// The price of one unit; `None` is unknown.
    pub price: Option<Price>,
}

/// How many replicas run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replicas {
    /// The fewest.
    pub least: u32,
    /// Half way between the fewest and the most, unless somebody knows better.
    pub expected: u32,
    /// The most.
    pub most: u32,
}

impl Replicas {
    /// The replicas of a workload.
    pub fn of(workload: &Workload) -> Self {
        let (least, most) = (workload.min_replicas(), workload.max_replicas());
        Self { least, expected: least.midpoint(most), most }
    }
}

impl Cost {
    /// What one replica is paid for by itself.
    pub(crate) fn of_parts(workload: &Workload, parts: Vec<Part>, left_out: Vec<&'static str>) -> Self {
        Self { parts, packed: 1, replicas: Replicas::of(workload), assumed: Vec::new(), left_out }
    }

    /// Dollars per hour of the parts; `None` as soon as a part's price is unknown.
    pub fn of_parts_hourly(&self) -> Option<f64> {
        self.parts.iter().map(|part| Some(part.amount * part.price.as_ref()?.hourly)).sum()
    }

    /// Dollars per hour of one replica that shares its parts with no other.
    pub fn of_replica(&self) -> Option<f64> {
        self.hourly(1)
    }

    /// How many times the parts are paid for with so many replicas: the replicas, or their nodes.
    pub fn units(&self, replicas: u32) -> u32 {
        replicas.div_ceil(self.packed.max(1))
    }

    /// Dollars per hour of so many replicas.
    pub fn hourly(&self, replicas: u32) -> Option<f64> {
        self.of_parts_hourly().map(|parts| parts * f64::from(self.units(replicas)))
    }

    /// Dollars per month of so many replicas.
    pub fn monthly(&self, replicas: u32) -> Option<f64> {
        self.hourly(replicas).map(|hourly| hourly * HOURS_A_MONTH)
    }

    /// Dollars per month while nobody calls: of the fewest replicas, which may be none.
    pub fn idle(&self) -> Option<f64> {
        self.monthly(self.replicas.least)
    }

    /// Dollars per month under full load all the time: of the most replicas.
    pub fn busy(&self) -> Option<f64> {
        self.monthly(self.replicas.most)
    }

    /// Dollars per month of so many replicas on average, such as 2.4: the time is shared between the whole numbers
    /// on both sides. `None` for an unknown price, and for what is no number of replicas.
    pub fn monthly_at(&self, average: f64) -> Option<f64> {
        if !(0.0..=f64::from(u32::MAX)).contains(&average) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the whole part of a number that was just seen to be in range"
        )]
        let below = average as u32;
        let share = average - f64::from(below);
        let (low, high) = (self.monthly(below)?, self.monthly(below.saturating_add(1))?);
        Some(low + (high - low) * share)
    }

    /// Dollars per month with so many hours a day at the most replicas, and the others at the fewest.
    pub fn monthly_with_busy_hours(&self, hours_a_day: f64) -> Option<f64> {
        let share = (0.0..=24.0).contains(&hours_a_day).then_some(hours_a_day / 24.0)?;
        Some(self.idle()? * (1.0 - share) + self.busy()? * share)
    }

    /// The least sure of the prices in it.
    pub fn sure(&self) -> Option<Sureness> {
        self.parts.iter().filter_map(|part| part.price.as_ref()).map(|price| price.sure).max()
    }

    /// The regions that the prices hold for.
    pub fn regions(&self) -> Vec<&str> {
        let mut regions: Vec<_> = self
            .parts
            .iter()
            .filter_map(|part| part.price.as_ref())
            .map(|price| price.region.as_str())
            .collect();
        regions.dedup();
        regions
    }
}

/// A count as a factor of a price; counts of resources are far below where a float loses units.
pub(crate) fn amount(count: u64, unit: u32) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / f64::from(unit)
}

/// Dollars in words, with the digits that matter: `0.0494`, `1.26`, `113.93`.
pub(crate) fn dollars(amount: f64) -> String {
    if amount < 1.0 { format!("${amount:.4}") } else { format!("${amount:.2}") }
}

/// Dollars with the digits that matter: `$0.53`, `$1,175`.
pub fn money(dollars: f64) -> String {
    if dollars < 10.0 {
        return if dollars == 0.0 { "$0".to_owned() } else { format!("${dollars:.2}") };
    }
    let digits = format!("{dollars:.0}");
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("${grouped}")
}

#[cfg(test)]
mod tests {
    use super::money;

    #[test]
    fn dollars_have_the_digits_that_matter() {
        let shown = [0.0, 0.526, 9.99, 10.0, 999.6, 1175.08, 1_234_567.0].map(money);
        assert_eq!(shown, ["$0", "$0.53", "$9.99", "$10", "$1,000", "$1,175", "$1,234,567"]);
    }
}
