//! The layer as a service among others: what it leaves alone, and what it mends.

use std::{convert::Infallible, future::ready};

use axum::{Router, body::Body, routing::any};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use statuary::{
    MultiStatus, MultiStatusLayer, Resource,
    reply::{DavBody, MultiStatusService},
};
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};
use tower_test::mock;

use super::{GONE, listing, propfind};

#[tokio::test]
async fn what_was_changed_on_the_way_is_left_alone() {
    for (status, replaced) in [(403, "no"), (207, "<redacted/>"), (403, "")] {
        let service = ServiceBuilder::new()
            .layer(MultiStatusLayer::new())
            .service(service_fn(move |_: Request<()>| {
                let (mut head, _) = listing().into_http().into_parts();
                head.status = StatusCode::from_u16(status).expect("a status");
                let body = Full::new(Bytes::from_static(replaced.as_bytes()));
                ready(Ok::<_, Infallible>(Response::from_parts(head, body)))
            }));
        let request = propfind("/").header("prefer", "return=minimal").body(());
        let response = service
            .oneshot(request.expect("a request"))
            .await
            .expect("infallible");
        assert_eq!(response.status(), status);
        assert!(response.headers().get("preference-applied").is_none());
        let body = response
            .into_body()
            .collect()
            .await
            .expect("infallible")
            .to_bytes();
        assert_eq!(body, replaced, "nobody gives back what somebody took away");
    }
}

#[tokio::test]
async fn another_response_passes_untouched() {
    let service = ServiceBuilder::new()
        .layer(MultiStatusLayer::new())
        .service(service_fn(|_: Request<()>| {
            let response = Response::builder()
                .status(207)
                .header("x", "y")
                .body(Full::new(Bytes::from_static(b"<other/>")));
            ready(Ok::<_, Infallible>(response.expect("a response")))
        }));
    let request = propfind("/")
        .header("prefer", "return=minimal")
        .body(())
        .expect("a request");
    let response = service.oneshot(request).await.expect("infallible");
    assert_eq!(response.headers().len(), 1);
    assert_eq!(
        response
            .into_body()
            .collect()
            .await
            .expect("infallible")
            .to_bytes(),
        "<other/>"
    );
}

#[tokio::test]
async fn a_compressed_response_is_left_alone() {
    let service = ServiceBuilder::new()
        .layer(MultiStatusLayer::new())
        .service(service_fn(|_: Request<()>| {
            let mut response = listing()
                .into_http()
                .map(|_| Full::new(Bytes::from_static(b"zip")));
            response
                .headers_mut()
                .insert("content-encoding", "gzip".parse().expect("a value"));
            ready(Ok::<_, Infallible>(response))
        }));
    let request = propfind("/").body(()).expect("a request");
    let response = service.oneshot(request).await.expect("infallible");
    assert_eq!(
        response
            .into_body()
            .collect()
            .await
            .expect("infallible")
            .to_bytes(),
        "zip"
    );
}

#[tokio::test]
async fn readiness_and_errors_are_those_of_the_inner_service() {
    let (mut service, mut inner) =
        mock::spawn_with(|inner: mock::Mock<Request<()>, Response<DavBody>>| {
            MultiStatusService::new(inner)
        });
    inner.allow(0);
    assert!(service.poll_ready().is_pending());
    inner.allow(1);
    assert!(service.poll_ready().is_ready());
    let future = service.call(Request::new(()));
    inner
        .next_request()
        .await
        .expect("called")
        .1
        .send_error("broken");
    assert_eq!(
        future.await.expect_err("the inner error").to_string(),
        "broken"
    );

    inner.allow(1);
    assert!(service.poll_ready().is_ready());
    let future = service.call(propfind("/").body(()).expect("a request"));
    let (request, send) = inner.next_request().await.expect("called");
    assert_eq!(request.method(), "PROPFIND");
    send.send_response(listing().into_http());
    assert_eq!(future.await.expect("a response").status(), 207);
}

/// A router sets the length of the body that its handler gave it; wrapped round it, the layer gives
/// another body.
#[tokio::test]
async fn the_length_that_a_router_announced_is_mended() {
    let router: Router = Router::new().route(
        "/{*path}",
        any(async || listing().into_http().map(Body::new)),
    );
    let app = MultiStatusLayer::new().layer(router);
    let request = propfind("/a").header("prefer", "return=minimal");
    let request = request.body(Body::empty()).expect("a request");
    let response = app.oneshot(request).await.expect("infallible");
    let announced = response.headers()["content-length"].clone();
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    assert!(!String::from_utf8_lossy(&body).contains(GONE));
    assert_eq!(announced, body.len().to_string().as_str());
}

#[test]
fn the_types_go_wherever_requests_go() {
    fn send_and_sync<T: Send + Sync + 'static>() {}
    fn send<T: Send + 'static>() {}
    send_and_sync::<MultiStatus>();
    send_and_sync::<Resource>();
    send_and_sync::<statuary::PropStat>();
    send_and_sync::<statuary::DavError>();
    send_and_sync::<DavBody>();
    send_and_sync::<MultiStatusService<()>>();
    send_and_sync::<statuary::reply::ResponseBody<DavBody>>();
    send_and_sync::<statuary::reply::ResponseFuture<()>>();
    send_and_sync::<statuary::MemberPaywall<()>>();
    send::<statuary::MultiStatusStream>();
    send::<statuary::reply::StreamBody>();
}
