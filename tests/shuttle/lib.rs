//! `cargo test --manifest-path tests/shuttle/Cargo.toml`: the single flight of the cache, in which the
//! threads take turns in many thousand orders. It is the file of the crate itself; only its lock is
//! the checker's. Where a wake is lost, all threads sleep, and that is an error.

#![cfg(test)]

#[path = "../../src/remembering/flight.rs"]
#[expect(dead_code, reason = "the models use a part of it")]
mod flight;
mod models;

/// In the place of `src/remembering/sync.rs`.
mod sync {
    pub(crate) use shuttle::sync::{Mutex, MutexGuard};
}
