//! A report that costs money: `cargo run --example paywall`

use std::{collections::HashMap, io};

use axum::{Router, extract::Request, middleware::map_request, routing::get};
use http::{header::AUTHORIZATION, request::Parts};
use statuary::{Decision, Grant, PaywallLayer, Reason, SubscriptionCheck, Unidentified};

/// Who is asking, as the authentication has found out.
#[derive(Clone)]
struct Account(String);

/// Who has subscribed, and how that stands. A real one asks a database.
struct Plans(HashMap<String, Decision>);

impl SubscriptionCheck for Plans {
    type Subject = String;
    type Error = io::Error;

    fn subject(&self, request: &Parts) -> Result<String, Unidentified> {
        let Account(name) = request.extensions.get().ok_or(Unidentified)?;
        Ok(name.clone())
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

/// Finds out who is asking. A real one verifies the token; here it is the name.
async fn authenticate(mut request: Request) -> Request {
    let credentials = request.headers().get(AUTHORIZATION);
    let token = credentials.and_then(|field| field.to_str().ok()?.strip_prefix("Bearer "));
    if let Some(account) = token.map(|token| Account(token.to_owned())) {
        request.extensions_mut().insert(account);
    }
    request
}

fn app(plans: Plans) -> Router {
    let paywall = PaywallLayer::new(plans)
        .billing_status("https://example.com/billing")
        .update_payment_method("https://example.com/billing/card")
        .upgrade("https://example.com/plans");
    Router::new()
        .route("/report", get(report))
        .route_layer(paywall)
        .route_layer(map_request(authenticate)) // outside of it: the paywall asks who that is
        .route("/", get(async || "The report is at /report.\n"))
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let plans = Plans(HashMap::from([
        ("alice".to_owned(), Grant::paid().with_plan("pro").into()),
        ("bob".to_owned(), Reason::Expired.into()),
        ("carol".to_owned(), Reason::PastDue.into()),
    ]));

    let address = std::env::args().skip_while(|it| it != "--listen").nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i {url}report                                    # 401: who are you?");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer alice'   # 200: the report");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer bob'     # 402: upgrade");
    eprintln!("  curl -i {url}report -H 'Authorization: Bearer carol'   # 402: mend the card");
    axum::serve(listener, app(plans)).await
}
