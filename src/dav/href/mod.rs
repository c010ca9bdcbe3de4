//! The `href` of RFC 4918: a reference to a resource.

mod encode;
mod grammar;
mod latest;
mod path;

use std::{
    borrow::Cow,
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
    ops::Range,
    str::FromStr,
};

pub use self::grammar::{InvalidHref, InvalidHrefKind};
pub(super) use self::grammar::{authority_range, check_uri};
use self::{
    encode::{ENCODE, ENCODE_AND_ESCAPE, ESCAPE, mended, normal, push_path, push_with},
    grammar::check,
};
pub(crate) use self::{grammar::is_scheme, latest::LatestPaths};
use crate::xml::{Buffer, Content};

/// A reference to a resource: the content of a `DAV:href`, a Simple-ref of
/// [RFC 4918, section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3).
///
/// It is an absolute path or an absolute URI, with an optional query, without a fragment and without dot
/// segments. [`Href::path`] takes a path as the application knows it and encodes it when it is written;
/// [`Href::member`] and [`Href::from_segments`] take names, whatever is in them; [`Href::parse`] takes an
/// href that is encoded already; [`Href::of_request`] takes the target of a request.
///
/// Two hrefs are equal if they are written the same way. [`Href::same_path`] compares what they name.
///
/// # Grammar
///
/// ```text
/// Simple-ref = absolute-URI | ( path-absolute [ "?" query ] )
/// ```
///
/// # Example values
///
/// * `/docs/Monthly%20report.txt`
/// * `/docs/`
/// * `http://www.example.com/docs/`
/// * `urn:uuid:6d6e7df4-48bd-4d9a-a0c4-9a8b5e0fbb2c`
///
/// # Examples
///
/// ```
/// use statuary::Href;
///
/// let report = Href::path("/docs/50% done & dusted.txt");
/// assert_eq!(report.to_string(), "/docs/50%25%20done%20&%20dusted.txt");
///
/// let folder = Href::collection("/docs");
/// assert_eq!(folder.to_string(), "/docs/");
///
/// assert!(Href::parse("docs/relative.txt").is_err());
/// ```
#[derive(Clone)]
pub struct Href<'a> {
    repr: Repr<'a>,
    /// Whether it is a path of the whole server, which a mount does not change.
    of_server: bool,
}

#[derive(Clone)]
enum Repr<'a> {
    /// Checked, and ready to be written, except that `&` has to be escaped if there is one.
    Encoded {
        text: Cow<'a, str>,
        has_ampersand: bool,
    },
    /// As the application knows it, to be encoded when it is written.
    Path {
        raw: Cow<'a, [u8]>,
        collection: bool,
    },
}

// === impl Href ===

impl<'a> Href<'a> {
    /// The href of a path as the application knows it: not encoded, its segments divided by `/`.
    ///
    /// The bytes need not be UTF-8: each one that a path cannot contain is percent-encoded. Sub-delimiters
    /// such as `(`, `&` and `'` stay as they are. A missing first `/` is added, several become one, and `.`
    /// and `..` segments are resolved, never above the root.
    ///
    /// A name that comes from outside is one segment, whatever is in it: put into a path, `a/b.ics` would
    /// name something else, and `..` the collection above. It becomes an href by [`member`](Self::member) or
    /// [`from_segments`](Self::from_segments).
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::Href;
    ///
    /// assert_eq!(Href::path("/a b/ü(1)").to_string(), "/a%20b/%C3%BC(1)");
    /// assert_eq!(Href::path(b"/caf\xE9".as_slice()).to_string(), "/caf%E9");
    /// assert_eq!(Href::path("/a/../../b").to_string(), "/b");
    /// ```
    #[inline]
    #[must_use]
    pub fn path<P: AsRef<[u8]> + ?Sized>(path: &'a P) -> Self {
        Self::of(Repr::Path {
            raw: Cow::Borrowed(path.as_ref()),
            collection: false,
        })
    }

    /// The href of a collection: like [`Href::path`], but it ends with a `/`
    /// ([section 5.2](https://www.rfc-editor.org/rfc/rfc4918#section-5.2)).
    #[inline]
    #[must_use]
    pub fn collection<P: AsRef<[u8]> + ?Sized>(path: &'a P) -> Self {
        Self::of(Repr::Path {
            raw: Cow::Borrowed(path.as_ref()),
            collection: true,
        })
    }

    /// Parses an href that is encoded already. It is meant for hrefs that the server itself has written or
    /// stored: an invalid one becomes a 500 as a [`DavError`](crate::DavError). For the target of a request,
    /// use [`of_request`](Self::of_request).
    ///
    /// # Errors
    ///
    /// When `encoded` is not a Simple-ref; the error says what is wrong, and where.
    pub fn parse(encoded: impl Into<Cow<'a, str>>) -> Result<Self, InvalidHref> {
        let encoded = encoded.into();
        check(&encoded)?;
        Ok(Self::of(Repr::encoded(encoded)))
    }

    /// Marks the path as one of the whole server, which a mount
    /// ([`mounted_at`](crate::MultiStatusLayer::mounted_at)) does not change; the href of a principal may
    /// need this.
    ///
    /// A multistatus, which has [each href once](crate::MultiStatus#each-href-once), takes it for the same as
    /// a path below the mount that is written the same way.
    ///
    /// It is written as `<D:href >`, by which a layer recognizes it. To an XML parser this is the same as
    /// `<D:href>`, so a test of such an answer should compare what a parser has read, such as a
    /// [`Reader`](crate::read::Reader), and not the text. With two spaces, it is an href that a client has
    /// stored in a property.
    #[must_use]
    pub fn of_server(self) -> Self {
        Self {
            of_server: true,
            ..self
        }
    }

    /// The href as it is written in a URI, before it is escaped for XML.
    #[must_use]
    pub fn encoded(&self) -> Cow<'_, str> {
        match &self.repr {
            Repr::Encoded { text, .. } => Cow::Borrowed(text),
            Repr::Path { .. } => Cow::Owned(self.to_string()),
        }
    }

    /// Whether it is an absolute path, the form in which a server should name its own resources.
    #[must_use]
    pub fn is_path(&self) -> bool {
        match &self.repr {
            Repr::Encoded { text, .. } => text.starts_with('/'),
            Repr::Path { .. } => true,
        }
    }

    /// The same href, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Href<'static> {
        Href {
            of_server: self.of_server,
            repr: match self.repr {
                Repr::Encoded {
                    text,
                    has_ampersand,
                } => Repr::Encoded {
                    text: Cow::Owned(text.into_owned()),
                    has_ampersand,
                },
                Repr::Path { raw, collection } => Repr::Path {
                    raw: Cow::Owned(raw.into_owned()),
                    collection,
                },
            },
        }
    }

    /// The same href, borrowing from this one.
    #[inline]
    #[must_use]
    pub fn borrowed(&self) -> Href<'_> {
        Href {
            of_server: self.of_server,
            repr: match &self.repr {
                Repr::Encoded {
                    text,
                    has_ampersand,
                } => Repr::Encoded {
                    text: Cow::Borrowed(text),
                    has_ampersand: *has_ampersand,
                },
                Repr::Path { raw, collection } => Repr::Path {
                    raw: Cow::Borrowed(raw),
                    collection: *collection,
                },
            },
        }
    }

    /// Encodes the href now, not when it is written, so that it can be kept and written many times.
    ///
    /// # Examples
    ///
    /// ```
    /// use statuary::Href;
    ///
    /// let kept = Href::path("/a b").into_encoded();
    /// assert_eq!(kept, Href::parse("/a%20b")?);
    /// # Ok::<(), statuary::dav::InvalidHref>(())
    /// ```
    #[must_use]
    pub fn into_encoded(self) -> Href<'static> {
        Href {
            of_server: self.of_server,
            repr: Repr::encoded(Cow::Owned(self.encoded().into_owned())),
        }
    }

    /// Writes the href as a `DAV:href` element into a property's value.
    #[inline]
    pub fn write(&self, parent: &mut Content<'_>) {
        self.push_element(parent.bytes());
    }

    /// Makes an href of text that was checked before, or written by an href.
    pub(crate) fn of_encoded(encoded: impl Into<Cow<'a, str>>) -> Self {
        Self::of(Repr::encoded(encoded.into()))
    }

    /// Parses the path of a request. Bytes that have to be encoded are encoded, and several slashes at its
    /// start become one.
    pub(crate) fn parse_target(path: &'a str) -> Result<Self, InvalidHref> {
        let slashes = path.bytes().take_while(|&byte| byte == b'/').count();
        Self::parse(mended(&path[slashes.saturating_sub(1)..]))
    }

    /// Parses an href that a client wrote. Bytes that have to be encoded are encoded, except in a host.
    pub(crate) fn parse_sent(text: &'a str) -> Result<Self, InvalidHref> {
        let (before, rest) = text.split_at(authority_range(text).end);
        match mended(rest) {
            Cow::Borrowed(_) => Self::parse(text),
            Cow::Owned(rest) => Self::parse([before, &rest].concat()),
        }
    }

    /// Takes the path of a request, to compare it with others. It need not be a valid href: it may have bytes
    /// that have to be encoded, and dot segments, which are resolved.
    pub(crate) fn of_target(path: &'a str) -> Self {
        Self::of_encoded(match normal(path.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(path),
            Cow::Owned(path) => Cow::Owned(String::from_utf8_lossy(&path).into_owned()),
        })
    }

    /// Makes an href of element content that an href was written as, where only `&` is escaped.
    pub(crate) fn of_escaped(content: &'a [u8]) -> Self {
        let text = String::from_utf8_lossy(content);
        let text = match text.contains('&') {
            true => Cow::Owned(text.replace("&amp;", "&")),
            false => text,
        };
        Self::of_encoded(text)
    }

    /// Whether it is a path that a mount, if there is one, is put before.
    pub(crate) fn is_mounted(&self) -> bool {
        self.is_path() && !self.of_server
    }

    /// The href as element content.
    pub(crate) fn escaped(&self) -> String {
        let mut out = Buffer::default();
        self.push(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Appends the href as a `DAV:href` element. Returns where its text is.
    #[inline]
    pub(crate) fn push_element(&self, out: &mut Buffer) -> Range<usize> {
        // White space in a tag means nothing to a parser, and tells the layer which hrefs to leave alone.
        match self.of_server {
            true => out.extend_from_slice(b"<D:href >"),
            false => out.extend_from_slice(b"<D:href>"),
        }
        let start = out.len();
        self.push(out);
        let end = out.len();
        out.extend_from_slice(b"</D:href>");
        start..end
    }

    fn of(repr: Repr<'a>) -> Self {
        Self {
            repr,
            of_server: false,
        }
    }

    /// Appends the href as element content: percent-encoded, then escaped, in one pass.
    #[inline]
    fn push(&self, out: &mut Buffer) {
        match &self.repr {
            Repr::Encoded {
                text,
                has_ampersand: false,
            } => out.extend_from_slice(text.as_bytes()),
            Repr::Encoded { text, .. } => push_with(out, text.as_bytes(), &ESCAPE),
            Repr::Path { raw, collection } => {
                push_path(out, raw, *collection, &ENCODE_AND_ESCAPE);
            }
        }
    }
}

impl fmt::Debug for Href<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Href({})", self.encoded())
    }
}

impl fmt::Display for Href<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.repr {
            Repr::Encoded { text, .. } => f.write_str(text),
            Repr::Path { raw, collection } => {
                let mut out = Buffer::with_capacity(raw.len() + 16);
                push_path(&mut out, raw, *collection, &ENCODE);
                f.write_str(&String::from_utf8_lossy(&out))
            }
        }
    }
}

impl Eq for Href<'_> {}

impl FromStr for Href<'static> {
    type Err = InvalidHref;

    fn from_str(encoded: &str) -> Result<Self, InvalidHref> {
        Self::parse(encoded.to_owned())
    }
}

impl Hash for Href<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.encoded().hash(state);
    }
}

impl Ord for Href<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.encoded().cmp(&other.encoded())
    }
}

impl PartialEq<Href<'_>> for Href<'_> {
    fn eq(&self, other: &Href<'_>) -> bool {
        self.encoded() == other.encoded()
    }
}

impl PartialOrd for Href<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<'a> TryFrom<&'a str> for Href<'a> {
    type Error = InvalidHref;

    fn try_from(encoded: &'a str) -> Result<Self, InvalidHref> {
        Self::parse(encoded)
    }
}

impl TryFrom<String> for Href<'static> {
    type Error = InvalidHref;

    fn try_from(encoded: String) -> Result<Self, InvalidHref> {
        Self::parse(encoded)
    }
}

// === impl Repr ===

impl<'a> Repr<'a> {
    fn encoded(text: Cow<'a, str>) -> Self {
        Self::Encoded {
            has_ampersand: text.contains('&'),
            text,
        }
    }
}
