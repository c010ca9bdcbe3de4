//! A service with a quota before it, and short ways to ask it.

use std::{convert::Infallible, sync::Arc};

use http::{Request, Response, StatusCode, header::AUTHORIZATION, request::Parts};
use statuary::{
    Grant, SettleLayer, Unidentified,
    quota::{Counter, Limit, MemoryStore, Quota, QuotaStore, Window},
};
use tower::{Layer, ServiceExt, service_fn};

use crate::support::{Body, at, by, header, whole};

/// 1 May 2024, ten in the morning.
pub(super) const NOW: u64 = 1_714_557_600;
pub(super) const MONTH_LEFT: u64 = 30 * 86_400 + 14 * 3_600;
pub(super) const DAY_LEFT: u64 = 14 * 3_600;

pub(super) type Counts = Arc<MemoryStore<String>>;

/// Counts by the name in `Authorization`.
pub(super) fn account(head: &Parts) -> Result<String, Unidentified> {
    let name = head.headers.get(AUTHORIZATION).ok_or(Unidentified)?;
    Ok(name.to_str().map_err(|_| Unidentified)?.to_owned())
}

pub(super) fn counts() -> Counts {
    Arc::new(MemoryStore::with_counts(1_000).clock(|| at(NOW)))
}

/// So many a month.
pub(super) fn monthly(units: u64) -> Quota<Counts> {
    in_store(counts(), units)
}

pub(super) fn in_store<S: QuotaStore<Key = String>>(store: S, units: u64) -> Quota<S> {
    let counter = Counter::new(store, account);
    let quota = counter.limit("month", Limit::new(units, Window::MONTH));
    quota.clock(|| at(NOW))
}

/// A service that answers with the status that its path names.
pub(super) async fn answer(request: Request<Body>) -> Result<Response<Body>, Infallible> {
    let left = request.extensions().get().and_then(Grant::quota_left);
    let body = left.map_or_else(|| "unknown".to_owned(), |left| left.to_string());
    let status = request.uri().path().trim_start_matches('/').parse();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status.unwrap_or(StatusCode::OK);
    Ok(response)
}

pub(super) async fn ask<S: QuotaStore>(
    layer: &SettleLayer<Quota<S>>,
    request: Request<Body>,
) -> Response<Body> {
    let service = layer.layer(service_fn(answer));
    whole(service.oneshot(request).await.unwrap()).await
}

pub(super) fn to(path: &str, name: &str) -> Request<Body> {
    let mut request = by(name);
    *request.uri_mut() = path.parse().unwrap();
    request
}

#[track_caller]
pub(super) fn assert_left(response: &Response<Body>, status: u16, left: u64) {
    assert_eq!(response.status(), status);
    assert_eq!(
        header(response, "ratelimit"),
        format!(r#""month";r={left};t={MONTH_LEFT}"#)
    );
}
