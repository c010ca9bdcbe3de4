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

/// Leaves a request unserved that has not taken its turn. What the service had set aside for it is free
/// again.
pub(crate) fn pass_up<S: Clone>(ready: &mut S) {
    drop(take(ready));
}

// === impl Turn ===

impl<S, ReqBody> Turn<S, ReqBody> {
    /// Takes the service that is ready, and leaves a clone that has to become so.
    pub(crate) fn take(ready: &mut S, head: Parts, body: ReqBody) -> Self
    where
        S: Clone,
    {
        let inner = take(ready);
        Self { inner, head, body }
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

// === helpers ===

fn take<S: Clone>(ready: &mut S) -> S {
    let fresh = ready.clone();
    mem::replace(ready, fresh)
}
