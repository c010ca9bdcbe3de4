//! A small answer, with a paywall before it and without.

use super::{serve, task};
use crate::{
    harness::Task,
    layers::{admitting, router},
};

/// What the others are measured by.
pub const BASE: &str = "no paywall";

/// All contenders.
///
/// # Panics
///
/// If there is no loopback.
pub fn all() -> Vec<Task> {
    let request = "GET /report HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer alice\r\n\r\n";
    let length = "hello".len();
    let task = |name, router| task(name, serve(router), request, length..=length);
    vec![
        task(BASE, router()),
        task(
            "statuary PaywallLayer, allowed, in the cache",
            router().layer(admitting()),
        ),
    ]
}
