//! What the words of payment providers mean, and what is done by default.

use statuary::{
    Reason,
    policy::{Policy, Status, Subscription, Treatment},
    subscription::Standing,
};

use super::{DAY, END, judged, undecided};
use crate::support::at;

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
