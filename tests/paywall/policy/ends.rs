//! When a subscription ends: every end to the second.

use std::time::Duration;

use statuary::{
    Reason,
    policy::{Policy, Status, Subscription, Treatment},
    subscription::Standing,
};

use super::{DAY, END, judged, undecided};
use crate::support::at;

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
            "the subscription was cancelled, and the end of its period is not known",
        ),
    ] {
        let subscription = Subscription::new(status.clone());
        let undecided = policy.decide(&subscription).unwrap_err();
        assert_eq!(undecided.status(), Some(&status));
        assert_eq!(undecided.to_string(), sentence);
        let source = std::error::Error::source(&undecided).unwrap();
        assert_eq!(
            source.to_string(),
            "what is known of the subscription is too little to decide by"
        );
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
