//! The log of what gave no answer, with the feature `tracing`.

/// Logs that there was no answer, as a WARN event of the calling module, since the owner has to fix it. It
/// may name the step that got none.
macro_rules! warn_of {
    ($unanswered:expr $(, step = $step:literal)?) => {
        #[cfg(feature = "tracing")]
        match $unanswered.kind() {
            // The failures that opened the circuit were logged, each once.
            $crate::subscription::UnansweredKind::CircuitOpen => {}
            _ => tracing::warn!($(step = $step,)? "{}", $unanswered),
        }
        let _ = $unanswered;
    };
}

pub(crate) use warn_of;
