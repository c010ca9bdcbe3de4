//! Changes of a whole tree.

use std::{convert::Infallible, future::poll_fn, pin::Pin};

use futures_core::Stream;
use http::{Response, StatusCode};

use super::{
    failure::{failed, failure},
    lock::Lock,
    once::{Once, StreamedOnce},
    rows,
};
use crate::{
    dav::Href,
    multistatus::{MultiStatus, Resource, Status},
    reply::{self, DavBody, DavError, StreamBody},
};

/// The outcome of a DELETE, COPY, MOVE or LOCK of a collection and everything in it: the members that failed.
///
/// * A member that succeeded is not listed, nor is one that failed only because another did (424): sections
///   [9.6.1](https://www.rfc-editor.org/rfc/rfc4918#section-9.6.1),
///   [9.8.3](https://www.rfc-editor.org/rfc/rfc4918#section-9.8.3) and
///   [9.9.2](https://www.rfc-editor.org/rfc/rfc4918#section-9.9.2) of RFC 4918.
/// * When nothing failed, the answer is the plain success.
/// * When only the target failed, the answer is its plain status instead of a 207, which looks like success
///   to a client that does not know WebDAV.
///
/// What became of a member is a status, a [`Condition`](crate::Condition) or a whole [`DavError`]; a status
/// that is neither a success nor a failure is a fault of the server, and is written as 500. If a member fails
/// more than once, the first reason stays.
///
/// # Examples
///
/// ```
/// use http::StatusCode;
/// use statuary::{Condition, Href, outcome::Tree};
///
/// let mut delete = Tree::new(Href::collection("/docs"));
/// let locked = Condition::LockTokenSubmitted(Href::path("/docs/a").into());
/// delete.member(Href::path("/docs/a"), locked);
/// delete.member(Href::collection("/docs"), StatusCode::FAILED_DEPENDENCY);
/// assert_eq!(delete.done(StatusCode::NO_CONTENT).status(), 207);
///
/// let nothing_failed = Tree::new(Href::collection("/docs"));
/// assert_eq!(nothing_failed.done(StatusCode::NO_CONTENT).status(), 204);
///
/// let mut refused = Tree::new(Href::collection("/docs"));
/// refused.member(Href::collection("/docs"), StatusCode::FORBIDDEN);
/// assert_eq!(refused.done(StatusCode::NO_CONTENT).status(), 403);
/// ```
#[derive(Clone, Debug)]
#[must_use = "an outcome is answered by `done` or `lock`"]
pub struct Tree {
    target: Href<'static>,
    failed: Vec<(Href<'static>, DavError)>,
    once: Once,
    /// Whether a member failed because another did.
    dependent: bool,
}

// === impl Tree ===

impl Tree {
    /// Begins the outcome for the Request-URI; nothing has failed so far.
    pub fn new(target: Href<'_>) -> Self {
        Self {
            target: target.into_owned(),
            failed: Vec::new(),
            once: Once::default(),
            dependent: false,
        }
    }

    /// Records what became of a member, or of the target itself.
    pub fn member(&mut self, href: Href<'_>, outcome: impl Into<DavError>) {
        let outcome = outcome.into();
        if outcome.status().is_success() {
            return;
        }
        let reason = failure(outcome);
        if reason.status() == StatusCode::FAILED_DEPENDENCY {
            self.dependent = true;
        } else if self.once.take(&href) {
            self.failed.push((href.into_owned(), reason));
        }
    }

    /// Whether nothing failed.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.failed.is_empty() && !self.dependent
    }

    /// The answer to a DELETE, COPY or MOVE: this status, such as 201 or 204, if nothing failed. A status
    /// that is no success is a fault of the server, as is 207, which needs a body: it is written as 500.
    #[must_use]
    pub fn done(mut self, status: StatusCode) -> Response<DavBody> {
        match self.reason() {
            Some(reason) => reason.into_http(),
            None if self.is_done() => reply::empty(success(status)),
            None => self.multistatus().into_http(),
        }
    }

    /// The answer to a LOCK: the lock, which is granted only if nothing failed. Otherwise the target is
    /// listed too, with 424, since it is not locked either
    /// ([section 9.10.9](https://www.rfc-editor.org/rfc/rfc4918#section-9.10.9)).
    #[must_use]
    pub fn lock(mut self, grant: impl FnOnce() -> Lock) -> Response<DavBody> {
        if let Some(reason) = self.reason() {
            return reason.into_http();
        }
        if self.is_done() {
            return grant().into_http();
        }
        if !self.failed.iter().any(|it| self.is_target(&it.0)) {
            let dependent = DavError::new(StatusCode::FAILED_DEPENDENCY);
            self.failed.push((self.target.clone(), dependent));
        }
        self.multistatus().into_http()
    }

    /// Answers a DELETE, COPY or MOVE of a tree while it is still under way. `outcomes` does the work, member
    /// by member, and `status` is the answer if nothing fails.
    ///
    /// Nothing is sent until a member other than the target has failed, so that the status is known, and the
    /// failures fill a first chunk, as in a [`MultiStatusStream`](crate::MultiStatusStream). With less than
    /// that, the answer is sent when `outcomes` ends. If the client goes away, `outcomes` is dropped, and the
    /// work stops there; work that has to go on belongs in a task of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::stream;
    /// use http::StatusCode;
    /// use statuary::{Href, outcome::Tree};
    ///
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
    /// let outcomes = ["/docs/a", "/docs/b"].map(|path| {
    ///     // Here the member is removed.
    ///     (Href::path(path).into_owned(), StatusCode::LOCKED)
    /// });
    /// let docs = Href::collection("/docs");
    /// let response = Tree::stream(docs, stream::iter(outcomes), StatusCode::NO_CONTENT).await;
    /// assert_eq!(response.status(), 207);
    /// # });
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn stream<S, E>(
        target: Href<'_>,
        outcomes: S,
        status: StatusCode,
    ) -> impl Future<Output = Response<StreamBody>> + use<S, E>
    where
        S: Stream<Item = (Href<'static>, E)> + Send + 'static,
        E: Into<DavError>,
    {
        Self::new(target).streamed(Box::pin(outcomes), status)
    }

    async fn streamed<S, E>(
        mut self,
        mut outcomes: Pin<Box<S>>,
        status: StatusCode,
    ) -> Response<StreamBody>
    where
        S: Stream<Item = (Href<'static>, E)> + Send + 'static,
        E: Into<DavError>,
    {
        while self.failed.is_empty() || self.is_target_alone() {
            match poll_fn(|cx| outcomes.as_mut().poll_next(cx)).await {
                Some((href, outcome)) => self.member(href, outcome),
                None => return self.done(status).map(StreamBody::whole),
            }
        }
        let mut once = StreamedOnce::after(self.failed.iter().map(|(href, _)| href));
        let rest = rows::stream(outcomes, move |item, answer| {
            let Some((href, outcome)) = item else {
                return Ok::<_, Infallible>(false);
            };
            let mut one = Self::new(href.borrowed());
            one.member(href, outcome);
            if one.failed.iter().all(|(href, _)| once.take(answer, href)) {
                answer.extend(one.rows());
            }
            Ok(true)
        });
        let Ok(stream) = rest.after(self.multistatus()).await;
        stream.into_http()
    }

    /// Why the request failed as a whole, if it did.
    fn reason(&mut self) -> Option<DavError> {
        if self.failed.is_empty() && self.dependent {
            // Members failed because of others, but the handler named none that failed by itself.
            return Some(DavError::new(StatusCode::FAILED_DEPENDENCY));
        }
        let failed = self.is_target_alone().then(|| self.failed.pop())?;
        failed.map(|(_, reason)| reason)
    }

    /// Whether the target failed and nothing else.
    fn is_target_alone(&self) -> bool {
        matches!(&*self.failed, [(href, _)] if self.is_target(href))
    }

    fn is_target(&self, href: &Href<'_>) -> bool {
        href.same_path(&self.target)
    }

    fn multistatus(self) -> MultiStatus {
        self.rows().collect()
    }

    fn rows(self) -> impl Iterator<Item = Resource<Status>> {
        let failed = |(href, reason): (Href<'static>, DavError)| failed(href, &reason);
        self.failed.into_iter().map(failed)
    }
}

impl<'h, E: Into<DavError>> Extend<(Href<'h>, E)> for Tree {
    fn extend<I: IntoIterator<Item = (Href<'h>, E)>>(&mut self, members: I) {
        for (href, outcome) in members {
            self.member(href, outcome);
        }
    }
}

// === helpers ===

/// Makes sure that a status can say by itself that nothing failed.
fn success(status: StatusCode) -> StatusCode {
    match status.is_success() && status != StatusCode::MULTI_STATUS {
        true => status,
        false => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
