//! So much, and no more: quotas that are held, and then spent or given back.

mod calendar;
mod claim;
mod ledger;
mod memory;
mod store;
mod sync;
mod window;

pub use self::{
    claim::{Claim, Usage},
    ledger::MemoryTicket,
    memory::{MemoryFull, MemoryStore},
    store::{QuotaStore, Reservation},
    window::{Period, Window},
};
