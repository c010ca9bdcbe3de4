//! A handler of axum takes the grant as an argument.

use axum::{Router, body::Body, routing::get};
use http::Request;
use http_body_util::BodyExt;
use statuary::{Grant, PaywallLayer, subscription::Standing};
use tower::ServiceExt;

use crate::support::Obedient;

async fn report(grant: Grant) -> String {
    assert_eq!(grant.standing(), Standing::Paid);
    format!("for {}", grant.plan().unwrap_or("nobody"))
}

async fn landing(grant: Option<Grant>) -> &'static str {
    grant.map_or("welcome", |_| "welcome back")
}

fn app() -> Router {
    let paywall = PaywallLayer::new(Obedient).exempt(|head| head.uri.path() == "/landing");
    Router::new()
        .route("/report", get(report))
        .route("/landing", get(landing))
        .route_layer(paywall)
        .route("/unguarded", get(report))
}

async fn get_as(path: &str, name: &str) -> (u16, String) {
    let request = Request::get(path)
        .header("authorization", name)
        .body(Body::empty())
        .unwrap();
    let response = app().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_handler_reads_the_grant() {
    assert_eq!(get_as("/report", "pro").await, (200, "for pro".into()));
    assert_eq!(get_as("/report", "slow pro").await, (200, "for pro".into()));
    assert_eq!(get_as("/report", "expired").await.0, 402);
}

#[tokio::test]
async fn a_handler_may_do_without() {
    assert_eq!(get_as("/landing", "pro").await, (200, "welcome".into()));
}

#[tokio::test]
async fn a_missing_layer_is_named() {
    let sentence = "no grant in the request: is `PaywallLayer` around this route, and does it show its grants?";
    assert_eq!(get_as("/unguarded", "pro").await, (500, sentence.into()));
}

#[tokio::test]
async fn what_no_route_matches_stays_a_404() {
    assert_eq!(get_as("/nowhere", "expired").await.0, 404);
}

#[tokio::test]
async fn the_whole_router_can_stand_behind() {
    let app = tower::Layer::layer(&PaywallLayer::new(Obedient), app());
    let request = Request::get("/nowhere").header("authorization", "expired");
    let response = app
        .oneshot(request.body(Body::empty()).unwrap())
        .await
        .unwrap();
    assert_eq!(response.status(), 402);
}
