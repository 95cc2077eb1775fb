use super::*;
use crate::values::tests::{explains, prints, refuses};

#[test]
fn seconds() {
    prints::<Seconds>(&[
        ("0", "0s"),
        ("90", "1m30s"),
        ("90s", "1m30s"),
        ("5m", "5m"),
        ("60m", "1h"),
        ("1h30m", "1h30m"),
        ("1h5s", "1h5s"),
        ("2147483647", "596523h14m7s"),
    ]);
    refuses::<Seconds>(&[
        "",
        "-5",
        "s",
        "1m1h",
        "1h1h",
        "2147483648",
        "596524h",
        "05m",
        "1.0",
        "5 m",
        "1h30",
    ]);
    let expects = "write whole seconds, or hours, minutes and seconds with their units, such as `1h30m`";
    explains::<Seconds>(&[
        ("1.5h", "`1.5h` is not a span of whole seconds", "write `1h30m`"),
        ("2 minutes", "`2 minutes` is not a span of whole seconds", "write `2m`"),
        ("1d", "`1d` is not a span of whole seconds", "write `24h`"),
        ("1500ms", "`1500ms` is not a span of whole seconds", "write `2s`"),
        ("500ms", "`500ms` is not a span of whole seconds", "write `1s`: a second is the shortest"),
        ("soon", "`soon` is not a span of whole seconds", expects),
        ("99999d", "`99999d` is not a span of whole seconds", expects),
    ]);
    assert_eq!(Seconds::MAX.as_i32(), i32::MAX);
    assert_eq!(Seconds::new(u32::MAX), None);
}
