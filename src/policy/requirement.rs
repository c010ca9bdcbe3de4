//! What a route asks of a plan.

use std::sync::Arc;

use crate::subscription::Grant;

/// What a plan has to be, or to hold, before a route opens.
///
/// It holds for grants of every standing: a caller for whom all is free still has the plan that its
/// grant names, and no other.
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

    /// Whether a grant is enough.
    #[must_use]
    pub fn is_met(&self, grant: &Grant) -> bool {
        match &self.0 {
            Kind::Plan(name) => grant.plan() == Some(name),
            Kind::Feature(name) => grant.has_feature(name),
            Kind::Any(each) => each.iter().any(|one| one.is_met(grant)),
        }
    }
}
