//! The `href` of RFC 4918: where a resource is.

use std::{
    borrow::Cow,
    cmp::Ordering,
    error::Error,
    fmt,
    hash::{Hash, Hasher},
    ops::Range,
    str::FromStr,
};

use http::uri::Authority;
use percent_encoding::percent_decode_str;

use crate::xml::Content;

/// Where a resource is: the content of a `DAV:href`, a Simple-ref of
/// [RFC 4918, section 8.3](https://www.rfc-editor.org/rfc/rfc4918#section-8.3).
///
/// It is an absolute path or an absolute URI, with an optional query, without a fragment and without
/// dot segments. [`Href::path`] takes a path as the application knows it and encodes it when it is
/// written; [`Href::parse`] takes what is encoded already.
///
/// Two hrefs are equal when they are written the same. [`Href::same_path`] compares what they name.
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
    /// Whether it is a path of the whole server, below no mount.
    of_server: bool,
}

/// The error of a text that is no `href`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct InvalidHref {
    kind: InvalidHrefKind,
    position: usize,
}

/// What is wrong with a text that is no `href`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum InvalidHrefKind {
    /// A host or port that is none.
    Authority,
    /// A character that no URI may hold, or a `%` without two hexadecimal digits.
    Character,
    /// A `.` or `..` segment.
    DotSegment,
    /// Nothing at all.
    Empty,
    /// A fragment, from `#` on.
    Fragment,
    /// Neither an absolute path nor an absolute URI.
    Relative,
}

#[derive(Clone)]
enum Repr<'a> {
    /// Checked, and ready to be written but for the escape of `&`.
    Encoded(Cow<'a, str>),
    /// As the application knows it, to be encoded on the way out.
    Path {
        raw: Cow<'a, [u8]>,
        collection: bool,
    },
}

// === impl Href ===

impl<'a> Href<'a> {
    /// The href of a path as the application knows it: not encoded, its segments divided by `/`.
    ///
    /// The bytes need not be UTF-8: each one that may not stand in a path is percent-encoded.
    /// Sub-delimiters such as `(`, `&` and `'` stay as they are. A missing first `/` is added,
    /// several become one, and `.` and `..` segments are resolved, never above the root.
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
    #[must_use]
    pub fn path<P: AsRef<[u8]> + ?Sized>(path: &'a P) -> Self {
        Self::of(Repr::Path {
            raw: normal(path.as_ref()),
            collection: false,
        })
    }

    /// The href of a collection: as [`Href::path`], and it ends with a `/`
    /// ([section 5.2](https://www.rfc-editor.org/rfc/rfc4918#section-5.2)).
    #[must_use]
    pub fn collection<P: AsRef<[u8]> + ?Sized>(path: &'a P) -> Self {
        Self::of(Repr::Path {
            raw: normal(path.as_ref()),
            collection: true,
        })
    }

    /// Takes an href that is encoded already.
    ///
    /// # Errors
    ///
    /// When `encoded` is no Simple-ref; the error tells what is wrong and where.
    pub fn parse(encoded: impl Into<Cow<'a, str>>) -> Result<Self, InvalidHref> {
        let encoded = encoded.into();
        check(&encoded)?;
        Ok(Self::of(Repr::Encoded(encoded)))
    }

    /// Says that the path is one of the whole server: it stays as it is below a mount
    /// ([`mounted_at`](crate::MultiStatusLayer::mounted_at)), as the href of a principal may have to.
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
            Repr::Encoded(encoded) => Cow::Borrowed(encoded),
            Repr::Path { .. } => Cow::Owned(self.to_string()),
        }
    }

    /// Whether it is an absolute path, the form in which a server should name its own resources.
    #[must_use]
    pub fn is_path(&self) -> bool {
        match &self.repr {
            Repr::Encoded(encoded) => encoded.starts_with('/'),
            Repr::Path { .. } => true,
        }
    }

    /// Whether it ends with a `/`, as the href of a collection should.
    #[must_use]
    pub fn is_collection(&self) -> bool {
        match &self.repr {
            Repr::Encoded(encoded) => encoded[path_range(encoded)].ends_with('/'),
            Repr::Path { raw, collection } => *collection || raw.ends_with(b"/"),
        }
    }

    /// Whether both name the same path, however each of them is encoded and whether or not it ends
    /// with a `/`. The scheme, the authority and the query do not count.
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
        segments(&one).map(decoded).eq(segments(&two).map(decoded))
    }

    /// The segments of the path, decoded. A `/` inside a segment, encoded as `%2F`, stays inside.
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
        segments(&self.encoded()).map(decoded).collect()
    }

    /// The same href, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Href<'static> {
        Href {
            of_server: self.of_server,
            repr: match self.repr {
                Repr::Encoded(encoded) => Repr::Encoded(Cow::Owned(encoded.into_owned())),
                Repr::Path { raw, collection } => Repr::Path {
                    raw: Cow::Owned(raw.into_owned()),
                    collection,
                },
            },
        }
    }

    /// Writes the href as a `DAV:href` element into a property's value.
    pub fn write(&self, parent: &mut Content<'_>) {
        let out = parent.bytes();
        // White space in a tag means nothing, and tells the two apart for the mount.
        out.extend_from_slice(if self.of_server {
            b"<D:href >"
        } else {
            b"<D:href>"
        });
        self.push(out);
        out.extend_from_slice(b"</D:href>");
    }

    fn of(repr: Repr<'a>) -> Self {
        Self {
            repr,
            of_server: false,
        }
    }

    /// Takes an href back that was written by one.
    pub(crate) fn of_encoded(encoded: String) -> Href<'static> {
        Href::of(Repr::Encoded(Cow::Owned(encoded)))
    }

    /// The href as element content.
    pub(crate) fn escaped(&self) -> String {
        let mut out = Vec::new();
        self.push(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// Appends the href as element content: percent-encoded, then escaped, in one pass.
    fn push(&self, out: &mut Vec<u8>) {
        match &self.repr {
            Repr::Encoded(encoded) => push_with(out, encoded.as_bytes(), &ESCAPE),
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
            Repr::Encoded(encoded) => f.write_str(encoded),
            Repr::Path { raw, collection } => {
                let mut out = Vec::with_capacity(raw.len() + 16);
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

// === impl InvalidHref ===

impl InvalidHref {
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> InvalidHrefKind {
        self.kind
    }

    /// Where it is wrong: an offset in bytes.
    #[must_use]
    pub fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for InvalidHref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            InvalidHrefKind::Authority => "no host and port",
            InvalidHrefKind::Character => "a character that must be percent-encoded",
            InvalidHrefKind::DotSegment => "a dot segment",
            InvalidHrefKind::Empty => "nothing where a path or a URI is due",
            InvalidHrefKind::Fragment => "a fragment",
            InvalidHrefKind::Relative => "neither an absolute path nor an absolute URI",
        };
        write!(f, "invalid href: {what} at byte {}", self.position)
    }
}

impl Error for InvalidHref {}

// === helpers ===

/// What is written for each byte: the byte itself for 0, `&amp;` for 1, a percent-encoding for 2.
type Table = [u8; 256];

const AS_IS: u8 = 0;
const AMPERSAND: u8 = 1;

static ENCODE_AND_ESCAPE: Table = table(true, true);
static ENCODE: Table = table(true, false);
static ESCAPE: Table = table(false, true);

const fn table(encode: bool, escape: bool) -> Table {
    let mut table = [AS_IS; 256];
    let mut byte = 0;
    while byte < 256 {
        if encode && !is_path_byte(byte as u8) {
            table[byte] = 2;
        }
        byte += 1;
    }
    if escape {
        table[b'&' as usize] = AMPERSAND;
    }
    table
}

/// `pchar` of RFC 3986 without percent-encodings, and the `/` between segments.
const fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'@')
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}

fn push_path(out: &mut Vec<u8>, raw: &[u8], collection: bool, table: &Table) {
    if !raw.starts_with(b"/") {
        out.push(b'/');
    }
    push_with(out, raw, table);
    if collection && !out.ends_with(b"/") {
        out.push(b'/');
    }
}

fn push_with(out: &mut Vec<u8>, bytes: &[u8], table: &Table) {
    let mut clean = 0;
    let mut at = 0;
    while at < bytes.len() {
        // Most of a path is passed over by the handful, of which the last overlaps the one before.
        let end = bytes.len().min(at + HANDFUL);
        let handful = bytes[end.saturating_sub(HANDFUL)..end].first_chunk();
        if handful.is_some_and(is_plain) {
            at = end;
            continue;
        }
        for (offset, &byte) in bytes[at..end].iter().enumerate() {
            let action = table[usize::from(byte)];
            if action != AS_IS {
                out.extend_from_slice(&bytes[clean..at + offset]);
                clean = at + offset + 1;
                push_instead(out, byte, action);
            }
        }
        at = end;
    }
    out.extend_from_slice(&bytes[clean..]);
}

fn push_instead(out: &mut Vec<u8>, byte: u8, action: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if action == AMPERSAND {
        out.extend_from_slice(b"&amp;");
    } else {
        let (high, low) = (usize::from(byte >> 4), usize::from(byte & 15));
        out.extend_from_slice(&[b'%', HEX[high], HEX[low]]);
    }
}

const HANDFUL: usize = 16;

/// Whether all are letters, digits or frequent marks, which no table changes. The compiler turns it
/// into vector instructions.
#[inline]
fn is_plain(bytes: &[u8; HANDFUL]) -> bool {
    bytes.iter().fold(true, |plain, &byte| {
        let mark_or_digit = byte.wrapping_sub(b'\'') <= b';' - b'\'';
        let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
        plain & (mark_or_digit | letter | (byte == b'_'))
    })
}

/// The path without dot segments and without several slashes at its start. It borrows unless there
/// is something to mend.
fn normal(path: &[u8]) -> Cow<'_, [u8]> {
    let is_dot = |segment: &[u8]| segment == b"." || segment == b"..";
    // The compiler turns it into vector instructions.
    let pairs = path.iter().zip(path.get(1..).unwrap_or_default());
    let may_have_dots = path.starts_with(b".")
        | pairs.fold(false, |found, (one, next)| {
            found | ((*one == b'/') & (*next == b'.'))
        });
    let has_dots = may_have_dots && path.split(|&b| b == b'/').any(is_dot);
    if !has_dots && !path.starts_with(b"//") {
        return Cow::Borrowed(path);
    }
    let start = path.iter().take_while(|&&b| b == b'/').count();
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in path[start..].split(|&b| b == b'/') {
        match segment {
            b"." => {}
            b".." => {
                kept.pop();
            }
            name => kept.push(name),
        }
    }
    // `/a/.` and `/a/b/..` name the collection `/a/`.
    if path.rsplit(|&b| b == b'/').next().is_some_and(is_dot) && !kept.is_empty() {
        kept.push(b"");
    }
    let mut mended = vec![b'/'];
    mended.extend_from_slice(&kept.join(&b'/'));
    // Dropping segments can bring an empty one to the front.
    let slashes = mended.iter().take_while(|&&b| b == b'/').count();
    mended.drain(1..slashes.max(1));
    Cow::Owned(mended)
}

fn check(href: &str) -> Result<(), InvalidHref> {
    let fail = |kind, position| Err(InvalidHref { kind, position });
    if href.is_empty() {
        return fail(InvalidHrefKind::Empty, 0);
    }
    if !has_scheme(href) && (!href.starts_with('/') || href.starts_with("//")) {
        return fail(InvalidHrefKind::Relative, 0);
    }
    let bytes = href.as_bytes();
    let (authority, path) = (authority_range(href), path_range(href));
    if !authority.is_empty() && !is_authority(&href[authority.clone()]) {
        return fail(InvalidHrefKind::Authority, authority.start);
    }
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'#' => return fail(InvalidHrefKind::Fragment, at),
            b'%' if !bytes[at + 1..].iter().take(2).all(u8::is_ascii_hexdigit)
                || bytes.len() < at + 3 =>
            {
                return fail(InvalidHrefKind::Character, at);
            }
            b'%' | b'?' => {}
            // They stand round an IPv6 address.
            b'[' | b']' if authority.contains(&at) => {}
            _ if is_path_byte(byte) => {}
            _ => return fail(InvalidHrefKind::Character, at),
        }
    }
    if !href[path.clone()].starts_with('/') {
        // `urn:` and the like have no segments.
        return Ok(());
    }
    let mut at = path.start;
    for segment in href[path].split('/') {
        if matches!(decoded(segment).as_slice(), b"." | b"..") {
            return fail(InvalidHrefKind::DotSegment, at);
        }
        at += segment.len() + 1;
    }
    Ok(())
}

fn has_scheme(href: &str) -> bool {
    href.split_once(':').is_some_and(|(scheme, rest)| {
        !rest.is_empty()
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}

/// Where the authority of an encoded href is; empty where there is none.
fn authority_range(encoded: &str) -> Range<usize> {
    let end = encoded.find('?').unwrap_or(encoded.len());
    let scheme = match encoded[..end].find(':') {
        Some(colon) if !encoded.starts_with('/') => colon + 1,
        _ => 0,
    };
    if scheme == 0 || !encoded[scheme..end].starts_with("//") {
        return scheme..scheme;
    }
    let start = scheme + 2;
    start
        ..encoded[start..end]
            .find('/')
            .map_or(end, |slash| start + slash)
}

/// Where the path of an encoded href is: behind the authority, before the query.
fn path_range(encoded: &str) -> Range<usize> {
    authority_range(encoded).end..encoded.find('?').unwrap_or(encoded.len())
}

fn is_authority(text: &str) -> bool {
    Authority::try_from(text).is_ok_and(|authority| {
        let host = authority.host();
        let rest = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
        !host.is_empty() && (rest.len() == host.len() || authority.port_u16().is_some())
    })
}

fn segments(encoded: &str) -> impl Iterator<Item = &str> {
    encoded[path_range(encoded)]
        .split('/')
        .filter(|segment| !segment.is_empty())
}

fn decoded(segment: &str) -> Vec<u8> {
    percent_decode_str(segment).collect()
}
