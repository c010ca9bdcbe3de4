//! `statuary::testing`: it passes what is right, and its sentences name what is not.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use futures_util::FutureExt;
use http::{Request, Response, request::Parts};
use statuary::{
    Cache, Decision, Denial, Grant, PaywallLayer, Reason, SubscriptionCheck, SubscriptionCheckExt,
    Unidentified,
    testing::{ScriptedCheck, Step, assert_payment_required, assert_subscription_check},
};
use tokio::time::Instant;

use crate::support::{ask, by, said};

/// What the panic says.
fn panic(code: impl FnOnce()) -> String {
    said(catch_unwind(AssertUnwindSafe(code)).expect_err("a panic"))
}

#[test]
fn a_402_that_is_none_is_told_from_one() {
    let with = |status: u16, field: Option<&str>| {
        let mut response = Response::builder()
            .status(status)
            .header("vary", "cookie, Accept");
        if let Some(field) = field {
            response = response.header("cache-control", field);
        }
        response.body(()).unwrap()
    };
    for (response, sentence) in [
        (
            with(200, None),
            "expected 402 Payment Required, the response is 200 OK: the check has admitted it, or \
             no paywall stands before it",
        ),
        (
            with(401, None),
            "expected 402 Payment Required, the response is 401 Unauthorized: the check's \
             `subject` does not know the caller",
        ),
        (
            with(503, None),
            "expected 402 Payment Required, the response is 503 Service Unavailable: the check has \
             failed, or was late",
        ),
        (
            with(404, None),
            "expected 402 Payment Required, the response is 404 Not Found",
        ),
        (
            with(402, Some("private")),
            "expected `no-store` in the `Cache-Control` of a 402, it is \"private\"",
        ),
        (
            with(402, Some("no-store")),
            "no denial in the extensions of the 402: it is not a paywall's",
        ),
    ] {
        let told = panic(|| {
            assert_payment_required(&response);
        });
        assert_eq!(told, sentence);
    }
    let mut response = with(402, Some("no-store"));
    *response.headers_mut().get_mut("vary").unwrap() = "cookie".parse().unwrap();
    let told = panic(|| {
        assert_payment_required(&response);
    });
    assert_eq!(
        told,
        "expected `Accept` in the `Vary` of a 402, it is \"cookie\""
    );
    let mut response = with(402, Some("private, no-store"));
    response
        .extensions_mut()
        .insert(Denial::new(Reason::Paused));
    assert_eq!(assert_payment_required(&response).reason(), Reason::Paused);
}

#[tokio::test(start_paused = true)]
async fn a_script_is_followed_to_its_last_step() {
    let check = ScriptedCheck::new([
        Step::decide(Grant::trial()).after(Duration::from_secs(1)),
        Step::fail("gone"),
        Step::hang(),
        Step::decide(Reason::Unpaid),
    ]);
    let layer = PaywallLayer::new(check.clone());
    let start = Instant::now();
    assert_eq!(ask(layer.clone(), by("a")).await.status(), 200);
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(ask(layer.clone(), by("b")).await.status(), 503);
    assert_eq!(ask(layer.clone(), by("c")).await.status(), 503);
    for name in ["d", "e"] {
        let response = ask(layer.clone(), by(name)).await;
        assert_eq!(assert_payment_required(&response).reason(), Reason::Unpaid);
    }
    assert_eq!(check.asked(), ["a", "b", "c", "d", "e"]);
}

/// Whose turn it is does not matter.
#[tokio::test]
async fn a_script_knows_the_callers_of_the_app() {
    let name = |head: &Parts| {
        let name = head.headers.get("authorization").ok_or(Unidentified)?;
        Ok((name.len(), name.as_bytes()[0]))
    };
    let check = ScriptedCheck::with_subject(name, [Step::fail("gone")])
        .about((5, b'a'), [Step::decide(Grant::paid())])
        .about(
            (3, b'b'),
            [Step::decide(Grant::grace()), Step::decide(Reason::Expired)],
        );
    let layer = PaywallLayer::new(check.clone());
    for (name, status) in [
        ("bob", 200),
        ("alice", 200),
        ("carol", 503),
        ("bob", 402),
        ("alice", 200),
        ("bob", 402),
    ] {
        let response = ask(layer.clone(), by(name)).await;
        assert_eq!(response.status(), status, "{name}");
    }
    assert_eq!(check.asked()[..3], [(3, b'b'), (5, b'a'), (5, b'c')]);
}

/// A check with one fault.
struct Faulty {
    fault: Fault,
    count: AtomicUsize,
}

#[derive(PartialEq)]
enum Fault {
    None,
    ChangesSubject,
    RemembersOtherwise,
    LosesOrder,
    AnswersTooFew,
    Fails,
}

impl SubscriptionCheck for Faulty {
    type Subject = (String, usize);
    type Error = io::Error;

    fn subject(&self, head: &Parts) -> Result<Self::Subject, Unidentified> {
        let name = head.uri.path().to_owned();
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let changes = self.fault == Fault::ChangesSubject;
        Ok((name, if changes { count } else { 0 }))
    }

    fn remembered(&self, _: &Self::Subject) -> Option<Decision> {
        (self.fault == Fault::RemembersOtherwise).then(|| Reason::Paused.into())
    }

    async fn check(&self, (name, _): &Self::Subject) -> Result<Decision, io::Error> {
        match &**name {
            _ if self.fault == Fault::Fails => Err(io::Error::other("gone")),
            "/paid" => Ok(Grant::paid().into()),
            _ => Ok(Reason::Expired.into()),
        }
    }

    async fn check_all(&self, subjects: &[Self::Subject]) -> Result<Vec<Decision>, io::Error> {
        let mut decisions = Vec::new();
        for subject in subjects {
            decisions.push(self.check(subject).await?);
        }
        match self.fault {
            Fault::LosesOrder => decisions.reverse(),
            Fault::AnswersTooFew => drop(decisions.pop()),
            _ => {}
        }
        Ok(decisions)
    }
}

fn heads() -> [Parts; 2] {
    ["/paid", "/expired"].map(|path| Request::get(path).body(()).unwrap().into_parts().0)
}

fn faulty(fault: Fault) -> Faulty {
    Faulty {
        fault,
        count: AtomicUsize::new(0),
    }
}

#[tokio::test]
async fn a_check_and_its_decorators_conform() {
    assert_subscription_check(&faulty(Fault::None), heads()).await;
    assert_subscription_check(&faulty(Fault::None).cached(Cache::new(10)), heads()).await;
    let both = faulty(Fault::None).and(faulty(Fault::None));
    assert_subscription_check(&both, heads()).await;
    let either = faulty(Fault::None).or(faulty(Fault::None).cached(Cache::new(10)));
    let around = either
        .deadline(Duration::from_secs(1))
        .circuit_breaker(statuary::checks::TripPolicy::new())
        .cached(Cache::new(0));
    assert_subscription_check(&around, heads()).await;
}

#[test]
fn every_fault_is_named() {
    for (fault, sentence) in [
        (
            Fault::ChangesSubject,
            "request 0 names one subject the first time and another the second time",
        ),
        (
            Fault::RemembersOtherwise,
            "for request 0 the check remembers Refuse(Denial { reason: Paused",
        ),
        (
            Fault::LosesOrder,
            "subject 0 of 2 is answered Refuse(Denial { reason: Expired",
        ),
        (
            Fault::AnswersTooFew,
            "2 subjects were asked about at once, and 1 answers came",
        ),
        (Fault::Fails, "no answer for request 0: gone"),
    ] {
        let check = faulty(fault);
        let told = panic(|| {
            let conforms = assert_subscription_check(&check, heads());
            conforms.now_or_never().expect("answers at once");
        });
        assert!(told.starts_with(sentence), "{told}");
    }
    let nobody = ScriptedCheck::new([Step::hang()]);
    let told = panic(|| {
        assert_subscription_check(&nobody, heads()).now_or_never();
    });
    assert_eq!(
        told,
        "none of the requests names a subject: nothing was tried"
    );
}
