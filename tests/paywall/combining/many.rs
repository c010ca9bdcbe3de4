//! Questions about many to checks made of checks.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use http::{Request, request::Parts};
use statuary::{Decision, Grant, Reason, SubscriptionCheck, SubscriptionCheckExt, Unidentified};

use super::source;

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
