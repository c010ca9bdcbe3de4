//! The lock of the single flight. A model checker replaces it with its own.

pub(crate) use std::sync::{Mutex, MutexGuard};
