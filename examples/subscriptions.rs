//! Subscriptions that are remembered, until the billing system says that they have changed:
//! `cargo run --example subscriptions`

use std::{collections::HashMap, io, sync::Arc, sync::Mutex, time::Duration};

use axum::{
    Extension, Router,
    extract::{Path, State},
    routing::{get, post},
};
use http::{StatusCode, request::Parts};
use statuary::{
    Cache, Cached, Decision, Grant, PaywallLayer, Policy, Subscription, SubscriptionCheck,
    SubscriptionCheckExt, Unidentified, policy::Status,
};

/// Who is asking, as an authenticating layer outside of the paywall finds out.
#[derive(Clone)]
struct Account(String);

/// The table of subscriptions. A real one holds a pool of connections to a database.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<HashMap<String, Subscription>>>);

impl SubscriptionCheck for Store {
    type Subject = String;
    type Error = io::Error;

    fn subject(&self, request: &Parts) -> Result<String, Unidentified> {
        let Account(name) = request.extensions.get().ok_or(Unidentified)?;
        Ok(name.clone())
    }

    async fn check(&self, account: &String) -> Result<Decision, io::Error> {
        let rows = self.0.lock().map_err(|_| io::Error::other("broken"))?;
        let policy = Policy::default().grace_days(7);
        policy.decide(rows.get(account)).map_err(io::Error::other)
    }
}

async fn report(grant: Grant) -> String {
    format!("The report, on the plan {:?}.\n", grant.plan())
}

/// The billing system tells of a change. A real handler verifies its signature first.
async fn webhook(
    State(plans): State<Cached<Store>>,
    Path((account, status)): Path<(String, String)>,
) -> StatusCode {
    let changed = Subscription::new(Status::from_stripe(&status)).with_plan("pro");
    match plans.get_ref().0.lock() {
        Ok(mut rows) => rows.insert(account.clone(), changed),
        Err(_) => return StatusCode::INTERNAL_SERVER_ERROR,
    };
    // Written first, forgotten then: who asks from now on reads the new row.
    plans.invalidate(&account);
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let plans = Store::default().cached(Cache::new(100_000).ttl(Duration::from_secs(3600)));
    let paywall = PaywallLayer::new(plans.clone()).upgrade("https://example.com/plans");
    let app = Router::new()
        .route("/report", get(report).layer(paywall))
        .layer(Extension(Account("alice".to_owned()))) // whoever it is
        .route("/webhook/{account}/{status}", post(webhook))
        .with_state(plans);

    let address = std::env::args().skip_while(|it| it != "--listen").nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i {url}report                         # 402, then 200");
    eprintln!("  curl -i -X POST {url}webhook/alice/active   # between the two");
    axum::serve(listener, app).await
}
