//! What is to be done with a request, from its head.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Once},
    time::Duration,
};

use bytes::Bytes;
use http::{Method, Response, StatusCode, request::Parts, response};

use crate::{
    challenge::{Challenges, Refusal, Terms, Unclaimed, grpc},
    idempotency::{
        Claimed, Fingerprint, IdempotencyKey, IdempotencyStore, Kept, ScopedKey, StoredResponse,
        fingerprint, ticket::Ticket, watch,
    },
    paywall::Threshold,
    settlement::Charged,
    subscription::{Unanswered, UnansweredKind, Unidentified, answer, guard},
};

/// A step that has to be waited for.
pub(super) type Step<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// What the owner settles once for all requests.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) deadline: Duration,
    pub(super) keeps: Arc<dyn Fn(StatusCode) -> bool + Send + Sync>,
    pub(super) largest: usize,
    pub(super) required: Vec<Method>,
    /// Its own, if it does not speak as the paywall does.
    pub(super) terms: Option<Terms>,
    pub(super) threshold: Threshold,
}

/// Where requests with a key are taken in.
pub(super) struct Desk<D> {
    pub(super) store: Arc<D>,
    pub(super) settings: Settings,
    challenges: Challenges,
    /// Whether it was told of a charge outside.
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

impl Default for Settings {
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(2),
            keeps: Arc::new(|status| status.is_success() || status.is_redirection()),
            largest: 1 << 20,
            required: Vec::new(),
            terms: None,
            threshold: Threshold::default(),
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
        let terms = settings.threshold.terms(settings.terms.clone());
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
        // A refusal of gRPC is a success of HTTP.
        !grpc::has_failed(&head.headers)
            && guard(|| (self.settings.keeps)(head.status)).unwrap_or(false)
    }

    /// Who has sent a request with a key. All this is the owner's code.
    fn sender_of<F>(&self, head: &Parts, sender: &F) -> Result<String, Refusal>
    where
        F: Fn(&Parts) -> Result<String, Unidentified>,
    {
        let threshold = &self.settings.threshold;
        let is_in_place = || threshold.is_behind(head) || threshold.exempts(head);
        let unanswered = match guard(|| is_in_place().then(|| sender(head))) {
            Ok(Some(Ok(sender))) => return Ok(sender),
            Ok(Some(Err(Unidentified))) => {
                return Err(Refusal::Unclaimed(Unclaimed::Unattributed));
            }
            Ok(None) => Unanswered::new(UnansweredKind::Misplaced),
            Err(panicked) => panicked,
        };
        Err(Refusal::Unanswered(unanswered.of_store()))
    }
}

impl<D: IdempotencyStore> Desk<D> {
    pub(super) fn enter<F>(self: &Arc<Self>, sender: &F, head: &Parts) -> Entrance<D>
    where
        F: Fn(&Parts) -> Result<String, Unidentified>,
    {
        let key = match IdempotencyKey::from_headers(&head.headers) {
            Ok(Some(key)) => key,
            Ok(None) if self.settings.required.contains(&head.method) => {
                return Entrance::Refuse(Refusal::Unclaimed(Unclaimed::Missing));
            }
            Ok(None) => return Entrance::Pass,
            Err(_) => return Entrance::Refuse(Refusal::Unclaimed(Unclaimed::Invalid)),
        };
        let sender = match self.sender_of(head, sender) {
            Ok(sender) => sender,
            Err(refusal) => return Entrance::Refuse(refusal),
        };
        if head.extensions.get::<Charged>().is_some() {
            watch::charged(&self.told);
        }
        let claim = Arc::clone(self).claim(ScopedKey::new(sender, key), fingerprint::of(head));
        Entrance::Claim(Box::pin(claim))
    }

    async fn claim(self: Arc<Self>, key: ScopedKey, fingerprint: Fingerprint) -> Admission<D> {
        let question = async { self.store.claim(&key, fingerprint).await };
        let refusal = match answer(self.settings.deadline, question).await {
            Ok(Claimed::Begun(claim)) => return Admission::Begun(Ticket::new(self, key, claim)),
            Ok(Claimed::Done(Kept::TooLarge)) => Refusal::Unclaimed(Unclaimed::NotKept),
            Ok(Claimed::Done(Kept::Response(stored))) => return Admission::Again(stored),
            Ok(Claimed::InProgress) => Refusal::Unclaimed(Unclaimed::InProgress),
            Ok(Claimed::Reused) => Refusal::Unclaimed(Unclaimed::Reused),
            Err(unanswered) => Refusal::Unanswered(unanswered.of_store()),
        };
        Admission::Refused(refusal)
    }
}
