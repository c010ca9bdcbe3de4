//! What every store of answers must keep to, wherever it keeps them.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use tokio::task::JoinSet;

use crate::idempotency::{
    Answer, ClaimId, Claimed, Fingerprint, IdempotencyKey, IdempotencyStore, Kept, ScopedKey,
    StoredResponse,
};

/// Asserts that a store keeps to the contract of [`IdempotencyStore`], for these two senders.
///
/// - Of many who claim a request, at once or one after the other, one carries it out.
/// - An answer that was kept is reported as kept, and comes back whole; use of its key for another
///   request is reported.
/// - A released claim can be made again, and its former holder can no longer affect it.
/// - Senders share nothing.
///
/// The store must answer, have room, and know none of the keys `statuary-0` to `statuary-9` of these
/// senders. It is not tested that claims and answers expire.
///
/// # Examples
///
/// ```
/// use statuary::{idempotency::MemoryStore, testing::assert_idempotency_store};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_idempotency_store(MemoryStore::with_bytes(1 << 20), ["alice", "bob"]).await;
/// # }
/// ```
///
/// # Panics
///
/// If it does not. The message says what the store does not keep to.
pub async fn assert_idempotency_store<D: IdempotencyStore>(store: D, senders: [&str; 2]) {
    assert_ne!(senders[0], senders[1], "the senders are the same");
    let trial = Trial {
        store: Arc::new(store),
        senders: senders.map(Arc::from),
    };
    trial.carries_out_once().await;
    trial.gives_back_what_was_kept().await;
    trial.remembers_what_was_too_large().await;
    trial.takes_a_release().await;
    trial.keeps_senders_apart().await;
    trial.begins_one_at_once().await;
}

struct Trial<D> {
    store: Arc<D>,
    senders: [Arc<str>; 2],
}

const FIRST: Fingerprint = Fingerprint::from_bytes([1; 32]);
const SECOND: Fingerprint = Fingerprint::from_bytes([2; 32]);

// === impl Trial ===

impl<D: IdempotencyStore> Trial<D> {
    async fn carries_out_once(&self) {
        let id = self.id(0, 0);
        self.begun(&id).await;
        match self.claim(&id, FIRST).await {
            Claimed::InProgress => {}
            other => panic!("a request that is being carried out is claimed again: {other:?}"),
        }
        match self.claim(&id, SECOND).await {
            Claimed::Reused => {}
            other => panic!("a key that is in use is taken for another request: {other:?}"),
        }
    }

    async fn gives_back_what_was_kept(&self) {
        let id = self.id(0, 1);
        let claim = self.begun(&id).await;
        let kept = self.keep(&id, claim, Answer::Response(answer())).await;
        self.assert_kept(&id, "as it was").await;
        assert!(
            kept == Kept::Whole,
            "an answer that is kept is told of as {kept:?}"
        );
        self.store.release(&id, claim);
        self.assert_kept(&id, "after its claim was released").await;
        let other = StoredResponse::new(StatusCode::OK, HeaderMap::new(), Bytes::new());
        self.keep(&id, claim, Answer::Response(other)).await;
        self.assert_kept(&id, "after another was kept").await;
        match self.claim(&id, SECOND).await {
            Claimed::Reused => {}
            other => panic!("the key of an answer is taken for another request: {other:?}"),
        }
    }

    async fn remembers_what_was_too_large(&self) {
        let id = self.id(0, 2);
        let claim = self.begun(&id).await;
        self.keep(&id, claim, Answer::TooLarge).await;
        match self.claim(&id, FIRST).await {
            Claimed::Done(Answer::TooLarge) => {}
            other => panic!("that an answer was given is forgotten, since it was large: {other:?}"),
        }
    }

    async fn takes_a_release(&self) {
        let id = self.id(0, 3);
        let first = self.begun(&id).await;
        self.store.release(&id, first);
        let second = match self.claim(&id, SECOND).await {
            Claimed::Begun(claim) => claim,
            other => panic!("a request that was released cannot be claimed: {other:?}"),
        };
        assert!(
            first != second,
            "two claims of one request have the same number"
        );
        self.store.release(&id, first);
        let kept = self.keep(&id, first, Answer::Response(answer())).await;
        match self.claim(&id, SECOND).await {
            Claimed::InProgress => {}
            other => panic!("whoever has released a claim still decides about it: {other:?}"),
        }
        assert!(
            kept == Kept::Nothing,
            "an answer that is not kept is told of as {kept:?}"
        );
    }

    async fn keeps_senders_apart(&self) {
        let (one, other) = (self.id(0, 4), self.id(1, 4));
        let claim = self.begun(&one).await;
        self.keep(&one, claim, Answer::Response(answer())).await;
        match self.claim(&other, FIRST).await {
            Claimed::Begun(_) => {}
            other => panic!("a sender is told about the request of another: {other:?}"),
        }
    }

    async fn begins_one_at_once(&self) {
        let mut claims = JoinSet::new();
        for _ in 0..64 {
            let (store, id) = (Arc::clone(&self.store), self.id(1, 5));
            claims.spawn(
                async move { matches!(store.claim(&id, FIRST).await, Ok(Claimed::Begun(_))) },
            );
        }
        let claims = claims.join_all().await;
        let begun = claims.into_iter().filter(|&is_begun| is_begun).count();
        assert!(
            begun == 1,
            "of 64 that claim a request at once, {begun} carry it out"
        );
    }

    async fn begun(&self, id: &ScopedKey) -> ClaimId {
        match self.claim(id, FIRST).await {
            Claimed::Begun(claim) => claim,
            other => panic!("a request that is new cannot be claimed: {other:?}"),
        }
    }

    async fn claim(&self, id: &ScopedKey, fingerprint: Fingerprint) -> Claimed {
        match self.store.claim(id, fingerprint).await {
            Ok(claim) => claim,
            Err(error) => panic!("the store gives no answer: {}", error.into()),
        }
    }

    async fn keep(&self, id: &ScopedKey, claim: ClaimId, answer: Answer) -> Kept {
        match self.store.keep(id, claim, answer).await {
            Ok(kept) => kept,
            Err(error) => panic!("the store keeps nothing: {}", error.into()),
        }
    }

    async fn assert_kept(&self, id: &ScopedKey, when: &str) {
        let kept = match self.claim(id, FIRST).await {
            Claimed::Done(Answer::Response(kept)) => kept,
            other => panic!("an answer that was kept is not there {when}: {other:?}"),
        };
        assert!(
            kept == answer(),
            "an answer that was kept is another {when}"
        );
    }

    fn id(&self, sender: usize, number: usize) -> ScopedKey {
        ScopedKey::new(Arc::clone(&self.senders[sender]), key(number))
    }
}

// === helpers ===

/// An answer with everything that it may have, and bytes that are not text.
fn answer() -> StoredResponse {
    static ANSWER: OnceLock<StoredResponse> = OnceLock::new();

    let make = || {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/png"));
        for value in ["one", "two"] {
            headers.append("x-twice", HeaderValue::from_static(value));
        }
        if let Ok(latin) = HeaderValue::from_bytes(b"caf\xe9") {
            headers.insert("x-latin", latin);
        }
        let mut trailers = HeaderMap::new();
        trailers.insert("x-sum", HeaderValue::from_static("7"));
        let body = Bytes::from_static(b"\x89PNG\0\xff");
        StoredResponse::new(StatusCode::CREATED, headers, body).with_trailers(trailers)
    };
    ANSWER.get_or_init(make).clone()
}

fn key(number: usize) -> IdempotencyKey {
    match IdempotencyKey::new(format!("statuary-{number}")) {
        Ok(key) => key,
        Err(_) => unreachable!("it is a key"),
    }
}
