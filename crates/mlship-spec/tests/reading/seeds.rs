//! What the fuzzer once found interesting, and everything that is a spec here, read again.

use crate::cases;
use crate::invariants::checked;

#[test]
fn what_the_fuzzer_kept_is_read_or_refused() {
    let seeds = cases::seeds();
    assert!(seeds.len() > 100, "the corpus is committed");
    for (name, bytes) in seeds {
        let options = cases::flags_of(&bytes);
        let result = std::panic::catch_unwind(|| checked(&bytes, &options));
        assert!(result.is_ok(), "{name}");
    }
}

#[test]
fn cases_and_examples_hold_what_every_reading_holds() {
    for case in cases::table("good").into_iter().chain(cases::table("bad")) {
        checked(&case.bytes, &case.options);
    }
    for (name, bytes) in cases::examples() {
        let reading = checked(&bytes, &cases::flags_of(&bytes));
        assert!(!reading.workloads.is_empty(), "{name}");
    }
}
