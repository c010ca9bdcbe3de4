//! A listing in which some members cost money: `cargo run --example members`

use std::convert::Infallible;

use axum::Router;
use http::{header::AUTHORIZATION, request::Parts};
use statuary::{
    DavError, Decision, Grant, Href, MemberRules, MultiStatusLayer, MultiStatusStream,
    PaywallLayer, Propfind, Reason, Resource, prop, subscription::check_fn,
};

const TALKS: [(&str, u64); 4] = [
    ("/talks/welcome.mp4", 1_000),
    ("/talks/premium/keynote.mp4", 2_000),
    ("/talks/premium/workshop.mp4", 3_000),
    ("/talks/thanks.mp4", 4_000),
];

/// Lists all talks; it knows nothing about payment.
async fn propfind(wanted: Propfind) -> Result<MultiStatusStream, DavError> {
    let talks = TALKS.into_iter().map(move |(path, length)| {
        let answer = wanted.answer(Href::path(path));
        Ok::<Resource, DavError>(answer.prop(prop::GetContentLength(length)).into())
    });
    MultiStatusStream::from_iterator(talks).await
}

/// Who is asking. A real one trusts nothing that is not signed.
fn account(head: &Parts) -> String {
    let credentials = head.headers.get(AUTHORIZATION);
    let credentials = credentials.and_then(|value| value.to_str().ok());
    let account = credentials.and_then(|value| value.strip_prefix("Bearer "));
    account.unwrap_or("nobody").to_owned()
}

fn app() -> Router {
    let plans = check_fn(
        |head: &Parts| Ok(account(head)),
        async |account: String| {
            Ok::<Decision, Infallible>(match &*account {
                "alice" => Grant::paid().into(),
                _ => Reason::NeverSubscribed.into(),
            })
        },
    );
    let members = PaywallLayer::new(plans)
        .upgrade("https://example.com/plans")
        .members()
        .layer(|head: &Parts| MemberRules::new().path("/talks/premium", account(head)));
    Router::new()
        .fallback(propfind)
        .layer(members)
        .layer(MultiStatusLayer::new())
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    use axum::serve::ListenerExt;

    let address = std::env::args().skip_while(|it| it != "--listen").nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -X PROPFIND {url}talks/                                    # two cost money");
    eprintln!("  curl -X PROPFIND {url}talks/ -H 'Authorization: Bearer alice'   # who has paid");
    // Without it, a streamed body would stall.
    let listener = listener.tap_io(|connection| connection.set_nodelay(true).unwrap_or_default());
    axum::serve(listener, app()).await
}
