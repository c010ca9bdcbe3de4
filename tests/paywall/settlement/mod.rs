//! Charging for requests, with a toy rail that charges only for what was delivered, and never twice.

mod answers;
mod cancellation;
#[cfg(feature = "testing")]
mod conformance;
mod delivery;
pub(crate) mod rail;
mod wire;
