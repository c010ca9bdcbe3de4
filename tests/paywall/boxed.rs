//! A check of which the type is forgotten.

use std::{
    error::Error,
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use http::request::Parts;
use statuary::{
    Decision, Grant, PaywallLayer, Reason, SubscriptionCheck, SubscriptionCheckExt, Unidentified,
    subscription::UnansweredKind,
};

use crate::support::{ask, by};

/// Remembers 1, refuses 2, and fails for all others. Counts the questions about many.
#[derive(Default)]
struct Numbers {
    questions: AtomicUsize,
}

impl SubscriptionCheck for Numbers {
    type Subject = u8;
    type Error = io::Error;

    fn subject(&self, head: &Parts) -> Result<u8, Unidentified> {
        let number = head.headers.get("authorization").ok_or(Unidentified)?;
        let number = number.to_str().map_err(|_| Unidentified)?;
        number.parse().map_err(|_| Unidentified)
    }

    fn remembered(&self, number: &u8) -> Option<Decision> {
        (*number == 1).then(|| Grant::paid().into())
    }

    async fn check(&self, number: &u8) -> Result<Decision, io::Error> {
        match number {
            1 => unreachable!("it is remembered"),
            2 => Ok(Reason::Expired.into()),
            _ => Err(io::Error::other("gone")),
        }
    }

    async fn check_all(&self, numbers: &[u8]) -> Result<Vec<Decision>, io::Error> {
        self.questions.fetch_add(1, Ordering::Relaxed);
        Ok(vec![Grant::trial().into(); numbers.len()])
    }
}

#[tokio::test]
async fn it_answers_as_before() {
    let numbers = Arc::new(Numbers::default());
    let check = Arc::clone(&numbers).boxed();
    assert_eq!(check.remembered(&1), Some(Grant::paid().into()));
    assert_eq!(check.remembered(&2), None);
    let unanswered = check.check(&3).await.unwrap_err();
    assert_eq!(unanswered.kind(), UnansweredKind::Failed);
    assert_eq!(unanswered.source().unwrap().to_string(), "gone");
    assert_eq!(check.check_all(&[1, 2, 3]).await.unwrap().len(), 3);
    assert_eq!(numbers.questions.load(Ordering::Relaxed), 1);

    let layer = PaywallLayer::new(check);
    for (number, status) in [("1", 200), ("2", 402), ("3", 503), ("none", 401)] {
        let response = ask(layer.clone(), by(number)).await;
        assert_eq!(response.status(), status, "{number}");
    }
}

/// One variable holds either, and what is around a box knows no more of its check.
#[tokio::test]
async fn checks_of_several_types_are_one_type() {
    let checks = [
        Numbers::default().boxed(),
        Numbers::default().deadline(Duration::from_secs(1)).boxed(),
        Arc::new(Numbers::default()).boxed().boxed(),
    ];
    for check in checks {
        assert_eq!(check.check(&2).await.unwrap(), Reason::Expired.into());
        let unanswered = check.check(&3).await.unwrap_err();
        assert_eq!(unanswered.source().unwrap().to_string(), "gone");
    }
}
