//! Stores that give no answer.

use std::{
    future::pending,
    io,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use statuary::idempotency::{
    Answer, ClaimId, Claimed, Fingerprint, IdempotencyLayer, IdempotencyStore, Kept, ScopedKey,
};
use tower::{Layer, ServiceExt};

use super::orders::{counting, post, sender};
use crate::support::{bytes, header, whole};

/// A store that gives no answer.
#[derive(Clone, Copy)]
pub(crate) enum Broken {
    Fails,
    Hangs,
    Panics,
    FailsToKeep,
}

impl IdempotencyStore for Broken {
    type Error = io::Error;

    async fn claim(&self, _: &ScopedKey, _: Fingerprint) -> io::Result<Claimed> {
        match self {
            Self::Fails => Err(io::Error::other("hunter2")),
            Self::Hangs => pending().await,
            Self::Panics => panic!("told to"),
            Self::FailsToKeep => Ok(Claimed::Begun(ClaimId::new(1))),
        }
    }

    async fn keep(&self, _: &ScopedKey, _: ClaimId, _: Answer) -> io::Result<Kept> {
        Err(io::Error::other("hunter2"))
    }

    fn release(&self, _: &ScopedKey, _: ClaimId) {
        panic!("told to")
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_know_lets_nothing_be_done() {
    for store in [Broken::Fails, Broken::Hangs, Broken::Panics] {
        let calls = Arc::default();
        let layer = IdempotencyLayer::new(store, sender).deadline(Duration::from_secs(1));
        let service = layer.layer(counting(&calls));
        let response = whole(service.oneshot(post("k")).await.unwrap()).await;
        assert_eq!(response.status(), 503);
        assert_eq!(header(&response, "retry-after"), "5");
        assert!(!format!("{:?}", bytes(&response)).contains("hunter2"));
        assert_eq!(calls.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_kept_is_given() {
    let calls = Arc::default();
    let service = IdempotencyLayer::new(Broken::FailsToKeep, sender).layer(counting(&calls));
    let response = whole(service.clone().oneshot(post("k")).await.unwrap()).await;
    assert_eq!(bytes(&response), "order 1");
    // To give a claim back may panic, and takes nobody down.
    let mut request = post("k");
    request
        .headers_mut()
        .insert("x-status", "500".parse().unwrap());
    assert_eq!(service.oneshot(request).await.unwrap().status(), 500);
}
