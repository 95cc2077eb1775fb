use super::*;
use crate::values::tests::{accepts, explains, prints, refuses};

#[test]
fn port() {
    accepts::<Port>(&["1", "80", "8000", "65535"]);
    refuses::<Port>(&["0", "65536", "-1", "+1", "08000", "80.0", "http", "", " 80", "1e3", "0x50"]);
    explains::<Port>(&[(
        "65536",
        "`65536` is not a port",
        "write a whole number from 1 to 65535, such as `8000`",
    )]);
    assert!(Port::new(1023).unwrap().is_privileged());
    assert!(!Port::new(1024).unwrap().is_privileged());
    assert_eq!(Port::new(0), None);
}

#[test]
fn percent() {
    prints::<Percent>(&[("0", "0%"), ("10", "10%"), ("10%", "10%"), ("100%", "100%")]);
    refuses::<Percent>(&["101", "-1", "5.5", "10 %", "%", "", "010"]);
    assert_eq!(Percent::new(30).unwrap().rest().get(), 70);
}

#[test]
fn int_or_percent() {
    accepts::<IntOrPercent>(&["0", "1", "25%", "0%", "150%", "2147483647"]);
    refuses::<IntOrPercent>(&["-1", "0.25", "25 %", "%", "", "2147483648", "one", "1%%"]);
    let of = |text: &str, total| {
        let amount = text.parse::<IntOrPercent>().unwrap();
        (amount.of_rounded_down(total), amount.of_rounded_up(total), amount.is_zero())
    };
    assert_eq!(of("25%", 3), (0, 1, false));
    assert_eq!(of("25%", 4), (1, 1, false));
    assert_eq!(of("2", 1), (2, 2, false));
    assert_eq!(of("0%", 9), (0, 0, true));
    assert_eq!(of("2147483647%", u32::MAX), (92_233_720_304_123_248, 92_233_720_304_123_249, false));
}
