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

/// A request that is being carried out. Dropped, it is given back unless it may have been paid for, and
/// what became of it is counted.
pub(super) struct Ticket<D: IdempotencyStore> {
    desk: Arc<Desk<D>>,
    open: Option<(ScopedKey, ClaimId)>,
    payment: Payment,
    /// If that is known. Otherwise it depends on what was paid.
    fate: Option<Fate>,
}

/// An answer on its way into the store.
///
/// A client that has gone does not end it: it may have paid. What is left to be done then is done in a
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

    /// Learns of the charges for the request, which has yet to reach them.
    pub(super) fn watch_payment(&mut self, request: &mut Extensions) {
        // Where a layer of this kind stands outside, it wants to know as well.
        self.payment = request.get_or_insert_default::<Payment>().clone();
    }

    /// Keeps an answer, which is given to the client in any case.
    pub(super) fn keep(mut self, kept: Answer) -> Keeping {
        let whole = match &kept {
            Answer::Response(_) => Fate::Kept,
            Answer::TooLarge => Fate::TooLarge,
        };
        let open = self.open.take();
        // Until the store says so itself.
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
                // Somebody else carries it out by now, or has done so.
                Ok(Kept::Nothing) => {}
                // The request stays in progress until its claim ends: it is not done again at once.
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
            // Sent again at once, it would be paid for again: the claim ends by itself.
            true => Fate::Unknown,
            false => Fate::Released,
        };
        let fate = self.fate.unwrap_or(unfinished);
        watch::carried_out(fate);
        if let (Fate::Released, Some((key, claim))) = (fate, self.open.take()) {
            // Whatever it does, the task that is being dropped goes on.
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
        // Without a runtime there is nobody to do it, and the claim ends by itself.
        if let (Some(step), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(step);
        }
    }
}
