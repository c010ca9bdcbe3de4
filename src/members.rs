//! Where the two statuses meet: a 402 for one member inside a 207 for many.
//!
//! A paywall round a collection does not hide the collection. The members that the subscriber has not
//! paid for are listed with `402 Payment Required`, with a `DAV:error` that names the reason and the
//! link that helps in `responsedescription`; their properties are withheld. All members of an answer
//! are asked about in one question.
//!
//! ```
//! use statuary::{
//!     Decision, Href, Member, MemberPaywall, MultiStatus, Reason, Remedies, Resource, Unidentified,
//!     prop, subscription::check_fn,
//! };
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
//! let plans = check_fn(
//!     |_head| Err(Unidentified),
//!     async |feature: &'static str| {
//!         let never: Decision = Reason::NeverSubscribed.into();
//!         Ok::<_, std::convert::Infallible>(never)
//!     },
//! );
//! let paywall = MemberPaywall::new(plans)
//!     .remedies(Remedies::new().with_upgrade("https://example.com/plans")?);
//!
//! let listing: MultiStatus = ["/free.txt", "/paid.txt"]
//!     .iter()
//!     .map(|path| Resource::new(Href::path(path)).prop(prop::GetContentLength(7)))
//!     .collect();
//! let listing = paywall
//!     .apply(listing, |href| match href.segments().first().map(Vec::as_slice) {
//!         Some(b"paid.txt") => Member::Costs("paid"),
//!         _ => Member::Free,
//!     })
//!     .await;
//!
//! assert!(listing.to_string().contains(
//!     "<D:response><D:href>/paid.txt</D:href>\
//!      <D:status>HTTP/1.1 402 Payment Required</D:status>\
//!      <D:error><P:never-subscribed/></D:error>"
//! ));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::Arc,
    time::Duration,
};

use http::StatusCode;

use crate::{
    dav::{Condition, Href},
    multistatus::{Fate, MultiStatus, Resource, Status},
    paywall::PaywallLayer,
    subscription::{
        Decision, Denial, Remedies, SubscriptionCheck, Unanswered, UnansweredKind, answer,
    },
    xml::{self, Name},
};

/// The namespace of the conditions that name why a member is withheld.
pub const NAMESPACE: &str = xml::PAYMENT;

/// Withholds the members of a multistatus that the subscriber has not paid for.
///
/// See the [module documentation](crate::members) for an example. The paywall before the collection
/// itself makes one that agrees with it: [`PaywallLayer::members`].
#[must_use]
pub struct MemberPaywall<C> {
    check: Arc<C>,
    deadline: Duration,
    remedies: Remedies,
    on_unanswered: Option<Arc<OnUnanswered>>,
}

type OnUnanswered = dyn Fn(&Unanswered) + Send + Sync;

/// What a member of a multistatus costs.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Member<S> {
    /// It belongs to this subject's subscription.
    Costs(S),
    /// It costs nothing.
    Free,
    /// It costs something, and nobody knows who is asking: it is listed with 401.
    Unidentified,
}

// === impl MemberPaywall ===

impl<C: SubscriptionCheck> MemberPaywall<C> {
    /// Makes one that asks this check.
    pub fn new(check: C) -> Self {
        Self {
            check: Arc::new(check),
            deadline: Duration::from_secs(2),
            remedies: Remedies::new(),
            on_unanswered: None,
        }
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
        cost: impl FnMut(&Href<'_>) -> Member<C::Subject>,
    ) -> MultiStatus {
        let hrefs = multistatus.hrefs();
        let costs: Vec<_> = hrefs.iter().map(cost).collect();
        let decisions = self.decide(&costs).await;
        if let (Err(unanswered), Some(hear)) = (&decisions, &self.on_unanswered) {
            hear(unanswered);
        }
        let refusals: Vec<_> = costs
            .iter()
            .zip(&hrefs)
            .map(|(cost, href)| match cost {
                Member::Free => None,
                Member::Unidentified => Some(unidentified(href)),
                Member::Costs(subject) => match &decisions {
                    Err(_) => Some(unanswered(href)),
                    Ok(decisions) => match decisions.get(subject) {
                        Some(Decision::Admit(_)) => None,
                        Some(Decision::Refuse(denial)) => Some(self.denied(href, denial)),
                        None => Some(unanswered(href)),
                    },
                },
            })
            .collect();
        if refusals.iter().all(Option::is_none) {
            return multistatus;
        }
        let closed: HashSet<_> = hrefs
            .iter()
            .zip(&refusals)
            .filter(|(href, refusal)| refusal.is_some() && href.is_path())
            .map(|(href, _)| href.segments())
            .collect();
        let fates = hrefs
            .iter()
            .zip(refusals)
            .map(|(href, refusal)| match refusal {
                None => Fate::Keep,
                Some(_) if href.is_path() && is_below(&href.segments(), &closed) => Fate::Drop,
                Some(refusal) => Fate::Replace(Box::new(refusal)),
            });
        let fates: Vec<_> = fates.collect();
        multistatus.with_fates(fates)
    }

    /// Asks about each subject once.
    async fn decide<'c>(
        &self,
        costs: &'c [Member<C::Subject>],
    ) -> Result<HashMap<&'c C::Subject, Decision>, Unanswered> {
        let distinct: HashSet<_> = costs
            .iter()
            .filter_map(|cost| match cost {
                Member::Costs(subject) => Some(subject),
                Member::Free | Member::Unidentified => None,
            })
            .collect();
        if distinct.is_empty() {
            return Ok(HashMap::new());
        }
        let keys: Vec<_> = distinct.into_iter().collect();
        let subjects: Vec<_> = keys.iter().map(|&subject| subject.clone()).collect();
        let question = async { self.check.check_all(&subjects).await };
        let decisions = answer(self.deadline, question).await?;
        // Who answers fewer or more than was asked did not answer this question.
        if decisions.len() != keys.len() {
            return Err(Unanswered::new(UnansweredKind::Failed));
        }
        Ok(keys.into_iter().zip(decisions).collect())
    }

    fn denied(&self, href: &Href<'_>, denial: &Denial) -> Resource<Status> {
        let reason = denial.reason();
        let description = match denial.links(&self.remedies).next() {
            Some((_, url)) => format!("{} {url}", denial.detail()),
            None => denial.detail().to_owned(),
        };
        Resource::status(href.clone(), reason.status())
            .error(condition(reason.code()))
            .description(description)
    }
}

impl<C> Clone for MemberPaywall<C> {
    fn clone(&self) -> Self {
        Self {
            check: Arc::clone(&self.check),
            deadline: self.deadline,
            remedies: self.remedies.clone(),
            on_unanswered: self.on_unanswered.clone(),
        }
    }
}

impl<C> fmt::Debug for MemberPaywall<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemberPaywall")
            .field("deadline", &self.deadline)
            .field("remedies", &self.remedies)
            .finish_non_exhaustive()
    }
}

// === impl PaywallLayer ===

impl<C> PaywallLayer<C> {
    /// The paywall over the members of a multistatus that agrees with this one: it shares the check,
    /// the deadline and the remedies.
    pub fn members(&self) -> MemberPaywall<C> {
        let (check, deadline, remedies) = self.terms();
        MemberPaywall {
            check: Arc::clone(check),
            deadline,
            remedies: remedies.clone(),
            on_unanswered: None,
        }
    }
}

// === helpers ===

fn unidentified(href: &Href<'_>) -> Resource<Status> {
    Resource::status(href.clone(), StatusCode::UNAUTHORIZED)
        .error(condition("unidentified"))
        .description("The request does not say who is asking.")
}

fn unanswered(href: &Href<'_>) -> Resource<Status> {
    Resource::status(href.clone(), StatusCode::SERVICE_UNAVAILABLE)
        .error(condition("check-unavailable"))
        .description("Whether this is paid for cannot be told at the moment.")
}

fn condition(code: &'static str) -> Condition {
    Condition::Other(Name::from_static(NAMESPACE, code))
}

/// Whether a collection above is among those that are closed.
fn is_below(segments: &[Vec<u8>], closed: &HashSet<Vec<Vec<u8>>>) -> bool {
    (0..segments.len()).any(|above| closed.contains(&segments[..above]))
}
