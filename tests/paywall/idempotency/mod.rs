//! A request that is sent again: answered again, not carried out and not charged for again.

mod keys;
mod replay;
mod store;
