//! The lock of the store in memory. A model checker puts its own in this place.

pub(crate) use std::sync::{Mutex, MutexGuard};
