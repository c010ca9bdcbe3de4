//! The future of a response, and where the view meets the multistatus.

use std::{
    fmt, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, Entry},
    response::Parts,
};
use http_body::Body;
use pin_project_lite::pin_project;

use super::{
    body::{DavBody, ReplyBody},
    respond::Attached,
    view::{Mount, View},
};
use crate::{
    dav::{BRIEF, PREFER},
    multistatus::Encoded,
    vary,
};

pin_project! {
    /// The future of [`MultiStatusService`](crate::reply::MultiStatusService).
    pub struct ResponseFuture<F> {
        #[pin]
        pub(super) inner: F,
        pub(super) view: View,
        pub(super) mount: Option<Arc<Mount>>,
    }
}

// === impl ResponseFuture ===

impl<F, B, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    B: Body,
{
    type Output = Result<Response<ReplyBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(cx))?;
        // A response is large. One that carries nothing is moved once, and that is all it costs.
        if response.extensions().get::<Attached>().is_none() {
            return Poll::Ready(Ok(response.map(ReplyBody::inner)));
        }
        Poll::Ready(Ok(follow(this.view, this.mount.take(), response)))
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

// === helpers ===

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Whether the response is still the one that the multistatus was attached to: somebody inside may
/// have given it another status or body, or compressed it.
fn is_ours<B: Body>(attached: &Attached, response: &Response<B>) -> bool {
    let (status, length) = match attached {
        Attached::Redundant(length) => (StatusCode::CREATED, Some(*length)),
        Attached::Streaming(_) => (StatusCode::MULTI_STATUS, None),
        Attached::Whole(encoded) => (StatusCode::MULTI_STATUS, Some(encoded.byte_len())),
    };
    response.status() == status
        && length.is_none_or(|length| response.body().size_hint().exact() == Some(length))
        && !response.headers().contains_key(CONTENT_ENCODING)
}

/// Lets a response follow the request, if it is one of ours.
#[cold]
#[inline(never)]
fn follow<B: Body>(
    view: &mut View,
    mount: Option<Arc<Mount>>,
    mut response: Response<B>,
) -> Response<ReplyBody<B>> {
    match response.extensions_mut().remove::<Attached>() {
        Some(attached) if is_ours(&attached, &response) => apply(view, mount, attached, response),
        _ => response.map(ReplyBody::inner),
    }
}

fn apply<B>(
    view: &mut View,
    mount: Option<Arc<Mount>>,
    attached: Attached,
    response: Response<B>,
) -> Response<ReplyBody<B>> {
    let (mut head, body) = response.into_parts();
    vary::merge(&mut head.headers, &[PREFER, BRIEF]);
    let body = match attached {
        Attached::Redundant(_) if view.wants_status_alone() => {
            add_applied(&mut head, view);
            ReplyBody::multistatus(status_alone(&mut head))
        }
        Attached::Redundant(_) => ReplyBody::inner(body),
        Attached::Streaming(asked) => {
            add_applied(&mut head, view);
            // Nobody else is told, so it cannot be told already.
            let _ = asked.set((mem::take(view), mount));
            ReplyBody::inner(body)
        }
        Attached::Whole(encoded) => {
            let body = apply_whole(view, mount, encoded, &mut head);
            add_applied(&mut head, view);
            ReplyBody::multistatus(body)
        }
    };
    Response::from_parts(head, body)
}

fn add_applied(head: &mut Parts, view: &View) {
    if let Some(applied) = view.applied(head.status) {
        head.headers.append(PREFERENCE_APPLIED, applied);
    }
}

fn apply_whole(
    view: &View,
    mount: Option<Arc<Mount>>,
    encoded: Arc<Encoded>,
    head: &mut Parts,
) -> DavBody {
    let responses = encoded.responses();
    if view.wants_status_alone() && encoded.succeeded() {
        head.status = StatusCode::NO_CONTENT;
        return status_alone(head);
    }
    let edit = view.edit(responses, mount);
    let body = DavBody::multistatus(encoded, edit);
    // A router inside may have set it for the body that was replaced.
    if let Entry::Occupied(mut length) = head.headers.entry(CONTENT_LENGTH) {
        length.insert(HeaderValue::from(body.len()));
    }
    body
}

/// Leaves out a body that says nothing beyond its status.
fn status_alone(head: &mut Parts) -> DavBody {
    head.headers.remove(CONTENT_TYPE);
    head.headers.remove(CONTENT_LENGTH);
    DavBody::whole(Bytes::new())
}
