//! The owner's own form of a refusal.

use std::sync::Arc;

use bytes::Bytes;
use http::{Response, request::Parts};

use crate::challenge::Problem;

/// Renders a refusal in a form of the owner's own.
///
/// Closures are renderers, and so is a renderer in an `Arc`. Whatever it returns, the paywall ensures that
/// the response has the [problem's status](Problem::status), is `no-store`, varies on what the check reads
/// and on `Accept`, says in a 401 how to authenticate, and has the typed cause in its extensions. If it has
/// no `Link` of its own, the links to the remedies are added, and in a 401 without a `WWW-Authenticate`
/// [that of the terms](crate::challenge::Terms::authenticate). A renderer is not called for gRPC, and one
/// that panics is passed over.
///
/// # Examples
///
/// An error object for an API; all other paths get the paywall's own forms:
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
    /// The response, or `None` for the paywall's own.
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
