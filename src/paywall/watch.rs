//! What a paywall counts and logs, with the features `metrics` and `tracing`.
//!
//! Only labels with few values, and times: never a subject, a path, or the source of a failure.

use std::future::Future;

use crate::{
    challenge::Refusal,
    subscription::{Decision, Grant, Standing, Unanswered, warn_of},
};

/// Counts and logs a decision. With literals, the labels are constants, so that a request that passes
/// allocates nothing.
macro_rules! decided {
    ($outcome:literal, $reason:tt) => {
        #[cfg(feature = "metrics")]
        metrics::counter!(
            "statuary_paywall_decisions_total", "outcome" => $outcome, "reason" => $reason
        )
        .increment(1);
        #[cfg(feature = "tracing")]
        tracing::debug!(outcome = $outcome, reason = $reason, "paywall");
    };
}

#[inline]
pub(super) fn admitted(grant: &Grant) {
    match grant.standing() {
        Standing::Free => {
            decided!("admitted", "free");
        }
        Standing::Grace => {
            decided!("admitted", "grace");
        }
        Standing::Paid => {
            decided!("admitted", "paid");
        }
        Standing::Trial => {
            decided!("admitted", "trial");
        }
        // What is waived is counted as that.
        Standing::Waived => {}
    }
}

#[inline]
pub(super) fn exempt() {
    decided!("exempt", "exempt");
}

pub(super) fn refused(refusal: &Refusal) {
    let reason = refusal.code();
    failed(refusal);
    decided!("refused", reason);
    let _ = reason;
}

pub(super) fn waived(refusal: &Refusal) {
    let reason = refusal.code();
    failed(refusal);
    decided!("waived", reason);
    let _ = reason;
}

/// Waits for the answer of a check, and records how long it took.
pub(super) async fn answered(
    question: impl Future<Output = Result<Decision, Unanswered>>,
) -> Result<Decision, Unanswered> {
    #[cfg(feature = "metrics")]
    let begun = tokio::time::Instant::now();
    #[cfg(feature = "tracing")]
    let question = {
        let span = tracing::debug_span!("subscription_check");
        tracing::Instrument::instrument(question, span)
    };
    let answer = question.await;
    #[cfg(feature = "metrics")]
    {
        let is_known = if answer.is_ok() { "yes" } else { "no" };
        metrics::histogram!("statuary_paywall_check_seconds", "answered" => is_known)
            .record(begun.elapsed().as_secs_f64());
    }
    answer
}

// === helpers ===

#[inline]
fn failed(refusal: &Refusal) {
    if let Refusal::Unanswered(unanswered) = refusal {
        warn_of!(unanswered);
    }
}
