//! A settlement on its way: held, and settled in one way or another.

use std::{future::Future, pin::Pin, time::Duration};

use http::response::Parts;

use crate::{
    settlement::{Release, Settlement, watch},
    subscription::{Unanswered, answer, guard},
};

/// A step that has to be waited for.
pub(super) type Step<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A settlement that is held. Dropped, it rolls back, and what became of it is counted.
pub(super) struct Tab<T> {
    settlement: Option<T>,
    deadline: Duration,
    fate: Fate,
}

/// What becomes of a settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Committed,
    RolledBack,
    Uncharged,
    /// It did not say, so that it may have been charged or not.
    Unknown,
    Withheld,
}

/// What a response has become.
pub(super) struct Responded<T> {
    pub(super) head: Parts,
    pub(super) tab: Tab<T>,
    pub(super) release: Result<Release, Unanswered>,
}

// === impl Tab ===

impl<T> Tab<T> {
    pub(super) const fn new(settlement: T, deadline: Duration) -> Self {
        Self {
            settlement: Some(settlement),
            deadline,
            fate: Fate::RolledBack,
        }
    }

    pub(super) const fn settlement(&self) -> Option<&T> {
        self.settlement.as_ref()
    }

    /// Ends it without a commit.
    pub(super) fn close(mut self, fate: Fate) {
        self.fate = fate;
    }
}

impl<T: Settlement> Tab<T> {
    /// Shows it the head of the response.
    pub(super) fn respond(mut self, mut head: Parts) -> Step<Responded<T>> {
        Box::pin(async move {
            let release = match &mut self.settlement {
                Some(settlement) => {
                    let question = async { settlement.respond(&mut head).await };
                    answer(self.deadline, question).await
                }
                None => Ok(Release::Deliver),
            };
            Responded {
                head,
                tab: self,
                release: release.map_err(Unanswered::of_charge),
            }
        })
    }

    /// Takes what it holds, for good.
    pub(super) fn commit(mut self) -> Step<()> {
        Box::pin(async move {
            let Some(settlement) = self.settlement.take() else {
                return;
            };
            // Until it says so itself. Dropped while it waits, it stays unknown.
            self.fate = Fate::Unknown;
            match answer(self.deadline, async { settlement.commit().await }).await {
                Ok(()) => self.close(Fate::Committed),
                Err(unanswered) => watch::failed(&unanswered.of_charge()),
            }
        })
    }
}

impl<T> Drop for Tab<T> {
    fn drop(&mut self) {
        watch::settled(self.fate);
        // Whatever it does, the task that is being dropped goes on.
        let _ = guard(|| drop(self.settlement.take()));
    }
}
