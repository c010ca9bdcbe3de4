//! Where counts are kept.

use std::{error::Error, future::Future, hash::Hash, sync::Arc, time::Duration};

use crate::quota::{Claim, Usage};

/// Keeps the counts of quotas: in memory, or in a database that many servers share.
///
/// Units are first held, while a request is answered, and then spent or given back.
/// [`MemoryStore`](super::MemoryStore) is one; `statuary::testing::assert_quota_store`, with the
/// feature `testing`, tests whether another keeps to the contract.
///
/// # Contract
///
/// - There is one count for each combination of key, [name](Claim::name) and [end of the
///   period](super::Period::end), and no two combinations ever share one. A missing count is zero.
/// - A reservation is atomic: it holds its units in all of its claims or in none, and concurrent
///   reservations together never hold more units than there are.
/// - A ticket is settled once: the first [`commit`](Self::commit) or [`refund`](Self::refund) counts.
///   Later ones change nothing, and are not errors; nor does a later [`abandon`](Self::abandon) change
///   anything.
/// - When a lease has lapsed, its units are no longer held. A later commit still spends them, so that a
///   slow reader is not served for free; a store that is short of room may forget lapsed leases.
/// - A count may be forgotten only some time after its period has ended, since clocks differ: a minute
///   is enough.
///
/// # Examples
///
/// A store that wraps another, and reports who could use a larger plan:
///
/// ```
/// use std::{sync::mpsc::Sender, time::Duration};
///
/// use statuary::quota::{
///     Claim, MemoryFull, MemoryStore, MemoryTicket, QuotaStore, Reservation,
/// };
///
/// struct Watched {
///     counts: MemoryStore<String>,
///     exhausted: Sender<String>,
/// }
///
/// impl QuotaStore for Watched {
///     type Key = String;
///     type Ticket = MemoryTicket;
///     type Error = MemoryFull;
///
///     async fn reserve(
///         &self,
///         account: &String,
///         cost: u64,
///         claims: &[Claim],
///         lease: Duration,
///     ) -> Result<Reservation<MemoryTicket>, MemoryFull> {
///         let reserved = self.counts.reserve(account, cost, claims, lease).await?;
///         if let Reservation::Exhausted(_) = reserved {
///             self.exhausted.send(account.clone()).ok();
///         }
///         Ok(reserved)
///     }
///
///     async fn commit(&self, ticket: &MemoryTicket, spent: u64) -> Result<(), MemoryFull> {
///         self.counts.commit(ticket, spent).await
///     }
///
///     async fn refund(&self, ticket: &MemoryTicket) -> Result<(), MemoryFull> {
///         self.counts.refund(ticket).await
///     }
///
///     fn abandon(&self, ticket: &MemoryTicket) {
///         self.counts.abandon(ticket);
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no counts of quotas",
    label = "is not a `QuotaStore`",
    note = "implement `QuotaStore`, or use `statuary::quota::MemoryStore`"
)]
pub trait QuotaStore: Send + Sync + 'static {
    /// Identifies those who have a quota of their own.
    type Key: Clone + Eq + Hash + Send + Sync + 'static;

    /// Names a reservation.
    type Ticket: Clone + Send + Sync + 'static;

    /// Why the store could not do what it was asked.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Holds `cost` units in each of the claims, whose names differ, for no longer than the lease.
    ///
    /// Returns one [`Usage`] for each claim, in their order.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from answering. Then nothing is held, or no longer than the lease.
    fn reserve(
        &self,
        key: &Self::Key,
        cost: u64,
        claims: &[Claim],
        lease: Duration,
    ) -> impl Future<Output = Result<Reservation<Self::Ticket>, Self::Error>> + Send;

    /// Spends this many units instead of those held. They may be more than were held, and more than are
    /// left: they have been used.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from knowing that it is done. It may be tried again.
    fn commit(
        &self,
        ticket: &Self::Ticket,
        spent: u64,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Gives back the units held.
    ///
    /// A response that costs nothing waits for this for at most a quarter of a second.
    ///
    /// # Errors
    ///
    /// Whatever kept the store from knowing that it is done. It may be tried again.
    fn refund(&self, ticket: &Self::Ticket)
    -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Gives back the units held where nobody can wait, since the request is gone. Default: does
    /// nothing, and the lease lapses.
    ///
    /// It must not block. It is the last call for the ticket.
    fn abandon(&self, ticket: &Self::Ticket) {
        let _ = ticket;
    }
}

/// The outcome of a reservation, and the usage of each of its claims.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
#[non_exhaustive]
pub enum Reservation<T> {
    /// At least one of the claims has too little left, and nothing is held.
    Exhausted(Vec<Usage>),
    /// The units are held, and included in the usage.
    Held(T, Vec<Usage>),
}

// === impl QuotaStore ===

impl<S: QuotaStore> QuotaStore for Arc<S> {
    type Key = S::Key;
    type Ticket = S::Ticket;
    type Error = S::Error;

    fn reserve(
        &self,
        key: &Self::Key,
        cost: u64,
        claims: &[Claim],
        lease: Duration,
    ) -> impl Future<Output = Result<Reservation<Self::Ticket>, Self::Error>> + Send {
        S::reserve(self, key, cost, claims, lease)
    }

    fn commit(
        &self,
        ticket: &Self::Ticket,
        spent: u64,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        S::commit(self, ticket, spent)
    }

    fn refund(
        &self,
        ticket: &Self::Ticket,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send {
        S::refund(self, ticket)
    }

    fn abandon(&self, ticket: &Self::Ticket) {
        S::abandon(self, ticket);
    }
}
