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

/// Leaves unserved a request that has not taken its turn, and releases what the service had reserved
/// for it.
pub(crate) fn pass_up<S: Clone>(ready: &mut S) {
    drop(take(ready));
}

// === impl Turn ===

impl<S, ReqBody> Turn<S, ReqBody> {
    /// Takes the ready service, and leaves a clone that has yet to become ready.
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

    /// Leaves the request unserved, and releases what the service had reserved for it.
    pub(crate) fn give_up(self) -> Parts {
        self.head
    }
}

// === helpers ===

fn take<S: Clone>(ready: &mut S) -> S {
    let fresh = ready.clone();
    mem::replace(ready, fresh)
}
