//! The owner's own form of a refusal.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, request::Parts};

use crate::challenge::Problem;

/// Makes a response of a problem, in a form of the owner's own.
///
/// Closures are renderers, and so is a renderer in an `Arc`. Whatever one returns, the paywall sees to it
/// that the status is the [problem's](Problem::status), that no cache keeps it, that it varies on what the
/// check reads and on `Accept`, that a 401 says how to authenticate, and that the typed cause is in its
/// extensions. Its own `Link` and, on a 401, its own `WWW-Authenticate` stay: where it has none, they are
/// the links to the remedies and what [`Terms::authenticate`](crate::challenge::Terms::authenticate) says.
/// gRPC is answered without it.
///
/// # Examples
///
/// An error object as many APIs have one; everybody else is answered as ever:
///
/// ```
/// use bytes::Bytes;
/// use http::{Response, header, request::Parts};
/// use statuary::challenge::Problem;
/// # use statuary::{Decision, Grant, PaywallLayer, Unidentified, subscription::check_fn};
///
/// fn error_object(problem: &Problem<'_>, head: &Parts) -> Option<Response<Bytes>> {
///     if !head.uri.path().starts_with("/api/") {
///         return None;
///     }
///     let body = format!(r#"{{"error":{{"code":"{}"}}}}"#, problem.code());
///     let response = Response::builder().header(header::CONTENT_TYPE, "application/json");
///     response.body(body.into()).ok()
/// }
///
/// # let check = check_fn(
/// #     |_| Ok(()),
/// #     |()| async { Ok::<_, std::convert::Infallible>(Decision::Admit(Grant::free())) },
/// # );
/// let paywall = PaywallLayer::new(check).renderer(error_object);
/// ```
pub trait RenderProblem: Send + Sync + 'static {
    /// The response, or nothing where the paywall's own will do.
    fn render(&self, problem: &Problem<'_>, head: &Parts) -> Option<Response<Bytes>>;
}

// === impl RenderProblem ===

impl<F> RenderProblem for F
where
    F: Fn(&Problem<'_>, &Parts) -> Option<Response<Bytes>> + Send + Sync + 'static,
{
    fn render(&self, problem: &Problem<'_>, head: &Parts) -> Option<Response<Bytes>> {
        self(problem, head)
    }
}

impl<R: RenderProblem + ?Sized> RenderProblem for Arc<R> {
    fn render(&self, problem: &Problem<'_>, head: &Parts) -> Option<Response<Bytes>> {
        R::render(self, problem, head)
    }
}
