//! The paywall over the members of a multistatus.

use std::{collections::HashMap, fmt, num::NonZeroUsize, sync::Arc, time::Duration};

use http::{HeaderMap, HeaderName, header::AUTHORIZATION, request::Parts};

use super::{
    closed::Closed,
    layer::MemberPaywallLayer,
    listing::{Answers, Listing},
    rules::{Member, MemberRules},
    source::Gated,
};
use crate::{
    dav::Href,
    multistatus::MultiStatus,
    paywall::{PaywallLayer, Seal},
    reply::Begin,
    subscription::{Remedies, SubscriptionCheck, Unanswered, UnansweredKind, answer},
    vary::Vary,
    xml::Name,
};

/// Withholds the members of a multistatus that the subscriber has not paid for.
///
/// See the [module documentation](crate::members) for an example. The paywall before the collection
/// itself makes one that agrees with it: [`PaywallLayer::members`].
#[must_use]
pub struct MemberPaywall<C> {
    check: Arc<C>,
    deadline: Duration,
    remedies: Remedies,
    /// Marks an answer as its caller's own.
    seal: Seal,
    shown: Arc<[Name<'static>]>,
    batch: NonZeroUsize,
    concurrency: NonZeroUsize,
    on_unanswered: Option<Arc<OnUnanswered>>,
}

type OnUnanswered = dyn Fn(&Unanswered) + Send + Sync;

const BATCH: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);
const CONCURRENCY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1);

// === impl MemberPaywall ===

impl<C: SubscriptionCheck> MemberPaywall<C> {
    /// Makes one that asks this check.
    pub fn new(check: C) -> Self {
        let vary = Vary::new([AUTHORIZATION]);
        Self::of(
            Arc::new(check),
            Duration::from_secs(2),
            Remedies::new(),
            vary,
        )
    }

    /// Sets how long the check may take; members whose answer is late are listed with 503. Default: two
    /// seconds.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets the links that help. Default: none.
    pub fn remedies(mut self, remedies: Remedies) -> Self {
        self.remedies = remedies;
        self
    }

    /// Sets the request fields by which the [layer](Self::layer)'s rules name who asks, and by which
    /// caches must tell answers apart. Default: `Authorization`.
    pub fn vary(mut self, names: impl IntoIterator<Item = HeaderName>) -> Self {
        self.seal = Seal::new(Vary::new(names));
        self
    }

    /// Sets the properties of a withheld member that are shown all the same, such as the quota of a
    /// collection or how many members it has. Default: none.
    ///
    /// A member that has one of them is listed with it, under 200, and with 402 for all else, whose
    /// names are not told.
    pub fn show(mut self, names: impl IntoIterator<Item = Name<'static>>) -> Self {
        self.shown = names.into_iter().collect();
        self
    }

    /// Sets how many resources of a streamed answer are asked about in one question. Default: 256.
    pub fn batch(mut self, resources: NonZeroUsize) -> Self {
        self.batch = resources;
        self
    }

    /// Sets how many questions about a streamed answer are on their way at once. Default: two.
    pub fn concurrency(mut self, questions: NonZeroUsize) -> Self {
        self.concurrency = questions;
        self
    }

    /// Hears of a check that gave no answer, to log it: the multistatus tells no more than 503.
    /// Default: nobody does.
    pub fn on_unanswered(mut self, hear: impl Fn(&Unanswered) + Send + Sync + 'static) -> Self {
        self.on_unanswered = Some(Arc::new(hear));
        self
    }

    /// Withholds what was not paid for.
    ///
    /// `cost` says of each href what it costs. The subjects are asked about at once, by
    /// [`SubscriptionCheck::check_all`], each of them once; where there are none, nothing is asked.
    /// A member that is refused keeps its href and loses everything else. What lies below a member
    /// that is refused, and is refused itself, is not listed at all.
    ///
    /// When the check fails, panics or is late, the members in question are listed with 503: it is
    /// not known whether they were paid for.
    pub async fn apply(
        &self,
        multistatus: MultiStatus,
        mut cost: impl FnMut(&Href<'_>) -> Member<C::Subject>,
    ) -> MultiStatus {
        self.judge(Listing::new(multistatus, |member| cost(member.href())))
            .await
    }

    /// Withholds what was not paid for, by rules; see [`apply`](Self::apply).
    pub async fn enforce(
        &self,
        multistatus: MultiStatus,
        rules: &MemberRules<C::Subject>,
    ) -> MultiStatus {
        self.judge(Listing::new(multistatus, |member| rules.cost(member)))
            .await
    }

    /// Withholds what was not paid for from an answer that is sent while it is made.
    ///
    /// There is one question for each [batch](Self::batch), and the members keep their order. A check
    /// that gives no answer before anything is sent is an error like one of the source, and one
    /// afterwards breaks the transfer off. Of the collections that are closed, the last thousand are
    /// known, so that memory does not grow: what is below an earlier one is listed with its status.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{
    ///     DavError, MemberPaywall, MemberRules, MultiStatusStream, Resource, SubscriptionCheck,
    /// };
    ///
    /// async fn list<C: SubscriptionCheck<Subject = &'static str>>(
    ///     paywall: &MemberPaywall<C>,
    ///     walk: impl Iterator<Item = Result<Resource, DavError>> + Send + 'static,
    /// ) -> Result<MultiStatusStream, DavError> {
    ///     let rules = MemberRules::new().path("/premium", "premium");
    ///     paywall.stream(MultiStatusStream::from_iterator(walk), rules).await
    /// }
    /// ```
    pub fn stream<E>(&self, resources: Begin<E>, rules: MemberRules<C::Subject>) -> Begin<E>
    where
        E: From<Unanswered> + Send + 'static,
    {
        let paywall = self.clone();
        resources.through(|source| Box::pin(Gated::new(source, paywall, rules, Closed::default())))
    }

    /// Makes the layer that withholds what was not paid for from all that handlers answer. `rules`
    /// makes the rules of a request from its head.
    ///
    /// It belongs inside of the [`MultiStatusLayer`](crate::MultiStatusLayer), whose answers it cannot
    /// see into. A 207 that it cannot see into is answered by 503, and so is one whose check gives no
    /// answer before a streamed body has begun. What it lets through is for this caller alone: `private` is
    /// merged into its `Cache-Control`, and [what the rules read](Self::vary) into its `Vary`.
    ///
    /// # Examples
    ///
    /// ```
    /// use axum::Router;
    /// use statuary::{MemberPaywall, MemberRules, MultiStatusLayer, SubscriptionCheck};
    ///
    /// fn app<C: SubscriptionCheck<Subject = &'static str>>(dav: Router, check: C) -> Router {
    ///     let paywall = MemberPaywall::new(check)
    ///         .layer(|_head| MemberRules::new().path("/premium", "premium"));
    ///     dav.layer(paywall).layer(MultiStatusLayer::new())
    /// }
    /// ```
    pub fn layer<F>(self, rules: F) -> MemberPaywallLayer<C, F>
    where
        F: Fn(&Parts) -> MemberRules<C::Subject> + Clone,
    {
        MemberPaywallLayer::new(self, rules)
    }

    /// Marks an answer as its caller's own.
    pub(super) fn seal(&self, headers: &mut HeaderMap) {
        self.seal.put_on(headers);
    }

    pub(super) fn batch_size(&self) -> usize {
        self.batch.get()
    }

    pub(super) fn most_questions(&self) -> usize {
        self.concurrency.get()
    }

    async fn judge(&self, listing: Listing<C::Subject>) -> MultiStatus {
        let answers = self.decide(listing.subjects()).await;
        self.settle(listing, &answers, &mut Closed::default())
    }

    /// What is left of a listing.
    pub(super) fn settle(
        &self,
        listing: Listing<C::Subject>,
        answers: &Answers<C::Subject>,
        closed: &mut Closed,
    ) -> MultiStatus {
        listing.judged(answers, &self.remedies, &self.shown, closed)
    }

    /// Asks about all subjects at once.
    pub(super) async fn decide(&self, subjects: Vec<C::Subject>) -> Answers<C::Subject> {
        if subjects.is_empty() {
            return Ok(HashMap::new());
        }
        let question = async { self.check.check_all(&subjects).await };
        let decisions = answer(self.deadline, question).await;
        let decisions = decisions.and_then(|decisions| match decisions.len() == subjects.len() {
            true => Ok(decisions),
            // Who answers fewer or more than was asked did not answer this question.
            false => Err(Unanswered::new(UnansweredKind::Failed)),
        });
        if let (Err(unanswered), Some(hear)) = (&decisions, &self.on_unanswered) {
            hear(unanswered);
        }
        Ok(subjects.into_iter().zip(decisions?).collect())
    }
}

impl<C> MemberPaywall<C> {
    fn of(check: Arc<C>, deadline: Duration, remedies: Remedies, vary: Vary) -> Self {
        Self {
            check,
            deadline,
            remedies,
            seal: Seal::new(vary),
            shown: Arc::default(),
            batch: BATCH,
            concurrency: CONCURRENCY,
            on_unanswered: None,
        }
    }
}

impl<C> Clone for MemberPaywall<C> {
    fn clone(&self) -> Self {
        Self {
            check: Arc::clone(&self.check),
            deadline: self.deadline,
            remedies: self.remedies.clone(),
            seal: self.seal.clone(),
            shown: Arc::clone(&self.shown),
            batch: self.batch,
            concurrency: self.concurrency,
            on_unanswered: self.on_unanswered.clone(),
        }
    }
}

impl<C> fmt::Debug for MemberPaywall<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberPaywall")
            .field("deadline", &self.deadline)
            .field("remedies", &self.remedies)
            .field("shown", &self.shown)
            .field("batch", &self.batch)
            .field("concurrency", &self.concurrency)
            .finish_non_exhaustive()
    }
}

// === impl PaywallLayer ===

impl<C> PaywallLayer<C> {
    /// The paywall over the members of a multistatus that agrees with this one: it shares the check,
    /// the deadline, the remedies, and what it says to caches.
    pub fn members(&self) -> MemberPaywall<C> {
        let (check, deadline, terms) = self.terms();
        let (remedies, vary) = (terms.remedies.clone(), terms.vary.clone());
        MemberPaywall::of(Arc::clone(check), deadline, remedies, vary)
    }
}
