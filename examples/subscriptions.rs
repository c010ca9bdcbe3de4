//! Subscriptions that are cached until the billing system says that they have changed:
//! `cargo run --example subscriptions`

use std::{collections::HashMap, io, sync::Arc, time::Duration, time::SystemTime};

use axum::{Extension, Router, extract::Path, extract::State, routing::get, routing::post};
use http::{StatusCode, request::Parts};
use statuary::{
    Cache, Cached, Decision, Grant, PaywallLayer, Policy, Subscription, SubscriptionCheck,
    SubscriptionCheckExt, Unidentified, checks::CircuitBreaker, checks::Deadline,
    checks::TripPolicy, policy::Status, policy::Undecided,
};
use tokio::sync::Mutex;

/// Who is asking, as found out by an authenticating layer outside of the paywall.
#[derive(Clone)]
struct Account(String);

/// The table of subscriptions. A real one holds a pool of connections to a database.
#[derive(Clone, Default)]
struct Store(Arc<Mutex<HashMap<String, Subscription>>>);
type Plans = Cached<CircuitBreaker<Deadline<Store>>>;

impl SubscriptionCheck for Store {
    type Subject = String;
    type Error = Undecided;

    fn subject(&self, request: &Parts) -> Result<String, Unidentified> {
        let Account(name) = request.extensions.get().ok_or(Unidentified)?;
        Ok(name.clone())
    }

    async fn check(&self, account: &String) -> Result<Decision, Undecided> {
        let rows = self.0.lock().await;
        Policy::default().grace_days(7).decide(rows.get(account))
    }
}

async fn report(grant: Grant) -> String {
    format!("The report, on the plan {:?}.\n", grant.plan())
}

/// Takes a change from the billing system. A real handler verifies its signature, and reads dates.
async fn webhook(
    State((store, plans)): State<(Store, Plans)>,
    Path((account, status)): Path<(String, String)>,
) -> StatusCode {
    let now = SystemTime::now();
    let changed = Subscription::new(Status::from_stripe(&status))
        .with_plan("pro")
        .with_period_start(now) // if the payment for it fails, its grace begins here
        .with_period_end(now + Duration::from_secs(30 * 86_400));
    store.0.lock().await.insert(account.clone(), changed);
    plans.invalidate(&account); // after the insert: later checks read the new row
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let store = Store::default();
    let plans = store.clone().deadline(Duration::from_millis(500));
    let plans = plans.circuit_breaker(TripPolicy::new());
    let plans = plans.cached(Cache::new(100_000).ttl(Duration::from_secs(3_600)));
    let paywall = PaywallLayer::new(plans.clone()).upgrade("https://example.com/plans");
    let app = Router::new()
        .route("/report", get(report).layer(paywall))
        .layer(Extension(Account("alice".to_owned()))) // whoever is calling
        .route("/webhook/{account}/{status}", post(webhook))
        .with_state((store, plans));

    let address = std::env::args().skip_while(|it| it != "--listen").nth(1);
    let address = address.as_deref().unwrap_or("127.0.0.1:3000");
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}/", listener.local_addr()?);
    println!("listening on {url}");
    eprintln!("  curl -i {url}report                         # 402, then 200");
    eprintln!("  curl -i -X POST {url}webhook/alice/active   # between the two");
    axum::serve(listener, app).await
}
