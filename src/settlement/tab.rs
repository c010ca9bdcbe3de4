//! A settlement while it is held, and how it is settled.

use std::{future::Future, pin::Pin, time::Duration};

use http::response::Parts;

use crate::{
    settlement::{
        Payment, Release, Settlement,
        watch::{self, Fate},
    },
    subscription::{Unanswered, answer, guard},
};

/// A step that has to be waited for.
pub(super) type Step<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A settlement that is held. On drop, it rolls back, and its fate is counted.
pub(super) struct Tab<T> {
    settlement: Option<T>,
    deadline: Duration,
    fate: Fate,
    /// For a layer outside that wants to know.
    payment: Option<Payment>,
}

/// A response after its settlement has seen it.
pub(super) struct Responded<T> {
    pub(super) head: Parts,
    pub(super) tab: Tab<T>,
    pub(super) release: Result<Release, Unanswered>,
}

// === impl Tab ===

impl<T> Tab<T> {
    pub(super) const fn new(settlement: T, deadline: Duration, payment: Option<Payment>) -> Self {
        Self {
            settlement: Some(settlement),
            deadline,
            fate: Fate::RolledBack,
            payment,
        }
    }

    pub(super) const fn settlement(&self) -> Option<&T> {
        self.settlement.as_ref()
    }

    /// Begins a step: what it takes is unknown until it ends.
    fn begin(&mut self) {
        self.fate = Fate::Unknown;
        if let Some(payment) = &self.payment {
            payment.begin();
        }
    }

    /// The step has ended, and has taken nothing.
    fn rule_out(&mut self, fate: Fate) {
        self.fate = fate;
        if let Some(payment) = &self.payment {
            payment.rule_out();
        }
    }

    /// Ends it.
    fn close(mut self, fate: Fate) {
        self.fate = fate;
    }
}

impl<T: Settlement> Tab<T> {
    /// Shows the head of the response to the settlement.
    pub(super) fn respond(mut self, mut head: Parts) -> Step<Responded<T>> {
        Box::pin(async move {
            self.begin();
            let release = match &mut self.settlement {
                Some(settlement) => {
                    let question = async { settlement.respond(&mut head).await };
                    answer(self.deadline, question).await
                }
                None => Ok(Release::Deliver),
            };
            match release {
                Ok(Release::Charged) => self.fate = Fate::Committed,
                Ok(Release::Deliver) => self.rule_out(Fate::RolledBack),
                Ok(Release::Uncharged) => self.roll_back(Fate::Uncharged).await,
                Ok(Release::Withhold(_)) => self.roll_back(Fate::Withheld).await,
                Err(_) => {}
            }
            let release = release.map_err(Unanswered::of_charge);
            let release = release.inspect_err(watch::unknown_at_response);
            Responded {
                head,
                tab: self,
                release,
            }
        })
    }

    /// Commits what is held.
    pub(super) fn commit(mut self) -> Step<()> {
        Box::pin(async move {
            let Some(settlement) = self.settlement.take() else {
                return;
            };
            self.begin();
            match answer(self.deadline, async { settlement.commit().await }).await {
                Ok(()) => self.close(Fate::Committed),
                Err(unanswered) => watch::uncommitted(&unanswered.of_charge()),
            }
        })
    }

    /// Gives back what is held. If that fails, the reservation still expires.
    async fn roll_back(&mut self, fate: Fate) {
        self.rule_out(fate);
        let Some(settlement) = self.settlement.take() else {
            return;
        };
        let patience = self.deadline.min(PATIENCE);
        if let Err(unanswered) = answer(patience, async { settlement.roll_back().await }).await {
            watch::not_rolled_back(&unanswered.of_charge());
        }
    }
}

impl<T> Drop for Tab<T> {
    fn drop(&mut self) {
        watch::settled(self.fate);
        // A panic of the settlement must not escape from this drop.
        let _ = guard(|| drop(self.settlement.take()));
    }
}

// === helpers ===

/// How long a response that costs nothing waits at most for the roll-back.
const PATIENCE: Duration = Duration::from_millis(250);
