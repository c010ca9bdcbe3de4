//! So many reports a month, by plan: `cargo run --example quota`

use std::convert::Infallible;

use axum::{Router, extract::Request, middleware::map_request, routing::get};
use http::{header::AUTHORIZATION, request::Parts};
use statuary::{
    Grant, PaywallLayer, Reason, SettleLayer, Unidentified,
    quota::{Counter, Limit, MemoryStore, Window},
    subscription::check_fn,
};

/// Who is asking, as the authentication has found out.
#[derive(Clone)]
struct Account(String);

/// Whose quota it is.
fn account(request: &Parts) -> Result<String, Unidentified> {
    let Account(name) = request.extensions.get().ok_or(Unidentified)?;
    Ok(name.clone())
}

async fn report(grant: Grant) -> String {
    match grant.quota_left() {
        Some(left) => format!("The report, and {left} more to come.\n"),
        None => "The report, and as many more as you like.\n".to_owned(),
    }
}

/// Finds out who is asking. A real one verifies the token; here it is the name.
async fn authenticate(mut request: Request) -> Request {
    let credentials = request.headers().get(AUTHORIZATION);
    let token = credentials.and_then(|field| field.to_str().ok()?.strip_prefix("Bearer "));
    if let Some(account) = token.map(|token| Account(token.to_owned())) {
        request.extensions_mut().insert(account);
    }
    request
}

fn app() -> Router {
    let plans = check_fn(account, async |account: String| {
        Ok::<_, Infallible>(match &*account {
            "alice" => Grant::paid().with_plan("enterprise").into(),
            "bob" => Grant::paid().with_plan("pro").into(),
            "carol" => Grant::trial().into(),
            _ => Reason::NeverSubscribed.into(),
        })
    });
    let paywall = PaywallLayer::new(plans).upgrade("https://example.com/plans");
    let counter = Counter::new(MemoryStore::with_counts(100_000), account);
    let quota = counter.limit_by("reports", |grant| match grant.plan() {
        Some("enterprise") => Limit::unlimited(),
        Some("pro") => Limit::new(500, Window::MONTH.anchored_at(grant.billing_anchor())),
        _ => Limit::new(2, Window::MONTH), // then 402, with the link to the plans
    });
    Router::new()
        .route("/report", get(report))
        .route_layer(SettleLayer::new(quota).behind(&paywall))
        .route_layer(paywall) // outside of it: who may not pass is not counted
        .route_layer(map_request(authenticate)) // outside of both: they ask who that is
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().skip_while(|it| it != "--listen").nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer bob'     # one of 500 a month");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer carol'   # twice; then 402");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer alice'   # as often as she likes");
    axum::serve(listener, app()).await
}
