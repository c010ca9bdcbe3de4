//! The same refusals, from others than the layers.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use http::{Response, request::Parts};

use crate::challenge::{Refusal, Terms, scribe::Scribe};

/// Turns refusals into responses, for handlers that refuse.
///
/// What a request costs, or which plan it needs, may be known only from its body, which no layer reads. A
/// handler that refuses for such a reason answers as the paywall would: in the form that the caller accepts,
/// with the owner's words and links, and `no-store`. Layers outside find the typed cause in the extensions,
/// and by default neither charge for the response nor keep it, as for any error.
///
/// Make it once, from [a paywall](crate::PaywallLayer::challenges) or from [terms](Self::new): what all
/// refusals of a kind share is rendered only once. Cloning never allocates.
///
/// # Examples
///
/// ```
/// use axum::{
///     Router,
///     body::to_bytes,
///     extract::{Request, State},
///     response::{IntoResponse, Response},
///     routing::post,
/// };
/// use http::StatusCode;
/// use statuary::{
///     Decision, Grant, PaywallLayer, SubscriptionCheck, challenge::Challenges, policy::Requirement,
///     subscription::Unanswered,
/// };
///
/// async fn convert(
///     State(challenges): State<Challenges>,
///     grant: Grant,
///     request: Request,
/// ) -> Response {
///     let (head, body) = request.into_parts();
///     let Ok(table) = to_bytes(body, 1 << 20).await else {
///         return StatusCode::PAYLOAD_TOO_LARGE.into_response();
///     };
///     let rows = table.split(|&byte| byte == b'\n').count();
///     if rows > 100 {
///         match Requirement::feature("large-tables").decide(grant) {
///             Ok(Decision::Admit(_)) => {}
///             Ok(Decision::Refuse(denial)) => {
///                 let denial = denial.with_detail("More than 100 rows need a larger plan.");
///                 return challenges.respond(denial, &head);
///             }
///             Err(undecided) => return challenges.respond(Unanswered::from(undecided), &head),
///         }
///     }
///     format!("{rows} rows converted").into_response()
/// }
///
/// fn app<C: SubscriptionCheck>(paywall: PaywallLayer<C>) -> Router {
///     Router::new()
///         .route("/convert", post(convert))
///         .with_state(paywall.challenges())
///         .layer(paywall)
/// }
/// ```
#[derive(Clone)]
pub struct Challenges {
    scribe: Arc<Scribe>,
}

// === impl Challenges ===

impl Challenges {
    /// Challenges in these terms.
    #[must_use]
    pub fn new(terms: Terms) -> Self {
        Self {
            scribe: Arc::new(Scribe::new(terms)),
        }
    }

    /// The response that refuses the request with this head.
    ///
    /// Its body can be any that is made from [`Bytes`], such as axum's `Body` or `Full` of `http-body-util`.
    /// For HEAD it is empty.
    pub fn respond<B: From<Bytes>>(
        &self,
        refusal: impl Into<Refusal>,
        head: &Parts,
    ) -> Response<B> {
        self.scribe.response(refusal.into(), head).map(B::from)
    }
}

impl fmt::Debug for Challenges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenges")
            .field("terms", &self.scribe.terms)
            .finish_non_exhaustive()
    }
}
