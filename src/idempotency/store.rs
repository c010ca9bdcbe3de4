//! Where it is kept which requests were answered, and how.

use std::{error::Error, future::Future, sync::Arc};

use crate::idempotency::{Answer, Fingerprint, ScopedKey};

/// Keeps the answers to requests with a key.
///
/// [`MemoryStore`](super::MemoryStore) does so for one process. A service of several needs a store that they
/// share; with the feature `testing`, `statuary::testing::assert_idempotency_store` tests whether it keeps
/// to the contract.
///
/// # Contract
///
/// - Of many who claim a request at once, one gets [`Claimed::Begun`].
/// - An answer that was kept is returned until the time promised to clients is over. A store without room
///   fails rather than forget an answer that was paid for.
/// - A claim that is neither kept nor released, since its process is gone, expires. An answer that comes
///   later may be kept as long as nobody has made another claim.
/// - A claim that was kept or released, or was followed by another one, is over: keeping or releasing it has
///   no effect.
///
/// One store may serve many layers: an [`Arc`] of it is a store.
///
/// # Examples
///
/// A store that wraps another, and reports whose answers were lost on the way:
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
    /// Why the store gave no answer.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Claims a request: whoever gets the claim carries the request out.
    ///
    /// The future may be dropped while it waits; a claim that was made by then expires.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from answering. The caller gets 503, and nothing is carried out.
    fn claim(
        &self,
        key: &ScopedKey,
        fingerprint: Fingerprint,
    ) -> impl Future<Output = Result<Claimed, Self::Error>> + Send;

    /// Keeps the answer to a request that was carried out, and returns what is kept.
    ///
    /// A client that disconnects does not cancel this, but the layer's deadline does, and so does a server
    /// that stops. If nothing is kept then, the request stays claimed until the claim expires, and may be
    /// carried out again after that: let a claim last longer than clients retry.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from doing so. The client still gets the answer.
    fn keep(
        &self,
        key: &ScopedKey,
        claim: ClaimId,
        answer: Answer,
    ) -> impl Future<Output = Result<Kept, Self::Error>> + Send;

    /// Gives a claim back: the request was not carried out, or nobody got its answer or paid for it.
    ///
    /// It is called on drop, and cannot wait. A store that would have to wait may do nothing, since the
    /// claim expires.
    fn release(&self, key: &ScopedKey, claim: ClaimId);
}

/// The outcome of a claim.
#[derive(Clone, Debug)]
#[must_use]
#[non_exhaustive]
pub enum Claimed {
    /// The request is new. The claimant carries it out, and then keeps its answer or releases the claim.
    Begun(ClaimId),
    /// The request is being carried out by somebody else.
    InProgress,
    /// The request was carried out, and this is its answer.
    Done(Answer),
    /// The key was used for another request.
    Reused,
}

/// What is kept of an answer.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Kept {
    /// Nothing is kept, since the claim is over.
    Nothing,
    /// Only that there was an answer is kept, since there is no room for it.
    TooLarge,
    /// The whole answer is kept.
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
    /// A claim with this number, which no other claim of the request has had.
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
