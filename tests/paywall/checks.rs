//! The ways to make a check, and the question about many.

use std::{
    convert::Infallible,
    error::Error,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::request::Parts;
use statuary::{
    Decision, Denial, Grant, PaywallLayer, Reason, SubscriptionCheck, Unidentified,
    subscription::check_fn,
};

use crate::support::{ask, by};

/// Writes down what it is asked.
#[derive(Default)]
struct Noting {
    asked: Mutex<Vec<u8>>,
    batches: AtomicUsize,
}

impl SubscriptionCheck for Noting {
    type Subject = u8;
    type Error = io::Error;

    fn subject(&self, _: &Parts) -> Result<u8, Unidentified> {
        Ok(1)
    }

    fn remembered(&self, subject: &u8) -> Option<Decision> {
        (*subject >= 200).then(|| Grant::free().into())
    }

    async fn check(&self, subject: &u8) -> Result<Decision, io::Error> {
        self.asked.lock().unwrap().push(*subject);
        match subject {
            0 => Err(io::Error::other("zero")),
            odd if odd % 2 == 1 => Ok(Grant::paid().into()),
            _ => Ok(Denial::new(Reason::Expired).into()),
        }
    }
}

#[tokio::test]
async fn many_are_answered_in_order_and_asked_once_each() {
    let check = Noting::default();
    let decisions = check.check_all(&[3, 2, 3, 201, 2, 1]).await.unwrap();

    let admitted: Vec<_> = decisions.iter().map(Decision::is_admitted).collect();
    assert_eq!(admitted, [true, false, true, true, false, true]);
    assert_eq!(decisions[3], Decision::Admit(Grant::free()));
    assert_eq!(*check.asked.lock().unwrap(), [3, 2, 1]);

    assert_eq!(check.check_all(&[]).await.unwrap(), []);
}

#[tokio::test]
async fn one_failure_fails_the_question_about_many() {
    let check = Noting::default();
    let error = check.check_all(&[1, 0, 2]).await.unwrap_err();
    assert_eq!(error.to_string(), "zero");
    assert_eq!(*check.asked.lock().unwrap(), [1, 0]);
}

/// A check with every method its own.
struct Batching(Noting);

impl SubscriptionCheck for Batching {
    type Subject = u8;
    type Error = io::Error;

    fn subject(&self, head: &Parts) -> Result<u8, Unidentified> {
        self.0.subject(head)
    }

    fn remembered(&self, subject: &u8) -> Option<Decision> {
        self.0.remembered(subject)
    }

    async fn check(&self, subject: &u8) -> Result<Decision, io::Error> {
        self.0.check(subject).await
    }

    async fn check_all(&self, subjects: &[u8]) -> Result<Vec<Decision>, io::Error> {
        self.0.batches.fetch_add(1, Ordering::Relaxed);
        Ok(subjects.iter().map(|_| Grant::trial().into()).collect())
    }
}

#[tokio::test]
async fn a_shared_check_is_the_same_check() {
    let check = Arc::new(Batching(Noting::default()));

    let decisions = Arc::new(Arc::clone(&check))
        .check_all(&[2, 4])
        .await
        .unwrap();
    assert!(decisions.iter().all(Decision::is_admitted));
    assert_eq!(check.0.batches.load(Ordering::Relaxed), 1);
    assert!(SubscriptionCheck::remembered(&Arc::clone(&check), &200).is_some());

    let paywall = PaywallLayer::new(Arc::clone(&check));
    assert_eq!(ask(paywall, by("anyone")).await.status(), 200);
    assert_eq!(*check.0.asked.lock().unwrap(), [1]);
}

#[tokio::test]
async fn two_closures_are_a_check() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&asked);
    let check = check_fn(
        |head| match head.headers.get("authorization") {
            Some(name) => Ok(name.clone()),
            None => Err(Unidentified),
        },
        move |name| {
            counter.fetch_add(1, Ordering::Relaxed);
            async move {
                tokio::task::yield_now().await;
                match name.as_bytes() {
                    b"alice" => Ok(Decision::Admit(Grant::paid())),
                    b"bob" => Ok(Decision::Refuse(Denial::new(Reason::Unpaid))),
                    _ => Err("who?"),
                }
            }
        },
    );
    let paywall = PaywallLayer::new(check);

    assert_eq!(ask(paywall.clone(), by("alice")).await.status(), 200);
    assert_eq!(ask(paywall.clone(), by("bob")).await.status(), 402);
    assert_eq!(ask(paywall.clone(), by("eve")).await.status(), 503);
    let mut nameless = by("");
    nameless.headers_mut().clear();
    assert_eq!(ask(paywall, nameless).await.status(), 401);
    assert_eq!(asked.load(Ordering::Relaxed), 3);
}

#[test]
fn a_check_may_fail_with_many_kinds_of_errors() {
    fn takes<E: Into<Box<dyn Error + Send + Sync>> + Send>() {
        let _ = PaywallLayer::new(check_fn(
            |_| Ok(()),
            |()| std::future::ready(Ok::<Decision, E>(Grant::free().into())),
        ));
    }

    takes::<Infallible>();
    takes::<io::Error>();
    takes::<Box<dyn Error + Send + Sync>>();
    takes::<String>();
    takes::<&'static str>();
}

#[test]
fn a_decision_reads_as_a_result() {
    let grant = Grant::grace().with_plan("pro");
    let admits = Decision::from(Ok(grant.clone()));
    assert_eq!(admits, Decision::Admit(grant.clone()));
    assert_eq!((admits.grant(), admits.denial()), (Some(&grant), None));
    assert_eq!(Result::from(admits), Ok(grant));

    let denial = Denial::from(Reason::Paused);
    let refuses = Decision::from(Err(denial.clone()));
    assert_eq!(refuses, Decision::Refuse(denial.clone()));
    assert_eq!((refuses.grant(), refuses.denial()), (None, Some(&denial)));
    assert_eq!(refuses.into_result(), Err(denial));
}
