//! The store of quotas in memory: the files of the crate itself, but for the lock.

#[path = "../../src/quota/calendar.rs"]
mod calendar;
#[path = "../../src/quota/claim.rs"]
mod claim;
#[path = "../../src/quota/ledger.rs"]
mod ledger;
#[path = "../../src/quota/memory.rs"]
mod memory;
#[path = "../../src/quota/store.rs"]
mod store;
#[path = "../../src/quota/window.rs"]
mod window;

/// In the place of `src/quota/sync.rs`.
mod sync {
    pub(crate) use shuttle::sync::{Mutex, MutexGuard};
}

pub(crate) use self::{
    claim::{Claim, Usage},
    memory::{MemoryFull, MemoryStore, MemoryTicket},
    store::{QuotaStore, Reservation},
    window::{Period, Window},
};
