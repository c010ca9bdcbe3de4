//! The lock of the store in memory. A model checker replaces it with its own.

pub(crate) use std::sync::{Mutex, MutexGuard};
