//! The page that a browser gets with a 402: `cargo run --example page`

use std::{convert::Infallible, error::Error};

use axum::{Router, routing::get};
use http::request::Parts;
use statuary::{
    Decision, PaywallLayer, Reason, Unidentified,
    challenge::{Page, Texts},
    subscription::{Remedy, check_fn},
};

/// The page of the owner, in German, in Dutch, or else in English.
fn page() -> Result<Page, Box<dyn Error>> {
    let english = Texts::english().with_reason(
        Reason::NeverSubscribed,
        "The archive is for members",
        "Members read every issue since 1911.",
    );
    let dutch = Texts::new("nl")
        .with_reason(
            Reason::NeverSubscribed,
            "Het archief is voor leden",
            "Leden lezen alle nummers sinds 1911.",
        )
        .with_remedy(Remedy::Upgrade, "Word lid")
        .with_remedy(Remedy::UpdatePaymentMethod, "Wijzig de betaalwijze")
        .with_remedy(Remedy::BillingStatus, "Bekijk uw betalingen")
        .with_support("Stel een vraag");
    Ok(Page::new("The Harbour Review")
        .with_accent("#0a7d4f".parse()?)
        .with_support("mailto:members@example.com")?
        .with_texts([english, dutch, Texts::german()]))
}

/// Nobody has paid here; the path says why.
fn reason(head: &Parts) -> Result<Reason, Unidentified> {
    match head.uri.path() {
        "/archive" => Ok(Reason::NeverSubscribed),
        "/late" => Ok(Reason::PastDue),
        _ => Err(Unidentified),
    }
}

fn app(page: Page) -> Router {
    let check = check_fn(reason, async |reason| {
        Ok::<_, Infallible>(Decision::from(reason))
    });
    let paywall = PaywallLayer::new(check)
        .billing_status("https://example.com/billing")
        .update_payment_method("https://example.com/billing/card")
        .upgrade("https://example.com/membership")
        .page(page);
    Router::new()
        .fallback(get(async || "Every issue since 1911.\n"))
        .layer(paywall)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().skip_while(|it| it != "--listen").nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  open {url}archive and {url}late in a browser");
    Ok(axum::serve(listener, app(page()?)).await?)
}
