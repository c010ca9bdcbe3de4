//! How much a caller may use.

use crate::quota::Window;

/// How many units a caller may use in each period of a window.
///
/// # Examples
///
/// ```
/// use statuary::{Grant, quota::{Limit, Window}};
///
/// fn reports(grant: &Grant) -> Limit {
///     match grant.plan() {
///         Some("enterprise") => Limit::unlimited(),
///         // From one payment to the next.
///         Some("pro") => Limit::new(500, Window::MONTH.anchored_at(grant.billing_anchor())),
///         _ => Limit::new(3, Window::MONTH),
///     }
/// }
/// ```
///
/// # When the plan changes
///
/// Units are counted by the name of the limit and the end of the period. A plan with a higher limit and the
/// same periods counts on; one whose periods end at other times, since its window or its anchor is another,
/// begins a new count. Here, who changes from `pro` to another plan begins anew.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct Limit(Option<Bounds>);

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Bounds {
    pub(super) units: u64,
    pub(super) window: Window,
    pub(super) when_exhausted: WhenExhausted,
}

/// What helps a caller when a limit is used up.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum WhenExhausted {
    Wait,
    Pay,
}

// === impl Limit ===

impl Limit {
    /// At most this many units in each period of a window.
    pub const fn new(units: u64, window: Window) -> Self {
        Self(Some(Bounds {
            units,
            window,
            when_exhausted: WhenExhausted::Pay,
        }))
    }

    /// No limit: nothing is counted, and nothing sent in header fields.
    pub const fn unlimited() -> Self {
        Self(None)
    }

    /// Answers requests beyond it with 429 and no links to pay, for a limit that no payment raises.
    /// Default: 402.
    pub const fn too_many_requests(mut self) -> Self {
        if let Some(bounds) = &mut self.0 {
            bounds.when_exhausted = WhenExhausted::Wait;
        }
        self
    }

    pub(super) const fn bounds(self) -> Option<Bounds> {
        self.0
    }
}
