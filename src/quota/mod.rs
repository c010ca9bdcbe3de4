//! So much, and no more: quotas that are held, and then spent or given back.

mod calendar;
mod claim;
mod ledger;
mod limit_name;
mod memory;
mod rate_limit;
mod rate_limit_policy;
mod store;
mod structured;
mod sync;
mod window;

pub use self::{
    claim::{Claim, Usage},
    ledger::MemoryTicket,
    limit_name::{InvalidLimitName, LimitName},
    memory::{MemoryFull, MemoryStore},
    rate_limit::{RateLimit, ServiceLimit},
    rate_limit_policy::{QuotaPolicy, QuotaUnit, RateLimitPolicy},
    store::{QuotaStore, Reservation},
    window::{Period, Window},
};
