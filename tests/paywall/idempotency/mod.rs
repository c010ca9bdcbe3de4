//! A request that is sent again: answered again, not carried out and not charged for again.

#[cfg(feature = "testing")]
mod conformance;
mod keys;
mod replay;
mod store;
