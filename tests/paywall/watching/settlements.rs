//! What a charge counts.

use std::{collections::BTreeMap, convert::Infallible, time::Duration};

use futures_util::FutureExt;
use http::{Request, Response, StatusCode, request::Parts};
use statuary::{
    Charge, Href, MultiStatus, MultiStatusLayer, PaywallLayer, Resource, SettleLayer, Unidentified,
    reply::DavBody,
    settlement::{Price, Reserved},
    subscription::{Unanswered, UnansweredKind},
};
use tower::{Layer, ServiceExt, service_fn};

use super::counted;
use crate::{
    settlement::rail::{Announce, Bill, Makes, Rail, Script, Step, Toll, behind, paying},
    support::{Body, Obedient, whole},
};

#[test]
fn settlements_are_counted_once_each() {
    let expected = [
        ("statuary_settlements_total committed", 2),
        ("statuary_settlements_total declined", 1),
        ("statuary_settlements_total rolled-back", 2),
        ("statuary_settlements_total settlement-unavailable", 1),
        ("statuary_settlements_total uncharged", 2),
        ("statuary_settlements_total unidentified", 1),
        ("statuary_settlements_total unknown", 2),
        ("statuary_settlements_total unreserved", 2),
        ("statuary_settlements_total withheld", 1),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counted(charge_all()), BTreeMap::from(expected));
}

/// Charges for one request in each of several ways.
pub(super) async fn charge_all() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone()).deadline(Duration::from_millis(20));
    let well = Script::default();
    for (token, script) in [
        ("well", well),
        ("well", well),
        (
            "held",
            Script {
                reserve: Step::Fails,
                ..well
            },
        ),
        (
            "late",
            Script {
                respond: Step::Hangs,
                ..well
            },
        ),
        (
            "lost",
            Script {
                commit: Step::Fails,
                ..well
            },
        ),
        (
            "kept",
            Script {
                makes: Makes::LetsGo,
                roll_back: Step::Fails,
                ..well
            },
        ),
        (
            "told",
            Script {
                announce: Announce::Panics,
                ..well
            },
        ),
        (
            "let go",
            Script {
                makes: Makes::LetsGo,
                ..well
            },
        ),
        (
            "taken",
            Script {
                makes: Makes::Charges,
                ..well
            },
        ),
        (
            "bounced",
            Script {
                makes: Makes::Withholds,
                ..well
            },
        ),
        (
            "nobody's",
            Script {
                bill: Bill::Unidentified,
                ..well
            },
        ),
        (
            "broken",
            Script {
                bill: Bill::Panics,
                ..well
            },
        ),
    ] {
        let response = behind(&layer, &rail).oneshot(paying(token, script));
        whole(response.await.unwrap()).await;
    }
    // The client does not wait for the body.
    let response = behind(&layer, &rail).oneshot(paying("dropped", well));
    drop(response.await.unwrap());
    // Nor, before that, for the reservation.
    let slow = Script {
        reserve: Step::Waits(1),
        ..well
    };
    let response = behind(&layer, &rail).oneshot(paying("given up", slow));
    assert!(response.now_or_never().is_none());
}

/// Charges for an answer before its hrefs are moved.
pub(super) async fn list_charged() {
    let charged = SettleLayer::new(Rail::default()).layer(service_fn(list));
    let mounted = MultiStatusLayer::new().mounted_at("/dav").layer(charged);
    let request = paying("one", Script::default());
    let response = mounted.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// Answers with an href that a mount moves.
pub(super) async fn list(_: Request<Body>) -> Result<Response<DavBody>, Infallible> {
    let gone = Resource::status(Href::path("/secret-file"), StatusCode::NOT_FOUND);
    Ok(MultiStatus::from_iter([gone]).into_http())
}

/// A charge that is left alone, since it has failed too often. Of that was told.
struct Resting;

impl Charge for Resting {
    type Bill = ();
    type Settlement = Toll;
    type Error = Unanswered;

    fn bill(&self, _: &Parts) -> Result<Price<()>, Unidentified> {
        Ok(Price::Due(()))
    }

    async fn reserve(&self, (): ()) -> Result<Reserved<Toll>, Unanswered> {
        Err(Unanswered::new(UnansweredKind::CircuitOpen))
    }
}

pub(super) async fn charge_resting() {
    let handler =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::default())));
    let service = SettleLayer::new(Resting).layer(handler);
    let response = service
        .oneshot(Request::new(Body::default()))
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}

/// Asks a charge that stands behind a paywall, and no paywall is there.
pub(super) async fn charge_misplaced() {
    let rail = Rail::default();
    let layer = SettleLayer::new(rail.clone()).behind(&PaywallLayer::new(Obedient));
    let response = behind(&layer, &rail).oneshot(paying("one", Script::default()));
    assert_eq!(
        response.await.unwrap().status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
}
