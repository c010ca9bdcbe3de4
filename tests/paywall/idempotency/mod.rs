//! A request that is sent again: answered again, not carried out and not charged for again.

#[cfg(feature = "testing")]
mod conformance;
mod failing;
mod keeping;
mod keys;
mod orders;
mod replay;
mod store;
