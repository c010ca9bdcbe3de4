//! A report that costs money: `cargo run --example paywall`

use std::{collections::HashMap, io};

use axum::{Router, routing::get};
use http::{header::AUTHORIZATION, request::Parts};
use statuary::{Decision, Grant, PaywallLayer, Reason, SubscriptionCheck, Unidentified};

/// Who has subscribed, and how that stands. A real one asks a database.
struct Plans(HashMap<String, Decision>);

impl SubscriptionCheck for Plans {
    type Subject = String;
    type Error = io::Error;

    fn subject(&self, request: &Parts) -> Result<String, Unidentified> {
        let credentials = request.headers.get(AUTHORIZATION).ok_or(Unidentified)?;
        let credentials = credentials.to_str().map_err(|_| Unidentified)?;
        let token = credentials.strip_prefix("Bearer ").ok_or(Unidentified)?;
        Ok(token.to_owned())
    }

    async fn check(&self, account: &String) -> Result<Decision, io::Error> {
        let never = || Decision::from(Reason::NeverSubscribed);
        Ok(self.0.get(account).cloned().unwrap_or_else(never))
    }
}

async fn report(grant: Grant) -> String {
    format!(
        "The report, on the plan `{}`.\n",
        grant.plan().unwrap_or("free")
    )
}

fn app(plans: Plans) -> Router {
    let paywall = PaywallLayer::new(plans)
        .billing_status("https://example.com/billing")
        .update_payment_method("https://example.com/billing/card")
        .upgrade("https://example.com/plans");
    Router::new()
        .route("/report", get(report))
        .route_layer(paywall)
        .route("/", get(async || "The report is at /report.\n"))
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let plans = Plans(HashMap::from([
        ("alice".to_owned(), Grant::paid().with_plan("pro").into()),
        ("bob".to_owned(), Reason::Expired.into()),
        ("carol".to_owned(), Reason::PastDue.into()),
    ]));

    let listener = tokio::net::TcpListener::bind(listen_address()).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i {url}report                                    # 401: who are you?");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer alice'   # 200: the report");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer bob'     # 402: upgrade");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer carol'   # 402: mend the card");
    axum::serve(listener, app(plans)).await
}

/// The address behind `--listen`, or a good one.
fn listen_address() -> String {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--listen");
    arguments
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:3000".to_owned())
}
