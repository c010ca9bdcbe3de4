//! The small examples, run as processes.

#![cfg(test)]

mod hyper;
#[cfg(feature = "axum")]
mod multistatus;
#[cfg(feature = "axum")]
mod page;
#[cfg(feature = "axum")]
mod paywall;
mod process;
mod read;
#[cfg(feature = "axum")]
mod subscriptions;
