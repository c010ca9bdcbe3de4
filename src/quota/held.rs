//! Units that are held for a request, until its response is known.

use std::{error::Error, fmt, sync::Arc};

use http::{request, response};

use crate::{
    quota::{ChargeAt, QuotaStore, rules::Rules, statement::Statement},
    settlement::{Release, Settlement},
    subscription::{Grant, guard},
};

/// Units that are held for a request. If dropped before they are spent, they are given back.
pub struct Held<S: QuotaStore> {
    ticket: Ticket<S>,
    rules: Rules,
    statement: Statement,
    /// What the response costs, once that is known.
    spent: u64,
}

/// A ticket, until it is settled. If dropped before that, it is abandoned.
struct Ticket<S: QuotaStore> {
    store: Arc<S>,
    open: Option<S::Ticket>,
}

// === impl Held ===

impl<S: QuotaStore> Held<S> {
    pub(super) const fn new(
        store: Arc<S>,
        ticket: S::Ticket,
        rules: Rules,
        statement: Statement,
    ) -> Self {
        Self {
            spent: statement.cost(),
            ticket: Ticket {
                store,
                open: Some(ticket),
            },
            rules,
            statement,
        }
    }
}

impl<S: QuotaStore> fmt::Debug for Held<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Held").field(&self.statement).finish()
    }
}

impl<S: QuotaStore> Settlement for Held<S> {
    type Error = Box<dyn Error + Send + Sync>;

    fn announce(&self, request: &mut request::Parts) {
        if let Some(grant) = request.extensions.get_mut::<Grant>() {
            *grant = self.statement.tell(grant);
        }
    }

    async fn respond(&mut self, response: &mut response::Parts) -> Result<Release, Self::Error> {
        let Rules {
            charge,
            charge_at,
            clock,
            unit,
        } = &self.rules;
        self.spent = charge(response, self.statement.cost());
        self.statement.spend(self.spent);
        let release = match (self.spent, charge_at) {
            (0, _) => Release::Uncharged,
            (_, ChargeAt::Beginning) => {
                self.ticket.spend(self.spent).await?;
                Release::Charged
            }
            (_, ChargeAt::Delivery) => Release::Deliver,
        };
        for (name, value) in self.statement.fields(*unit, clock.now()) {
            response.headers.append(name, value);
        }
        Ok(release)
    }

    async fn commit(mut self) -> Result<(), Self::Error> {
        let Some(ticket) = self.ticket.open.take() else {
            return Ok(());
        };
        // The response is delivered in any case: if this fails, the units may be spent, and are
        // left to their lease.
        let spent = self.ticket.store.commit(&ticket, self.spent).await;
        spent.map_err(Into::into)
    }

    async fn roll_back(mut self) -> Result<(), Self::Error> {
        self.ticket.give_back().await
    }
}

// === impl Ticket ===

impl<S: QuotaStore> Ticket<S> {
    async fn spend(&mut self, units: u64) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Some(ticket) = &self.open {
            let spent = self.store.commit(ticket, units).await;
            spent.map_err(Into::into)?;
            self.open = None;
        }
        Ok(())
    }

    async fn give_back(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Some(ticket) = &self.open {
            let given = self.store.refund(ticket).await;
            given.map_err(Into::into)?;
            self.open = None;
        }
        Ok(())
    }
}

impl<S: QuotaStore> Drop for Ticket<S> {
    fn drop(&mut self) {
        if let Some(ticket) = &self.open {
            // A panic of the store must not escape from this drop, which may happen during another
            // panic.
            let _ = guard(|| self.store.abandon(ticket));
        }
    }
}
