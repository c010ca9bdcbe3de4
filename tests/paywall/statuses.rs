//! Which answer follows from which decision.

use std::{error::Error, time::Duration};

use http::StatusCode;
use statuary::{
    Denial, PaywallLayer, Reason, Unidentified,
    subscription::{Unanswered, UnansweredKind},
};

use crate::support::{
    Always, Obedient, REASONS, ask, ask_as, by, bytes, header, headers, problem, refused,
};

#[tokio::test]
async fn who_has_paid_is_served() {
    let response = ask_as("pro").await;
    assert_eq!(response.status(), 200);
    assert_eq!(bytes(&response), "paid content");
}

#[tokio::test]
async fn each_reason_has_its_status() {
    for (reason, code, status, _) in REASONS {
        let remembered = format!("remembered {code}");
        let slow = format!("slow {code}");
        for name in [code, &remembered, &slow] {
            let response = ask_as(name).await;
            assert_eq!(response.status(), status, "{name}");
            assert_eq!(problem(&response)["status"], status, "{name}");
            assert_eq!(header(&response, "cache-control"), "no-store", "{name}");
            let denial = response.extensions().get::<Denial>().unwrap();
            assert_eq!(denial.reason(), reason);
        }
        assert_eq!(reason.status(), status);
        assert_eq!(reason.to_string(), code);
    }
}

#[tokio::test]
async fn who_is_unknown_is_told_how_to_say_it() {
    let mut nameless = by("nobody");
    nameless.headers_mut().clear();

    let response = ask(PaywallLayer::new(Obedient), nameless.clone()).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(
        header(&response, "www-authenticate"),
        r#"Bearer realm="subscription""#
    );
    assert_eq!(header(&response, "cache-control"), "no-store");
    assert_eq!(problem(&response)["reason"], "unidentified");
    assert!(response.extensions().get::<Unidentified>().is_some());

    let layer = PaywallLayer::new(Obedient).authenticate(r#"Basic realm="drive""#);
    let response = ask(layer, nameless).await;
    assert_eq!(
        header(&response, "www-authenticate"),
        r#"Basic realm="drive""#
    );
}

#[tokio::test]
async fn not_to_know_is_never_to_refuse() {
    for (name, kind, sentence) in [
        (
            "fail",
            UnansweredKind::Failed,
            "the subscription check failed",
        ),
        (
            "panic in subject",
            UnansweredKind::Panicked,
            "the subscription check panicked",
        ),
        (
            "remembered panic",
            UnansweredKind::Panicked,
            "the subscription check panicked",
        ),
        (
            "panic before the future",
            UnansweredKind::Panicked,
            "the subscription check panicked",
        ),
        (
            "panic at once",
            UnansweredKind::Panicked,
            "the subscription check panicked",
        ),
        (
            "panic later",
            UnansweredKind::Panicked,
            "the subscription check panicked",
        ),
    ] {
        let response = ask_as(name).await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{name}");
        assert_eq!(header(&response, "retry-after"), "5", "{name}");
        assert_eq!(header(&response, "cache-control"), "no-store", "{name}");
        assert_eq!(problem(&response)["reason"], "check-unavailable", "{name}");
        let unanswered = response.extensions().get::<Unanswered>().unwrap();
        assert_eq!(unanswered.kind(), kind, "{name}");
        assert_eq!(unanswered.to_string(), sentence, "{name}");
    }
}

#[tokio::test]
async fn a_panicking_exemption_is_no_exemption() {
    let layer = PaywallLayer::new(Obedient).exempt(|_| panic!("told to"));
    assert_eq!(
        ask(layer, by("pro")).await.status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
}

#[tokio::test]
async fn the_cause_of_a_failure_is_for_the_owner_alone() {
    let response = ask_as("fail").await;
    assert!(!format!("{response:?}").contains("hunter2"));

    let unanswered = response.extensions().get::<Unanswered>().unwrap();
    let source = unanswered.source().unwrap();
    assert_eq!(source.to_string(), "postgres://user:hunter2@db is gone");
}

#[tokio::test]
async fn waiting_is_advised_only_where_it_helps() {
    let response = refused(|layer| layer, Denial::new(Reason::QuotaExhausted)).await;
    assert!(headers(&response, "retry-after").is_empty());

    for (delay, field) in [
        (Duration::from_secs(60), "60"),
        (Duration::from_millis(60_001), "61"),
        (Duration::ZERO, "0"),
        (Duration::MAX, "18446744073709551615"),
    ] {
        let denial = Denial::new(Reason::QuotaExhausted).with_retry_after(delay);
        let response = refused(|layer| layer, denial).await;
        assert_eq!(response.status(), 402);
        assert_eq!(header(&response, "retry-after"), field);
    }

    let layer = PaywallLayer::new(Obedient).retry_after(Duration::from_secs(90));
    assert_eq!(header(&ask(layer, by("fail")).await, "retry-after"), "90");
}

#[test]
fn a_check_that_answers_at_once_needs_no_runtime() {
    use futures_util::FutureExt;

    let layer = PaywallLayer::new(Always(statuary::Grant::free().into()));
    assert_eq!(
        ask(layer, by("anyone")).now_or_never().unwrap().status(),
        200
    );
    assert_eq!(ask_as("pro").now_or_never().unwrap().status(), 200);
    assert_eq!(ask_as("hang").now_or_never().unwrap().status(), 503);
}
