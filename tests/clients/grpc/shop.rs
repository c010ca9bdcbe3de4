//! A shop behind paywalls, for real clients: `shop --listen ADDR`.
//!
//! Each path below `/paid/` is kept by a paywall that knows its caller by another field, and answers
//! with the caller's name and an invitation to every cache. So does each path below `/open/`, without
//! a paywall: what a cache would do. `/statuary.Shop/Buy` is gRPC.

mod text;

use std::{
    convert::Infallible,
    env, io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    routing::{MethodRouter, get},
};
use http::{
    HeaderName, Request, Response,
    header::{AUTHORIZATION, CACHE_CONTROL, COOKIE},
    request::Parts,
};
use statuary::{
    Denial, Grant, PaywallLayer, Reason, SubscriptionCheck, Unidentified, challenge::Page,
};
use tokio::net::TcpListener;
use tonic::{Status, server::Grpc};
use tower::{Service, service_fn};
use tower_http::cors::{AllowHeaders, Any, CorsLayer};

const KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Knows a caller by one field.
#[derive(Clone, Debug)]
struct By(HeaderName);

impl By {
    /// The name in the field: `Bearer NAME`, `session=NAME`, `NAME`.
    fn name<'a>(&self, head: &'a Parts) -> Option<&'a str> {
        let value = head.headers.get(&self.0)?.to_str().ok()?;
        value.rsplit([' ', '=']).next()
    }
}

impl SubscriptionCheck for By {
    type Subject = String;
    type Error = io::Error;

    fn subject(&self, head: &Parts) -> Result<String, Unidentified> {
        self.name(head).map(str::to_owned).ok_or(Unidentified)
    }

    async fn check(&self, name: &String) -> Result<statuary::Decision, io::Error> {
        match name.as_str() {
            "alice" | "anna" => Ok(Grant::paid().into()),
            "bob" => Ok(Reason::PastDue.into()),
            "quentin" => Ok(Denial::new(Reason::QuotaExhausted)
                .with_limit(500)
                .with_remaining(0)
                .with_reset(Duration::from_secs(29 * 3_600))
                .into()),
            "nina" => Ok(Reason::NotInPlan.into()),
            "frank" => Err(io::Error::other("the store is closed")),
            _ => Ok(Reason::NeverSubscribed.into()),
        }
    }
}

/// Greets its caller, whoever that is, and lets every cache keep the greeting.
fn greet(by: By) -> MethodRouter {
    get(async move |request: Request<Body>| {
        let (head, _) = request.into_parts();
        let name = by.name(&head).unwrap_or("stranger").to_owned();
        let keep = "public, max-age=600, s-maxage=600";
        ([(CACHE_CONTROL, keep)], name)
    })
}

fn paywall(by: By) -> PaywallLayer<By> {
    PaywallLayer::new(by.clone())
        .vary([by.0])
        .billing_status("https://example.com/billing")
        .update_payment_method("https://example.com/billing/card")
        .upgrade("https://example.com/plans")
        .page(Page::new("The Shop"))
}

/// Sells to whoever gets this far.
#[derive(Clone)]
struct Till;

impl Service<Request<Body>> for Till {
    type Response = Response<tonic::body::Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let sell = service_fn(async |bought: tonic::Request<String>| {
            let text = format!("sold: {}", bought.into_inner());
            Ok::<_, Status>(tonic::Response::new(text))
        });
        Box::pin(async move { Ok(Grpc::new(text::Text).unary(sell, request).await) })
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut app = Router::new()
        .route_service("/statuary.Shop/Buy", Till)
        .route_layer(paywall(By(AUTHORIZATION)));
    for (path, field) in [
        ("authorization", AUTHORIZATION),
        ("cookie", COOKIE),
        ("key", KEY),
    ] {
        let by = By(field);
        let paid = greet(by.clone()).layer(paywall(by.clone()));
        app = app
            .route(&format!("/open/{path}"), greet(by))
            .route(&format!("/paid/{path}"), paid);
    }
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_headers(AllowHeaders::list([AUTHORIZATION, KEY]));

    let mut arguments = env::args().skip_while(|argument| argument != "--listen");
    let address = arguments
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    axum::serve(listener, app.layer(cors)).await
}
