//! The suite for authors of charges: it passes the charge that is right, and names each fault of one that is
//! not.

use std::{
    io,
    sync::{Arc, Mutex},
};

use http::{Request, request::Parts, response};
use statuary::{
    Charge, Reason, Settlement, Unidentified,
    settlement::{Price, Release, Reserved},
    testing::assert_charge,
};
use tokio::task::yield_now;

use crate::support::said;

/// What a charge may get wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    ChargesForFailures,
    ChargesNothing,
    ChecksThenActs,
    CommitsHalf,
    DropGivesBackWhatIsTaken,
    DropKeeps,
    Fails,
    IsFree,
    RollBackKeeps,
    SetsNothingAside,
}

struct Account {
    fault: Fault,
    /// Whether it is charged for with the head of the response.
    at_once: bool,
    cents: Arc<Mutex<u64>>,
}

struct Cents {
    fault: Fault,
    at_once: bool,
    cents: Arc<Mutex<u64>>,
    held: u64,
}

impl Charge for Account {
    type Bill = u64;
    type Settlement = Cents;
    type Error = io::Error;

    fn bill(&self, _: &Parts) -> Result<Price<u64>, Unidentified> {
        Ok(match self.fault {
            Fault::IsFree => Price::Free,
            _ => Price::Due(5),
        })
    }

    async fn reserve(&self, price: u64) -> Result<Reserved<Cents>, io::Error> {
        if self.fault == Fault::Fails {
            return Err(io::Error::other("gone"));
        }
        if self.fault == Fault::ChecksThenActs {
            let enough = *self.cents.lock().unwrap() >= price;
            yield_now().await;
            if enough {
                let mut cents = self.cents.lock().unwrap();
                *cents = cents.saturating_sub(price);
                return Ok(Reserved::Held(self.holding(price)));
            }
        }
        let mut cents = self.cents.lock().unwrap();
        match cents.checked_sub(price) {
            None => return Ok(Reserved::Declined(Reason::InsufficientBalance.into())),
            Some(_) if self.fault == Fault::SetsNothingAside => {}
            Some(left) => *cents = left,
        }
        Ok(Reserved::Held(self.holding(price)))
    }
}

impl Account {
    fn holding(&self, held: u64) -> Cents {
        Cents {
            fault: self.fault,
            at_once: self.at_once,
            cents: Arc::clone(&self.cents),
            held,
        }
    }
}

impl Settlement for Cents {
    type Error = io::Error;

    async fn respond(&mut self, response: &mut response::Parts) -> Result<Release, io::Error> {
        let is_error = response.status.is_server_error();
        match self.fault {
            Fault::ChargesNothing => return Ok(Release::Uncharged),
            Fault::ChargesForFailures => {}
            _ if is_error => return Ok(Release::Uncharged),
            _ => {}
        }
        if self.at_once || is_error {
            self.held = 0;
            return Ok(Release::Charged);
        }
        Ok(Release::Deliver)
    }

    async fn commit(mut self) -> Result<(), io::Error> {
        match self.fault {
            Fault::CommitsHalf => {
                self.held -= 2;
                yield_now().await;
                self.held = 0;
            }
            Fault::DropGivesBackWhatIsTaken => {}
            _ => self.held = 0,
        }
        Ok(())
    }

    async fn roll_back(mut self) -> Result<(), io::Error> {
        if self.fault == Fault::RollBackKeeps {
            self.held = 0;
        }
        Ok(())
    }
}

impl Drop for Cents {
    fn drop(&mut self) {
        if self.fault != Fault::DropKeeps {
            *self.cents.lock().unwrap() += self.held;
        }
    }
}

async fn told(fault: Fault, at_once: bool) -> Option<String> {
    let cents = Arc::new(Mutex::new(28));
    let account = Account {
        fault,
        at_once,
        cents: Arc::clone(&cents),
    };
    let (request, ()) = Request::get("/").body(()).unwrap().into_parts();
    let left = async move || *cents.lock().unwrap();
    let trial = tokio::spawn(async move { assert_charge(account, request, left).await });
    let panicked = trial.await.err()?;
    Some(said(panicked.into_panic()))
}

#[tokio::test(start_paused = true)]
async fn a_charge_that_is_right_conforms() {
    assert_eq!(told(Fault::None, false).await, None);
    assert_eq!(told(Fault::None, true).await, None);
}

#[tokio::test(start_paused = true)]
async fn every_fault_is_named() {
    for (fault, sentence) in [
        (
            Fault::ChargesForFailures,
            "a response of 500 is charged for before it is delivered",
        ),
        (
            Fault::ChargesNothing,
            "a response of 200 is not charged for: Uncharged",
        ),
        (
            Fault::ChecksThenActs,
            "6 requests hold 5 each, and 18 were left",
        ),
        (
            Fault::CommitsHalf,
            "2 are taken by a commit that was dropped, and 5 were reserved",
        ),
        (
            Fault::DropGivesBackWhatIsTaken,
            "0 are taken for a response that was delivered, and 5 were reserved",
        ),
        (
            Fault::DropKeeps,
            "a settlement that was dropped has not given back what it held: 23 of 28 are left",
        ),
        (Fault::Fails, "the charge gave no answer: gone"),
        (
            Fault::IsFree,
            "the request costs nothing: nothing was tried",
        ),
        (
            Fault::RollBackKeeps,
            "a settlement that rolled back has not given back what it held: 23 of 28 are left",
        ),
        (Fault::SetsNothingAside, "what is reserved is not set aside"),
    ] {
        assert_eq!(told(fault, false).await.as_deref(), Some(sentence));
    }
}
