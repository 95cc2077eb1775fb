//! What Autopilot makes of requests: a table of both sides of every border, and what holds of all.

use mlship_managed::gke_autopilot::size::{Class, Size, TooLarge, derive, fit};
use mlship_managed::limits::{self, Limit};
use proptest::prelude::*;

/// Class, millicores and MiB asked for, and what comes of them.
type Case = (Class, u64, u64, Result<(u64, u64), &'static Limit>);

/// Computed by hand and by a second implementation, which rounds with fractions.
static CASES: &[Case] = &[
    (Class::GeneralPurpose, 0, 0, Ok((50, 52))),
    (Class::GeneralPurpose, 1, 1, Ok((50, 52))),
    (Class::GeneralPurpose, 49, 51, Ok((50, 52))),
    (Class::GeneralPurpose, 50, 52, Ok((50, 52))),
    (Class::GeneralPurpose, 51, 52, Ok((100, 103))),
    (Class::GeneralPurpose, 99, 60, Ok((100, 103))),
    (Class::GeneralPurpose, 100, 103, Ok((100, 103))),
    (Class::GeneralPurpose, 101, 200, Ok((150, 200))),
    (Class::GeneralPurpose, 199, 200, Ok((200, 205))),
    (Class::GeneralPurpose, 200, 205, Ok((200, 205))),
    (Class::GeneralPurpose, 201, 206, Ok((250, 256))),
    (Class::GeneralPurpose, 249, 49, Ok((250, 256))),
    (Class::GeneralPurpose, 249, 254, Ok((250, 256))),
    (Class::GeneralPurpose, 250, 256, Ok((250, 256))),
    (Class::GeneralPurpose, 251, 512, Ok((500, 512))),
    (Class::GeneralPurpose, 500, 2048, Ok((500, 2048))),
    (Class::GeneralPurpose, 499, 2048, Ok((500, 2048))),
    (Class::GeneralPurpose, 1000, 1000, Ok((1000, 1024))),
    (Class::GeneralPurpose, 1000, 1024, Ok((1000, 1024))),
    (Class::GeneralPurpose, 1618, 1700, Ok((1750, 1792))),
    (Class::GeneralPurpose, 1750, 1792, Ok((1750, 1792))),
    (Class::GeneralPurpose, 2000, 13312, Ok((2000, 13312))),
    (Class::GeneralPurpose, 2000, 13313, Ok((2250, 13313))),
    (Class::GeneralPurpose, 250, 1664, Ok((250, 1664))),
    (Class::GeneralPurpose, 250, 1665, Ok((500, 1665))),
    (Class::GeneralPurpose, 250, 8192, Ok((1250, 8192))),
    (Class::GeneralPurpose, 500, 8192, Ok((1250, 8192))),
    (Class::GeneralPurpose, 1000, 4096, Ok((1000, 4096))),
    (Class::GeneralPurpose, 4000, 16384, Ok((4000, 16384))),
    (Class::GeneralPurpose, 4000, 24576, Ok((4000, 24576))),
    (Class::GeneralPurpose, 16000, 16384, Ok((16000, 16384))),
    (Class::GeneralPurpose, 16000, 8192, Ok((16000, 16384))),
    (Class::GeneralPurpose, 29751, 112_640, Ok((30000, 112_640))),
    (Class::GeneralPurpose, 30000, 112_640, Ok((30000, 112_640))),
    (Class::GeneralPurpose, 30000, 112_641, Err(&limits::GENERAL_PURPOSE_MEMORY)),
    (Class::GeneralPurpose, 30001, 4096, Err(&limits::GENERAL_PURPOSE_CPU)),
    (Class::GeneralPurpose, 16923, 112_640, Ok((17000, 112_640))),
    (Class::GeneralPurpose, 17000, 110_000, Ok((17000, 110_000))),
    (Class::GeneralPurpose, 29750, 30464, Ok((29750, 30464))),
    (Class::GeneralPurpose, 1000, 6656, Ok((1000, 6656))),
    (Class::GeneralPurpose, 1000, 6657, Ok((1250, 6657))),
    (Class::GeneralPurpose, 150, 999, Ok((200, 999))),
    (Class::GeneralPurpose, 150, 998, Ok((150, 998))),
    (Class::GeneralPurpose, 100, 52, Ok((100, 103))),
    (Class::Balanced, 0, 0, Ok((250, 512))),
    (Class::Balanced, 250, 512, Ok((250, 512))),
    (Class::Balanced, 100, 4096, Ok((500, 4096))),
    (Class::Balanced, 31000, 120_000, Ok((31000, 120_000))),
    (Class::Balanced, 31000, 200_000, Ok((31000, 200_000))),
    (Class::Balanced, 222_000, 871_424, Ok((222_000, 871_424))),
    (Class::Balanced, 222_000, 871_425, Err(&limits::BALANCED_MEMORY)),
    (Class::Balanced, 222_001, 1, Err(&limits::BALANCED_CPU)),
    (Class::Balanced, 1000, 8192, Ok((1000, 8192))),
    (Class::Balanced, 1000, 8193, Ok((1250, 8193))),
    (Class::Balanced, 100_000, 871_424, Ok((106_500, 871_424))),
    (Class::ScaleOut, 0, 0, Ok((250, 1024))),
    (Class::ScaleOut, 250, 1024, Ok((250, 1024))),
    (Class::ScaleOut, 250, 1025, Ok((500, 2048))),
    (Class::ScaleOut, 1000, 4096, Ok((1000, 4096))),
    (Class::ScaleOut, 1000, 2048, Ok((1000, 4096))),
    (Class::ScaleOut, 500, 8192, Ok((2000, 8192))),
    (Class::ScaleOut, 54000, 221_184, Ok((54000, 221_184))),
    (Class::ScaleOut, 54001, 1, Err(&limits::SCALE_OUT_CPU)),
    (Class::ScaleOut, 1, 221_185, Err(&limits::SCALE_OUT_CPU)),
    (Class::ScaleOut, 3000, 12289, Ok((3250, 13312))),
    (Class::Performance, 1, 1, Ok((1, 1))),
    (Class::Performance, 0, 0, Ok((1, 1))),
    (Class::Performance, 1618, 1700, Ok((1618, 1700))),
    (Class::Performance, 358_000, 2_816_000, Ok((358_000, 2_816_000))),
    (Class::Performance, 358_001, 1, Err(&limits::PERFORMANCE_CPU)),
    (Class::Performance, 1, 2_816_001, Err(&limits::PERFORMANCE_MEMORY)),
    (Class::Accelerator, 1, 1, Ok((1, 1))),
    (Class::Accelerator, 3920, 14000, Ok((3920, 14000))),
    (Class::Accelerator, 500_000, 9_000_000, Ok((500_000, 9_000_000))),
];

#[test]
fn requests_become_what_the_class_leaves_alone() {
    assert!(CASES.len() >= 60);
    for (class, millis, mib, expected) in CASES {
        let found = fit(*class, Size { millis: *millis, mib: *mib });
        let found = found.map(|size| (size.millis, size.mib)).map_err(|TooLarge { limit, .. }| limit);
        assert_eq!(found, *expected, "{} {millis}m {mib} MiB", class.name());
    }
}

#[test]
fn the_smallest_class_is_derived() {
    for (millis, mib, class) in [
        (500, 2048, Class::GeneralPurpose),
        (30_000, 112_640, Class::GeneralPurpose),
        (30_001, 4096, Class::Balanced),
        (1000, 112_641, Class::Balanced),
        (222_001, 4096, Class::Performance),
        (1000, 871_425, Class::Performance),
    ] {
        assert_eq!(derive(Size { millis, mib }).map(|(class, _)| class), Ok(class), "{millis}m {mib} MiB");
    }
    let above = derive(Size { millis: 358_001, mib: 1 }).map_err(|refused| refused.limit);
    assert_eq!(above, Err(&limits::PERFORMANCE_CPU));
}

proptest! {
    #[test]
    fn rounding_never_takes_away_and_is_left_alone_the_second_time(millis in 0..400_000_u64, mib in 0..3_000_000_u64) {
        for class in Class::ALL {
            let asked = Size { millis, mib };
            let Ok(size) = fit(class, asked) else { continue };
            prop_assert!(size.millis >= asked.millis && size.mib >= asked.mib);
            prop_assert_eq!(fit(class, size), Ok(size));
            let rules = class.rules();
            prop_assert!(size.millis >= rules.least.millis && size.mib >= rules.least.mib);
            if let Some((least, most)) = rules.ratio {
                // Tenths of a GiB for each vCPU, with a MiB of rounding.
                prop_assert!(size.mib * 10_000 >= size.millis * least * 1024);
                prop_assert!((size.mib - 1) * 10_000 < size.millis * most * 1024);
            }
        }
    }

    #[test]
    fn more_asked_for_is_never_less_given(millis in 0..30_000_u64, mib in 0..110_000_u64, more in 0..1000_u64) {
        let fitted = |millis, mib| fit(Class::GeneralPurpose, Size { millis, mib });
        if let (Ok(less), Ok(more)) = (fitted(millis, mib), fitted(millis + more, mib + more)) {
            prop_assert!(more.millis >= less.millis && more.mib >= less.mib);
        }
    }
}
