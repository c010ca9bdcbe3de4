//! What a circuit breaker logs, with the feature `tracing`: each change once, and never why its check failed.

/// The check is not asked from now on.
pub(super) fn opened() {
    #[cfg(feature = "tracing")]
    tracing::warn!(
        "a circuit breaker has opened: its subscription check failed too often, and is left alone for a \
         while"
    );
}

/// The check was tried, and may be asked again.
pub(super) fn closed() {
    #[cfg(feature = "tracing")]
    tracing::info!("a circuit breaker has closed: its subscription check answers again");
}
