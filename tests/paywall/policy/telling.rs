//! What is told of a subscription, and what is asked of it.

use std::{
    borrow::Cow,
    convert::Infallible,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use statuary::{
    Decision, Denial, Grant, PaywallLayer, Reason,
    policy::{Policy, Requirement, Status, Subscription},
    subscription::{Unanswered, UnansweredKind},
};

use tower::{Layer, ServiceExt, service_fn};

use super::{DAY, END};
use crate::support::{Always, Body, at, by};

#[test]
fn what_a_row_may_not_hold_is_taken_as_it_is() {
    let row: (Option<String>, Option<SystemTime>) = (None, None);
    let of = |(plan, time): &(Option<String>, Option<SystemTime>)| {
        Subscription::new(Status::Active)
            .with_plan(plan.as_deref())
            .with_period_start(*time)
            .with_period_end(*time)
            .with_billing_anchor(*time)
            .with_trial_end(*time)
            .with_past_due_since(*time)
    };
    assert_eq!(of(&row), Subscription::new(Status::Active));
    let row = (Some("pro".to_owned()), Some(at(END)));
    let same = Subscription::new(Status::Active)
        .with_plan("pro")
        .with_period_start(at(END))
        .with_period_end(at(END))
        .with_billing_anchor(at(END))
        .with_trial_end(at(END))
        .with_past_due_since(at(END));
    assert_eq!(of(&row), same);

    let grant = |plan: Option<&str>, units: Option<u64>, time: Option<SystemTime>| {
        Grant::paid()
            .with_plan(plan)
            .with_quota_left(units)
            .with_valid_until(time)
            .with_period_end(time)
            .with_billing_anchor(time)
    };
    assert_eq!(grant(None, None, None), Grant::paid());
    let known = grant(Some("pro"), Some(3), Some(at(END)));
    assert_eq!((known.plan(), known.quota_left()), (Some("pro"), Some(3)));
    assert_eq!(known.billing_anchor(), Some(at(END)));
    let forgotten = known
        .with_plan(None::<&str>)
        .with_quota_left(None)
        .with_valid_until(None)
        .with_period_end(None)
        .with_billing_anchor(None);
    assert_eq!(forgotten, Grant::paid());
}

/// A handler that asks by itself answers as a check that requires the same.
#[test]
fn a_requirement_decides_for_a_handler() {
    let gold = Requirement::plan("gold");
    let [named, silver] = ["gold", "silver"].map(|plan| {
        let grant = Grant::paid().with_plan(plan);
        grant.with_valid_until(at(END))
    });
    assert_eq!(gold.decide(named.clone()), Ok(named.into()));
    let refused = Denial::new(Reason::NotInPlan)
        .with_plan("silver")
        .with_valid_until(at(END));
    assert_eq!(gold.decide(silver), Ok(refused.into()));

    let undecided = gold.decide(Grant::paid()).unwrap_err();
    let unanswered = Unanswered::from(undecided.clone());
    assert_eq!(unanswered.kind(), UnansweredKind::Failed);
    let source = std::error::Error::source(&unanswered).unwrap();
    assert_eq!(source.downcast_ref(), Some(&undecided));
}

/// Of a caller whom its owner lets pass, nobody knows what was paid for.
#[tokio::test]
async fn a_requirement_admits_whom_a_shadow_lets_through() {
    let shadow = PaywallLayer::new(Always(Reason::Expired.into())).shadow();
    let handler = service_fn(async |request: Request<Body>| {
        let grant = request.extensions().get::<Grant>().unwrap().clone();
        let decision = Requirement::plan("gold").decide(grant);
        let is_admitted = matches!(decision, Ok(Decision::Admit(_)));
        let body = Full::<Bytes>::from(is_admitted.to_string());
        Ok::<_, Infallible>(Response::new(body))
    });
    let response = shadow.layer(handler).oneshot(by("anyone")).await.unwrap();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body, "true");
}

/// As it comes from a row, a request or a configuration.
#[test]
fn a_plan_is_taken_as_people_have_it() {
    let (row, shared) = (Some("pro".to_owned()), Arc::<str>::from("pro"));
    let owned = "pro".to_owned();
    for grant in [
        Grant::paid().with_plan(&owned),
        Grant::paid().with_plan(owned),
        Grant::paid().with_plan(Cow::from("pro")),
        Grant::paid().with_plan(&row),
        Grant::paid().with_plan(row.as_ref()),
        Grant::paid().with_plan(row.as_deref()),
        Grant::paid().with_plan(row.clone()),
        Grant::paid().with_plan(&shared),
        Grant::paid().with_plan(shared),
    ] {
        assert_eq!(grant.plan(), Some("pro"));
    }
    let denial = Denial::new(Reason::NotInPlan).with_plan(&row);
    assert_eq!(denial.plan(), Some("pro"));
    let subscription = Subscription::new(Status::Active);
    assert_eq!(
        subscription.clone().with_plan(row),
        subscription.with_plan("pro")
    );
}

#[test]
fn a_denial_takes_what_is_not_known_as_it_is() {
    let plain = || Denial::new(Reason::QuotaExhausted);
    let of = |plan: Option<&str>, units: Option<u64>, wait: Option<Duration>| {
        plain()
            .with_plan(plan)
            .with_valid_until(wait.map(|wait| at(END) + wait))
            .with_limit(units)
            .with_remaining(units)
            .with_reset(wait)
            .with_retry_after(wait)
            .with_violated_policies(plan)
    };
    assert_eq!(of(None, None, None), plain());
    let day = Duration::from_secs(DAY);
    let known = of(Some("pro"), Some(3), Some(day));
    let same = plain()
        .with_plan("pro")
        .with_valid_until(at(END + DAY))
        .with_limit(3)
        .with_remaining(3)
        .with_reset(day)
        .with_retry_after(day)
        .with_violated_policies(["pro"]);
    assert_eq!(known, same);
    let forgotten = known
        .with_plan(None::<&str>)
        .with_valid_until(None)
        .with_limit(None)
        .with_remaining(None)
        .with_reset(None)
        .with_retry_after(None)
        .with_violated_policies([] as [&str; 0]);
    assert_eq!(forgotten, plain());
}

#[test]
fn the_grant_says_what_the_subscription_holds() {
    let subscription = Subscription::new(Status::Active)
        .with_plan("pro")
        .with_features(["reports", "exports"]);
    let decision = Policy::default().decide(&subscription).unwrap();
    let grant = Grant::paid()
        .with_plan("pro")
        .with_features(["exports", "reports"]);
    assert_eq!(decision, Decision::Admit(grant.clone()));
    assert_eq!(grant.features().collect::<Vec<_>>(), ["exports", "reports"]);

    for (requirement, met) in [
        (Requirement::plan("pro"), true),
        (Requirement::plan("Pro"), false),
        (Requirement::feature("reports"), true),
        (Requirement::feature("report"), false),
        (
            Requirement::plan("max").or(Requirement::feature("exports")),
            true,
        ),
        (
            Requirement::plan("max").or(Requirement::feature("sso")),
            false,
        ),
        (
            Requirement::plan("pro").and(Requirement::feature("exports")),
            true,
        ),
        (
            Requirement::plan("pro").and(Requirement::feature("sso")),
            false,
        ),
    ] {
        let decision = Policy::default()
            .requiring(requirement.clone())
            .decide(&subscription)
            .unwrap();
        let expected = if met {
            Decision::Admit(grant.clone())
        } else {
            Denial::new(Reason::NotInPlan).with_plan("pro").into()
        };
        assert_eq!(decision, expected, "{requirement:?}");
    }
}

#[test]
fn requirements_of_a_policy_add_up() {
    let policy = Policy::default()
        .requiring(Requirement::feature("reports"))
        .requiring(Requirement::feature("exports"));
    for (features, met) in [
        (vec!["reports"], false),
        (vec!["exports"], false),
        (vec!["reports", "exports"], true),
    ] {
        let subscription = Subscription::new(Status::Active).with_features(features);
        let decision = policy.decide(&subscription).unwrap();
        assert_eq!(decision.is_admitted(), met, "{subscription:?}");
    }
}

#[test]
fn whether_an_unnamed_plan_is_too_small_nobody_can_tell() {
    let unnamed = Subscription::new(Status::Active);
    let policy = Policy::default().requiring(Requirement::plan("pro"));
    let undecided = policy.decide(&unnamed).unwrap_err();
    assert_eq!(
        undecided.to_string(),
        "a plan or feature is required, and the grant names no plan"
    );
    assert_eq!(undecided.status(), None);
    // Who is refused anyway is refused.
    let expired = Subscription::new(Status::Expired);
    assert_eq!(policy.decide(&expired).unwrap(), Reason::Expired.into());
}

#[test]
fn a_denial_tells_the_plan_and_the_end_that_has_come() {
    let policy = Policy::default().clock(|| at(END));
    let subscription = |status| Subscription::new(status).with_plan("pro");
    let denied = |reason| Denial::new(reason).with_plan("pro");
    let ended = at(END);
    let to_come = at(END + 1);
    for (subscription, denial) in [
        (
            subscription(Status::Expired).with_period_end(ended),
            denied(Reason::Expired).with_valid_until(ended),
        ),
        (
            subscription(Status::Cancelled).with_period_end(ended),
            denied(Reason::Cancelled).with_valid_until(ended),
        ),
        // The period that is to come is the one that was not paid for.
        (
            subscription(Status::PastDue).with_period_end(to_come),
            denied(Reason::PastDue),
        ),
        (
            subscription(Status::Trialing)
                .with_trial_end(at(END - DAY))
                .with_period_end(to_come),
            denied(Reason::Expired).with_valid_until(at(END - DAY)),
        ),
        (subscription(Status::Unpaid), denied(Reason::Unpaid)),
        (Subscription::new(Status::Unpaid), Reason::Unpaid.into()),
    ] {
        let decision = policy.decide(&subscription).unwrap();
        assert_eq!(decision, Decision::Refuse(denial), "{subscription:?}");
    }
    let running = subscription(Status::Active).with_period_end(to_come);
    let policy = policy.requiring(Requirement::plan("max"));
    let denial = denied(Reason::NotInPlan).with_valid_until(to_come);
    assert_eq!(policy.decide(&running).unwrap(), denial.into());
}
