//! A check that does as it is told, and short ways to ask it.

use std::{
    any::Any,
    future::pending,
    io,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use futures_util::{FutureExt, stream};
use http::{Method, Request, Response, header::AUTHORIZATION, request::Parts};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use serde_json::Value;
use statuary::{
    Decision, Denial, Grant, Paywall, PaywallLayer, Reason, SubscriptionCheck, Unidentified,
};
use tower::{Layer, Service, ServiceExt, service_fn};

pub(crate) type Body = Full<Bytes>;

/// A body that comes in pieces, and may fail.
pub(crate) type Inner = UnsyncBoxBody<Bytes, io::Error>;

pub(crate) type Piece = Result<Frame<Bytes>, io::Error>;

pub(crate) const SECOND: Duration = Duration::from_secs(1);
pub(crate) const MILLI: Duration = Duration::from_millis(1);

/// All reasons, with the status and the first remedy that the documentation promises.
pub(crate) const REASONS: [(Reason, &str, u16, Option<&str>); 11] = [
    (Reason::Cancelled, "cancelled", 402, Some("upgrade")),
    (Reason::Expired, "expired", 402, Some("upgrade")),
    (Reason::Forbidden, "forbidden", 403, None),
    (
        Reason::Incomplete,
        "incomplete",
        402,
        Some("update_payment_method"),
    ),
    (
        Reason::InsufficientBalance,
        "insufficient-balance",
        402,
        Some("top_up"),
    ),
    (
        Reason::NeverSubscribed,
        "never-subscribed",
        402,
        Some("upgrade"),
    ),
    (Reason::NotInPlan, "not-in-plan", 402, Some("upgrade")),
    (
        Reason::PastDue,
        "past-due",
        402,
        Some("update_payment_method"),
    ),
    (Reason::Paused, "paused", 402, Some("billing_status")),
    (
        Reason::QuotaExhausted,
        "quota-exhausted",
        402,
        Some("upgrade"),
    ),
    (Reason::Unpaid, "unpaid", 402, Some("update_payment_method")),
];

/// Does what the name in `Authorization` says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Obedient;

impl SubscriptionCheck for Obedient {
    type Subject = String;
    type Error = io::Error;

    fn subject(&self, head: &Parts) -> Result<String, Unidentified> {
        match head.headers.get(AUTHORIZATION).map(|name| name.to_str()) {
            Some(Ok("panic in subject")) => panic!("told to"),
            Some(Ok(name)) => Ok(name.to_owned()),
            _ => Err(Unidentified),
        }
    }

    fn remembered(&self, name: &String) -> Option<Decision> {
        match name.strip_prefix("remembered ")? {
            "panic" => panic!("told to"),
            name => Some(decide(name)),
        }
    }

    fn check(&self, name: &String) -> impl Future<Output = Result<Decision, io::Error>> + Send {
        assert_ne!(name, "panic before the future");
        async move {
            match name.as_str() {
                "panic at once" => panic!("told to"),
                "panic later" => {
                    tokio::task::yield_now().await;
                    panic!("told to")
                }
                "fail" => Err(io::Error::other("postgres://user:hunter2@db is gone")),
                "be busy" => loop {
                    tokio::task::consume_budget().await;
                },
                "hang" => pending().await,
                name => match name.strip_prefix("slow ") {
                    Some(name) => {
                        tokio::task::yield_now().await;
                        Ok(decide(name))
                    }
                    None => Ok(decide(name)),
                },
            }
        }
    }
}

fn decide(name: &str) -> Decision {
    let reason = REASONS.iter().find(|(_, code, ..)| *code == name);
    match reason {
        Some((reason, ..)) => Denial::new(*reason).into(),
        None => Grant::paid().with_plan(name).into(),
    }
}

/// A request by a caller of this name.
pub(crate) fn by(name: &str) -> Request<Body> {
    Request::get("/")
        .header(AUTHORIZATION, name)
        .body(Body::default())
        .unwrap()
}

/// Asks a paywall before a service that says "paid content".
pub(crate) async fn ask<C: SubscriptionCheck>(
    paywall: PaywallLayer<C>,
    request: Request<Body>,
) -> Response<Body> {
    let response = behind(&paywall).oneshot(request).await.unwrap();
    whole(response).await
}

/// Asks a paywall with the obedient check and nothing else settled.
pub(crate) async fn ask_as(name: &str) -> Response<Body> {
    ask(PaywallLayer::new(Obedient), by(name)).await
}

/// A denial, asked for by a check that knows no other answer.
pub(crate) async fn refused(
    paywall: impl FnOnce(PaywallLayer<Always>) -> PaywallLayer<Always>,
    denial: Denial,
) -> Response<Body> {
    let layer = PaywallLayer::new(Always(denial.into()));
    ask(paywall(layer), by("anyone")).await
}

/// A refusal for a reason, for a caller that accepts this.
pub(crate) async fn refused_for(
    layer: &PaywallLayer<Obedient>,
    name: &str,
    fields: &[(&'static str, &str)],
) -> Response<Body> {
    let mut request = by(name);
    if fields.iter().any(|(field, _)| *field == "content-type") {
        *request.method_mut() = Method::POST;
    }
    for (field, value) in fields {
        request.headers_mut().append(*field, value.parse().unwrap());
    }
    ask(layer.clone(), request).await
}

/// The document of a problem.
pub(crate) fn problem(response: &Response<Body>) -> Value {
    assert_eq!(header(response, "content-type"), "application/problem+json");
    serde_json::from_slice(&bytes(response)).unwrap()
}

/// The body, which is there as a whole.
pub(crate) fn bytes(response: &Response<Body>) -> Bytes {
    let body = response.body().clone().collect();
    body.now_or_never().unwrap().unwrap().to_bytes()
}

/// The one value of a field.
#[track_caller]
pub(crate) fn header<B>(response: &Response<B>, name: &str) -> String {
    let values = headers(response, name);
    assert_eq!(values.len(), 1, "values of {name}: {values:?}");
    values[0].clone()
}

pub(crate) fn headers<B>(response: &Response<B>, name: &str) -> Vec<String> {
    let values = response.headers().get_all(name);
    values
        .iter()
        .map(|value| value.to_str().unwrap().to_owned())
        .collect()
}

/// A body of these pieces, of which nothing is known beforehand.
pub(crate) fn pieces(pieces: impl IntoIterator<Item = Piece, IntoIter: Send + 'static>) -> Inner {
    StreamBody::new(stream::iter(pieces)).boxed_unsync()
}

/// A second of the wall clock, counted from 1970 on.
pub(crate) fn at(second: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(second)
}

/// What a panic has said.
pub(crate) fn said(panic: Box<dyn Any + Send>) -> String {
    match panic.downcast::<String>() {
        Ok(said) => *said,
        Err(panic) => panic.downcast::<&str>().unwrap().to_string(),
    }
}

/// Gives everyone the same answer, at once.
#[derive(Clone, Debug)]
pub(crate) struct Always(pub(crate) Decision);

impl SubscriptionCheck for Always {
    type Subject = ();
    type Error = std::convert::Infallible;

    fn subject(&self, _: &Parts) -> Result<(), Unidentified> {
        Ok(())
    }

    async fn check(&self, (): &()) -> Result<Decision, Self::Error> {
        Ok(self.0.clone())
    }

    fn remembered(&self, (): &()) -> Option<Decision> {
        Some(self.0.clone())
    }
}

/// A response with its body read to the end.
pub(crate) async fn whole<B>(response: Response<B>) -> Response<Body>
where
    B: http_body::Body,
    B::Error: std::fmt::Debug,
{
    let (head, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Response::from_parts(head, Body::new(bytes))
}

/// A paywall before a service that says "paid content".
pub(crate) fn behind<C: SubscriptionCheck>(
    paywall: &PaywallLayer<C>,
) -> Paywall<
    impl Service<Request<Body>, Response = Response<Body>, Error = tower::BoxError, Future: Send>
    + Clone,
    C,
> {
    paywall.layer(service_fn(async |_: Request<Body>| {
        Ok(Response::new(Body::from("paid content")))
    }))
}
