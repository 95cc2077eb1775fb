//! No string is printed so that a reader of YAML 1.1 or 1.2 takes it for something else.

use mlship_kubernetes::yaml;
use mlship_spec::target::Document;
use proptest::prelude::{any, proptest};
use serde_json::{Map, Value};

use crate::awkward::AWKWARD;

/// Plain words that stay readable.
const PLAIN: &[&str] =
    &["server", "nginx", "/healthz", "500m", "1Gi", "ghcr.io/acme/churn:0.3.1", "ReadWriteMany", "a b"];

#[track_caller]
fn check(text: &str) {
    let map = Map::from_iter([
        (text.to_owned(), Value::from(text)),
        ("list".to_owned(), Value::from(vec![text, text])),
    ]);
    let value = Value::Object(map);
    let printed = yaml::print_document(&Document::of(&value));
    let read: Value =
        serde_yaml::from_str(&printed).unwrap_or_else(|error| panic!("{text:?}: {error}\n{printed}"));
    assert_eq!(read, value, "{printed}");
    for line in printed.lines() {
        let item = line.trim_start().strip_prefix("- ");
        let plain = item.filter(|scalar| !scalar.starts_with(['"', '\'']));
        assert!(plain.is_none_or(is_a_string_to_everybody), "{text:?} is printed plain: {line}");
    }
}

#[test]
fn awkward_strings_stay_strings() {
    AWKWARD.iter().chain(PLAIN).for_each(|text| check(text));
}

#[test]
fn usual_strings_stay_plain() {
    for text in PLAIN {
        assert_eq!(yaml::print_document(&Document::of(&vec![text])), format!("- {text}\n"));
    }
}

/// The rules of YAML 1.1 for plain scalars, read from <https://yaml.org/type/> and with Go's additions: the
/// second reader above knows only some of them.
fn is_a_string_to_everybody(plain: &str) -> bool {
    let lower = plain.to_ascii_lowercase();
    if ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "", "<<", "="]
        .contains(&lower.as_str())
    {
        return false;
    }
    let signless = lower.strip_prefix(['+', '-']).unwrap_or(&lower);
    let digits = signless.replace('_', "");
    let is_based = [("0x", 16), ("0o", 8), ("0b", 2)]
        .iter()
        .any(|(prefix, base)| digits.strip_prefix(prefix).is_some_and(|rest| are_digits(rest, *base)));
    let is_number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && (digits.parse::<f64>().is_ok() || [".inf", ".nan"].contains(&digits.as_str()));
    // Of a number of base 60, such as 1:30, the first part alone may have underscores, and what follows a point.
    let (whole, _) = signless.split_once('.').unwrap_or((signless, ""));
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default().replace('_', "");
    let rest: Vec<&str> = parts.collect();
    let is_time = are_digits(&first, 10) && !rest.is_empty() && rest.iter().all(is_below_sixty);
    // A year of four digits, a month and a day, whatever follows.
    let mut parts = lower.splitn(3, '-');
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    let is_date = year.len() == 4
        && are_digits(year, 10)
        && month.len() <= 2
        && are_digits(month, 10)
        && day.starts_with(|first: char| first.is_ascii_digit());
    !(is_based || is_number || is_time || is_date)
}

/// One digit, or two of which the first is at most 5.
fn is_below_sixty(part: &&str) -> bool {
    are_digits(part, 10) && part.len() <= 2 && part.parse::<u8>().is_ok_and(|number| number < 60)
}

fn are_digits(text: &str, base: u32) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_digit(base))
}

proptest! {
    #[test]
    fn any_string_stays_itself(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn any_number_like_string_stays_itself(text in "[-+.0-9a-fA-FxXoObB_:eEtTzZ ]{0,12}") {
        check(&text);
    }

    #[test]
    fn any_string_of_indicators_stays_itself(text in "[-!&*?|>@`%#,\\[\\]{}\"':\n\t\r ab~=<\\\\]{0,16}") {
        check(&text);
    }
}
