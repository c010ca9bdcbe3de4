//! The members of an answer, or of a part of it, and what becomes of them.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use super::{
    rules::{Member, Seen},
    values::Values,
    withheld::Withheld,
};
use crate::{
    dav::{Href, LatestPaths},
    multistatus::{Fate, MultiStatus},
    subscription::{Decision, Unanswered},
    xml::Name,
};

/// Members, and what they cost.
pub(super) struct Listing<S> {
    multistatus: MultiStatus,
    /// Each with the index of its response.
    members: Vec<(usize, Href<'static>, Cost<S>)>,
    /// Those of responses inside of others.
    inner: Vec<(Href<'static>, Cost<S>)>,
    /// Whether all hrefs of those could be parsed.
    are_legible: bool,
}

/// What a member costs, or why the rules do not say.
pub(super) type Cost<S> = Result<Member<S>, Unanswered>;

/// The decisions about subjects.
pub(super) type Answers<S> = Result<HashMap<S, Decision>, Unanswered>;

// === impl Listing ===

impl<S: Clone + Eq + Hash> Listing<S> {
    pub(super) fn new(
        mut multistatus: MultiStatus,
        mut cost: impl FnMut(&Seen<'_>) -> Cost<S>,
    ) -> Self {
        // Counts and hrefs must be of the same responses.
        multistatus.settle();
        // Those of one response at a time.
        let mut values = Values::new(&multistatus, 0);
        let counts = multistatus.href_counts().enumerate();
        let places = counts.flat_map(|(index, count)| std::iter::repeat_n(index, count));
        let hrefs = multistatus.hrefs();
        let members = places.zip(hrefs).map(|(index, href)| {
            let cost = cost(&Seen::new(&href, 0, values.at(index)));
            (index, href, cost)
        });
        let members = members.collect();
        let (inner, are_legible) = multistatus.inner_hrefs();
        let inner = inner.into_iter().map(|(index, place, href)| {
            let cost = cost(&Seen::new(&href, place, values.at(index)));
            (href, cost)
        });
        let inner = inner.collect();
        drop(values);
        Self {
            multistatus,
            members,
            inner,
            are_legible,
        }
    }

    /// Whether the answer reports at its end that it failed.
    pub(super) fn tells_failure(&self) -> bool {
        self.multistatus.tells_failure()
    }

    /// The distinct subjects to ask about.
    pub(super) fn subjects(&self) -> Vec<S> {
        subjects(self.costs())
    }

    /// What all members cost, those inside of others last.
    pub(super) fn costs(&self) -> impl Iterator<Item = &Cost<S>> {
        let members = self.members.iter().map(|(_, _, cost)| cost);
        members.chain(self.inner.iter().map(|(_, cost)| cost))
    }

    /// Why it is not known what some members cost: that of the first.
    pub(super) fn unanswered(&self) -> Option<&Unanswered> {
        self.costs().find_map(|cost| cost.as_ref().err())
    }

    /// Why it is not known whether the last response may be shown, if it is not.
    pub(super) fn last_unanswered<'a>(&'a self, answers: &'a Answers<S>) -> Option<&'a Unanswered> {
        let (last, ..) = self.members.last()?;
        let its_own = |(index, ..): &&(usize, _, _)| index == last;
        let mut hrefs = self.members.iter().rev().take_while(its_own);
        hrefs.find_map(|(_, _, cost)| match cost {
            Ok(Member::Costs(_)) => answers.as_ref().err(),
            Ok(Member::Free | Member::Unidentified | Member::Unknown) => None,
            Err(unanswered) => Some(unanswered),
        })
    }

    /// The whole multistatus.
    pub(super) fn unjudged(self) -> MultiStatus {
        self.multistatus
    }

    /// The multistatus without the withheld members, which are given in the order of their
    /// [costs](Self::costs).
    pub(super) fn without(
        self,
        mut withheld: Vec<Option<Withheld>>,
        shown: &[Name<'_>],
        closed: &mut LatestPaths,
    ) -> MultiStatus {
        let is_refused = withheld.iter().any(Option::is_some);
        if !is_refused && self.are_legible {
            return self.multistatus;
        }
        let withheld_inside = withheld.split_off(self.members.len());
        for ((_, href, _), withheld) in self.members.iter().zip(&withheld) {
            // Those below, however many, would push out what is above them.
            if withheld.is_some() && !closed.is_above(href) {
                closed.add(href);
            }
        }
        let inner = self.inner.into_iter().zip(withheld_inside);
        let inner = inner.map(|((href, _), withheld)| match withheld {
            None => Fate::Keep,
            Some(withheld) => Fate::Replace(Box::new(withheld.of(href, Vec::new()))),
        });
        // The inner ones first: a shown property may contain some of them.
        let multistatus = self.multistatus.with_inner_fates(inner);
        let members = self.members.into_iter().zip(withheld);
        let fates = members.map(|((index, href, _), withheld)| match withheld {
            None => Fate::Keep,
            Some(_) if closed.is_above(&href) => Fate::Drop,
            Some(withheld) => {
                let shown = Values::new(&multistatus, index).found(shown);
                Fate::Replace(Box::new(withheld.of(href, shown)))
            }
        });
        let fates: Vec<_> = fates.collect();
        multistatus.with_fates(fates)
    }
}

// === helpers ===

/// The distinct subjects among what members cost.
pub(super) fn subjects<'a, S: Clone + Eq + Hash + 'a>(
    costs: impl IntoIterator<Item = &'a Cost<S>>,
) -> Vec<S> {
    let costs = costs.into_iter();
    let distinct: HashSet<_> = costs
        .filter_map(|cost| match cost {
            Ok(Member::Costs(subject)) => Some(subject),
            Ok(Member::Free | Member::Unidentified | Member::Unknown) | Err(_) => None,
        })
        .collect();
    distinct.into_iter().cloned().collect()
}
