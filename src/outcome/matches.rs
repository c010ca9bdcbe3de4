//! What a query found.

use futures_core::Stream;
use http::Response;

use super::{
    failure::truncated,
    once::{Once, StreamedOnce},
    rows,
};
use crate::{
    dav::Href,
    multistatus::{Fate, MultiStatus, Properties, Resource},
    reply::{Begin, BoxError, DavBody},
};

/// The answer to a query: SEARCH
/// ([RFC 5323, section 2.3](https://www.rfc-editor.org/rfc/rfc5323#section-2.3)), or a REPORT such as
/// `calendar-query`, `addressbook-query` and `principal-property-search`.
///
/// Each match has properties and is listed once. Matches stay in the order in which they were added, which
/// has to be the one that the client asked for. No match at all is a legal answer. A list that was cut off
/// says so by a 507 for the target of the request
/// ([section 2.3.1](https://www.rfc-editor.org/rfc/rfc5323#section-2.3.1)), which does not count as a match.
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, Resource, outcome::Matches, prop};
///
/// let mut matches = Matches::new(Href::path("/search"));
/// matches.push(Resource::new(Href::path("/a.txt")).prop(prop::GetContentLength(3)));
/// assert_eq!(matches.len(), 1);
///
/// let answer = MultiStatus::from(matches.truncated()).to_string();
/// assert!(answer.contains(
///     "<D:href>/search</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>\
///      <D:error><D:number-of-matches-within-limits/></D:error>"
/// ));
/// ```
#[derive(Clone, Debug)]
#[must_use = "matches do nothing until they are a response"]
pub struct Matches {
    target: Href<'static>,
    found: MultiStatus,
    once: Once,
    truncated: bool,
}

// === impl Matches ===

impl Matches {
    /// Begins the answer for the Request-URI, which for SEARCH is the arbiter; nothing is found so far.
    pub fn new(target: Href<'_>) -> Self {
        Self {
            target: target.into_owned(),
            found: MultiStatus::new(),
            once: Once::default(),
            truncated: false,
        }
    }

    /// Adds a match.
    pub fn push(&mut self, resource: impl Into<Resource<Properties>>) {
        let resource = resource.into();
        if self.once.take(&resource.href()) {
            self.found.push(resource);
        }
    }

    /// Sends matches while they are still being found, and at most `most` of them: a search that finds more
    /// is cut off, and the answer says so.
    ///
    /// If the target itself is a match, it comes last, since its href may be needed to say that the list is
    /// cut off.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::stream;
    /// use statuary::{DavError, Href, MultiStatusStream, Resource, outcome::Matches, prop};
    ///
    /// async fn search() -> Result<MultiStatusStream, DavError> {
    ///     let found = ["/a.txt", "/b.txt", "/c.txt"]
    ///         .map(|path| Ok(Resource::new(Href::path(path)).prop(prop::GetContentLength(3))));
    ///     Matches::stream(Href::path("/search"), 2, stream::iter(found)).await
    /// }
    /// # tokio::runtime::Builder::new_current_thread().build()?.block_on(search())?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stream<S, R, E>(target: Href<'_>, most: usize, found: S) -> Begin<E>
    where
        S: Stream<Item = Result<R, E>> + Send + 'static,
        R: Into<Resource<Properties>>,
        E: Into<BoxError> + 'static,
    {
        let target = target.into_encoded();
        let (mut left, mut last) = (most, None);
        let mut once = StreamedOnce::default();
        rows::stream(Box::pin(found), move |item, answer| {
            let Some(resource) = item.transpose()? else {
                answer.extend(last.take());
                return Ok(false);
            };
            let resource: Resource<Properties> = resource.into();
            let is_target = resource.href().same_path(&target);
            let is_known = match is_target {
                true => last.is_some(),
                false => !once.take(answer, &resource.href()),
            };
            if is_known {
                return Ok(true);
            }
            if left == 0 {
                answer.push(truncated(target.clone()));
                return Ok(false);
            }
            left -= 1;
            match is_target {
                true => last = Some(resource),
                false => answer.push(resource),
            }
            Ok(true)
        })
    }

    /// Says that more was found than is listed.
    pub fn truncated(mut self) -> Self {
        self.truncated = true;
        self
    }

    /// Makes the response, as [`MultiStatus::into_http`] does.
    #[must_use]
    pub fn into_http(self) -> Response<DavBody> {
        MultiStatus::from(self).into_http()
    }

    /// The number of matches.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
}

impl<R: Into<Resource<Properties>>> Extend<R> for Matches {
    fn extend<I: IntoIterator<Item = R>>(&mut self, resources: I) {
        resources
            .into_iter()
            .for_each(|resource| self.push(resource));
    }
}

impl From<Matches> for MultiStatus {
    fn from(matches: Matches) -> Self {
        let Matches {
            target,
            mut found,
            mut once,
            truncated: is_truncated,
        } = matches;
        if !is_truncated {
            return found;
        }
        if !once.take(&target) {
            let name = target.normalized();
            let fate = |href: &Href<'_>| match href.normalized() == name {
                true => Fate::Drop,
                false => Fate::Keep,
            };
            let fates: Vec<_> = found.hrefs().iter().map(fate).collect();
            found = found.with_fates(fates);
        }
        found.push(truncated(target));
        found
    }
}
