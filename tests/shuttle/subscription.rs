//! What the store of quotas needs of the crate's room of this name.

#[path = "../../src/subscription/clock.rs"]
mod clock;

pub(crate) use self::clock::{Clock, SharedClock};
