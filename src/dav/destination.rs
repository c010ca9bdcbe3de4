//! The `Destination` header.

use std::{borrow::Cow, fmt, str::FromStr};

use http::{HeaderMap, HeaderName, uri::Authority};
use percent_encoding::percent_decode_str;

use super::header::{self, InvalidHeader};

/// Where COPY and MOVE put things.
///
/// [RFC 4918, section 10.3](https://www.rfc-editor.org/rfc/rfc4918#section-10.3)
///
/// Clients send a whole URI or only its path. Of a whole URI, the application compares the
/// [authority](Self::authority) with the host that the request was sent to, and answers 502 for
/// another server. The [path](Self::path) is as it was sent, still percent-encoded, and none of its
/// [segments](Self::segments) is `.` or `..`, percent-encoded or not: those are refused, so that what
/// is checked is what is written to.
///
/// # Grammar
///
/// ```text
/// Destination  = Simple-ref
/// Simple-ref   = absolute-URI | ( path-absolute [ "?" query ] )
/// ```
///
/// # Example values
///
/// * `http://www.example.com/users/f/fielding/index.html`
/// * `/users/f/fielding/index.html`
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue};
/// use statuary::dav::Destination;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("destination", HeaderValue::from_static("http://example.com:8080/a%20b/"));
///
/// let destination = Destination::from_headers(&headers)?;
/// assert_eq!(destination.path(), "/a%20b/");
/// assert_eq!(destination.authority().unwrap(), "example.com:8080");
/// # Ok::<(), statuary::dav::InvalidHeader>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Destination {
    scheme: Option<Box<str>>,
    authority: Option<Authority>,
    path: Box<str>,
    query: Option<Box<str>>,
}

static DESTINATION: HeaderName = HeaderName::from_static("destination");

// === impl Destination ===

impl Destination {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// When the header is missing, when its value is neither a URI with a host nor an absolute path,
    /// has a fragment, user information, a dot-segment or a broken percent-encoding, or when there are
    /// several that differ.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, InvalidHeader> {
        let value = header::find(headers, &DESTINATION)?;
        let value = value.ok_or_else(|| InvalidHeader::new(&DESTINATION, "be there"))?;
        value.parse()
    }

    /// The scheme, when a whole URI was sent.
    #[must_use]
    pub fn scheme(&self) -> Option<&str> {
        self.scheme.as_deref()
    }

    /// The host and port, when a whole URI was sent.
    #[must_use]
    pub fn authority(&self) -> Option<&Authority> {
        self.authority.as_ref()
    }

    /// The path, percent-encoded as it was sent; it starts with `/`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The segments of the path, decoded; a `/` inside one, which was sent as `%2F`, stays inside.
    ///
    /// To decode the path as a whole would take such a `/` for one that divides.
    #[must_use]
    pub fn segments(&self) -> Vec<Vec<u8>> {
        let segments = self.path.split('/').filter(|segment| !segment.is_empty());
        segments
            .map(|segment| percent_decode_str(segment).collect())
            .collect()
    }

    /// What comes after the `?`.
    #[must_use]
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    fn parse(reference: &str) -> Result<Self, &'static str> {
        const FORM: &str = "be a URI with a host, or an absolute path";

        if reference.contains(['#', '"', '<', '>', '\\', ' ', '\t']) {
            return Err("not hold `#`, white space, or characters that a URI cannot hold");
        }
        let (scheme, authority, rest) = match reference.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['/', '?']) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let authority = Authority::try_from(&rest[..end]).map_err(|_| FORM)?;
                if authority.as_str().contains('@') {
                    return Err("not hold a user name");
                }
                let host = authority.host();
                if !is_scheme(scheme) || host.is_empty() || host.contains(',') {
                    return Err(FORM);
                }
                if authority.as_str().len() > host.len() && authority.port_u16().is_none() {
                    return Err(FORM);
                }
                (Some(scheme.into()), Some(authority), &rest[end..])
            }
            _ if reference.starts_with('/') && !reference.starts_with("//") => {
                (None, None, reference)
            }
            _ => return Err(FORM),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        if !is_percent_encoded(rest) {
            return Err("have two hexadecimal digits after each `%`");
        }
        let path = if path.is_empty() { "/" } else { path };
        if path.split('/').any(is_dot_segment) {
            return Err("not hold `.` or `..` as a segment");
        }
        Ok(Self {
            scheme,
            authority,
            path: path.into(),
            query: query.map(Into::into),
        })
    }
}

/// As the header has it.
impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scheme,
            authority,
            path,
            query,
        } = self;
        if let (Some(scheme), Some(authority)) = (scheme, authority) {
            write!(f, "{scheme}://{authority}")?;
        }
        f.write_str(path)?;
        if let Some(query) = query {
            write!(f, "?{query}")?;
        }
        Ok(())
    }
}

impl FromStr for Destination {
    type Err = InvalidHeader;

    fn from_str(value: &str) -> Result<Self, InvalidHeader> {
        Self::parse(value).map_err(|rule| InvalidHeader::new(&DESTINATION, rule))
    }
}

// === helpers ===

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

fn is_percent_encoded(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|digit| digit.is_ascii_hexdigit()))
}

fn is_dot_segment(segment: &str) -> bool {
    matches!(&*Cow::from(percent_decode_str(segment)), b"." | b"..")
}
