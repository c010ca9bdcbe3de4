//! What changed in a collection.

use std::collections::HashSet;

use http::StatusCode;

use super::{failure::truncated, once::Once};
use crate::{
    dav::{Condition, Href},
    multistatus::{MultiStatus, Properties, Resource},
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
/// use statuary::{Href, MultiStatus, Resource, outcome::SyncCollection, prop};
///
/// let token = Href::parse("http://example.com/ns/sync/1238")?;
/// let mut changes = SyncCollection::new(Href::collection("/home"), &token);
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
    token: String,
    is_initial: bool,
    changed: MultiStatus,
    removed: Vec<Href<'static>>,
    unsynced: Vec<(Href<'static>, Unsynced)>,
    truncated: bool,
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
    pub fn outcome(&self, target: Href<'_>, token: &Href<'_>) -> SyncCollection {
        match self.token() {
            Some(_) => SyncCollection::new(target, token),
            None => SyncCollection::initial(target, token),
        }
    }
}

// === impl SyncCollection ===

impl SyncCollection {
    /// Begins with the Request-URI and the new token, a URI. Nothing changed so far.
    pub fn new(target: Href<'_>, token: &Href<'_>) -> Self {
        Self {
            target: target.into_owned(),
            token: token.encoded().into_owned(),
            is_initial: false,
            changed: MultiStatus::new(),
            removed: Vec::new(),
            unsynced: Vec::new(),
            truncated: false,
        }
    }

    /// Begins the answer to a request without a token: all members are new, and none was removed
    /// ([section 3.4](https://www.rfc-editor.org/rfc/rfc6578#section-3.4)).
    pub fn initial(target: Href<'_>, token: &Href<'_>) -> Self {
        Self {
            is_initial: true,
            ..Self::new(target, token)
        }
    }

    /// Adds a member that is new or has changed.
    pub fn changed(&mut self, resource: impl Into<Resource<Properties>>) {
        self.changed.push(resource.into());
    }

    /// Adds a member that was removed. An initial answer has none.
    pub fn removed(&mut self, href: Href<'_>) {
        if !self.is_initial {
            self.removed.push(href.into_owned());
        }
    }

    /// Adds a collection that is not synchronized along; it is to be told once, when the client first
    /// hears of it.
    pub fn unsynced(&mut self, href: Href<'_>, reason: Unsynced) {
        self.unsynced.push((href.into_owned(), reason));
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
                .map(|(href, reason)| Resource::status(href, StatusCode::FORBIDDEN).error(reason)),
        );
        let collections = Collections::of(&changes.removed);
        for href in &changes.removed {
            if !collections.contain(href) && once.take(href) {
                answer.push(Resource::status(href.clone(), StatusCode::NOT_FOUND));
            }
        }
        if is_truncated {
            answer.push(truncated(changes.target));
        }
        answer.sync_token(changes.token)
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
