//! What is wrong with a document, and where.

use std::{borrow::Cow, error, fmt};

use memchr::{memchr_iter, memrchr};

use super::source::Source;

/// The error of a document that cannot be read.
///
/// It is a sentence that says what is wrong, what to do about it and where, meant for the person who
/// wrote the document, and a [kind](Self::kind), meant for the program that read it.
///
/// # Examples
///
/// ```
/// use statuary::xml::{Element, ErrorKind};
///
/// let error = Element::parse("<a>\n  <b:c/>\n</a>").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::UndeclaredPrefix);
/// assert_eq!(error.position().line(), 2);
/// assert_eq!(
///     error.to_string(),
///     "the prefix `b` is not declared, declare it by `xmlns:b` at line 2, column 4"
/// );
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Error {
    kind: ErrorKind,
    sentence: Cow<'static, str>,
    position: Position,
}

/// What is wrong with a document.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Two elements exclude each other, as `allprop` and `propname` do.
    Conflict,
    /// There is a document type declaration, which may define entities, and is not read.
    Doctype,
    /// An element has two attributes with the same name.
    DuplicateAttribute,
    /// The document is in an encoding other than UTF-8 and UTF-16.
    Encoding,
    /// An end tag does not match the start tag.
    EndTag,
    /// A reference names an entity other than the five that XML predefines.
    Entity,
    /// There is a character that XML forbids, or a reference to one.
    ForbiddenCharacter,
    /// The filter of a `calendar-query` is not valid, such as one for a time that ends before it starts.
    InvalidFilter,
    /// Namespaces in XML does not allow a name.
    InvalidName,
    /// A namespace is declared in a way that Namespaces in XML forbids.
    InvalidNamespace,
    /// The token of a `sync-collection` is not one that a server can have issued.
    InvalidSyncToken,
    /// A text or an attribute has a value that is not allowed.
    InvalidValue,
    /// The bytes are not valid in the encoding of the document.
    MalformedEncoding,
    /// A required attribute is missing.
    MissingAttribute,
    /// A required element is missing.
    MissingElement,
    /// A name, a namespace or a language is longer than [`Limits::name`](super::Limits::name).
    NameTooLong,
    /// A response, or a tag or comment between responses, is longer than
    /// [`Limits::resource`](super::Limits::resource).
    ResourceTooLarge,
    /// The markup does not follow the grammar of XML.
    Syntax,
    /// A text is longer than [`Limits::text`](super::Limits::text).
    TextTooLong,
    /// The elements nest deeper than [`Limits::depth`](super::Limits::depth).
    TooDeep,
    /// There are more bytes than [`Limits::bytes`](super::Limits::bytes), in the document or in the
    /// elements that are kept of it.
    TooLarge,
    /// An element has more attributes than [`Limits::attributes`](super::Limits::attributes).
    TooManyAttributes,
    /// There are more elements than [`Limits::elements`](super::Limits::elements).
    TooManyElements,
    /// There are more `href` elements than [`Limits::hrefs`](super::Limits::hrefs).
    TooManyHrefs,
    /// There are more declarations than [`Limits::namespaces`](super::Limits::namespaces).
    TooManyNamespaces,
    /// There are more properties, propstats or conditions than
    /// [`Limits::properties`](super::Limits::properties).
    TooManyProperties,
    /// A prefix is used but not declared.
    UndeclaredPrefix,
    /// The document is well-formed, but its root is not the expected element.
    UnexpectedRoot,
    /// The document is well-formed, but an element that has to be empty is not.
    UnexpectedContent,
    /// The document ends before its root does.
    UnexpectedEnd,
    /// The document is well-formed, but of an unknown kind, for a method whose body may be of any kind.
    UnsupportedBody,
    /// The document is well-formed, but asks for another report than the expected one.
    UnsupportedReport,
}

/// A place in a document.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Position {
    offset: usize,
    line: usize,
    column: usize,
}

/// An error whose place is a number of bytes in some part of the document.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) kind: ErrorKind,
    pub(crate) sentence: Cow<'static, str>,
    pub(crate) at: usize,
}

// === impl Error ===

impl Error {
    pub(crate) fn new(
        kind: ErrorKind,
        sentence: impl Into<Cow<'static, str>>,
        position: Position,
    ) -> Self {
        Self {
            kind,
            sentence: sentence.into(),
            position,
        }
    }

    /// The same error, with a kind that only the reader of the document knows.
    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        Self { kind, ..self }
    }

    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The place of the error.
    #[must_use]
    pub fn position(&self) -> Position {
        self.position
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position {
            offset: _,
            line,
            column,
        } = self.position;
        write!(f, "{} at line {line}, column {column}", self.sentence)
    }
}

impl error::Error for Error {}

// === impl ErrorKind ===

impl ErrorKind {
    /// Whether one of the [`Limits`](super::Limits) was exceeded.
    #[must_use]
    pub fn is_limit(self) -> bool {
        matches!(
            self,
            Self::NameTooLong
                | Self::ResourceTooLarge
                | Self::TextTooLong
                | Self::TooDeep
                | Self::TooLarge
                | Self::TooManyAttributes
                | Self::TooManyElements
                | Self::TooManyHrefs
                | Self::TooManyNamespaces
                | Self::TooManyProperties
        )
    }

    /// Whether it is about the meaning of the document, which is well-formed as far as it was read.
    pub(crate) fn is_about_meaning(self) -> bool {
        matches!(
            self,
            Self::Conflict
                | Self::InvalidFilter
                | Self::InvalidSyncToken
                | Self::InvalidValue
                | Self::MissingAttribute
                | Self::MissingElement
                | Self::UnexpectedContent
                | Self::UnexpectedRoot
                | Self::UnsupportedBody
                | Self::UnsupportedReport
        )
    }
}

// === impl Position ===

impl Position {
    /// The start of a document.
    pub(crate) const START: Self = Self {
        offset: 0,
        line: 1,
        column: 1,
    };

    /// The place after `read`, which takes up `offset` bytes of the document.
    pub(crate) fn after(read: &str, offset: usize) -> Self {
        let bytes = read.as_bytes();
        let last = memrchr(b'\n', bytes).map_or(0, |feed| feed + 1);
        Self {
            offset,
            line: 1 + memchr_iter(b'\n', bytes).count(),
            column: 1 + count_chars(&bytes[last..]),
        }
    }

    /// The place behind some text that starts here and takes up this many bytes of the document.
    pub(crate) fn skip(self, text: &str, bytes: usize) -> Self {
        let after = Self::after(text, self.offset + bytes);
        Self {
            offset: after.offset,
            line: self.line + after.line - 1,
            column: match after.line {
                1 => self.column + after.column - 1,
                _ => after.column,
            },
        }
    }

    /// The bytes of the document before this place.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The line, counted from one.
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The character in the line, counted from one.
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }
}

/// The start of a document.
impl Default for Position {
    fn default() -> Self {
        Self::START
    }
}

// === impl Fault ===

impl Fault {
    pub(crate) fn new(kind: ErrorKind, sentence: impl Into<Cow<'static, str>>, at: usize) -> Self {
        Self {
            kind,
            sentence: sentence.into(),
            at,
        }
    }

    /// The error with its position in a document.
    pub(crate) fn locate(self, source: &Source<'_>) -> Error {
        Error::new(self.kind, self.sentence, source.position(self.at))
    }

    /// The same fault, in a whole of which the part starts at `start`.
    pub(crate) fn within(self, start: usize) -> Self {
        Self {
            at: start + self.at,
            ..self
        }
    }
}

// === helpers ===

/// The number of characters in some UTF-8.
fn count_chars(bytes: &[u8]) -> usize {
    // Chunks that a byte can count, so that many are counted at once.
    let chunks = bytes.chunks(192);
    let counts = chunks.map(|chunk| {
        let begins = chunk.iter().map(|&byte| u8::from(byte & 0xC0 != 0x80));
        usize::from(begins.sum::<u8>())
    });
    counts.sum()
}
