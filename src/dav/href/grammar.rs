//! The grammar of a Simple-ref, and its parts.

use std::{borrow::Cow, error::Error, fmt, ops::Range};

use http::uri::Authority;
use memchr::{memchr_iter, memmem};
use percent_encoding::{percent_decode, percent_decode_str, percent_encode_byte};

use super::encode::is_path_byte;

/// The error of a text that is not an `href`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct InvalidHref {
    kind: InvalidHrefKind,
    position: usize,
}

/// What is wrong with a text that is not an `href`.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum InvalidHrefKind {
    /// An invalid host or port.
    Authority,
    /// A character that a URI cannot hold, or a `%` without two hexadecimal digits.
    Character,
    /// A `.` or `..` segment.
    DotSegment,
    /// Nothing at all.
    Empty,
    /// A segment without a name, as that of a member.
    EmptySegment,
    /// A fragment, from `#` on.
    Fragment,
    /// Neither an absolute path nor an absolute URI.
    Relative,
}

/// Whether it is the scheme of a URI
/// ([RFC 3986, section 3.1](https://www.rfc-editor.org/rfc/rfc3986#section-3.1)).
pub(crate) fn is_scheme(text: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(is_legal)
}

/// Checks an absolute URI, and refuses a path.
pub(in crate::dav) fn check_uri(uri: &str) -> Result<(), InvalidHref> {
    check(uri)?;
    match has_scheme(uri) {
        true => Ok(()),
        false => Err(InvalidHref {
            kind: InvalidHrefKind::Relative,
            position: 0,
        }),
    }
}

pub(super) fn check(href: &str) -> Result<(), InvalidHref> {
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
            // They enclose an IPv6 address.
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
        if matches!(&*decoded(segment), b"." | b"..") {
            return fail(InvalidHrefKind::DotSegment, at);
        }
        at += segment.len() + 1;
    }
    Ok(())
}

// === impl InvalidHref ===

impl InvalidHref {
    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> InvalidHrefKind {
        self.kind
    }

    /// The place of the error, as an offset in bytes.
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
            InvalidHrefKind::EmptySegment => "an empty segment",
            InvalidHrefKind::Fragment => "a fragment",
            InvalidHrefKind::Relative => "neither an absolute path nor an absolute URI",
        };
        write!(f, "invalid href: {what} at byte {}", self.position)
    }
}

impl Error for InvalidHref {}

// === helpers ===

fn has_scheme(href: &str) -> bool {
    let halves = href.split_once(':');
    halves.is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.is_empty())
}

/// The range of the authority of an encoded href; empty if there is none.
pub(in crate::dav) fn authority_range(encoded: &str) -> Range<usize> {
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

/// The range of the path of an encoded href: behind the authority, before the query.
pub(super) fn path_range(encoded: &str) -> Range<usize> {
    authority_range(encoded).end..encoded.find('?').unwrap_or(encoded.len())
}

/// Whether a path is encoded no more than necessary, and has no empty segments. Most paths are like
/// this.
fn is_normal(path: &[u8]) -> bool {
    let is_normal_escape = |at| {
        let escape = &path[at..path.len().min(at + 3)];
        let byte = percent_decode(escape).next().unwrap_or_default();
        !is_segment_byte(byte) && percent_encode_byte(byte).as_bytes() == escape
    };
    memmem::find(path, b"//").is_none() && memchr_iter(b'%', path).all(is_normal_escape)
}

fn is_segment_byte(byte: u8) -> bool {
    is_path_byte(byte) && byte != b'/'
}

fn is_authority(text: &str) -> bool {
    // `http` takes whatever can be read as a number for a port, and does not look at what is before
    // it.
    Authority::try_from(text).is_ok_and(|authority| {
        let host = authority.host();
        let rest = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
        let port = rest[host.len()..].strip_prefix(':');
        !host.is_empty() && port.map_or(rest.len() == host.len(), is_port)
    })
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// Appends a segment and the `/` before it. A `/` inside of it is encoded.
pub(super) fn push_segment(out: &mut String, segment: &[u8]) -> Result<(), InvalidHref> {
    let refused = match segment {
        b"" => Some(InvalidHrefKind::EmptySegment),
        b"." | b".." => Some(InvalidHrefKind::DotSegment),
        _ => None,
    };
    out.push('/');
    if let Some(kind) = refused {
        let position = out.len();
        return Err(InvalidHref { kind, position });
    }
    for &byte in segment {
        match is_segment_byte(byte) {
            true => out.push(byte.into()),
            false => out.push_str(percent_encode_byte(byte)),
        }
    }
    Ok(())
}

pub(super) fn segments(encoded: &str) -> impl DoubleEndedIterator<Item = &str> {
    encoded[path_range(encoded)]
        .split('/')
        .filter(|segment| !segment.is_empty())
}

/// An encoded href in the form that all hrefs share which name the same resource.
pub(super) fn normalized(encoded: Cow<'_, str>) -> String {
    let path = path_range(&encoded);
    if !encoded[path.clone()].starts_with('/') {
        return encoded.into_owned();
    }
    if path.end == encoded.len() && is_normal(encoded[path.clone()].as_bytes()) {
        let mut normalized = encoded.into_owned();
        normalized.truncate(normalized.trim_end_matches('/').len());
        return normalized;
    }
    let mut normalized = encoded[..path.start].to_owned();
    for segment in segments(&encoded) {
        normalized.push('/');
        for &byte in &*decoded(segment) {
            match is_segment_byte(byte) {
                true => normalized.push(byte.into()),
                false => normalized.push_str(percent_encode_byte(byte)),
            }
        }
    }
    normalized.push_str(&encoded[path.end..]);
    normalized
}

pub(super) fn decoded(segment: &str) -> Cow<'_, [u8]> {
    percent_decode_str(segment).into()
}
