//! Where it is known which requests were answered, and how.

use std::{error::Error, future::Future, sync::Arc};

use crate::idempotency::{Answer, Fingerprint, ScopedKey};

/// Keeps the answers to requests that have a key.
///
/// [`MemoryStore`](super::MemoryStore) does so for one process. A service of several keeps them
/// where all of them look; with the feature `testing`, `statuary::testing::assert_idempotency_store`
/// tries whether such a store keeps to the contract.
///
/// # Contract
///
/// - Of many that claim a request at once, one gets [`Claimed::Begun`].
/// - An answer that was kept is given back until the time that was promised to clients is over.
///   A store that has no room left fails; it does not forget an answer that was paid for.
/// - A claim that is neither kept nor released, since its process is gone, ends by itself. An answer that
///   comes later may be kept as long as nobody has made another claim.
/// - A claim that was kept or released, or that another one has followed, is over: to keep or release it has
///   no effect.
///
/// One store may serve many layers: an [`Arc`] of it is a store.
///
/// # Examples
///
/// A store around another one, which tells whose answers were lost on their way:
///
/// ```
/// use std::sync::mpsc::Sender;
///
/// use statuary::idempotency::{
///     Answer, ClaimId, Claimed, Fingerprint, IdempotencyStore, Kept, MemoryFull, MemoryStore, ScopedKey,
/// };
///
/// struct Watched {
///     answers: MemoryStore,
///     replayed: Sender<String>,
/// }
///
/// impl IdempotencyStore for Watched {
///     type Error = MemoryFull;
///
///     async fn claim(
///         &self,
///         key: &ScopedKey,
///         fingerprint: Fingerprint,
///     ) -> Result<Claimed, MemoryFull> {
///         let claimed = self.answers.claim(key, fingerprint).await?;
///         if let Claimed::Done(_) = claimed {
///             self.replayed.send(key.sender().to_owned()).ok();
///         }
///         Ok(claimed)
///     }
///
///     async fn keep(&self, key: &ScopedKey, claim: ClaimId, answer: Answer) -> Result<Kept, MemoryFull> {
///         self.answers.keep(key, claim, answer).await
///     }
///
///     fn release(&self, key: &ScopedKey, claim: ClaimId) {
///         self.answers.release(key, claim);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no answers",
    label = "is not an `IdempotencyStore`",
    note = "implement `IdempotencyStore`, or use `statuary::idempotency::MemoryStore`"
)]
pub trait IdempotencyStore: Send + Sync + 'static {
    /// Why the store does not know.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Claims a request: whoever gets it, carries it out.
    ///
    /// It may be dropped while it waits; a claim that was made then ends by itself.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from knowing. The answer is 503, and nothing is carried out.
    fn claim(
        &self,
        key: &ScopedKey,
        fingerprint: Fingerprint,
    ) -> impl Future<Output = Result<Claimed, Self::Error>> + Send;

    /// Keeps the answer to a request that was carried out, and says what became of it.
    ///
    /// A client that goes away does not end it, but the layer's deadline does, and so does a server that
    /// stops. Where it then keeps nothing, the request stays claimed until the claim ends, and may be
    /// carried out again after that: let a claim last longer than clients try.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from doing so. The answer is given all the same.
    fn keep(
        &self,
        key: &ScopedKey,
        claim: ClaimId,
        answer: Answer,
    ) -> impl Future<Output = Result<Kept, Self::Error>> + Send;

    /// Gives a claim back: the request was not carried out, or nobody has got its answer or paid for it.
    ///
    /// It is called as things are dropped, and cannot wait. A store that has to may leave it undone,
    /// as the claim ends by itself.
    fn release(&self, key: &ScopedKey, claim: ClaimId);
}

/// What came of a claim.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub enum Claimed {
    /// The request is new. Whoever asked carries it out, and then keeps or releases it.
    Begun(ClaimId),
    /// The request is being carried out by somebody else.
    InProgress,
    /// The request was carried out, and this is its answer.
    Done(Answer),
    /// The key was used for another request.
    Reused,
}

/// What became of an answer that was to be kept.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Kept {
    /// Nothing is kept, since the claim is over.
    Nothing,
    /// That there was an answer is kept, for which there is no room.
    TooLarge,
    /// It is kept as it was given.
    Whole,
}

/// One claim among all those of a request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ClaimId(u64);

// === impl IdempotencyStore ===

impl<S: IdempotencyStore> IdempotencyStore for Arc<S> {
    type Error = S::Error;

    fn claim(
        &self,
        key: &ScopedKey,
        fingerprint: Fingerprint,
    ) -> impl Future<Output = Result<Claimed, Self::Error>> + Send {
        S::claim(self, key, fingerprint)
    }

    fn keep(
        &self,
        key: &ScopedKey,
        claim: ClaimId,
        answer: Answer,
    ) -> impl Future<Output = Result<Kept, Self::Error>> + Send {
        S::keep(self, key, claim, answer)
    }

    fn release(&self, key: &ScopedKey, claim: ClaimId) {
        S::release(self, key, claim);
    }
}

// === impl ClaimId ===

impl ClaimId {
    /// A number that no other claim of the request has had.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}
