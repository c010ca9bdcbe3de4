//! What a request costs, and how it is taken.

use std::{error::Error, future::Future, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, request::Parts, response};

use crate::{
    challenge::grpc,
    subscription::{Denial, Reason, Unidentified},
};

/// Says what a request costs, and takes it before the handler runs.
///
/// See the [module docs](crate::settlement) for an example.
///
/// # Contract
///
/// - `bill` is synchronous and sees the whole head; `reserve` is asynchronous and sees the bill
///   alone. Believe no field that a client may have made up: who pays is named by what a layer
///   outside has put into the extensions, the [`Grant`](crate::Grant) among it.
/// - `reserve` may be dropped at any of its waits, and then nobody holds what it has taken. A store
///   that is asked over a network gives a reservation an end, after which it counts for nothing.
/// - An error means "I do not know" and becomes a 503, never a demand to pay.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say what a request costs",
    label = "is not a `Charge`",
    note = "implement `statuary::settlement::Charge`"
)]
pub trait Charge: Send + Sync + 'static {
    /// Who pays, and how much: all that reserving may depend on.
    type Bill: Send + 'static;

    /// What is held until the response is known.
    type Settlement: Settlement;

    /// Why nothing could be reserved.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Says what a request costs, from its head alone: what it may cost at most, where
    /// [only the handler knows](crate::settlement#what-only-the-handler-knows).
    ///
    /// # Errors
    ///
    /// [`Unidentified`] when the head does not say, or not believably, who pays. The answer is
    /// then 401.
    fn bill(&self, head: &Parts) -> Result<Price<Self::Bill>, Unidentified>;

    /// Sets aside what a request costs, or declines.
    ///
    /// # Errors
    ///
    /// Whatever kept the charge from knowing. The answer is then 503.
    fn reserve(
        &self,
        bill: Self::Bill,
    ) -> impl Future<Output = Result<Reserved<Self::Settlement>, Self::Error>> + Send;
}

/// A charge for one request, until it is known what became of the request.
///
/// It is settled once: [`commit`](Self::commit) is called when the response is about to be there
/// as a whole, and [`roll_back`](Self::roll_back) when it leaves for nothing, or not at all. Dropped
/// before, or while it does either, it rolls back: the handler failed, the client has gone, the
/// response broke off.
///
/// # Contract
///
/// - `Drop` cannot wait. It rolls back what it can at once and leaves the rest to the end that a
///   reservation has. It gives back nothing that was [charged](Release::Charged).
/// - To commit, to roll back, and to do so after having done the other, leave one charge or none:
///   whoever keeps the account settles a reservation once and takes no notice of the rest.
/// - A step that is dropped halfway may have reached the account already, and nobody knows: what
///   `Drop` does then must not give back what was taken. [Idempotency](crate::idempotency) lets no
///   request be sent again at once that was given up so.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot settle a charge",
    label = "is not a `Settlement`",
    note = "implement `statuary::settlement::Settlement`"
)]
pub trait Settlement: Sized + Send + 'static {
    /// Why the charge could not be settled.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Tells the handler something, in the head of its request. Default: nothing.
    ///
    /// Where it panics, the answer is 503, and what is set aside is given back.
    fn announce(&self, request: &mut Parts) {
        let _ = request;
    }

    /// Learns the head of the response before any of it leaves. Default: it is delivered, and goes
    /// uncharged if its status is that of an error, 4xx or 5xx, or one of gRPC that is not OK.
    ///
    /// The response waits. It may get more fields, a receipt for instance, or be withheld. Whoever
    /// takes the money here says so, with [`Release::Charged`]: of all else that is said,
    /// [idempotency](crate::idempotency) concludes that nothing was taken.
    ///
    /// # Errors
    ///
    /// Whatever kept the charge from knowing. The response is withheld, the settlement dropped, and
    /// the answer is 503.
    fn respond(
        &mut self,
        response: &mut response::Parts,
    ) -> impl Future<Output = Result<Release, Self::Error>> + Send {
        let release = match is_error(response) {
            true => Release::Uncharged,
            false => Release::Deliver,
        };
        async { Ok(release) }
    }

    /// Takes what was reserved, for good.
    ///
    /// It is called once, before the last piece of the response leaves, which waits for it.
    ///
    /// # Errors
    ///
    /// Whatever kept the charge from knowing. The response is delivered all the same, since most of
    /// it has left. That the step failed is counted, and logged at level ERROR; the error itself nobody
    /// sees, since no response can carry it any more. Log here what it takes to find the account.
    fn commit(self) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Gives back what was reserved. Default: it is dropped, which does so.
    ///
    /// It is called once, for a response that leaves [uncharged](Release::Uncharged) or is
    /// [withheld](Release::Withhold). The answer waits for it a quarter of a second at most.
    ///
    /// # Errors
    ///
    /// Whatever kept the charge from knowing. The answer stays the same. That the step failed is logged at
    /// level WARN; the error itself nobody sees, as with [`commit`](Self::commit), so log it here.
    fn roll_back(self) -> impl Future<Output = Result<(), Self::Error>> + Send {
        drop(self);
        async { Ok(()) }
    }
}

/// What a request costs.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Price<B> {
    /// Something, for which this is the bill.
    Due(B),
    /// Nothing. The request passes as if nothing were charged for here, and this layer keeps no shared
    /// cache from its answer.
    Free,
    /// It depends on a [`Grant`](crate::Grant), and no paywall outside has left one: the layers are in
    /// the wrong order. The answer is 503, whatever becomes of
    /// [failures](crate::SettleLayer::on_failure).
    Misplaced,
}

/// What came of an attempt to reserve.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum Reserved<S> {
    /// It cannot be charged: a quota is used up, a balance too low, a payment missing or bad.
    Declined(Declined),
    /// It is set aside, until the response is known.
    Held(S),
}

/// What a settlement makes of a response.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum Release {
    /// It leaves, and is charged for already, whatever becomes of its body. The settlement is dropped.
    Charged,
    /// It leaves, and is charged for once it is there as a whole.
    Deliver,
    /// It leaves and costs nothing. The settlement [rolls back](Settlement::roll_back).
    Uncharged,
    /// It does not leave. The settlement [rolls back](Settlement::roll_back).
    Withhold(Declined),
}

/// Why a request is not charged for and gets no answer, and the fields that say so.
///
/// # Examples
///
/// ```
/// use http::{HeaderName, HeaderValue};
/// use statuary::{Reason, settlement::Declined};
///
/// let declined = Declined::from(Reason::QuotaExhausted).with_header(
///     HeaderName::from_static("ratelimit"),
///     HeaderValue::from_static(r#""month";r=0;t=86400"#),
/// );
///
/// assert_eq!(declined.denial().reason(), Reason::QuotaExhausted);
/// assert_eq!(declined.headers().len(), 1);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Declined {
    denial: Denial,
    headers: HeaderMap,
}

// === impl Charge ===

impl<C: Charge> Charge for Arc<C> {
    type Bill = C::Bill;
    type Settlement = C::Settlement;
    type Error = C::Error;

    #[inline]
    fn bill(&self, head: &Parts) -> Result<Price<Self::Bill>, Unidentified> {
        C::bill(self, head)
    }

    #[inline]
    fn reserve(
        &self,
        bill: Self::Bill,
    ) -> impl Future<Output = Result<Reserved<Self::Settlement>, Self::Error>> + Send {
        C::reserve(self, bill)
    }
}

// === impl Declined ===

impl Declined {
    /// Adds a field to the answer: a challenge, the state of a quota. Default: the answer has
    /// the fields of every refusal.
    ///
    /// Of `Content-Length`, `Content-Type` and `Transfer-Encoding` the answer keeps its own.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// What is wrong.
    pub const fn denial(&self) -> &Denial {
        &self.denial
    }

    /// The fields that were added.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(super) fn into_parts(self) -> (Denial, HeaderMap) {
        (self.denial, self.headers)
    }
}

impl From<Denial> for Declined {
    fn from(denial: Denial) -> Self {
        Self {
            denial,
            headers: HeaderMap::new(),
        }
    }
}

impl From<Reason> for Declined {
    fn from(reason: Reason) -> Self {
        Denial::from(reason).into()
    }
}

// === helpers ===

/// Whether a response tells of an error: by its status, or by that of gRPC.
pub(crate) fn is_error(response: &response::Parts) -> bool {
    let status = response.status;
    status.is_client_error() || status.is_server_error() || grpc::has_failed(&response.headers)
}
