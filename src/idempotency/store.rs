//! Where it is known which requests were answered, and how.

use std::{error::Error, fmt, future::Future, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::idempotency::IdempotencyKey;

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
/// - A claim that is neither kept nor released, since its process is gone, ends by itself.
/// - To keep or release a claim that has ended has no effect.
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
///     ClaimId, Claimed, Fingerprint, IdempotencyStore, Kept, MemoryFull, MemoryStore, ScopedKey,
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
///     async fn keep(&self, key: &ScopedKey, claim: ClaimId, answer: Kept) -> Result<(), MemoryFull> {
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

    /// Keeps the answer to a request that was carried out.
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
        answer: Kept,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Gives a claim back: the request was not carried out, or nobody has got its answer or paid for it.
    ///
    /// It is called as things are dropped, and cannot wait. A store that has to may leave it undone,
    /// as the claim ends by itself.
    fn release(&self, key: &ScopedKey, claim: ClaimId);
}

/// A key within the scope of its sender: what a request is known by.
///
/// Both count. Two senders may well choose the same key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ScopedKey {
    sender: Arc<str>,
    key: IdempotencyKey,
}

/// What a request was, in a hash: the same key for another request is a mistake of its client.
///
/// It is the same on every machine. It is the SHA-256 of these parts, each behind its length in 8 bytes:
///
/// 1. the method, the authority in lower case, the path and the query;
/// 2. for each of `Content-Type`, `Content-Encoding`, `Content-Length`, `Content-Digest`, `Repr-Digest`,
///    `Content-Range`, `Range`, `Depth`, `Destination`, `Lock-Token`, `Overwrite`, `If`, `If-Match`,
///    `If-None-Match`, `If-Modified-Since`, `If-Unmodified-Since` and `If-Range`, in this order, the number
///    of its lines, in 8 bytes, and then each of them.
///
/// Numbers are written with their highest byte first.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

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
    Done(Kept),
    /// The key was used for another request.
    Reused,
}

/// One claim among all those of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClaimId(u64);

/// What is kept of an answer.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kept {
    /// All of it.
    Response(StoredResponse),
    /// That there was one, larger than what may be kept.
    TooLarge,
}

/// An answer that is given again. To clone it never allocates.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredResponse(Arc<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    trailers: Option<HeaderMap>,
}

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
        answer: Kept,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        S::keep(self, key, claim, answer)
    }

    fn release(&self, key: &ScopedKey, claim: ClaimId) {
        S::release(self, key, claim);
    }
}

// === impl ScopedKey ===

impl ScopedKey {
    /// The key of this sender.
    pub fn new(sender: impl Into<Arc<str>>, key: IdempotencyKey) -> Self {
        Self {
            sender: sender.into(),
            key,
        }
    }

    /// Who sent it, as the layer's owner names them.
    #[must_use]
    pub fn sender(&self) -> &str {
        &self.sender
    }

    pub(super) fn shared_sender(&self) -> Arc<str> {
        Arc::clone(&self.sender)
    }

    /// The key that they gave their request.
    #[must_use]
    pub const fn key(&self) -> &IdempotencyKey {
        &self.key
    }
}

// The sender may be named by a secret.
impl fmt::Debug for ScopedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScopedKey").finish_non_exhaustive()
    }
}

// === impl Fingerprint ===

impl Fingerprint {
    /// One that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fingerprint").finish_non_exhaustive()
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

// === impl Kept ===

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(answer) => answer.fmt(f),
            Self::TooLarge => f.write_str("TooLarge"),
        }
    }
}

// === impl StoredResponse ===

impl StoredResponse {
    /// An answer, to be given again as it is.
    #[must_use]
    pub fn new(status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        Self(Arc::new(Parts {
            status,
            headers,
            body,
            trailers: None,
        }))
    }

    /// Ends with trailers. Default: it has none.
    #[must_use]
    pub fn with_trailers(mut self, trailers: HeaderMap) -> Self {
        Arc::make_mut(&mut self.0).trailers = Some(trailers);
        self
    }

    /// The same, of which nothing is part of a larger buffer.
    pub(super) fn with_own_bytes(mut self) -> Self {
        let parts = Arc::make_mut(&mut self.0);
        parts.body = Bytes::copy_from_slice(&parts.body);
        // Those of an answer that was read from a connection are pieces of what was read.
        let trailers = parts.trailers.iter_mut().flat_map(HeaderMap::values_mut);
        for value in parts.headers.values_mut().chain(trailers) {
            if let Ok(mut own) = HeaderValue::from_bytes(value.as_bytes()) {
                own.set_sensitive(value.is_sensitive());
                *value = own;
            }
        }
        self
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// Its fields.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Its body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// Its trailers, if it has some.
    #[must_use]
    pub fn trailers(&self) -> Option<&HeaderMap> {
        self.0.trailers.as_ref()
    }
}

// An answer that was paid for is nobody's to read in a log.
impl fmt::Debug for StoredResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredResponse")
            .field("status", &self.status())
            .field("length", &self.body().len())
            .finish_non_exhaustive()
    }
}
