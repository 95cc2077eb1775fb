use proptest::prelude::*;

use super::*;
use crate::values::tests::{explains, prints, refuses};

fn quantity(text: &str) -> Quantity {
    text.parse().unwrap_or_else(|invalid| panic!("{text:?}: {invalid}"))
}

/// What the Go package at v0.37.2 prints for each (`ParseQuantity`, then `CanonicalizeBytes`).
#[test]
fn prints_what_kubernetes_stores() {
    prints::<Quantity>(&[
        ("0", "0"),
        ("-0", "0"),
        ("00", "0"),
        ("0Gi", "0"),
        ("0.5", "500m"),
        (".5", "500m"),
        ("-.5", "-500m"),
        ("5.", "5"),
        ("+5", "5"),
        ("007", "7"),
        ("1.500", "1500m"),
        ("1000m", "1"),
        ("1025m", "1025m"),
        ("900m", "900m"),
        ("1000", "1k"),
        ("1024", "1024"),
        ("1024Mi", "1Gi"),
        ("1024Ki", "1Mi"),
        ("1023Ki", "1023Ki"),
        ("1Ki", "1Ki"),
        ("512Ki", "512Ki"),
        ("0.5Gi", "512Mi"),
        ("1.5Gi", "1536Mi"),
        ("-1Gi", "-1Gi"),
        ("0.1Gi", "107374182400m"),
        ("0.3Ki", "307200m"),
        ("0.0001Ki", "102400u"),
        ("7Ei", "7Ei"),
        ("1E", "1E"),
        ("1e0", "1"),
        ("1e3", "1e3"),
        ("1E3", "1e3"),
        ("1e+3", "1e3"),
        ("1e-3", "1e-3"),
        ("12e2", "1200"),
        ("1e-10", "1e-9"),
        ("0.1n", "1n"),
        ("1.0000000001", "1000000001n"),
        ("-1.0000000001", "-1000000001n"),
        ("9223372036854775807", "9223372036854775807"),
        // Go prints `6174016000` first and, when it reads that back, this.
        ("6029312.5Ki", "6174016k"),
    ]);
}

#[test]
fn refuses_what_is_no_quantity() {
    refuses::<Quantity>(&[
        "",
        "+",
        "-",
        ".",
        "Gi",
        "m",
        "1e",
        "1e3.0",
        "1Gi5",
        "1KI",
        "1_000",
        "0x10",
        "1.5.2",
        "--1",
        "+-1",
        "1e+",
        "1Gi ",
        "٣",
        "NaN",
        "inf",
        "8Ei",
        "9223372036854775808",
        "1000E",
        "1e400",
        "1e99999999999",
        "1e19",
    ]);
    let expects = "write a number, alone or with one of the units `m`, `k`, `M`, `G`, `T`, `Ki`, `Mi`, `Gi`, `Ti`, \
                   such as `512Mi`";
    explains::<Quantity>(&[
        (
            "4GB",
            "`4GB` is not a quantity: there is no unit `GB`",
            "write `4Gi` (1024³ bytes) or `4G` (1000³)",
        ),
        (
            "4gb",
            "`4gb` is not a quantity: there is no unit `gb`",
            "write `4Gi` (1024³ bytes) or `4G` (1000³)",
        ),
        (
            "4 GB",
            "`4 GB` is not a quantity: there is no unit `GB`",
            "write `4Gi` (1024³ bytes) or `4G` (1000³)",
        ),
        (
            "500mb",
            "`500mb` is not a quantity: there is no unit `mb`",
            "write `500Mi` (1024² bytes) or `500M` (1000²)",
        ),
        ("10K", "`10K` is not a quantity: there is no unit `K`", "write `10Ki` (1024 bytes) or `10k` (1000)"),
        ("1 Gi", "`1 Gi` is not a quantity: it has a space", "write `1Gi`"),
        ("4gi", "`4gi` is not a quantity: there is no unit `gi`", "write `4Gi`"),
        ("16GiB", "`16GiB` is not a quantity: there is no unit `GiB`", "write `16Gi`"),
        ("0,5", "`0,5` is not a quantity: it has a comma", "write `0.5`"),
        ("1,024Mi", "`1,024Mi` is not a quantity: it has a comma", "write `1024Mi`"),
        ("2 cores", "`2 cores` is not a quantity: there is no unit `cores`", "write `2`"),
        ("500millicores", "`500millicores` is not a quantity: there is no unit `millicores`", "write `500m`"),
        (
            "50%",
            "`50%` is not a quantity: it has a `%`",
            "where a percentage is asked for, write `50`; of a core, write `500m` for a half",
        ),
        ("Gi", "`Gi` is not a quantity", expects),
        (
            "8Ei",
            "`8Ei` is more than the 9223372036854775807 that Kubernetes can hold",
            "write a smaller amount",
        ),
    ]);
}

#[test]
fn compares_by_amount() {
    assert_eq!(quantity("1Gi"), quantity("1073741824"));
    assert_eq!(quantity("1k"), quantity("1e3"));
    assert!(quantity("1G") < quantity("1Gi"));
    assert!(quantity("-1") < quantity("1n"));
    assert_eq!(quantity("1Gi").max(quantity("512Mi")).as_str(), "1Gi");
}

#[test]
fn counts_in_other_units() {
    let cases = [
        ("1Gi", 1_073_741_824, 1_073_741_824_000),
        ("512m", 1, 512),
        ("1500m", 2, 1500),
        ("1n", 1, 1),
        ("-5", 0, 0),
        ("9223372036854775807", 9_223_372_036_854_775_807, u64::MAX),
    ];
    for (text, bytes, millis) in cases {
        assert_eq!((quantity(text).bytes(), quantity(text).millis()), (bytes, millis), "{text}");
    }
    assert!(quantity("1").is_whole() && !quantity("1m").is_whole());
    assert!(quantity("-1").is_negative() && quantity("0").is_zero());
    assert_eq!(quantity("1Gi").format(), Format::BinarySi);
}

#[test]
fn is_made_from_numbers() {
    let cases = [
        (Quantity::from_bytes(1 << 30), "1Gi"),
        (Quantity::from_bytes(1000), "1k"),
        (Quantity::from_bytes(1_500_000_000), "1500M"),
        (Quantity::from_bytes(u64::MAX), "9223372036854775807"),
        (Quantity::from_gib(4), "4Gi"),
        (Quantity::from_mib(1536), "1536Mi"),
        (Quantity::from_millis(500), "500m"),
        (Quantity::from_millis(2000), "2"),
        (Quantity::from_millis(u64::MAX), "18446744073709551615m"),
        (Quantity::from_count(8), "8"),
    ];
    for (quantity, text) in cases {
        assert_eq!(quantity.as_str(), text);
    }
}

#[test]
fn adds_and_multiplies() {
    assert_eq!(quantity("1Gi").checked_add(&quantity("512Mi")).unwrap().as_str(), "1536Mi");
    assert_eq!(quantity("1").checked_add(&quantity("1Gi")).unwrap().as_str(), "1073741825");
    assert_eq!(quantity("1Gi").checked_sub(&quantity("512Mi")).unwrap().as_str(), "512Mi");
    assert_eq!(quantity("500m").checked_mul(3).unwrap().as_str(), "1500m");
    assert_eq!(quantity("4Ei").checked_mul(2), None);
    assert_eq!(quantity("7Ei").checked_add(&quantity("7Ei")), None);
}

#[test]
fn milli_bytes_are_noticed() {
    let meant = |text: &str| quantity(text).meant_mebibytes().map(|meant| meant.to_string());
    assert_eq!(meant("512m").as_deref(), Some("512Mi"));
    assert_eq!(meant("1500m").as_deref(), Some("1500Mi"));
    assert_eq!(meant("512Mi"), None);
    assert_eq!(meant("0.1Gi"), None);
    assert_eq!(meant("2"), None);
}

fn written() -> impl Strategy<Value = String> {
    let number = prop_oneof!["[0-9]{1,12}", "[0-9]{0,6}\\.[0-9]{1,12}", "[1-9]\\."];
    let suffix = prop::sample::select(vec![
        "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "E-9",
        "e-12", "e+6",
    ]);
    ("[+-]?", number, suffix).prop_map(|(sign, number, suffix)| format!("{sign}{number}{suffix}"))
}

proptest! {
    /// What we print, Kubernetes stores unchanged: it means the same amount, and is its own canonical form.
    #[test]
    fn the_canonical_form_is_a_fixed_point(text in written()) {
        if let Ok(quantity) = text.parse::<Quantity>() {
            let again: Quantity = quantity.as_str().parse().expect("the canonical form is a quantity");
            prop_assert_eq!(&again, &quantity, "{}", text);
            prop_assert_eq!(again.as_str(), quantity.as_str(), "{}", text);
        }
    }

    /// Whole bytes survive the way through text.
    #[test]
    fn bytes_survive(bytes in 0..=i64::MAX.unsigned_abs()) {
        let quantity = Quantity::from_bytes(bytes);
        prop_assert_eq!(quantity.bytes(), bytes);
        prop_assert_eq!(quantity.as_str().parse::<Quantity>().unwrap().bytes(), bytes);
    }

    /// No text makes reading panic, and every refusal helps.
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,12}|[0-9,. ]{1,6}[a-zA-Z%]{0,6}") {
        if let Err(invalid) = text.parse::<Quantity>() {
            prop_assert!(!invalid.message.is_empty() && !invalid.help.is_empty());
        }
    }
}
