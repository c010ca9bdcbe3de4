//! The path of an href: its segments, the members of a collection, and what is below a mount.

use std::borrow::Cow;

use super::{
    Href, InvalidHref, Repr,
    encode::normal,
    grammar::{decoded, normalized, path_range, push_segment, segments},
};

// === impl Href ===

impl<'a> Href<'a> {
    /// The href of the path with these segments, none of them encoded: the inverse of
    /// [`segments`](Self::segments). A `/` inside a segment is encoded, and stays inside.
    ///
    /// # Errors
    ///
    /// When a segment is empty, `.` or `..`, which no member of a collection can be called. As a
    /// [`DavError`](crate::DavError) this is a 500: if the name is a client's, answer by a status of your
    /// own, such as 400 or 404.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::Href;
    ///
    /// let event = Href::from_segments(["cal", "ann", "a/b.ics"])?;
    /// assert_eq!(event.to_string(), "/cal/ann/a%2Fb.ics");
    /// assert_eq!(event.segments(), [&b"cal"[..], b"ann", b"a/b.ics"]);
    /// assert!(Href::from_segments(["cal", "..", "a.ics"]).is_err());
    /// # Ok::<(), statuary::dav::InvalidHref>(())
    /// ```
    pub fn from_segments<S: AsRef<[u8]>>(
        segments: impl IntoIterator<Item = S>,
    ) -> Result<Self, InvalidHref> {
        let mut encoded = String::new();
        for segment in segments {
            push_segment(&mut encoded, segment.as_ref())?;
        }
        if encoded.is_empty() {
            encoded.push('/');
        }
        Ok(Self::of_encoded(encoded))
    }

    /// The href of the member of this collection with this name, which is not encoded and may be any bytes
    /// ([section 5.2](https://www.rfc-editor.org/rfc/rfc4918#section-5.2)). A `/` in the name is encoded, and
    /// a query is left out. A member that is a collection, too, [has to say so](Self::into_collection).
    ///
    /// # Errors
    ///
    /// When the name is empty, `.` or `..`. As a [`DavError`](crate::DavError) this is a 500: if the name is
    /// a client's, answer by a status of your own, such as 400 or 404.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::Href;
    ///
    /// let calendar = Href::collection("/cal");
    /// assert_eq!(calendar.member("50%.ics")?, Href::parse("/cal/50%25.ics")?);
    /// assert_eq!(calendar.member("a/b.ics")?, Href::parse("/cal/a%2Fb.ics")?);
    /// assert_eq!(calendar.member("old")?.into_collection(), Href::collection("/cal/old"));
    /// assert!(calendar.member("..").is_err());
    /// # Ok::<(), statuary::dav::InvalidHref>(())
    /// ```
    pub fn member(&self, name: impl AsRef<[u8]>) -> Result<Href<'static>, InvalidHref> {
        let encoded = self.encoded();
        let collection = &encoded[..path_range(&encoded).end];
        let mut member = collection.trim_end_matches('/').to_owned();
        push_segment(&mut member, name.as_ref())?;
        Ok(Href {
            of_server: self.of_server,
            ..Href::of_encoded(member)
        })
    }

    /// The same href with a `/` at the end of its path, as that of a collection should have it.
    #[must_use]
    pub fn into_collection(self) -> Self {
        if self.is_collection() {
            return self;
        }
        Self {
            of_server: self.of_server,
            ..match self.repr {
                Repr::Path { raw, .. } => Self::of(Repr::Path {
                    raw,
                    collection: true,
                }),
                Repr::Encoded { .. } => self.with_other_slash(),
            }
        }
    }

    /// Strips a mount: the path as the routes below the mount know it, with its query; `None` if it is not
    /// below. The mount is a [`Mount`](crate::dav::Mount), as the layer outside has left it in the request, or a
    /// path as for [`mounted_at`](crate::MultiStatusLayer::mounted_at), not encoded. The scheme and the
    /// authority are ignored.
    ///
    /// A router strips the mount from the URI of a request, but not from hrefs in its body, in
    /// [`Destination`](crate::dav::Destination) and in [`If`](crate::dav::If): those are [of the whole
    /// server](Self::of_server). Any other path is below the mount already, and stays as it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::Href;
    ///
    /// let event = Href::path("/cal/a b.ics");
    /// let asked = Href::parse("/dav/cal/a%20b.ics")?.of_server();
    /// assert_eq!(asked.below("/dav"), Some(event.borrowed()));
    /// assert_eq!(asked.below("/da"), None);
    /// assert_eq!(event.below("/dav"), Some(event.borrowed()));
    /// # Ok::<(), statuary::dav::InvalidHref>(())
    /// ```
    #[must_use]
    pub fn below(&self, mount: impl AsRef<str>) -> Option<Href<'static>> {
        if self.is_mounted() {
            return Some(self.clone().into_owned());
        }
        let (encoded, mount) = (self.encoded(), Href::path(mount.as_ref()).into_encoded());
        let mut rest = &encoded[path_range(&encoded).start..];
        if !rest.starts_with('/') {
            return None;
        }
        let mount = mount.encoded();
        for expected in segments(&mount) {
            let segment = rest.trim_start_matches('/');
            let end = segment.find(['/', '?']).unwrap_or(segment.len());
            if decoded(&segment[..end]) != decoded(expected) {
                return None;
            }
            rest = &segment[end..];
        }
        Some(Href::of_encoded(format!(
            "/{}",
            rest.trim_start_matches('/')
        )))
    }

    /// Whether it ends with a `/`, as the href of a collection should.
    #[must_use]
    pub fn is_collection(&self) -> bool {
        match &self.repr {
            Repr::Encoded { text, .. } => text[path_range(text)].ends_with('/'),
            Repr::Path { raw, collection } => {
                *collection || raw.is_empty() || normal(raw).ends_with(b"/")
            }
        }
    }

    /// Whether both name the same path, however each is encoded, and whether or not it ends with a `/`. The
    /// scheme, the authority and the query are ignored.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::Href;
    ///
    /// let asked = Href::parse("http://localhost/%61%20b")?;
    /// assert!(asked.same_path(&Href::collection("/a b")));
    /// assert!(!asked.same_path(&Href::path("/a/b")));
    /// # Ok::<(), statuary::dav::InvalidHref>(())
    /// ```
    #[must_use]
    pub fn same_path(&self, other: &Href<'_>) -> bool {
        let (one, two) = (self.encoded(), other.encoded());
        let is_absolute = |encoded: &str| encoded[path_range(encoded)].starts_with('/');
        if !is_absolute(&one) || !is_absolute(&two) {
            return one == two;
        }
        // Paths that differ mostly differ at their end.
        let (one, two) = (segments(&one).rev(), segments(&two).rev());
        one.map(decoded).eq(two.map(decoded))
    }

    /// The segments of the path, decoded. A `/` inside a segment, encoded as `%2F`, stays inside;
    /// [`from_segments`](Self::from_segments) encodes it again.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::Href;
    ///
    /// let href = Href::parse("/docs/50%25")?;
    /// assert_eq!(href.segments(), [b"docs".to_vec(), b"50%".to_vec()]);
    /// # Ok::<(), statuary::dav::InvalidHref>(())
    /// ```
    #[must_use]
    pub fn segments(&self) -> Vec<Vec<u8>> {
        let encoded = self.encoded();
        let segments = segments(&encoded).map(decoded);
        segments.map(Cow::into_owned).collect()
    }

    /// The form that all hrefs share which name the same resource: encoded no more than necessary
    /// ([RFC 3986, section 6.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2)), without empty
    /// segments, and without a trailing `/`.
    pub(crate) fn normalized(&self) -> String {
        normalized(self.encoded())
    }

    /// The href without the trailing `/` of its path, or with one if it has none.
    pub(crate) fn with_other_slash(&self) -> Href<'static> {
        let encoded = self.encoded();
        let (path, query) = encoded.split_at(path_range(&encoded).end);
        Href::of_encoded(match path.strip_suffix('/') {
            Some(without_slash) => [without_slash, query].concat(),
            None => [path, "/", query].concat(),
        })
    }
}
