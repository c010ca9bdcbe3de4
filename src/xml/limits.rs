//! How much a document may demand of its reader.

use std::time::Duration;

use super::error::{Error, ErrorKind, Position};

/// The limits that a document is read under.
///
/// The sender of a document chooses how deep, how wide and how long it is; these limits say how much of that
/// is read. Each limit of a document has its own [`ErrorKind`](super::ErrorKind), so that a log can tell a
/// curious client from a flood.
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
    /// Whether the parser reads each response, even one that is like others before.
    pub(crate) no_memory: bool,
    /// The page length of a complete document, unless a response is longer.
    pub(super) page: usize,
}

/// Short enough to stay in a cache.
const PAGE: usize = 1 << 16;

// === impl Limits ===

impl Limits {
    /// The limits for a request body: in each setter, the first of the two numbers.
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

    /// The limits for a multistatus: in each setter, the second of the two numbers.
    ///
    /// An element of a request that was read under [`Limits::request`] can be read back under these from an
    /// answer or a store, although it may be wider and deeper there: a stored element declares what was
    /// declared outside of it, its names get prefixes, and it is put into other elements.
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

    /// The limits for a multistatus that is read from chunks as they arrive: those of [`Limits::response`],
    /// but with any number of bytes and elements, since what was read is not kept.
    pub const fn stream() -> Self {
        Self {
            bytes: usize::MAX,
            elements: usize::MAX,
            ..Self::response()
        }
    }

    /// No limits, for what was read under limits before.
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

    /// Limits the attributes on one element, including namespace declarations. Default: 64, and 256 for a
    /// multistatus.
    pub const fn attributes(self, most: usize) -> Self {
        Self {
            attributes: most,
            ..self
        }
    }

    /// Limits the bytes of the document, and the bytes of all elements that are kept of a request body, as
    /// written. What is copied out of an element later, by [`Element::children`](super::Element::children) or
    /// [`ElementRef::to_element`](crate::read::ElementRef::to_element), does not count. Default: 1 MiB, and
    /// 256 MiB for a multistatus.
    pub const fn bytes(self, most: usize) -> Self {
        Self {
            bytes: most,
            ..self
        }
    }

    /// Limits the elements that are open at once. Default: 128, and 256 for a multistatus.
    pub const fn depth(self, most: usize) -> Self {
        Self {
            depth: most,
            ..self
        }
    }

    /// Limits the elements in the document. Default: 65,536, and 16,777,216 for a multistatus.
    pub const fn elements(self, most: usize) -> Self {
        Self {
            elements: most,
            ..self
        }
    }

    /// Limits the `href` elements of one request body or one response. Default: 1,024, and 65,536 for a
    /// multistatus.
    pub const fn hrefs(self, most: usize) -> Self {
        Self {
            hrefs: most,
            ..self
        }
    }

    /// Limits the bytes of one name with its prefix, of one namespace, and of one `xml:lang`. Default: 1,024,
    /// and 2,048 for a multistatus.
    pub const fn name(self, most: usize) -> Self {
        Self { name: most, ..self }
    }

    /// Limits the namespace declarations in scope at once. Default: 128, and 512 for a multistatus.
    pub const fn namespaces(self, most: usize) -> Self {
        Self {
            namespaces: most,
            ..self
        }
    }

    /// Limits the properties of one request body or one response, and likewise its propstats and its
    /// conditions. Default: 1,024, and 16,384 for a multistatus.
    pub const fn properties(self, most: usize) -> Self {
        Self {
            properties: most,
            ..self
        }
    }

    /// Limits the bytes of one response of a multistatus, as written. That much is in memory at once if it
    /// arrives in chunks, so the limit also holds for a tag or a comment between two responses. Default: 1
    /// MiB, and 32 MiB for a multistatus.
    pub const fn resource(self, most: usize) -> Self {
        Self {
            resource: most,
            ..self
        }
    }

    /// Limits the bytes of one text as written, such as an `href`, and of the value of one attribute.
    /// Default: 1 MiB, and 16 MiB for a multistatus.
    pub const fn text(self, most: usize) -> Self {
        Self { text: most, ..self }
    }

    /// Limits the time from the head of a request to the end of its body, where the body is collected
    /// ([`request::collect`](crate::request::collect)). Default: 30 seconds.
    pub const fn wait(self, most: Duration) -> Self {
        Self { wait: most, ..self }
    }

    /// Refuses a document of this many bytes if it is too long.
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

    /// Decodes a complete document in pages of this many bytes, at least eight, to test that this makes no
    /// difference.
    #[doc(hidden)]
    pub const fn in_pages_of(self, bytes: usize) -> Self {
        // The longest character is half as long, so that each page has more characters than the one before.
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
