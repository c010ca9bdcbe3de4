//! A circuit that opens and closes.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use statuary::{
    Grant, SubscriptionCheck, SubscriptionCheckExt, checks::TripPolicy, subscription::check_fn,
};

use crate::support::SECOND;

/// Opens a circuit, finds the check still failing, and then well again.
pub(super) async fn trip() {
    let fails = Arc::new(AtomicBool::new(true));
    let mood = Arc::clone(&fails);
    let check = check_fn(
        |_| Ok(()),
        move |()| {
            let fails = mood.load(Ordering::Relaxed);
            async move {
                match fails {
                    true => Err("secret-account"),
                    false => Ok(Grant::paid().into()),
                }
            }
        },
    );
    let check = check.circuit_breaker(TripPolicy::new());
    for _ in 0..8 {
        drop(check.check(&()).await);
    }
    tokio::time::sleep(11 * SECOND).await;
    drop(check.check(&()).await);
    tokio::time::sleep(11 * SECOND).await;
    fails.store(false, Ordering::Relaxed);
    for _ in 0..3 {
        drop(check.check(&()).await);
    }
}
