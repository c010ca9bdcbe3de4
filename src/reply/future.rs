//! The future of a response, and where the view meets the multistatus.

use std::{
    fmt, mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
    response::Parts,
};
use http_body::Body;
use pin_project_lite::pin_project;

use super::{
    body::{DavBody, ResponseBody},
    error::DavError,
    mount::Mount,
    respond::{Attached, LOCATIONS, forget_digests, mend},
    view::{Edit, View},
};
use crate::{bound::Bound, dav::Return, multistatus::Finished, vary};

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
    type Output = Result<Response<ResponseBody<B>>, E>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let polled = this.inner.poll(cx);
        // A response is large. One that carries nothing is inspected in place, and moved once.
        match polled {
            Poll::Ready(Ok(response)) if carries_any(&response) => {
                Poll::Ready(Ok(follow(this.view, this.mount.take(), response)))
            }
            polled => polled.map_ok(|response| response.map(ResponseBody::inner)),
        }
    }
}

impl<F> fmt::Debug for ResponseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}

// === helpers ===

/// Whether a response carries anything for the layer.
#[inline]
fn carries_any<B>(response: &Response<B>) -> bool {
    response.extensions().get::<Attached>().is_some()
}

/// Adapts a response to the request, if it is one of ours.
#[cold]
#[inline(never)]
fn follow<B: Body>(
    view: &mut View,
    mount: Option<Arc<Mount>>,
    mut response: Response<B>,
) -> Response<ResponseBody<B>> {
    let Some(attached) = response.extensions_mut().remove::<Attached>() else {
        return response.map(ResponseBody::inner);
    };
    if !attached.is_still_on(&response) {
        return response.map(ResponseBody::inner);
    }
    let bound = attached.bound(response.extensions());
    if attached.is_located() && bound != Some(Bound::Kept) {
        move_location(response.headers_mut(), mount.as_deref());
    }
    let Some(bound) = bound else {
        return apply(view, mount, attached, response);
    };
    let headers = response.headers();
    let is_misplaced = mount.is_some_and(|mount| {
        // The locations of what is charged for are moved already.
        let stays = bound == Bound::Kept && attached.has_moved_location(&mount, headers);
        stays || attached.is_moved_by(&mount)
    });
    match is_misplaced {
        true => ResponseBody::failed(misplaced(bound)),
        // Following preferences is optional.
        false => response.map(ResponseBody::inner),
    }
}

/// The layer stands outside of one that belongs around it, and hrefs without the mount lead nowhere.
fn misplaced(bound: Bound) -> DavError {
    let why = match bound {
        Bound::Charged => {
            #[cfg(feature = "tracing")]
            tracing::warn!(
                "an answer is charged for before its hrefs are moved: the layer with the mount stands \
                 outside of a layer that charges"
            );
            "This answer is charged for before it is mounted."
        }
        Bound::Kept => {
            #[cfg(feature = "tracing")]
            tracing::warn!(
                "an answer is kept before its hrefs are moved: the layer with the mount stands outside of \
                 an idempotency layer"
            );
            "This answer is kept before it is mounted."
        }
    };
    DavError::new(StatusCode::SERVICE_UNAVAILABLE).with_description(why)
}

fn apply<B>(
    view: &mut View,
    mount: Option<Arc<Mount>>,
    attached: Attached,
    response: Response<B>,
) -> Response<ResponseBody<B>> {
    let (mut head, body) = response.into_parts();
    let replaced = match attached {
        Attached::Document(_, document) => mount.map(|mount| {
            let body = DavBody::whole(Edit::mounted(&document, mount).into());
            mend(&mut head, &body);
            body
        }),
        Attached::Located => None,
        Attached::Redundant(_) => {
            vary_on_preferences(&mut head);
            view.wants_status_alone().then(|| {
                add_applied(&mut head, view);
                status_alone(&mut head)
            })
        }
        Attached::Streaming(shared) => {
            vary_on_preferences(&mut head);
            add_applied(&mut head, view);
            if let Some(shared) = shared.upgrade() {
                shared.ask(mem::take(view), mount);
            }
            None
        }
        Attached::Whole(finished) => {
            vary_on_preferences(&mut head);
            let body = apply_whole(view, mount, finished, &mut head);
            add_applied(&mut head, view);
            body
        }
    };
    let body = match replaced {
        Some(replaced) => ResponseBody::multistatus(replaced),
        None => ResponseBody::inner(body),
    };
    Response::from_parts(head, body)
}

/// Puts the mount before the locations of a response.
fn move_location(headers: &mut HeaderMap, mount: Option<&Mount>) {
    for name in LOCATIONS {
        if let (Some(mount), Some(location)) = (mount, headers.get_mut(name)) {
            mount.move_header(location);
        }
    }
}

fn vary_on_preferences(head: &mut Parts) {
    const LIST: HeaderValue = HeaderValue::from_static("prefer, brief");
    vary::merge(&mut head.headers, LIST);
}

fn add_applied(head: &mut Parts, view: &View) {
    if let Some(applied) = view.applied(head.status) {
        head.headers.append(Return::APPLIED, applied);
    }
}

/// The body that replaces the present one, unless that is what the request asks for.
fn apply_whole(
    view: &View,
    mount: Option<Arc<Mount>>,
    finished: Arc<Finished>,
    head: &mut Parts,
) -> Option<DavBody> {
    let responses = finished.responses();
    if view.wants_status_alone() && finished.succeeded() {
        head.status = StatusCode::NO_CONTENT;
        return Some(status_alone(head));
    }
    let edit = view.edit(responses, mount, finished.hrefs_agree);
    if edit.is_none() {
        return None;
    }
    let body = DavBody::multistatus(finished, edit);
    mend(head, &body);
    Some(body)
}

/// Leaves out a body that says nothing beyond its status.
fn status_alone(head: &mut Parts) -> DavBody {
    forget_digests(&mut head.headers);
    head.headers.remove(CONTENT_TYPE);
    head.headers.remove(CONTENT_LENGTH);
    DavBody::whole(Bytes::new())
}
