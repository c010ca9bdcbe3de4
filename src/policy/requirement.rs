//! What a route requires of a plan.

use std::sync::Arc;

use crate::{
    policy::Undecided,
    subscription::{Decision, Denial, Grant, Reason, Standing},
};

/// The plan or feature that a route requires.
///
/// It applies to grants of every standing: even a free grant has only the plan that it names.
///
/// | the grant | [`is_met`](Self::is_met) | [`decide`](Self::decide), and a check that [requires](crate::SubscriptionCheckExt::requiring) it |
/// |---|---|---|
/// | names the plan, or has the feature | yes | admits |
/// | names another plan, and lacks the feature | no | refuses with [`NotInPlan`](crate::Reason::NotInPlan) |
/// | is free, and names no plan | no | refuses with [`NotInPlan`](crate::Reason::NotInPlan) |
/// | is [waived](Standing::Waived) | no | admits: an open gate or a shadow lets the caller pass |
/// | is neither free nor waived, and names no plan | no | fails with [`Undecided`] |
///
/// A grant that names features but no plan is judged by them where a feature is required.
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

    /// The plan has this feature.
    pub fn feature(name: impl Into<Arc<str>>) -> Self {
        Self(Kind::Feature(name.into()))
    }

    /// Both this and the other.
    pub fn and(self, other: Self) -> Self {
        Self(Kind::All([self, other].into()))
    }

    /// Either this or the other.
    pub fn or(self, other: Self) -> Self {
        Self(Kind::Any([self, other].into()))
    }

    /// Whether a grant is known to meet the requirement.
    #[must_use]
    pub fn is_met(&self, grant: &Grant) -> bool {
        self.judge(grant) == Some(true)
    }

    /// Admits a grant that meets the requirement, and refuses one that is known not to with
    /// [`NotInPlan`](Reason::NotInPlan), its plan and its end.
    ///
    /// It is for what only a handler can tell, such as that a body is too large for the plan. For a whole
    /// route, [require](crate::SubscriptionCheckExt::requiring) it of the check.
    ///
    /// # Errors
    ///
    /// [`Undecided`] if the grant is neither free nor waived, and does not say enough: no plan where a plan
    /// may decide, and neither a plan nor features where a feature may. What was paid for is then not known,
    /// and the answer is 503.
    ///
    /// # Examples
    ///
    /// [`Challenges`](crate::challenge::Challenges) has an example of a handler.
    ///
    /// ```
    /// use statuary::{Decision, Grant, Reason, policy::Requirement};
    ///
    /// let large_tables = Requirement::feature("large-tables");
    /// let Decision::Refuse(denial) = large_tables.decide(Grant::paid().with_plan("basic"))? else {
    ///     panic!("the plan has no features");
    /// };
    /// assert_eq!((denial.reason(), denial.plan()), (Reason::NotInPlan, Some("basic")));
    ///
    /// assert!(large_tables.decide(Grant::paid()).is_err()); // paid, and nobody knows for what
    /// # Ok::<(), statuary::policy::Undecided>(())
    /// ```
    pub fn decide(&self, grant: Grant) -> Result<Decision, Undecided> {
        match self.judge(&grant) {
            Some(true) => Ok(grant.into()),
            // What was paid for is not known, and the owner lets the caller pass.
            _ if grant.standing() == Standing::Waived => Ok(grant.into()),
            None if grant.standing() != Standing::Free => Err(Undecided::plan()),
            _ => Ok(Denial::new(Reason::NotInPlan).of(&grant).into()),
        }
    }

    /// Whether a grant meets the requirement, if it says enough to tell.
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

/// Combines requirements: any one that is judged as `settled` settles the whole.
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
