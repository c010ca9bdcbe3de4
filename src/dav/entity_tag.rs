//! The entity tag of RFC 9110, by which a client recognizes what it has seen.

use std::{borrow::Cow, error::Error, fmt, str::FromStr};

use http::HeaderValue;

/// The tag of one state of a resource, strong or weak.
///
/// [RFC 9110, section 8.8.3](https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3)
///
/// # Grammar
///
/// ```text
/// entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE
/// ```
///
/// # Example values
///
/// * `"xyzzy"`
/// * `W/"xyzzy"`
/// * `""`
///
/// # Examples
///
/// ```
/// use statuary::dav::EntityTag;
///
/// let revision = EntityTag::strong("5f2-1a")?;
/// assert_eq!(revision.to_string(), r#""5f2-1a""#);
/// assert_eq!(EntityTag::parse(r#"W/"5f2""#)?, EntityTag::weak("5f2")?);
/// assert!(EntityTag::parse("5f2").is_err());
/// # Ok::<(), statuary::dav::InvalidEntityTag>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct EntityTag<'a> {
    opaque: Cow<'a, str>,
    weak: bool,
}

/// The error of a text that is not an entity tag.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct InvalidEntityTag;

/// What begins a weak tag. Its case counts.
pub(super) const WEAK: &str = "W/";

// === impl EntityTag ===

impl<'a> EntityTag<'a> {
    /// A strong tag, given without its quotes.
    ///
    /// # Errors
    ///
    /// When a character in it may not stand in an entity tag.
    pub fn strong(opaque: impl Into<Cow<'a, str>>) -> Result<Self, InvalidEntityTag> {
        Self::new(opaque.into(), false)
    }

    /// A weak tag, given without its quotes.
    ///
    /// # Errors
    ///
    /// When a character in it may not stand in an entity tag.
    pub fn weak(opaque: impl Into<Cow<'a, str>>) -> Result<Self, InvalidEntityTag> {
        Self::new(opaque.into(), true)
    }

    /// A tag as it stands in an `ETag` header.
    ///
    /// # Errors
    ///
    /// When it is not quoted, or has a character that an entity tag cannot contain.
    pub fn parse(tag: &'a str) -> Result<Self, InvalidEntityTag> {
        let (weak, quoted) = split_weak(tag.trim_ascii());
        let opaque = quoted
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        Self::new(Cow::Borrowed(opaque.ok_or(InvalidEntityTag)?), weak)
    }

    fn new(opaque: Cow<'a, str>, weak: bool) -> Result<Self, InvalidEntityTag> {
        if is_opaque(opaque.as_bytes()) {
            Ok(Self { opaque, weak })
        } else {
            Err(InvalidEntityTag)
        }
    }

    /// What stands between its quotes.
    #[inline]
    #[must_use]
    pub fn opaque(&self) -> &str {
        &self.opaque
    }

    /// The value of an `ETag` header.
    ///
    /// # Examples
    ///
    /// ```
    /// use http::{Response, header::ETAG};
    /// use statuary::dav::EntityTag;
    ///
    /// let revision = EntityTag::strong("5f2-1a")?;
    /// let answer = Response::builder().header(ETAG, revision.to_header_value()).body(())?;
    /// assert_eq!(answer.headers()["etag"], r#""5f2-1a""#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_header_value(&self) -> HeaderValue {
        // What may stand in a tag may stand in a header.
        HeaderValue::try_from(self.to_string()).unwrap_or(HeaderValue::from_static("\"\""))
    }

    /// The same tag, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> EntityTag<'static> {
        EntityTag {
            opaque: Cow::Owned(self.opaque.into_owned()),
            weak: self.weak,
        }
    }

    /// Whether it is weak: equivalent states may have the same tag.
    #[inline]
    #[must_use]
    pub const fn is_weak(&self) -> bool {
        self.weak
    }
}

/// Writes the tag as in an `ETag` header.
impl fmt::Display for EntityTag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let weak = if self.weak { WEAK } else { "" };
        write!(f, "{weak}\"{}\"", self.opaque)
    }
}

impl FromStr for EntityTag<'static> {
    type Err = InvalidEntityTag;

    fn from_str(tag: &str) -> Result<Self, InvalidEntityTag> {
        EntityTag::parse(tag).map(EntityTag::into_owned)
    }
}

impl<'a> TryFrom<&'a str> for EntityTag<'a> {
    type Error = InvalidEntityTag;

    fn try_from(tag: &'a str) -> Result<Self, InvalidEntityTag> {
        Self::parse(tag)
    }
}

// === impl InvalidEntityTag ===

impl fmt::Display for InvalidEntityTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("invalid entity tag: it is not quoted or holds a character that it may not")
    }
}

impl Error for InvalidEntityTag {}

// === helpers ===

/// The tag at the front of a text, as it is written, and the text behind it. Between its quotes a tag may
/// hold anything but a quote, since RFC 4918 itself has tags with spaces.
pub(super) fn scan(text: &str) -> Option<(&str, &str)> {
    let (_, quoted) = split_weak(text);
    let opaque = quoted.strip_prefix('"')?;
    let behind = &opaque[opaque.find('"')? + 1..];
    Some(text.split_at(text.len() - behind.len()))
}

/// Whether a tag is weak, and the tag without its `W/`.
pub(super) fn split_weak(tag: &str) -> (bool, &str) {
    match tag.strip_prefix(WEAK) {
        Some(quoted) => (true, quoted),
        None => (false, tag),
    }
}

/// Whether all bytes are `etagc` of RFC 9110, as far as these are text. Most tags are as long as a hash, so
/// they are checked several bytes at a time; the last group may overlap the one before.
fn is_opaque(text: &[u8]) -> bool {
    const HANDFUL: usize = 16;
    let Some(last) = text.last_chunk::<HANDFUL>() else {
        return text.iter().fold(true, |all, &byte| all & is_etagc(byte));
    };
    let mut rest = &text[..text.len() - 1];
    while let Some((handful, behind)) = rest.split_first_chunk::<HANDFUL>() {
        if !are_etagc(handful) {
            return false;
        }
        rest = behind;
    }
    are_etagc(last)
}

/// The compiler turns it into vector instructions, unless it sees the loop around it.
#[inline(never)]
fn are_etagc<const N: usize>(bytes: &[u8; N]) -> bool {
    bytes.iter().fold(true, |all, &byte| all & is_etagc(byte))
}

#[inline(always)]
const fn is_etagc(byte: u8) -> bool {
    (byte > b' ') & (byte != b'"') & (byte != 0x7F)
}
