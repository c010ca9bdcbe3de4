//! How much a caller may use.

use crate::quota::Window;

/// How much a caller may use, and when that begins anew.
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
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[must_use]
pub struct Limit(Option<Bounds>);

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(super) struct Bounds {
    pub(super) units: u64,
    pub(super) window: Window,
    pub(super) when_exhausted: WhenExhausted,
}

/// What a caller is told to do about a limit that is used up.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) enum WhenExhausted {
    Wait,
    Pay,
}

// === impl Limit ===

impl Limit {
    /// So many units in each period of a window.
    pub const fn new(units: u64, window: Window) -> Self {
        Self(Some(Bounds {
            units,
            window,
            when_exhausted: WhenExhausted::Pay,
        }))
    }

    /// As much as the caller likes. Nothing is counted, and nothing told.
    pub const fn unlimited() -> Self {
        Self(None)
    }

    /// Has requests beyond it answered with 429 and without links to pay, for a limit that no payment
    /// raises. Default: 402.
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
