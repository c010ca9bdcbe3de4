//! A request that must not have a body.

use http::Request;
use http_body::Body;

use super::{Rejection, collect};
use crate::xml::Limits;

/// A request without a body, as COPY, DELETE, MOVE and UNLOCK are.
///
/// A server has to look for a body, and to refuse one that it would ignore, since it may change
/// what the request means: 415
/// ([RFC 4918, section 8.4](https://www.rfc-editor.org/rfc/rfc4918#section-8.4)).
///
/// # Examples
///
/// ```
/// use http::{Request, StatusCode};
/// use statuary::request::NoBody;
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// assert!(NoBody::from_request(Request::new(String::new())).await.is_ok());
///
/// let rejection = NoBody::from_request(Request::new("<a/>".to_owned())).await.unwrap_err();
/// assert_eq!(rejection.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
/// # });
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct NoBody;

// === impl NoBody ===

impl NoBody {
    /// Checks that there is no body. With axum, the type is an extractor that does the same.
    ///
    /// # Errors
    ///
    /// When there is a body (415), or when it takes longer than [`Limits::wait`] to know (408).
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime that has its timers enabled.
    pub async fn from_request<B>(request: Request<B>) -> Result<Self, Rejection>
    where
        B: Body<Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
    {
        let (head, body) = request.into_parts();
        let limits: Limits = head.extensions.get().copied().unwrap_or_default();
        match collect(body, &limits.bytes(0)).await {
            Ok(_) => Ok(Self),
            Err(rejection) if rejection.is_too_large() => Err(Rejection::unexpected_body()),
            Err(rejection) => Err(rejection),
        }
    }
}
