//! The paywall from outside: tower's contract, the answers, and what they say to caches.

#![cfg(test)]

mod allocations;
#[path = "../common/any_text.rs"]
mod any_text;
#[cfg(feature = "axum")]
mod bodies;
mod boxed;
mod caching;
mod challenges;
mod checks;
mod circuit_breaker;
mod combining;
mod contract;
mod cors;
mod crowd;
mod deadline;
mod exempt;
#[cfg(feature = "axum")]
mod extractor;
mod formats;
mod grpc;
mod http2;
mod idempotency;
#[cfg(feature = "testing")]
mod kit;
mod languages;
mod order;
mod page;
mod policy;
mod problems;
mod quota;
mod remedies;
mod remembering;
mod renderer;
mod settlement;
mod soak;
mod statuses;
mod support;
mod terms;
mod types;
mod waiver;
#[cfg(all(feature = "metrics", feature = "tracing"))]
mod watching;
