//! What a route asks of a plan.

use std::sync::Arc;

use crate::{
    policy::Undecided,
    subscription::{Decision, Denial, Grant, Reason, Standing},
};

/// What a plan has to be, or to hold, before a route opens.
///
/// It holds for grants of every standing: a caller for whom all is free still has the plan that its
/// grant names, and no other.
///
/// | the grant | [`is_met`](Self::is_met) | where it is [required](crate::SubscriptionCheckExt::requiring) |
/// |---|---|---|
/// | names the plan, or holds the feature | yes | it passes |
/// | names another plan, and the feature is not among its own | no | [`NotInPlan`](crate::Reason::NotInPlan) |
/// | is free, and names no plan | no | [`NotInPlan`](crate::Reason::NotInPlan) |
/// | is not free, and names no plan | no | nobody can tell: [`Undecided`], an error |
///
/// A grant that names features and no plan has told its features, and no plan.
///
/// # Examples
///
/// ```
/// use statuary::{Grant, policy::Requirement};
///
/// let exports = Requirement::feature("exports").or(Requirement::plan("enterprise"));
///
/// assert!(exports.is_met(&Grant::paid().with_features(["exports", "reports"])));
/// assert!(exports.is_met(&Grant::trial().with_plan("enterprise")));
/// assert!(!exports.is_met(&Grant::free().with_plan("basic")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct Requirement(Kind);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Plan(Arc<str>),
    Feature(Arc<str>),
    Any(Arc<[Requirement]>),
}

// === impl Requirement ===

impl Requirement {
    /// The plan has this name.
    pub fn plan(name: impl Into<Arc<str>>) -> Self {
        Self(Kind::Plan(name.into()))
    }

    /// The plan holds this feature.
    pub fn feature(name: impl Into<Arc<str>>) -> Self {
        Self(Kind::Feature(name.into()))
    }

    /// This, or else the other.
    pub fn or(self, other: Self) -> Self {
        Self(Kind::Any([self, other].into()))
    }

    /// Whether a grant is known to be enough.
    #[must_use]
    pub fn is_met(&self, grant: &Grant) -> bool {
        match &self.0 {
            Kind::Plan(name) => grant.plan() == Some(name),
            Kind::Feature(name) => grant.has_feature(name),
            Kind::Any(each) => each.iter().any(|one| one.is_met(grant)),
        }
    }

    /// Lets a grant pass that is enough, and denies what is known to be too little.
    pub(crate) fn decide(&self, grant: Grant) -> Result<Decision, Undecided> {
        if self.is_met(&grant) {
            return Ok(grant.into());
        }
        if grant.standing() != Standing::Free && !self.is_told(&grant) {
            return Err(Undecided::plan());
        }
        Ok(Denial::new(Reason::NotInPlan).of(&grant).into())
    }

    /// Whether a grant says enough to be judged by.
    fn is_told(&self, grant: &Grant) -> bool {
        match &self.0 {
            Kind::Plan(_) => grant.plan().is_some(),
            Kind::Feature(_) => grant.plan().is_some() || grant.features().next().is_some(),
            Kind::Any(each) => each.iter().all(|one| one.is_told(grant)),
        }
    }
}
