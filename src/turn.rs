//! A request that has to wait, and the service that is ready for it.

use std::mem;

use http::{Request, request::Parts};
use tower_service::Service;

/// A request that has to wait before it is served, and the service that is ready for it.
pub(crate) struct Turn<S, ReqBody> {
    inner: S,
    pub(crate) head: Parts,
    body: ReqBody,
}

// === impl Turn ===

impl<S, ReqBody> Turn<S, ReqBody> {
    /// Takes the service that is ready, and leaves a clone that has to become so.
    pub(crate) fn take(ready: &mut S, head: Parts, body: ReqBody) -> Self
    where
        S: Clone,
    {
        let fresh = ready.clone();
        Self {
            inner: mem::replace(ready, fresh),
            head,
            body,
        }
    }

    /// Has the request served.
    pub(crate) fn serve(self) -> S::Future
    where
        S: Service<Request<ReqBody>>,
    {
        let Self {
            mut inner,
            head,
            body,
        } = self;
        inner.call(Request::from_parts(head, body))
    }

    /// Leaves the request unserved. What the service had set aside for it is free again.
    pub(crate) fn give_up(self) -> Parts {
        self.head
    }
}
