//! How sure a verdict is: whether the winner stays when the weights are others.

use std::collections::BTreeMap;

use crate::verdict::Verdict;

/// How often the weights are changed.
const TRIES: u32 = 500;

/// How far each weight is changed at the most, as a share of it.
const SPREAD: f64 = 0.3;

/// Below this share of tries a verdict is close.
pub const CLOSE: f64 = 0.8;

/// The share of tries in which the first of these verdicts stays first, each weight changed by up to 30 % by itself.
/// The same verdicts give the same share: the changes come from a generator with a fixed start.
pub fn stability(verdicts: &[Verdict]) -> f64 {
    let fitting: Vec<&Verdict> = verdicts.iter().filter(|verdict| verdict.fits()).collect();
    let [winner, others @ ..] = fitting.as_slice() else { return 0.0 };
    if others.is_empty() {
        return 1.0;
    }
    let mut weights: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for reason in fitting.iter().flat_map(|verdict| &verdict.reasons) {
        let next = weights.len();
        weights.entry((reason.rule, &reason.scope)).or_insert(next);
    }
    let reasons = |verdict: &Verdict| -> Vec<(usize, f64)> {
        let of = |reason: &crate::verdict::Reason| {
            (weights[&(reason.rule, reason.scope.as_str())], f64::from(reason.hundredths))
        };
        verdict.reasons.iter().map(of).collect()
    };
    let winner = reasons(winner);
    let others: Vec<_> = others.iter().map(|verdict| reasons(verdict)).collect();
    let mut random = Random(0x6d6c_7368_6970);
    let mut stays = 0_u32;
    let mut factors = vec![1.0; weights.len()];
    for _ in 0..TRIES {
        factors.fill_with(|| 1.0 + SPREAD * random.between_minus_one_and_one());
        let score = |reasons: &[(usize, f64)]| -> f64 {
            reasons.iter().map(|(weight, points)| points * factors[*weight]).sum()
        };
        let mine = score(&winner);
        // Who was level before stays level where the same weights decide.
        stays += u32::from(others.iter().all(|other| score(other) <= mine + 1e-9));
    }
    f64::from(stays) / f64::from(TRIES)
}

/// SplitMix64 (<https://prng.di.unimi.it/splitmix64.c>): a few lines, and the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn between_minus_one_and_one(&mut self) -> f64 {
        // 32 bits are random enough, and exact as a float.
        let high = u32::try_from(self.next() >> 32).unwrap_or_default();
        f64::from(high) / f64::from(u32::MAX) * 2.0 - 1.0
    }
}
