//! How much the engine may hold in memory before it puts aside on disk.

use std::fs;

/// Sorting whole tables gains nothing from more: beyond this they are sorted in parts and merged.
pub const FOR_SORTING: u64 = 768 << 20;

/// What the largest families of features of a range of clients need, with room.
pub const FOR_FEATURES: u64 = 4 << 30;

/// What a command may hold: at most what it can use, and at most half of the machine's memory.
pub fn budget(most: u64) -> usize {
    let half = machine().map_or(most, |bytes| bytes / 2);
    usize::try_from(most.min(half)).unwrap_or(usize::MAX)
}

/// The machine's memory, or what its container may use of it; `None` where neither is told.
fn machine() -> Option<u64> {
    let total = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
        let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes * 1024)
    });
    // "max" where there is no limit, which is no number.
    let limit = fs::read_to_string("/sys/fs/cgroup/memory.max");
    let limit = limit.ok().and_then(|text| text.trim().parse().ok());
    [total, limit].into_iter().flatten().min()
}
