//! The layers: what each adds to a request through a small axum router, in process. The request is
//! built and the response dropped in each run, which is in all the times: a row of its own tells what
//! the request alone takes.

mod axum;
mod by_hand;
mod ours;
mod pass_through;
mod tower_http;

use std::{
    convert::Infallible,
    fmt,
    hint::black_box,
    iter,
    sync::LazyLock,
    task::{Context, Waker},
};

use ::axum::{
    Router,
    body::Body,
    extract::Request,
    response::IntoResponse,
    routing::{Route, get},
};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, Uri, header};
use tower::{Layer, Service};

use crate::harness::{Task, finish};

/// Where the layer is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Placement {
    /// Wrapped round the router, as a service of its own.
    Outside,
    /// Given to `Router::layer`, which boxes it.
    Inside,
}

/// Those that the others are measured by.
pub const BASES: [&str; 2] = ["bare router", "pass-through"];

pub(crate) use self::ours::admitting;

/// All layers, with those that do nothing first.
pub fn all(placement: Placement) -> Vec<Task> {
    let mut tasks = vec![task(BASES[0], router(), StatusCode::OK)];
    tasks.push(Task::new("the request alone", || {
        black_box(request());
    }));
    pass_through::add(placement, &mut tasks);
    by_hand::add(placement, &mut tasks);
    ours::add(placement, &mut tasks);
    tower_http::add(placement, &mut tasks);
    axum::add(placement, &mut tasks);
    tasks
}

/// The task of a layer that is expected to answer with this status.
fn layered<L, Outer, Inner, B>(
    name: &'static str,
    placement: Placement,
    layer: L,
    status: StatusCode,
) -> Task
where
    L: Layer<Router, Service = Outer>
        + Layer<Route, Service = Inner>
        + Clone
        + Send
        + Sync
        + 'static,
    Outer: Service<Request, Response = Response<B>, Error = Infallible> + 'static,
    Inner: Service<
            Request,
            Response: IntoResponse + 'static,
            Error: Into<Infallible> + 'static,
            Future: Send + 'static,
        > + Clone
        + Send
        + Sync
        + 'static,
    B: 'static,
{
    match placement {
        Placement::Outside => task(name, layer.layer(router()), status),
        Placement::Inside => task(name, router().layer(layer).with_state(()), status),
    }
}

fn task<S, B>(name: &'static str, mut service: S, status: StatusCode) -> Task
where
    S: Service<Request, Response = Response<B>, Error = Infallible> + 'static,
{
    let mut answer = move || {
        let ready = service.poll_ready(&mut Context::from_waker(Waker::noop()));
        assert!(ready.is_ready(), "a router is always ready");
        let Ok(response) = finish(service.call(request()));
        response
    };
    assert_eq!(answer().status(), status, "{name}");
    Task::new(name, move || {
        black_box(answer());
    })
}

/// What the layers are put before. It has its state, as every router has that `axum::serve` is given:
/// without it, the routes are made anew for each request.
pub(crate) fn router() -> Router {
    Router::new()
        .route("/report", get(async || "hello"))
        .with_state(())
}

/// A request as a server has read it: the values of its fields are parts of one buffer.
fn request() -> Request {
    static HEAD: LazyLock<Bytes> = LazyLock::new(|| {
        let values = FIELDS.iter().map(|(_, value)| *value);
        iter::once(PATH).chain(values).collect::<String>().into()
    });
    let mut head = HEAD.clone();
    let mut request = Request::new(Body::empty());
    let path = head.split_to(PATH.len());
    *request.uri_mut() = Uri::from_maybe_shared(path).expect("a path");
    for (name, value) in FIELDS {
        let value = HeaderValue::from_maybe_shared(head.split_to(value.len())).expect("a value");
        request.headers_mut().insert(name, value);
    }
    // A server has put something there already, such as the peer's address.
    request.extensions_mut().insert(7_u8);
    request
}

const PATH: &str = "/report";

const FIELDS: [(HeaderName, &str); 5] = [
    (header::HOST, "example.com"),
    (header::USER_AGENT, "compare"),
    (header::ACCEPT, "*/*"),
    (header::ACCEPT_ENCODING, "gzip"),
    (header::AUTHORIZATION, "Bearer alice"),
];

// === impl Placement ===

impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Outside => "outside",
            Self::Inside => "inside",
        })
    }
}
