//! The small examples, run as processes.

#![cfg(test)]

#[cfg(feature = "axum")]
mod client;
#[path = "../common/example.rs"]
mod example;
mod hyper;
#[cfg(feature = "axum")]
mod members;
#[cfg(feature = "axum")]
mod multistatus;
#[cfg(feature = "axum")]
mod page;
#[cfg(feature = "axum")]
mod paywall;
mod process;
#[cfg(feature = "axum")]
mod quota;
mod read;
#[cfg(feature = "axum")]
mod report;
#[cfg(feature = "axum")]
mod subscriptions;
