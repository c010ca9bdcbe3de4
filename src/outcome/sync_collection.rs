//! What changed in a collection.

use std::{collections::HashMap, mem};

use futures_core::Stream;
use http::{Response, StatusCode};

use super::{failure::truncated, once::StreamedOnce, rows};
use crate::{
    dav::{Condition, Href, LatestPaths, SyncToken},
    multistatus::{Either, Fate, MultiStatus, Properties, Resource, Status},
    reply::{Begin, BoxError, DavBody},
    request::report,
};

/// The answer to a `sync-collection` report
/// ([RFC 6578, section 3.2](https://www.rfc-editor.org/rfc/rfc6578#section-3.2)): what changed in a
/// collection since the token of the request, and the new token. The
/// [request](crate::request::report::SyncCollection) has the same name.
///
/// * A member that changed has properties, one that was removed has the status 404, and a collection that the
///   report does not descend into has the status 403 and says why.
/// * Each URL is listed once, with what became of it last: one that was removed and made again has changed,
///   and one that was made and removed again was removed. A collection that the report does not descend into
///   stays listed as such when it changes.
/// * The members of a collection that was removed are not listed. If it is made again, those that were added
///   before are listed as removed; other removed members have to be added by the handler.
/// * The collection itself is not a member, and is left out.
/// * A list that was cut off says so by a 507 for the Request-URI, which does not count as a change. Its
///   token has to be that of the state up to there
///   ([section 3.6](https://www.rfc-editor.org/rfc/rfc6578#section-3.6)).
///
/// A token that is not valid is an error of the whole request: [`Condition::ValidSyncToken`]. So is a limit
/// that the server cannot keep: a 507 with [`Condition::NumberOfMatchesWithinLimits`]
/// ([section 3.12](https://www.rfc-editor.org/rfc/rfc6578#section-3.12)).
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
#[must_use = "changes do nothing until they are a response"]
pub struct SyncCollection {
    target: Href<'static>,
    token: SyncToken,
    is_initial: bool,
    /// What was said first of each member.
    told: MultiStatus,
    /// The members, in the order of `told`.
    members: Vec<Member>,
    /// Where a member is among them, by its normalized href.
    places: HashMap<String, usize>,
    /// How many members are listed.
    listed: usize,
    /// How many changes were added.
    times: usize,
    truncated: bool,
}

#[derive(Clone, Debug)]
struct Member {
    became: Became,
    /// When that was added.
    time: usize,
    /// When its last removal was added; 0 if it was never removed.
    removed: usize,
    /// What was said last, if that is not what was said first.
    again: Option<Box<Resource<Either>>>,
}

/// What became of a member last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Became {
    Changed,
    Removed,
    Unsynced,
}

/// A change in a [streamed](SyncCollection::stream) answer; a collected one can be extended with changes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Change {
    /// A member is new or has changed.
    Changed(Resource<Properties>),
    /// A member was removed.
    Removed(Href<'static>),
    /// The report does not descend into a collection.
    Unsynced(Href<'static>, Unsynced),
}

/// How far a [streamed](SyncCollection::stream) answer goes, with the token of the state up to there.
#[derive(Clone, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "an answer is whole or it is not")]
pub enum Synced {
    /// It has all changes.
    Whole(SyncToken),
    /// There are more changes than it has.
    UpTo(SyncToken),
}

/// Why the report does not descend into a collection
/// ([RFC 6578, section 3.3](https://www.rfc-editor.org/rfc/rfc6578#section-3.3)).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Unsynced {
    /// The collection has no `sync-collection` report at all: `supported-report`.
    SupportedReport,
    /// The collection has the report for itself only: `sync-traversal-supported`.
    SyncTraversalSupported,
}

// === impl report::SyncCollection ===

impl report::SyncCollection {
    /// Begins the outcome for the Request-URI, with the new token; an [initial](SyncCollection::initial) one
    /// if the request has no token. Nothing has changed so far.
    pub fn outcome(&self, target: Href<'_>, token: SyncToken) -> SyncCollection {
        match self.token() {
            Some(_) => SyncCollection::new(target, token),
            None => SyncCollection::initial(target, token),
        }
    }

    /// Sends changes while they are still being found, as [`SyncCollection::stream`] does; if the request has
    /// no token, removals are left out. An answer that [ends with a failure](Begin::end_with) has the token
    /// of the request.
    pub fn stream<S, E>(
        &self,
        target: Href<'_>,
        changes: S,
        synced: impl FnOnce() -> Synced + Send + 'static,
    ) -> Begin<E>
    where
        S: Stream<Item = Result<Change, E>> + Send + 'static,
        E: Into<BoxError> + 'static,
    {
        let begun = stream(target, self.token().is_none(), changes, synced);
        match self.token() {
            Some(token) => begun.sync_token(token),
            None => begun,
        }
    }
}

// === impl SyncCollection ===

impl SyncCollection {
    /// Begins the outcome for the Request-URI, with the new token. Nothing has changed so far.
    pub fn new(target: Href<'_>, token: SyncToken) -> Self {
        Self {
            target: target.into_encoded(),
            token,
            is_initial: false,
            told: MultiStatus::new(),
            members: Vec::new(),
            places: HashMap::new(),
            listed: 0,
            times: 0,
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

    /// Sends changes since a token while they are still being found. After the last one, `synced` says
    /// whether these were all, and what the new token is. If the request may have no token, use
    /// [`report::SyncCollection::stream`].
    ///
    /// Give each URL once, with what became of it last, since what is sent cannot be taken back. Give a
    /// removed collection before the removed members that it contained, or without them: such members are
    /// left out if they follow it within the next thousand removals.
    ///
    /// If an answer [ends with a failure](Begin::end_with), nobody is asked for a new token, and it must have
    /// one all the same. Set that of the request beforehand ([`Begin::sync_token`]): the client then asks
    /// again for all that has changed since. An initial answer has no token to go back to; let a failure
    /// abort it, unless there is a token of the state before anything was in the collection.
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
        E: Into<BoxError> + 'static,
    {
        stream(target, false, changes, synced)
    }

    /// Adds a member that is new or has changed.
    pub fn changed(&mut self, resource: impl Into<Resource<Properties>>) {
        let resource = resource.into();
        let (is_target, key) = self.seek(&resource.href());
        if !is_target {
            self.tell(key, Became::Changed, resource.either());
        }
    }

    /// Adds a member that was removed. An initial answer has none.
    pub fn removed(&mut self, href: Href<'_>) {
        let (is_target, key) = self.seek(&href);
        if !is_target {
            self.tell(key, Became::Removed, removed(href).either());
        }
    }

    /// Adds a collection that the report does not descend into. Add it once, when the client first hears of
    /// it.
    pub fn unsynced(&mut self, href: Href<'_>, reason: Unsynced) {
        let (is_target, key) = self.seek(&href);
        if !is_target {
            self.tell(key, Became::Unsynced, unsynced(href, reason).either());
        }
    }

    /// Says that there were more changes than are listed. The token has to be that of the last one listed.
    pub fn truncated(mut self) -> Self {
        self.truncated = true;
        self
    }

    /// Makes the response, as [`MultiStatus::into_http`] does.
    #[must_use]
    pub fn into_http(self) -> Response<DavBody> {
        MultiStatus::from(self).into_http()
    }

    /// The number of members that changed, were removed or are [not descended into](Self::unsynced), which is
    /// what the limit of a request counts. Members that went with a removed collection count, too, if they
    /// were added.
    #[must_use]
    pub fn len(&self) -> usize {
        self.listed
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether an href is that of the collection itself, and the key that it is known by.
    fn seek(&self, href: &Href<'_>) -> (bool, String) {
        (href.same_path(&self.target), href.normalized())
    }

    /// What becomes of the first response of each member.
    fn fates(&mut self) -> Vec<Fate> {
        let mut went_along = vec![false; self.members.len()];
        let mut are_listed = vec![true; self.members.len()];
        if self.members.iter().any(|member| member.removed > 0) {
            for (key, &place) in &self.places {
                let member = &self.members[place];
                let mut above = self.above(key);
                went_along[place] = member.became != Became::Removed
                    && above.any(|above| member.time < above.removed);
            }
            for (member, _) in self.members.iter_mut().zip(&went_along).filter(|it| *it.1) {
                member.became = Became::Removed;
            }
            for (key, &place) in &self.places {
                let member = &self.members[place];
                are_listed[place] = self.lists(member)
                    && (member.became != Became::Removed || !self.is_in_removed(key));
            }
        }
        let mut hrefs = None;
        let members = mem::take(&mut self.members).into_iter().enumerate();
        let fate = |(place, member): (usize, Member)| match member.again {
            _ if !are_listed[place] => Fate::Drop,
            _ if went_along[place] => {
                let hrefs: &Vec<_> = hrefs.get_or_insert_with(|| self.told.hrefs());
                Fate::Replace(Box::new(removed(hrefs[place].borrowed()).either()))
            }
            Some(resource) => Fate::Replace(resource),
            None => Fate::Keep,
        };
        members.map(fate).collect()
    }

    /// Whether a collection that contained this is listed as removed.
    fn is_in_removed(&self, key: &str) -> bool {
        self.above(key).any(|it| it.became == Became::Removed)
    }

    /// The collections that contain a member, as far as they were added.
    fn above(&self, key: &str) -> impl Iterator<Item = &Member> {
        let places = above(key).filter_map(|key| self.places.get(key));
        places.map(|&place| &self.members[place])
    }

    /// Whether a member is listed, unless it went with the collection that contained it.
    fn lists(&self, member: &Member) -> bool {
        !self.is_initial || member.became != Became::Removed
    }

    fn tell(&mut self, key: String, became: Became, resource: Resource<Either>) {
        self.times += 1;
        let mut member = Member {
            became,
            time: self.times,
            removed: 0,
            again: None,
        };
        if became == Became::Removed {
            member.removed = self.times;
        }
        let is_listed = self.lists(&member);
        let Some(&place) = self.places.get(&key) else {
            self.listed += usize::from(is_listed);
            self.places.insert(key, self.members.len());
            self.members.push(member);
            self.told.push(resource);
            return;
        };
        let before = &mut self.members[place];
        if (before.became, became) == (Became::Unsynced, Became::Changed) {
            before.time = self.times;
            return;
        }
        member.removed = member.removed.max(before.removed);
        member.again = Some(Box::new(resource));
        let before = mem::replace(before, member);
        self.listed += usize::from(is_listed);
        self.listed -= usize::from(self.lists(&before));
    }
}

impl Extend<Change> for SyncCollection {
    fn extend<I: IntoIterator<Item = Change>>(&mut self, changes: I) {
        for change in changes {
            match change {
                Change::Changed(resource) => self.changed(resource),
                Change::Removed(href) => self.removed(href),
                Change::Unsynced(href, reason) => self.unsynced(href, reason),
            }
        }
    }
}

impl From<SyncCollection> for MultiStatus {
    fn from(mut changes: SyncCollection) -> Self {
        let fates = changes.fates();
        let told = changes.told;
        let mut answer = match fates.iter().all(|fate| matches!(fate, Fate::Keep)) {
            true => told,
            false => told.with_fates(fates),
        };
        if changes.truncated {
            answer.push(truncated(changes.target));
        }
        answer.sync_token(&changes.token)
    }
}

// === impl Change ===

impl Change {
    fn href(&self) -> Href<'_> {
        match self {
            Self::Changed(resource) => resource.href(),
            Self::Removed(href) | Self::Unsynced(href, _) => href.borrowed(),
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
    let mut once = StreamedOnce::default();
    let mut gone = LatestPaths::default();
    rows::stream(Box::pin(changes), move |item, answer| {
        let Some(change) = item.transpose()? else {
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
        };
        // The members of a removed collection went with it.
        let is_untold = |href| is_initial || gone.is_above(href);
        if matches!(&change, Change::Removed(href) if is_untold(href)) {
            return Ok(true);
        }
        let href = change.href();
        if href.same_path(&target) || !once.take(answer, &href) {
            return Ok(true);
        }
        match change {
            Change::Changed(resource) => answer.push(resource),
            Change::Removed(href) => {
                gone.forget();
                gone.add(&href);
                answer.push(removed(href));
            }
            Change::Unsynced(href, reason) => answer.push(unsynced(href, reason)),
        }
        Ok(true)
    })
}

/// The keys of the collections that contain an href.
fn above(key: &str) -> impl Iterator<Item = &str> {
    let path = key.split('?').next().unwrap_or_default();
    path.match_indices('/').map(|(slash, _)| &path[..slash])
}

fn removed(href: Href<'_>) -> Resource<Status> {
    Resource::status(href, StatusCode::NOT_FOUND)
}

fn unsynced(href: Href<'_>, reason: Unsynced) -> Resource<Status> {
    Resource::status(href, StatusCode::FORBIDDEN).error(reason)
}
