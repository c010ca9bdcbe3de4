//! What is to be done with a request, from its head.

use std::{borrow::Cow, fmt, future::Future, pin::Pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{Method, Response, StatusCode, header::RETRY_AFTER, request::Parts, response};

use crate::{
    challenge::{expose::expose, grpc},
    idempotency::{
        ClaimId, Claimed, IdempotencyKey, IdempotencyStore, Kept, ScopedKey, fingerprint,
        problem::Problem,
    },
    subscription::{Unanswered, Unidentified, answer, guard},
};

/// A step that has to be waited for.
pub(super) type Step<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What the owner settles once for all requests.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) deadline: Duration,
    pub(super) largest: usize,
    pub(super) problem_base: Cow<'static, str>,
    pub(super) required: Vec<Method>,
    pub(super) keeps: Arc<dyn Fn(StatusCode) -> bool + Send + Sync>,
}

/// Where requests with a key are taken in.
pub(super) struct Desk<D> {
    pub(super) store: Arc<D>,
    pub(super) settings: Settings,
}

/// What is to be done with a request, before anything has been waited for.
pub(super) enum Entrance<D: IdempotencyStore> {
    Claim(Step<Admission<D>>),
    Pass,
    Refuse(Problem),
}

/// What becomes of a request, after its claim.
pub(super) enum Admission<D: IdempotencyStore> {
    Again(Kept),
    Begun(Ticket<D>),
    Refused(Problem),
}

/// A request that is being carried out. Dropped, it is given back.
pub(super) struct Ticket<D: IdempotencyStore> {
    desk: Arc<Desk<D>>,
    open: Option<(ScopedKey, ClaimId)>,
}

// === impl Settings ===

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(2),
            largest: 1 << 20,
            problem_base: Cow::Borrowed("urn:statuary:problem:"),
            required: Vec::new(),
            keeps: Arc::new(|status| status.is_success() || status.is_redirection()),
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("deadline", &self.deadline)
            .field("largest", &self.largest)
            .field("problem_base", &self.problem_base)
            .field("required", &self.required)
            .finish_non_exhaustive()
    }
}

// === impl Desk ===

impl<D: IdempotencyStore> Desk<D> {
    pub(super) fn enter<F>(self: &Arc<Self>, sender: &F, head: &Parts) -> Entrance<D>
    where
        F: Fn(&Parts) -> Result<String, Unidentified>,
    {
        let key = match IdempotencyKey::from_headers(&head.headers) {
            Ok(Some(key)) => key,
            Ok(None) if self.settings.required.contains(&head.method) => {
                return Entrance::Refuse(Problem::Missing);
            }
            Ok(None) => return Entrance::Pass,
            Err(_) => return Entrance::Refuse(Problem::Invalid),
        };
        // A guard around the owner's code.
        let sender = match guard(|| sender(head)) {
            Ok(Ok(sender)) => sender,
            Ok(Err(Unidentified)) => return Entrance::Refuse(Problem::Unattributed),
            Err(_) => return Entrance::Refuse(Problem::Unavailable),
        };
        let key = ScopedKey::new(sender, key);
        let desk = Arc::clone(self);
        let fingerprint = fingerprint::of(head);
        Entrance::Claim(Box::pin(async move {
            let question = async { desk.store.claim(&key, fingerprint).await };
            match answer(desk.settings.deadline, question).await {
                Ok(Claimed::Begun(claim)) => Admission::Begun(Ticket {
                    desk,
                    open: Some((key, claim)),
                }),
                Ok(Claimed::Done(kept)) => Admission::Again(kept),
                Ok(Claimed::InProgress) => Admission::Refused(Problem::InProgress),
                Ok(Claimed::Reused) => Admission::Refused(Problem::Reused),
                Err(unanswered) => {
                    warn(&unanswered);
                    Admission::Refused(Problem::Unavailable)
                }
            }
        }))
    }

    pub(super) fn refuse(&self, problem: Problem, head: &Parts) -> Response<Bytes> {
        let mut response = problem.response(&self.settings.problem_base);
        expose(&[RETRY_AFTER], head, response.headers_mut());
        response
    }

    pub(super) fn keeps(&self, head: &response::Parts) -> bool {
        // A refusal of gRPC is a success of HTTP.
        !grpc::has_failed(&head.headers)
            && guard(|| (self.settings.keeps)(head.status)).unwrap_or(false)
    }
}

// === impl Ticket ===

impl<D: IdempotencyStore> Ticket<D> {
    pub(super) const fn desk(&self) -> &Arc<Desk<D>> {
        &self.desk
    }

    /// Keeps an answer, which is given to the client in any case.
    pub(super) fn keep(mut self, kept: Kept) -> Step<()> {
        Box::pin(async move {
            let Some((key, claim)) = self.open.take() else {
                return;
            };
            let Desk { store, settings } = &*self.desk;
            let question = async { store.keep(&key, claim, kept).await };
            if let Err(unanswered) = answer(settings.deadline, question).await {
                // The request stays in progress until its claim ends: it is not done again at once.
                warn(&unanswered);
            }
        })
    }
}

impl<D: IdempotencyStore> Drop for Ticket<D> {
    fn drop(&mut self) {
        if let Some((key, claim)) = self.open.take() {
            // Whatever it does, the task that is being dropped goes on.
            let _ = guard(|| self.desk.store.release(&key, claim));
        }
    }
}

// === helpers ===

/// A store that gives no answer is the owner's to mend.
fn warn(unanswered: &Unanswered) {
    #[cfg(feature = "tracing")]
    tracing::warn!(kind = ?unanswered.kind(), "the store of answers gave none");
    let _ = unanswered;
}
