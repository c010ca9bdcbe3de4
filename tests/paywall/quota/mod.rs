//! Quotas: their windows, their store, and what is told of them.

mod allocations;
mod answers;
mod charging;
#[cfg(feature = "testing")]
mod conformance;
mod fields;
mod memory;
mod store;
mod support;
mod unsteady;
mod windows;
