//! This crate's layers, through its public interface.

use std::{convert::Infallible, time::Duration};

use axum::body::Body;
use http::{Response, StatusCode, header::AUTHORIZATION, request::Parts};
use statuary::{
    Cache, Cached, Decision, Grant, IdempotencyLayer, MultiStatusLayer, PaywallLayer, Reason,
    SettleLayer, SubscriptionCheck, SubscriptionCheckExt, Unidentified, idempotency,
    quota::{Counter, Limit, MemoryStore, Window},
};
use tower::ServiceBuilder;

use super::{Placement, layered};
use crate::harness::{Task, finish};

pub fn add(placement: Placement, tasks: &mut Vec<Task>) {
    tasks.extend([
        layered(
            "statuary MultiStatusLayer, no multistatus",
            placement,
            MultiStatusLayer::new(),
            StatusCode::OK,
        ),
        layered(
            "statuary PaywallLayer, allowed at once",
            placement,
            paywall(grant(), false),
            StatusCode::OK,
        ),
        layered(
            "statuary PaywallLayer, allowed, remembered",
            placement,
            paywall(grant(), true),
            StatusCode::OK,
        ),
        layered(
            "statuary PaywallLayer, allowed, remembered, body converted",
            placement,
            ServiceBuilder::new()
                .map_response(|response: Response<_>| response.map(Body::from))
                .layer(paywall(grant(), true))
                .into_inner(),
            StatusCode::OK,
        ),
        layered(
            "statuary PaywallLayer, allowed, in the cache",
            placement,
            admitting(),
            StatusCode::OK,
        ),
        layered(
            "statuary PaywallLayer, allowed, remembered, grant not shown",
            placement,
            paywall(grant(), true).show_grant(false),
            StatusCode::OK,
        ),
        layered(
            "statuary PaywallLayer, allowed, in the cache, grant not shown",
            placement,
            admitting().show_grant(false),
            StatusCode::OK,
        ),
        layered(
            "statuary PaywallLayer, refused, in the cache",
            placement,
            PaywallLayer::new(cached(Reason::Expired.into())),
            StatusCode::PAYMENT_REQUIRED,
        ),
        layered(
            "statuary PaywallLayer, refused, remembered",
            placement,
            paywall(Reason::Expired.into(), true),
            StatusCode::PAYMENT_REQUIRED,
        ),
        layered(
            "statuary SettleLayer, one limit",
            placement,
            SettleLayer::new(
                Counter::new(MemoryStore::with_counts(1_000), account)
                    .limit("month", Limit::new(u64::MAX, Window::MONTH)),
            ),
            StatusCode::OK,
        ),
        layered(
            "statuary IdempotencyLayer, no key",
            placement,
            IdempotencyLayer::new(
                idempotency::MemoryStore::with_bytes(1 << 20),
                |_: &Parts| Ok::<_, Unidentified>("alice".to_owned()),
            ),
            StatusCode::OK,
        ),
    ]);
}

/// A paywall that finds a grant in its cache.
pub(crate) fn admitting() -> PaywallLayer<Cached<Always>> {
    PaywallLayer::new(cached(grant()))
}

fn grant() -> Decision {
    Grant::paid().with_plan("pro").into()
}

fn paywall(decision: Decision, remembered: bool) -> PaywallLayer<Always> {
    let check = Always {
        decision,
        remembered,
    };
    PaywallLayer::new(check).upgrade("https://example.com/plans")
}

/// A cache that has asked already.
fn cached(decision: Decision) -> Cached<Always> {
    let check = Always {
        decision,
        remembered: false,
    };
    let day = Duration::from_secs(86_400);
    let cached = check.cached(Cache::new(1_000).ttl(day).denial_ttl(day));
    let answer = finish(cached.check(&SUBJECT));
    assert!(answer.is_ok(), "a check that answers at once");
    cached
}

/// How long the one token is.
const SUBJECT: u64 = "Bearer alice".len() as u64;

fn account(head: &Parts) -> Result<u64, Unidentified> {
    let token = head.headers.get(AUTHORIZATION).ok_or(Unidentified)?;
    Ok(token.len() as u64)
}

/// A check with one answer, known beforehand or to be asked for.
pub(crate) struct Always {
    decision: Decision,
    remembered: bool,
}

impl SubscriptionCheck for Always {
    type Subject = u64;
    type Error = Infallible;

    fn subject(&self, head: &Parts) -> Result<u64, Unidentified> {
        account(head)
    }

    fn remembered(&self, _: &u64) -> Option<Decision> {
        self.remembered.then(|| self.decision.clone())
    }

    async fn check(&self, _: &u64) -> Result<Decision, Infallible> {
        Ok(self.decision.clone())
    }
}
