//! That there was no answer, told to those who watch by the feature `tracing`.

/// Logs that there was no answer, as an event of the module that says so: it is the owner's to mend. It may
/// name the step at which there was none.
macro_rules! warn_of {
    ($unanswered:expr $(, step = $step:literal)?) => {
        #[cfg(feature = "tracing")]
        match $unanswered.kind() {
            // The failures that opened the circuit were told, each once.
            $crate::subscription::UnansweredKind::CircuitOpen => {}
            _ => tracing::warn!($(step = $step,)? "{}", $unanswered),
        }
        let _ = $unanswered;
    };
}

pub(crate) use warn_of;
