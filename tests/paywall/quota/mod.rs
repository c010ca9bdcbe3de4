//! Quotas: their windows, their store, and what is told of them.

#[cfg(feature = "testing")]
mod conformance;
mod fields;
mod layer;
mod memory;
mod store;
mod windows;

use std::time::{Duration, SystemTime};

fn at(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(second)
}
