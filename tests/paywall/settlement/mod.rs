//! Charging for requests, with a toy rail that charges only for what was delivered, and never twice.

mod answers;
mod cancellation;
mod delivery;
mod rail;
mod wire;

pub(crate) use self::rail::{PAYMENT, Rail, Script, Step};
