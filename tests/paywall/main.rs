//! The paywall from outside: tower's contract, the answers, and what they say to caches.

#![cfg(test)]

mod allocations;
mod caching;
mod checks;
mod contract;
mod cors;
mod deadline;
mod exempt;
#[cfg(feature = "axum")]
mod extractor;
mod formats;
mod grpc;
mod languages;
mod page;
mod problems;
mod remedies;
mod renderer;
mod statuses;
mod support;
mod types;
