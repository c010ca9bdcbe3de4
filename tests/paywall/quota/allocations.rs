//! What a request that is counted allocates.

use std::convert::Infallible;

use allocation_counter::measure;
use futures_util::FutureExt;
use http::{Request, Response};
use http_body_util::BodyExt;
use statuary::SettleLayer;
use tower::{Layer, Service, service_fn};

use super::support::{answer, monthly, to};
use crate::support::Body;

/// From its head to the end of its response.
fn allocations<S, B>(service: &mut S) -> u64
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible>,
    B: http_body::Body<Error: std::fmt::Debug>,
{
    let mut request = to("/200", "alice");
    // A server has put something there already, such as the peer's address.
    request.extensions_mut().insert(7_u8);
    let mut request = Some(request);
    let counted = measure(|| {
        let response = service.call(request.take().unwrap()).now_or_never();
        let body = response.unwrap().unwrap().into_body();
        body.collect().now_or_never().unwrap().unwrap();
    });
    counted.count_total
}

/// The key of its owner's, three steps and what waits for them, two fields and their places, a copy of
/// the head for a refusal that comes late, and its lease.
#[test]
fn a_request_that_is_counted_allocates_little() {
    let mut bare = service_fn(answer);
    let mut counted = SettleLayer::new(monthly(1_000)).layer(service_fn(answer));
    // The first opens an account.
    allocations(&mut counted);
    assert_eq!(allocations(&mut counted), allocations(&mut bare) + 20);
}
