//! What a paywall counts.

use std::{collections::BTreeMap, time::Duration};

use http::Method;
use statuary::{Grant, PaywallLayer, paywall::FailurePolicy};

use super::counted;
use crate::support::{Always, Obedient, ask, by};

#[test]
fn decisions_are_counted_and_checks_are_timed() {
    let expected = [
        ("statuary_paywall_check_seconds no", 3),
        ("statuary_paywall_check_seconds yes", 2),
        ("statuary_paywall_decisions_total admitted paid", 2),
        ("statuary_paywall_decisions_total exempt exempt", 1),
        (
            "statuary_paywall_decisions_total refused check-unavailable",
            2,
        ),
        ("statuary_paywall_decisions_total refused expired", 1),
        ("statuary_paywall_decisions_total refused paused", 1),
        (
            "statuary_paywall_decisions_total waived check-unavailable",
            1,
        ),
    ];
    let expected = expected.map(|(name, count)| (name.to_owned(), count));
    assert_eq!(counted(ask_all()), BTreeMap::from(expected));
}

#[test]
fn who_passes_is_counted_by_the_code_of_a_standing() {
    for grant in [Grant::free(), Grant::grace(), Grant::paid(), Grant::trial()] {
        let reason = grant.standing().code();
        let layer = PaywallLayer::new(Always(grant.into()));
        let counted = counted(async { drop(ask(layer, by("anyone")).await) });
        let name = format!("statuary_paywall_decisions_total admitted {reason}");
        assert_eq!(counted, BTreeMap::from([(name, 1)]));
    }
}

/// Asks once for each of several things, with one after the other.
pub(super) async fn ask_all() {
    let layer = PaywallLayer::new(Obedient).deadline(Duration::from_millis(20));
    let mut preflight = by("secret-account");
    *preflight.method_mut() = Method::OPTIONS;
    ask(layer.clone(), preflight).await;
    for name in [
        "secret-account",
        "remembered secret-account",
        "expired",
        "remembered paused",
        "fail",
        "hang",
    ] {
        ask(layer.clone(), by(name)).await;
    }
    ask(layer.on_failure(FailurePolicy::Open), by("fail")).await;
}
