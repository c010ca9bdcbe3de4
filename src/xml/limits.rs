//! How much a document may ask of its reader.

use std::time::Duration;

use super::error::{Error, ErrorKind, Position};

/// The limits that a document is read under.
///
/// Whoever sends a document chooses how deep, how wide and how long it is; these limits choose how
/// much of that is worth reading. Each limit of a document has its own
/// [`ErrorKind`](super::ErrorKind), so that a log can tell a curious client from a flood.
///
/// [`Limits::request`] is made for the bodies that a server reads and is the default;
/// [`Limits::response`] is made for the multistatus bodies that a client reads.
///
/// # Examples
///
/// ```
/// use statuary::{request::Propfind, xml::{ErrorKind, Limits}};
///
/// let limits = Limits::request().properties(2);
/// let body = br#"<D:propfind xmlns:D="DAV:"><D:prop><D:a/><D:b/><D:c/></D:prop></D:propfind>"#;
///
/// let error = Propfind::parse(body, &limits).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::TooManyProperties);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct Limits {
    pub(crate) attributes: usize,
    pub(crate) bytes: usize,
    pub(crate) depth: usize,
    pub(crate) elements: usize,
    pub(crate) hrefs: usize,
    pub(crate) name: usize,
    pub(crate) namespaces: usize,
    pub(crate) properties: usize,
    pub(crate) resource: usize,
    pub(crate) text: usize,
    pub(crate) wait: Duration,
    /// Whether each response is read by the parser, also one that is like others before.
    pub(crate) no_memory: bool,
    /// How long a page of a document is that is all there, unless a response is longer.
    pub(super) page: usize,
}

/// Short enough to stay in a cache.
const PAGE: usize = 1 << 16;

// === impl Limits ===

impl Limits {
    /// The limits for a request body; the first of the two numbers that each setter names.
    pub const fn request() -> Self {
        Self {
            attributes: 64,
            bytes: 1 << 20,
            depth: 128,
            elements: 1 << 16,
            hrefs: 1 << 10,
            name: 1 << 10,
            namespaces: 128,
            properties: 1 << 10,
            resource: 1 << 20,
            text: 1 << 20,
            wait: Duration::from_secs(30),
            no_memory: false,
            page: PAGE,
        }
    }

    /// The limits for a multistatus; the second of the two numbers that each setter names.
    ///
    /// What came with a request that passed [`Limits::request`] can be read back under these, out of an
    /// answer or a store, although it may be wider and deeper there: an element that is kept declares
    /// what was declared outside of it, its names get prefixes, and it is put into others.
    pub const fn response() -> Self {
        Self {
            attributes: 256,
            bytes: 1 << 28,
            depth: 256,
            elements: 1 << 24,
            hrefs: 1 << 16,
            name: 1 << 11,
            namespaces: 512,
            properties: 1 << 14,
            resource: 1 << 25,
            text: 1 << 24,
            ..Self::request()
        }
    }

    /// The limits for a multistatus that is read from chunks as they come: those of
    /// [`Limits::response`], but as many bytes and elements as it likes, since what has been read is not
    /// kept.
    pub const fn stream() -> Self {
        Self {
            bytes: usize::MAX,
            elements: usize::MAX,
            ..Self::response()
        }
    }

    /// No limits, for what has been read under limits once.
    pub(crate) const fn none() -> Self {
        Self {
            attributes: usize::MAX,
            bytes: usize::MAX,
            depth: usize::MAX,
            elements: usize::MAX,
            hrefs: usize::MAX,
            name: usize::MAX,
            namespaces: usize::MAX,
            properties: usize::MAX,
            resource: usize::MAX,
            text: usize::MAX,
            wait: Duration::MAX,
            no_memory: false,
            page: PAGE,
        }
    }

    /// The attributes on one element, declarations of namespaces included: 64, and 256.
    pub const fn attributes(self, most: usize) -> Self {
        Self {
            attributes: most,
            ..self
        }
    }

    /// The bytes of the document, and also of all the elements that are kept of a request body, as each is
    /// written: 1 MiB, and 256 MiB.
    pub const fn bytes(self, most: usize) -> Self {
        Self {
            bytes: most,
            ..self
        }
    }

    /// The elements that are open at once: 128, and 256.
    pub const fn depth(self, most: usize) -> Self {
        Self {
            depth: most,
            ..self
        }
    }

    /// The elements in the document: 65,536, and 16,777,216.
    pub const fn elements(self, most: usize) -> Self {
        Self {
            elements: most,
            ..self
        }
    }

    /// The `href` elements of one request body or one response: 1,024, and 65,536.
    pub const fn hrefs(self, most: usize) -> Self {
        Self {
            hrefs: most,
            ..self
        }
    }

    /// The bytes of one name, with its prefix, of one namespace, or of one `xml:lang`: 1,024, and 2,048.
    pub const fn name(self, most: usize) -> Self {
        Self { name: most, ..self }
    }

    /// The namespace declarations in scope at once: 128, and 512.
    pub const fn namespaces(self, most: usize) -> Self {
        Self {
            namespaces: most,
            ..self
        }
    }

    /// The properties of one request body or one response, and its propstats and its conditions: 1,024,
    /// and 16,384.
    pub const fn properties(self, most: usize) -> Self {
        Self {
            properties: most,
            ..self
        }
    }

    /// The bytes of one response of a multistatus as it is written; that much is in memory at once when
    /// it comes in chunks, and so a tag or a comment between two responses may be no longer, either:
    /// 1 MiB, and 32 MiB.
    pub const fn resource(self, most: usize) -> Self {
        Self {
            resource: most,
            ..self
        }
    }

    /// The bytes of one text, such as an `href`, as it is written, or of one attribute's value: 1 MiB, and
    /// 16 MiB.
    pub const fn text(self, most: usize) -> Self {
        Self { text: most, ..self }
    }

    /// The time from the head of a request to the end of its body, where the body is collected
    /// ([`request::collect`](crate::request::collect)): 30 seconds.
    pub const fn wait(self, most: Duration) -> Self {
        Self { wait: most, ..self }
    }

    /// Refuses a document of so many bytes if it is too long.
    pub(crate) fn check_bytes(&self, length: usize) -> Result<(), Error> {
        if length <= self.bytes {
            return Ok(());
        }
        let sentence = format!(
            "the document is longer than {} bytes, send less",
            self.bytes
        );
        Err(Error::new(ErrorKind::TooLarge, sentence, Position::START))
    }

    /// Reads each response of a multistatus as if it were the first, to test that this makes no
    /// difference.
    #[doc(hidden)]
    pub const fn without_memory(self) -> Self {
        Self {
            no_memory: true,
            ..self
        }
    }

    /// Decodes a document that is all there in pages of so many bytes, eight at least, to test that this
    /// makes no difference.
    #[doc(hidden)]
    pub const fn in_pages_of(self, bytes: usize) -> Self {
        // The longest character is half as long, so that each page has more of them than the one before.
        let page = if bytes < 8 { 8 } else { bytes };
        Self { page, ..self }
    }
}

/// The limits for a request body.
impl Default for Limits {
    fn default() -> Self {
        Self::request()
    }
}
