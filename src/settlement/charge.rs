//! What a request costs, and how that is charged.

use std::{error::Error, future::Future, sync::Arc};

use http::{HeaderMap, HeaderName, HeaderValue, request::Parts, response};

use crate::{
    challenge::grpc,
    subscription::{Denial, Reason, Unidentified},
};

/// Says what a request costs, and sets that aside before the handler runs.
///
/// See the [module docs](crate::settlement) for an example. `statuary::testing::assert_charge`, with the
/// feature `testing`, tests whether a charge keeps to the contract, and has an example with an account that
/// keeps reservations.
///
/// # Contract
///
/// - `bill` is synchronous and sees the whole head; `reserve` is asynchronous and sees the bill alone.
///   Trust no header field that a client could have forged: identify who pays by what a layer outside has
///   put into the extensions, such as the [`Grant`](crate::Grant).
/// - `reserve` may be dropped at any await point, and then nobody holds what it has taken. A store behind
///   a network must therefore let a reservation expire.
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

    /// Says what a request costs, from its head alone; the most that it may cost, where [only the handler
    /// knows](crate::settlement#what-only-the-handler-knows).
    ///
    /// # Errors
    ///
    /// [`Unidentified`] if the head does not say who pays, or not credibly. The answer is then 401.
    fn bill(&self, head: &Parts) -> Result<Price<Self::Bill>, Unidentified>;

    /// Sets aside what a request costs, or declines.
    ///
    /// # Errors
    ///
    /// Whatever kept the charge from deciding. The answer is then 503.
    fn reserve(
        &self,
        bill: Self::Bill,
    ) -> impl Future<Output = Result<Reserved<Self::Settlement>, Self::Error>> + Send;
}

/// A charge that is held for one request until its outcome is known.
///
/// It is settled once: [`commit`](Self::commit) is called when the response is about to be complete, and
/// [`roll_back`](Self::roll_back) when it is sent for free, or not at all. If dropped before or during
/// either, it rolls back: the handler failed, the client disconnected, or the response broke off.
///
/// # Contract
///
/// - `Drop` cannot wait. It rolls back what it can at once, and leaves the rest to the expiry of the
///   reservation. It gives back nothing that was [charged](Release::Charged).
/// - However often it is committed and rolled back, one charge is made or none: the account settles a
///   reservation once, and ignores all that follows.
/// - A step that is dropped halfway may or may not have reached the account: `Drop` must then not give
///   back what was taken. [Idempotency](crate::idempotency) does not let such a request be retried at
///   once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot settle a charge",
    label = "is not a `Settlement`",
    note = "implement `statuary::settlement::Settlement`"
)]
pub trait Settlement: Sized + Send + 'static {
    /// Why the charge could not be settled.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Tells the handler something, in the head of its request. Default: does nothing.
    ///
    /// If it panics, the answer is 503, and what is set aside is given back.
    fn announce(&self, request: &mut Parts) {
        let _ = request;
    }

    /// Learns the head of the response before any of it is sent. Default: the response is charged for on
    /// delivery, but not if it is an error: 4xx, 5xx, or a gRPC status other than OK.
    ///
    /// The response waits for it. It may get more header fields, such as a receipt, or be withheld. If the
    /// money is taken here, return [`Release::Charged`]: from anything else,
    /// [idempotency](crate::idempotency) concludes that nothing was taken.
    ///
    /// # Errors
    ///
    /// Whatever kept the charge from deciding. The response is withheld, the settlement dropped, and the
    /// answer is 503.
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
    /// It is called once, before the last piece of the response is sent, which waits for it.
    ///
    /// # Errors
    ///
    /// Whatever kept the charge from being taken. The response is still delivered, since most of it has
    /// been sent. The failure is counted, and logged at level ERROR, but the error itself is dropped,
    /// since no response can carry it any more. Log here what it takes to find the account.
    fn commit(self) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Gives back what was reserved. Default: drops the settlement, which does so.
    ///
    /// It is called once, for a response that is sent [uncharged](Release::Uncharged) or
    /// [withheld](Release::Withhold). The answer waits for it for at most a quarter of a second.
    ///
    /// # Errors
    ///
    /// Whatever kept the reservation from being given back. The answer stays the same. The failure is
    /// logged at level WARN, but the error itself is dropped, as with [`commit`](Self::commit), so log it
    /// here.
    fn roll_back(self) -> impl Future<Output = Result<(), Self::Error>> + Send {
        drop(self);
        async { Ok(()) }
    }
}

/// What a request costs.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Price<B> {
    /// Something, with this bill.
    Due(B),
    /// Nothing. The request passes as if there were no charge, and this layer does not keep shared caches
    /// from storing its answer.
    Free,
    /// It depends on a [`Grant`](crate::Grant), and no paywall outside has left one: the layers are in the
    /// wrong order. The answer is 503, whatever the [policy for failures](crate::SettleLayer::on_failure).
    Misplaced,
}

/// The outcome of an attempt to reserve.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum Reserved<S> {
    /// It cannot be charged: a quota is used up, a balance too low, a payment missing or bad.
    Declined(Declined),
    /// It is set aside, until the response is known.
    Held(S),
}

/// What a settlement does with a response.
#[derive(Debug)]
#[must_use]
#[non_exhaustive]
pub enum Release {
    /// It is sent, and has been charged for, whatever becomes of its body. The settlement is dropped.
    Charged,
    /// It is sent, and charged for once it is delivered as a whole.
    Deliver,
    /// It is sent, and costs nothing. The settlement [rolls back](Settlement::roll_back).
    Uncharged,
    /// It is not sent: the caller is refused. The settlement [rolls back](Settlement::roll_back).
    Withhold(Declined),
}

/// Why a request is refused instead of charged for, and the header fields that say so.
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
    /// Adds a header field to the answer, such as a challenge, or the state of a quota. Default: the
    /// answer has the fields of every refusal.
    ///
    /// `Content-Length`, `Content-Type` and `Transfer-Encoding` are ignored: the answer has its own.
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The denial.
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

/// Whether a response is an error, by its status or by that of gRPC.
pub(crate) fn is_error(response: &response::Parts) -> bool {
    let status = response.status;
    status.is_client_error() || status.is_server_error() || grpc::has_failed(&response.headers)
}
