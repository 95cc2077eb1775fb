//! Amounts of CPU, memory and disk, exactly as Kubernetes reads and prints them.

use std::{cmp::Ordering, fmt, hash, str::FromStr};

use crate::values::{Invalid, TextValue, quoted};

mod mistakes;

/// An amount as in Kubernetes' `resource.Quantity`
/// (<https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go>).
///
/// Held exactly, in units of 10⁻⁹; what is finer is rounded away from zero, as Kubernetes does. Printed in the
/// canonical form, which the API server stores unchanged: `0.5` is `500m`, `1024Mi` is `1Gi`.
/// Compared by amount: `1Gi` equals `1073741824`.
///
/// Two departures from the original, both refusals: a unit without a number (`Gi`, which Kubernetes reads as 0), and
/// an amount above 2⁶³ − 1 (which Kubernetes lowers silently, or prints wrongly).
#[derive(Clone, Debug)]
pub struct Quantity {
    nanos: i128,
    format: Format,
    text: String,
}

/// The family of units that a quantity was written in, and is printed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Powers of 1024: `12Mi`.
    BinarySi,
    /// Powers of 1000: `12M`, `500m`.
    DecimalSi,
    /// Powers of ten as an exponent: `12e6`.
    DecimalExponent,
}

const NANOS: i128 = 1_000_000_000;
const MAX_NANOS: i128 = (i64::MAX as i128) * NANOS;

impl Quantity {
    /// An amount of `bytes`, printed in powers of 1024. More than 2⁶³ − 1 counts as that.
    pub fn from_bytes(bytes: u64) -> Self {
        Self::new(i128::from(bytes).saturating_mul(NANOS).min(MAX_NANOS), Format::BinarySi)
    }

    /// An amount of `gib` times 1024³. More than 2⁶³ − 1 counts as that.
    pub fn from_gib(gib: u32) -> Self {
        Self::from_bytes(u64::from(gib) << 30)
    }

    /// An amount of `mib` times 1024². More than 2⁶³ − 1 counts as that.
    pub fn from_mib(mib: u32) -> Self {
        Self::from_bytes(u64::from(mib) << 20)
    }

    /// An amount of `millis` thousandths, as CPU is counted.
    pub fn from_millis(millis: u64) -> Self {
        Self::new(i128::from(millis) * 1_000_000, Format::DecimalSi)
    }

    /// A whole number of something, such as GPUs.
    pub fn from_count(count: u32) -> Self {
        Self::new(i128::from(count) * NANOS, Format::DecimalSi)
    }

    fn new(nanos: i128, format: Format) -> Self {
        Self { nanos, format, text: canonical(nanos, format) }
    }

    /// `nanos` in `format`, unless it is beyond what Kubernetes can hold.
    fn checked(nanos: i128, format: Format) -> Option<Self> {
        (-MAX_NANOS..=MAX_NANOS).contains(&nanos).then(|| Self::new(nanos, format))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The family of units it is printed in.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The amount in whole units (bytes, cores), rounded up. Negative amounts count as none.
    pub fn bytes(&self) -> u64 {
        self.rounded_up(NANOS)
    }

    /// The amount in thousandths, rounded up. Negative amounts count as none.
    pub fn millis(&self) -> u64 {
        self.rounded_up(NANOS / 1000)
    }

    fn rounded_up(&self, unit: i128) -> u64 {
        let amount = self.nanos.max(0).unsigned_abs().div_ceil(unit.unsigned_abs());
        u64::try_from(amount).unwrap_or(u64::MAX)
    }

    /// Whether this is nothing at all.
    pub fn is_zero(&self) -> bool {
        self.nanos == 0
    }

    /// Whether this is below zero, which no resource may be.
    pub fn is_negative(&self) -> bool {
        self.nanos < 0
    }

    /// Whether this is a whole number, as the count of an extended resource must be.
    pub fn is_whole(&self) -> bool {
        self.nanos % NANOS == 0
    }

    /// The sum, printed in this quantity's units; nothing if Kubernetes could not hold it.
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        Self::checked(self.nanos.checked_add(other.nanos)?, self.format)
    }

    /// The difference, printed in this quantity's units; nothing if Kubernetes could not hold it.
    pub fn checked_sub(&self, other: &Self) -> Option<Self> {
        Self::checked(self.nanos.checked_sub(other.nanos)?, self.format)
    }

    /// This amount `times` over, printed in the same units; nothing if Kubernetes could not hold it.
    pub fn checked_mul(&self, times: u32) -> Option<Self> {
        Self::checked(self.nanos.checked_mul(i128::from(times))?, self.format)
    }

    /// Whether this, as an amount of memory, is a fraction of a few bytes: `512m` is 0.512 bytes.
    ///
    /// It is what people get who mean [`Quantity::meant_mebibytes`].
    pub fn looks_like_milli_bytes(&self) -> bool {
        !self.is_whole() && self.nanos > 0 && self.nanos < (NANOS << 20)
    }

    /// What somebody meant who wrote `512m` for memory: `512Mi`.
    pub fn meant_mebibytes(&self) -> Option<Self> {
        let mebibytes = u32::try_from(self.millis()).ok();
        mebibytes.filter(|_| self.looks_like_milli_bytes()).map(Self::from_mib)
    }
}

impl FromStr for Quantity {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match read(text) {
            Ok(quantity) => Ok(quantity),
            Err(Unreadable::TooLarge) => {
                let message =
                    format!("{} is more than the 9223372036854775807 that Kubernetes can hold", quoted(text));
                Err(Invalid::malformed(message, "write a smaller amount"))
            }
            Err(Unreadable::NoQuantity) => Err(mistakes::explain(text)),
        }
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos.cmp(&other.nanos)
    }
}

impl hash::Hash for Quantity {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.nanos.hash(state);
    }
}

impl TextValue for Quantity {
    const EXPECTS: &'static str =
        "a number, alone or with one of the units `m`, `k`, `M`, `G`, `T`, `Ki`, `Mi`, `Gi`, `Ti`";
    const PATTERN: Option<&'static str> =
        Some(r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$");
    const EXAMPLE: &'static str = "512Mi";
}

serialize_as_text!(Quantity);

enum Unreadable {
    NoQuantity,
    TooLarge,
}

fn read(text: &str) -> Result<Quantity, Unreadable> {
    let parts = split(text).ok_or(Unreadable::NoQuantity)?;
    let unit = Unit::of(parts.suffix).ok_or(Unreadable::NoQuantity)?;
    let nanos = match unit {
        Unit::Binary(exponent) => binary_nanos(&parts, exponent),
        Unit::Decimal(exponent) | Unit::Exponent(exponent) => decimal_nanos(&parts, exponent),
    };
    let nanos = nanos.filter(|nanos| *nanos <= MAX_NANOS).ok_or(Unreadable::TooLarge)?;
    let format = match unit {
        // Kubernetes forgets the unit where it would have to print a fraction of one.
        Unit::Binary(_) if !parts.negative && nanos > 0 && nanos < NANOS => Format::DecimalSi,
        Unit::Binary(_) => Format::BinarySi,
        Unit::Decimal(_) => Format::DecimalSi,
        Unit::Exponent(_) => Format::DecimalExponent,
    };
    Ok(Quantity::new(if parts.negative { -nanos } else { nanos }, format))
}

struct Parts<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

fn split(text: &str) -> Option<Parts<'_>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = leading_digits(unsigned);
    let (fraction, suffix) = rest.strip_prefix('.').map_or(("", rest), leading_digits);
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    Some(Parts { negative: text.starts_with('-'), whole, fraction, suffix })
}

fn leading_digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

#[derive(Clone, Copy)]
enum Unit {
    /// A power of two.
    Binary(u32),
    /// A power of ten that has a letter.
    Decimal(i32),
    /// A power of ten written out.
    Exponent(i32),
}

impl Unit {
    fn of(suffix: &str) -> Option<Self> {
        if let Some((index, _)) = (1..).zip(BINARY).find(|(_, unit)| *unit == suffix) {
            return Some(Self::Binary(10 * index));
        }
        if let Some((index, _)) = (-3..).zip(DECIMAL).find(|(_, unit)| *unit == suffix) {
            return Some(Self::Decimal(3 * index));
        }
        let exponent = suffix.strip_prefix(['e', 'E'])?;
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        // Only the size matters of one that does not fit: it is out of reach either way.
        let beyond = if exponent.starts_with('-') { i32::MIN / 2 } else { i32::MAX / 2 };
        Some(Self::Exponent(exponent.parse().unwrap_or(beyond)))
    }
}

const BINARY: [&str; 6] = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const EXPONENTS: [&str; 10] = ["e-9", "e-6", "e-3", "", "e3", "e6", "e9", "e12", "e15", "e18"];

/// The amount without its sign, times 10⁹, rounded up; nothing if it does not fit.
fn decimal_nanos(parts: &Parts<'_>, exponent: i32) -> Option<i128> {
    let fraction = parts.fraction.trim_end_matches('0');
    let digits = format!("{}{fraction}", parts.whole);
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Some(0);
    }
    let shift = i64::from(exponent) + 9 - i64::try_from(fraction.len()).ok()?;
    if let Ok(zeros) = u32::try_from(shift) {
        return digits.parse::<i128>().ok()?.checked_mul(10_i128.checked_pow(zeros)?);
    }
    let dropped = usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX);
    let (kept, lost) = digits.split_at(digits.len().saturating_sub(dropped));
    let kept = if kept.is_empty() { 0 } else { kept.parse::<i128>().ok()? };
    let nothing_lost = lost.bytes().all(|digit| digit == b'0');
    kept.checked_add(i128::from(!nothing_lost))
}

/// The amount without its sign, times 10⁹, rounded up; nothing if it does not fit.
fn binary_nanos(parts: &Parts<'_>, exponent: u32) -> Option<i128> {
    let unit = NANOS << exponent;
    let whole = parts.whole.trim_start_matches('0');
    let whole = if whole.is_empty() { 0 } else { whole.parse::<i128>().ok()?.checked_mul(unit)? };
    // From the last digit to the first, each division by ten drops a remainder: rounding down each time and once at
    // the end are the same, and whether anything was dropped decides on rounding up.
    let mut fraction = 0;
    let mut exact = true;
    for digit in parts.fraction.bytes().rev() {
        let sum = i128::from(digit - b'0') * unit + fraction;
        exact &= sum % 10 == 0;
        fraction = sum / 10;
    }
    whole.checked_add(fraction)?.checked_add(i128::from(!exact))
}

/// The form that Kubernetes gives an amount: `CanonicalizeBytes` in its source.
fn canonical(nanos: i128, format: Format) -> String {
    if nanos == 0 {
        return "0".to_owned();
    }
    match format {
        Format::BinarySi if nanos.abs() >= 1024 * NANOS && nanos % NANOS == 0 => {
            match without_factors(nanos / NANOS, 1024, BINARY.len()) {
                // Nothing tells such a number from a decimal one when Kubernetes reads it back, so it ends as one.
                (_, 0) => canonical(nanos, Format::DecimalSi),
                (number, power) => format!("{number}{}", BINARY[power - 1]),
            }
        }
        // Kubernetes would rather print thousandths than round.
        Format::BinarySi | Format::DecimalSi => {
            let (number, power) = without_factors(nanos, 1000, DECIMAL.len() - 1);
            format!("{number}{}", DECIMAL[power])
        }
        Format::DecimalExponent => {
            let (number, power) = without_factors(nanos, 1000, EXPONENTS.len() - 1);
            format!("{number}{}", EXPONENTS[power])
        }
    }
}

/// `number` without its factors of `base`, at most `limit` of them, and how many they were.
fn without_factors(mut number: i128, base: i128, limit: usize) -> (i128, usize) {
    let mut power = 0;
    while power < limit && number % base == 0 {
        number /= base;
        power += 1;
    }
    (number, power)
}

#[cfg(test)]
mod tests;
