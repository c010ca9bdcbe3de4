//! Checks made of checks: deadlines, alternatives, requirements.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, SystemTime},
};

use futures_util::FutureExt;
use http::{Request, Response, request::Parts};
use statuary::{
    Cache, Decision, Denial, Grant, PaywallLayer, Reason, SubscriptionCheck, SubscriptionCheckExt,
    Unidentified,
    checks::TripPolicy,
    policy::Requirement,
    subscription::{Unanswered, UnansweredKind},
};
use tokio::time::Instant;
use tower::{Layer, Service};

use crate::support::{Body, MILLI, SECOND, ask, by};

/// Answers what it is told to, and knows the callers that it is told to.
#[derive(Clone, Debug)]
struct Told {
    answer: Answer,
    knows: bool,
    remembers: bool,
    asked: Arc<AtomicUsize>,
}

#[derive(Clone, Debug)]
enum Answer {
    Decides(Decision),
    Fails,
    Hangs,
}

impl Told {
    fn new(answer: Answer) -> Self {
        Self {
            answer,
            knows: true,
            remembers: false,
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl SubscriptionCheck for Told {
    type Subject = u8;
    type Error = io::Error;

    fn subject(&self, _: &Parts) -> Result<u8, Unidentified> {
        self.knows.then_some(7).ok_or(Unidentified)
    }

    fn remembered(&self, _: &u8) -> Option<Decision> {
        match &self.answer {
            Answer::Decides(decision) if self.remembers => Some(decision.clone()),
            _ => None,
        }
    }

    async fn check(&self, _: &u8) -> Result<Decision, io::Error> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        match &self.answer {
            Answer::Decides(decision) => Ok(decision.clone()),
            Answer::Fails => Err(io::Error::other("gone")),
            Answer::Hangs => std::future::pending().await,
        }
    }
}

fn head() -> Parts {
    by("anyone").into_parts().0
}

fn admits(grant: Grant) -> Answer {
    Answer::Decides(grant.into())
}

fn refuses(reason: Reason) -> Answer {
    Answer::Decides(reason.into())
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_a_part_of_a_check() {
    let start = Instant::now();
    let hangs = Told::new(Answer::Hangs).deadline(SECOND);
    for answer in [
        hangs.check(&7).await.map(|_| ()),
        hangs.check_all(&[7]).await.map(|_| ()),
    ] {
        assert_eq!(answer.unwrap_err().kind(), UnansweredKind::Late);
    }
    let waited = start.elapsed() - 2 * SECOND;
    assert!(waited <= 2 * MILLI, "{waited:?}");

    let quick = Told::new(admits(Grant::paid())).deadline(Duration::ZERO);
    assert_eq!(quick.check(&7).await.unwrap(), Grant::paid().into());
}

#[test]
fn either_admission_is_enough_and_not_knowing_is_no_refusal() {
    let (gold, free) = (Grant::paid().with_plan("gold"), Grant::free());
    let unknown = || Err(UnansweredKind::Failed);
    let none = || refuses(Reason::NeverSubscribed);
    for (first, second, together) in [
        (admits(gold.clone()), Answer::Hangs, Ok(gold.clone().into())),
        (
            refuses(Reason::Expired),
            admits(free.clone()),
            Ok(free.clone().into()),
        ),
        (Answer::Fails, admits(free.clone()), Ok(free.into())),
        (
            refuses(Reason::Expired),
            refuses(Reason::Unpaid),
            Ok(Reason::Expired.into()),
        ),
        (none(), refuses(Reason::Unpaid), Ok(Reason::Unpaid.into())),
        (refuses(Reason::Unpaid), none(), Ok(Reason::Unpaid.into())),
        (Answer::Fails, refuses(Reason::Expired), unknown()),
        (refuses(Reason::Expired), Answer::Fails, unknown()),
        (Answer::Fails, Answer::Fails, unknown()),
    ] {
        let case = format!("{first:?} or {second:?}");
        let together: Result<Decision, _> = together;
        for remembers in [false, true] {
            let [mut one, mut two] = [first.clone(), second.clone()].map(Told::new);
            (one.remembers, two.remembers) = (remembers, remembers);
            let check = one.or(two);
            let subject = check.subject(&head()).unwrap();
            let answer = check.check(&subject).now_or_never().unwrap();
            assert_eq!(
                answer.map_err(|unanswered| unanswered.kind()),
                together,
                "{case}"
            );
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

/// Says of each number what it is told to, and counts the questions and the numbers.
#[derive(Clone)]
struct Numbers {
    decide: fn(u8) -> Decision,
    fails: bool,
    asked: Arc<[AtomicUsize; 2]>,
}

impl Numbers {
    fn new(decide: fn(u8) -> Decision) -> Self {
        Self {
            decide,
            fails: false,
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> [usize; 2] {
        [0, 1].map(|place| self.asked[place].swap(0, Ordering::Relaxed))
    }
}

impl SubscriptionCheck for Numbers {
    type Subject = u8;
    type Error = io::Error;

    fn subject(&self, head: &Parts) -> Result<u8, Unidentified> {
        let number = head.uri.path()[1..].parse().map_err(|_| Unidentified)?;
        // The second knows nobody whose number is a hundred or more.
        (number < 100 || self.fails)
            .then_some(number)
            .ok_or(Unidentified)
    }

    async fn check(&self, _: &u8) -> Result<Decision, io::Error> {
        panic!("it was to be asked about many")
    }

    async fn check_all(&self, numbers: &[u8]) -> Result<Vec<Decision>, io::Error> {
        self.asked[0].fetch_add(1, Ordering::Relaxed);
        self.asked[1].fetch_add(numbers.len(), Ordering::Relaxed);
        match self.fails {
            true => Err(io::Error::other("gone")),
            false => Ok(numbers
                .iter()
                .map(|number| (self.decide)(*number))
                .collect()),
        }
    }
}

#[tokio::test]
async fn about_many_each_check_is_asked_once() {
    let even = Numbers::new(|number| match number % 2 {
        0 => Grant::paid().with_plan("even").into(),
        _ => Reason::Expired.into(),
    });
    let small = Numbers::new(|number| match number {
        ..10 => Grant::trial().with_quota_left(u64::from(number)).into(),
        _ => Reason::Unpaid.into(),
    });
    let numbers = [1, 2, 11, 12];
    let expired = || Decision::from(Reason::Expired);
    let of_even = || Grant::paid().with_plan("even");

    let both = even.clone().and(small.clone());
    let answers = both
        .check_all(&numbers.map(|number| (number, number)))
        .await;
    let expected = [
        expired(),
        of_even().with_quota_left(2).into(),
        expired(),
        Reason::Unpaid.into(),
    ];
    assert_eq!(answers.unwrap(), expected);
    assert_eq!([even.asked(), small.asked()], [[1, 4], [1, 2]]);

    let either = even.clone().or(small.clone());
    let subject = |number: u8| {
        let head = Request::get(format!("/{number}")).body(()).unwrap();
        either.subject(&head.into_parts().0).unwrap()
    };
    let answers = either.check_all(&numbers.map(subject)).await;
    let expected = [
        Grant::trial().with_quota_left(1).into(),
        of_even().into(),
        expired(),
        of_even().into(),
    ];
    assert_eq!(answers.unwrap(), expected);
    assert_eq!([even.asked(), small.asked()], [[1, 4], [1, 2]]);

    // Nobody is left to ask about.
    assert!(either.check_all(&[subject(2)]).await.is_ok());
    assert_eq!([even.asked(), small.asked()], [[1, 1], [0, 0]]);
}

#[tokio::test]
async fn about_many_one_check_stands_in_for_another() {
    let fails = Numbers {
        fails: true,
        ..Numbers::new(|_| Grant::free().into())
    };
    let small = Numbers::new(|number| match number {
        ..10 => Grant::trial().into(),
        _ => Reason::Unpaid.into(),
    });
    let either = fails.clone().or(small.clone());
    let subject = |number: u8| {
        let head = Request::get(format!("/{number}")).body(()).unwrap();
        either.subject(&head.into_parts().0).unwrap()
    };
    let answers = either.check_all(&[1, 2].map(subject)).await;
    assert_eq!(
        answers.unwrap(),
        [Grant::trial().into(), Grant::trial().into()]
    );
    // Whom the second refuses or does not know, the first might have admitted.
    for number in [11, 100] {
        let answers = either.check_all(&[1, number].map(subject)).await;
        assert_eq!(source(answers.unwrap_err()), "gone");
    }
    let both = small.and(fails);
    assert_eq!(source(both.check_all(&[(1, 1)]).await.unwrap_err()), "gone");
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

#[tokio::test]
async fn a_route_asks_for_more_than_another() {
    let mut plans = Told::new(admits(Grant::paid().with_features(["reports"])));
    for remembers in [false, true] {
        plans.remembers = remembers;
        let status = async |feature: &str| {
            let check = plans.clone().requiring(Requirement::feature(feature));
            ask(PaywallLayer::new(check), by("alice")).await.status()
        };
        assert_eq!(status("reports").await, 200);
        assert_eq!(status("exports").await, 402);
    }
    let plans = Told::new(admits(Grant::paid().with_plan("silver")));
    let check = plans.requiring(Requirement::plan("gold"));
    let denial = Denial::new(Reason::NotInPlan).with_plan("silver");
    let many = check.check_all(&[1, 2]).await.unwrap();
    assert_eq!(many, [denial.clone().into(), denial.into()]);

    let unpaid = Told::new(refuses(Reason::Unpaid)).requiring(Requirement::plan("gold"));
    assert_eq!(unpaid.check(&7).await.unwrap(), Reason::Unpaid.into());
}

/// What becomes of a grant where this is required, asked in all ways: a reason for who is refused.
async fn required(grant: Grant, requirement: Requirement) -> Result<Option<Reason>, String> {
    let mut answers = Vec::new();
    for remembers in [false, true] {
        let mut told = Told::new(admits(grant.clone()));
        told.remembers = remembers;
        let check = told.clone().requiring(requirement.clone());
        let mut many = check.check_all(&[7, 7]).await.map_err(source);
        let one = check.check(&7).await.map_err(source);
        if let Some(remembered) = check.remembered(&7) {
            assert_eq!(Ok(remembered), one);
        }
        answers.push(
            many.as_mut()
                .map(|many| many.remove(1))
                .map_err(|told| told.clone()),
        );
        answers.push(one);
        // What it remembers it does not ask for.
        assert_eq!(told.asked(), if remembers { 0 } else { 2 });
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    Ok(answers.remove(0)?.denial().map(Denial::reason))
}

fn source(unanswered: Unanswered) -> String {
    assert_eq!(unanswered.kind(), UnansweredKind::Failed);
    std::error::Error::source(&unanswered).unwrap().to_string()
}

#[tokio::test]
async fn of_a_plan_that_is_not_named_nobody_can_tell_whether_it_is_too_small() {
    let gold = || Requirement::plan("gold");
    let [exports, reports] = ["exports", "reports"].map(|name| move || Requirement::feature(name));
    let named = Grant::paid().with_plan("silver");
    let features = Grant::paid().with_features(["reports"]);
    let small = Ok(Some(Reason::NotInPlan));
    let unknown = Err("a plan or feature is required, and the grant names no plan".to_owned());
    for (grant, requirement, expected) in [
        (named.clone(), gold(), &small),
        (named.clone(), exports(), &small),
        (named.clone(), gold().or(exports()), &small),
        (named, gold().or(Requirement::plan("silver")), &Ok(None)),
        (features.clone(), exports(), &small),
        (features.clone(), gold(), &unknown),
        (features.clone(), exports().or(gold()), &unknown),
        (features.clone(), gold().or(reports()), &Ok(None)),
        (Grant::paid(), gold(), &unknown),
        (Grant::paid(), exports(), &unknown),
        (Grant::trial(), gold(), &unknown),
        (Grant::grace(), exports().or(gold()), &unknown),
        // It has paid for no plan, and that is known.
        (Grant::free(), gold(), &small),
        (Grant::free(), exports().or(gold()), &small),
        (Grant::free(), exports().and(gold()), &small),
        // What one requirement is known to lack, no other makes up for.
        (features.clone(), gold().and(exports()), &small),
        (features.clone(), gold().and(reports()), &unknown),
        (Grant::paid(), gold().and(exports()), &unknown),
        (features.with_plan("gold"), gold().and(reports()), &Ok(None)),
    ] {
        let case = format!("{grant:?} where {requirement:?}");
        assert_eq!(required(grant, requirement).await, *expected, "{case}");
    }

    let check = Told::new(admits(Grant::paid())).requiring(gold());
    let response = ask(PaywallLayer::new(check), by("alice")).await;
    assert_eq!(response.status(), 503);
}

/// Were a check inside of another held twice, a few of them would overflow the stack.
#[test]
fn a_check_around_another_makes_its_future_little_larger() {
    const ROOM: usize = 10_000;

    struct Roomy;

    impl SubscriptionCheck for Roomy {
        type Subject = ();
        type Error = io::Error;

        fn subject(&self, _: &Parts) -> Result<(), Unidentified> {
            Ok(())
        }

        async fn check(&self, (): &()) -> Result<Decision, io::Error> {
            let room = [0_u8; ROOM];
            tokio::task::yield_now().await;
            std::hint::black_box(room);
            Ok(Grant::paid().into())
        }

        async fn check_all(&self, subjects: &[()]) -> Result<Vec<Decision>, io::Error> {
            let decision = self.check(&()).await?;
            Ok(vec![decision; subjects.len()])
        }
    }

    let check = Roomy
        .deadline(SECOND)
        .circuit_breaker(TripPolicy::new())
        .requiring(Requirement::plan("gold"))
        .or(Roomy)
        .and(Roomy);
    let subject = check.subject(&head()).unwrap();
    let size = size_of_val(&check.check(&subject));
    assert!(size < 2 * ROOM, "{size} bytes");
    let cached = check.cached(Cache::new(10));
    let size = size_of_val(&cached.check_all(&[subject]));
    assert!(size < 2 * ROOM, "{size} bytes");
}

#[test]
fn the_checks_behind_can_be_reached() {
    let (silver, gold) = (Requirement::plan("silver"), Requirement::plan("gold"));
    let check = Told::new(admits(Grant::paid()))
        .deadline(SECOND)
        .circuit_breaker(TripPolicy::new())
        .requiring(silver);
    assert_eq!(check.get_ref().get_ref().get_ref().asked(), 0);

    let both = check.and(Told::new(Answer::Hangs));
    assert_eq!(both.get_ref().1.asked(), 0);
    let (check, hangs) = both.into_inner();
    let either = check.into_inner().into_inner().or(hangs.requiring(gold));
    assert_eq!(either.get_ref().0.get_ref().asked(), 0);
    let (check, hangs) = either.into_inner();
    assert_eq!(
        (check.into_inner().asked(), hangs.into_inner().asked()),
        (0, 0)
    );
}

#[tokio::test]
async fn a_cached_check_is_given_back_when_nobody_else_needs_it() {
    let cached = Told::new(admits(Grant::paid())).cached(Cache::new(10));
    let clone = cached.clone();
    assert!(clone.into_inner().is_none());
    // What was remembered does not hold it, and what was asked and is answered does not, either.
    assert!(cached.check(&1).await.unwrap().is_admitted());
    assert_eq!(cached.into_inner().unwrap().asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn behind_decorators_the_service_that_was_ready_is_the_one_called() {
    let check = Told::new(admits(Grant::paid()))
        .deadline(SECOND)
        .circuit_breaker(TripPolicy::new())
        .cached(Cache::new(10))
        .requiring(Requirement::plan("gold").or(Requirement::feature("all")))
        .or(Told::new(admits(Grant::free())));
    let (service, mut handle) = tower_test::mock::pair::<Request<Body>, Response<Body>>();
    let mut paywall = PaywallLayer::new(check).layer(service);
    handle.allow(1);
    for _ in 0..2 {
        let ready = std::future::poll_fn(|cx| paywall.poll_ready(cx));
        ready.await.unwrap();
        let answer = tokio::spawn(paywall.call(by("anyone")));
        let (request, respond) = handle.next_request().await.unwrap();
        assert!(request.extensions().get::<Grant>().is_some());
        respond.send_response(Response::new(Body::default()));
        assert_eq!(answer.await.unwrap().unwrap().status(), 200);
        handle.allow(1);
    }
}
