//! Ports that no other control plane of this user takes.

use crate::{Error, Result, tools};
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;

/// Below the ports that systems give to outgoing connections (from 32768 on Linux): between our look and the
/// component's start, no connection can take one of these by chance.
const RANGE: Range<u16> = 20_000..30_000;

/// A port of the loopback address that is ours until this value is dropped, or this process ends.
pub(super) struct Port {
    pub number: u16,
    /// Its lock is what keeps other runs on this machine from the port.
    _lock: File,
}

/// `COUNT` ports that nobody listens on.
pub(super) fn reserve<const COUNT: usize>() -> Result<[Port; COUNT]> {
    let directory = tools::cache_directory()?.join("ports");
    let locking = || Error::io(format!("reserving ports in {}", directory.display()));
    fs::create_dir_all(&directory).map_err(locking())?;

    let mut reserved = Vec::with_capacity(COUNT);
    for number in candidates() {
        let lock = File::create(directory.join(number.to_string())).map_err(locking())?;
        if lock.try_lock().is_err() || TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_err() {
            continue;
        }
        reserved.push(Port { number, _lock: lock });
        if reserved.len() == COUNT {
            break;
        }
    }
    let short = |found: Vec<Port>| Error::unexpected(format!("only {} ports are free", found.len()));
    reserved.try_into().map_err(short)
}

/// Every port of the range once, from a place that differs between processes.
fn candidates() -> impl Iterator<Item = u16> {
    let length = RANGE.end - RANGE.start;
    let start = u16::try_from(std::process::id() * 7 % u32::from(length)).unwrap_or(0);
    (0..length).map(move |step| RANGE.start + (start + step) % length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn candidates_are_the_range_each_once() {
        let all: BTreeSet<u16> = candidates().collect();
        assert_eq!(all, RANGE.collect());
        assert_eq!(candidates().count(), all.len());
    }
}
