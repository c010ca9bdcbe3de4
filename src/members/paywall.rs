//! The paywall over the members of a multistatus.

use std::{collections::HashMap, fmt, num::NonZeroUsize, sync::Arc, time::Duration};

use http::{Extensions, HeaderMap, request::Parts};

use super::{
    layer::MemberPaywallLayer,
    listing::{Answers, Cost, Listing, subjects},
    rules::{Member, MemberRules},
    source::Gated,
    watch::{self, Tally},
    withheld::Withheld,
};
use crate::{
    challenge::{Refusal, Terms},
    dav::{Href, LatestPaths},
    multistatus::MultiStatus,
    paywall::{FailurePolicy, PaywallLayer, Seal, Waiver},
    reply::Begin,
    subscription::{Decision, Grant, SubscriptionCheck, Unanswered, answer, ask_all, guard},
    xml::Name,
};

/// Withholds the members of a multistatus that the subscriber has not paid for.
///
/// See the [module documentation](crate::members) for an example. [`PaywallLayer::members`] makes one that
/// agrees with the paywall around the collection itself.
#[must_use]
pub struct MemberPaywall<C> {
    check: Arc<C>,
    deadline: Duration,
    terms: Arc<Terms>,
    /// Marks an answer as its caller's own.
    seal: Seal,
    shown: Arc<[Name<'static>]>,
    batch: NonZeroUsize,
    concurrency: NonZeroUsize,
    on_failure: FailurePolicy,
    on_unanswered: Option<Arc<OnUnanswered>>,
    shadow: bool,
}

type OnUnanswered = dyn Fn(&Unanswered) + Send + Sync;

const BATCH: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);

// === impl MemberPaywall ===

impl<C: SubscriptionCheck> MemberPaywall<C> {
    /// Makes a paywall over members that asks this check.
    pub fn new(check: C) -> Self {
        PaywallLayer::new(check).members()
    }

    /// Sets how long the check may take; members whose answer is late are listed with 503. Default: two
    /// seconds.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Withholds in these terms. Default: [`Terms::new`].
    ///
    /// A multistatus has a form of its own, so that only four of them count here: the [links that
    /// help](Terms::remedies), the [delay](Terms::retry_after) after a 503 instead of a 207, the
    /// [challenge](Terms::authenticate) of a 401 instead of a 207, and the [request fields](Terms::vary) that
    /// the rules of the [layer](Self::layer) read, for the `Vary` of its responses.
    pub fn terms(mut self, terms: Terms) -> Self {
        self.seal = Seal::new(terms.vary.clone());
        self.terms = Arc::new(terms);
        self
    }

    /// Sets which properties of a withheld member are still shown, such as the quota of a collection, or the
    /// number of its members. Default: none.
    ///
    /// A member that has any of them is listed with those under 200, and with one 402 for all others, which
    /// are not named.
    pub fn show(mut self, names: impl IntoIterator<Item = Name<'static>>) -> Self {
        self.shown = names.into_iter().collect();
        self
    }

    /// Sets how many resources of a streamed answer are asked about in one question. Default: 256.
    pub fn batch(mut self, resources: NonZeroUsize) -> Self {
        self.batch = resources;
        self
    }

    /// Sets how many questions about a streamed answer may be pending at once. Default: one, which is asked
    /// when its members are due.
    ///
    /// With several, those after the first stay pending while a slow client reads, may each hold a connection
    /// meanwhile, and may be late when their members are due.
    pub fn concurrency(mut self, questions: NonZeroUsize) -> Self {
        self.concurrency = questions;
        self
    }

    /// Sets what becomes of members whose check fails, panics or is late. Default: [`FailurePolicy::Closed`],
    /// by which they are listed with 503. With [`FailurePolicy::Open`] they are listed as if they were paid
    /// for, and the response of the [layer](Self::layer) carries a [`Waiver`]. For a streamed answer, the
    /// waiver covers only the first members; the others are only [counted](crate::members#watching).
    pub fn on_failure(mut self, policy: FailurePolicy) -> Self {
        self.on_failure = policy;
        self
    }

    /// Sets a closure to call, with the error and its source, when a check or rules give no answer: a
    /// multistatus shows no more than 503, and has no extensions for the error. It is called once for all
    /// members that are asked about together. Default: none.
    pub fn on_unanswered(mut self, hear: impl Fn(&Unanswered) + Send + Sync + 'static) -> Self {
        self.on_unanswered = Some(Arc::new(hear));
        self
    }

    /// Withholds nothing, to see in advance what is asked and what fails. Default: it withholds.
    ///
    /// The check is asked as usual, and members are [counted](crate::members#watching); all responses stay as
    /// they are. A response of the [layer](Self::layer) for which the check gave no answer carries a
    /// [`Waiver`], if that is known by then.
    pub fn shadow(mut self) -> Self {
        self.shadow = true;
        self
    }

    /// Asks which members may pass before anything is done for them, as a batch of actions has to.
    ///
    /// Returns one answer for each, in their order: the grant of a member that may pass, which is
    /// [`Grant::free`] for one that costs nothing, and otherwise a [`Withheld`], which makes the response
    /// that [`apply`](Self::apply) would put in its place. One call of [`SubscriptionCheck::check_all`] asks
    /// about all distinct subjects; if there are none, nothing is asked.
    ///
    /// If the check fails, panics or is late, the members in question are withheld with 503; through an [open
    /// gate](Self::on_failure) they pass with a grant that is
    /// [waived](crate::subscription::Standing::Waived). In a [shadow](Self::shadow) every member passes, and
    /// the grant of one that would be withheld is waived.
    ///
    /// See the [module documentation](crate::members#actions) for an example.
    #[must_use = "what is not admitted must not be done"]
    pub async fn ask(
        &self,
        members: impl IntoIterator<Item = Member<C::Subject>>,
    ) -> Vec<Result<Grant, Withheld>> {
        let costs: Vec<_> = members.into_iter().map(Ok).collect();
        let answers = self.decide(subjects(&costs)).await;
        self.verdicts(&costs, &answers)
    }

    /// Withholds what was not paid for, from an answer to a request that [only
    /// reads](crate::members#actions).
    ///
    /// `cost` says what each href costs. One call of [`SubscriptionCheck::check_all`] asks about all distinct
    /// subjects; if there are none, nothing is asked. A refused member keeps its href, and loses everything
    /// else. A refused member below another refused one is not listed at all.
    ///
    /// An href is as it was written: in a multiget, it begins with the mount of the routes, if there is one,
    /// which [`Href::below`] strips.
    ///
    /// If the check fails, panics or is late, the members in question are listed with 503, since it is not
    /// known whether they were paid for.
    pub async fn apply(
        &self,
        multistatus: MultiStatus,
        mut cost: impl FnMut(&Href<'_>) -> Member<C::Subject>,
    ) -> MultiStatus {
        self.judge(Listing::new(multistatus, |member| Ok(cost(member.href()))))
            .await
    }

    /// Withholds what was not paid for, by rules, like [`apply`](Self::apply), from an answer to a request
    /// that [only reads](crate::members#actions). Below a mount, the rules have to [know
    /// it](MemberRules::mounted_at).
    pub async fn enforce(
        &self,
        multistatus: MultiStatus,
        rules: &MemberRules<C::Subject>,
    ) -> MultiStatus {
        self.judge(self.list(multistatus, rules)).await
    }

    /// Withholds what was not paid for from an answer that is sent while it is made, to a request that
    /// [only reads](crate::members#actions). Below a mount, the rules have to [know
    /// it](MemberRules::mounted_at).
    ///
    /// One question is asked for each [batch](Self::batch), and the members keep their order. A check that
    /// gives no answer is an error like one of the source; a [`DavError`](crate::DavError) made from it says
    /// [when to retry](Terms::retry_after). Before anything is sent, it is the error of the [`Begin`]; after
    /// that, it breaks off the transfer, or ends the answer [as configured](Begin::end_with). To bound
    /// memory, only the last thousand refused collections are remembered: refused members below an earlier
    /// one are listed with their own status.
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
        let (closed, gathered) = (LatestPaths::default(), MultiStatus::fragment());
        resources.through(|source| Box::pin(Gated::new(source, paywall, rules, closed, gathered)))
    }

    /// Makes a layer that withholds what was not paid for from the answers of handlers that [only
    /// read](crate::members#actions). `rules` makes the rules for a request from its head. Without a
    /// [mount](MemberRules::mounted_at) of their own, they have that of the
    /// [`MultiStatusLayer`](crate::MultiStatusLayer::mounted_at) outside.
    ///
    /// It belongs inside of the [`MultiStatusLayer`](crate::MultiStatusLayer), whose answers it cannot see
    /// into. A 207 that it cannot see into is replaced by 503, and so is one whose rules panicked while they
    /// were made, whose check gives no answer before a streamed body has begun, or that would lose the
    /// response which [reports a failure](Begin::end_with). A 503 for lack of an answer, and a 207 that lists
    /// members with 503 for it, carry the [`Unanswered`]. A 207 that the layer lets through is marked as this
    /// caller's own: `private` is merged into its `Cache-Control`, and [what the rules read](Terms::vary)
    /// into its `Vary`.
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

    /// Marks a refusal: no cache keeps it.
    pub(super) fn seal_refusal(&self, headers: &mut HeaderMap) {
        self.seal.put_on_refusal(headers);
    }

    pub(super) fn is_shadow(&self) -> bool {
        self.shadow
    }

    /// Whether members for which the check gives no answer pass.
    pub(super) fn is_open(&self) -> bool {
        self.shadow || self.on_failure == FailurePolicy::Open
    }

    /// Leaves in a response, for layers outside, the error of a check or rule that gave no answer about its
    /// members.
    pub(super) fn leave(
        &self,
        listing: &Listing<C::Subject>,
        answers: &Answers<C::Subject>,
        response: &mut Extensions,
    ) {
        // An open gate is for a check that fails: a member whose cost the rules do not say is still withheld.
        if let Some(unanswered) = listing.unanswered() {
            leave_unanswered(unanswered, self.shadow, response);
        }
        if let Err(unanswered) = answers {
            leave_unanswered(unanswered, self.is_open(), response);
        }
    }

    /// The error with the least time after which the caller is told to come back.
    pub(super) fn timed(&self, unanswered: Unanswered) -> Unanswered {
        let delay = self.terms.delay(&unanswered);
        unanswered.with_delay(delay)
    }

    /// Logs the error, and calls the owner's closure.
    pub(super) fn hear(&self, unanswered: &Unanswered) {
        watch::failed(unanswered);
        if let Some(hear) = &self.on_unanswered {
            // If it panics, the panic hook has reported that already.
            let _ = guard(|| hear(unanswered));
        }
    }

    pub(super) fn batch_size(&self) -> usize {
        self.batch.get()
    }

    pub(super) fn most_questions(&self) -> usize {
        self.concurrency.get()
    }

    /// The members of an answer, and what they cost by these rules.
    pub(super) fn list(
        &self,
        multistatus: MultiStatus,
        rules: &MemberRules<C::Subject>,
    ) -> Listing<C::Subject> {
        let listing = Listing::new(multistatus, |member| rules.cost(member));
        if let Some(unanswered) = listing.unanswered() {
            self.hear(unanswered);
        }
        listing
    }

    async fn judge(&self, listing: Listing<C::Subject>) -> MultiStatus {
        let answers = self.decide(listing.subjects()).await;
        self.settle(listing, &answers, &mut LatestPaths::default())
    }

    /// What is left of a listing.
    pub(super) fn settle(
        &self,
        listing: Listing<C::Subject>,
        answers: &Answers<C::Subject>,
        closed: &mut LatestPaths,
    ) -> MultiStatus {
        let verdicts = self.verdicts(listing.costs(), answers);
        let withheld = verdicts.into_iter().map(Result::err);
        match self.shadow {
            true => listing.unjudged(),
            false => listing.without(withheld.collect(), &self.shown, closed),
        }
    }

    /// Which members pass, and why others are withheld.
    fn verdicts<'a>(
        &self,
        costs: impl IntoIterator<Item = &'a Cost<C::Subject>>,
        answers: &Answers<C::Subject>,
    ) -> Vec<Result<Grant, Withheld>> {
        let mut tally = Tally::default();
        let costs = costs.into_iter();
        let verdicts = costs.map(|cost| self.verdict(cost, answers, &mut tally));
        let verdicts = verdicts.collect();
        tally.tell();
        verdicts
    }

    fn verdict(
        &self,
        cost: &Cost<C::Subject>,
        answers: &Answers<C::Subject>,
        tally: &mut Tally,
    ) -> Result<Grant, Withheld> {
        let mut is_waived = self.shadow;
        let withheld = match cost {
            Ok(Member::Free) => return Ok(Grant::free()),
            Ok(Member::Unidentified) => Withheld::unidentified(&self.terms.authenticate),
            Ok(Member::Unknown) | Err(_) => Withheld::unanswered(),
            Ok(Member::Costs(subject)) => {
                match answers.as_ref().map(|answers| answers.get(subject)) {
                    Ok(Some(Decision::Admit(grant))) => {
                        tally.admitted(grant);
                        return Ok(grant.clone());
                    }
                    Ok(Some(Decision::Refuse(denial))) => {
                        Withheld::denied(denial, &self.terms.remedies)
                    }
                    Ok(None) | Err(_) => {
                        is_waived = self.is_open();
                        Withheld::unanswered()
                    }
                }
            }
        };
        if is_waived {
            tally.waived(withheld.code());
            return Ok(Grant::waived());
        }
        tally.refused(withheld.code());
        Err(withheld)
    }

    /// Asks about all subjects at once.
    pub(super) async fn decide(&self, subjects: Vec<C::Subject>) -> Answers<C::Subject> {
        if subjects.is_empty() {
            return Ok(HashMap::new());
        }
        let question = ask_all(&*self.check, &subjects);
        match answer(self.deadline, question).await {
            Ok(decisions) => Ok(subjects.into_iter().zip(decisions).collect()),
            Err(unanswered) => {
                self.hear(&unanswered);
                Err(unanswered)
            }
        }
    }
}

impl<C> Clone for MemberPaywall<C> {
    fn clone(&self) -> Self {
        Self {
            check: Arc::clone(&self.check),
            deadline: self.deadline,
            terms: Arc::clone(&self.terms),
            seal: self.seal.clone(),
            shown: Arc::clone(&self.shown),
            batch: self.batch,
            concurrency: self.concurrency,
            on_failure: self.on_failure,
            on_unanswered: self.on_unanswered.clone(),
            shadow: self.shadow,
        }
    }
}

impl<C> fmt::Debug for MemberPaywall<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberPaywall")
            .field("deadline", &self.deadline)
            .field("terms", &self.terms)
            .field("shown", &self.shown)
            .field("batch", &self.batch)
            .field("concurrency", &self.concurrency)
            .field("on_failure", &self.on_failure)
            .field("shadow", &self.shadow)
            .finish_non_exhaustive()
    }
}

// === impl PaywallLayer ===

impl<C> PaywallLayer<C> {
    /// A paywall over the members of a multistatus, configured as this one is so far: with the same check,
    /// deadline, terms, policy for failures, and shadow mode.
    pub fn members(&self) -> MemberPaywall<C> {
        let (check, settings) = self.settled();
        MemberPaywall {
            check: Arc::clone(check),
            deadline: settings.deadline,
            terms: Arc::new(settings.terms.clone()),
            seal: Seal::new(settings.terms.vary.clone()),
            shown: Arc::default(),
            batch: BATCH,
            concurrency: NonZeroUsize::MIN,
            on_failure: settings.on_failure,
            on_unanswered: None,
            shadow: settings.shadow,
        }
    }
}

// === helpers ===

/// Leaves the error in a response, as a waiver if it was waived.
pub(super) fn leave_unanswered(
    unanswered: &Unanswered,
    is_waived: bool,
    response: &mut Extensions,
) {
    let unanswered = unanswered.clone();
    match is_waived {
        true => Waiver::new(Refusal::Unanswered(unanswered)).leave_in_response(response),
        false => drop(response.insert(unanswered)),
    }
}
