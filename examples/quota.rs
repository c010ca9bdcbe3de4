//! So many reports a month, by plan: `cargo run --example quota`

use std::convert::Infallible;

use axum::{Router, routing::get};
use http::{header::AUTHORIZATION, request::Parts};
use statuary::{
    Grant, PaywallLayer, Reason, SettleLayer, Unidentified,
    quota::{Counter, Limit, MemoryStore, Window},
    subscription::check_fn,
};

/// Whose quota it is. A real one verifies the token.
fn account(request: &Parts) -> Result<String, Unidentified> {
    let credentials = request.headers.get(AUTHORIZATION).ok_or(Unidentified)?;
    let credentials = credentials.to_str().map_err(|_| Unidentified)?;
    let token = credentials.strip_prefix("Bearer ").ok_or(Unidentified)?;
    Ok(token.to_owned())
}

async fn report(grant: Grant) -> String {
    match grant.quota_left() {
        Some(left) => format!("The report, and {left} more to come.\n"),
        None => "The report, and as many more as you like.\n".to_owned(),
    }
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
    let quota = Counter::new(MemoryStore::new(100_000), account).limit_by("reports", |grant| {
        match grant.plan() {
            Some("enterprise") => Limit::unlimited(),
            Some("pro") => Limit::new(500, Window::MONTH.anchored_at(grant.period_end())),
            _ => Limit::new(2, Window::MONTH), // then 402, with the link to the plans
        }
    });
    Router::new()
        .route("/report", get(report))
        .route_layer(SettleLayer::new(quota).behind(&paywall))
        .route_layer(paywall) // outside of it: who may not pass is not counted
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--listen");
    let address = arguments.nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer bob'     # one of 500 a month");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer carol'   # twice; then 402");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer alice'   # as often as she likes");
    axum::serve(listener, app()).await
}
