//! Numbers of pods by domain, kept up to date as pods come and go.

use std::collections::BTreeMap;

/// Up to so many domains, counts are kept in an array. Beyond, most of them stay 0, and thousands of counters would
/// fill the memory.
const DENSE: usize = 2_048;

/// How often something occurs in each domain of one division of the nodes.
#[derive(Debug)]
pub(crate) struct Counter {
    /// The division, as [`super::topology::Topology`] numbers it.
    pub(crate) division: usize,
    /// Which nodes' pods count, as the engine numbers sets of nodes; none stands for all.
    pub(crate) eligible: Option<usize>,
    /// Whether pods that are being deleted are left out.
    pub(crate) living_only: bool,
    /// The sum over all domains.
    pub(crate) total: i64,
    counts: Counts,
    smallest: Option<Smallest>,
}

#[derive(Debug)]
enum Counts {
    Dense(Vec<i64>),
    Sparse(BTreeMap<u32, i64>),
}

impl Counts {
    fn new(domains: usize) -> Self {
        if domains <= DENSE { Self::Dense(vec![0; domains]) } else { Self::Sparse(BTreeMap::new()) }
    }

    fn get(&self, domain: u32) -> i64 {
        match self {
            Self::Dense(counts) => counts[domain as usize],
            Self::Sparse(counts) => counts.get(&domain).copied().unwrap_or(0),
        }
    }

    /// The count before.
    fn add(&mut self, domain: u32, amount: i64) -> i64 {
        let count = match self {
            Self::Dense(counts) => &mut counts[domain as usize],
            Self::Sparse(counts) => counts.entry(domain).or_insert(0),
        };
        *count += amount;
        *count - amount
    }
}

/// Finds the smallest count among domains: how many domains have each count.
#[derive(Debug)]
struct Smallest {
    domains: usize,
    with_count: BTreeMap<i64, usize>,
}

impl Smallest {
    fn moved(&mut self, before: i64, after: i64) {
        if let Some(number) = self.with_count.get_mut(&before) {
            *number -= 1;
            if *number == 0 {
                self.with_count.remove(&before);
            }
        }
        *self.with_count.entry(after).or_insert(0) += 1;
    }
}

impl Counter {
    /// A counter of all domains of a division.
    pub(crate) fn new(division: usize, domains: usize) -> Self {
        let counts = Counts::new(domains);
        Self { division, eligible: None, living_only: false, total: 0, counts, smallest: None }
    }

    /// A counter for a spread, over the nodes of set `eligible`, which lie in `known` domains.
    pub(crate) fn of_spread(division: usize, domains: usize, eligible: Option<usize>, known: usize) -> Self {
        let with_count = if known == 0 { BTreeMap::new() } else { [(0, known)].into() };
        let smallest = Some(Smallest { domains: known, with_count });
        Self { eligible, living_only: true, smallest, ..Self::new(division, domains) }
    }

    pub(crate) fn get(&self, domain: u32) -> i64 {
        self.counts.get(domain)
    }

    pub(crate) fn add(&mut self, domain: u32, amount: i64) {
        self.total += amount;
        let before = self.counts.add(domain, amount);
        if let Some(smallest) = &mut self.smallest {
            smallest.moved(before, before + amount);
        }
    }

    /// The smallest count of a domain; 0 with fewer than `wanted` domains.
    pub(crate) fn smallest(&self, wanted: i64) -> i64 {
        let Some(smallest) = &self.smallest else { return 0 };
        if i64::try_from(smallest.domains).unwrap_or(i64::MAX) < wanted {
            return 0;
        }
        smallest.with_count.first_key_value().map_or(0, |(count, _)| *count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_count_follows_every_change() {
        let mut counter = Counter::of_spread(0, 3, None, 3);
        assert_eq!(counter.smallest(1), 0);
        for domain in 0..3 {
            counter.add(domain, 1);
        }
        assert_eq!(counter.smallest(1), 1);
        assert_eq!(counter.smallest(4), 0);
        counter.add(1, -2);
        assert_eq!((counter.smallest(1), counter.total, counter.get(1)), (-1, 1, -1));
    }
}
