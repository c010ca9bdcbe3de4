//! Of two checks either is enough, or both must admit.

use std::time::SystemTime;

use futures_util::FutureExt;
use statuary::{
    Decision, Grant, Reason, SubscriptionCheck, SubscriptionCheckExt, Unidentified,
    subscription::UnansweredKind,
};

use super::{Answer, Told, admits, head, refuses};
use crate::support::SECOND;

#[test]
fn either_admission_is_enough_and_not_knowing_is_no_refusal() {
    let (gold, free) = (Grant::paid().with_plan("gold"), Grant::free());
    let [unknown, panicked] = [UnansweredKind::Failed, UnansweredKind::Panicked].map(Err);
    let none = || refuses(Reason::NeverSubscribed);
    for (first, second, together) in [
        (admits(gold.clone()), Answer::Hangs, Ok(gold.clone().into())),
        (
            refuses(Reason::Expired),
            admits(free.clone()),
            Ok(free.clone().into()),
        ),
        (Answer::Fails, admits(free.clone()), Ok(free.clone().into())),
        (Answer::Panics, admits(free.clone()), Ok(free.into())),
        (
            refuses(Reason::Expired),
            refuses(Reason::Unpaid),
            Ok(Reason::Expired.into()),
        ),
        (none(), refuses(Reason::Unpaid), Ok(Reason::Unpaid.into())),
        (refuses(Reason::Unpaid), none(), Ok(Reason::Unpaid.into())),
        (Answer::Fails, refuses(Reason::Expired), unknown.clone()),
        (refuses(Reason::Expired), Answer::Fails, unknown.clone()),
        (Answer::Fails, Answer::Fails, unknown),
        (Answer::Panics, refuses(Reason::Expired), panicked.clone()),
        (refuses(Reason::Expired), Answer::Panics, panicked),
    ] {
        let case = format!("{first:?} or {second:?}");
        let together: Result<Decision, _> = together;
        for remembers in [false, true] {
            let [mut one, mut two] = [first.clone(), second.clone()].map(Told::new);
            (one.remembers, two.remembers) = (remembers, remembers);
            let check = one.or(two);
            let subject = check.subject(&head()).unwrap();
            let answer = check.check(&subject).now_or_never().unwrap();
            let answer = answer.map_err(|unanswered| unanswered.kind());
            assert_eq!(answer, together, "{case}");
            let subjects = [subject.clone()];
            let answer = check.check_all(&subjects).now_or_never().unwrap();
            let answer = answer.map_err(|unanswered| unanswered.kind());
            assert_eq!(answer, together.clone().map(|one| vec![one]), "{case}");
            // What it remembers is what it would answer.
            if let Some(remembered) = check.remembered(&subject) {
                assert_eq!(Ok(remembered), together, "{case}");
            }
        }
    }
}

#[test]
fn a_check_that_does_not_know_the_caller_is_left_out() {
    for (first, second) in [(false, true), (true, false)] {
        let mut one = Told::new(refuses(Reason::Expired));
        let mut two = Told::new(refuses(Reason::Unpaid));
        (one.knows, two.knows) = (first, second);
        let check = one.clone().or(two.clone());
        let subject = check.subject(&head()).unwrap();
        assert_eq!(subject.first().is_some(), first);
        assert_eq!(subject.second().is_some(), second);
        let answer = check.check(&subject).now_or_never().unwrap().unwrap();
        let reason = if first {
            Reason::Expired
        } else {
            Reason::Unpaid
        };
        assert_eq!(answer, reason.into());
        assert_eq!((one.asked(), two.asked()), (first.into(), second.into()));
        assert_eq!(one.and(two).subject(&head()), Err(Unidentified));
    }
    let mut nobody = Told::new(Answer::Fails);
    nobody.knows = false;
    let check = nobody.clone().or(nobody);
    assert_eq!(check.subject(&head()).unwrap_err(), Unidentified);
}

#[tokio::test]
async fn both_must_admit() {
    let end = SystemTime::UNIX_EPOCH + SECOND;
    let seat = Grant::trial().with_quota_left(9).with_plan("seat");
    let site = Grant::paid().with_quota_left(4).with_valid_until(end);
    for remembers in [false, true] {
        let mut one = Told::new(admits(site.clone()));
        let mut two = Told::new(admits(seat.clone()));
        (one.remembers, two.remembers) = (remembers, remembers);
        let check = one.and(two);
        let expected = Decision::from(site.clone().with_plan("seat"));
        assert_eq!(check.check(&(7, 7)).await.unwrap(), expected);
        let remembered = check.remembered(&(7, 7));
        assert_eq!(remembered, remembers.then_some(expected));
    }

    let second = Told::new(admits(seat.clone()));
    let check = Told::new(refuses(Reason::Expired)).and(second.clone());
    assert_eq!(check.check(&(7, 7)).await.unwrap(), Reason::Expired.into());
    assert_eq!(second.asked(), 0);
    let check = second.clone().and(Told::new(refuses(Reason::Unpaid)));
    assert_eq!(check.check(&(7, 7)).await.unwrap(), Reason::Unpaid.into());
    for check in [
        Told::new(Answer::Fails).and(second.clone()),
        second.and(Told::new(Answer::Fails)),
    ] {
        assert!(check.check(&(7, 7)).await.is_err());
    }
}

#[tokio::test]
async fn periods_are_counted_from_their_own_anchor() {
    let [early, late] = [1, 2].map(|seconds| SystemTime::UNIX_EPOCH + seconds * SECOND);
    let seat = Grant::paid().with_billing_anchor(early);
    for (site, anchor) in [
        (Grant::paid(), early),
        (Grant::paid().with_period_end(late), late),
        (Grant::paid().with_billing_anchor(late), late),
    ] {
        let check = Told::new(admits(site)).and(Told::new(admits(seat.clone())));
        let Decision::Admit(grant) = check.check(&(7, 7)).await.unwrap() else {
            panic!("both admit")
        };
        assert_eq!(grant.billing_anchor(), Some(anchor));
    }
}
