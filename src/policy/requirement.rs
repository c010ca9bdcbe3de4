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
///
/// let audits = Requirement::feature("audits").and(exports);
///
/// assert!(!audits.is_met(&Grant::paid().with_features(["audits"])));
/// assert!(audits.is_met(&Grant::paid().with_features(["audits", "exports"])));
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct Requirement(Kind);

#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Kind {
    Plan(Arc<str>),
    Feature(Arc<str>),
    All(Arc<[Requirement]>),
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

    /// This, and the other, too.
    pub fn and(self, other: Self) -> Self {
        Self(Kind::All([self, other].into()))
    }

    /// This, or else the other.
    pub fn or(self, other: Self) -> Self {
        Self(Kind::Any([self, other].into()))
    }

    /// Whether a grant is known to be enough.
    #[must_use]
    pub fn is_met(&self, grant: &Grant) -> bool {
        self.judge(grant) == Some(true)
    }

    /// Lets a grant pass that is enough, and denies what is known to be too little.
    pub(crate) fn decide(&self, grant: Grant) -> Result<Decision, Undecided> {
        match self.judge(&grant) {
            Some(true) => Ok(grant.into()),
            None if grant.standing() != Standing::Free => Err(Undecided::plan()),
            _ => Ok(Denial::new(Reason::NotInPlan).of(&grant).into()),
        }
    }

    /// Whether a grant is enough, if it says enough to be judged by.
    fn judge(&self, grant: &Grant) -> Option<bool> {
        match &self.0 {
            Kind::Plan(name) => grant.plan().map(|plan| *plan == **name),
            Kind::Feature(name) if grant.has_feature(name) => Some(true),
            Kind::Feature(_) => {
                let is_told = grant.plan().is_some() || grant.features().next().is_some();
                is_told.then_some(false)
            }
            Kind::All(each) => settle(each, grant, false),
            Kind::Any(each) => settle(each, grant, true),
        }
    }
}

// === helpers ===

/// What several requirements come to, of which one that is judged like this settles it.
fn settle(each: &[Requirement], grant: &Grant, settled: bool) -> Option<bool> {
    let mut together = Some(!settled);
    for one in each {
        match one.judge(grant) {
            Some(judged) if judged == settled => return Some(settled),
            Some(_) => {}
            None => together = None,
        }
    }
    together
}
