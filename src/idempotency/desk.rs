//! What is to be done with a request, from its head.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Once},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Response, Uri, request::Parts, response};
use http_body::SizeHint;

use crate::{
    challenge::{Challenges, Refusal, Terms, Unclaimed, grpc},
    idempotency::{
        Answer, Claimed, Fingerprint, IdempotencyKey, IdempotencyStore, ScopedKey, StoredResponse,
        ticket::Ticket, watch,
    },
    paywall::Threshold,
    settlement::Charged,
    subscription::{Unanswered, UnansweredKind, Unidentified, answer, guard},
};

/// A step that has to be waited for.
pub(super) type Step<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What the owner configures once for all requests.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) deadline: Duration,
    pub(super) keeps: Arc<KeepFn>,
    pub(super) largest: usize,
    pub(super) required: Vec<Method>,
    pub(super) sender: Arc<SenderFn>,
    pub(super) target: Arc<TargetFn>,
    /// Terms of its own, if it does not use those of the paywall.
    pub(super) terms: Option<Terms>,
    pub(super) threshold: Option<Threshold>,
}

type KeepFn = dyn Fn(&response::Parts) -> bool + Send + Sync;
type SenderFn = dyn Fn(&Parts) -> Result<Arc<str>, Unidentified> + Send + Sync;
type TargetFn = dyn Fn(&Parts) -> Option<&Uri> + Send + Sync;

/// Where requests with a key are taken in.
pub(super) struct Desk<D> {
    pub(super) store: Arc<D>,
    pub(super) settings: Settings,
    challenges: Challenges,
    /// Whether a charge outside was logged.
    told: Once,
}

/// What is to be done with a request, before anything has been waited for.
pub(super) enum Entrance<D: IdempotencyStore> {
    Claim(Step<Admission<D>>),
    Pass,
    Refuse(Refusal),
}

/// What becomes of a request, after its claim.
pub(super) enum Admission<D: IdempotencyStore> {
    Again(StoredResponse),
    Begun(Ticket<D>),
    Refused(Refusal),
}

// === impl Settings ===

impl Settings {
    pub(super) fn new(sender: Arc<SenderFn>) -> Self {
        Self {
            deadline: Duration::from_secs(2),
            keeps: Arc::new(|head| head.status.is_success() || head.status.is_redirection()),
            largest: 1 << 20,
            required: Vec::new(),
            sender,
            target: Arc::new(|_| None),
            terms: None,
            threshold: None,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("deadline", &self.deadline)
            .field("largest", &self.largest)
            .field("required", &self.required)
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}

// === impl Desk ===

impl<D> Desk<D> {
    pub(super) fn new(store: Arc<D>, settings: Settings) -> Self {
        let terms = Threshold::terms_of(settings.terms.as_ref(), settings.threshold.as_ref());
        Self {
            store,
            challenges: Challenges::new(terms),
            settings,
            told: Once::new(),
        }
    }

    pub(super) fn refuse(&self, refusal: Refusal, head: &Parts) -> Response<Bytes> {
        watch::refused(&refusal);
        self.challenges.respond(refusal, head)
    }

    pub(super) fn keeps(&self, head: &response::Parts) -> bool {
        // A gRPC error has the HTTP status 200.
        !grpc::has_failed(&head.headers) && guard(|| (self.settings.keeps)(head)).unwrap_or(false)
    }

    /// Who sent a request with a key, and what it asks. All of this is the owner's code.
    fn identify(&self, head: &Parts, size: &SizeHint) -> Result<(Arc<str>, Fingerprint), Refusal> {
        let settings = &self.settings;
        let identified = guard(|| {
            let threshold = settings.threshold.as_ref();
            if threshold.is_some_and(|paywall| !paywall.is_behind(head) && !paywall.exempts(head)) {
                let misplaced = Unanswered::new(UnansweredKind::Misplaced).of_store();
                return Err(Refusal::Unanswered(misplaced));
            }
            let Ok(sender) = (settings.sender)(head) else {
                return Err(Refusal::Unclaimed(Unclaimed::Unattributed));
            };
            let target = (settings.target)(head).unwrap_or(&head.uri);
            Ok((sender, Fingerprint::new(head, target, size)))
        });
        identified.unwrap_or_else(|panicked| Err(Refusal::Unanswered(panicked.of_store())))
    }
}

impl<D: IdempotencyStore> Desk<D> {
    pub(super) fn enter(self: &Arc<Self>, head: &Parts, size: &SizeHint) -> Entrance<D> {
        let key = match IdempotencyKey::optional_from_headers(&head.headers) {
            Ok(Some(key)) => key,
            Ok(None) if self.settings.required.contains(&head.method) => {
                return Entrance::Refuse(Refusal::Unclaimed(Unclaimed::Missing));
            }
            Ok(None) => return Entrance::Pass,
            Err(_) => return Entrance::Refuse(Refusal::Unclaimed(Unclaimed::Invalid)),
        };
        let (sender, fingerprint) = match self.identify(head, size) {
            Ok(identified) => identified,
            Err(refusal) => return Entrance::Refuse(refusal),
        };
        if head.extensions.get::<Charged>().is_some() {
            watch::charged(&self.told);
        }
        let claim = Arc::clone(self).claim(ScopedKey::new(sender, key), fingerprint);
        Entrance::Claim(Box::pin(claim))
    }

    async fn claim(self: Arc<Self>, key: ScopedKey, fingerprint: Fingerprint) -> Admission<D> {
        let question = async { self.store.claim(&key, fingerprint).await };
        let refusal = match answer(self.settings.deadline, question).await {
            Ok(Claimed::Begun(claim)) => return Admission::Begun(Ticket::new(self, key, claim)),
            Ok(Claimed::Done(Answer::TooLarge)) => Refusal::Unclaimed(Unclaimed::NotKept),
            Ok(Claimed::Done(Answer::Response(stored))) => return Admission::Again(stored),
            Ok(Claimed::InProgress) => Refusal::Unclaimed(Unclaimed::InProgress),
            Ok(Claimed::Reused) => Refusal::Unclaimed(Unclaimed::Reused),
            Err(unanswered) => Refusal::Unanswered(unanswered.of_store()),
        };
        Admission::Refused(refusal)
    }
}
