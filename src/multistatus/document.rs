//! The multistatus as a whole.

use std::{borrow::Cow, fmt, mem};

use super::{
    description::Description,
    form::Either,
    listed::Listed,
    names::KnownNames,
    notes::push_element,
    resource::Resource,
    responses::{Entry, Responses, href_texts},
    taken::Taken,
    writer::ResourceWriter,
};
use crate::{
    dav::{Href, SyncToken},
    xml::{Buffer, IllegalChars, PrefixMark, Prefixes, push_text},
};

/// Many resources, each with a status of its own: the body of a
/// [207 Multi-Status](https://www.rfc-editor.org/rfc/rfc4918#section-13).
///
/// It is collected from [`Resource`]s, or filled by [`push`](MultiStatus::push). An axum handler returns it
/// as it is; elsewhere, [`into_http`](MultiStatus::into_http) makes the response. Under a
/// [`MultiStatusLayer`](crate::MultiStatusLayer) the response also follows what the request prefers.
///
/// # Each href once
///
/// An href occurs once in a multistatus
/// ([section 14.24](https://www.rfc-editor.org/rfc/rfc4918#section-14.24)): the first response with it stays,
/// and later ones are left out. Of several hrefs that share a status, only those that occur already are left
/// out. Two hrefs are the same if they are written the same way; `/a` and `/a/`, or `/a` and `/%61`, are not.
/// A response that must not be lost, such as one saying that the list is cut off, has to be pushed first, or
/// once [`contains`](Self::contains) has said that its href is free.
///
/// # Examples
///
/// ```
/// use statuary::{Href, MultiStatus, Resource, prop};
///
/// let answer: MultiStatus = ["/a.txt", "/b & c.txt"]
///     .iter()
///     .map(|path| Resource::new(Href::path(path)).prop(prop::GetContentLength(3)))
///     .collect();
/// assert_eq!(answer.len(), 2);
///
/// let response = answer.into_http();
/// assert_eq!(response.status(), 207);
/// ```
#[derive(Clone, Default)]
#[must_use = "a multistatus does nothing until it is a response"]
pub struct MultiStatus {
    /// The `response` elements, one after the other; bytes behind the last entry are of a resource that was
    /// begun and not ended.
    pub(super) responses: Buffer,
    pub(super) entries: Vec<Entry>,
    pub(super) taken: Taken,
    pub(super) known_names: KnownNames,
    pub(super) prefixes: Prefixes,
    /// What the root declares, once that is fixed.
    pub(super) sealed: Option<PrefixMark>,
    /// What follows the responses: `responsedescription`, encoded, and `sync-token`, as encoded content.
    pub(super) description: Buffer,
    pub(super) sync_token: Buffer,
    /// The location of the resource that was asked about.
    pub(super) location: Option<Box<Href<'static>>>,
}

/// How many bytes are reserved for the first resource that is written in place.
const FIRST_ROOM: usize = 16 * 1024;

/// The length of a rather short response.
const SHORT: usize = 512;

/// The most bytes that are reserved at once for resources that an iterator announces.
const MOST_RESERVED: usize = 32 * 1024 * 1024;

// === impl MultiStatus ===

impl MultiStatus {
    /// Makes an empty multistatus, which is a legal answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the `DAV:responsedescription` of the whole answer, a text that may be shown to a person. Default:
    /// none.
    pub fn description<'d>(mut self, text: impl Into<Description<'d>>) -> Self {
        self.description.clear();
        let illegal_chars = IllegalChars::default();
        text.into().push(&mut self.description, illegal_chars);
        self
    }

    /// Sets the `DAV:sync-token`
    /// ([RFC 6578, section 6.4](https://www.rfc-editor.org/rfc/rfc6578#section-6.4)). Default: none.
    pub fn sync_token(mut self, token: &SyncToken) -> Self {
        self.sync_token.clear();
        let (out, uri) = (&mut self.sync_token, token.as_str());
        push_text(out, uri, IllegalChars::default());
        self
    }

    /// Sets the `Content-Location` of the response: the href of the resource that was asked about. Default:
    /// none.
    ///
    /// It is meant for a collection that was requested without its trailing slash and answers all the same
    /// ([RFC 4918, section 5.2](https://www.rfc-editor.org/rfc/rfc4918#section-5.2)).
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Href, MultiStatus};
    ///
    /// let answer = MultiStatus::new().located_at(Href::collection("/docs"));
    /// assert_eq!(answer.into_http().headers()["content-location"], "/docs/");
    /// ```
    pub fn located_at(mut self, href: Href<'_>) -> Self {
        self.location = Some(Box::new(href.into_owned()));
        self
    }

    /// Adds a resource, unless its href occurs already.
    #[inline]
    pub fn push(&mut self, resource: impl Listed) {
        resource.push_to(self);
    }

    /// Begins a resource with properties that is written in place, straight from borrowed values.
    ///
    /// See [`ResourceWriter`] for an example.
    pub fn resource(&mut self, href: Href<'_>) -> ResourceWriter<'_> {
        if self.is_empty() {
            self.reserve(FIRST_ROOM);
        }
        self.clear_rest();
        ResourceWriter::begin(self, &href)
    }

    /// Removes the resources, and keeps the memory for them; in a streamed answer, this removes those that
    /// were not sent yet. What describes the whole answer stays.
    pub fn clear(&mut self) {
        match self.sealed {
            Some(declared) => {
                self.prefixes.reset(declared);
                let (responses, taken) = (&self.responses, &mut self.taken);
                taken.give_back(href_texts(responses, &self.entries));
            }
            None => {
                self.prefixes = Prefixes::default();
                self.taken.clear();
            }
        }
        self.clear_chunk();
    }

    /// The document in three pieces: what precedes the responses, the responses, and what follows them. Use
    /// it to write the document yourself; [`into_http`](Self::into_http) makes it a response.
    #[must_use]
    pub fn pieces(&self) -> [Cow<'_, [u8]>; 3] {
        let responses = match self.settled() {
            Cow::Borrowed(settled) => Cow::Borrowed(settled.written()),
            Cow::Owned(settled) => Cow::Owned(settled.written().to_vec()),
        };
        [
            Cow::Owned(self.head().into_vec()),
            responses,
            Cow::Owned(self.tail().into_vec()),
        ]
    }

    /// The number of resources; several that share a status in one `response` count as one. In a long answer,
    /// this looks up the last hrefs, 63 at most.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len() - self.taken.repeated(&self.responses)
    }

    /// Whether there are no resources.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether an href occurs, so that another response with it would be left out.
    ///
    /// In a [`MultiStatusStream`](crate::MultiStatusStream), only the hrefs that are still remembered count.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::{Href, MultiStatus, Resource, prop};
    ///
    /// let mut answer = MultiStatus::new();
    /// answer.push(Resource::new(Href::path("/a")).prop(prop::GetContentLength(3)));
    /// answer.push(Resource::new(Href::path("/a")).prop(prop::GetContentLength(4)));
    /// assert!(answer.contains(&Href::path("/a")));
    /// assert_eq!(answer.len(), 1);
    /// ```
    #[must_use]
    pub fn contains(&self, href: &Href<'_>) -> bool {
        self.taken
            .contains(&self.responses, href.escaped().as_bytes())
    }

    /// Whether the hrefs of all responses have one form, as they must
    /// ([section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3)): absolute paths, or absolute URIs.
    /// This is noted as responses are added, and costs nothing to ask.
    ///
    /// A multistatus cannot mend it: a path becomes a URI only with a host, which only the caller knows, and
    /// a URI that loses its host may name another resource. So give all hrefs in one form, best as paths,
    /// including those that came with a request, as in a `multiget`.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::StatusCode;
    /// use statuary::{Href, MultiStatus, Resource};
    ///
    /// let gone = |href| Resource::status(href, StatusCode::NOT_FOUND);
    /// let mut answer = MultiStatus::from_iter([gone(Href::path("/a"))]);
    /// assert!(answer.hrefs_agree());
    /// answer.push(gone(Href::parse("http://example.com/b")?));
    /// assert!(!answer.hrefs_agree());
    /// # Ok::<(), statuary::dav::InvalidHref>(())
    /// ```
    #[must_use]
    pub fn hrefs_agree(&self) -> bool {
        self.taken.agree()
    }

    #[inline]
    pub(super) fn push_resource(&mut self, resource: Resource<Either>) {
        let declared = self.declare(resource.prefixes());
        let (response, entry, href) = resource.finish(&self.prefixes, &mut self.known_names);
        self.append_one(&response, entry, href, declared);
    }

    /// The location of the resource that was asked about.
    pub(crate) fn location(&self) -> Option<&Href<'static>> {
        self.location.as_deref()
    }

    /// Whether the whole answer has a description.
    pub(super) fn is_explained(&self) -> bool {
        !self.description.is_empty()
    }

    /// The same document with these responses in it.
    pub(super) fn with_responses(self, responses: &[u8], entries: &[Entry]) -> Self {
        let mut fragment = Self {
            entries: entries.to_vec(),
            ..Self::default()
        };
        fragment.responses.extend_from_slice(responses);
        let mut document = Self {
            sealed: None,
            ..self
        };
        document.append(fragment);
        document.settle();
        document
    }

    /// Declares the prefixes of the next resource, unless the root is sealed. Returns what was declared
    /// before.
    #[inline]
    pub(super) fn declare(&mut self, used: &Prefixes) -> PrefixMark {
        self.clear_rest();
        let declared = self.prefixes.mark();
        if self.sealed.is_none() {
            self.prefixes.merge(used);
        }
        declared
    }

    /// Forgets a resource that was begun and not ended.
    #[inline]
    pub(super) fn clear_rest(&mut self) {
        let end = self.byte_len();
        if end < self.responses.len() {
            self.clear_behind(end);
        }
    }

    #[cold]
    fn clear_behind(&mut self, end: usize) {
        self.responses.truncate(end);
        if let Some(declared) = self.sealed {
            self.prefixes.reset(declared);
        }
    }

    /// Reserves memory for this many bytes of responses in all.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        let (responses, entries) = (&mut self.responses, &mut self.entries);
        responses.reserve(bytes.saturating_sub(responses.len()));
        entries.reserve((bytes / SHORT).saturating_sub(entries.len()));
    }

    /// The length of the responses in bytes.
    #[inline]
    pub(crate) fn byte_len(&self) -> usize {
        self.entries.last().map_or(0, |last| last.end)
    }

    /// The responses that were written since the last chunk was taken.
    pub(crate) fn responses(&self) -> Responses<'_> {
        Responses::new(self.written(), &self.entries)
    }

    /// Whether what stands before the responses is settled.
    pub(crate) fn is_sealed(&self) -> bool {
        self.sealed.is_some()
    }

    /// Fixes what is declared before the responses. Returns whether that was open until now.
    pub(crate) fn seal(&mut self) -> bool {
        if self.sealed.is_some() {
            return false;
        }
        self.clear_rest();
        self.settle();
        self.sealed = Some(self.prefixes.mark());
        let (responses, taken) = (&self.responses, &mut self.taken);
        taken.forget_places(href_texts(responses, &self.entries));
        true
    }

    /// Takes out the responses of a chunk, and goes on in another buffer.
    pub(crate) fn take_chunk(&mut self, room: Buffer) -> Buffer {
        self.clear_rest();
        self.entries.clear();
        mem::replace(&mut self.responses, room)
    }

    /// Removes the responses of a chunk, and keeps their memory.
    pub(crate) fn clear_chunk(&mut self) {
        self.clear_rest();
        self.entries.clear();
        self.responses.clear();
    }

    /// The responses that are whole.
    fn written(&self) -> &[u8] {
        &self.responses[..self.byte_len()]
    }

    /// What stands before the responses.
    pub(super) fn head(&self) -> Buffer {
        let mut head = Buffer::with_capacity(256);
        self.push_head(&mut head);
        head
    }

    /// What stands after the responses.
    pub(super) fn tail(&self) -> Buffer {
        let mut tail = Buffer::with_capacity(64);
        self.push_tail(&mut tail);
        tail
    }

    /// Appends what stands before the responses.
    pub(crate) fn push_head(&self, out: &mut Buffer) {
        out.extend_from_slice(br#"<?xml version="1.0" encoding="utf-8"?>"#);
        out.extend_from_slice(br#"<D:multistatus xmlns:D="DAV:""#);
        self.prefixes.push_declarations(out, &Prefixes::default());
        out.push(b'>');
    }

    /// Appends what stands after the responses.
    pub(crate) fn push_tail(&self, out: &mut Buffer) {
        out.extend_from_slice(&self.description);
        push_element(out, "sync-token", &self.sync_token);
        out.extend_from_slice(b"</D:multistatus>");
    }
}

impl Eq for MultiStatus {}

impl fmt::Debug for MultiStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MultiStatus({self})")
    }
}

/// The whole document.
impl fmt::Display for MultiStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.pieces() {
            f.write_str(&String::from_utf8_lossy(&piece))?;
        }
        Ok(())
    }
}

impl<R: Listed> Extend<R> for MultiStatus {
    fn extend<I: IntoIterator<Item = R>>(&mut self, resources: I) {
        let mut resources = resources.into_iter();
        self.settle();
        let before = self.byte_len();
        let Some(first) = resources.next() else {
            return;
        };
        self.push(first);
        // The others will be about as long. The length is zero if the href was taken.
        let length = self.byte_len() - before;
        let most = MOST_RESERVED.checked_div(length).unwrap_or_default();
        let more = resources.size_hint().0.min(most);
        self.entries.reserve(more);
        self.taken.reserve(more);
        self.responses.reserve(more * (length + length / 8));
        resources.for_each(|resource| self.push(resource));
    }
}

impl PartialEq for MultiStatus {
    fn eq(&self, other: &Self) -> bool {
        let (one, other) = (self.settled(), other.settled());
        one.written() == other.written()
            && one.entries == other.entries
            && one.prefixes == other.prefixes
            && one.sealed == other.sealed
            && one.description == other.description
            && one.sync_token == other.sync_token
            && one.location == other.location
    }
}

impl<R: Listed> FromIterator<R> for MultiStatus {
    fn from_iter<I: IntoIterator<Item = R>>(resources: I) -> Self {
        let mut multistatus = Self::new();
        multistatus.extend(resources);
        multistatus
    }
}
