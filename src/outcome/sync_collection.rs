//! What changed in a collection.

use std::{collections::HashSet, mem};

use futures_core::Stream;
use http::StatusCode;

use super::{failure::truncated, once::Once, rows};
use crate::{
    dav::{Condition, Href, SyncToken},
    multistatus::{MultiStatus, Properties, Resource, Status},
    reply::Begin,
    request::report,
};

/// The answer to a `sync-collection` report
/// ([RFC 6578, section 3.2](https://www.rfc-editor.org/rfc/rfc6578#section-3.2)): what changed in a
/// collection since the token of the request, and the new token.
///
/// * A member that changed has properties, one that was removed has the status 404, and a collection
///   that is not synchronized along has the status 403 and says why.
/// * Each URL is listed once. One that was removed and made again has changed; of a collection that was
///   removed, no members are.
/// * The collection itself is none of its members, and is left out.
/// * A list that was cut off says so by a 507 for the Request-URI, which does not count as a change.
///   The token is that of the state up to there
///   ([section 3.6](https://www.rfc-editor.org/rfc/rfc6578#section-3.6)).
///
/// A token that cannot be taken is an error of the whole request:
/// [`Condition::ValidSyncToken`].
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, Resource, dav::SyncToken, outcome::SyncCollection, prop};
///
/// let token = SyncToken::new("http://example.com/ns/sync/1238")?;
/// let mut changes = SyncCollection::new(Href::collection("/home"), token);
/// changes.changed(Resource::new(Href::path("/home/new")).prop(prop::GetContentLength(3)));
/// changes.removed(Href::path("/home/old"));
/// assert_eq!(changes.len(), 2);
///
/// let answer = MultiStatus::from(changes).to_string();
/// assert!(answer.contains(
///     "<D:href>/home/old</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>\
///      <D:sync-token>http://example.com/ns/sync/1238</D:sync-token>"
/// ));
/// # Ok::<(), statuary::dav::InvalidHref>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "changes go into a multistatus"]
pub struct SyncCollection {
    target: Href<'static>,
    token: SyncToken,
    is_initial: bool,
    changed: MultiStatus,
    removed: Vec<Href<'static>>,
    unsynced: Vec<(Href<'static>, Unsynced)>,
    truncated: bool,
}

/// A change of a [streamed](SyncCollection::stream) answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Change {
    /// A member is new or has changed.
    Changed(Resource<Properties>),
    /// A member was removed.
    Removed(Href<'static>),
    /// A collection is not synchronized along.
    Unsynced(Href<'static>, Unsynced),
}

/// How far a [streamed](SyncCollection::stream) answer goes, with the token of the state up to there.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "an answer is whole or it is not")]
pub enum Synced {
    /// All that changed is told.
    Whole(SyncToken),
    /// More has changed than is told.
    UpTo(SyncToken),
}

/// Why a collection is not synchronized as a part of the one above it
/// ([RFC 6578, section 3.3](https://www.rfc-editor.org/rfc/rfc6578#section-3.3)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Unsynced {
    /// It has no `sync-collection` report at all: `supported-report`.
    SupportedReport,
    /// It has the report for itself only: `sync-traversal-supported`.
    SyncTraversalSupported,
}

// === impl report::SyncCollection ===

impl report::SyncCollection {
    /// Begins the outcome for the Request-URI, with the new token; an initial one if the request has no
    /// token. Nothing changed so far.
    pub fn outcome(&self, target: Href<'_>, token: SyncToken) -> SyncCollection {
        match self.token() {
            Some(_) => SyncCollection::new(target, token),
            None => SyncCollection::initial(target, token),
        }
    }

    /// Tells of changes while they are still being found, as [`SyncCollection::stream`] does; if the
    /// request has no token, of none that was removed.
    pub fn stream<S, E>(
        &self,
        target: Href<'_>,
        changes: S,
        synced: impl FnOnce() -> Synced + Send + 'static,
    ) -> Begin<E>
    where
        S: Stream<Item = Result<Change, E>> + Send + 'static,
        E: 'static,
    {
        stream(target, self.token().is_none(), changes, synced)
    }
}

// === impl SyncCollection ===

impl SyncCollection {
    /// Begins with the Request-URI and the new token. Nothing changed so far.
    pub fn new(target: Href<'_>, token: SyncToken) -> Self {
        Self {
            target: target.into_encoded(),
            token,
            is_initial: false,
            changed: MultiStatus::new(),
            removed: Vec::new(),
            unsynced: Vec::new(),
            truncated: false,
        }
    }

    /// Begins the answer to a request without a token: all members are new, and none was removed
    /// ([section 3.4](https://www.rfc-editor.org/rfc/rfc6578#section-3.4)).
    pub fn initial(target: Href<'_>, token: SyncToken) -> Self {
        Self {
            is_initial: true,
            ..Self::new(target, token)
        }
    }

    /// Tells of changes since a token while they are still being found. When they have ended, `synced`
    /// says whether these were all, and what the new token is. Where the request may have no token, begin
    /// with [`report::SyncCollection::stream`].
    ///
    /// Each URL is to be given once, with what became of it last: what is sent cannot be taken back.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::stream;
    /// use statuary::{
    ///     DavError, Href, MultiStatusStream,
    ///     dav::SyncToken,
    ///     outcome::{Change, SyncCollection, Synced},
    /// };
    ///
    /// async fn report() -> Result<MultiStatusStream, DavError> {
    ///     let token = SyncToken::new("http://example.com/ns/sync/1238").expect("a URI");
    ///     let changes = [Ok(Change::Removed(Href::path("/home/old").into_owned()))];
    ///     let home = Href::collection("/home");
    ///     SyncCollection::stream(home, stream::iter(changes), || Synced::Whole(token)).await
    /// }
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(report())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stream<S, E>(
        target: Href<'_>,
        changes: S,
        synced: impl FnOnce() -> Synced + Send + 'static,
    ) -> Begin<E>
    where
        S: Stream<Item = Result<Change, E>> + Send + 'static,
        E: 'static,
    {
        stream(target, false, changes, synced)
    }

    /// Adds a member that is new or has changed.
    pub fn changed(&mut self, resource: impl Into<Resource<Properties>>) {
        let resource = resource.into();
        if !resource.is_at(&self.target) {
            self.changed.push(resource);
        }
    }

    /// Adds a member that was removed. An initial answer has none.
    pub fn removed(&mut self, href: Href<'_>) {
        if !self.is_initial && !href.same_path(&self.target) {
            self.removed.push(href.into_owned());
        }
    }

    /// Adds a collection that is not synchronized along; it is to be told once, when the client first
    /// hears of it.
    pub fn unsynced(&mut self, href: Href<'_>, reason: Unsynced) {
        if !href.same_path(&self.target) {
            self.unsynced.push((href.into_owned(), reason));
        }
    }

    /// Says that there were more changes than are listed. The token is that of the last one listed.
    pub fn truncated(mut self) -> Self {
        self.truncated = true;
        self
    }

    /// How many changes were given; this is what the limit of a request counts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changed.len() + self.removed.len() + self.unsynced.len()
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<SyncCollection> for MultiStatus {
    fn from(changes: SyncCollection) -> Self {
        let mut once = Once::default();
        let is_truncated = changes.truncated && once.take(&changes.target);
        let unsynced: Vec<_> = changes
            .unsynced
            .into_iter()
            .filter(|(href, _)| once.take(href))
            .collect();
        let mut answer = once.take_all(changes.changed);
        answer.extend(
            unsynced
                .into_iter()
                .map(|(href, reason)| self::unsynced(href, reason)),
        );
        let collections = Collections::of(&changes.removed);
        for href in &changes.removed {
            if !collections.contain(href) && once.take(href) {
                answer.push(removed(href.clone()));
            }
        }
        if is_truncated {
            answer.push(truncated(changes.target));
        }
        answer.sync_token(&changes.token)
    }
}

// === impl Change ===

impl Change {
    fn is_at(&self, path: &Href<'_>) -> bool {
        match self {
            Self::Changed(resource) => resource.is_at(path),
            Self::Removed(href) | Self::Unsynced(href, _) => href.same_path(path),
        }
    }
}

// === impl Unsynced ===

impl From<Unsynced> for Condition {
    fn from(reason: Unsynced) -> Self {
        match reason {
            Unsynced::SupportedReport => Self::SupportedReport,
            Unsynced::SyncTraversalSupported => Self::SyncTraversalSupported,
        }
    }
}

// === helpers ===

fn stream<S, E>(
    target: Href<'_>,
    is_initial: bool,
    changes: S,
    synced: impl FnOnce() -> Synced + Send + 'static,
) -> Begin<E>
where
    S: Stream<Item = Result<Change, E>> + Send + 'static,
    E: 'static,
{
    let target = target.into_encoded();
    let mut synced = Some(synced);
    rows::stream(Box::pin(changes), move |item, answer| {
        match item.transpose()? {
            Some(change) if change.is_at(&target) => {}
            Some(Change::Changed(resource)) => answer.push(resource),
            Some(Change::Removed(_)) if is_initial => {}
            Some(Change::Removed(href)) => answer.push(removed(href)),
            Some(Change::Unsynced(href, reason)) => answer.push(unsynced(href, reason)),
            None => {
                let token = match synced.take().map(|synced| synced()) {
                    Some(Synced::Whole(token)) => token,
                    Some(Synced::UpTo(token)) => {
                        answer.push(truncated(target.clone()));
                        token
                    }
                    None => return Ok(false),
                };
                *answer = mem::take(answer).sync_token(&token);
                return Ok(false);
            }
        }
        Ok(true)
    })
}

fn removed(href: Href<'_>) -> Resource<Status> {
    Resource::status(href, StatusCode::NOT_FOUND)
}

fn unsynced(href: Href<'_>, reason: Unsynced) -> Resource<Status> {
    Resource::status(href, StatusCode::FORBIDDEN).error(reason)
}

/// Collections that were removed, and with each of them all that was in it.
struct Collections(HashSet<String>);

impl Collections {
    fn of(removed: &[Href<'_>]) -> Self {
        let collections = removed.iter().filter(|href| href.is_collection());
        Self(
            collections
                .map(|href| href.encoded().into_owned())
                .collect(),
        )
    }

    /// Whether something was in one of them.
    fn contain(&self, href: &Href<'_>) -> bool {
        let encoded = href.encoded();
        let above = encoded.strip_suffix('/').unwrap_or(&encoded);
        above
            .match_indices('/')
            .any(|(slash, _)| self.0.contains(&above[..=slash]))
    }
}
