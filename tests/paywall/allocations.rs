//! A remembered answer allocates nothing of its own.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::Poll,
};

use allocation_counter::measure;
use futures_util::FutureExt;
use http::{Request, Response, header};
use statuary::{Cache, Grant, PaywallLayer, Reason, SubscriptionCheck, SubscriptionCheckExt};
use tower::{Layer, Service};

use crate::support::{Always, Body, by};

/// A service as a router is one: its responses have a header or two.
#[derive(Clone)]
struct Bare;

impl Service<Request<Body>> for Bare {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        let mut response = Response::new(Body::default());
        response
            .headers_mut()
            .insert(header::SERVER, header::HeaderValue::from_static("bare"));
        ready(Ok(response))
    }
}

fn allocations<S>(service: &mut S) -> u64
where
    S: Service<Request<Body>>,
{
    let mut request = by("anyone");
    // A server has put something there already, such as the peer's address.
    request.extensions_mut().insert(7_u8);
    let mut request = Some(request);
    let counted = measure(|| {
        let response = service
            .call(request.take().unwrap())
            .now_or_never()
            .unwrap();
        assert!(response.is_ok());
    });
    counted.count_total
}

#[test]
fn a_remembered_grant_costs_its_place_in_the_extensions_and_nothing_else() {
    let mut bare = Bare;
    let mut paywall = PaywallLayer::new(Always(Grant::paid().with_plan("pro").into())).layer(Bare);

    assert_eq!(allocations(&mut paywall), allocations(&mut bare) + 1);
}

#[test]
fn a_grant_that_nobody_wants_to_see_costs_nothing() {
    let mut bare = Bare;
    let grant = Grant::paid().with_plan("pro");
    let layer = PaywallLayer::new(Always(grant.into())).show_grant(false);
    let mut paywall = layer.layer(Bare);

    assert_eq!(allocations(&mut paywall), allocations(&mut bare));
}

#[test]
fn a_hit_of_the_cache_costs_nothing() {
    let mut bare = Bare;
    for (grant, place) in [(false, 0), (true, 1)] {
        let check = Always(Grant::paid().with_plan("pro").into()).cached(Cache::new(10));
        let decision = check.check(&()).now_or_never().unwrap().unwrap();
        assert!(decision.is_admitted());
        let mut paywall = PaywallLayer::new(check).show_grant(grant).layer(Bare);
        assert_eq!(allocations(&mut paywall), allocations(&mut bare) + place);
    }
}

#[test]
fn an_exempt_request_costs_the_place_of_its_mark() {
    let mut bare = Bare;
    let layer = PaywallLayer::new(Always(Reason::Expired.into())).exempt(|_| true);
    let mut paywall = layer.layer(Bare);

    assert_eq!(allocations(&mut paywall), allocations(&mut bare) + 1);
}

#[test]
fn a_refusal_is_rendered_once() {
    let layer = PaywallLayer::new(Always(Reason::Expired.into()));
    let mut paywall = layer.upgrade("https://example.com/plans").layer(Bare);

    let first = allocations(&mut paywall);
    let second = allocations(&mut paywall);
    let third = allocations(&mut paywall);
    assert!(second < first, "{second} allocations after {first}");
    assert_eq!(third, second);
}

#[test]
fn a_layer_settles_once_what_is_the_same_for_all_services() {
    let layer = PaywallLayer::new(Always(Reason::Expired.into()));
    let mut first = layer.layer(Bare);
    let refused = allocations(&mut first);
    let counted = measure(|| drop(layer.layer(Bare)));
    assert_eq!(counted.count_total, 0);
    let mut another = layer.clone().layer(Bare);
    assert!(
        allocations(&mut another) < refused,
        "the refusal is rendered already"
    );

    let changed = layer.upgrade("https://example.com/plans");
    let response = changed.layer(Bare).call(by("anyone")).now_or_never();
    let response = response.unwrap().unwrap();
    assert!(
        response.headers().contains_key(header::LINK),
        "a later setting counts"
    );
}
