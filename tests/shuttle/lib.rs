//! `cargo test --manifest-path tests/shuttle/Cargo.toml`: the single flight of the cache and the store
//! of quotas in memory, in which the threads take turns in many thousand orders. They are the files of
//! the crate itself; only their locks are the checker's. Where a wake is lost, all threads sleep, and
//! that is an error.

#![cfg(test)]

#[path = "../../src/remembering/flight.rs"]
#[expect(dead_code, reason = "the models use a part of it")]
mod flight;
mod flight_models;
#[expect(dead_code, reason = "the models use a part of it")]
mod quota;
mod quota_models;
mod subscription;

/// In the place of `src/remembering/sync.rs`.
mod sync {
    pub(crate) use shuttle::sync::{Mutex, MutexGuard};
}

/// Orders that are tried one after the other, and orders that are drawn by lot.
fn model(check: fn()) {
    shuttle::check_dfs(check, Some(50_000));
    shuttle::check_random(check, 50_000);
}
