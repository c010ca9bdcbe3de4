//! A request that is sent again: answered again, not carried out and not charged for again.

mod bodiless;
#[cfg(feature = "testing")]
mod conformance;
pub(crate) mod failing;
mod fingerprints;
mod gone;
mod keeping;
mod keys;
mod nested;
pub(crate) mod orders;
mod refusals;
mod replay;
mod store;
mod unkept;
mod wire;
