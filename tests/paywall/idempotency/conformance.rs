//! The conformance suite passes a store that keeps to the contract, and names what another does not.

use std::{
    collections::HashMap,
    convert::Infallible,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use statuary::{
    idempotency::{
        Answer, ClaimId, Claimed, Fingerprint, IdempotencyStore, Kept, MemoryStore, ScopedKey,
        StoredResponse,
    },
    testing::assert_idempotency_store,
};
use tokio::task::yield_now;

use crate::support::said;

/// What a store does wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Fault {
    None,
    BeginsTwice,
    ForgetsLargeOnes,
    GivesPartBack,
    IgnoresFingerprints,
    IgnoresReleases,
    IgnoresSenders,
    KeepsForAnybody,
    LooksBeforeItWrites,
    NumbersAlike,
    OverwritesAnswers,
    ReleasesAnswers,
    SaysNothingIsKept,
    SaysThatAllIsKept,
}

type Entries = HashMap<(String, String), (ClaimId, Fingerprint, Option<Answer>)>;

struct Store {
    fault: Fault,
    entries: Mutex<Entries>,
    claims: AtomicU64,
}

impl Store {
    fn new(fault: Fault) -> Self {
        Self {
            fault,
            entries: Mutex::default(),
            claims: AtomicU64::new(0),
        }
    }

    fn place(&self, key: &ScopedKey) -> (String, String) {
        let sender = match self.fault {
            Fault::IgnoresSenders => "anybody",
            _ => key.sender(),
        };
        (sender.to_owned(), key.key().as_str().to_owned())
    }
}

impl IdempotencyStore for Store {
    type Error = Infallible;

    async fn claim(
        &self,
        key: &ScopedKey,
        fingerprint: Fingerprint,
    ) -> Result<Claimed, Infallible> {
        let key = self.place(key);
        let found = self.entries.lock().unwrap().get(&key).cloned();
        if self.fault == Fault::LooksBeforeItWrites {
            yield_now().await;
        }
        match found {
            Some((_, known, _))
                if known != fingerprint && self.fault != Fault::IgnoresFingerprints =>
            {
                return Ok(Claimed::Reused);
            }
            Some((_, _, Some(kept))) => return Ok(Claimed::Done(kept)),
            Some(_) if self.fault != Fault::BeginsTwice => return Ok(Claimed::InProgress),
            _ => {}
        }
        let number = match self.fault {
            Fault::NumbersAlike => 7,
            _ => self.claims.fetch_add(1, Ordering::Relaxed),
        };
        let claim = ClaimId::new(number);
        let entry = (claim, fingerprint, None);
        self.entries.lock().unwrap().insert(key, entry);
        Ok(Claimed::Begun(claim))
    }

    async fn keep(&self, key: &ScopedKey, by: ClaimId, answer: Answer) -> Result<Kept, Infallible> {
        let is_over = match self.fault {
            Fault::SaysThatAllIsKept => Kept::Whole,
            _ => Kept::Nothing,
        };
        let mut entries = self.entries.lock().unwrap();
        let Some((claim, _, place)) = entries.get_mut(&self.place(key)) else {
            return Ok(is_over);
        };
        if *claim != by && self.fault != Fault::KeepsForAnybody {
            return Ok(is_over);
        }
        if place.is_some() && self.fault != Fault::OverwritesAnswers {
            return Ok(is_over);
        }
        match answer {
            Answer::Response(stored) if self.fault == Fault::GivesPartBack => {
                let headers = stored.headers().clone();
                let part = StoredResponse::new(stored.status(), headers, stored.body().clone());
                *place = Some(Answer::Response(part));
            }
            Answer::TooLarge if self.fault == Fault::ForgetsLargeOnes => {}
            answer => *place = Some(answer),
        }
        Ok(match self.fault {
            Fault::SaysNothingIsKept => Kept::Nothing,
            _ => Kept::Whole,
        })
    }

    fn release(&self, key: &ScopedKey, by: ClaimId) {
        let mut entries = self.entries.lock().unwrap();
        let key = self.place(key);
        let Some((claim, _, kept)) = entries.get(&key) else {
            return;
        };
        let is_open = kept.is_none() || self.fault == Fault::ReleasesAnswers;
        if *claim == by && is_open && self.fault != Fault::IgnoresReleases {
            entries.remove(&key);
        }
    }
}

#[tokio::test]
async fn stores_that_keep_to_the_contract_pass() {
    assert_idempotency_store(MemoryStore::with_bytes(1 << 20), ["alice", "bob"]).await;
    assert_idempotency_store(Arc::new(Store::new(Fault::None)), ["alice", "bob"]).await;
}

#[tokio::test]
async fn each_fault_is_found_and_named() {
    for (fault, sentence) in [
        (
            Fault::BeginsTwice,
            "a request that is being carried out is claimed again: ",
        ),
        (
            Fault::ForgetsLargeOnes,
            "that an answer was given is forgotten, since it was large: ",
        ),
        (
            Fault::GivesPartBack,
            "an answer that was kept is another as it was",
        ),
        (
            Fault::IgnoresFingerprints,
            "a key that is in use is taken for another request: ",
        ),
        (
            Fault::IgnoresReleases,
            "a request that was released cannot be claimed: ",
        ),
        (
            Fault::IgnoresSenders,
            "a sender is told about the request of another: ",
        ),
        (
            Fault::KeepsForAnybody,
            "whoever has released a claim still decides about it: ",
        ),
        (
            Fault::LooksBeforeItWrites,
            "of 64 that claim a request at once, 64 carry it out",
        ),
        (
            Fault::NumbersAlike,
            "two claims of one request have the same number",
        ),
        (
            Fault::OverwritesAnswers,
            "an answer that was kept is another after another was kept",
        ),
        (
            Fault::ReleasesAnswers,
            "an answer that was kept is not there after its claim was released: ",
        ),
        (
            Fault::SaysNothingIsKept,
            "an answer that is kept is told of as Nothing",
        ),
        (
            Fault::SaysThatAllIsKept,
            "an answer that is not kept is told of as Whole",
        ),
    ] {
        let trial = assert_idempotency_store(Store::new(fault), ["alice", "bob"]);
        let panicked = tokio::spawn(trial).await.unwrap_err();
        let said = said(panicked.into_panic());
        assert!(said.starts_with(sentence), "{fault:?}: {said}");
    }
}

#[test]
fn nothing_of_an_answer_is_in_a_log() {
    let headers = HeaderMap::from_iter([("x-key".parse().unwrap(), "hunter2".parse().unwrap())]);
    let answer = StoredResponse::new(StatusCode::OK, headers, Bytes::from_static(b"hunter2"));
    assert_eq!(
        format!("{:?}", Answer::Response(answer)),
        "StoredResponse { status: 200, length: 7, .. }"
    );
}
