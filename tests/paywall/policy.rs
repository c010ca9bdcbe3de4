//! What a subscription is worth: every word of the vocabularies, and every end to the second.

use std::time::{Duration, SystemTime};

use statuary::{
    Decision, Denial, Grant, Reason,
    policy::{Policy, Requirement, Status, Subscription, Treatment},
    subscription::Standing,
};

use crate::support::at;

const DAY: u64 = 86_400;
const END: u64 = 1_000_000_000;

/// What a policy says at a second: the standing and its end, or the reason.
#[track_caller]
fn judged(policy: &Policy, subscription: &Subscription, second: u64) -> Judged {
    let policy = policy.clone().clock(move || at(second));
    match policy.decide(subscription).unwrap() {
        Decision::Admit(grant) => Ok((grant.standing(), grant.valid_until())),
        Decision::Refuse(denial) => Err(denial.reason()),
    }
}

/// Why a policy cannot tell at a second.
#[track_caller]
fn undecided(policy: &Policy, subscription: &Subscription, second: u64) -> String {
    let policy = policy.clone().clock(move || at(second));
    policy.decide(subscription).unwrap_err().to_string()
}

type Judged = Result<(Standing, Option<SystemTime>), Reason>;

#[test]
fn every_word_of_the_vocabularies_is_known() {
    use Status::*;

    for (word, status) in [
        ("active", Active),
        ("canceled", Ended),
        ("incomplete", Incomplete),
        ("incomplete_expired", Abandoned),
        ("past_due", PastDue),
        ("paused", Paused),
        ("trialing", Trialing),
        ("unpaid", Unpaid),
        ("ACTIVE", Unknown("ACTIVE".into())),
        ("", Unknown("".into())),
    ] {
        assert_eq!(Status::from_stripe(word), status, "{word}");
    }
    for (word, status) in [
        ("active", Active),
        ("canceled", Ended),
        ("deleted", Ended),
        ("past_due", PastDue),
        ("paused", Paused),
        ("trialing", Trialing),
        ("unpaid", Unknown("unpaid".into())),
    ] {
        assert_eq!(Status::from_paddle(word), status, "{word}");
    }
    for (number, status) in [
        (0, Unknown("0".into())),
        (1, Active),
        (2, Expired),
        (3, OnHold),
        (4, InGrace),
        (5, Revoked),
        (6, Unknown("6".into())),
        (i32::MIN, Unknown("-2147483648".into())),
    ] {
        assert_eq!(Status::from_apple(number), status, "{number}");
    }
    for (word, status) in [
        ("ACTIVE", Active),
        ("CANCELED", Cancelled),
        ("EXPIRED", Expired),
        ("IN_GRACE_PERIOD", InGrace),
        ("ON_HOLD", OnHold),
        ("PAUSED", Paused),
        ("PENDING", Pending),
        ("PENDING_PURCHASE_CANCELED", Abandoned),
    ] {
        assert_eq!(Status::from_google_play(word), status, "{word}");
        let long = format!("SUBSCRIPTION_STATE_{word}");
        assert_eq!(Status::from_google_play(&long), status, "{long}");
    }
    let unspecified = "SUBSCRIPTION_STATE_UNSPECIFIED";
    assert_eq!(
        Status::from_google_play(unspecified),
        Unknown(unspecified.into())
    );
}

#[test]
fn the_defaults_are_those_of_the_table() {
    let (before, after) = (END - 1, END + 30 * DAY);
    let paid = Ok((Standing::Paid, Some(at(END))));
    for (status, within, beyond) in [
        (
            Status::Abandoned,
            Err(Reason::Incomplete),
            Reason::Incomplete,
        ),
        (Status::Cancelled, paid, Reason::Cancelled),
        (Status::Ended, Err(Reason::Cancelled), Reason::Cancelled),
        (Status::Expired, Err(Reason::Expired), Reason::Expired),
        (
            Status::Incomplete,
            Err(Reason::Incomplete),
            Reason::Incomplete,
        ),
        (Status::OnHold, Err(Reason::PastDue), Reason::PastDue),
        (Status::PastDue, Err(Reason::PastDue), Reason::PastDue),
        (Status::Paused, Err(Reason::Paused), Reason::Paused),
        (Status::Pending, Err(Reason::Incomplete), Reason::Incomplete),
        (Status::Revoked, Err(Reason::Cancelled), Reason::Cancelled),
        (
            Status::Trialing,
            Ok((Standing::Trial, Some(at(END)))),
            Reason::Expired,
        ),
        (Status::Unpaid, Err(Reason::Unpaid), Reason::Unpaid),
        (
            Status::Unknown("odd".into()),
            Ok((Standing::Grace, Some(at(END)))),
            Reason::Expired,
        ),
    ] {
        let subscription = Subscription::new(status.clone()).with_period_end(at(END));
        let policy = Policy::default();
        assert_eq!(judged(&policy, &subscription, before), within, "{status:?}");
        assert_eq!(
            judged(&policy, &subscription, after),
            Err(beyond),
            "{status:?}"
        );
    }
    // It says that all is paid, and nobody has heard of the period that was paid for.
    let active = Subscription::new(Status::Active).with_period_end(at(END));
    let policy = Policy::default();
    assert_eq!(judged(&policy, &active, before), paid);
    assert_eq!(
        undecided(&policy, &active, after),
        "the subscription is active, and there is no news of its renewal"
    );
    // The billing system's own grace has no end but the status itself.
    let in_grace = Subscription::new(Status::InGrace).with_period_end(at(END));
    assert_eq!(
        judged(&policy, &in_grace, before),
        Ok((Standing::Grace, Some(at(END))))
    );
    assert_eq!(
        judged(&policy, &in_grace, after),
        Ok((Standing::Grace, None))
    );
}

#[test]
fn what_has_no_end_is_judged_by_its_status_alone() {
    let policy = Policy::default().grace_days(7);
    for (status, judgement) in [
        (Status::Active, Ok((Standing::Paid, None))),
        (Status::Trialing, Ok((Standing::Trial, None))),
        (Status::InGrace, Ok((Standing::Grace, None))),
        // Nobody knows when the grace began.
        (Status::PastDue, Err(Reason::PastDue)),
    ] {
        let subscription = Subscription::new(status);
        assert_eq!(judged(&policy, &subscription, END), judgement);
    }
}

#[test]
fn who_counts_to_an_end_that_is_not_known_is_not_refused() {
    let policy = Policy::default().grace_days(7);
    for (status, sentence) in [
        (
            Status::Unknown("odd".into()),
            r#"status "odd" is not known, nor is the end of its period"#,
        ),
        (
            Status::Cancelled,
            "the subscription was cancelled, and nobody knows the end of its period",
        ),
    ] {
        let subscription = Subscription::new(status.clone());
        let undecided = policy.decide(&subscription).unwrap_err();
        assert_eq!(undecided.status(), Some(&status));
        assert_eq!(undecided.to_string(), sentence);
        // A grace that has a beginning is an answer.
        let grace = policy.clone().grace_days_for(status, 1);
        let since = subscription.with_past_due_since(at(END));
        let until = Ok((Standing::Grace, Some(at(END + DAY))));
        assert_eq!(judged(&grace, &since, END), until);
    }
    let odd = Subscription::new(Status::Unknown("odd".into()));
    let refuses = policy.clone().unknown(Treatment::Refuse);
    assert_eq!(judged(&refuses, &odd, END), Err(Reason::Expired));
    let admits = policy.unknown(Treatment::Admit);
    assert_eq!(judged(&admits, &odd, END), Ok((Standing::Grace, None)));
}

#[test]
fn a_period_that_goes_on_does_not_stretch_the_grace() {
    // When a payment fails, some systems have begun the next period already.
    let late = Subscription::new(Status::PastDue).with_period_end(at(END + 30 * DAY));
    let policy = Policy::default().grace_days(7);
    assert_eq!(judged(&policy, &late, END), Err(Reason::PastDue));
    let until = Ok((Standing::Grace, Some(at(END + 7 * DAY))));
    let begun = late.clone().with_period_start(at(END));
    let since = late.with_past_due_since(at(END));
    for known in [&begun, &since] {
        assert_eq!(judged(&policy, known, END), until);
        assert_eq!(judged(&policy, known, END + 7 * DAY), Err(Reason::PastDue));
    }
    // What is known of the payment itself counts more.
    let earlier = begun.with_past_due_since(at(END - 5 * DAY));
    let until = Ok((Standing::Grace, Some(at(END + 2 * DAY))));
    assert_eq!(judged(&policy, &earlier, END), until);
    // So does an end that has come: then no other period has begun.
    let ended = Subscription::new(Status::PastDue)
        .with_period_start(at(END - 25 * DAY))
        .with_period_end(at(END - 5 * DAY));
    assert_eq!(judged(&policy, &ended, END), until);
}

#[test]
fn only_an_open_payment_is_as_old_as_the_period() {
    use Status::*;

    let begun = |status: &Status| {
        Subscription::new(status.clone())
            .with_period_start(at(END))
            .with_period_end(at(END + 30 * DAY))
    };
    let grace = |end| Ok((Standing::Grace, Some(at(end))));
    let granted = |status: &Status| Policy::default().grace_days_for(status.clone(), 7);
    for status in [Incomplete, OnHold, PastDue, Pending, Unpaid] {
        let judged = judged(&granted(&status), &begun(&status), END + 2 * DAY);
        assert_eq!(judged, grace(END + 7 * DAY), "{status:?}");
    }
    for status in [Abandoned, Ended, Expired, Paused, Revoked] {
        let (policy, subscription) = (granted(&status), begun(&status));
        // The day of the period says nothing of when it came into this status.
        for second in [END + 2 * DAY, END + 8 * DAY] {
            let judged = judged(&policy, &subscription, second);
            assert!(judged.is_err(), "{status:?} {judged:?}");
        }
        let since = subscription.clone().with_past_due_since(at(END + 8 * DAY));
        let judged_since = judged(&policy, &since, END + 8 * DAY);
        assert_eq!(judged_since, grace(END + 15 * DAY), "{status:?}");
        let judged_after = judged(&policy, &subscription, END + 31 * DAY);
        assert_eq!(judged_after, grace(END + 37 * DAY), "{status:?}");
    }
}

#[test]
fn a_period_ends_to_the_second_and_renews_with_leeway() {
    let active = Subscription::new(Status::Active).with_period_end(at(END));
    let hour = Policy::default();
    let late = Ok((Standing::Grace, Some(at(END + 3_600))));
    assert_eq!(
        judged(&hour, &active, END - 1),
        Ok((Standing::Paid, Some(at(END))))
    );
    assert_eq!(judged(&hour, &active, END), late);
    assert_eq!(judged(&hour, &active, END + 3_599), late);
    // That it was not renewed has been told by nobody, however long ago that was.
    let none = Policy::default().renewal_leeway(Duration::ZERO);
    for (policy, second) in [
        (&hour, END + 3_600),
        (&hour, END + 3_650 * DAY),
        (&none, END),
    ] {
        let told = undecided(policy, &active, second);
        assert!(told.ends_with("no news of its renewal"), "{told}");
    }

    let ending = active.with_cancel_at_period_end(true);
    assert_eq!(
        judged(&hour, &ending, END - 1),
        Ok((Standing::Paid, Some(at(END))))
    );
    assert_eq!(judged(&hour, &ending, END), Err(Reason::Cancelled));
}

#[test]
fn a_trial_ends_by_its_own_date() {
    let trial = Subscription::new(Status::Trialing)
        .with_trial_end(at(END))
        .with_period_end(at(END + 30 * DAY));
    let policy = Policy::default().renewal_leeway(Duration::ZERO);
    assert_eq!(
        judged(&policy, &trial, END - 1),
        Ok((Standing::Trial, Some(at(END))))
    );
    assert_eq!(judged(&policy, &trial, END), Err(Reason::Expired));

    let none = policy.clone().trials(Treatment::Refuse);
    assert_eq!(judged(&none, &trial, END - 1), Err(Reason::NeverSubscribed));
    // Whatever its date says, and whether it was cancelled or not.
    let all = policy.trials(Treatment::Admit);
    let cancelled = trial.with_cancel_at_period_end(true);
    for second in [END - 1, END, END + 30 * DAY] {
        assert_eq!(
            judged(&all, &cancelled, second),
            Ok((Standing::Trial, None))
        );
    }
}

#[test]
fn grace_is_counted_from_the_first_overdue_second() {
    let policy = Policy::default().grace_days(7);
    let since_end = Subscription::new(Status::PastDue).with_period_end(at(END));
    let since = since_end.clone().with_past_due_since(at(END - DAY));
    for (subscription, end) in [(since_end, END + 7 * DAY), (since, END + 6 * DAY)] {
        let grace = Ok((Standing::Grace, Some(at(end))));
        assert_eq!(judged(&policy, &subscription, END), grace);
        assert_eq!(judged(&policy, &subscription, end - 1), grace);
        assert_eq!(judged(&policy, &subscription, end), Err(Reason::PastDue));
    }
}

#[test]
fn grace_is_given_for_each_status() {
    let policy = Policy::default()
        .grace_days_for(Status::Unpaid, 1)
        .grace_days_for(Status::Unpaid, 2)
        .grace_days_for(Status::Active, 3);
    let unpaid = Subscription::new(Status::Unpaid).with_period_end(at(END));
    assert!(judged(&policy, &unpaid, END + 2 * DAY - 1).is_ok());
    assert_eq!(judged(&policy, &unpaid, END + 2 * DAY), Err(Reason::Unpaid));

    // Beyond what the status is worth by itself.
    let active = Subscription::new(Status::Active).with_period_end(at(END));
    let grace = Ok((Standing::Grace, Some(at(END + 3 * DAY))));
    assert_eq!(judged(&policy, &active, END + 2 * DAY), grace);
    undecided(&policy, &active, END + 3 * DAY);

    let past_due = Subscription::new(Status::PastDue).with_period_end(at(END));
    assert_eq!(judged(&policy, &past_due, END), Err(Reason::PastDue));
}

#[test]
fn the_grace_of_a_trial_is_counted_from_its_end() {
    let policy = Policy::default().grace_days_for(Status::Trialing, 3);
    let trial = Subscription::new(Status::Trialing).with_trial_end(at(END));
    let with_period = trial.clone().with_period_end(at(END + 30 * DAY));
    let grace = Ok((Standing::Grace, Some(at(END + 3 * DAY))));
    for trial in [trial, with_period] {
        assert_eq!(judged(&policy, &trial, END + 2 * DAY), grace, "{trial:?}");
        let after = judged(&policy, &trial, END + 3 * DAY);
        assert_eq!(after, Err(Reason::Expired), "{trial:?}");
    }
}

#[test]
fn the_owner_judges_what_may_be_judged_either_way() {
    type Setter = fn(Policy, Treatment) -> Policy;
    let setters: [(Status, Setter, Reason); 3] = [
        (Status::Incomplete, Policy::incomplete, Reason::Incomplete),
        (Status::Paused, Policy::paused, Reason::Paused),
        (
            Status::Unknown("odd".into()),
            Policy::unknown,
            Reason::Expired,
        ),
    ];
    for (status, set, reason) in setters {
        let subscription = Subscription::new(status).with_period_end(at(END));
        let [admit, until, refuse] = [Treatment::Admit, Treatment::UntilEnd, Treatment::Refuse]
            .map(|treatment| set(Policy::default(), treatment));
        for second in [END - 1, END] {
            let forever = Ok((Standing::Grace, None));
            assert_eq!(judged(&admit, &subscription, second), forever);
            assert_eq!(judged(&refuse, &subscription, second), Err(reason));
        }
        assert_eq!(
            judged(&until, &subscription, END - 1),
            Ok((Standing::Grace, Some(at(END))))
        );
        assert_eq!(judged(&until, &subscription, END), Err(reason));
    }
}

#[test]
fn who_never_subscribed_is_told_so() {
    let decision = Policy::default().decide(None).unwrap();
    assert_eq!(decision, Reason::NeverSubscribed.into());
}

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
        .with_plan(None)
        .with_quota_left(None)
        .with_valid_until(None)
        .with_period_end(None)
        .with_billing_anchor(None);
    assert_eq!(forgotten, Grant::paid());
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
        .with_plan(None)
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

#[test]
fn ends_that_no_clock_reaches_are_none() {
    let endless = Ok((Standing::Grace, None));
    let policy = Policy::default().renewal_leeway(Duration::MAX);
    let ended = |status| Subscription::new(status).with_period_end(at(END));
    for status in [Status::Active, Status::Trialing] {
        assert_eq!(judged(&policy, &ended(status), 2 * END), endless);
    }
    let cancelled = ended(Status::Active).with_cancel_at_period_end(true);
    assert_eq!(judged(&policy, &cancelled, END), Err(Reason::Cancelled));

    let far = i64::MAX as u64;
    let policy = Policy::default().grace_days(u32::MAX);
    for status in [Status::Active, Status::PastDue, Status::Trialing] {
        let subscription = Subscription::new(status).with_period_end(at(far));
        assert_eq!(judged(&policy, &subscription, far), endless);
    }
}
