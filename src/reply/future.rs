//! The future of a response, and where the view meets the multistatus.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
};
use pin_project_lite::pin_project;

use super::{
    body::{DavBody, ReplyBody},
    respond::{Attached, Redundant},
    view::{Mount, View},
};
use crate::{
    dav::{BRIEF, PREFER},
    vary,
};

pin_project! {
    /// The future of [`MultiStatusService`](crate::reply::MultiStatusService).
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        view: View,
        mount: Option<Arc<Mount>>,
    }
}

// === impl ResponseFuture ===

impl<F> ResponseFuture<F> {
    pub(super) fn new(inner: F, view: View, mount: Option<Arc<Mount>>) -> Self {
        Self { inner, view, mount }
    }
}

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(cx))?;
        // What is compressed already is no longer ours to change.
        let ours = !response.headers().contains_key(CONTENT_ENCODING);
        let attached = ours
            .then(|| response.extensions_mut().remove::<Attached>())
            .flatten();
        Poll::Ready(Ok(match attached {
            Some(attached) => apply(this.view, this.mount.take(), attached, response),
            None if ours && this.view.wants_status_alone() && is_redundant(&mut response) => {
                status_alone(this.view, response)
            }
            None => response.map(ReplyBody::inner),
        }))
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

// === helpers ===

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

fn apply<B>(
    view: &View,
    mount: Option<Arc<Mount>>,
    Attached(encoded): Attached,
    response: Response<B>,
) -> Response<ReplyBody<B>> {
    let is_success = response.status() == StatusCode::MULTI_STATUS && encoded.succeeded();
    if view.wants_status_alone() && is_success {
        let mut response = status_alone(view, response);
        *response.status_mut() = StatusCode::NO_CONTENT;
        return response;
    }
    let (mut head, _) = response.into_parts();
    follow(view, &mut head.headers);
    let edit = view.edit(&encoded, mount);
    let body = DavBody::multistatus(encoded, edit);
    // A router inside may have set it for the body that was replaced.
    if head.headers.remove(CONTENT_LENGTH).is_some() {
        head.headers
            .insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    Response::from_parts(head, ReplyBody::multistatus(body))
}

/// Leaves out a body that says nothing beyond its status.
fn status_alone<B>(view: &View, response: Response<B>) -> Response<ReplyBody<B>> {
    let (mut head, _) = response.into_parts();
    follow(view, &mut head.headers);
    head.headers.remove(CONTENT_TYPE);
    head.headers.remove(CONTENT_LENGTH);
    let body = ReplyBody::multistatus(DavBody::whole(Bytes::new()));
    Response::from_parts(head, body)
}

fn is_redundant<B>(response: &mut Response<B>) -> bool {
    response.extensions_mut().remove::<Redundant>().is_some()
}

/// Says which preferences were followed.
fn follow(view: &View, headers: &mut HeaderMap) {
    vary::merge(headers, &[PREFER, BRIEF]);
    if let Some(applied) = view.applied() {
        headers.append(PREFERENCE_APPLIED, applied);
    }
}
