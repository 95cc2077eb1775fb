//! The size that Fargate gives a pod, as a pure function.
//!
//! The larger of the largest init container and the sum of the others, for each resource; plus 256 MB of memory; rounded
//! up to the next pair that exists:
//! <https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html> (2024-12). A GB is taken for a GiB.

use crate::limits::{self, Limit};

/// CPU and memory of containers, in thousandths of a core and MiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Thousandths of a core.
    pub millis: u64,
    /// Mebibytes.
    pub mib: u64,
}

/// A pair of CPU and memory that Fargate has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Thousandths of a core.
    pub millis: u64,
    /// Mebibytes.
    pub mib: u64,
}

/// One row of Fargate's table: memory from, to and in steps of, in MiB.
struct Row {
    millis: u64,
    least: u64,
    most: u64,
    step: u64,
}

const fn row(millis: u64, least: u64, most: u64, step: u64) -> Row {
    Row { millis, least: least * 512, most: most * 512, step: step * 512 }
}

/// In half GiB. A quarter vCPU has 0.5, 1 and 2 GB: the first is no multiple of the others' step.
static ROWS: [Row; 8] = [
    row(250, 1, 1, 1),
    row(250, 2, 4, 2),
    row(500, 2, 8, 2),
    row(1000, 4, 16, 2),
    row(2000, 8, 32, 2),
    row(4000, 16, 60, 2),
    row(8000, 32, 120, 8),
    row(16_000, 64, 240, 16),
];

/// Every pair that exists, smallest first.
pub fn pairs() -> Vec<Pair> {
    let of = |row: &Row| {
        let millis = row.millis;
        (row.least..=row.most)
            .step_by(usize::try_from(row.step).unwrap_or(1))
            .map(move |mib| Pair { millis, mib })
    };
    ROWS.iter().flat_map(of).collect()
}

/// What the containers of a pod need together.
pub fn need(init: &[Asked], containers: &[Asked]) -> Asked {
    let largest = |of: fn(&Asked) -> u64| init.iter().map(of).max().unwrap_or(0);
    let sum = |of: fn(&Asked) -> u64| containers.iter().map(of).sum();
    Asked {
        millis: largest(|it| it.millis).max(sum(|it| it.millis)),
        mib: largest(|it| it.mib).max(sum(|it| it.mib)),
    }
}

/// The smallest pair that holds what is needed and what Fargate adds; or the limit that is exceeded.
pub fn provisioned(need: Asked) -> Result<Pair, &'static Limit> {
    let mib = need.mib.saturating_add(limits::FARGATE_OVERHEAD.value);
    let fitting = pairs().into_iter().find(|pair| pair.millis >= need.millis && pair.mib >= mib);
    fitting.ok_or(if need.millis > limits::FARGATE_CPU.value {
        &limits::FARGATE_CPU
    } else {
        &limits::FARGATE_MEMORY
    })
}

/// Storage as Fargate provisions it: 20 GiB, or what is asked for and 15 GiB more
/// (<https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html#fargate-storage>: 100 becomes 115).
pub fn storage(asked_mib: u64) -> Result<u64, &'static Limit> {
    if asked_mib > limits::FARGATE_DISK.value {
        return Err(&limits::FARGATE_DISK);
    }
    let free = limits::FARGATE_FREE_DISK.value;
    Ok(if asked_mib <= free { free } else { asked_mib + 15 * 1024 })
}
