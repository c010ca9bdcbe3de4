//! The lock of the single flight. A model checker puts its own in this place.

pub(crate) use std::sync::{Mutex, MutexGuard};
