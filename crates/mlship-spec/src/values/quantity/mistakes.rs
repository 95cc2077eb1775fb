//! What people write instead of a quantity, and what they meant.

use super::{Quantity, read};
use crate::values::{Invalid, expected, quoted};

/// Why `text` is no quantity, with the nearest one as help.
pub(super) fn explain(text: &str) -> Invalid {
    if let Some(number) = text.trim().strip_suffix('%').filter(|number| read(number).is_ok()) {
        let message = format!("{} is not a quantity: it has a `%`", quoted(text));
        let help =
            format!("where a percentage is asked for, write `{number}`; of a core, write `500m` for a half");
        return Invalid::malformed(message, help);
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let decimal_point = without_commas(&compact);
    let start =
        decimal_point.find(|c: char| c.is_ascii_alphabetic() || c == '%').unwrap_or(decimal_point.len());
    let (number, unit) = decimal_point.split_at(start);
    let Some(problem) = problem(text, &compact, number, unit) else { return no_quantity(text) };
    let readings: Vec<String> = readings(unit)
        .iter()
        .map(|(unit, meaning)| (format!("{number}{unit}"), meaning))
        .filter(|(reading, _)| read(reading).is_ok())
        .map(|(reading, meaning)| format!("`{reading}`{meaning}"))
        .collect();
    if readings.is_empty() {
        return no_quantity(text);
    }
    Invalid::malformed(
        format!("{} is not a quantity: {problem}", quoted(text)),
        format!("write {}", readings.join(" or ")),
    )
}

/// `1,024` is a thousand and some, `0,5` a half.
fn without_commas(text: &str) -> String {
    let is_group = |rest: &str| rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()) == 3;
    let thousands = !text.starts_with("0,") && text.split(',').skip(1).all(is_group);
    text.replace(',', if thousands { "" } else { "." })
}

fn problem(text: &str, compact: &str, number: &str, unit: &str) -> Option<String> {
    if number.is_empty() {
        return None;
    }
    if compact.contains(',') {
        return Some("it has a comma".to_owned());
    }
    if readings(unit).first().is_some_and(|(reading, _)| *reading != unit) {
        return Some(format!("there is no unit {}", quoted(unit)));
    }
    (compact != text).then(|| "it has a space".to_owned())
}

/// The units that `unit` can stand for, each with what to add about it.
fn readings(unit: &str) -> &'static [(&'static str, &'static str)] {
    match unit {
        "" => return &[("", "")],
        "m" => return &[("m", "")],
        "M" => return &[("M", "")],
        "n" => return &[("n", "")],
        "u" => return &[("u", "")],
        "E" => return &[("E", "")],
        _ => {}
    }
    match unit.to_ascii_lowercase().as_str() {
        "k" | "kb" | "kbyte" | "kbytes" => &[("Ki", " (1024 bytes)"), ("k", " (1000)")],
        "mb" | "mbyte" | "mbytes" | "meg" => &[("Mi", " (1024² bytes)"), ("M", " (1000²)")],
        "g" | "gb" | "gbyte" | "gbytes" | "gig" => &[("Gi", " (1024³ bytes)"), ("G", " (1000³)")],
        "t" | "tb" | "tbyte" | "tbytes" => &[("Ti", " (1024⁴ bytes)"), ("T", " (1000⁴)")],
        "ki" | "kib" => &[("Ki", "")],
        "mi" | "mib" => &[("Mi", "")],
        "gi" | "gib" => &[("Gi", "")],
        "ti" | "tib" => &[("Ti", "")],
        "pi" | "pib" => &[("Pi", "")],
        "ei" | "eib" => &[("Ei", "")],
        "b" | "byte" | "bytes" | "c" | "core" | "cores" | "cpu" | "cpus" | "vcpu" | "vcpus" | "gpu"
        | "gpus" => &[("", "")],
        "mc" | "mcpu" | "mcore" | "mcores" | "millicpu" | "millicpus" | "millicore" | "millicores" => {
            &[("m", "")]
        }
        _ => &[],
    }
}

fn no_quantity(text: &str) -> Invalid {
    Invalid::malformed(format!("{} is not a quantity", quoted(text)), expected::<Quantity>())
}
