//! A request that is being carried out.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http::Extensions;
use tokio::runtime::Handle;

use crate::{
    idempotency::{
        Answer, ClaimId, IdempotencyStore, Kept, ScopedKey,
        desk::{Desk, Step},
        watch::{self, Fate},
    },
    settlement::Payment,
    subscription::{answer, guard},
};

/// A request that is being carried out. On drop, its claim is released unless it may have been paid
/// for, and its fate is counted.
pub(super) struct Ticket<D: IdempotencyStore> {
    desk: Arc<Desk<D>>,
    open: Option<(ScopedKey, ClaimId)>,
    payment: Payment,
    /// `None` until it is known: then it depends on what may have been paid.
    fate: Option<Fate>,
}

/// An answer on its way into the store.
///
/// A client that disconnects does not cancel it, since it may have paid. The rest is then done in a
/// task, which the deadline ends.
pub(super) struct Keeping(Option<Step<()>>);

// === impl Ticket ===

impl<D: IdempotencyStore> Ticket<D> {
    pub(super) fn new(desk: Arc<Desk<D>>, key: ScopedKey, claim: ClaimId) -> Self {
        Self {
            desk,
            open: Some((key, claim)),
            payment: Payment::default(),
            fate: None,
        }
    }

    pub(super) const fn desk(&self) -> &Arc<Desk<D>> {
        &self.desk
    }

    /// Follows the charges for the request, which has yet to reach them.
    pub(super) fn watch_payment(&mut self, request: &mut Extensions) {
        // Shared with a layer of this kind outside, if there is one.
        self.payment = request.get_or_insert_default::<Payment>().clone();
    }

    /// Keeps an answer, which the client gets in any case.
    pub(super) fn keep(mut self, kept: Answer) -> Keeping {
        let whole = match &kept {
            Answer::Response(_) => Fate::Kept,
            Answer::TooLarge => Fate::TooLarge,
        };
        let open = self.open.take();
        // Until the store confirms what it keeps.
        self.fate = Some(Fate::Unknown);
        Keeping(Some(Box::pin(async move {
            let Some((key, claim)) = open else {
                return;
            };
            let Desk {
                store, settings, ..
            } = &*self.desk;
            let question = async { store.keep(&key, claim, kept).await };
            match answer(settings.deadline, question).await {
                Ok(Kept::Whole) => self.end(whole),
                Ok(Kept::TooLarge) => self.end(Fate::TooLarge),
                // By now, another claim carries it out, or has done so.
                Ok(Kept::Nothing) => {}
                // The request stays in progress until its claim expires, so that it is not carried
                // out again at once.
                Err(unanswered) => watch::failed(&unanswered.of_store()),
            }
        })))
    }

    fn end(mut self, fate: Fate) {
        self.fate = Some(fate);
    }
}

impl<D: IdempotencyStore> Drop for Ticket<D> {
    fn drop(&mut self) {
        let unfinished = match self.payment.may_be_made() {
            // A retry could be paid for again, so the claim is left to expire.
            true => Fate::Unknown,
            false => Fate::Released,
        };
        let fate = self.fate.unwrap_or(unfinished);
        watch::carried_out(fate);
        if let (Fate::Released, Some((key, claim))) = (fate, self.open.take()) {
            // A panic of the store must not escape from this drop.
            let _ = guard(|| self.desk.store.release(&key, claim));
        }
    }
}

// === impl Keeping ===

impl Future for Keeping {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Some(step) = &mut self.0 else {
            return Poll::Ready(());
        };
        let polled = step.as_mut().poll(cx);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        // Without a runtime, the rest is not done, and the claim expires.
        if let (Some(step), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(step);
        }
    }
}
