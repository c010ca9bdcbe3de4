//! When a response is delivered, and when it is not.

use std::{convert::Infallible, future::ready, io, task::Poll};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
    uri::{Authority, Scheme},
};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt, Empty};
use statuary::{
    Href, MultiStatus, MultiStatusLayer, Resource, SettleLayer, settlement::ResponseBody, xml::Name,
};
use tokio_test::{assert_pending, assert_ready, task};
use tower::{Layer, ServiceExt, service_fn};

use super::rail::{Rail, Script, State, Step, Toll, paying};
use crate::support::{Body, Inner, Piece, pieces};

type Charged = Response<ResponseBody<Inner, Toll>>;

fn data(text: &'static str) -> Piece {
    Ok(Frame::data(Bytes::from_static(text.as_bytes())))
}

fn full(text: &'static str) -> Inner {
    let body = Body::from(text).map_err(|never: Infallible| match never {});
    body.boxed_unsync()
}

async fn answered(
    rail: &Rail,
    request: Request<Body>,
    response: impl Fn() -> Response<Inner> + Clone + Send,
) -> Charged {
    let handler = service_fn(move |_: Request<Body>| {
        let response = response();
        async { Ok::<_, Infallible>(response) }
    });
    let service = SettleLayer::new(rail.clone()).layer(handler);
    service.oneshot(request).await.unwrap()
}

async fn paid(
    rail: &Rail,
    script: Script,
    response: impl Fn() -> Response<Inner> + Clone + Send,
) -> Charged {
    answered(rail, paying("token", script), response).await
}

/// A request whose charge takes a turn to commit.
fn paying_over(version: Version) -> Request<Body> {
    let mut request = paying("token", slow_commit());
    *request.version_mut() = version;
    request
}

fn slow_commit() -> Script {
    Script {
        commit: Step::Waits(1),
        ..Script::default()
    }
}

#[tokio::test]
async fn the_last_piece_of_a_known_length_waits_for_the_commit() {
    let rail = Rail::default();
    let response = paid(&rail, slow_commit(), || Response::new(full("paid"))).await;
    let mut body = task::spawn(response.into_body());
    assert_eq!(body.size_hint().exact(), Some(4));
    assert!(!body.is_end_stream());

    assert_pending!(body.enter(|cx, body| body.poll_frame(cx)));
    assert_eq!(rail.state("token"), Some(State::Held));
    assert_eq!(body.size_hint().exact(), Some(4), "it is held back");
    assert!(!body.is_end_stream());

    let piece = assert_ready!(body.enter(|cx, body| body.poll_frame(cx)));
    assert_eq!(piece.unwrap().unwrap().into_data().unwrap(), "paid");
    assert_eq!(rail.state("token"), Some(State::Charged));
    assert!(body.is_end_stream());
    assert_eq!(body.size_hint().exact(), Some(0));
    // A server stops here and drops the body.
    drop(body);
    assert_eq!(rail.charges(), 1);
}

#[tokio::test]
async fn a_stream_is_delivered_with_its_end() {
    let rail = Rail::default();
    let response = paid(&rail, slow_commit(), || {
        Response::new(pieces([data("one"), data("two")]))
    })
    .await;
    let mut body = task::spawn(response.into_body());
    for _ in 0..2 {
        assert!(assert_ready!(body.enter(|cx, body| body.poll_frame(cx))).is_some());
        assert_eq!(rail.state("token"), Some(State::Held));
    }
    assert_pending!(body.enter(|cx, body| body.poll_frame(cx)));
    assert!(assert_ready!(body.enter(|cx, body| body.poll_frame(cx))).is_none());
    assert_eq!(rail.state("token"), Some(State::Charged));
    assert!(assert_ready!(body.enter(|cx, body| body.poll_frame(cx))).is_none());
    assert_eq!(rail.charges(), 1);
}

#[tokio::test]
async fn trailers_are_the_last_piece() {
    let rail = Rail::default();
    let response = paid(&rail, slow_commit(), || {
        let trailers = HeaderMap::from_iter([("x-sum".parse().unwrap(), "7".parse().unwrap())]);
        Response::new(pieces([data("one"), Ok(Frame::trailers(trailers))]))
    })
    .await;
    let mut body = task::spawn(response.into_body());
    assert!(assert_ready!(body.enter(|cx, body| body.poll_frame(cx))).is_some());
    assert_pending!(body.enter(|cx, body| body.poll_frame(cx)));
    let piece = assert_ready!(body.enter(|cx, body| body.poll_frame(cx)));
    assert!(piece.unwrap().unwrap().is_trailers());
    assert_eq!(rail.state("token"), Some(State::Charged));
}

/// There a server stops, or a client does, who has everything.
#[tokio::test]
async fn a_length_that_was_announced_is_where_a_body_is_delivered() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let rail = Rail::default();
        let response = answered(&rail, paying_over(version), || {
            let mut response = Response::new(pieces([data("one"), data("two")]));
            response.headers_mut().insert(CONTENT_LENGTH, 6.into());
            response
        })
        .await;
        let mut body = task::spawn(response.into_body());
        assert!(assert_ready!(body.enter(|cx, body| body.poll_frame(cx))).is_some());
        assert_eq!(rail.state("token"), Some(State::Held));
        assert_pending!(body.enter(|cx, body| body.poll_frame(cx)));
        assert!(assert_ready!(body.enter(|cx, body| body.poll_frame(cx))).is_some());
        drop(body);
        let state = rail.state("token");
        assert_eq!(state, Some(State::Charged), "{version:?}");
    }
}

#[tokio::test]
async fn a_body_that_ends_short_of_its_length_is_not_delivered() {
    for version in [Version::HTTP_11, Version::HTTP_2] {
        let rail = Rail::default();
        let response = answered(&rail, paying_over(version), || {
            let mut response = Response::new(pieces([data("one")]));
            response.headers_mut().insert(CONTENT_LENGTH, 6.into());
            response
        })
        .await;
        response.into_body().collect().await.unwrap();
        let state = rail.state("token");
        assert_eq!(state, Some(State::Released), "{version:?}");
    }
}

/// It says so itself, that it has ended: with its piece, or before there was one.
#[tokio::test]
async fn a_length_is_believed_more_than_a_body_that_has_ended() {
    for text in ["", "paid"] {
        let rail = Rail::default();
        let response = paid(&rail, slow_commit(), || {
            let mut response = Response::new(full(text));
            response.headers_mut().insert(CONTENT_LENGTH, 10.into());
            response
        })
        .await;
        let read = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(read, text);
        assert_eq!(rail.state("token"), Some(State::Released), "{text}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_not_delivered() {
    let rail = Rail::default();
    let response = paid(&rail, Script::default(), || {
        Response::new(pieces([
            data("one"),
            Err(io::Error::other("gone")),
            data("two"),
        ]))
    })
    .await;
    let mut body = response.into_body();
    body.frame().await.unwrap().unwrap();
    body.frame().await.unwrap().unwrap_err();
    assert_eq!(rail.state("token"), Some(State::Released));
    // Whoever goes on all the same gets the rest for nothing.
    body.frame().await.unwrap().unwrap();
    assert!(body.frame().await.is_none());
    assert_eq!(rail.state("token"), Some(State::Released));
}

#[tokio::test]
async fn a_body_that_is_dropped_is_not_delivered() {
    for read in 0..2 {
        let rail = Rail::default();
        let response = paid(&rail, Script::default(), || {
            Response::new(pieces([data("one"), data("two")]))
        })
        .await;
        let mut body = response.into_body();
        for _ in 0..read {
            body.frame().await.unwrap().unwrap();
        }
        assert_eq!(rail.state("token"), Some(State::Held));
        drop(body);
        assert_eq!(rail.state("token"), Some(State::Released), "{read}");
    }
}

#[tokio::test]
async fn what_has_no_body_is_delivered_with_its_head() {
    let empty = || Empty::new().map_err(|never: Infallible| match never {});
    let rail = Rail::default();
    let response = paid(&rail, slow_commit(), || {
        Response::new(empty().boxed_unsync())
    })
    .await;
    assert_eq!(rail.state("token"), Some(State::Charged));
    drop(response);

    for status in [StatusCode::NO_CONTENT, StatusCode::NOT_MODIFIED] {
        let rail = Rail::default();
        let response = paid(&rail, slow_commit(), || {
            let mut response = Response::new(pieces([]));
            *response.status_mut() = status;
            response
        })
        .await;
        assert_eq!(rail.state("token"), Some(State::Charged));
        drop(response);
    }

    // A server drops the body of an answer to HEAD unread.
    let rail = Rail::default();
    let mut request = paying("token", slow_commit());
    *request.method_mut() = Method::HEAD;
    let response = answered(&rail, request, || Response::new(full("paid"))).await;
    assert_eq!(rail.state("token"), Some(State::Charged));
    assert_eq!(response.body().size_hint().exact(), Some(4));
}

/// A server takes the connection for a tunnel, and drops the body unread.
#[tokio::test]
async fn a_tunnel_is_delivered_with_its_head() {
    for (status, expected) in [(200, State::Charged), (404, State::Released)] {
        let rail = Rail::default();
        let mut request = paying("token", slow_commit());
        *request.method_mut() = Method::CONNECT;
        let response = answered(&rail, request, move || {
            let mut response = Response::new(pieces([]));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            response
        });
        drop(response.await);
        assert_eq!(rail.state("token"), Some(expected), "{status}");
    }
}

#[tokio::test]
async fn what_fails_in_grpc_is_not_delivered() {
    for (code, expected) in [("0", State::Charged), ("13", State::Released)] {
        let rail = Rail::default();
        let response = paid(&rail, slow_commit(), move || {
            let status =
                HeaderMap::from_iter([("grpc-status".parse().unwrap(), code.parse().unwrap())]);
            Response::new(pieces([data("a"), Ok(Frame::trailers(status))]))
        })
        .await;
        let read = response.into_body().collect().await.unwrap();
        assert_eq!(read.trailers().unwrap()["grpc-status"], code);
        assert_eq!(rail.state("token"), Some(expected), "{code}");
    }
}

/// A body of this text and these trailers, for which HTTP/2 has room behind a length.
fn with_trailer(text: &'static str, name: &'static str, value: &'static str) -> Response<Inner> {
    let value = HeaderValue::from_static(value);
    let trailers = HeaderMap::from_iter([(name.parse().unwrap(), value)]);
    let body = full(text).with_trailers(async { Some(Ok(trailers)) });
    Response::new(body.boxed_unsync())
}

#[tokio::test]
async fn what_fails_in_grpc_is_not_delivered_by_its_length() {
    for text in ["", "a"] {
        for (code, expected) in [("0", State::Charged), ("13", State::Released)] {
            let rail = Rail::default();
            let response = answered(&rail, paying_over(Version::HTTP_2), move || {
                let mut response = with_trailer(text, "grpc-status", code);
                let grpc = HeaderValue::from_static("application/grpc+proto");
                response.headers_mut().insert(CONTENT_TYPE, grpc);
                response
            });
            let response = response.await;
            assert_eq!(rail.state("token"), Some(State::Held), "{text} {code}");
            let read = response.into_body().collect().await.unwrap();
            assert_eq!(read.trailers().unwrap()["grpc-status"], code);
            assert_eq!(rail.state("token"), Some(expected), "{text} {code}");
        }
    }
}

/// Nobody is told how the call has gone, and to the client it has failed.
#[tokio::test]
async fn what_ends_without_its_status_in_grpc_is_not_delivered() {
    for body in [
        || Response::new(full("a")),
        || Response::new(full("")),
        || Response::new(pieces([data("a"), data("b")])),
        || with_trailer("a", "x-sum", "7"),
    ] as [fn() -> Response<Inner>; 4]
    {
        for (version, content_type, expected) in [
            (Version::HTTP_2, "application/grpc", State::Released),
            (Version::HTTP_2, "application/grpc-web", State::Charged),
            (Version::HTTP_11, "application/grpc", State::Charged),
        ] {
            let rail = Rail::default();
            let response = answered(&rail, paying_over(version), || {
                let mut response = body();
                let content_type = HeaderValue::from_static(content_type);
                response.headers_mut().insert(CONTENT_TYPE, content_type);
                response
            });
            response.await.into_body().collect().await.unwrap();
            let state = rail.state("token");
            assert_eq!(state, Some(expected), "{version:?} {content_type}");
        }
    }
}

/// Nothing comes behind trailers, so that there is nothing to wait for.
#[tokio::test]
async fn what_lacks_its_status_in_grpc_is_given_back_with_its_trailers() {
    let rail = Rail::default();
    let response = answered(&rail, paying_over(Version::HTTP_2), || {
        let mut response = with_trailer("a", "x-sum", "7");
        let content_type = HeaderValue::from_static("application/grpc");
        response.headers_mut().insert(CONTENT_TYPE, content_type);
        response
    });
    let mut body = response.await.into_body();
    body.frame().await.unwrap().unwrap();
    let trailers = body.frame().await.unwrap().unwrap();
    assert_eq!(trailers.trailers_ref().unwrap()["x-sum"], "7");
    assert_eq!(rail.state("token"), Some(State::Released));
}

/// What has no message may have its status in the head.
#[tokio::test]
async fn what_tells_its_status_at_once_in_grpc_is_delivered_with_its_head() {
    let rail = Rail::default();
    let response = answered(&rail, paying_over(Version::HTTP_2), || {
        let mut response = Response::new(full(""));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
        headers.insert("grpc-status", HeaderValue::from_static("0"));
        response
    });
    drop(response.await);
    assert_eq!(rail.state("token"), Some(State::Charged));
}

#[tokio::test]
async fn trailers_follow_on_what_was_delivered_by_its_length() {
    for text in ["", "a"] {
        let rail = Rail::default();
        let response = answered(&rail, paying_over(Version::HTTP_2), move || {
            with_trailer(text, "x-sum", "7")
        });
        let mut body = response.await.into_body();
        if !text.is_empty() {
            assert_eq!(rail.state("token"), Some(State::Held));
            body.frame().await.unwrap().unwrap();
        }
        assert_eq!(rail.state("token"), Some(State::Charged), "{text}");
        let read = body.collect().await.unwrap();
        assert_eq!(read.trailers().unwrap()["x-sum"], "7");
        assert_eq!(rail.charges(), 1);
    }
}

#[tokio::test]
async fn a_head_that_nobody_waits_for_is_not_charged() {
    let rail = Rail::default();
    let handler =
        service_fn(async |_: Request<Body>| Ok::<_, Infallible>(Response::new(Body::default())));
    let service = SettleLayer::new(rail.clone()).layer(handler);
    let hangs = Script {
        commit: Step::Hangs,
        ..Script::default()
    };
    let mut response = task::spawn(service.oneshot(paying("token", hangs)));
    for _ in 0..5 {
        let Poll::Pending = response.poll() else {
            panic!("the commit hangs")
        };
    }
    drop(response);
    assert_eq!(rail.state("token"), Some(State::Released));
}

#[tokio::test]
async fn a_multistatus_is_charged_for_as_it_is_written() {
    use statuary::{Href, MultiStatus, MultiStatusLayer, Resource};

    let rail = Rail::default();
    let propfind = service_fn(async |_: Request<Body>| {
        let member = |name| Resource::status(Href::path(name), StatusCode::NOT_FOUND);
        let answer: MultiStatus = ["/a", "/b"].map(member).into_iter().collect();
        Ok::<_, Infallible>(answer.into_http())
    });
    let service = tower::ServiceBuilder::new()
        .layer(SettleLayer::new(rail.clone()))
        .layer(MultiStatusLayer::new())
        .service(propfind);
    let mut request = paying("token", Script::default());
    let propfind = Method::from_bytes(b"PROPFIND").unwrap();
    *request.method_mut() = propfind;
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(response.status(), 207);
    assert_eq!(rail.state("token"), Some(State::Held));
    let text = response.into_body().collect().await.unwrap().to_bytes();
    assert!(text.ends_with(b"</D:multistatus>"));
    assert_eq!(rail.state("token"), Some(State::Charged));
}

/// The answer of a layer around a charge to a PROPFIND that wants little.
async fn from_outside(
    rail: &Rail,
    outside: MultiStatusLayer,
    href: Href<'static>,
) -> Response<impl http_body::Body<Data = Bytes, Error = Infallible>> {
    let handler = service_fn(move |_: Request<Body>| {
        let resource = Resource::new(href.borrowed()).missing(&Name::dav("getetag"));
        let answer = MultiStatus::from_iter([resource]).located_at(Href::collection("/docs"));
        ready(Ok::<_, Infallible>(answer.into_http()))
    });
    let charged = SettleLayer::new(rail.clone()).layer(handler);
    let mut request = paying("token", Script::default());
    *request.method_mut() = Method::from_bytes(b"PROPFIND").unwrap();
    let minimal = HeaderValue::from_static("return=minimal");
    request.headers_mut().insert("prefer", minimal);
    outside.layer(charged).oneshot(request).await.unwrap()
}

#[tokio::test]
async fn a_multistatus_that_is_charged_for_is_not_replaced() {
    let shop = Authority::from_static("dav.example.com");
    let layer = MultiStatusLayer::new();
    for layer in [layer.clone(), layer.origin(Scheme::HTTPS, shop)] {
        let rail = Rail::default();
        let response = from_outside(&rail, layer, Href::path("/a")).await;
        assert_eq!(response.status(), StatusCode::MULTI_STATUS);
        assert!(!response.headers().contains_key("preference-applied"));
        response.into_body().collect().await.unwrap();
        assert_eq!(rail.state("token"), Some(State::Charged), "it was served");
    }
}

/// Its hrefs would lead nowhere.
#[tokio::test]
async fn one_that_has_to_be_replaced_is_withheld() {
    let rail = Rail::default();
    let layer = MultiStatusLayer::new().mounted_at("/dav");
    let response = from_outside(&rail, layer, Href::path("/a")).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(rail.state("token"), Some(State::Released));
}

/// As the hrefs of a multiget: a client has written them with the mount.
#[tokio::test]
async fn one_whose_hrefs_stay_below_a_mount_is_served() {
    let rail = Rail::default();
    let layer = MultiStatusLayer::new().mounted_at("/dav");
    let response = from_outside(&rail, layer, Href::path("/dav/a").of_server()).await;
    assert_eq!(response.status(), StatusCode::MULTI_STATUS);
    assert_eq!(response.headers()["content-location"], "/dav/docs/");
    response.into_body().collect().await.unwrap();
    assert_eq!(rail.state("token"), Some(State::Charged));
}
